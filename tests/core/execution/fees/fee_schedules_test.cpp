#include <catch2/catch.hpp>

#include "core/execution/fees/fee_lines.hpp"
#include "tests/support/oracle_csv.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

FeeLeg leg_of(char side, std::int64_t quantity, const char* price, FeeProduct product = FeeProduct::equity_option) {
  FeeLeg leg;
  leg.product = product;
  leg.buy = side == 'B';
  leg.quantity = quantity;
  leg.price = dec(price);
  if (product == FeeProduct::shares) leg.multiplier = 1;
  return leg;
}

// What a line of a schedule charges: "" when it does not apply.
std::string item(const char* schedule, const char* line, const char* date, const FeeLeg& leg) {
  const FeeTable table = *FeeTable::named(schedule);
  for (const FeeItem& found : table.itemised(std::span(&leg, 1), day(date)))
    if (found.line == line) return found.amount.to_string();
  return "";
}

}  // namespace

TEST_CASE("rates of the regulators by date", "[trading][fees]") {
  struct Case {
    const char *line, *date;
    FeeLeg leg;
    const char* amount;
  };
  const FeeLeg million = leg_of('S', 1'000, "10"), bought = leg_of('B', 1'000, "10");
  const Case cases[] = {
      {"sec", "2005-03-31", million, "32.90"},
      {"sec", "2005-04-01", million, "41.80"},
      {"sec", "2012-03-31", million, "18.00"},
      {"sec", "2012-04-01", million, "22.40"},
      {"sec", "2014-03-17", million, "17.40"},
      {"sec", "2014-03-18", million, "22.10"},
      {"sec", "2017-07-03", million, "21.80"},
      {"sec", "2017-07-04", million, "23.10"},
      {"sec", "2018-05-22", million, "13.00"},
      {"sec", "2019-05-01", million, "20.70"},
      {"sec", "2021-02-24", million, "22.10"},
      {"sec", "2021-02-25", million, "5.10"},
      {"sec", "2025-05-13", million, "27.80"},
      {"sec", "2025-05-14", million, "0.00"},
      {"sec", "2026-04-03", million, "0.00"},
      {"sec", "2026-04-04", million, "20.60"},
      {"sec", "2024-06-03", bought, ""},
      {"sec", "2024-06-03", leg_of('S', 1'000, "10", FeeProduct::index_option), ""},
      {"sec", "2024-06-03", leg_of('S', 20'000, "50", FeeProduct::shares), "27.80"},
      {"occ", "2018-02-28", bought, "50.00"},
      {"occ", "2018-03-01", bought, "55.00"},
      {"occ", "2018-03-01", leg_of('B', 999, "1"), "54.945"},
      {"occ", "2018-03-01", leg_of('B', 1'001, "1"), "55.00"},
      {"occ", "2020-08-31", leg_of('B', 100, "1"), "5.50"},
      {"occ", "2020-09-01", leg_of('B', 100, "1"), "4.50"},
      {"occ", "2020-09-01", leg_of('B', 1'222, "1"), "54.99"},
      {"occ", "2020-09-01", leg_of('B', 1'223, "1"), "55.00"},
      {"occ", "2021-05-31", leg_of('B', 100, "1"), "4.50"},
      {"occ", "2021-06-01", leg_of('B', 100, "1"), "2.00"},
      {"occ", "2021-10-31", leg_of('B', 100, "1"), "2.00"},
      {"occ", "2021-11-01", leg_of('B', 100, "1"), "0.00"},
      {"occ", "2021-12-31", leg_of('B', 100, "1"), "0.00"},
      {"occ", "2022-01-01", leg_of('B', 100, "1"), "2.00"},
      {"occ", "2025-02-13", leg_of('S', 2'750, "1"), "55.00"},
      {"occ", "2025-02-13", leg_of('S', 2'751, "1"), "55.00"},
      {"occ", "2025-02-14", leg_of('S', 2'751, "1"), "68.775"},
      {"orf", "2009-06-30", bought, "0.00"},
      {"orf", "2009-07-01", bought, "4.00"},
      {"orf", "2025-03-02", bought, "26.85"},
      {"orf", "2025-03-03", bought, "28.15"},
      {"orf", "2025-03-03", million, "28.15"},
      {"orf", "2025-03-03", leg_of('B', 100, "10", FeeProduct::shares), ""},
      {"taf", "2021-12-31", million, "2.00"},
      {"taf", "2022-01-01", million, "2.18"},
      {"taf", "2022-12-31", million, "2.18"},
      {"taf", "2023-01-01", million, "2.44"},
      {"taf", "2023-12-31", million, "2.44"},
      {"taf", "2024-01-01", million, "2.79"},
      {"taf", "2025-12-31", million, "2.79"},
      {"taf", "2026-01-01", million, "3.29"},
      {"taf", "2024-06-03", bought, ""},
      {"taf", "2024-06-03", leg_of('S', 3, "1"), "0.01"},
      {"taf", "2024-06-03", leg_of('S', 4, "1"), "0.01116"},
      {"taf", "2024-06-03", leg_of('S', 50'000, "1", FeeProduct::shares), "8.30"},
      {"taf", "2024-06-03", leg_of('S', 49'999, "1", FeeProduct::shares), "8.299834"},
      {"taf", "2023-06-01", leg_of('S', 60'000, "1", FeeProduct::shares), "7.27"},
  };
  for (const Case& c : cases) {
    INFO(c.line << " on " << c.date << ", " << c.leg.quantity << " contracts");
    CHECK(item("regulatory", c.line, c.date, c.leg) == c.amount);
  }
}

TEST_CASE("commissions by schedule", "[trading][fees]") {
  struct Case {
    const char *schedule, *date;
    char side;
    bool opens;
    std::int64_t quantity;
    const char *price, *commission;
  };
  const Case cases[] = {
      {"ibkr", "2024-06-03", 'B', true, 1, "2.00", "1.00"},
      {"ibkr", "2024-06-03", 'B', true, 2, "5.00", "1.30"},
      {"ibkr", "2024-06-03", 'B', true, 3, "0.075", "1.50"},
      {"ibkr", "2024-06-03", 'B', true, 5, "0.03", "1.25"},
      {"ibkr", "2024-06-03", 'S', false, 10, "0.10", "6.50"},
      {"ibkr", "2024-06-03", 'S', false, 10, "0.099999", "5.00"},
      {"ibkr", "2024-06-03", 'S', false, 10, "0.049999", "2.50"},
      {"tastytrade", "2024-06-03", 'S', true, 9, "1", "9.00"},
      {"tastytrade", "2024-06-03", 'S', true, 10, "1", "10.00"},
      {"tastytrade", "2024-06-03", 'S', true, 11, "1", "10.00"},
      {"tastytrade", "2024-06-03", 'B', false, 11, "1", ""},
      {"schwab", "2017-03-02", 'B', true, 10, "1", "7.50"},
      {"schwab", "2017-03-03", 'B', true, 10, "1", "6.50"},
      {"schwab", "2024-06-03", 'B', true, 10, "1", "6.50"},
  };
  for (const Case& c : cases) {
    INFO(c.schedule << " " << c.date << " " << c.quantity << " at " << c.price);
    FeeLeg leg = leg_of(c.side, c.quantity, c.price);
    leg.opens = c.opens;
    CHECK(item(c.schedule, "commission", c.date, leg) == c.commission);
  }
}

TEST_CASE("whole orders by schedule", "[trading][fees]") {
  const std::vector<FeeLeg> sale{leg_of('S', 10, "2.50")}, one{leg_of('B', 1, "2.50")};
  const auto fees = [](const char* schedule, const std::vector<FeeLeg>& legs, const char* date) {
    return FeeTable::named(schedule)->fees(legs, day(date)).to_string();
  };
  CHECK(fees("none", sale, "2025-03-10") == "0.00");
  CHECK(fees("regulatory", sale, "2025-03-10") == "0.6289");
  CHECK(fees("ibkr", sale, "2025-03-10") == "7.1289");
  CHECK(fees("tastytrade", sale, "2025-03-10") == "11.38");  // 10 + 1.00 + 0.28 + 0.07 + 0.03
  CHECK(fees("schwab", sale, "2025-03-10") == "6.88");       // 6.50 + 0.28 + 0.07 + 0.03
  CHECK(fees("schwab", one, "2019-10-06") == "5.64");        // 0.65 + 4.95 + 0.04
  CHECK(fees("schwab", one, "2019-10-07") == "0.69");
  CHECK(fees("ibkr", {leg_of('B', 100, "50", FeeProduct::shares)}, "2025-03-10") == "1.00");
  CHECK(fees("ibkr", {leg_of('B', 300, "50", FeeProduct::shares)}, "2025-03-10") == "1.50");
  CHECK(fees("tastytrade", {leg_of('B', 1'000, "50", FeeProduct::shares)}, "2025-03-10") == "0.80");
}

TEST_CASE("every schedule can be named, and no other", "[trading][fees]") {
  for (const NamedFeeSchedule& schedule : FeeTable::schedules()) {
    INFO(schedule.name);
    CHECK(FeeTable::named(schedule.name));
    CHECK_FALSE(schedule.doc.empty());
  }
  const auto unknown = FeeTable::named("free");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().what == "there is no fee schedule named 'free'");
  CHECK(unknown.error().hint == "known: none, regulatory, ibkr, tastytrade, schwab");
}

TEST_CASE("fee schedule oracle", "[trading][fees][oracle]") {
  const auto table = read_oracle("rules/fee_schedules.csv");
  if (!table) return;
  // What each row means for an order: by its first two columns.
  struct Check {
    const char *fee, *effective, *schedule, *line, *date;
    FeeLeg leg;
    const char* amount;
  };
  const FeeLeg million = leg_of('S', 1'000, "10"), bought = leg_of('B', 1'000, "10");
  const Check checks[] = {
      {"OCC clearing", "until 2025-02-13", "regulatory", "occ", "2025-02-13", leg_of('B', 2'750, "1"), "55.00"},
      {"OCC clearing", "until 2025-02-13", "regulatory", "occ", "2025-02-13", leg_of('B', 2'000, "1"), "40.00"},
      {"OCC clearing", "2025-02-14", "regulatory", "occ", "2025-02-14", leg_of('B', 3'000, "1"), "75.00"},
      {"ORF sum of exchanges (IBKR pass-through)", "2025-03-03", "ibkr", "orf", "2025-03-03", bought, "28.15"},
      {"ORF (IBKR)", "c.2017", "ibkr", "orf", "2017-06-01", bought, "37.80"},
      {"SEC s31 (sells only)", "2021-02-25", "regulatory", "sec", "2021-02-25", million, "5.10"},
      {"SEC s31", "until 2021-02-24", "regulatory", "sec", "2021-02-24", million, "22.10"},
      {"SEC s31", "until 2025-05-13", "regulatory", "sec", "2025-05-13", million, "27.80"},
      {"SEC s31", "2025-05-14", "regulatory", "sec", "2025-05-14", million, "0.00"},
      {"FINRA TAF options (sells only)", "2023-24", "regulatory", "taf", "2023-06-01", million, "2.44"},
      {"FINRA TAF options (sells only)", "2023-24", "regulatory", "taf", "2023-06-01", leg_of('S', 1, "1"), "0.01"},
      {"FINRA TAF options", "2024-25", "regulatory", "taf", "2024-06-03", million, "2.79"},
      {"IBKR commission <=10k/mo", "Lean model", "ibkr", "commission", "2024-06-03", leg_of('B', 10, "0.10"), "6.50"},
      {"IBKR commission <=10k/mo", "Lean model", "ibkr", "commission", "2024-06-03", leg_of('B', 10, "0.05"), "5.00"},
      {"IBKR commission <=10k/mo", "Lean model", "ibkr", "commission", "2024-06-03", leg_of('B', 10, "0.04"), "2.50"},
      {"IBKR commission <=10k/mo", "Lean model", "ibkr", "commission", "2024-06-03", leg_of('B', 1, "0.10"), "1.00"},
      {"tastytrade equity option", "Lean model", "tastytrade", "commission", "2024-06-03", leg_of('B', 3, "1"), "3.00"},
      {"tastytrade equity option", "Lean model", "tastytrade", "commission", "2024-06-03", bought, "10.00"},
  };
  int rows = 0;
  std::int64_t worst = 0;
  for (auto row : table->rows) {
    INFO(row["fee"] << " " << row["effective"] << ": " << row["rate"]);
    bool known = false;
    for (const Check& c : checks) {
      if (row["fee"] != c.fee || row["effective"] != c.effective) continue;
      known = true;
      const std::string got = item(c.schedule, c.line, c.date, c.leg);
      CHECK(got == c.amount);
      worst = std::max(worst, (dec(got) - dec(c.amount)).abs().raw());
    }
    CHECK(known);
    ++rows;
  }
  std::printf("oracle fee_schedules.csv: %d rows, worst difference %.4f cents\n", rows,
              static_cast<double>(worst) / 1e4);
  CHECK(rows >= 12);
}
