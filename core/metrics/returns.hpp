#pragma once
// The curve every figure is computed on: equity relative to its start, one point a period, with
// the simple returns between the points.
#include <cstdint>
#include <span>
#include <vector>

#include "messages/values/decimal.hpp"
#include "messages/values/time.hpp"

namespace optix {

// Equity at the end of one period (a session). `flow` is cash paid in (+) or out (−) during the
// period; it is taken out of the period's return.
struct EquityPoint {
  Date date;
  Decimal equity;
  Decimal flow;
};

struct ReturnSeries {
  std::vector<Date> dates;      // end of each period, ascending; empty when unknown
  std::vector<double> returns;  // r_t, simple
  std::vector<double> curve;    // E_t relative to E_0 = 1 before r_1
  // False when equity was 0 or less somewhere: returns after that point mean nothing, `returns`
  // ends there, and only figures that need the curve alone are defined.
  bool positive = true;

  std::size_t size() const { return curve.size(); }
};

// E_t = Π(1 + r). `dates` is empty or as long as `returns`.
ReturnSeries series_from_returns(std::span<const double> returns, std::span<const Date> dates);

// r_t = (equity_t − flow_t) / equity_{t−1} − 1 with equity_0 = initial > 0. Throws
// std::invalid_argument when initial is not positive.
ReturnSeries series_from_equity(Decimal initial, std::span<const EquityPoint> points);

// Compound return of each calendar month that has a period in it, in order.
struct MonthReturn {
  int year = 0;
  int month = 0;  // 1…12
  double value = 0;
  std::uint32_t periods = 0;
};
std::vector<MonthReturn> monthly_returns(const ReturnSeries& series);

}  // namespace optix
