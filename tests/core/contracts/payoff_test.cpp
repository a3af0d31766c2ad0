#include "core/contracts/payoff.hpp"

#include <catch2/catch.hpp>

#include "tests/support/small_market.hpp"

using namespace optix;

TEST_CASE("worst obligation at expiry", "[trading][payoff]") {
  constexpr Right C = Right::call, P = Right::put;
  struct Leg {
    Right right;
    const char* strike;
    int quantity;
  };
  struct Case {
    const char* what;
    std::vector<Leg> legs;
    const char* worst;
    const char* at_strikes;
    int uncovered;
  };
  const Case cases[] = {
      {"long put", {{P, "100", 1}}, "0", "0", 0},
      {"short put", {{P, "100", -1}}, "10000", "0", 1},
      {"short call", {{C, "100", -1}}, "", "0", 1},
      {"put spread", {{P, "100", -1}, {P, "90", 1}}, "1000", "1000", 0},
      {"debit call spread", {{C, "100", 1}, {C, "110", -1}}, "0", "0", 0},
      {"iron condor, unequal wings", {{P, "90", -1}, {P, "80", 1}, {C, "110", -1}, {C, "125", 1}}, "1500", "1500", 0},
      {"iron condor, two lots", {{P, "90", -2}, {P, "85", 2}, {C, "110", -2}, {C, "115", 2}}, "1000", "1000", 0},
      {"put ratio", {{P, "100", 1}, {P, "90", -2}}, "8000", "0", 1},
      {"butterfly", {{C, "90", 1}, {C, "100", -2}, {C, "110", 1}}, "0", "0", 0},
      {"call ratio", {{C, "100", 1}, {C, "110", -2}}, "", "0", 1},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    std::vector<PayoffLeg> legs;
    for (const Leg& leg : c.legs) legs.push_back({leg.right, dec(leg.strike), leg.quantity, 100});
    CHECK(worst_obligation(legs).to_string(0) == dec(c.worst).to_string(0));
    CHECK(obligation_at_strikes(legs).to_string(0) == c.at_strikes);
    CHECK(uncovered_contracts(legs) == c.uncovered);
  }
}
