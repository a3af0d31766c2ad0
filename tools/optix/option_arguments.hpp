#pragma once
// What `optix price` and `optix iv` are told about the market, and how it is checked. Errors name
// the option in `where`.
#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/pricing/dividends.hpp"
#include "messages/market.hpp"
#include "messages/values/result.hpp"

namespace optix {

// When an option ends: exactly one of days, years and expiry. An expiration date means the close of
// that session (pm), counted from `date`: a date (its 16:00 in New York) or an instant.
struct TimeArguments {
  std::optional<double> days, years;
  std::string expiry, date;
};

struct MarketArguments {
  std::optional<double> spot, forward;
  double rate = 0;
  double dividend_yield = 0;
  std::optional<double> vol;
  TimeArguments time;
  std::vector<std::string> dividends;  // DAYS:AMOUNT or DATE:AMOUNT
};

void add_time_options(CLI::App& command, TimeArguments& time);
void add_market_options(CLI::App& command, MarketArguments& market);

// The instant prices are for; an Error when `date` is needed and missing or not a date.
Result<Timestamp> valuation_instant(const TimeArguments& time);
// Years to expiry, Act/365, above 0.
Result<double> years_to_expiry(const TimeArguments& time);
// The same for an expiration that is named elsewhere ("2024-02-16"); `where` is for errors.
Result<double> years_to_date(const std::string& expiry, const TimeArguments& time, const std::string& where);
Result<DividendSchedule> dividends_of(const MarketArguments& market);

// Fractions, not per cent: rates within ±1, volatilities above 0 and at most 10; finite numbers.
Status check_market(const MarketArguments& market);
Status check_vol(double vol, const std::string& where);

// "30 days (0.0822 years)".
std::string time_text(double years);
// Fixed decimals: "%.*f".
std::string fixed(double value, int decimals);
// As many decimals as give `digits` significant ones, at least two decimals: for prices and greeks.
std::string figure(double value, int digits = 6);

}  // namespace optix
