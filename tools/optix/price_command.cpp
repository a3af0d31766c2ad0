#include "tools/optix/price_command.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "actors/ports.hpp"
#include "core/pricing/american.hpp"
#include "core/pricing/american_dividends.hpp"
#include "core/pricing/european.hpp"
#include "tools/optix/exit_codes.hpp"

namespace optix {
namespace {

constexpr double days_per_year = 365;

// A figure of the result: converted to the unit it is shown in.
struct Figure {
  const char* name;
  double value;
  const char* unit;
};

struct Priced {
  std::string model;
  std::vector<Figure> figures;
  std::optional<bool> exercise_now;
};

struct Request {
  Right right = Right::call;
  bool american = false;
  BlackScholesInput in;
  DividendSchedule dividends;
  PriceArguments arguments;
};

constexpr const char* per_point = "USD per volatility point (0.01)";
constexpr const char* per_day = "USD per calendar day";
constexpr const char* per_rate_point = "USD per percentage point of the rate";

std::vector<Figure> european_figures(const EuropeanValue& v, bool forward) {
  return {{"price", v.price, "USD per share"},
          {"delta", v.delta, forward ? "USD per USD of the forward" : "USD per USD of the underlying"},
          {"gamma", v.gamma, "delta per USD"},
          {"vega", v.vega / 100, per_point},
          {"theta", v.theta / days_per_year, per_day},
          {"rho", v.rho / 100, per_rate_point},
          {"rho_q", v.rho_q / 100, "USD per percentage point of the yield"},
          {"vanna", v.vanna / 100, "delta per volatility point"},
          {"volga", v.volga / 1e4, "vega (per point) per volatility point"},
          {"charm", v.charm / days_per_year, "delta per calendar day"}};
}

// Greeks that the method itself does not give come from revaluing with one input moved.
template <class Value>
double slope(const Value& value, BlackScholesInput in, double BlackScholesInput::*input, double step) {
  const double at = in.*input;
  in.*input = at + step;
  const double up = value(in);
  in.*input = at - step;
  return (up - value(in)) / (2 * step);
}

Priced price_american(const Request& r) {
  const auto scheme = choice_value<AmericanScheme>(r.arguments.scheme);
  const AmericanValue v = american(scheme, r.right, r.in);
  const auto value = [&](const BlackScholesInput& in) { return american(scheme, r.right, in).price; };
  const double vol_step = std::min(1e-3, r.in.vol / 2);
  // Alive, the price obeys the Black–Scholes equation; exercised it stands still.
  const double s = r.in.spot;
  const double theta = v.exercise_now ? 0
                                      : r.in.rate * v.price - (r.in.rate - r.in.dividend_yield) * s * v.delta -
                                            0.5 * r.in.vol * r.in.vol * s * s * v.gamma;
  return {"American, Andersen-Lake-Offengenden, " + r.arguments.scheme,
          {{"price", v.price, "USD per share"},
           {"delta", v.delta, "USD per USD of the underlying"},
           {"gamma", v.gamma, "delta per USD"},
           {"vega", slope(value, r.in, &BlackScholesInput::vol, vol_step) / 100, per_point},
           {"theta", theta / days_per_year, per_day},
           {"rho", slope(value, r.in, &BlackScholesInput::rate, 1e-4) / 100, per_rate_point}},
          v.exercise_now};
}

Result<Priced> price_with_dividends(const Request& r) {
  const auto model = choice_value<DividendModel>(r.arguments.dividend_model);
  // The scheme's names are those of American options: there are two here.
  const DividendScheme scheme =
      r.arguments.scheme == "high_precision" ? DividendScheme::high_precision : DividendScheme::fast;
  const ExerciseStyle style = r.american ? ExerciseStyle::american : ExerciseStyle::european;
  const DividendOptionValue v = dividend_option(scheme, model, style, r.right, r.in, r.dividends);
  const auto value = [&](const BlackScholesInput& in) {
    return dividend_option(scheme, model, style, r.right, in, r.dividends).price;
  };
  // A day passes with the underlying where it is; less before an ex time or the expiry.
  double step = std::min(1 / days_per_year, r.in.years / 2);
  for (const CashDividend& d : r.dividends.between(0, r.in.years)) step = std::min(step, d.years / 2);
  std::vector<CashDividend> nearer;
  for (const CashDividend& d : r.dividends.between(0, r.in.years)) nearer.push_back({d.years - step, d.amount});
  auto moved = DividendSchedule::from_years(nearer);
  if (!moved) return moved.error();
  BlackScholesInput later = r.in;
  later.years -= step;
  const double theta = (dividend_option(scheme, model, style, r.right, later, *moved).price - v.price) / step;
  Priced out{std::string(r.american ? "American" : "European") + ", cash dividends, " + r.arguments.dividend_model +
                 " model, finite differences, " + std::string(enum_name(scheme)),
             {{"price", v.price, "USD per share"},
              {"delta", v.delta, "USD per USD of the underlying"},
              {"gamma", v.gamma, "delta per USD"},
              {"vega", slope(value, r.in, &BlackScholesInput::vol, std::min(1e-2, r.in.vol / 2)) / 100, per_point},
              {"theta", theta / days_per_year, per_day},
              {"rho", slope(value, r.in, &BlackScholesInput::rate, 1e-3) / 100, per_rate_point}},
             std::nullopt};
  if (r.american) out.exercise_now = v.exercise_now;
  return out;
}

Result<Priced> price(const Request& r) {
  const bool forward = r.arguments.model == "black76";
  if (!r.dividends.all().empty()) return price_with_dividends(r);
  if (r.american) {
    Priced out = price_american(r);
    if (forward) {
      out.model += ", on a forward";
      out.figures.pop_back();  // rho at a fixed spot is not that of a fixed forward
    }
    return out;
  }
  if (!forward)
    return Priced{"European, Black-Scholes-Merton", european_figures(european(r.right, r.in), false), std::nullopt};
  const BlackScholesInput& in = r.in;
  const double discount = expiry_terms(1, in.rate, 0, in.years).discount;
  EuropeanValue v = black76(r.right, in.spot, in.strike, discount, in.years, in.vol);
  std::vector<Figure> figures = european_figures(v, true);
  // The forward is what is observed, so the rate only discounts, and there is no yield.
  for (Figure& f : figures)
    if (std::string_view(f.name) == "rho") f.value = -in.years * v.price / 100;
  std::erase_if(figures, [](const Figure& f) { return std::string_view(f.name) == "rho_q"; });
  return Priced{"European, Black-76", std::move(figures), std::nullopt};
}

Result<Request> request_of(const PriceArguments& arguments) {
  const MarketArguments& market = arguments.market;
  if (Status status = check_market(market); !status) return status.error();
  Request r;
  r.arguments = arguments;
  r.right = arguments.right == "put" ? Right::put : Right::call;
  r.american = arguments.style == "american";
  const bool forward = arguments.model == "black76";
  if (forward ? !market.forward || market.spot : !market.spot || market.forward)
    return Error{forward ? "Black-76 takes --forward and no --spot" : "the price of the underlying is missing",
                 forward ? "--forward" : "--spot", forward ? "" : "--spot 100, or --model black76 --forward 100"};
  if (!arguments.strike)
    return Error{"is missing", "--strike", "for a position of several legs: --leg \"sell 1 put 90\""};
  if (!(*arguments.strike > 0 && std::isfinite(*arguments.strike)))
    return Error{fixed(*arguments.strike, 4) + " is not above 0", "--strike", ""};
  if (!market.vol) return Error{"is missing", "--vol", "a fraction a year: 0.20; `optix iv` finds it from a price"};
  if (forward && market.dividend_yield != 0)
    return Error{"a forward has no dividend yield", "--yield", "it is part of the forward already"};
  if (forward && !market.dividends.empty())
    return Error{"a forward has no dividends", "--dividend", "they are part of the forward already"};
  const auto years = years_to_expiry(market.time);
  if (!years) return years.error();
  auto dividends = dividends_of(market);
  if (!dividends) return dividends.error();
  r.dividends = std::move(*dividends);
  r.in = {forward ? *market.forward : *market.spot,
          *arguments.strike,
          market.rate,
          forward ? market.rate : market.dividend_yield,
          *years,
          *market.vol};
  return r;
}

std::string text_of(const Request& r, const Priced& priced) {
  const BlackScholesInput& in = r.in;
  std::string out = priced.model + " " + std::string(enum_name(r.right)) + "\n";
  const bool forward = r.arguments.model == "black76";
  out += std::string(forward ? "forward " : "spot ") + figure(in.spot) + ", strike " + figure(in.strike) + ", " +
         time_text(in.years) + ", volatility " + fixed(in.vol * 100, 2) + " %, rate " + fixed(in.rate * 100, 2) + " %";
  if (!forward) out += ", yield " + fixed(in.dividend_yield * 100, 2) + " %";
  for (const CashDividend& d : r.dividends.between(0, in.years))
    out += ", dividend " + figure(d.amount) + " in " + time_text(d.years);
  out += "\n\n";
  for (const Figure& f : priced.figures) {
    std::string value = figure(f.value);
    out += std::string(f.name) + std::string(8 - std::string_view(f.name).size(), ' ') +
           std::string(value.size() < 14 ? 14 - value.size() : 1, ' ') + value + "  " + f.unit + "\n";
  }
  if (priced.exercise_now && *priced.exercise_now) out += "\nexercise now: it is worth no more alive\n";
  return out;
}

std::string json_of(const Request& r, const Priced& priced) {
  const BlackScholesInput& in = r.in;
  const bool forward = r.arguments.model == "black76";
  nlohmann::ordered_json inputs{{forward ? "forward" : "spot", in.spot},
                                {"strike", in.strike},
                                {"right", enum_name(r.right)},
                                {"style", r.arguments.style},
                                {"years", in.years},
                                {"vol", in.vol},
                                {"rate", in.rate}};
  if (!forward) inputs["dividend_yield"] = in.dividend_yield;
  for (const CashDividend& d : r.dividends.between(0, in.years))
    inputs["dividends"].push_back({{"years", d.years}, {"amount", d.amount}});
  nlohmann::ordered_json values, units;
  for (const Figure& f : priced.figures) {
    values[f.name] = f.value;
    units[f.name] = f.unit;
  }
  if (priced.exercise_now) values["exercise_now"] = *priced.exercise_now;
  return nlohmann::ordered_json{{"model", priced.model}, {"inputs", inputs}, {"values", values}, {"units", units}}
      .dump();
}

}  // namespace

int price_option(const PriceArguments& arguments, const Console& console) {
  const auto request = request_of(arguments);
  if (!request) {
    console.complain(request.error());
    return exit_code::usage;
  }
  try {
    const auto priced = price(*request);
    if (priced) {
      console.result(console.json ? json_of(*request, *priced) : text_of(*request, *priced));
      return exit_code::ok;
    }
    console.complain(priced.error());
  } catch (const std::invalid_argument& error) {  // what the model itself cannot price
    console.complain(Error{error.what(), "", ""});
  }
  return exit_code::usage;
}

void add_price_command(CLI::App& app, Console& console, int& exit) {
  auto a = std::make_shared<PriceArguments>();
  CLI::App* command = app.add_subcommand("price", "Price and greeks of an option, or the payoff of a position");
  add_market_options(*command, a->market);
  command->add_option("--vol", a->market.vol, "Volatility, a fraction a year");
  command->add_option("--strike", a->strike, "Strike of one option");
  command->add_option("--right", a->right, "call or put (default call)")->check(CLI::IsMember({"call", "put"}));
  command->add_option("--style", a->style, "european or american (default european)")
      ->check(CLI::IsMember({"european", "american"}));
  command->add_option("--model", a->model, "bsm on --spot, or black76 on --forward (default bsm)")
      ->check(CLI::IsMember({"bsm", "black76"}));
  command->add_option("--forward", a->market.forward, "Forward or future price, for --model black76");
  command->add_option("--scheme", a->scheme, "Of American options: fast, accurate or high_precision (default)")
      ->check(CLI::IsMember({"fast", "accurate", "high_precision"}));
  command
      ->add_option("--dividend", a->market.dividends,
                   "Cash dividend, DAYS:AMOUNT or DATE:AMOUNT (of the ex-date); may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--dividend-model", a->dividend_model, "spot or escrowed (default spot)")
      ->check(CLI::IsMember({"spot", "escrowed"}));
  command
      ->add_option("--leg", a->legs,
                   "A leg of a position: \"sell 1 put 90 @1.25 vol=0.22 days=30\" or \"buy 100 stock @101\"; "
                   "may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--spots", a->spots, "Prices of the position's table, LOW:HIGH:COUNT");
  command->add_option("--after", a->after, "Dates of the position's table, days from now: 0,10,20")->delimiter(',');
  command->add_option("--vol-shifts", a->vol_shifts, "Volatility changes of the table, points: -5,0,5")->delimiter(',');
  command->add_option(
      "--surface", a->surface,
      "Data (CSV file, `simulated` or a run) whose surface on --date gives spot, volatilities, density");
  command->add_option("--set", a->sets, "Change that data: data.layout=optix; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  command->callback(
      [a, &console, &exit] { exit = a->legs.empty() ? price_option(*a, console) : price_position(*a, console); });
}

}  // namespace optix
