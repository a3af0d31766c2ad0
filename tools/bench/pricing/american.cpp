// American options with a continuous yield: price, delta and gamma by scheme, against QuantLib's
// QdFpAmericanEngine (the same method), which gives the price alone. Rows with an exercise boundary of
// the reference table where it is on the machine (errors against its prices), else drawn by number
// (errors against the high-precision scheme).
#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <ql/exercise.hpp>
#include <ql/instruments/vanillaoption.hpp>
#include <ql/pricingengines/vanilla/qdfpamericanengine.hpp>
#include <ql/processes/blackscholesprocess.hpp>
#include <ql/quotes/simplequote.hpp>
#include <ql/settings.hpp>
#include <ql/termstructures/volatility/equityfx/blackconstantvol.hpp>
#include <ql/termstructures/yield/flatforward.hpp>
#include <ql/time/calendars/nullcalendar.hpp>
#include <ql/time/daycounters/actual365fixed.hpp>

#include "core/pricing/american.hpp"
#include "tools/bench/pricing/report.hpp"

namespace optix {
namespace {

struct Rows {
  std::vector<double> spot, strike, rate, yield, years, vol, reference;
  std::vector<Right> right;
  std::string source, reference_name;
  std::size_t size() const { return spot.size(); }
  AmericanRows inputs() const { return {spot, strike, rate, yield, years, vol, right}; }
  void add(Right r, const BlackScholesInput& in, double price) {
    const double put_rate = r == Right::put ? in.rate : in.dividend_yield;
    if (!(put_rate > 0)) return;  // no exercise boundary, a European option
    spot.push_back(in.spot), strike.push_back(in.strike), rate.push_back(in.rate), yield.push_back(in.dividend_yield);
    years.push_back(in.years), vol.push_back(in.vol), right.push_back(r), reference.push_back(price);
  }
};

Rows reference_rows() {
  Rows rows;
  rows.reference_name = "the reference table";
  std::ifstream in(OPTIX_SOURCE_DIR "/../shared/oracles/pricing/american.csv");
  std::map<std::string, std::size_t> column;
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> cells;
    std::istringstream parts(line);
    for (std::string cell; std::getline(parts, cell, ',');) cells.push_back(cell);
    if (column.empty()) {
      for (std::size_t i = 0; i < cells.size(); ++i) column[cells[i]] = i;
      continue;
    }
    const auto number = [&](const char* name) { return std::stod(cells.at(column.at(name))); };
    rows.add(cells.at(column.at("type")) == "C" ? Right::call : Right::put,
             {number("spot"), number("strike"), number("rate"), number("dividend_yield"), number("time_years"),
              number("vol")},
             number("price"));
  }
  rows.source = std::to_string(rows.size()) + " rows of the reference table";
  return rows;
}

Rows drawn_rows() {
  Rows rows;
  std::mt19937_64 random(42);
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * (static_cast<double>(random() >> 11) * 0x1p-53);
  };
  while (rows.size() < 800)
    rows.add(random() % 2 == 0 ? Right::call : Right::put,
             {100, uniform(60, 165), uniform(0.001, 0.08), uniform(0, 0.06), uniform(7, 730) / 365, uniform(0.08, 0.9)},
             0);
  std::vector<AmericanStatus> status(rows.size());
  american_rows(AmericanScheme::high_precision, rows.inputs(),
                {.price = rows.reference, .delta = {}, .gamma = {}, .status = status});
  rows.source = std::to_string(rows.size()) + " drawn rows";
  rows.reference_name = "the high-precision scheme";
  return rows;
}

Rows every(std::size_t step, const Rows& rows) {
  Rows some;
  const AmericanRows in = rows.inputs();
  for (std::size_t i = 0; i < rows.size(); i += step)
    some.add(in.right[i], {in.spot[i], in.strike[i], in.rate[i], in.dividend_yield[i], in.years[i], in.vol[i]},
             rows.reference[i]);
  return some;
}

double worst_error(const Rows& rows, const std::vector<double>& price) {
  double worst = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double error = std::fabs(price[i] - rows.reference[i]);
    if (!(error <= worst)) worst = error;
  }
  return worst;
}

namespace ql = QuantLib;

// One QuantLib option per row. Its dates are whole days, so rates and volatility are scaled to keep
// rate·years, yield·years and vol·√years.
std::vector<std::unique_ptr<ql::VanillaOption>> baseline_options(
    const Rows& rows, const ql::ext::shared_ptr<ql::QdFpIterationScheme>& scheme) {
  const ql::Date today(2, ql::January, 2024);
  ql::Settings::instance().evaluationDate() = today;
  const ql::DayCounter days = ql::Actual365Fixed();
  std::vector<std::unique_ptr<ql::VanillaOption>> options;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const long count = std::max(1L, std::lround(rows.years[i] * 365));
    const double scale = rows.years[i] * 365 / static_cast<double>(count);
    const auto curve = [&](double rate) {
      return ql::Handle<ql::YieldTermStructure>(ql::ext::make_shared<ql::FlatForward>(today, rate * scale, days));
    };
    const auto process = ql::ext::make_shared<ql::BlackScholesMertonProcess>(
        ql::Handle<ql::Quote>(ql::ext::make_shared<ql::SimpleQuote>(rows.spot[i])), curve(rows.yield[i]),
        curve(rows.rate[i]),
        ql::Handle<ql::BlackVolTermStructure>(ql::ext::make_shared<ql::BlackConstantVol>(
            today, ql::NullCalendar(), rows.vol[i] * std::sqrt(scale), days)));
    auto option = std::make_unique<ql::VanillaOption>(
        ql::ext::make_shared<ql::PlainVanillaPayoff>(rows.right[i] == Right::call ? ql::Option::Call : ql::Option::Put,
                                                     rows.strike[i]),
        ql::ext::make_shared<ql::AmericanExercise>(today, today + static_cast<ql::Integer>(count)));
    option->setPricingEngine(ql::ext::make_shared<ql::QdFpAmericanEngine>(process, scheme));
    options.push_back(std::move(option));
  }
  return options;
}

struct Baseline {
  const char* name;
  double ns = 0, error = 0;
};

Baseline measure_baseline(const Rows& rows, const char* name,
                          const ql::ext::shared_ptr<ql::QdFpIterationScheme>& scheme, int repetitions) {
  const auto options = baseline_options(rows, scheme);
  std::vector<double> price(rows.size());
  Baseline measured{name};
  measured.ns = bench::best_ns(rows.size(), repetitions, [&] {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      try {
        options[i]->recalculate();
        price[i] = options[i]->NPV();
      } catch (const std::exception&) {
        price[i] = std::numeric_limits<double>::quiet_NaN();
      }
    }
  });
  measured.error = worst_error(rows, price);
  return measured;
}

struct Scheme {
  AmericanScheme scheme;
  double target_ns, target_error;
  int repetitions;
};

}  // namespace

void bench_american(bench::Report& report) {
  Rows rows = reference_rows();
  if (rows.size() == 0) {
    report.note("skipped: no american.csv on this machine, rows are drawn");
    rows = drawn_rows();
  }
  // QuantLib's finest takes a tenth of a second a row.
  const Baseline baselines[] = {
      measure_baseline(rows, "QuantLib QdFp fast, price alone", ql::QdFpAmericanEngine::fastScheme(), 5),
      measure_baseline(rows, "QuantLib QdFp accurate, price alone", ql::QdFpAmericanEngine::accurateScheme(), 3),
      measure_baseline(every(25, rows), "QuantLib QdFp high precision, price alone, every 25th row",
                       ql::QdFpAmericanEngine::highPrecisionScheme(), 1)};
  const Scheme schemes[] = {{AmericanScheme::fast, 3500, 1e-3, 40},
                            {AmericanScheme::accurate, 22000, 2e-5, 10},
                            {AmericanScheme::high_precision, 0, 0, 2}};
  for (std::size_t k = 0; k < 3; ++k) {
    const Scheme& s = schemes[k];
    std::vector<double> price(rows.size()), delta(rows.size()), gamma(rows.size());
    std::vector<AmericanStatus> status(rows.size());
    bench::Row row;
    row.work = "American continuous yield, price + delta + gamma";
    row.variant = enum_names(s.scheme)[k];
    row.workload = rows.source;
    row.ours_ns = bench::best_ns(rows.size(), s.repetitions, [&] {
      american_rows(s.scheme, rows.inputs(), {price, delta, gamma, status});
      bench::keep(price.data());
    });
    row.ours_error = worst_error(rows, price);
    row.baseline = baselines[k].name;
    row.baseline_ns = baselines[k].ns;
    row.baseline_error = baselines[k].error;
    row.error_of = "price, spot 100, against " + rows.reference_name;
    row.target_ns = s.target_ns;
    row.target_error = s.target_error;
    report.add(row);
  }
}

}  // namespace optix
