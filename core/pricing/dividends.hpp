#pragma once
// Cash dividends known in advance: when the stock goes ex and how much leaves its price.
//
// A dividend concerns an option when 0 < ex time ≤ expiry: at 0 the spot is already ex. Amounts are
// currency per share. All sums are in order of time, so equal schedules give equal bits.
#include <span>
#include <vector>

#include "core/pricing/rate_curve.hpp"
#include "messages/values/result.hpp"
#include "messages/values/time.hpp"

namespace optix {

struct CashDividend {
  double years = 0;   // from now to the ex instant
  double amount = 0;  // > 0
};

struct DatedDividend {
  Timestamp ex;       // the instant from which buyers no longer get it (usually the open of the ex-date)
  double amount = 0;  // > 0
};

class DividendSchedule {
 public:
  DividendSchedule() = default;  // no dividends
  // In any order; dividends at the same time are added up. An error, with the row in `where`, when a
  // time or amount is not finite or an amount is not positive. Times ≤ 0 are kept: they are past.
  static Result<DividendSchedule> from_years(std::span<const CashDividend> dividends);
  // The same from instants: years are nanoseconds since `now` over 365 days.
  static Result<DividendSchedule> from_dates(std::span<const DatedDividend> dividends, Timestamp now);

  std::span<const CashDividend> all() const { return rows_; }
  // Those with after < ex time ≤ until, ascending in time.
  std::span<const CashDividend> between(double after, double until) const;

  // Value at `at` of the dividends with at < ex time ≤ until.
  double present_value(const RateCurve& curve, double at, double until) const;
  double present_value(double rate, double at, double until) const;  // the same with a flat rate
  // spot − present value of all dividends until `until`: the part of the price that the escrowed
  // model lets diffuse. May be ≤ 0, which no option model accepts.
  double escrowed_spot(double spot, const RateCurve& curve, double until) const;
  double escrowed_spot(double spot, double rate, double until) const;
  // Forward for delivery at `until` with cash dividends and a continuous yield on top:
  // (spot·e^(−q·until) − Σ amount·discount(ex)·e^(−q·(until − ex))) / discount(until).
  double forward(double spot, const RateCurve& curve, double dividend_yield, double until) const;

 private:
  std::vector<CashDividend> rows_;  // ascending, unique times
};

}  // namespace optix
