#include "core/metrics/returns.hpp"

#include <stdexcept>

namespace optix {

ReturnSeries series_from_returns(std::span<const double> returns, std::span<const Date> dates) {
  if (!dates.empty() && dates.size() != returns.size())
    throw std::invalid_argument("series_from_returns: dates and returns differ in length");
  ReturnSeries s;
  s.dates.assign(dates.begin(), dates.end());
  s.returns.assign(returns.begin(), returns.end());
  s.curve.reserve(returns.size());
  double level = 1;
  for (const double r : returns) {
    level *= 1 + r;
    s.curve.push_back(level);
    if (level <= 0) s.positive = false;
  }
  return s;
}

ReturnSeries series_from_equity(Decimal initial, std::span<const EquityPoint> points) {
  if (initial <= Decimal{}) throw std::invalid_argument("series_from_equity: initial equity must be positive");
  ReturnSeries s;
  s.dates.reserve(points.size());
  s.returns.reserve(points.size());
  s.curve.reserve(points.size());
  const double base = initial.to_double();
  bool flows = false;
  double previous = base;
  double level = 1;
  for (const EquityPoint& p : points) {
    if (p.flow != Decimal{}) flows = true;
    const double now = (p.equity - p.flow).to_double();
    s.dates.push_back(p.date);
    if (s.positive) {
      const double r = now / previous - 1;
      s.returns.push_back(r);
      level *= 1 + r;
    }
    // Without flows the ratio to the start is one division, free of accumulated rounding.
    s.curve.push_back(flows ? level : p.equity.to_double() / base);
    if (s.curve.back() <= 0) s.positive = false;
    previous = p.equity.to_double();
  }
  return s;
}

std::vector<MonthReturn> monthly_returns(const ReturnSeries& series) {
  std::vector<MonthReturn> out;
  if (!series.positive) return out;
  double growth = 1;
  for (std::size_t i = 0; i < series.dates.size(); ++i) {
    const Date::Civil c = series.dates[i].civil();
    if (out.empty() || out.back().year != c.year || out.back().month != c.month) {
      out.push_back({c.year, c.month, 0, 0});
      growth = 1;
    }
    growth *= 1 + series.returns[i];
    out.back().value = growth - 1;
    ++out.back().periods;
  }
  return out;
}

}  // namespace optix
