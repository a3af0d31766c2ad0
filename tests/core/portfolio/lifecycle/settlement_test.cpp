#include "core/portfolio/lifecycle/settlement.hpp"

#include <catch2/catch.hpp>

#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

Contract contract_of(Right right, const char* strike, Settlement settlement = Settlement::pm,
                     const char* expiration = "2019-05-31") {
  Contract c;
  c.root = sym(settlement == Settlement::pm ? "SPXW" : "SPX");
  c.underlying = sym("SPX");
  c.expiration = day(expiration);
  c.settles = SmallMarket::close_of(c.expiration);
  c.strike = dec(strike);
  c.right = right;
  c.settlement = settlement;
  return c;
}

UnderlyingPath path_of(std::vector<std::pair<const char*, const char*>> prices) {
  UnderlyingPath path;
  path.underlying = sym("SPX");
  for (const auto& [session, price] : prices) path.observe(day(session), dec(price));
  return path;
}

}  // namespace

TEST_CASE("settlement values", "[trading][settlement]") {
  struct Case {
    const char* what;
    Settlement settlement;
    std::vector<std::pair<const char*, const char*>> prices;
    SettlementRules rules;
    const char* expected;  // "value" or "value estimated", or a piece of the error
  };
  const SettlementRules strict, last{AmSettlement::error, MissingSettlement::last_price},
      prior{AmSettlement::prior_close, MissingSettlement::error},
      first{AmSettlement::first_price, MissingSettlement::error};
  const Settlement am = Settlement::am, pm = Settlement::pm;
  const Case cases[] = {
      {"the expiration session", pm, {{"2019-05-30", "2800"}, {"2019-05-31", "2752.06"}}, strict, "2752.06"},
      {"its last price counts", pm, {{"2019-05-31", "2760"}, {"2019-05-31", "2752.06"}}, strict, "2752.06"},
      {"seen one session later", pm, {{"2019-05-31", "2752.06"}, {"2019-06-03", "2744.45"}}, strict, "2752.06"},
      {"the session is missing",
       pm,
       {{"2019-05-30", "2800"}, {"2019-06-03", "2744.45"}},
       strict,
       "missing_settlement: last_price"},
      {"the session is missing, substitute",
       pm,
       {{"2019-05-30", "2800"}, {"2019-06-03", "2744.45"}},
       last,
       "2800.00 estimated"},
      {"seen two sessions later",
       pm,
       {{"2019-05-31", "2752.06"}, {"2019-06-03", "2744.45"}, {"2019-06-04", "2803.27"}},
       strict,
       "2752.06"},
      {"three other sessions",
       pm,
       {{"2019-05-30", "2800"}, {"2019-06-03", "2744.45"}, {"2019-06-04", "2803.27"}},
       strict,
       "no usable price"},
      {"three other sessions, substitute",
       pm,
       {{"2019-05-30", "2800"}, {"2019-06-03", "2744.45"}, {"2019-06-04", "2803.27"}},
       last,
       "2800.00 estimated"},
      {"nothing before either", pm, {{"2019-06-03", "2744.45"}}, last, "latest sessions seen: 2019-06-03 at 2744.45"},
      {"no price at all", pm, {}, strict, "no price of SPX was seen"},
      {"am fails loudly", am, {{"2019-05-30", "5040"}, {"2019-05-31", "5060"}}, strict, "am_settlement: prior_close"},
      {"am names the contract",
       am,
       {{"2019-05-30", "5040"}, {"2019-05-31", "5060"}},
       strict,
       "SPX 2019-05-31 call 5000"},
      {"am, prior close", am, {{"2019-05-30", "5040"}, {"2019-05-31", "5060"}}, prior, "5040.00 estimated"},
      {"am, first price", am, {{"2019-05-31", "4990"}, {"2019-05-31", "5060"}}, first, "4990.00 estimated"},
      {"am, prior close, seen one session later",
       am,
       {{"2019-05-30", "5040"}, {"2019-05-31", "5060"}, {"2019-06-03", "5070"}},
       prior,
       "5040.00 estimated"},
      {"am, first price, seen one session later",
       am,
       {{"2019-05-31", "4990"}, {"2019-05-31", "5060"}, {"2019-06-03", "5070"}},
       first,
       "4990.00 estimated"},
      {"am, prior close two sessions later",
       am,
       {{"2019-05-30", "5040"}, {"2019-05-31", "5060"}, {"2019-06-03", "5070"}, {"2019-06-04", "5080"}},
       prior,
       "no usable price"},
      {"am, first price of another session", am, {{"2019-06-03", "4990"}}, first, "missing_settlement: last_price"},
      {"am, first price, neither of two sessions",
       am,
       {{"2019-05-30", "5040"}, {"2019-06-03", "5070"}},
       first,
       "no usable price"},
      {"am, no session before", am, {{"2019-05-31", "5060"}}, prior, "missing_settlement: last_price"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const Contract contract = contract_of(Right::call, "5000", c.settlement);
    std::string got;
    try {
      const SettlementValue value = settlement_value(contract, path_of(c.prices), c.rules);
      got = value.price.to_string() + (value.estimated ? " estimated" : "");
      CHECK(got == c.expected);
    } catch (const std::runtime_error& error) {
      got = error.what();
      INFO(got);
      CHECK(got.find(c.expected) != std::string::npos);
      CHECK(got.find("2019-05-31") != std::string::npos);
    }
  }
}

TEST_CASE("exercise values are exact at the threshold", "[trading][settlement]") {
  struct Case {
    Right right;
    const char* strike;
    const char* price;
    const char* expiration;
    const char* value;
  };
  const Right C = Right::call, P = Right::put;
  const Case cases[] = {
      {C, "100", "100.01", "2024-01-19", "0.01"},  {C, "100", "100.00", "2024-01-19", "0.00"},
      {C, "100", "100.009", "2024-01-19", "0.00"}, {C, "100", "99.00", "2024-01-19", "0.00"},
      {C, "25", "25.04", "2007-05-19", "0.00"},    {C, "25", "25.05", "2006-10-21", "0.05"},
      {C, "25", "25.24", "2006-09-15", "0.00"},    {C, "25", "25.25", "2006-09-15", "0.25"},
      {C, "25", "25.01", "2008-06-21", "0.01"},    {C, "25", "25.04", "2008-05-17", "0.00"},
      {P, "100", "99.99", "2024-01-19", "0.01"},   {P, "100", "99.991", "2024-01-19", "0.00"},
      {P, "100", "0", "2024-01-19", "100.00"},     {C, "5000", "5012.34", "2024-01-19", "12.34"},
  };
  for (const Case& c : cases) {
    INFO(enum_name(c.right) << " " << c.strike << " at " << c.price << " on " << c.expiration);
    CHECK(exercise_value(contract_of(c.right, c.strike, Settlement::pm, c.expiration), dec(c.price)).to_string() ==
          c.value);
  }
}

TEST_CASE("paths of prices keep three sessions", "[trading][settlement]") {
  UnderlyingPath path;
  path.observe(day("2019-05-29"), Decimal::none());
  CHECK(path.last.is_none());
  for (const char* session : {"2019-05-28", "2019-05-29", "2019-05-30", "2019-05-31"}) {
    path.observe(day(session), dec("1"));
    path.observe(day(session), Decimal::none());
    path.observe(day(session), dec("2"));
  }
  path.observe(day("2019-05-30"), dec("9"));
  CHECK(path.session == day("2019-05-31"));
  CHECK(path.first == dec("1"));
  CHECK(path.last == dec("2"));
  CHECK(path.prior_session == day("2019-05-30"));
  CHECK(path.prior_first == dec("1"));
  CHECK(path.prior_last == dec("2"));
  CHECK(path.older_session == day("2019-05-29"));
  CHECK(path.older_last == dec("2"));
}
