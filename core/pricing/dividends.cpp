#include "core/pricing/dividends.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/pricing/elementary.hpp"

namespace optix {

Result<DividendSchedule> DividendSchedule::from_years(std::span<const CashDividend> dividends) {
  for (std::size_t i = 0; i < dividends.size(); ++i) {
    const std::string where = "dividend " + std::to_string(i + 1);
    if (!std::isfinite(dividends[i].years)) return Error{"ex time is not a number", where, "times are years from now"};
    if (!(dividends[i].amount > 0) || !std::isfinite(dividends[i].amount))
      return Error{"amount is not positive: " + std::to_string(dividends[i].amount), where,
                   "leave out dividends that are not paid"};
  }
  std::vector<CashDividend> sorted(dividends.begin(), dividends.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const CashDividend& a, const CashDividend& b) { return a.years < b.years; });
  DividendSchedule out;
  for (const CashDividend& d : sorted) {
    if (!out.rows_.empty() && out.rows_.back().years == d.years)
      out.rows_.back().amount += d.amount;
    else
      out.rows_.push_back(d);
  }
  return out;
}

Result<DividendSchedule> DividendSchedule::from_dates(std::span<const DatedDividend> dividends, Timestamp now) {
  constexpr double nanos_per_year = 365.0 * static_cast<double>(nanos_per_day);
  std::vector<CashDividend> rows;
  rows.reserve(dividends.size());
  for (const DatedDividend& d : dividends) rows.push_back({static_cast<double>(d.ex - now) / nanos_per_year, d.amount});
  return from_years(rows);
}

std::span<const CashDividend> DividendSchedule::between(double after, double until) const {
  const auto later = [](double t, const CashDividend& d) { return t < d.years; };
  const auto first = std::upper_bound(rows_.begin(), rows_.end(), after, later);
  const auto last = std::upper_bound(first, rows_.end(), std::max(after, until), later);
  return {first, last};
}

double DividendSchedule::present_value(const RateCurve& curve, double at, double until) const {
  const auto rows = between(at, until);
  if (rows.empty()) return 0;
  const double here = curve.log_discount(at);
  double sum = 0;
  for (const CashDividend& d : rows) sum += d.amount * math::exp(curve.log_discount(d.years) - here);
  return sum;
}

double DividendSchedule::present_value(double rate, double at, double until) const {
  double sum = 0;
  for (const CashDividend& d : between(at, until)) sum += d.amount * math::exp(-rate * (d.years - at));
  return sum;
}

double DividendSchedule::escrowed_spot(double spot, const RateCurve& curve, double until) const {
  return spot - present_value(curve, 0, until);
}

double DividendSchedule::escrowed_spot(double spot, double rate, double until) const {
  return spot - present_value(rate, 0, until);
}

double DividendSchedule::forward(double spot, const RateCurve& curve, double dividend_yield, double until) const {
  const double log_discount = curve.log_discount(until);
  double sum = spot * math::exp(-dividend_yield * until - log_discount);
  for (const CashDividend& d : between(0, until))
    sum -= d.amount * math::exp(curve.log_discount(d.years) - log_discount - dividend_yield * (until - d.years));
  return sum;
}

}  // namespace optix
