#include "core/contracts/selection.hpp"

#include <catch2/catch.hpp>

#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

constexpr Right C = Right::call, P = Right::put;

LegRule by_delta(Right right, std::int32_t quantity, double target, double min, double max,
                 StrikeTie tie = StrikeTie::lowest_strike) {
  LegRule leg;
  leg.right = right;
  leg.quantity = quantity;
  leg.delta = DeltaRule{target, min, max, tie};
  return leg;
}

LegRule by_offset(Right right, std::int32_t quantity, std::size_t from, const char* points) {
  LegRule leg;
  leg.right = right;
  leg.quantity = quantity;
  leg.offset = OffsetRule{from, dec(points)};
  return leg;
}

SelectionRule rule_of(std::vector<LegRule> legs, ExpiryRule expiry = {28, 45, 35, ExpiryTie::smaller}) {
  SelectionRule rule;
  rule.legs = std::move(legs);
  rule.expiry = expiry;
  rule.min_bid = dec("0.05");
  return rule;
}

// "SPXW 2019-05-30 -P100 +P90"
std::string text_of(const ChainSnapshot& chain, const SelectionRule& rule) {
  Selection out;
  if (!select_legs(chain, rule, out)) return "none";
  std::string text = out.root.to_string() + " " + out.expiration.to_string();
  for (std::size_t i = 0; i < out.legs.size(); ++i) {
    const auto& leg = out.legs[i];
    CHECK(chain.contract[leg.row] == leg.contract);
    text += std::string(leg.quantity > 0 ? " +" : " -") + (rule.legs[i].right == C ? "C" : "P") +
            chain.strike[leg.row].to_string(0);
  }
  return text;
}

const double nan_delta = std::nan("");

}  // namespace

TEST_CASE("selection picks the strike nearest to the target delta", "[trading][selection]") {
  SmallMarket market;
  // 36 days out.
  const auto chain_ref = market
                             .at("2019-04-25", "110",
                                 {{"SPXW", "2019-05-31", P, "90", "1.00", "1.10", -0.20},
                                  {"SPXW", "2019-05-31", P, "95", "1.50", "1.60", -0.24},
                                  {"SPXW", "2019-05-31", P, "100", "2.00", "2.10", -0.26},
                                  {"SPXW", "2019-05-31", P, "105", "3.00", "3.10", nan_delta},
                                  {"SPXW", "2019-05-31", P, "110", "4.00", "4.10", -0.50},
                                  {"SPXW", "2019-05-31", C, "115", "2.00", "2.10", 0.25},
                                  {"SPXW", "2019-05-31", C, "120", "0.05", "0.30", 0.21}})
                             .second;
  const auto& chain = chain_ref.get<ChainSnapshot>();
  struct Case {
    const char* what;
    LegRule leg;
    const char* expected;
  };
  const Case cases[] = {
      {"tie takes the lowest strike", by_delta(P, -1, 0.25, 0.20, 0.30), "SPXW 2019-05-31 -P95"},
      {"tie takes the highest strike", by_delta(P, -1, 0.25, 0.20, 0.30, StrikeTie::highest_strike),
       "SPXW 2019-05-31 -P100"},
      {"band edges are inside", by_delta(P, -1, 0.10, 0.20, 0.20), "SPXW 2019-05-31 -P90"},
      {"nothing in the band", by_delta(P, -1, 0.35, 0.30, 0.40), "none"},
      {"NaN is never chosen", by_delta(P, 1, 0.40, 0.0, 1.0), "SPXW 2019-05-31 +P110"},
      {"calls by absolute delta", by_delta(C, 1, 0.25, 0.20, 0.30), "SPXW 2019-05-31 +C115"},
      {"a bid at the minimum is not above it", by_delta(C, 1, 0.20, 0.20, 0.22), "none"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    CHECK(text_of(chain, rule_of({c.leg})) == c.expected);
  }
}

TEST_CASE("selection keeps offset legs on listed strikes", "[trading][selection]") {
  SmallMarket market;
  std::vector<SmallQuote> quotes;
  for (const char* strike : {"80", "90", "96", "100"})
    quotes.push_back({"SPXW", "2019-05-31", P, strike, "1.00", "1.10", -0.10});
  quotes.back().delta = -0.25;
  quotes.push_back({"SPXW", "2019-05-31", C, "120", "1.00", "1.10", 0.25});
  quotes.push_back({"SPXW", "2019-05-31", C, "124", "1.00", "1.10", 0.10});
  quotes.push_back({"SPXW", "2019-05-31", C, "130", "0.00", "0.10", 0.05});
  const auto chain_ref = market.at("2019-04-25", "110", quotes).second;
  const auto& chain = chain_ref.get<ChainSnapshot>();
  const LegRule short_put = by_delta(P, -1, 0.25, 0.2, 0.3), short_call = by_delta(C, -1, 0.25, 0.2, 0.3);
  struct Case {
    const char* what;
    std::vector<LegRule> legs;
    const char* expected;
  };
  const Case cases[] = {
      {"exact strike", {short_put, by_offset(P, 1, 0, "-10")}, "SPXW 2019-05-31 -P100 +P90"},
      {"nearest strike", {short_put, by_offset(P, 1, 0, "-18")}, "SPXW 2019-05-31 -P100 +P80"},
      {"a tie goes towards the reference", {short_put, by_offset(P, 1, 0, "-15")}, "SPXW 2019-05-31 -P100 +P90"},
      {"a tie goes towards the reference from below",
       {short_call, by_offset(C, 1, 0, "2")},
       "none"},  // it is the reference
      {"beyond the last strike", {short_put, by_offset(P, 1, 0, "-500")}, "SPXW 2019-05-31 -P100 +P80"},
      {"never the reference itself", {short_put, by_offset(P, 1, 0, "-1")}, "none"},
      {"a wing without a bid", {short_call, by_offset(C, 1, 0, "10")}, "none"},
      {"reference after the leg", {by_offset(P, 1, 1, "-10"), short_put}, "SPXW 2019-05-31 +P90 -P100"},
      {"iron condor",
       {short_put, by_offset(P, 1, 0, "-10"), short_call, by_offset(C, 1, 2, "4")},
       "SPXW 2019-05-31 -P100 +P90 -C120 +C124"},
      {"chained offsets",
       {short_put, by_offset(P, 1, 2, "-16"), by_offset(P, 1, 0, "-4")},
       "SPXW 2019-05-31 -P100 +P80 +P96"},
      {"the same contract twice", {short_put, short_put}, "none"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const SelectionRule rule = rule_of(c.legs);
    REQUIRE_FALSE(rule_defect(rule));
    CHECK(text_of(chain, rule) == c.expected);
  }
}

TEST_CASE("selection tries expirations in order of preference", "[trading][selection]") {
  SmallMarket market;
  const auto quote = [](const char* root, const char* expiration, double delta) {
    return SmallQuote{root, expiration, P, "100", "1.00", "1.10", delta};
  };
  // From 2019-04-25: 05-28 is 33 days, 05-30 35, 06-01 37, 06-30 66.
  struct Case {
    const char* what;
    std::vector<SmallQuote> quotes;
    ExpiryRule expiry;
    std::vector<Symbol> roots;
    const char* expected;
  };
  const ExpiryRule smaller{28, 45, 35, ExpiryTie::smaller}, larger{28, 45, 35, ExpiryTie::larger};
  const Case cases[] = {
      {"nearest",
       {quote("SPXW", "2019-05-28", -0.25), quote("SPXW", "2019-05-30", -0.25)},
       smaller,
       {},
       "SPXW 2019-05-30 -P100"},
      {"tie smaller",
       {quote("SPXW", "2019-05-28", -0.25), quote("SPXW", "2019-06-01", -0.25)},
       smaller,
       {},
       "SPXW 2019-05-28 -P100"},
      {"tie larger",
       {quote("SPXW", "2019-05-28", -0.25), quote("SPXW", "2019-06-01", -0.25)},
       larger,
       {},
       "SPXW 2019-06-01 -P100"},
      {"next when the first lacks a leg",
       {quote("SPXW", "2019-05-28", -0.25), quote("SPXW", "2019-05-30", -0.60)},
       smaller,
       {},
       "SPXW 2019-05-28 -P100"},
      {"outside the band", {quote("SPXW", "2019-06-30", -0.25)}, smaller, {}, "none"},
      {"the root is filtered",
       {quote("SPX", "2019-05-30", -0.25), quote("SPXW", "2019-05-28", -0.25)},
       smaller,
       {sym("SPXW")},
       "SPXW 2019-05-28 -P100"},
      {"two roots on one date",
       {quote("SPX", "2019-05-30", -0.60), quote("SPXW", "2019-05-30", -0.25)},
       smaller,
       {},
       "SPXW 2019-05-30 -P100"},
      {"band edge", {quote("SPXW", "2019-05-23", -0.25)}, smaller, {}, "SPXW 2019-05-23 -P100"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    SmallMarket fresh;
    SelectionRule rule = rule_of({by_delta(P, -1, 0.25, 0.2, 0.3)}, c.expiry);
    rule.roots = c.roots;
    const auto chain = fresh.at("2019-04-25", "110", c.quotes).second;
    CHECK(text_of(chain.get<ChainSnapshot>(), rule) == c.expected);
  }
}

TEST_CASE("selection rules that cannot work are named", "[trading][selection]") {
  struct Case {
    std::vector<LegRule> legs;
    const char* expected;
  };
  LegRule both = by_delta(P, 1, 0.2, 0, 1);
  both.offset = OffsetRule{};
  const Case cases[] = {
      {{}, "there are no legs"},
      {{by_delta(P, 0, 0.2, 0, 1)}, "legs[0]: the quantity is 0"},
      {{both}, "legs[0]: give either delta or strike_offset"},
      {{by_delta(P, 1, 0.2, 0.5, 0.4)}, "legs[0].delta: min is above max"},
      {{by_offset(P, 1, 0, "5")}, "legs[0].strike_offset: the references go round in a circle"},
      {{by_delta(P, 1, 0.2, 0, 1), by_offset(P, 1, 2, "5"), by_offset(P, 1, 1, "5")},
       "legs[1].strike_offset: the references go round in a circle"},
      {{by_delta(P, 1, 0.2, 0, 1), by_offset(P, 1, 7, "5")},
       "legs[1].strike_offset: there is no leg 7 (legs count from 0)"},
  };
  for (const Case& c : cases) CHECK(rule_defect(rule_of(c.legs)).value_or("fine") == c.expected);
  CHECK_FALSE(rule_defect(rule_of({by_delta(P, 1, 0.2, 0, 1), by_offset(P, 1, 0, "5"), by_offset(P, 1, 1, "5")})));
}
