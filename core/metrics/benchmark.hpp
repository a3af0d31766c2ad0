#pragma once
// A run beside buy and hold of its underlying.
#include <span>
#include <vector>

#include "core/metrics/summary.hpp"
#include "messages/field.hpp"

namespace optix {

struct PricePoint {
  Date date;
  Decimal price;

  static constexpr auto fields() {
    return std::tuple(field("date", &PricePoint::date, "session"), field("price", &PricePoint::price, "price, USD"));
  }
};
static_assert(table_is_complete<PricePoint>);

// Returns of both over the same steps: from each common date to the next. `dates` is the end of
// each step. Both inputs have ascending dates.
struct AlignedReturns {
  std::vector<Date> dates;
  std::vector<double> run;
  std::vector<double> benchmark;
};
AlignedReturns align_returns(const ReturnSeries& run, std::span<const PricePoint> prices);

struct BenchmarkRow {
  std::string_view name;
  std::string_view unit;
  std::string_view basis;
  std::string_view definition;
  Figure (*compute)(const AlignedReturns&, const SummaryOptions&);
};
std::span<const BenchmarkRow> benchmark_rows();

// All rows; without common dates each is undefined (`no_benchmark`).
std::vector<NamedFigure> benchmark_figures(const AlignedReturns& aligned, const SummaryOptions& options);

}  // namespace optix
