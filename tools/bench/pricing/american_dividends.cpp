// American options under cash dividends, against QuantLib's finite differences with 200 steps and 400
// nodes. The rows are the reference table's where it is on the machine (errors against its prices),
// else drawn by number (errors against a grid of 2400 by 1200, extrapolated).
#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <ql/exercise.hpp>
#include <ql/instruments/dividendvanillaoption.hpp>
#include <ql/pricingengines/vanilla/fdblackscholesvanillaengine.hpp>
#include <ql/processes/blackscholesprocess.hpp>
#include <ql/quotes/simplequote.hpp>
#include <ql/settings.hpp>
#include <ql/termstructures/volatility/equityfx/blackconstantvol.hpp>
#include <ql/termstructures/yield/flatforward.hpp>
#include <ql/time/calendars/nullcalendar.hpp>
#include <ql/time/daycounters/actual365fixed.hpp>

#include "core/pricing/american_dividends.hpp"
#include "tools/bench/pricing/report.hpp"

namespace optix {
namespace {

struct Case {
  BlackScholesInput in;
  Right right = Right::put;
  std::vector<CashDividend> dividends;
  DividendSchedule schedule;
  double spot_price = 0, escrowed_price = 0;  // references
};

struct Cases {
  std::vector<Case> rows;
  std::string reference;
};

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) out.push_back(part);
  return out;
}

std::vector<double> list(const std::string& text) {
  std::vector<double> out;
  for (const std::string& part : split(text, ';')) out.push_back(std::stod(part));
  return out;
}

// The reference table's rows by column; none where it is not on this machine.
std::vector<std::map<std::string, std::string>> reference_table() {
  std::ifstream in(OPTIX_SOURCE_DIR "/../shared/oracles/pricing/american_discrete_div.csv");
  std::vector<std::map<std::string, std::string>> rows;
  std::vector<std::string> header;
  for (std::string line; std::getline(in, line);) {
    const auto cells = split(line, ',');
    if (header.empty()) {
      header = cells;
      continue;
    }
    auto& row = rows.emplace_back();
    for (std::size_t i = 0; i < std::min(cells.size(), header.size()); ++i) row[header[i]] = cells[i];
  }
  return rows;
}

double american_price(const DividendGrid& grid, DividendModel model, const Case& c) {
  return dividend_option(grid, model, ExerciseStyle::american, c.right, c.in, c.schedule).price;
}

Cases drawn() {
  std::mt19937_64 random(42);
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * (static_cast<double>(random() >> 11) * 0x1p-53);
  };
  // Times in steps of 1e-4 years, which QuantLib's dates can hold (see below).
  const auto time = [&](double low, double high) { return std::floor(1e4 * uniform(low, high)) / 1e4; };
  Cases out{{}, "price, against 2400 × 1200 extrapolated"};
  for (int i = 0; i < 20; ++i) {
    Case c;
    c.in = {100, uniform(80, 125), uniform(0, 0.08), 0, time(0.1, 2), uniform(0.12, 0.6)};
    c.right = i % 2 == 0 ? Right::put : Right::call;
    for (int d = 0; d < 1 + i % 4; ++d) c.dividends.push_back({c.in.years * (d + 0.5) / 4, uniform(0.3, 3)});
    for (CashDividend& d : c.dividends) d.years = std::floor(1e4 * d.years) / 1e4;
    c.schedule = DividendSchedule::from_years(c.dividends).value();
    c.spot_price = american_price({2400, 1200, true}, DividendModel::spot, c);
    c.escrowed_price = american_price({2400, 1200, true}, DividendModel::escrowed, c);
    out.rows.push_back(c);
  }
  return out;
}

Cases cases() {
  const auto table = reference_table();
  if (table.empty()) return drawn();
  Cases out{{}, "price, spot 100, against the reference table"};
  for (const auto& row : table) {
    const auto number = [&](const char* name) { return std::stod(row.at(name)); };
    Case c;
    c.in = {number("spot"),           number("strike"),     number("rate"),
            number("dividend_yield"), number("time_years"), number("vol")};
    c.right = row.at("type") == "C" ? Right::call : Right::put;
    const auto times = list(row.at("div_times")), amounts = list(row.at("div_amounts"));
    for (std::size_t i = 0; i < times.size(); ++i) c.dividends.push_back({times[i], amounts[i]});
    c.schedule = DividendSchedule::from_years(c.dividends).value();
    c.spot_price = number("amer_spot_model");
    c.escrowed_price = number("amer_escrowed_model");
    out.rows.push_back(c);
  }
  return out;
}

// QuantLib's dividends fall on dates. A day stands for 1e-4 years here, with rate and variance per
// year scaled to match: prices depend on rate·years and vol·√years alone.
double quantlib_price(const Case& c, QuantLib::FdBlackScholesVanillaEngine::CashDividendModel model, double* delta,
                      double* gamma) {
  namespace ql = QuantLib;
  constexpr double days_per_year = 1e4, scale = days_per_year / 365;
  const ql::Date today(1, ql::January, 2020);
  ql::Settings::instance().evaluationDate() = today;
  const auto date = [&](double years) {
    return today + static_cast<ql::Date::serial_type>(std::lround(years * days_per_year));
  };
  const ql::Actual365Fixed day_count;
  const auto curve = [&](double rate) {
    return ql::Handle<ql::YieldTermStructure>(ql::ext::make_shared<ql::FlatForward>(today, rate / scale, day_count));
  };
  const auto process = ql::ext::make_shared<ql::BlackScholesMertonProcess>(
      ql::Handle<ql::Quote>(ql::ext::make_shared<ql::SimpleQuote>(c.in.spot)), curve(c.in.dividend_yield),
      curve(c.in.rate),
      ql::Handle<ql::BlackVolTermStructure>(ql::ext::make_shared<ql::BlackConstantVol>(
          today, ql::NullCalendar(), c.in.vol / std::sqrt(scale), day_count)));
  std::vector<ql::Date> dates;
  std::vector<double> amounts;
  for (const CashDividend& d : c.dividends) {
    dates.push_back(date(d.years));
    amounts.push_back(d.amount);
  }
  ql::DividendVanillaOption option(ql::ext::make_shared<ql::PlainVanillaPayoff>(
                                       c.right == Right::call ? ql::Option::Call : ql::Option::Put, c.in.strike),
                                   ql::ext::make_shared<ql::AmericanExercise>(today, date(c.in.years)), dates, amounts);
  option.setPricingEngine(ql::ext::make_shared<ql::FdBlackScholesVanillaEngine>(
      process, 200, 400, 0, ql::FdmSchemeDesc::Douglas(), false, -ql::Null<ql::Real>(), model));
  const double price = option.NPV();
  *delta = option.delta();
  *gamma = option.gamma();
  return price;
}

}  // namespace

void bench_american_dividends(bench::Report& report) {
  using Engine = QuantLib::FdBlackScholesVanillaEngine;
  const Cases all = cases();
  const std::size_t n = all.rows.size();
  for (const auto model : {DividendModel::spot, DividendModel::escrowed}) {
    const bool spot = model == DividendModel::spot;
    const auto reference = [&](const Case& c) { return spot ? c.spot_price : c.escrowed_price; };
    std::vector<double> price(n);
    const double quantlib_ns = bench::best_ns(n, 2, [&] {
      for (std::size_t i = 0; i < n; ++i) {
        double delta = 0, gamma = 0;
        price[i] = quantlib_price(all.rows[i], spot ? Engine::Spot : Engine::Escrowed, &delta, &gamma);
        bench::keep(delta);
        bench::keep(gamma);
      }
    });
    const auto error = [&] {
      double worst = 0;
      for (std::size_t i = 0; i < n; ++i) worst = std::max(worst, std::fabs(price[i] - reference(all.rows[i])));
      return worst;
    };
    bench::Row row;
    row.baseline = "QuantLib FdBlackScholesVanillaEngine 200×400";
    row.baseline_ns = quantlib_ns;
    row.baseline_error = error();
    row.error_of = all.reference;
    row.work =
        std::string("American, cash dividends, ") + (spot ? "spot" : "escrowed") + " model, price + delta + gamma";
    row.workload = std::to_string(n) + " options, 1 to 4 dividends";
    for (const auto scheme : {DividendScheme::fast, DividendScheme::high_precision}) {
      const bool fast = scheme == DividendScheme::fast;
      row.variant = fast ? "fast" : "high_precision";
      row.ours_ns = bench::best_ns(n, fast ? 5 : 2, [&] {
        for (std::size_t i = 0; i < n; ++i) {
          const Case& c = all.rows[i];
          const auto v = dividend_option(scheme, model, ExerciseStyle::american, c.right, c.in, c.schedule);
          price[i] = v.price;
          bench::keep(v);
        }
      });
      row.ours_error = error();
      row.target_ns = fast ? 1.5e6 : 0;
      row.target_error = fast ? 1e-3 : 5e-5;
      report.add(row);
    }
    // Eight strikes of one expiry at once; the option with a reference is the third.
    constexpr std::size_t strikes = 8;
    row.variant = "fast, chain of 8 strikes";
    row.ours_ns = bench::best_ns(n * strikes, 3, [&] {
      for (std::size_t i = 0; i < n; ++i) {
        const Case& c = all.rows[i];
        std::vector<double> strike, out(strikes), delta(strikes), gamma(strikes);
        for (std::size_t j = 0; j < strikes; ++j) strike.push_back(c.in.strike * (0.9 + 0.05 * static_cast<double>(j)));
        strike[2] = c.in.strike;
        dividend_option_chain(DividendScheme::fast, model, ExerciseStyle::american, c.in, c.schedule, strike,
                              std::vector<double>(strikes, c.in.vol), std::vector<Right>(strikes, c.right),
                              {out, delta, gamma});
        price[i] = out[2];
      }
    });
    row.ours_error = error();
    row.target_ns = 1.5e6;
    row.target_error = 1e-3;
    report.add(row);
  }
}

}  // namespace optix
