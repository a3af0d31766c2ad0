#pragma once
// Every figure computed from one return series, as a table of {name, unit, basis, function}.
// r_t are simple returns of mark-to-market equity, E_0 = 1 before r_1, A periods a year.
#include <span>
#include <string_view>
#include <vector>

#include "core/metrics/drawdown.hpp"
#include "core/metrics/figure.hpp"
#include "core/metrics/returns.hpp"

namespace optix {

// All rates are annual fractions and become per-period rates by (1 + x)^(1/A) − 1.
struct SummaryOptions {
  double periods_per_year = 252;
  double risk_free = 0;         // Sharpe
  double mar = 0;               // minimum acceptable return: Sortino, downside deviation
  double omega_threshold = 0;   // Omega
  double sharpe_benchmark = 0;  // SR* of the probabilistic Sharpe ratio, an annual Sharpe ratio
};

// What the functions of the table read: everything they share, computed once.
struct SummaryInput {
  SummaryInput(ReturnSeries s, const SummaryOptions& o);

  ReturnSeries series;
  SummaryOptions options;
  std::vector<double> sorted;    // returns
  std::vector<double> drawdown;  // ≤ 0, by period
  std::vector<double> sorted_drawdown;
  std::vector<DrawdownSpell> spells;
  double mean = 0;       // of returns; 0 when there are none
  double deviation = 0;  // ddof 1; 0 when n < 2

  std::span<const double> returns() const { return series.returns; }
  std::size_t n() const { return series.returns.size(); }
};

struct SummaryRow {
  std::string_view name;
  std::string_view unit;        // fraction, ratio, count, periods, days
  std::string_view basis;       // {A}, {rf}, {mar}, {omega}, {sr} stand for the options
  std::string_view definition;  // one line, for reports and the reference page
  Figure (*compute)(const SummaryInput&);
};

// The rows in order of presentation; the groups are in summary_*.cpp.
std::span<const SummaryRow> summary_rows();
const SummaryRow* find_summary_row(std::string_view name);

// All rows for one series.
std::vector<NamedFigure> summarise(const ReturnSeries& series, const SummaryOptions& options);

// The parts of the table, by file.
std::span<const SummaryRow> return_rows();        // summary_return.cpp
std::span<const SummaryRow> drawdown_rows();      // summary_drawdown.cpp
std::span<const SummaryRow> distribution_rows();  // summary_distribution.cpp

}  // namespace optix
