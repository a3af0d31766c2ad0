#include "core/pricing/dividends.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

using namespace optix;

TEST_CASE("a dividend schedule sorts, adds up equal times and selects", "[data][pricing]") {
  const std::vector<CashDividend> rows{{1.0, 0.5}, {0.25, 0.4}, {-0.1, 3.0}, {1.0, 0.25}, {0.0, 2.0}};
  const DividendSchedule schedule = DividendSchedule::from_years(rows).value();
  REQUIRE(schedule.all().size() == 4);
  CHECK(schedule.all()[3].amount == 0.75);
  CHECK(schedule.between(0, 1).size() == 2);  // not the one at 0, the one at 1
  CHECK(schedule.between(0, 0.999).size() == 1);
  CHECK(schedule.between(0.25, 0.9).empty());
  CHECK(schedule.between(-1, 2).size() == 4);
  CHECK(schedule.between(2, 1).empty());
}

TEST_CASE("present values, escrowed spot and forward", "[data][pricing]") {
  const std::vector<CashDividend> rows{{0.25, 1.0}, {0.75, 2.0}, {1.5, 4.0}};
  const DividendSchedule schedule = DividendSchedule::from_years(rows).value();
  const std::vector<RatePoint> points{{0.5, 0.02}, {1.0, 0.04}};
  const RateCurve curve = RateCurve::from_zero_rates(points).value();
  const double rate = 0.05;
  const double flat = 1.0 * std::exp(-rate * 0.25) + 2.0 * std::exp(-rate * 0.75);
  CHECK(schedule.present_value(rate, 0, 1) == Approx(flat).epsilon(1e-15));
  CHECK(schedule.present_value(RateCurve::flat(rate), 0, 1) == Approx(flat).epsilon(1e-15));
  CHECK(schedule.present_value(rate, 0.5, 1) == Approx(2 * std::exp(-rate * 0.25)).epsilon(1e-15));
  CHECK(schedule.present_value(rate, 0.75, 1) == 0);
  CHECK(schedule.escrowed_spot(100, rate, 1) == Approx(100 - flat).epsilon(1e-15));
  // −log discount at 0.75 is half way between 0.01 and 0.04.
  const double curved = 1.0 * std::exp(-0.005) + 2.0 * std::exp(-0.025);
  CHECK(schedule.present_value(curve, 0, 1) == Approx(curved).epsilon(1e-15));
  CHECK(schedule.escrowed_spot(100, curve, 1) == Approx(100 - curved).epsilon(1e-15));
  CHECK(schedule.forward(100, curve, 0, 1) == Approx((100 - curved) * std::exp(0.04)).epsilon(1e-14));
  // With a yield the share count shrinks as well: what is held at the ex time is e^(−q(T − t)).
  const double yield = 0.01, forward = 100 * std::exp(0.04 - yield) - 1.0 * std::exp(0.035 - yield * 0.75) -
                                       2.0 * std::exp(0.015 - yield * 0.25);
  CHECK(schedule.forward(100, curve, yield, 1) == Approx(forward).epsilon(1e-14));
  CHECK(DividendSchedule().present_value(rate, 0, 10) == 0);
  CHECK(DividendSchedule().forward(100, RateCurve(), 0, 3) == 100);
}

TEST_CASE("dated dividends count years of 365 days to the nanosecond", "[data][pricing]") {
  const Timestamp now = Timestamp::parse("2024-03-01T14:30:00Z").value();
  const std::vector<DatedDividend> rows{{now + 365 * nanos_per_day, 1.5}, {now + nanos_per_day / 2, 0.5}};
  const DividendSchedule schedule = DividendSchedule::from_dates(rows, now).value();
  REQUIRE(schedule.all().size() == 2);
  CHECK(schedule.all()[0].years == 0.5 / 365);
  CHECK(schedule.all()[1].years == 1);
}

TEST_CASE("schedules refuse bad dividends and say which", "[data][pricing]") {
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  for (const CashDividend bad : {CashDividend{nan, 1}, CashDividend{infinity, 1}, CashDividend{1, 0},
                                 CashDividend{1, -1}, CashDividend{1, nan}, CashDividend{1, infinity}}) {
    const std::vector<CashDividend> rows{{0.5, 1.0}, bad};
    const auto schedule = DividendSchedule::from_years(rows);
    REQUIRE_FALSE(schedule.ok());
    CHECK(schedule.error().where == "dividend 2");
  }
}
