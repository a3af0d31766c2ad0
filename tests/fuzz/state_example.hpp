#pragma once
// A node state with every kind of member there is.
#include "messages/all.hpp"
#include "messages/codec/state.hpp"

namespace optix::fuzz {

struct Lot {
  Decimal price;
  std::int32_t quantity = 0;
  std::string note;
  static constexpr auto fields() {
    return std::tuple(field("price", &Lot::price, ""), field("quantity", &Lot::quantity, ""),
                      field("note", &Lot::note, ""));
  }
};

struct ExampleState {
  std::uint64_t counter = 0;
  bool open = false;
  double delta = 0;
  Date session;
  Timestamp time;
  Symbol root;
  TradeReason reason = TradeReason::entry;
  std::vector<Lot> lots;
  boost::container::small_vector<OrderLeg, 2> legs;
  std::vector<double> curve;
  std::vector<Symbol> roots;
  std::vector<Right> rights;
  std::map<std::uint32_t, Lot> held;
  std::map<std::string, std::vector<std::string>> names;
  std::optional<Decimal> limit;
  MessageRef last;

  static constexpr auto fields() {
    using M = ExampleState;
    return std::tuple(field("counter", &M::counter, ""), field("open", &M::open, ""), field("delta", &M::delta, ""),
                      field("session", &M::session, ""), field("time", &M::time, ""), field("root", &M::root, ""),
                      field("reason", &M::reason, ""), field("lots", &M::lots, ""), field("legs", &M::legs, ""),
                      field("curve", &M::curve, ""), field("roots", &M::roots, ""), field("rights", &M::rights, ""),
                      field("held", &M::held, ""), field("names", &M::names, ""), field("limit", &M::limit, ""),
                      field("last", &M::last, ""));
  }
};
static_assert(table_is_complete<ExampleState>);

}  // namespace optix::fuzz
