#pragma once
// CAF's view of our messages, derived from the field tables. CAF never serialises a field itself
// (its own double encoding is broken): a message crosses as the opaque bytes of our codec.
#include <caf/actor_system_config.hpp>
#include <caf/detail/stringification_inspector.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/sec.hpp>
#include <string>

#include "messages/all.hpp"
#include "messages/codec/buffer.hpp"
#include "messages/ref.hpp"

namespace optix {

template <class Inspector, Message M>
typename Inspector::result_type inspect(Inspector& f, M& message) {
  const MessageOps& ops = message_ops<M>();
  if constexpr (std::is_same_v<Inspector, caf::detail::stringification_inspector>) {
    std::string text = ops.to_json(&message);
    return f(text);
  } else if constexpr (Inspector::reads_state) {
    Buffer encoded;
    ops.encode(&message, encoded);
    std::string bytes(encoded.view());
    return f(bytes);
  } else {
    std::string bytes;
    auto load = [&]() -> caf::error {
      auto decoded = decode_message(M::info.id, bytes.data(), bytes.size());
      if (!decoded) return caf::make_error(caf::sec::invalid_argument, decoded.error().to_string());
      message = decoded->template get<M>();
      return caf::none;
    };
    return f(bytes, caf::meta::load_callback(load));
  }
}

// Registers every message of AllMessages under its own name.
inline void register_messages(caf::actor_system_config& config) {
  for_each_message(AllMessages{}, [&]<Message M>() { config.add_message_type<M>(std::string(M::info.name)); });
}

}  // namespace optix
