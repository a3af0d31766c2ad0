#include "tools/optix/option_arguments.hpp"

#include <cmath>
#include <cstdio>

#include "config/scalar.hpp"
#include "core/time/calendar.hpp"

namespace optix {
namespace {

constexpr double days_per_year = 365;

Status check_fraction(double value, const char* option) {
  if (std::isfinite(value) && std::fabs(value) <= 1) return {};
  return Error{
      fixed(value, 4) + " is outside [-1, 1]", option,
      "rates are fractions a year, continuous" + std::string(std::isfinite(value) && std::fabs(value) <= 100
                                                                 ? "; did you mean " + fixed(value / 100, 4) + "?"
                                                                 : "")};
}

Status check_positive(const std::optional<double>& value, const char* option) {
  if (!value || (*value > 0 && std::isfinite(*value))) return {};
  return Error{fixed(*value, 4) + " is not above 0", option, ""};
}

Result<Date> session_date(const std::string& text, const std::string& where) {
  const auto date = Date::parse(text);
  if (!date || !calendar_covers(*date))
    return Error{"'" + text + "' is not a date", where,
                 "yyyy-mm-dd, from " + calendar_first_day.to_string() + " to " + calendar_last_day.to_string()};
  return *date;
}

}  // namespace

void add_time_options(CLI::App& command, TimeArguments& time) {
  command.add_option("--days", time.days, "Calendar days to expiry");
  command.add_option("--years", time.years, "Years to expiry");
  command.add_option("--expiry", time.expiry, "Expiration date; needs --date");
  command.add_option("--date", time.date, "Date (16:00 New York) or instant (UTC) the price is for");
}

void add_market_options(CLI::App& command, MarketArguments& market) {
  command.add_option("--spot", market.spot, "Price of the underlying");
  command.add_option("--rate", market.rate, "Interest rate, continuous, a fraction a year (default 0)");
  command.add_option("--yield", market.dividend_yield, "Dividend yield, continuous, a fraction a year (default 0)");
  add_time_options(command, market.time);
}

Result<Timestamp> valuation_instant(const TimeArguments& time) {
  if (time.date.empty())
    return Error{"is missing", "--date", "the date the price is for, for example --date 2024-01-05"};
  if (time.date.size() > 10) {
    const auto instant = Timestamp::parse(time.date);
    if (!instant)
      return Error{"'" + time.date + "' is not an instant", "--date", "UTC, for example 2024-01-05T15:30:00Z"};
    return *instant;
  }
  const auto date = session_date(time.date, "--date");
  if (!date) return date.error();
  return new_york_time(*date, clock_seconds(16, 0));
}

Result<double> years_to_date(const std::string& expiry, const TimeArguments& time, const std::string& where) {
  const auto date = session_date(expiry, where);
  if (!date) return date.error();
  const auto now = valuation_instant(time);
  if (!now) return now.error();
  const double years = years_between(*now, settlement_instant(*date, Settlement::pm));
  if (!(years > 0)) return Error{expiry + " is not after " + now->to_string(), where, ""};
  return years;
}

Result<double> years_to_expiry(const TimeArguments& time) {
  const int given = int{time.days.has_value()} + int{time.years.has_value()} + int{!time.expiry.empty()};
  if (given != 1)
    return Error{given == 0 ? "the time to expiry is missing" : "the time to expiry is given more than once", "",
                 "one of --days 30, --years 0.25, --expiry 2024-02-16 --date 2024-01-05"};
  if (!time.expiry.empty()) return years_to_date(time.expiry, time, "--expiry");
  const double years = time.years ? *time.years : *time.days / days_per_year;
  if (!(years > 0 && years <= 100))
    return Error{
        (time.years ? fixed(years, 4) + " years" : fixed(*time.days, 4) + " days") + " is outside 0 to 100 years",
        time.years ? "--years" : "--days", ""};
  return years;
}

Result<DividendSchedule> dividends_of(const MarketArguments& market) {
  std::vector<CashDividend> rows;
  for (const std::string& text : market.dividends) {
    const Error refused{"'" + text + "' is not a dividend", "--dividend",
                        "DAYS:AMOUNT or DATE:AMOUNT, for example 45:0.82 or 2024-02-09:0.82"};
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) return refused;
    const auto amount = parse_number(std::string_view(text).substr(colon + 1));
    if (!amount || !(*amount > 0)) return refused;
    const std::string when = text.substr(0, colon);
    if (const auto days = parse_number(when)) {
      rows.push_back({*days / days_per_year, *amount});
      continue;
    }
    const auto date = Date::parse(when);
    if (!date || !calendar_covers(*date)) return refused;
    const auto now = valuation_instant(market.time);
    if (!now) return now.error();
    rows.push_back({years_between(*now, new_york_time(*date, clock_seconds(9, 30))), *amount});
  }
  return DividendSchedule::from_years(rows);
}

Status check_vol(double vol, const std::string& where) {
  if (vol > 0 && vol <= 10) return {};
  const bool percent = std::isfinite(vol) && vol > 10 && vol <= 1000;
  return Error{fixed(vol, 4) + " is outside 0 to 10", where,
               "volatilities are fractions a year" + (percent ? "; did you mean " + fixed(vol / 100, 4) + "?" : "")};
}

Status check_market(const MarketArguments& market) {
  if (Status status = check_positive(market.spot, "--spot"); !status) return status;
  if (Status status = check_positive(market.forward, "--forward"); !status) return status;
  if (Status status = check_fraction(market.rate, "--rate"); !status) return status;
  if (Status status = check_fraction(market.dividend_yield, "--yield"); !status) return status;
  if (market.vol) return check_vol(*market.vol, "--vol");
  return {};
}

std::string fixed(double value, int decimals) {
  char text[400];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string figure(double value, int digits) {
  if (value == 0) return "0.00";
  const int magnitude = static_cast<int>(std::floor(std::log10(std::fabs(value))));
  return fixed(value, std::clamp(digits - 1 - magnitude, 2, 12));
}

std::string time_text(double years) {
  std::string days = figure(years * days_per_year, 6);
  while (days.back() == '0') days.pop_back();
  if (days.back() == '.') days.pop_back();
  return days + " days (" + fixed(years, 4) + " years)";
}

}  // namespace optix
