// Every message crosses CAF's own serialisers as the opaque bytes of our codec, special doubles
// included, which CAF's double encoding would break.
#include "actors/transport/caf/caf_messages.hpp"

#include <algorithm>
#include <caf/actor_system.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/deep_to_string.hpp>
#include <catch2/catch.hpp>
#include <limits>
#include <vector>

using namespace optix;

namespace {

struct Config : caf::actor_system_config {
  Config() {
    set("scheduler.max-threads", 1u);
    register_messages(*this);
  }
};

template <Message M>
M example() {
  return {};
}
template <>
ChainSnapshot example() {
  ChainSnapshot chain;
  chain.group_root = {*Symbol::from("SPXW")};
  chain.group_expiration = {Date{18'000}};
  chain.group_settles = {Timestamp{1}};
  chain.group_right = {Right::put};
  chain.group_settlement = {Settlement::pm};
  chain.group_begin = {0, 3};
  chain.contract = {0, 1, 2};
  chain.strike = {Decimal::from_int(1), Decimal::from_int(2), Decimal::from_int(3)};
  chain.bid = {Decimal::none(), Decimal{}, Decimal::from_int(1)};
  chain.ask = chain.bid;
  chain.iv = {std::numeric_limits<double>::infinity(), -0.0, 5e-324};
  chain.delta = {std::numeric_limits<double>::quiet_NaN(), 0.1, -0.1};
  chain.gamma = chain.iv;
  chain.volume = {1, 2, 3};
  chain.open_interest = {4, 5, 6};
  return chain;
}

std::string encoded(const void* message, const MessageOps& ops) {
  Buffer buffer;
  ops.encode(message, buffer);
  return std::string(buffer.view());
}

}  // namespace

TEST_CASE("every message survives CAF's binary serialiser bit for bit", "[caf][messages]") {
  Config config;
  caf::actor_system system{config};
  std::size_t checked = 0;
  for_each_message(AllMessages{}, [&]<Message M>() {
    INFO(M::info.name);
    M sent = example<M>();
    std::vector<char> bytes;
    caf::binary_serializer sink{system, bytes};
    REQUIRE_FALSE(sink(sent));
    M received;
    caf::binary_deserializer source{system, bytes};
    REQUIRE_FALSE(source(received));
    CHECK(encoded(&sent, message_ops<M>()) == encoded(&received, message_ops<M>()));
    CHECK(caf::deep_to_string(sent).find('{') != std::string::npos);
    ++checked;
  });
  CHECK(checked > 15);
}

TEST_CASE("damaged bytes are an error of CAF's deserialiser, not a message", "[caf][messages]") {
  Config config;
  caf::actor_system system{config};
  Equity sent;
  std::vector<char> bytes;
  caf::binary_serializer sink{system, bytes};
  REQUIRE_FALSE(sink(sent));
  // One field fewer than the table has: the array head is the first byte of our encoding.
  const auto head = std::find(bytes.begin(), bytes.end(), static_cast<char>(0x90 + field_count<Equity>));
  REQUIRE(head != bytes.end());
  --*head;
  Equity received;
  caf::binary_deserializer source{system, bytes};
  CHECK(source(received));
}
