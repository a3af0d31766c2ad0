#include "core/portfolio/carry.hpp"

#include <catch2/catch.hpp>

#include "tests/core/portfolio/desk.hpp"

using namespace optix;

TEST_CASE("simple interest is exact and rounded half away from zero", "[trading][carry]") {
  struct Case {
    const char *balance, *rate;
    int days;
    const char* interest;
  };
  const Case cases[] = {
      {"100000", "0.05", 1, "13.70"},      // 13.698630…
      {"100000", "0.05", 3, "41.10"},      // 41.095890…
      {"36500", "0.00005", 1, "0.01"},     // 0.005 exactly: away from zero
      {"36499.99", "0.00005", 1, "0.00"},  // just under
      {"-36500", "0.00005", 1, "-0.01"},
      {"-36499.99", "0.00005", 1, "0.00"},
      {"36500", "-0.00005", 1, "-0.01"},
      {"-36500", "-0.00005", 1, "0.01"},
      {"365", "1", 1, "1.00"},
      {"365", "1", 0, "0.00"},
      {"0", "0.05", 30, "0.00"},
      {"123456789.12", "0.0533", 365, "6580246.86"},
      {"5475", "0.001", 1, "0.02"},  // 0.015 exactly
      {"5474.99", "0.001", 1, "0.01"},
  };
  for (const Case& c : cases) {
    INFO(c.balance << " at " << c.rate << " for " << c.days << " days");
    CHECK(simple_interest(dec(c.balance), dec(c.rate), c.days).to_string() == c.interest);
  }
  CHECK_THROWS_WITH(simple_interest(dec("9000000000000"), dec("1000"), 365), Catch::Contains("too large"));
}

TEST_CASE("the rate of a balance", "[trading][carry]") {
  const Decimal none = Decimal::none(), published = dec("0.03");
  struct Case {
    Decimal cash, debit;
    const char* balance;
    const char* rate;
  };
  const Case cases[] = {{none, none, "1", "0.03"},
                        {none, none, "-1", "0.03"},
                        {dec("0.01"), none, "1", "0.01"},
                        {dec("0.01"), none, "-1", "0.01"},
                        {none, dec("0.08"), "-1", "0.08"},
                        {none, dec("0.08"), "0", "0.03"},
                        {none, dec("0.08"), "-0.000001", "0.08"},
                        {dec("0"), dec("0.08"), "5", "0"}};
  for (const Case& c : cases) CHECK(rate_for({c.cash, c.debit, {}}, dec(c.balance), published) == dec(c.rate));
}

namespace {

RatesPublished rates(const char* date, double shortest) {
  RatesPublished out;
  out.curve = sym("USD");
  out.date = day(date);
  out.years = std::vector<double>{0.1, 1};
  out.rate = std::vector<double>{shortest, 0.1};
  return out;
}

const std::vector<SmallQuote> some{{"XYZ", "2024-06-21", Right::put, "50", "1.00", "1.10"}};

}  // namespace

TEST_CASE("interest is credited at the first snapshot of a session, for every calendar day", "[trading][carry]") {
  Desk d({dec("100000"), MarkMode::mid, MarkMode::touch, {}}, "XYZ");
  d.quotes("2024-03-07", "100", some);  // Thursday
  d.book.on_rates(rates("2024-03-07", 0.05));
  d.quotes("2024-03-07", "100", some);
  CHECK(d.equity().cash.to_string() == "100000.00");
  d.quotes("2024-03-08", "100", some);  // one day
  CHECK(d.equity().cash.to_string() == "100013.70");
  d.quotes("2024-03-08", "101", some);
  CHECK(d.equity().cash.to_string() == "100013.70");
  d.quotes("2024-03-11", "100", some);  // over the weekend: on 100013.70
  CHECK(d.equity().cash.to_string() == "100054.80");
  CHECK(d.equity().income.to_string() == "54.80");
  CHECK(d.equity().realised == Decimal{});
  const auto moved = d.all<CashChanged>();
  REQUIRE(moved.size() == 3);
  CHECK(moved[2].cause == CashCause::interest);
  CHECK(moved[2].change.to_string() == "41.10");
  CHECK(moved[2].balance.to_string() == "100054.80");
  d.book.ledger().audit();
}

TEST_CASE("borrowed shares and negative cash cost money", "[trading][carry]") {
  BookRules rules;
  rules.cash = dec("1000");
  rules.carry = {dec("0"), dec("0.10"), dec("0.20")};
  Desk d(rules, "XYZ");
  d.quotes("2024-03-07", "100", some);
  d.fill(1, "2024-03-07", {{shares_contract, -100, "100", "99.99", "100.01", sym("XYZ")}});
  d.fill(2, "2024-03-07", {{shares_contract, 200, "100", "99.99", "100.01", sym("XYZ")}});
  CHECK(d.equity().cash.to_string() == "-9000.00");
  d.quotes("2024-03-08", "101", some);
  // 9000 × 10 % / 365 = 2.4658; 10000 (the value at the close before) × 20 % / 365 = 5.4795
  CHECK(d.equity().cash.to_string() == "-9007.95");
  CHECK(d.equity().income.to_string() == "-7.95");
  CHECK(d.equity().equity.to_string() == "1092.05");
  d.quotes("2024-03-11", "101", some);
  // 9007.95 × 10 % × 3 / 365 = 7.4038; 10100 × 20 % × 3 / 365 = 16.6027
  CHECK(d.equity().cash.to_string() == "-9031.95");
  d.fill(1, "2024-03-11", {{shares_contract, 100, "101", "100.99", "101.01", sym("XYZ")}}, "0", TradeReason::manual);
  const auto trade = d.all<TradeClosed>().at(0);
  CHECK(trade.income.to_string() == "-22.08");
  CHECK(trade.pnl.to_string() == "-122.08");
  CHECK(trade.entry_cost.to_string() == "-10000.00");
  CHECK(trade.expiration == day("2024-03-11"));
  CHECK(trade.legs.at(0).underlying == sym("XYZ"));
  d.book.ledger().audit();
}
