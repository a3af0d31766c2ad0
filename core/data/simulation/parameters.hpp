#pragma once
// What a made-up market is like: one struct per underlying, a table of its fields for command lines,
// YAML and documentation, and presets.
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "messages/market.hpp"
#include "messages/values/result.hpp"

namespace optix::simulation {

enum class PriceModel : std::uint8_t { brownian, heston, merton, regimes, garch };
constexpr auto enum_names(PriceModel) {
  return std::to_array<std::string_view>({"brownian", "heston", "merton", "regimes", "garch"});
}

// Ticks below and from 3 USD: index 0.05 and 0.10, penny 0.01 and 0.05, cent 0.01 throughout.
enum class TickRule : std::uint8_t { index, penny, cent };
constexpr auto enum_names(TickRule) { return std::to_array<std::string_view>({"index", "penny", "cent"}); }

// Volatilities and rates per 1.00 a year; a year of trading has 252 sessions. Docs: parameter_table().
struct Params {
  Symbol underlying = *Symbol::from("SIM");
  Date first = Date::from_civil(2019, 1, 2);
  Date last = Date::from_civil(2019, 12, 31);

  // Price.
  PriceModel model = PriceModel::heston;
  double spot = 2800;
  double drift = 0.06;
  double vol = 0.12;
  double rate = 0.0235;
  double dividend_yield = 0.019;
  int dividends_per_year = 0;
  double heston_reversion = 5;
  double heston_vol_of_vol = 0.4;
  double heston_correlation = -0.75;
  double jump_rate = 1.5;
  double jump_mean = -0.03;
  double jump_vol = 0.03;
  double stress_vol = 0.32;
  double stress_drift = -0.25;
  double stress_enter = 0.01;
  double stress_leave = 0.05;

  // Within a session.
  int snapshots_per_session = 1;
  int minutes_before_close = 0;
  double overnight_share = 0.25;
  double intraday_shape = 0.9;

  // Surface.
  double level = 0.119;
  double level_reversion = 20;
  double level_return = -13;
  double level_vol = 0.9;
  double level_follow = 0.3;
  double medium_vol = 0.131;
  double medium_share = 0.6;
  double medium_speed = 14;
  double long_vol = 0.2;
  double long_share = 0.25;
  double long_speed = 0.5;
  double skew = -0.62;
  double skew_vol = 0.12;
  double curvature = 2.16;
  double curvature_level = -0.2;
  double curvature_decay = 0.36;

  // Contracts.
  bool american = false;
  bool am_monthlies = true;
  bool pm_monthlies = true;
  int expirations_per_week = 3;
  int weekly_fridays = 9;
  int midweek_weeks = 5;
  int monthlies = 7;
  int quarterlies = 5;
  int leaps = 3;
  int leaps_month = 12;
  int month_ends = 8;
  double strike_step = 5;
  double strike_step_far = 25;
  double strike_step_wing = 100;
  double strikes_below = 0.165;
  double strikes_above = 0.08;
  double far_below = 0.33;
  double far_above = 0.14;
  double wing_below = 0.62;
  double wing_above = 0.35;
  int long_days = 125;

  // Quotes.
  TickRule ticks = TickRule::index;
  double spread = 0.015;
  double spread_root = 0.042;
  double spread_term = 1.1;
  double spread_in_the_money = 0.0013;
  double spread_level = 0.8;

  // Activity.
  double volume = 3000;
  double volume_decay = 0.9;
  double volume_monthly = 4;
  double volume_width = 0.06;
  double interest_share = 0.45;

  bool operator==(const Params&) const = default;
};

// One field for people and programs.
struct Parameter {
  std::string_view name;
  std::string_view doc;
  std::variant<double Params::*, int Params::*, bool Params::*, Symbol Params::*, Date Params::*, PriceModel Params::*,
               TickRule Params::*>
      member;
  double min = 0, max = 0;  // of numbers, inclusive
};
const std::vector<Parameter>& parameter_table();

// "number", "integer", "boolean", "symbol", "date", or the choices: "brownian|heston|…".
std::string parameter_kind(const Parameter& parameter);
std::string parameter_text(const Parameter& parameter, const Params& params);
// Error: no such parameter (with near names), a value that cannot be read or is out of bounds.
Status set_parameter(Params& params, std::string_view name, std::string_view value);

// "spx-like" (calibrated to SPX in the second quarter of 2019), "spx-daily" (the same with an
// expiration each day), "equity-like", "calm", "crash".
struct Preset {
  std::string_view name;
  std::string_view doc;
};
const std::vector<Preset>& presets();
Result<Params> preset(std::string_view name);

// Several underlyings at once. All have the same dates and snapshots per session.
struct Setup {
  std::vector<Params> markets;
  // Row by row, symmetric with ones on the diagonal, positive definite; empty: independent.
  std::vector<double> correlation;
  // Daily log returns for the model garch, oldest first; used by every market of that model.
  std::vector<double> returns;
  std::uint64_t seed = 1;
};
// What makes no sense, named.
Status check(const Setup& setup);

// Correlation matrix of `count` underlyings that are all correlated by `value`.
std::vector<double> equal_correlation(std::size_t count, double value);

}  // namespace optix::simulation
