// `optix price --leg …`: payoff, break-evens, value and greeks of a position.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "config/scalar.hpp"
#include "core/pricing/elementary.hpp"
#include "core/pricing/european.hpp"
#include "core/pricing/implied_vol.hpp"
#include "core/pricing/scenario.hpp"
#include "core/store/report_text.hpp"
#include "tools/optix/exit_codes.hpp"
#include "tools/optix/position_legs.hpp"
#include "tools/optix/price_command.hpp"
#include "tools/optix/surface_data.hpp"

namespace optix {
namespace {

constexpr double days_per_year = 365;

struct Position {
  Strategy strategy;
  StrategyMarket market;
  double spot = 0;
  std::vector<std::string> names;  // of the legs, as shown
  std::optional<SurfaceFit> fit;
  double density_vol = 0;  // of the lognormal law, without a surface
};

Result<Position> position_of(const PriceArguments& a, std::optional<SurfaceFit> fit) {
  Position p;
  p.fit = std::move(fit);
  MarketArguments market = a.market;
  if (p.fit && !market.spot) market.spot = p.fit->surface.spot();
  if (Status status = check_market(market); !status) return status.error();
  if (!market.spot) return Error{"the price of the underlying is missing", "--spot", "--spot 100"};
  if (!market.dividends.empty())
    return Error{"positions are priced with a dividend yield only", "--dividend", "use --yield"};
  p.spot = *market.spot;
  p.market.rate = market.rate;
  p.market.dividend_yield = market.dividend_yield;

  double vols = 0;
  for (std::size_t i = 0; i < a.legs.size(); ++i) {
    const std::string where = "--leg " + std::to_string(i + 1);
    auto leg = parse_leg(a.legs[i], where);
    if (!leg) return leg.error();
    if (leg->stock) {
      const Decimal paid = leg->premium ? *leg->premium : Decimal::from_double(p.spot);
      p.strategy.stock.push_back({leg->quantity, paid});
      p.names.push_back(leg->name() + " @ " + paid.to_string());
      continue;
    }
    OptionLeg option{{leg->right, leg->strike, leg->quantity, leg->multiplier}, {}, 0, 0};
    const auto years = !leg->expiry.empty() ? years_to_date(leg->expiry, market.time, where)
                       : leg->days          ? Result<double>(*leg->days / days_per_year)
                                            : years_to_expiry(market.time);
    if (!years) return years.error();
    if (!(*years > 0 && *years <= 100))
      return Error{fixed(*years * days_per_year, 2) + " days to expiry", where, "above 0, at most 100 years"};
    option.years = *years;
    if (p.fit && p.strategy.options.empty() && market.rate == 0 && market.dividend_yield == 0) {
      // Rate and yield as the quotes have them, at the first leg's expiration.
      const SmileView smile = p.fit->surface.at_days(*years * days_per_year);
      p.market.rate = -math::log(smile.discount()) / smile.calendar_years();
      p.market.dividend_yield = p.market.rate - math::log(smile.forward() / p.spot) / smile.calendar_years();
    }
    const BlackScholesInput in{p.spot, leg->strike.to_double(), p.market.rate, p.market.dividend_yield, *years, 0};
    std::string vol_source = "given", premium_source;
    if (leg->vol) {
      option.vol = *leg->vol;
    } else if (p.fit) {
      option.vol = p.fit->surface.at_days(*years * days_per_year).vol_at_strike(in.strike);
      vol_source = "surface";
    } else if (market.vol) {
      option.vol = *market.vol;
    } else if (leg->premium) {
      const ImpliedVol implied = implied_vol(leg->right, leg->premium->to_double(), in);
      if (implied.status != ImpliedVolStatus::ok)
        return Error{"no volatility gives the price " + leg->premium->to_string() + ": " +
                         reason_text(enum_name(implied.status)),
                     where, "give vol=, or check spot, rate and days"};
      option.vol = implied.vol;
      vol_source = "implied";
    } else {
      return Error{"neither a price nor a volatility is known", where, "add @PRICE or vol=0.20, or give --vol"};
    }
    if (Status status = check_vol(option.vol, where); !status) return status.error();
    if (leg->premium) {
      option.premium = *leg->premium;
    } else {
      BlackScholesInput with_vol = in;
      with_vol.vol = option.vol;
      option.premium = Decimal::from_double(european(leg->right, with_vol).price);
      premium_source = " (model)";
    }
    vols += option.vol;
    p.names.push_back(leg->name() + " @ " + option.premium.to_string() + premium_source + ", " + time_text(*years) +
                      ", vol " + fixed(option.vol * 100, 2) + " % (" + vol_source + ")");
    p.strategy.options.push_back(option);
  }
  if (Status status = strategy_defect(p.strategy); !status) return status.error();
  if (!p.strategy.options.empty())
    p.density_vol = market.vol ? *market.vol : vols / static_cast<double>(p.strategy.options.size());
  return p;
}

// "LOW:HIGH:COUNT".
Result<std::vector<double>> spots_of(const PriceArguments& a, const Position& p) {
  if (a.spots.empty()) {
    double reach = 0.1;
    for (const OptionLeg& leg : p.strategy.options)
      reach = std::max(reach, 1.1 * std::fabs(leg.terms.strike.to_double() / p.spot - 1));
    reach = std::min(reach, 0.9);
    return scenario_steps(p.spot * (1 - reach), p.spot * (1 + reach), 9);
  }
  const std::size_t one = a.spots.find(':'), two = a.spots.find(':', one == std::string::npos ? one : one + 1);
  if (two != std::string::npos) {
    const auto low = parse_number(std::string_view(a.spots).substr(0, one));
    const auto high = parse_number(std::string_view(a.spots).substr(one + 1, two - one - 1));
    const auto count = parse_number(std::string_view(a.spots).substr(two + 1));
    if (low && high && count && *low > 0 && *high > *low && *count >= 2 && *count <= 10'000 &&
        *count == std::floor(*count))
      return scenario_steps(*low, *high, static_cast<std::size_t>(*count));
  }
  return Error{"'" + a.spots + "' is not a range of prices", "--spots", "LOW:HIGH:COUNT, for example 80:120:9"};
}

Result<ScenarioAxes> axes_of(const PriceArguments& a, const Position& p) {
  ScenarioAxes axes;
  auto spots = spots_of(a, p);
  if (!spots) return spots.error();
  axes.spot = std::move(*spots);
  const double first = first_expiry(p.strategy);
  if (!a.after.empty()) {
    for (const double days : a.after) axes.elapsed.push_back(days / days_per_year);
    for (double& years : axes.elapsed)
      if (std::isfinite(first) && std::fabs(years - first) < 1e-9) years = first;  // 30 days is the 30th day
  } else if (std::isfinite(first)) {
    axes.elapsed = {0, first / 2, first};
  } else {
    axes.elapsed = {0};
  }
  for (const double points : a.vol_shifts) axes.vol_shift.push_back(points / 100);
  if (axes.vol_shift.empty()) axes.vol_shift = {0};
  return axes;
}

struct Analysis {
  Position position;
  std::optional<ExpiryProfile> exact;
  StrategyProfile profile;
  std::optional<double> chance;
  StrategyValue now;
  ScenarioGrid grid;
};

Result<Analysis> analyse(const PriceArguments& a, std::optional<SurfaceFit> fit) {
  auto position = position_of(a, std::move(fit));
  if (!position) return position.error();
  Analysis out;
  out.position = std::move(*position);
  const Position& p = out.position;
  if (single_expiry(p.strategy)) out.exact = expiry_profile(p.strategy);
  out.profile = strategy_profile(p.strategy, p.market);
  out.now = strategy_value(p.strategy, p.market, p.spot);
  const double first = first_expiry(p.strategy);
  if (std::isfinite(first)) {
    if (p.fit) {
      const SmileView smile = p.fit->surface.at_days(first * days_per_year);
      out.chance = probability_of_profit(out.profile, first,
                                         [&](double, double price) { return smile.probability_below(price); });
    } else if (p.density_vol > 0) {
      const double forward = expiry_terms(p.spot, p.market.rate, p.market.dividend_yield, first).forward;
      out.chance = probability_of_profit(out.profile, first, [&](double years, double price) {
        return lognormal_probability_below(forward, p.density_vol, years, price);
      });
    }
  }
  const auto axes = axes_of(a, p);
  if (!axes) return axes.error();
  auto grid = scenario_grid(p.strategy, p.market, *axes);
  if (!grid) return grid.error();
  out.grid = std::move(*grid);
  return out;
}

std::string money(double value) { return (value < -0.005 ? "-" : "") + fixed(std::fabs(value), 2); }

std::string law_text(const Position& p) {
  return p.fit ? "under the surface's density"
               : "lognormal, volatility " + fixed(p.density_vol * 100, 2) + " %, drift rate - yield";
}

std::string break_even_text(const Analysis& a) {
  std::string out;
  if (a.exact) {
    for (const BreakEven& zero : a.exact->break_evens) {
      out += (out.empty() ? "" : ", ") + zero.from.to_string();
      if (zero.to != zero.from) out += zero.to.is_none() ? " and above" : " to " + zero.to.to_string();
    }
  } else {
    for (const double zero : a.profile.break_evens) out += (out.empty() ? "" : ", ") + fixed(zero, 2);
  }
  return out.empty() ? "none" : out;
}

// Where an exact profile has its highest or lowest profit: prices and stretches.
std::string places(const ExpiryProfile& exact, Decimal extreme) {
  std::string out;
  for (std::size_t i = 0; i < exact.price.size(); ++i) {
    if (exact.profit[i] != extreme) continue;
    std::size_t last = i;
    while (last + 1 < exact.price.size() && exact.profit[last + 1] == extreme) ++last;
    const bool on = last + 1 == exact.price.size() && exact.slope_beyond == 0;
    out += (out.empty() ? "" : ", ") + exact.price[i].to_string() +
           (on         ? " and above"
            : last > i ? " to " + exact.price[last].to_string()
                       : "");
    i = last;
  }
  return out;
}

std::string extreme_text(const Analysis& a, bool profit) {
  const ProfitPoint& point = profit ? a.profile.best : a.profile.worst;
  const bool unbounded = profit ? a.profile.unbounded_profit : a.profile.unbounded_loss;
  const std::string amount = money(profit ? point.profit : -point.profit);
  const std::string slope =
      "unbounded: " + money(std::fabs(a.profile.slope_beyond)) + " for each dollar above every strike";
  if (a.exact)
    return unbounded ? slope : amount + " at " + places(*a.exact, profit ? a.exact->max_profit : -a.exact->max_loss);
  const std::string at = std::isfinite(point.price) ? " at " + fixed(point.price, 2) : " far above every strike";
  return unbounded ? slope + "; " + amount + at + " up to " + fixed(a.profile.scanned_to, 2) : amount + at;
}

std::string pad(const std::string& text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 1, ' ') + text;
}

std::string text_of(const Analysis& a) {
  const Position& p = a.position;
  const Decimal cost = strategy_cost(p.strategy);
  std::string out;
  for (const std::string& name : p.names) out += name + "\n";
  const char* expiry = a.exact ? "at expiry" : "at the first expiration";
  out += "\ncost           " + cost.to_string() + (cost < Decimal{} ? " (received)" : "") + "\n";
  out += std::string("break-even     ") + break_even_text(a) + "\n";
  out += "max profit     " + extreme_text(a, true) + "\n";
  out += "max loss       " + extreme_text(a, false) + "\n";
  if (a.chance) out += "P(profit)      " + fixed(*a.chance * 100, 1) + " %, " + law_text(p) + "\n";
  out += std::string("               (") + expiry + ", USD, fees not included)\n";
  out += "\nnow, at " + figure(p.spot) + "\n";
  const std::tuple<const char*, double, const char*> rows[] = {
      {"value", a.now.value, "USD"},
      {"profit", a.now.profit, "USD"},
      {"delta", a.now.delta, "shares"},
      {"gamma", a.now.gamma, "shares per USD"},
      {"vega", a.now.vega / 100, "USD per volatility point (0.01)"},
      {"theta", a.now.theta / days_per_year, "USD per calendar day"},
      {"rho", a.now.rho / 100, "USD per percentage point of the rate"},
  };
  for (const auto& [name, value, unit] : rows)
    out += pad(name, 7) + pad(std::string_view(unit) == "USD" ? money(value) : figure(value), 16) + "  " + unit + "\n";
  const ScenarioAxes& axes = a.grid.axes;
  for (std::size_t v = 0; v < axes.vol_shift.size(); ++v) {
    out += "\nprofit, USD" +
           (axes.vol_shift[v] == 0 ? std::string() : ", volatility " + fixed(axes.vol_shift[v] * 100, 2) + " points") +
           "\n" + pad("underlying", 12);
    for (const double years : axes.elapsed) out += pad("day " + fixed(years * days_per_year, 1), 14);
    out += "\n";
    for (std::size_t s = 0; s < axes.spot.size(); ++s) {
      out += pad(fixed(axes.spot[s], 2), 12);
      for (std::size_t t = 0; t < axes.elapsed.size(); ++t) out += pad(money(a.grid.profit[a.grid.row(s, v, t)]), 14);
      out += "\n";
    }
  }
  return out;
}

nlohmann::ordered_json number(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

std::string json_of(const Analysis& a) {
  const Position& p = a.position;
  nlohmann::ordered_json out{{"spot", p.spot}, {"cost", strategy_cost(p.strategy).to_string()}};
  for (const OptionLeg& leg : p.strategy.options)
    out["options"].push_back({{"right", enum_name(leg.terms.right)},
                              {"strike", leg.terms.strike.to_string()},
                              {"quantity", leg.terms.quantity},
                              {"multiplier", leg.terms.multiplier},
                              {"premium", leg.premium.to_string()},
                              {"years", leg.years},
                              {"vol", leg.vol}});
  for (const StockLeg& leg : p.strategy.stock)
    out["stock"].push_back({{"shares", leg.shares}, {"price", leg.price.to_string()}});
  nlohmann::ordered_json expiry{{"exact", a.exact.has_value()}, {"break_evens", nlohmann::ordered_json::array()}};
  if (a.exact)
    for (const BreakEven& zero : a.exact->break_evens)
      expiry["break_evens"].push_back(
          {{"from", zero.from.to_string()},
           {"to", zero.to.is_none() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(zero.to.to_string())}});
  else
    for (const double zero : a.profile.break_evens) expiry["break_evens"].push_back({{"from", zero}, {"to", zero}});
  const auto extreme = [](const ProfitPoint& point, bool unbounded) {
    return nlohmann::ordered_json{{"unbounded", unbounded}, {"profit", point.profit}, {"price", number(point.price)}};
  };
  expiry["best"] = extreme(a.profile.best, a.profile.unbounded_profit);
  expiry["worst"] = extreme(a.profile.worst, a.profile.unbounded_loss);
  expiry["slope_beyond"] = a.profile.slope_beyond;
  out["expiry"] = expiry;
  out["probability_of_profit"] = a.chance ? nlohmann::ordered_json(*a.chance) : nlohmann::ordered_json(nullptr);
  out["probability_law"] = a.chance ? nlohmann::ordered_json(law_text(p)) : nlohmann::ordered_json(nullptr);
  out["now"] = {{"value", a.now.value},  {"profit", a.now.profit},   {"delta", a.now.delta},
                {"gamma", a.now.gamma},  {"vega", a.now.vega / 100}, {"theta", a.now.theta / days_per_year},
                {"rho", a.now.rho / 100}};
  out["units"] = {{"value", "USD"},
                  {"delta", "shares"},
                  {"gamma", "shares per USD"},
                  {"vega", "USD per volatility point (0.01)"},
                  {"theta", "USD per calendar day"},
                  {"rho", "USD per percentage point of the rate"}};
  const ScenarioAxes& axes = a.grid.axes;
  nlohmann::ordered_json days = nlohmann::ordered_json::array(), points = nlohmann::ordered_json::array();
  for (const double years : axes.elapsed) days.push_back(years * days_per_year);
  for (const double shift : axes.vol_shift) points.push_back(shift * 100);
  out["scenario"] = {{"order", "underlying fastest, then volatility, then days"},
                     {"underlying", axes.spot},
                     {"vol_points", points},
                     {"days", days},
                     {"value", a.grid.value},
                     {"profit", a.grid.profit},
                     {"delta", a.grid.delta},
                     {"gamma", a.grid.gamma},
                     {"vega", a.grid.vega},
                     {"theta", a.grid.theta}};
  return out.dump();
}

}  // namespace

int price_position(const PriceArguments& arguments, const Console& console) {
  std::optional<SurfaceFit> fit;
  if (arguments.strike) {
    console.complain(Error{"is for one option; a leg names its own", "--strike", "--leg \"sell 1 put 90\""});
    return exit_code::usage;
  }
  if (!arguments.surface.empty()) {
    int exit = exit_code::ok;
    auto data = fit_surface_of({{arguments.surface, {"", arguments.sets, {}, {}}}, arguments.market.time.date, {}},
                               console, exit);
    if (!data) return exit;
    fit = std::move(data->fit);
  }
  try {
    const auto analysis = analyse(arguments, std::move(fit));
    if (analysis) {
      console.result(console.json ? json_of(*analysis) : text_of(*analysis));
      return exit_code::ok;
    }
    console.complain(analysis.error());
  } catch (const std::invalid_argument& error) {
    console.complain(Error{error.what(), "", ""});
  } catch (const std::overflow_error&) {
    console.complain(Error{"the position is too large for exact dollars", "--leg", "amounts stay below 9.2e12"});
  }
  return exit_code::usage;
}

}  // namespace optix
