#include "core/execution/orders/order_state.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <sstream>

using namespace optix;

namespace {

// As in the header; "-" cannot be.
const char* const transitions = R"(
pending          working waiting -       partially_filled filled cancelled rejected expired -                unknown pending
waiting          -       -       working -                -      cancelled -        expired waiting          unknown waiting
working          -       -       -       partially_filled filled cancelled -        expired working          unknown working
partially_filled -       -       -       partially_filled filled cancelled -        expired partially_filled unknown partially_filled
filled           -       -       -       -                -      -         -        -       -                -       filled
cancelled        -       -       -       -                -      -         -        -       -                -       cancelled
rejected         -       -       -       -                -      -         -        -       -                -       rejected
expired          -       -       -       -                -      -         -        -       -                -       expired
unknown          working waiting working partially_filled filled cancelled rejected expired working          unknown unknown
)";

}  // namespace

TEST_CASE("every event in every state", "[trading][orders]") {
  std::istringstream text(transitions);
  int pairs = 0;
  for (std::size_t s = 0; s < enum_names(OrderState{}).size(); ++s) {
    std::string name;
    text >> name;
    REQUIRE(name == enum_names(OrderState{})[s]);
    for (std::size_t e = 0; e < enum_names(OrderEvent{}).size(); ++e) {
      std::string expected;
      text >> expected;
      const auto next = next_state(static_cast<OrderState>(s), static_cast<OrderEvent>(e));
      INFO(name << " + " << enum_names(OrderEvent{})[e]);
      CHECK((next ? std::string(enum_name(*next)) : "-") == expected);
      ++pairs;
    }
  }
  CHECK(pairs == 99);
}

TEST_CASE("final states are those that nothing leads out of", "[trading][orders]") {
  for (std::size_t s = 0; s < enum_names(OrderState{}).size(); ++s) {
    const auto state = static_cast<OrderState>(s);
    bool way_out = false;
    for (std::size_t e = 0; e < enum_names(OrderEvent{}).size(); ++e) {
      const auto event = static_cast<OrderEvent>(e);
      way_out = way_out || (event != OrderEvent::request_refused && next_state(state, event).has_value());
    }
    CHECK(is_final(state) == !way_out);
  }
}

TEST_CASE("the venue's word resolves what is not known", "[trading][orders]") {
  const std::size_t states = enum_names(OrderState{}).size();
  for (std::size_t s = 0; s < states; ++s)
    for (std::size_t t = 0; t < states; ++t) {
      const auto state = static_cast<OrderState>(s), told = static_cast<OrderState>(t);
      const bool open = state == OrderState::unknown || state == OrderState::pending;
      std::optional<OrderState> expected;
      if (told == OrderState::unknown)
        expected = open ? std::optional(OrderState::rejected) : is_final(state) ? std::optional(state) : std::nullopt;
      else if (open || state == told)
        expected = told;
      INFO(enum_name(state) << " told " << enum_name(told));
      CHECK(resolved_state(state, told) == expected);
    }
}

TEST_CASE("what cannot be is said in words", "[trading][orders]") {
  CHECK(impossible_event(7, OrderState::cancelled, "a fill") ==
        "order 7: a fill cannot happen to an order that is cancelled");
}
