#include "core/metrics/summary.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "core/metrics/benchmark.hpp"

using namespace optix;

namespace {

Date day(int n) { return Date::from_civil(2019, 4, 25) + n; }

std::map<std::string, Figure> by_name(const ReturnSeries& s, const SummaryOptions& o = {}) {
  std::map<std::string, Figure> out;
  for (const NamedFigure& f : summarise(s, o)) out[f.name] = f.figure;
  return out;
}

ReturnSeries flat(int n, double r) {
  const std::vector<double> returns(n, r);
  return series_from_returns(returns, {});
}

}  // namespace

TEST_CASE("names are unique and every row has its words", "[metrics]") {
  std::set<std::string_view> names;
  for (const SummaryRow& row : summary_rows()) {
    INFO(row.name);
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.unit.empty());
    CHECK_FALSE(row.basis.empty());
    CHECK_FALSE(row.definition.empty());
  }
}

TEST_CASE("undefined figures say why and carry no number", "[metrics]") {
  const ReturnSeries none, one = flat(1, 0.01), constant = flat(10, 0.01), still = flat(10, 0);
  const ReturnSeries ruined = series_from_equity(
      Decimal::from_int(100),
      std::vector<EquityPoint>{{day(0), Decimal::from_int(50), {}}, {day(1), Decimal::from_int(-5), {}}});
  struct Case {
    const ReturnSeries& series;
    const char* figure;
    std::string_view why;
  };
  const Case cases[] = {{none, "total_return", reason_code::no_observations},
                        {none, "sharpe", reason_code::no_observations},
                        {none, "max_drawdown", reason_code::no_observations},
                        {one, "sharpe", reason_code::too_few_observations},
                        {one, "volatility", reason_code::too_few_observations},
                        {one, "excess_kurtosis", reason_code::too_few_observations},
                        {constant, "sharpe", reason_code::zero_volatility},
                        {constant, "skew", reason_code::zero_volatility},
                        {constant, "sortino", reason_code::no_downside},
                        {constant, "omega", reason_code::no_losses},
                        {constant, "calmar", reason_code::no_drawdown},
                        {constant, "martin", reason_code::no_drawdown},
                        {constant, "recovery_factor", reason_code::no_drawdown},
                        {constant, "average_drawdown", reason_code::no_drawdown},
                        {constant, "cagr_calendar", reason_code::no_dates},
                        {constant, "longest_drawdown_days", reason_code::no_dates},
                        {still, "win_rate_daily", reason_code::no_observations},
                        {still, "tail_ratio", reason_code::zero_denominator},
                        {ruined, "cagr", reason_code::equity_not_positive},
                        {ruined, "sharpe", reason_code::equity_not_positive},
                        {ruined, "var_95", reason_code::equity_not_positive}};
  for (const Case& c : cases) {
    INFO(c.figure << " " << c.why);
    const Figure f = by_name(c.series).at(c.figure);
    CHECK_FALSE(f.defined);
    CHECK(f.why == c.why);
    CHECK(f.value == 0);
  }
  CHECK(by_name(ruined).at("max_drawdown").value == Approx(-1.05));
  CHECK(by_name(ruined).at("total_return").value == Approx(-1.05));
}

TEST_CASE("no figure of any short series is infinite or NaN", "[metrics]") {
  for (int n = 0; n < 8; ++n)
    for (const double r : {-0.999999, -0.01, 0.0, 1e-300, 0.01, 1e5})
      for (const NamedFigure& f : summarise(flat(n, r), {})) {
        INFO(n << " returns of " << r << ": " << f.name);
        CHECK(std::isfinite(f.figure.value));
        CHECK(f.figure.defined == f.figure.why.empty());
      }
}

TEST_CASE("equity starts at the deposit, before the first return", "[metrics]") {
  const std::vector<EquityPoint> points = {{day(0), Decimal::from_int(101'000), {}},
                                           {day(1), Decimal::from_int(99'990), {}},
                                           {day(4), Decimal::from_int(110'000), {}}};
  const ReturnSeries s = series_from_equity(Decimal::from_int(100'000), points);
  REQUIRE(s.returns.size() == 3);
  CHECK(s.returns[0] == Approx(0.01));
  CHECK(s.returns[1] == Approx(-0.01));
  CHECK(s.curve[2] == 1.1);
  const auto f = by_name(s);
  CHECK(f.at("total_return").value == Approx(0.1).epsilon(1e-14));
  CHECK(f.at("max_drawdown").value == Approx(-0.01).epsilon(1e-14));
  CHECK(f.at("longest_drawdown_days").value == 4);
  CHECK(f.at("cagr_calendar").value == Approx(std::pow(1.1, 365.25 / 4) - 1));
}

TEST_CASE("cash paid in later is no return", "[metrics]") {
  const std::vector<EquityPoint> points = {{day(0), Decimal::from_int(110), {}},
                                           {day(1), Decimal::from_int(220), Decimal::from_int(110)},
                                           {day(2), Decimal::from_int(242), {}}};
  const ReturnSeries s = series_from_equity(Decimal::from_int(100), points);
  CHECK(s.returns[1] == 0);
  CHECK(s.curve[2] == Approx(1.21));
}

TEST_CASE("spells under water: recovered, from the start, still open", "[metrics]") {
  struct Case {
    const char* what;
    std::vector<double> returns;
    std::vector<std::pair<double, std::size_t>> spells;  // depth, periods
    bool last_open;
  };
  const Case cases[] = {{"none", {0.1, 0.0, 0.1}, {}, false},
                        {"from the start", {-0.5, 1.0, 0.1}, {{-0.5, 1}}, false},
                        {"still open", {0.5, -0.2, -0.1}, {{-0.28, 2}}, true},
                        {"two", {-0.5, 1.5, -0.1, 0.0}, {{-0.5, 1}, {-0.1, 2}}, true}};
  for (const Case& c : cases) {
    INFO(c.what);
    const auto spells = drawdown_spells(series_from_returns(c.returns, {}));
    REQUIRE(spells.size() == c.spells.size());
    for (std::size_t i = 0; i < spells.size(); ++i) {
      CHECK(spells[i].depth == Approx(c.spells[i].first));
      CHECK(spells[i].periods == c.spells[i].second);
    }
    if (!spells.empty()) CHECK(spells.back().recovery.has_value() == !c.last_open);
  }
}

TEST_CASE("the basis names the options used", "[metrics]") {
  SummaryOptions o;
  o.risk_free = 0.04;
  for (const NamedFigure& f : summarise(flat(3, 0.01), o))
    if (f.name == "sharpe") CHECK(f.basis == "risk-free 0.04 a year, 252 a year");
}

TEST_CASE("a benchmark is compared on common dates only", "[metrics]") {
  const std::vector<double> returns = {0.1, 0.1, 0.1, 0.1};
  const std::vector<Date> dates = {day(0), day(1), day(2), day(3)};
  const std::vector<PricePoint> prices = {{day(-1), Decimal::from_int(50)},
                                          {day(0), Decimal::from_int(100)},
                                          {day(2), Decimal::from_int(90)},
                                          {day(3), Decimal::from_int(99)},
                                          {day(9), Decimal::from_int(1)}};
  const AlignedReturns a = align_returns(series_from_returns(returns, dates), prices);
  REQUIRE(a.dates == std::vector<Date>{day(2), day(3)});
  CHECK(a.run[0] == Approx(0.21));
  CHECK(a.benchmark[0] == Approx(-0.1));
  CHECK(a.benchmark[1] == Approx(0.1));
  for (const NamedFigure& f : benchmark_figures({}, {})) {
    INFO(f.name);
    CHECK(f.figure.why == reason_code::no_benchmark);
  }
}
