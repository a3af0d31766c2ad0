#include "core/time/calendar.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <stdexcept>

#include "core/contracts/products.hpp"
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

// Tables say how many of their rows were compared, so that an empty one cannot pass unseen.
void checked(const char* table, std::size_t rows) {
  std::printf("%s: %zu rows, every column\n", table, rows);
  CHECK(rows > 0);
}

// The calendar's reason for a closure in the table's words.
std::string reason_in_table(Date date) {
  const std::string reason(closed_reason(date));
  if (reason == "Martin Luther King Jr. Day") return "MLK Day";
  if (reason == "New Year's Day") return date.civil().day == 1 ? reason : reason + " (Mon obs)";
  if (reason == "Hurricane Sandy" || reason.substr(0, 8) == "mourning") return "ad-hoc closure";
  return reason;
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
    if (row.at("status") == "closed") {
      CHECK(reason_in_table(date) == row.at("reason"));
      CHECK(row.at("equity_close_et") + row.at("index_opt_close_et") + row.at("expiring_pm_index_close_et") == "");
      continue;
    }
    CHECK(row.at("reason") == "early close");
    CHECK(clock(session_close(date)) == row.at("equity_close_et"));
    CHECK(clock(index_option_close(date)) == row.at("index_opt_close_et"));
    CHECK(clock(settlement_instant(date, Settlement::pm)) == row.at("expiring_pm_index_close_et"));
    const Product* spxw = find_product("SPXW", date);
    REQUIRE(spxw);
    if (spxw->settlement == Settlement::pm)
      CHECK(clock(trading_close(*spxw, date, date)) == row.at("expiring_pm_index_close_et"));
    CHECK(clock(trading_close(*spxw, next_session(date), date)) == row.at("index_opt_close_et"));
    CHECK(clock(trading_close(equity_product("XYZ"), date, date)) == row.at("equity_close_et"));
  }
  checked("calendars.csv", table->rows.size());
}

TEST_CASE("all early closes from 2005 to 2030", "[data][calendar]") {
  const std::map<int, std::string> cases{{2005, "11-25"},
                                         {2006, "07-03 11-24"},
                                         {2007, "07-03 11-23 12-24"},
                                         {2008, "07-03 11-28 12-24"},
                                         {2009, "11-27 12-24"},
                                         {2010, "11-26"},
                                         {2011, "11-25"},
                                         {2012, "07-03 11-23 12-24"},
                                         {2013, "07-03 11-29 12-24"},
                                         {2014, "07-03 11-28 12-24"},
                                         {2015, "11-27 12-24"},
                                         {2016, "11-25"},
                                         {2017, "07-03 11-24"},
                                         {2018, "07-03 11-23 12-24"},
                                         {2019, "07-03 11-29 12-24"},
                                         {2020, "11-27 12-24"},
                                         {2021, "11-26"},
                                         {2022, "11-25"},
                                         {2023, "07-03 11-24"},
                                         {2024, "07-03 11-29 12-24"},
                                         {2025, "07-03 11-28 12-24"},
                                         {2026, "11-27 12-24"},
                                         {2027, "11-26"},
                                         {2028, "07-03 11-24"},
                                         {2029, "07-03 11-23 12-24"},
                                         {2030, "07-03 11-29 12-24"}};
  for (const auto& [year, expected] : cases) {
    std::string found;
    for (Date d = session_on_or_after(Date::from_civil(year, 1, 3)); d.civil().year == year; d = d + 1)
      if (is_early_close(d)) found += (found.empty() ? "" : " ") + d.to_string().substr(5);
    INFO(year);
    CHECK(found == expected);
  }
}

TEST_CASE("the number of sessions of each year is the exchange's", "[data][calendar]") {
  // Trading days of the NYSE by year.
  const std::pair<int, int> cases[] = {{2006, 251}, {2007, 251}, {2008, 253}, {2009, 252}, {2010, 252},
                                       {2011, 252}, {2012, 250}, {2013, 252}, {2014, 252}, {2015, 252},
                                       {2016, 252}, {2017, 251}, {2018, 251}, {2019, 252}, {2020, 253},
                                       {2021, 252}, {2022, 251}, {2023, 250}, {2024, 252}, {2025, 250},
                                       {2026, 251}, {2027, 251}, {2028, 251}, {2029, 251}, {2030, 251}};
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
  checked("sessions_utc.csv", table->rows.size());
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
    CHECK(years_between(from, settlement_instant(date, at_open ? Settlement::am : Settlement::pm)) ==
          Approx(std::stod(row.at("years_365"))).margin(1e-12));
  }
  checked("time_to_expiry.csv", table->rows.size());
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
    CHECK(last_trading_day(*find_product("SPX", symbol), symbol).to_string() == row.at("spx_am_last_trading_day"));
    CHECK(last_trading_day(equity_product("XYZ"), symbol).to_string() == row.at("equity_last_trading_day"));
    const Date volatility = vix_settlement_day(year, month);
    if (const Product* vix = find_product("VIX", volatility)) {
      CHECK(last_trading_day(*vix, volatility).to_string() == row.at("vix_last_trading_day"));
      CHECK(settlement_instant(*vix, volatility) == session_open(volatility));
    }
    CHECK(volatility_settlement(monthly_session(month == 12 ? year + 1 : year, month % 12 + 1)) == volatility);
    std::string flag;
    const auto add = [&](const char* words) { flag += (flag.empty() ? "" : "|") + std::string(words); };
    if (!is_session(third_friday(year, month))) add("3rdFri closed");
    if (symbol.weekday() == 6) add("Saturday-dated");
    if (volatility.weekday() != 3) add("VIX not Wed");
    CHECK(flag == row.at("flag"));
  }
  checked("expirations.csv", table->rows.size());
}

TEST_CASE("weeklies on closed days roll as the exchange lists them", "[data][calendar]") {
  const auto table = read_oracle("rules/weeklies.csv");
  if (!table) return;
  for (const auto& row : table->rows) {
    INFO(row.at("nominal") << " " << row.at("note"));
    const Date nominal = *Date::parse(row.at("nominal"));
    CHECK(is_session(nominal) == (row.at("open") == "1"));
    CHECK(weekly_session(nominal).to_string() == row.at("spxw_expiration"));
    static constexpr const char* weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    CHECK(weekdays[nominal.weekday()] == row.at("weekday"));
  }
  checked("weeklies.csv", table->rows.size());
}

TEST_CASE("expirations that closures move, beyond the published tables", "[data][calendar]") {
  struct Case {
    int year, month;
    const char* session;  // monthly
    const char* symbol;
    const char* end_of_month;
    const char* volatility;
  };
  const Case cases[] = {
      // Good Friday on the third Friday, still dated Saturday.
      {2008, 3, "2008-03-20", "2008-03-22", "2008-03-31", "2008-03-19"},
      // The month ends in the closure of a hurricane, a weekend, a holiday.
      {2012, 10, "2012-10-19", "2012-10-20", "2012-10-31", "2012-10-17"},
      {2019, 4, "2019-04-18", "2019-04-18", "2019-04-30", "2019-04-17"},
      {2019, 3, "2019-03-15", "2019-03-15", "2019-03-29", "2019-03-19"},  // thirty days before Thursday 18 April
      {2024, 3, "2024-03-15", "2024-03-15", "2024-03-28", "2024-03-20"},  // Good Friday is the 29th
      {2024, 6, "2024-06-21", "2024-06-21", "2024-06-28", "2024-06-18"},  // Juneteenth is that Wednesday
      {2022, 3, "2022-03-18", "2022-03-18", "2022-03-31", "2022-03-15"},
      {2025, 3, "2025-03-21", "2025-03-21", "2025-03-31", "2025-03-18"},
      {2026, 6, "2026-06-18", "2026-06-18", "2026-06-30", "2026-06-17"},
      {2027, 6, "2027-06-17", "2027-06-17", "2027-06-30", "2027-06-16"},
      {2021, 12, "2021-12-17", "2021-12-17", "2021-12-31", "2021-12-22"},
      {2030, 12, "2030-12-20", "2030-12-20", "2030-12-31", "2030-12-18"},
  };
  for (const Case& c : cases) {
    INFO(c.year << "-" << c.month);
    CHECK(monthly_session(c.year, c.month).to_string() == c.session);
    CHECK(monthly_symbol_date(c.year, c.month).to_string() == c.symbol);
    CHECK(end_of_month_session(c.year, c.month).to_string() == c.end_of_month);
    CHECK(vix_settlement_day(c.year, c.month).to_string() == c.volatility);
  }
  const std::pair<const char*, const char*> weeklies[] = {
      {"2012-10-29", "2012-10-31"},  // Monday and Tuesday closed
      {"2012-10-30", "2012-10-26"},  // a Tuesday goes back, past the closed Monday
      {"2018-12-24", "2018-12-24"}, {"2018-12-25", "2018-12-24"}, {"2023-12-25", "2023-12-26"},
      {"2024-12-25", "2024-12-24"}, {"2024-11-28", "2024-11-27"}, {"2022-07-04", "2022-07-05"},
      {"2023-01-16", "2023-01-17"}, {"2022-06-20", "2022-06-21"}, {"2007-01-02", "2006-12-29"},
  };
  for (const auto& [nominal, expected] : weeklies) {
    INFO(nominal);
    CHECK(weekly_session(*Date::parse(nominal)).to_string() == expected);
  }
}
