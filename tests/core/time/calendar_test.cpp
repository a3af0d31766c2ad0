#include "core/time/calendar.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <stdexcept>

#include "core/time/expirations.hpp"
#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

std::string clock(Timestamp t) {
  const int seconds = static_cast<int>((t.ns / nanos_per_second + new_york_offset(t)) % 86'400);
  char text[16];
  std::snprintf(text, sizeof text, "%02d:%02d", seconds / 3600, seconds / 60 % 60);
  return text;
}

// "2024-03-08T16:00:00-05:00"
Timestamp with_offset(const std::string& text) {
  const int sign = text[19] == '-' ? -1 : 1;
  const int offset = sign * (std::stoi(text.substr(20, 2)) * 3600 + std::stoi(text.substr(23, 2)) * 60);
  return *Timestamp::parse(text.substr(0, 19) + "Z") + -offset * nanos_per_second;
}

}  // namespace

TEST_CASE("closed days and early closes agree with the published calendars", "[data][calendar]") {
  const auto table = read_oracle("rules/calendars.csv");
  if (!table) return;
  for (const auto& row : table->rows) {
    const Date date = *Date::parse(row.at("date"));
    INFO(row.at("date") << " " << row.at("status") << " " << row.at("reason"));
    CHECK(is_session(date) == (row.at("status") != "closed"));
    CHECK(is_early_close(date) == (row.at("status") == "early"));
    if (row.at("status") != "early") continue;
    CHECK(clock(session_close(date)) == row.at("equity_close_et"));
    CHECK(clock(index_option_close(date)) == row.at("index_opt_close_et"));
    CHECK(clock(settlement_instant(date, Settlement::pm)) == row.at("expiring_pm_index_close_et"));
  }
}

TEST_CASE("the number of sessions of each year is the exchange's", "[data][calendar]") {
  // Trading days of the NYSE by year.
  const std::pair<int, int> cases[] = {{2006, 251}, {2007, 251}, {2008, 253}, {2009, 252}, {2010, 252},
                                       {2011, 252}, {2012, 250}, {2013, 252}, {2014, 252}, {2015, 252},
                                       {2016, 252}, {2017, 251}, {2018, 251}, {2019, 252}, {2020, 253},
                                       {2021, 252}, {2022, 251}, {2023, 250}, {2024, 252}, {2025, 250}};
  for (const auto& [year, sessions] : cases) {
    int count = 0;
    for (Date d = Date::from_civil(year, 1, 1); d < Date::from_civil(year + 1, 1, 1); d = d + 1) count += is_session(d);
    INFO(year);
    CHECK(count == sessions);
  }
}

TEST_CASE("days that look like holidays and are not, and the reverse", "[data][calendar]") {
  struct Case {
    const char* date;
    bool session;
    bool early;
  };
  const Case cases[] = {
      {"2010-12-31", true, false},  // a Saturday New Year's Day is not observed
      {"2021-12-31", true, false},  {"2011-01-03", true, false},
      {"2012-10-29", false, false}, {"2018-12-05", false, false},
      {"2025-01-09", false, false}, {"2021-06-18", true, false},  // Juneteenth closes from 2022
      {"2023-06-19", false, false}, {"2009-07-03", false, false},
      {"2015-07-02", true, false},  {"2019-07-05", true, false},
      {"2010-12-24", false, false}, {"2023-12-24", false, false},
      {"2028-07-03", true, true},   {"2029-11-23", true, true},
      {"2030-12-24", true, true},   {"2022-07-03", false, false},
      {"2016-12-23", true, false},
  };
  for (const Case& c : cases) {
    INFO(c.date);
    CHECK(is_session(*Date::parse(c.date)) == c.session);
    CHECK(is_early_close(*Date::parse(c.date)) == c.early);
  }
  CHECK(closed_reason(*Date::parse("2022-04-15")) == "Good Friday");
  CHECK(closed_reason(*Date::parse("2022-04-16")) == "weekend");
  CHECK(next_session(*Date::parse("2019-07-03")) == *Date::parse("2019-07-05"));
  CHECK(previous_session(*Date::parse("2019-05-28")) == *Date::parse("2019-05-24"));
  CHECK_THROWS_AS(is_session(*Date::parse("2004-12-31")), std::out_of_range);
  CHECK_THROWS_WITH(is_session(*Date::parse("2100-01-04")), Catch::Contains("2005-01-03 to 2099-12-31"));
}

TEST_CASE("session hours in UTC follow daylight saving time", "[data][calendar]") {
  const auto table = read_oracle("rules/sessions_utc.csv");
  if (!table) return;
  for (const auto& row : table->rows) {
    const Date date = *Date::parse(row.at("date"));
    INFO(row.at("date"));
    CHECK(session_open(date).to_string() == row.at("open_utc"));
    CHECK(session_close(date).to_string() == row.at("close_utc"));
    CHECK(static_cast<double>(session_close(date) - session_open(date)) / 3.6e12 == std::stod(row.at("hours")));
  }
}

TEST_CASE("New York clock changes at two in the morning", "[data][calendar]") {
  struct Case {
    const char* utc;
    int hours;
  };
  const Case cases[] = {{"2024-03-10T06:59:59Z", -5}, {"2024-03-10T07:00:00Z", -4}, {"2024-11-03T05:59:59Z", -4},
                        {"2024-11-03T06:00:00Z", -5}, {"2006-04-02T06:59:59Z", -5}, {"2006-04-02T07:00:00Z", -4},
                        {"2006-10-29T05:59:59Z", -4}, {"2006-10-29T06:00:00Z", -5}, {"2007-03-11T07:00:00Z", -4}};
  for (const Case& c : cases) {
    INFO(c.utc);
    CHECK(new_york_offset(*Timestamp::parse(c.utc)) == c.hours * 3600);
  }
  // Every half hour of a year, there and back, except the hour that is skipped or repeated.
  for (std::int64_t ns = Date::from_civil(2024, 1, 1).midnight_utc().ns;
       ns < Date::from_civil(2025, 1, 1).midnight_utc().ns; ns += 1800 * nanos_per_second) {
    const Timestamp t{ns};
    const Date date = new_york_date(t);
    const auto seconds =
        static_cast<int>(t.ns / nanos_per_second + new_york_offset(t) - std::int64_t{date.days} * 86'400);
    const Timestamp back = new_york_time(date, seconds);
    if (date == Date::from_civil(2024, 11, 3) && seconds >= 3600 && seconds < 7200) continue;
    if (back != t) FAIL_CHECK(t.to_string() << " comes back as " << back.to_string());
  }
  CHECK(new_york_time(Date::from_civil(2024, 3, 10), clock_seconds(2, 30)).to_string() == "2024-03-10T07:30:00Z");
  CHECK(new_york_time(Date::from_civil(2024, 11, 3), clock_seconds(1, 30)).to_string() == "2024-11-03T05:30:00Z");
}

TEST_CASE("time to expiry counts seconds to the settlement instant", "[data][calendar]") {
  const auto table = read_oracle("rules/time_to_expiry.csv");
  if (!table) return;
  for (const auto& row : table->rows) {
    const Timestamp from = with_offset(row.at("from_et")), to = with_offset(row.at("to_et"));
    INFO(row.at("id") << " " << row.at("note"));
    CHECK((to - from) / nanos_per_second == std::stoll(row.at("seconds")));
    CHECK(years_between(from, to) == Approx(std::stod(row.at("years_365"))).margin(1e-12));
    const Date date = *Date::parse(row.at("to_et").substr(0, 10));
    const bool at_open = row.at("to_et").substr(11, 5) == "09:30";
    CHECK(settlement_instant(date, at_open ? Settlement::am : Settlement::pm) == to);
  }
}

TEST_CASE("monthly expirations, last trading days and settlement days", "[data][calendar]") {
  const auto table = read_oracle("rules/expirations.csv");
  if (!table) return;
  for (const auto& row : table->rows) {
    const int year = std::stoi(row.at("month").substr(0, 4)), month = std::stoi(row.at("month").substr(5, 2));
    INFO(row.at("month") << " " << row.at("flag"));
    CHECK(third_friday(year, month).to_string() == row.at("third_friday"));
    CHECK(monthly_symbol_date(year, month).to_string() == row.at("equity_osi_date"));
    CHECK(monthly_session(year, month).to_string() == row.at("equity_last_trading_day"));
    CHECK(monthly_symbol_date(year, month).to_string() == row.at("spx_am_osi_date"));
    CHECK(monthly_session(year, month).to_string() == row.at("spx_am_settlement_day"));
    CHECK(am_last_trading_day(year, month).to_string() == row.at("spx_am_last_trading_day"));
    if (!row.at("spxw_eom").empty()) CHECK(end_of_month_session(year, month).to_string() == row.at("spxw_eom"));
    CHECK(vix_settlement_day(year, month).to_string() == row.at("vix_settlement_day"));
    CHECK(previous_session(vix_settlement_day(year, month)).to_string() == row.at("vix_last_trading_day"));
    const Date symbol = monthly_symbol_date(year, month);
    CHECK(settlement_instant(symbol, Settlement::am) == session_open(monthly_session(year, month)));
  }
}

TEST_CASE("weeklies on closed days roll as the exchange lists them", "[data][calendar]") {
  const auto table = read_oracle("rules/weeklies.csv");
  if (!table) return;
  for (const auto& row : table->rows) {
    INFO(row.at("nominal") << " " << row.at("note"));
    const Date nominal = *Date::parse(row.at("nominal"));
    CHECK(is_session(nominal) == (row.at("open") == "1"));
    CHECK(weekly_session(nominal).to_string() == row.at("spxw_expiration"));
  }
}
