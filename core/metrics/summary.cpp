#include "core/metrics/summary.hpp"

#include <array>
#include <charconv>

#include "core/metrics/math.hpp"

namespace optix {

SummaryInput::SummaryInput(ReturnSeries s, const SummaryOptions& o)
    : series(std::move(s)),
      options(o),
      sorted(sorted_copy(series.returns)),
      drawdown(drawdown_curve(series.curve)),
      sorted_drawdown(sorted_copy(drawdown)),
      spells(drawdown_spells(series)) {
  if (n() > 0) mean = optix::mean(returns());
  if (n() > 1) deviation = sample_deviation(returns());
}

std::span<const SummaryRow> summary_rows() {
  static const std::vector<SummaryRow> all = [] {
    std::vector<SummaryRow> rows;
    for (const auto part : {return_rows(), drawdown_rows(), distribution_rows()})
      rows.insert(rows.end(), part.begin(), part.end());
    return rows;
  }();
  return all;
}

const SummaryRow* find_summary_row(std::string_view name) {
  for (const SummaryRow& row : summary_rows())
    if (row.name == name) return &row;
  return nullptr;
}

namespace {

std::string number_text(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

std::string basis_text(std::string_view form, const SummaryOptions& o) {
  const std::array<std::pair<std::string_view, double>, 5> marks{{{"{A}", o.periods_per_year},
                                                                  {"{rf}", o.risk_free},
                                                                  {"{mar}", o.mar},
                                                                  {"{omega}", o.omega_threshold},
                                                                  {"{sr}", o.sharpe_benchmark}}};
  std::string out(form);
  for (const auto& [mark, value] : marks)
    if (const auto at = out.find(mark); at != std::string::npos) out.replace(at, mark.size(), number_text(value));
  return out;
}

}  // namespace

std::vector<NamedFigure> summarise(const ReturnSeries& series, const SummaryOptions& options) {
  const SummaryInput input(series, options);
  std::vector<NamedFigure> out;
  for (const SummaryRow& row : summary_rows())
    out.push_back({std::string(row.name), row.unit, basis_text(row.basis, options), row.compute(input)});
  return out;
}

}  // namespace optix
