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

TEST_CASE("lines of the regulators", "[trading][fees]") {
  struct Case {
    const char *line, *date;
    FeeLeg leg;
    const char* amount;
  };
  const FeeLeg million = leg_of('S', 1'000, "10"), bought = leg_of('B', 1'000, "10");
  const Case cases[] = {
      {"sec", "2024-06-03", million, "27.80"},
      {"sec", "2024-06-03", bought, ""},
      {"sec", "2024-06-03", leg_of('S', 1'000, "10", FeeProduct::index_option), ""},
      {"sec", "2024-06-03", leg_of('S', 20'000, "50", FeeProduct::shares), "27.80"},
      {"occ", "2018-03-01", leg_of('B', 999, "1"), "54.945"},
      {"occ", "2018-03-01", leg_of('B', 1'000, "1"), "55.00"},
      {"occ", "2018-03-01", leg_of('B', 1'001, "1"), "55.00"},
      {"occ", "2020-09-01", leg_of('B', 1'222, "1"), "54.99"},
      {"occ", "2020-09-01", leg_of('B', 1'223, "1"), "55.00"},
      {"occ", "2025-02-13", leg_of('S', 2'749, "1"), "54.98"},
      {"occ", "2025-02-13", leg_of('S', 2'750, "1"), "55.00"},
      {"occ", "2025-02-13", leg_of('S', 2'751, "1"), "55.00"},
      {"occ", "2025-02-14", leg_of('S', 2'751, "1"), "68.775"},
      {"occ", "2025-02-14", leg_of('S', 2'751, "1", FeeProduct::index_option), "68.775"},
      {"occ", "2025-02-14", leg_of('S', 2'751, "1", FeeProduct::shares), ""},
      {"orf", "2025-03-03", million, "28.15"},
      {"orf", "2025-03-03", leg_of('B', 100, "10", FeeProduct::shares), ""},
      {"taf", "2024-06-03", bought, ""},
      {"taf", "2024-06-03", leg_of('S', 3, "1"), "0.01"},
      {"taf", "2024-06-03", leg_of('S', 4, "1"), "0.01116"},
      {"taf", "2024-06-03", leg_of('S', 1, "1", FeeProduct::shares), "0.01"},
      {"taf", "2024-06-03", leg_of('S', 49'999, "1", FeeProduct::shares), "8.299834"},
      {"taf", "2024-06-03", leg_of('S', 50'001, "1", FeeProduct::shares), "8.30"},
  };
  for (const Case& c : cases) {
    INFO(c.line << " on " << c.date << ", " << c.leg.quantity << " contracts");
    CHECK(item("regulatory", c.line, c.date, c.leg) == c.amount);
  }
}

// Every step of every table, the day before and the day itself, by an order large enough to show the digits.
TEST_CASE("rates change on their day", "[trading][fees]") {
  struct Step {
    const char *date, *amount;
  };
  const auto steps = [](const char* line, const FeeLeg& leg, const char* first, std::vector<Step> table) {
    std::string before = first;
    for (const Step& step : table) {
      INFO(line << " on " << step.date);
      CHECK(item("regulatory", line, (day(step.date) - 1).to_string().c_str(), leg) == before);
      CHECK(item("regulatory", line, step.date, leg) == step.amount);
      before = step.amount;
    }
    CHECK(item("regulatory", line, "2090-01-03", leg) == before);
  };
  steps("sec", leg_of('S', 1'000, "10"), "32.90",
        {{"2005-04-01", "41.80"}, {"2005-12-22", "30.70"}, {"2007-03-17", "15.30"}, {"2008-01-25", "11.00"},
         {"2008-04-01", "5.60"},  {"2009-04-10", "25.70"}, {"2010-01-15", "12.70"}, {"2010-04-01", "16.90"},
         {"2011-01-21", "19.20"}, {"2012-02-21", "18.00"}, {"2012-04-01", "22.40"}, {"2013-05-25", "17.40"},
         {"2014-03-18", "22.10"}, {"2015-02-14", "18.40"}, {"2016-02-16", "21.80"}, {"2017-07-04", "23.10"},
         {"2018-05-22", "13.00"}, {"2019-04-16", "20.70"}, {"2020-02-18", "22.10"}, {"2021-02-25", "5.10"},
         {"2022-05-14", "22.90"}, {"2023-02-27", "8.00"},  {"2024-05-22", "27.80"}, {"2025-05-14", "0.00"},
         {"2026-04-04", "20.60"}});
  steps("taf", leg_of('S', 1'000, "10"), "2.00",
        {{"2022-01-01", "2.18"}, {"2023-01-01", "2.44"}, {"2024-01-01", "2.79"}, {"2026-01-01", "3.29"}});
  steps("taf", leg_of('S', 10'000, "10", FeeProduct::shares), "1.19",
        {{"2022-01-01", "1.30"}, {"2023-01-01", "1.45"}, {"2024-01-01", "1.66"}, {"2026-01-01", "1.95"}});
  steps("taf", leg_of('S', 90'000, "10", FeeProduct::shares), "5.95",
        {{"2022-01-01", "6.49"}, {"2023-01-01", "7.27"}, {"2024-01-01", "8.30"}, {"2026-01-01", "9.79"}});
  steps("occ", leg_of('B', 100, "10"), "5.00",
        {{"2018-03-01", "5.50"},
         {"2020-09-01", "4.50"},
         {"2021-06-01", "2.00"},
         {"2021-11-01", "0.00"},
         {"2022-01-01", "2.00"},
         {"2025-02-14", "2.50"}});
  steps("occ", leg_of('B', 4'000, "10"), "55.00",
        {{"2021-11-01", "0.00"}, {"2022-01-01", "55.00"}, {"2025-02-14", "100.00"}});
  for (const char* date : {"2018-03-01", "2020-09-01", "2021-06-01"})
    CHECK(item("regulatory", "occ", date, leg_of('B', 4'000, "10")) == "55.00");
  steps("orf", leg_of('B', 1'000, "10"), "0.00",
        {{"2009-07-01", "4.00"},
         {"2011-05-01", "20.00"},
         {"2013-02-01", "35.00"},
         {"2014-02-01", "39.60"},
         {"2015-08-01", "42.70"},
         {"2016-02-01", "40.40"},
         {"2017-02-01", "37.80"},
         {"2018-02-01", "38.80"},
         {"2019-02-01", "37.90"},
         {"2022-08-01", "30.05"},
         {"2023-02-01", "30.25"},
         {"2024-02-01", "26.85"},
         {"2025-03-03", "28.15"}});
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
  const auto per_order = [](const char* date) {
    return item("schwab", "commission per order", date, leg_of('B', 10, "1"));
  };
  CHECK(per_order("2017-03-02") == "8.95");
  CHECK(per_order("2017-03-03") == "4.95");
  CHECK(per_order("2019-10-06") == "4.95");
  CHECK(per_order("2019-10-07") == "0.00");
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
