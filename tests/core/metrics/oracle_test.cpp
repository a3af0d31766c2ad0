// Every figure of the reference tables, relative 1e-10, from the folder of worked cases beside the
// repository; skipped visibly where that folder is absent.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "core/metrics/benchmark.hpp"
#include "core/metrics/summary.hpp"

using namespace optix;

namespace {

const std::filesystem::path folder = OPTIX_SOURCE_DIR "/../shared/oracles/metrics";

bool absent() {
  if (std::filesystem::exists(folder)) return false;
  std::cout << "skipped: no reference tables beside the repository\n";
  return true;
}

std::vector<std::vector<std::string>> read_csv(const std::string& name) {
  std::ifstream in(folder / name);
  REQUIRE(in);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::vector<std::string> cells;
    std::string cell;
    for (const char c : line + ",") {
      if (c == ',')
        cells.push_back(std::exchange(cell, {}));
      else
        cell += c;
    }
    rows.push_back(cells);
  }
  return rows;
}

ReturnSeries read_series(const std::string& series) {
  std::vector<double> returns;
  std::vector<Date> dates;
  for (const auto& row : read_csv("series_" + series + ".csv")) {
    dates.push_back(Date::parse(row[0]).value());
    returns.push_back(std::stod(row[1]));
  }
  return series_from_returns(returns, dates);
}

// The table's name for a figure, ours, and the options it was computed with.
struct Case {
  const char* theirs;
  const char* ours;
  SummaryOptions options = {};
};

std::vector<Case> cases() {
  SummaryOptions rf4, omega5, sr1;
  rf4.risk_free = rf4.mar = 0.04;
  omega5.omega_threshold = 0.05;
  sr1.sharpe_benchmark = 1;
  return {{"n_obs", "periods"},
          {"total_return", "total_return"},
          {"cagr", "cagr"},
          {"ann_return_arith", "mean_return_annual"},
          {"volatility_ann", "volatility"},
          {"sharpe", "sharpe"},
          {"sharpe_rf4", "sharpe", rf4},
          {"downside_deviation_ann", "downside_deviation"},
          {"sortino", "sortino"},
          {"sortino_rf4", "sortino", rf4},
          {"adjusted_sortino", "adjusted_sortino"},
          {"max_drawdown", "max_drawdown"},
          {"calmar", "calmar"},
          {"omega_0", "omega"},
          {"omega_rr5", "omega", omega5},
          {"profit_factor_daily", "profit_factor_daily"},
          {"gain_to_pain_daily", "gain_to_pain_daily"},
          {"tail_ratio", "tail_ratio"},
          {"var95_hist", "var_95"},
          {"cvar95_hist_partition", "cvar_95"},
          {"cvar95_hist_leq_var", "cvar_95_to_var"},
          {"var95_normal", "var_95_normal"},
          {"cvar95_normal", "cvar_95_normal"},
          {"skew_pop", "skew_population"},
          {"excess_kurtosis_pop", "excess_kurtosis_population"},
          {"skew_sample", "skew"},
          {"excess_kurtosis_sample", "excess_kurtosis"},
          {"win_rate_nonzero", "win_rate_daily"},
          {"win_rate_all", "win_rate_all_daily"},
          {"avg_win", "average_win_daily"},
          {"avg_loss", "average_loss_daily"},
          {"payoff_ratio", "payoff_daily"},
          {"expectancy_nonzero", "expectancy_daily"},
          {"kelly", "kelly_daily"},
          {"kelly_continuous_mean_over_var", "kelly_continuous"},
          {"exposure_raw", "periods_with_change"},
          {"ulcer_index_n", "ulcer_index"},
          {"ulcer_index_nm1", "ulcer_index_sample"},
          {"martin_ratio_cagr", "martin"},
          {"pain_index", "pain_index"},
          {"n_drawdowns", "drawdowns"},
          {"time_under_water_frac", "time_under_water"},
          {"longest_drawdown_periods", "longest_drawdown_periods"},
          {"avg_drawdown_depth", "average_drawdown"},
          {"longest_drawdown_calendar_days", "longest_drawdown_days"},
          {"cdar95", "cdar_95"},
          {"serenity_annualised", "serenity"},
          {"recovery_factor_compound", "recovery_factor"},
          {"stability_r2", "stability_r2"},
          {"max_consecutive_wins", "max_consecutive_wins_daily"},
          {"max_consecutive_losses", "max_consecutive_losses_daily"},
          {"sr_per_period", "sharpe_per_period"},
          {"psr_vs_0", "probabilistic_sharpe"},
          {"min_trl_obs_95_vs_0", "min_track_record"},
          {"psr_vs_1ann", "probabilistic_sharpe", sr1},
          {"min_trl_obs_95_vs_1ann", "min_track_record", sr1},
          {"sharpe_stderr_ann", "sharpe_error"}};
}

double relative(double ours, double theirs) { return theirs == 0 ? std::fabs(ours) : std::fabs(ours / theirs - 1); }

}  // namespace

TEST_CASE("every reference figure is met to 1e-10", "[metrics][oracle]") {
  if (absent()) return;
  std::map<std::string, SummaryInput> inputs;
  double worst = 0;
  std::string worst_name;
  int compared = 0, undefined = 0;
  const auto table = cases();
  for (const auto& row : read_csv("metrics_long.csv")) {
    if (row[2] != "spec") continue;
    INFO(row[0] << " " << row[1]);
    const auto found = std::find_if(table.begin(), table.end(), [&](const Case& c) { return row[1] == c.theirs; });
    REQUIRE(found != table.end());
    const SummaryRow* ours = find_summary_row(found->ours);
    REQUIRE(ours != nullptr);
    const Figure figure = ours->compute(SummaryInput(read_series(row[0]), found->options));
    const double theirs = std::stod(row[3]);
    if (!std::isfinite(theirs)) {
      CHECK_FALSE(figure.defined);
      CHECK(figure.why != "");
      ++undefined;
      continue;
    }
    REQUIRE(figure.defined);
    const double difference = relative(figure.value, theirs);
    INFO("ours " << figure.value << " theirs " << theirs << " relative difference " << difference);
    CHECK(difference < 1e-10);
    if (difference > worst) worst = difference, worst_name = row[0] + " " + row[1];
    ++compared;
  }
  CHECK(compared + undefined == 114);
  std::cout << "metrics: " << compared << " reference figures compared, " << undefined
            << " undefined as expected; worst relative difference " << worst << " (" << worst_name << ")\n";
}

TEST_CASE("monthly returns meet the reference tables", "[metrics][oracle]") {
  if (absent()) return;
  for (const std::string series : {"A_short_premium", "C_all_negative"}) {
    const auto ours = monthly_returns(read_series(series));
    const auto theirs = read_csv("monthly_returns_" + series + ".csv");
    REQUIRE(ours.size() == theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
      INFO(series << " row " << i);
      CHECK(ours[i].year == std::stoi(theirs[i][0]));
      CHECK(ours[i].month == std::stoi(theirs[i][1]));
      CHECK(relative(ours[i].value, std::stod(theirs[i][2])) < 1e-10);
    }
  }
}

// The reference table measures depth from the first period's equity, not from the start before it,
// and counts weekdays; only the series whose deepest spells begin later can be compared in full.
TEST_CASE("the deepest drawdowns meet the reference table", "[metrics][oracle]") {
  if (absent()) return;
  const auto spells = deepest_spells(drawdown_spells(read_series("A_short_premium")), 5);
  const auto theirs = read_csv("pyfolio_drawdowns_A_short_premium.csv");
  REQUIRE(spells.size() == theirs.size());
  for (std::size_t i = 0; i < spells.size(); ++i) {
    INFO("row " << i);
    CHECK(relative(-100 * spells[i].depth, std::stod(theirs[i][0])) < 1e-10);
    CHECK(spells[i].peak_date.to_string() == theirs[i][1]);
    CHECK(spells[i].valley_date.to_string() == theirs[i][2]);
    CHECK((spells[i].recovery ? spells[i].end_date.to_string() : "") == theirs[i][3]);
  }
}

TEST_CASE("figures against a benchmark meet the reference table", "[metrics][oracle]") {
  if (absent()) return;
  const ReturnSeries run = read_series("A_short_premium"), benchmark = read_series("benchmark_for_A");
  const AlignedReturns aligned{run.dates, run.returns, benchmark.returns};
  struct Expected {
    const char *theirs, *library, *ours;
    double scale;
  };
  const Expected expected[] = {{"alpha", "quantstats(mean*252)", "alpha", 1},
                               {"beta", "empyrical", "beta", 1},
                               {"information_ratio", "quantstats(NOT annualised)", "information_ratio", std::sqrt(252)},
                               {"capture_up", "empyrical", "capture_up", 1},
                               {"capture_down", "empyrical", "capture_down", 1}};
  const auto figures = benchmark_figures(aligned, {});
  for (const auto& row : read_csv("metrics_long.csv")) {
    for (const Expected& e : expected) {
      if (row[0] != "A_vs_benchmark" || row[1] != e.theirs || row[2] != e.library) continue;
      const auto ours = std::find_if(figures.begin(), figures.end(), [&](const auto& f) { return f.name == e.ours; });
      REQUIRE(ours != figures.end());
      INFO(e.ours << " ours " << ours->figure.value << " theirs " << std::stod(row[3]) * e.scale);
      CHECK(relative(ours->figure.value, std::stod(row[3]) * e.scale) < 1e-10);
    }
  }
}
