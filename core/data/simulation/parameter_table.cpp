// The table of parameters and the presets: what each number means, its bounds and its values.
#include <algorithm>

#include "core/data/simulation/parameters.hpp"

namespace optix::simulation {

const std::vector<Parameter>& parameter_table() {
  using P = Params;
  static const std::vector<Parameter> table{
      {"underlying", "symbol of the underlying and root of its options, one to five letters", &P::underlying},
      {"first", "first session, inclusive", &P::first},
      {"last", "last session, inclusive", &P::last},

      {"model", "how the price moves", &P::model},
      {"spot", "price before the first session, USD", &P::spot, 1, 1e6},
      {"drift", "of the price, a year, continuous", &P::drift, -2, 2},
      {"vol", "volatility of the price; of heston the long-run mean, of regimes the calm one", &P::vol, 0.005, 3},
      {"rate", "interest rate, continuous", &P::rate, -0.1, 0.5},
      {"dividend_yield", "a year, continuous or as discrete dividends", &P::dividend_yield, -0.1, 0.5},
      {"dividends_per_year", "0: a continuous yield; else discrete ones, the price drops on the ex-date",
       &P::dividends_per_year, 0, 12},
      {"heston_reversion", "speed at which variance returns to its mean, a year", &P::heston_reversion, 0.01, 100},
      {"heston_vol_of_vol", "volatility of variance", &P::heston_vol_of_vol, 0, 5},
      {"heston_correlation", "of price and variance", &P::heston_correlation, -0.999, 0.999},
      {"jump_rate", "jumps a year (merton)", &P::jump_rate, 0, 250},
      {"jump_mean", "mean log jump", &P::jump_mean, -1, 1},
      {"jump_vol", "standard deviation of log jumps", &P::jump_vol, 0, 1},
      {"stress_vol", "volatility in the stressed regime", &P::stress_vol, 0.005, 3},
      {"stress_drift", "drift in the stressed regime", &P::stress_drift, -5, 5},
      {"stress_enter", "chance of stress to begin at a session's opening", &P::stress_enter, 0, 1},
      {"stress_leave", "chance of stress to end at a session's opening", &P::stress_leave, 0, 1},

      {"snapshots_per_session", "equally spaced, the last at the close; 390 is one a minute", &P::snapshots_per_session,
       1, 23'400},
      {"minutes_before_close", "how long before the close the last snapshot is taken", &P::minutes_before_close, 0,
       120},
      {"overnight_share", "share of a session's variance between the close and the next opening", &P::overnight_share,
       0, 0.95},
      {"intraday_shape", "0: even; 1.5: variance at midday is half that of the opening and close, less a third",
       &P::intraday_shape, 0, 1.5},

      {"level", "mean of the short end of implied volatility", &P::level, 0.01, 3},
      {"level_reversion", "speed at which the level returns to its mean, a year", &P::level_reversion, 0, 200},
      {"level_return", "change of the level's logarithm per log return", &P::level_return, -30, 30},
      {"level_vol", "volatility of the level's logarithm beside that", &P::level_vol, 0, 5},
      {"level_follow", "share by which the level's mean follows the price's momentary volatility", &P::level_follow, 0,
       1},
      {"medium_vol", "forward volatility at medium terms when the level is at its mean", &P::medium_vol, 0.01, 3},
      {"medium_share", "share of the level's move (logarithm) that medium terms share", &P::medium_share, 0, 1},
      {"medium_speed", "at which the short end gives way to medium terms, a year", &P::medium_speed, 0.05, 200},
      {"long_vol", "forward volatility at long terms when the level is at its mean", &P::long_vol, 0.01, 3},
      {"long_share", "share of the level's move (logarithm) that long terms share", &P::long_share, 0, 1},
      {"long_speed", "at which medium terms give way to long ones, a year", &P::long_speed, 0.01, 200},
      {"skew", "correlation of the smile (rho of SSVI)", &P::skew, -0.95, 0.95},
      {"skew_vol", "standard deviation of its slow wandering", &P::skew_vol, 0, 0.5},
      {"curvature", "of the smile (eta of SSVI); bounded by what is free of arbitrage", &P::curvature, 0.01, 4},
      {"curvature_level", "curvature goes with this power of level over its mean", &P::curvature_level, -2, 2},
      {"curvature_decay", "gamma of SSVI: how the smile flattens with the term", &P::curvature_decay, 0.05, 0.5},

      {"american", "exercise style; else european", &P::american},
      {"am_monthlies", "monthlies settle on the opening; weeklies then trade under the root + W", &P::am_monthlies},
      {"pm_monthlies", "third Fridays are also listed under the weeklies' root, settling on the close",
       &P::pm_monthlies},
      {"expirations_per_week", "1: Fridays; 3: Mondays, Wednesdays, Fridays; 5: every session",
       &P::expirations_per_week, 1, 5},
      {"weekly_fridays", "Fridays ahead that are listed", &P::weekly_fridays, 0, 104},
      {"midweek_weeks", "weeks ahead for the other weekdays", &P::midweek_weeks, 0, 52},
      {"monthlies", "third Fridays ahead that are listed", &P::monthlies, 0, 36},
      {"quarterlies", "third Fridays of quarter-end months ahead that are listed", &P::quarterlies, 0, 12},
      {"leaps", "third Fridays of leaps_month ahead that are listed", &P::leaps, 0, 10},
      {"leaps_month", "month of long-dated expirations", &P::leaps_month, 1, 12},
      {"month_ends", "last sessions of months ahead that are listed", &P::month_ends, 0, 36},
      {"strike_step", "between strikes near the money, USD", &P::strike_step, 0.001, 1e4},
      {"strike_step_far", "farther out, and for long terms", &P::strike_step_far, 0.001, 1e5},
      {"strike_step_wing", "in the wings", &P::strike_step_wing, 0.001, 1e5},
      {"strikes_below", "reach of strike_step below the price, as a share of it", &P::strikes_below, 0, 0.99},
      {"strikes_above", "reach of strike_step above", &P::strikes_above, 0, 5},
      {"far_below", "reach of strike_step_far below", &P::far_below, 0, 0.99},
      {"far_above", "reach of strike_step_far above", &P::far_above, 0, 5},
      {"wing_below", "reach of strike_step_wing below", &P::wing_below, 0, 0.99},
      {"wing_above", "reach of strike_step_wing above", &P::wing_above, 0, 5},
      {"long_days", "days to expiration from which strike_step is not listed", &P::long_days, 0, 4000},

      {"ticks", "index: 0.05 below 3 USD, 0.10 from there; penny: 0.01 and 0.05; cent: 0.01", &P::ticks},
      {"spread", "of an option without value, before rounding outwards to ticks, USD", &P::spread, 0, 10},
      {"spread_root", "added per root of the option's time value", &P::spread_root, 0, 10},
      {"spread_term", "growth of the spread per year to expiration", &P::spread_term, 0, 10},
      {"spread_in_the_money", "added deep in the money, as a share of the underlying's price", &P::spread_in_the_money,
       0, 0.1},
      {"spread_level", "spreads go with this power of level over its mean", &P::spread_level, 0, 5},

      {"volume", "contracts a day at the money on the day of expiration", &P::volume, 0, 1e7},
      {"volume_decay", "volume falls with this power of the days to expiration", &P::volume_decay, 0, 3},
      {"volume_monthly", "times as much in monthlies", &P::volume_monthly, 0, 100},
      {"volume_width", "distance from the money (logarithm) at which a month's volume halves", &P::volume_width, 0.001,
       2},
      {"interest_share", "share of a day's volume that stays open", &P::interest_share, 0, 1},
  };
  return table;
}

const std::vector<Preset>& presets() {
  static const std::vector<Preset> list{
      {"spx-like", "an index as SPX was in the second quarter of 2019: AM monthlies, PM weeklies, month ends, LEAPS"},
      {"spx-daily", "spx-like with an expiration on every session, so that each has options expiring the same day"},
      {"equity-like", "a share: American options, quarterly dividends, penny ticks, weeklies on Fridays"},
      {"calm", "spx-like with low volatility and no surprises"},
      {"crash", "spx-like with stochastic stress: falls of a tenth in a few sessions and volatility above a half"},
  };
  return list;
}

Result<Params> preset(std::string_view name) {
  Params p;
  p.underlying = *Symbol::from("SPX");
  p.minutes_before_close = 15;
  if (name == "spx-like") return p;
  if (name == "spx-daily") {
    p.expirations_per_week = 5;
    return p;
  }
  if (name == "calm") {
    p.model = PriceModel::brownian;
    p.vol = 0.08;
    p.level = 0.10;
    p.medium_vol = 0.12;
    p.level_vol = 0.2;
    return p;
  }
  if (name == "crash") {
    p.model = PriceModel::regimes;
    p.vol = 0.14;
    p.stress_vol = 0.65;
    p.stress_drift = -1.5;
    p.stress_enter = 0.02;
    p.stress_leave = 0.06;
    p.level_follow = 0.8;
    p.level_reversion = 20;
    return p;
  }
  if (name == "equity-like") {
    p.underlying = *Symbol::from("STK");
    p.model = PriceModel::merton;
    p.spot = 150;
    p.vol = 0.22;
    p.drift = 0.08;
    p.dividend_yield = 0.015;
    p.dividends_per_year = 4;
    p.jump_rate = 4;
    p.jump_mean = -0.005;
    p.jump_vol = 0.045;
    p.level = 0.24;
    p.medium_vol = 0.26;
    p.long_vol = 0.29;
    p.level_return = -3;
    p.skew = -0.4;
    p.curvature = 1.6;
    p.american = true;
    p.am_monthlies = p.pm_monthlies = false;
    p.expirations_per_week = 1;
    p.monthlies = 4;
    p.quarterlies = 3;
    p.leaps = 2;
    p.leaps_month = 1;
    p.month_ends = 0;
    p.strike_step = 2.5;
    p.strike_step_far = 5;
    p.strike_step_wing = 10;
    p.strikes_below = 0.15;
    p.strikes_above = 0.15;
    p.far_below = 0.4;
    p.far_above = 0.4;
    p.wing_below = 0.6;
    p.wing_above = 0.8;
    p.ticks = TickRule::penny;
    p.spread = 0.01;
    p.spread_root = 0.02;
    p.spread_in_the_money = 0.001;
    p.volume = 800;
    p.volume_monthly = 2;
    p.volume_width = 0.12;
    p.minutes_before_close = 0;
    return p;
  }
  std::string all;
  for (const Preset& one : presets()) all += (all.empty() ? "" : ", ") + std::string(one.name);
  return Error{"there is no preset '" + std::string(name) + "'", "simulated market", "there are: " + all};
}

}  // namespace optix::simulation
