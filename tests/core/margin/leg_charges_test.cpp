#include "core/margin/leg_charges.hpp"

#include <catch2/catch.hpp>

#include "tests/core/margin/margin_legs.hpp"

using namespace optix;
using namespace optix::margin;

namespace {

std::string text(Raw raw) { return Decimal::from_raw(raw).to_string(); }
std::string money(const char* amount) { return dec(amount).to_string(); }

}  // namespace

TEST_CASE("margin: a naked short at the edges of its minimum", "[margin]") {
  struct Case {
    const char* what;
    const char* leg;
    const char* price;
    const char* margin_class;
    const char* leverage;
    const char* charge;
  };
  // Equity at 100: base 20 − out of the money, minimum 10 (call) or 10 % of strike (put).
  const Case cases[] = {
      {"call in the money", "-1C90@12", "100", "equity", "1", "3200"},
      {"call at the money", "-1C100@3", "100", "equity", "1", "2300"},
      {"call: base just above the minimum", "-1C109.999999@1", "100", "equity", "1", "1100.0001"},
      {"call: base is the minimum", "-1C110@1", "100", "equity", "1", "1100"},
      {"call: minimum", "-1C110.000001@1", "100", "equity", "1", "1100"},
      {"call far out: minimum of the underlying", "-1C500@0.01", "100", "equity", "1", "1001"},
      {"put: minimum of the strike", "-1P50@0.01", "100", "equity", "1", "501"},
      {"put in the money", "-1P110@12", "100", "equity", "1", "3200"},
      {"put: base equals minimum", "-1P88@1", "99", "equity", "1", "980"},
      {"narrow index as equity", "-1C100@3", "100", "narrow", "1", "2300"},
      {"broad index", "-1C100@3", "100", "broad", "1", "1800"},
      {"broad fund", "-1C100@3", "100", "etf_broad", "1", "1800"},
      {"broad fund, three times", "-1C100@3", "100", "etf_broad", "3", "4800"},
      {"fund, one and a half times: minimum too", "-1P50@0", "100", "equity", "1.5", "750"},
      {"two contracts of ten shares", "-1C100@3", "100", "equity", "1", "2300"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const auto legs = margin_legs(c.leg, c.price);
    CHECK(text(naked_charge(legs[0], margin_of(c.margin_class, c.price, c.leverage))) == money(c.charge));
  }
  auto mini = margin_legs("-1C100@3", "100");
  mini[0].multiplier = 10;
  CHECK(text(naked_charge(mini[0], margin_of("equity", "100"))) == "230.00");
}

TEST_CASE("margin: shares of a price round half away from zero", "[margin]") {
  CHECK(share_of(dec("0.000001"), 50, dec("1"), 1) == 1);
  CHECK(share_of(dec("0.000001"), 49, dec("1"), 1) == 0);
  CHECK(share_of(dec("0.000001"), 20, dec("1.5"), 100) == 30);
  CHECK(text(share_of(dec("4554.98"), 15, dec("1"), 100)) == "68324.70");
}

TEST_CASE("margin: straddles", "[margin]") {
  struct Case {
    Raw charge_a, value_a, charge_b, value_b, expected;
  };
  const Case cases[] = {
      {30, 5, 20, 4, 34}, {20, 4, 30, 5, 34}, {30, 5, 30, 4, 35}, {30, 4, 30, 5, 35},
      {31, 4, 30, 5, 36}, {30, 5, 31, 4, 36}, {30, 5, 30, 5, 35},
  };
  for (const Case& c : cases) CHECK(straddle_charge(c.charge_a, c.value_a, c.charge_b, c.value_b) == c.expected);
}

TEST_CASE("margin: longer than nine months", "[margin]") {
  struct Case {
    const char *session, *last_within;
  };
  const Case cases[] = {
      {"2024-01-15", "2024-10-15"}, {"2024-03-15", "2024-12-15"}, {"2024-04-15", "2025-01-15"},
      {"2024-12-31", "2025-09-30"}, {"2024-05-31", "2025-02-28"}, {"2023-05-31", "2024-02-29"},
      {"2024-05-28", "2025-02-28"}, {"2024-02-29", "2024-11-29"},
  };
  for (const Case& c : cases) {
    INFO(c.session);
    CHECK_FALSE(long_dated(day(c.last_within), day(c.session)));
    CHECK_FALSE(long_dated(day(c.last_within) - 1, day(c.session)));
    CHECK(long_dated(day(c.last_within) + 1, day(c.session)));
  }
}

TEST_CASE("margin: shares", "[margin]") {
  constexpr auto initial = MarginKind::initial, maintenance = MarginKind::maintenance;
  struct Case {
    const char* what;
    bool is_long;
    const char *price, *entry, *leverage;
    MarginKind kind;
    const char* charge;  // 100 shares
  };
  const Case cases[] = {
      {"long: half of entry", true, "95", "92.38", "1", initial, "4619"},
      {"long: a quarter of the price", true, "95", "92.38", "1", maintenance, "2375"},
      {"long, twice: a half is both", true, "100", "100", "2", initial, "5000"},
      {"long, three times: three quarters", true, "100", "100", "3", initial, "7500"},
      {"long, three times, held", true, "100", "90", "3", maintenance, "7500"},
      {"long, five times: all of it at most", true, "100", "100", "5", maintenance, "10000"},
      {"long, five times, bought", true, "100", "100", "5", initial, "10000"},
      {"short: half more than proceeds", false, "253", "255", "1", initial, "38250"},
      {"short: 30 % more than the price", false, "253", "255", "1", maintenance, "32890"},
      {"short: floor of 5 binds below 16.67", false, "16", "16", "1", maintenance, "2100"},
      {"short: not above", false, "17", "17", "1", maintenance, "2210"},
      {"short: initial above its floor", false, "10.01", "10.01", "1", initial, "1501.50"},
      {"short: initial at its floor", false, "9", "9", "1", initial, "1400"},
      {"short at 5: floor of 5", false, "5", "5", "1", maintenance, "1000"},
      {"short at 5.50: floor of 5", false, "5.5", "5.5", "1", maintenance, "1050"},
      {"short below 5: all of the price again", false, "4.999999", "4.99", "1", maintenance, "999.9998"},
      {"short at 2.50", false, "2.5", "2.5", "1", maintenance, "500"},
      {"short below: floor of 2.50", false, "2.499999", "2", "1", maintenance, "499.9999"},
      {"short, initial, cheap", false, "1", "1", "1", initial, "350"},
      {"short, three times: 90 %", false, "100", "100", "3", maintenance, "19000"},
      {"short, three times, sold", false, "100", "100", "3", initial, "19000"},
      {"short, four times: all of it at most", false, "100", "100", "4", maintenance, "20000"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const auto charge = c.is_long ? long_share_charge : short_share_charge;
    CHECK(text(charge(dec(c.price), dec(c.entry), dec(c.leverage), c.kind, 100)) == money(c.charge));
  }
}

TEST_CASE("margin: shares that options protect, and what covers them", "[margin]") {
  const auto leg = [](const char* what) { return margin_legs(what, "100")[0]; };
  const auto at = [](const char* price, const char* leverage = "1") { return margin_of("equity", price, leverage); };
  // Covered call: a quarter of the lower of price and strike.
  CHECK(text(covered_call_charge(leg("-1C110@1"), at("100"))) == "2500.00");
  CHECK(text(covered_call_charge(leg("-1C100@1"), at("100"))) == "2500.00");
  CHECK(text(covered_call_charge(leg("-1C90@1"), at("100"))) == "2250.00");
  // Protective put: 10 % of strike and what it is out of the money, or a quarter of the price.
  CHECK(text(protective_put_charge(leg("+1P95@1"), at("100"))) == "1450.00");
  CHECK(text(protective_put_charge(leg("+1P83.333333@1"), at("100"))) == "2500.00");
  CHECK(text(protective_put_charge(leg("+1P83.333334@1"), at("100"))) == "2499.99994");
  CHECK(text(protective_put_charge(leg("+1P50@1"), at("100"))) == "2500.00");
  CHECK(text(protective_put_charge(leg("+1P120@1"), at("100"))) == "1200.00");
  CHECK(text(protective_put_charge(leg("+1P120@1"), at("100", "2"))) == "2400.00");
  // Collar: of the put as above, or a quarter of the call's strike; conversion: 10 % of the strike.
  CHECK(text(collar_charge(leg("+1P95@1"), leg("-1C105@1"), at("100"))) == "1450.00");
  CHECK(text(collar_charge(leg("+1P60@1"), leg("-1C105@1"), at("100"))) == "2625.00");
  CHECK(text(collar_charge(leg("+1P100@1"), leg("-1C100@1"), at("110"))) == "1000.00");
  // Protective call, on top of the liability: 10 % of strike and out of the money, or the short's own.
  CHECK(text(protective_call_charge(leg("+1C105@1"), at("100"))) == "11550.00");
  CHECK(text(protective_call_charge(leg("+1C140@1"), at("100"))) == "13000.00");
  CHECK(text(protective_call_charge(leg("+1C90@1"), at("100"))) == "10900.00");
  CHECK(text(reverse_conversion_charge(leg("-1P100@1"), at("110"))) == "12000.00");
  CHECK(text(reverse_conversion_charge(leg("-1P100@1"), at("90"))) == "11000.00");
}

TEST_CASE("margin: in and out of the money", "[margin]") {
  CHECK(in_the_money(Right::call, dec("100"), dec("101")) == dec("1"));
  CHECK(in_the_money(Right::call, dec("100"), dec("99")) == dec("0"));
  CHECK(in_the_money(Right::put, dec("100"), dec("99")) == dec("1"));
  CHECK(in_the_money(Right::put, dec("100"), dec("101")) == dec("0"));
  CHECK(out_of_the_money(Right::call, dec("100"), dec("99")) == dec("1"));
  CHECK(out_of_the_money(Right::call, dec("100"), dec("101")) == dec("0"));
  CHECK(out_of_the_money(Right::put, dec("100"), dec("101")) == dec("1"));
  CHECK(out_of_the_money(Right::put, dec("100"), dec("99")) == dec("0"));
}
