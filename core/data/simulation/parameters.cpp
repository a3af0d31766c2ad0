#include "core/data/simulation/parameters.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "core/time/calendar.hpp"

namespace optix::simulation {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

template <class E>
std::string choices() {
  std::string out;
  for (const auto name : enum_names(E{})) out += (out.empty() ? "" : "|") + std::string(name);
  return out;
}

template <class E>
bool choose(E& out, std::string_view text) {
  const auto names = enum_names(E{});
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == text) {
      out = static_cast<E>(i);
      return true;
    }
  return false;
}

// The shortest text that reads back as the same number.
std::string shortest(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

bool read(double& out, std::string_view text) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && std::isfinite(out);
}

bool read(int& out, std::string_view text) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

std::string near_names(std::string_view name) {
  std::string out;
  for (const Parameter& p : parameter_table())
    if (p.name.find(name) != std::string_view::npos || p.name.substr(0, 3) == name.substr(0, 3))
      out += (out.empty() ? "" : ", ") + std::string(p.name);
  return out.empty() ? "see the list of parameters" : "there are: " + out;
}

Error refuse(std::string what, std::string hint = {}) {
  return Error{std::move(what), "simulated market", std::move(hint)};
}

Status check_bounds(const Params& params) {
  for (const Parameter& p : parameter_table()) {
    double value = 0;
    if (const auto* number = std::get_if<double Params::*>(&p.member))
      value = params.**number;
    else if (const auto* count = std::get_if<int Params::*>(&p.member))
      value = params.**count;
    else
      continue;
    if (!(value >= p.min && value <= p.max))
      return refuse(std::string(p.name) + " is " + shortest(value),
                    "from " + shortest(p.min) + " to " + shortest(p.max) + ": " + std::string(p.doc));
  }
  return {};
}

Status check_market(const Params& p) {
  if (auto bounds = check_bounds(p); !bounds) return bounds;
  const std::string name = p.underlying.to_string();
  if (p.underlying.empty() || name.size() > 5)
    return refuse("the underlying '" + name + "' needs one to five characters", "its option roots have up to six");
  for (const char c : name)
    if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
      return refuse("the underlying '" + name + "' is not a root of option symbols", "letters A to Z and digits");
  if (!calendar_covers(p.first) || !calendar_covers(p.last) || p.last < p.first)
    return refuse("first " + p.first.to_string() + " and last " + p.last.to_string() + " are not a range of dates",
                  "dates from " + calendar_first_day.to_string() + " to " + calendar_last_day.to_string());
  if (session_on_or_after(p.first) > p.last)
    return refuse("there is no session from " + p.first.to_string() + " to " + p.last.to_string());
  const double far_steps = p.strike_step_far / p.strike_step, wing_steps = p.strike_step_wing / p.strike_step_far;
  if (far_steps != std::floor(far_steps) || wing_steps != std::floor(wing_steps))
    return refuse("strike_step, strike_step_far and strike_step_wing must each be a multiple of the one before",
                  "5, 25, 100");
  const double thousandths = p.strike_step * 1000;
  if (std::fabs(thousandths - std::round(thousandths)) > 1e-9)
    return refuse("strike_step must be a multiple of 0.001", "option symbols have no finer strikes");
  if (p.strikes_below > p.far_below || p.far_below > p.wing_below || p.strikes_above > p.far_above ||
      p.far_above > p.wing_above)
    return refuse("the ranges of strikes must grow: strikes, far, wing");
  if (p.weekly_fridays + p.monthlies + p.quarterlies + p.leaps + p.month_ends == 0)
    return refuse("no expirations are listed", "set weekly_fridays or monthlies");
  if (p.medium_speed < p.long_speed)
    return refuse("medium_speed is below long_speed", "the short end returns faster than the long");
  return {};
}

}  // namespace

std::string parameter_kind(const Parameter& parameter) {
  return std::visit(Overloaded{[](double Params::*) -> std::string { return "number"; },
                               [](int Params::*) -> std::string { return "integer"; },
                               [](bool Params::*) -> std::string { return "boolean"; },
                               [](Symbol Params::*) -> std::string { return "symbol"; },
                               [](Date Params::*) -> std::string { return "date"; },
                               [](PriceModel Params::*) { return choices<PriceModel>(); },
                               [](TickRule Params::*) { return choices<TickRule>(); }},
                    parameter.member);
}

std::string parameter_text(const Parameter& parameter, const Params& params) {
  return std::visit(Overloaded{[&](double Params::*m) { return shortest(params.*m); },
                               [&](int Params::*m) { return std::to_string(params.*m); },
                               [&](bool Params::*m) -> std::string { return params.*m ? "true" : "false"; },
                               [&](Symbol Params::*m) { return (params.*m).to_string(); },
                               [&](Date Params::*m) { return (params.*m).to_string(); },
                               [&](PriceModel Params::*m) {
                                 return std::string(enum_names(PriceModel{})[static_cast<std::size_t>(params.*m)]);
                               },
                               [&](TickRule Params::*m) {
                                 return std::string(enum_names(TickRule{})[static_cast<std::size_t>(params.*m)]);
                               }},
                    parameter.member);
}

Status set_parameter(Params& params, std::string_view name, std::string_view value) {
  const auto& table = parameter_table();
  const auto at = std::find_if(table.begin(), table.end(), [&](const Parameter& p) { return p.name == name; });
  if (at == table.end()) return refuse("there is no parameter '" + std::string(name) + "'", near_names(name));
  const auto wrong = [&, &p = *at] {
    const std::string kind = parameter_kind(p);
    return refuse(std::string(name) + ": '" + std::string(value) + "' is not " +
                      (kind.find('|') != std::string::npos ? "one of " + kind : "a " + kind),
                  std::string(p.doc));
  };
  const auto bounded = [&, &p = *at](double number) -> Status {
    if (number >= p.min && number <= p.max) return {};
    return refuse(std::string(name) + ": " + std::string(value) + " is out of bounds",
                  "from " + shortest(p.min) + " to " + shortest(p.max));
  };
  return std::visit(
      Overloaded{[&](double Params::*m) -> Status {
                   double number = 0;
                   if (!read(number, value)) return wrong();
                   if (auto ok = bounded(number); !ok) return ok;
                   params.*m = number;
                   return {};
                 },
                 [&](int Params::*m) -> Status {
                   int number = 0;
                   if (!read(number, value)) return wrong();
                   if (auto ok = bounded(number); !ok) return ok;
                   params.*m = number;
                   return {};
                 },
                 [&](bool Params::*m) -> Status {
                   if (value != "true" && value != "false") return wrong();
                   params.*m = value == "true";
                   return {};
                 },
                 [&](Symbol Params::*m) -> Status {
                   const auto symbol = Symbol::from(value);
                   if (!symbol) return wrong();
                   params.*m = *symbol;
                   return {};
                 },
                 [&](Date Params::*m) -> Status {
                   const auto date = Date::parse(value);
                   if (!date) return wrong();
                   params.*m = *date;
                   return {};
                 },
                 [&](PriceModel Params::*m) -> Status { return choose(params.*m, value) ? Status{} : Status{wrong()}; },
                 [&](TickRule Params::*m) -> Status { return choose(params.*m, value) ? Status{} : Status{wrong()}; }},
      at->member);
}

std::vector<double> equal_correlation(std::size_t count, double value) {
  std::vector<double> out(count * count, value);
  for (std::size_t i = 0; i < count; ++i) out[i * count + i] = 1;
  return out;
}

Status check(const Setup& setup) {
  if (setup.markets.empty()) return refuse("there is no underlying");
  for (std::size_t i = 0; i < setup.markets.size(); ++i) {
    const Params& p = setup.markets[i];
    if (auto ok = check_market(p); !ok) return ok;
    for (std::size_t j = 0; j < i; ++j)
      if (setup.markets[j].underlying == p.underlying)
        return refuse("the underlying " + p.underlying.to_string() + " is there twice");
    const Params& one = setup.markets.front();
    if (p.first != one.first || p.last != one.last || p.snapshots_per_session != one.snapshots_per_session)
      return refuse(p.underlying.to_string() + " and " + one.underlying.to_string() + " have different instants",
                    "first, last and snapshots_per_session are the same for all underlyings");
    if (p.model == PriceModel::garch && setup.returns.size() < 100)
      return refuse(
          "the model garch needs at least 100 daily returns; there are " + std::to_string(setup.returns.size()),
          "give a file of closes");
  }
  return {};
}

}  // namespace optix::simulation
