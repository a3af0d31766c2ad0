#pragma once
// Node state as bytes: the canonical form of a struct with a field table, the same as a message's.
//
//   struct State { Decimal cash; std::map<ContractId, Holding> held; MessageRef last;
//                  static constexpr auto fields() { return std::tuple(field("cash", &State::cash, "…"), …); } };
//   void save(std::string& out) const override { encode_state(state_, out); }
//   void load(std::string_view bytes) override { state_ = decode_state<State>(bytes); }
//
// Members may be integers, bool, double, Decimal, Date, Timestamp, Symbol, enumerations with names,
// std::string, other tabled structs, std::vector, Series and small_vector of any of those, std::map,
// std::optional and MessageRef. Maps are written in key order, so equal states are equal bytes.
#include <stdexcept>
#include <string>
#include <string_view>

#include "messages/codec/msgpack.hpp"

namespace optix {

// Appends to `out`. Throws std::length_error when a member exceeds the limits of the codec.
template <Tabled S>
void encode_state(const S& state, std::string& out) {
  Buffer buffer;
  codec::encode(state, buffer, codec::state_bounds);
  out.append(buffer.data(), buffer.size());
}

// Throws std::runtime_error, with the member and the byte, when `bytes` is not exactly one encoded S.
template <Tabled S>
S decode_state(std::string_view bytes) {
  S state{};
  if (auto error = codec::decode(bytes, state, "node state", codec::state_bounds))
    throw std::runtime_error(error->to_string());
  return state;
}

}  // namespace optix
