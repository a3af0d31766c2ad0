#include "core/pricing/vector_targets.hpp"
// Highway reads the line above.
#include "core/pricing/elementary-inl.hpp"
#include "core/pricing/elementary.hpp"

#include <array>
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

using namespace optix;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Case {
  const char* name;
  double (*function)(double);
  double x;
  long double expected;
  double limit;  // in units of the last place
};

// Computed with 50 digits.
const Case cases[] = {
    {"exp", math::exp, -745.0, 2.822350730471937076353e-324L, 1},
    {"exp", math::exp, -708.5, 2.006132305331305820381e-308L, 1},
    {"exp", math::exp, -1.0, 3.678794411714423215955e-1L, 1},
    {"exp", math::exp, -1e-10, 9.99999999900000000005e-1L, 1},
    {"exp", math::exp, 0.0, 1.0L, 1},
    {"exp", math::exp, 1e-300, 1.0L, 1},
    {"exp", math::exp, 0.5, 1.648721270700128146849L, 1},
    {"exp", math::exp, 1.0, 2.71828182845904523536L, 1},
    {"exp", math::exp, 10.25, 2.828254192033497908989e+4L, 1},
    {"exp", math::exp, 709.5, 1.354986319314632830877e+308L, 1},
    {"expm1", math::expm1, -40.0, -9.999999999999999957516e-1L, 1.5},
    {"expm1", math::expm1, -0.34, -2.88229677237390302305e-1L, 1.5},
    {"expm1", math::expm1, -1e-05, -9.999950000166667068023e-6L, 1.5},
    {"expm1", math::expm1, 1e-17, 1.000000000000000076542e-17L, 1.5},
    {"expm1", math::expm1, 0.1, 1.051709180756476309466e-1L, 1.5},
    {"expm1", math::expm1, 0.339, 4.035433452127261138969e-1L, 1.5},
    {"expm1", math::expm1, 5.0, 1.474131591025766034211e+2L, 1.5},
    {"log", math::log, 5e-324, -7.444400719213812623141e+2L, 1},
    {"log", math::log, 1e-300, -6.907755278982137051803e+2L, 1},
    {"log", math::log, 0.25, -1.386294361119890618834L, 1},
    {"log", math::log, 0.7071, -3.465831803719420002781e-1L, 1},
    {"log", math::log, 0.99999999, -1.00000001002475935891e-8L, 1},
    {"log", math::log, 1.0000000001, 1.00000008269037099082e-10L, 1},
    {"log", math::log, 1.5, 4.05465108108164381978e-1L, 1},
    {"log", math::log, 2.0, 6.931471805599453094172e-1L, 1},
    {"log", math::log, 10000000000.0, 2.302585092994045684018e+1L, 1},
    {"log", math::log, 1.7e+308, 7.097268368932282410378e+2L, 1},
    {"log1p", math::log1p, -0.999, -6.907755278982136163876L, 1.5},
    {"log1p", math::log1p, -0.5, -6.931471805599453094172e-1L, 1.5},
    {"log1p", math::log1p, -1e-09, -1.000000000500000062615e-9L, 1.5},
    {"log1p", math::log1p, 1e-17, 1.000000000000000066542e-17L, 1.5},
    {"log1p", math::log1p, 1e-08, 9.999999950000000542559e-9L, 1.5},
    {"log1p", math::log1p, 0.1, 9.531017980432486509042e-2L, 1.5},
    {"log1p", math::log1p, 3.0, 1.386294361119890618834L, 1.5},
    {"log1p", math::log1p, 1e+20, 4.605170185988091368037e+1L, 1.5},
    {"sin", math::sin, 1e-09, 1.000000000000000062115e-9L, 1},
    {"sin", math::sin, 0.5, 4.794255386042030002733e-1L, 1},
    {"sin", math::sin, 1.5707963267948966, 1.0L, 1},
    {"sin", math::sin, 3.141592653589793, 1.224646799147353177226e-16L, 1},
    {"sin", math::sin, -100.25, 2.772828564548513033537e-1L, 1},
    {"sin", math::sin, 1000000.5, 1.419546990007440035258e-1L, 1},
    {"cos", math::cos, 1e-09, 9.999999999999999995e-1L, 1},
    {"cos", math::cos, 0.5, 8.775825618903727161163e-1L, 1},
    {"cos", math::cos, 1.5707963267948966, 6.12323399573676588613e-17L, 1},
    {"cos", math::cos, 3.141592653589793, -1.0L, 1},
    {"cos", math::cos, -100.25, 9.607883312760612034423e-1L, 1},
    {"cos", math::cos, 1000000.5, 9.898731552232377664374e-1L, 1},
    {"erfcx", math::erfcx, -1.0, 5.00898008076228346631L, 2},
    {"erfcx", math::erfcx, -0.25, 1.35864237010472211521L, 2},
    {"erfcx", math::erfcx, 0.0, 1.0L, 2},
    {"erfcx", math::erfcx, 0.25, 7.703465477309967439167e-1L, 2},
    {"erfcx", math::erfcx, 1.0, 4.275835761558070044108e-1L, 2},
    {"erfcx", math::erfcx, 5.0, 1.107046377330686263702e-1L, 2},
    {"erfcx", math::erfcx, 28.0, 2.013680196421427677651e-2L, 2},
    {"erfcx", math::erfcx, 29.0, 1.944326731822284258e-2L, 2},
    {"normal_pdf", math::normal_pdf, -38.0, 1.097221052007592958005e-314L, 2},
    {"normal_pdf", math::normal_pdf, -5.5, 1.076976004254327635878e-7L, 2},
    {"normal_pdf", math::normal_pdf, -1.0, 2.419707245191433497978e-1L, 2},
    {"normal_pdf", math::normal_pdf, 0.0, 3.989422804014326779399e-1L, 2},
    {"normal_pdf", math::normal_pdf, 0.125, 3.958376869447494841306e-1L, 2},
    {"normal_pdf", math::normal_pdf, 3.0, 4.431848411938007175602e-3L, 2},
    {"normal_cdf", math::normal_cdf, -38.4, 6.601599854326768024219e-323L, 2},
    {"normal_cdf", math::normal_cdf, -37.0, 5.725571222524576822683e-300L, 2},
    {"normal_cdf", math::normal_cdf, -20.0, 2.753624118606233695076e-89L, 2},
    {"normal_cdf", math::normal_cdf, -8.0, 6.220960574271784123516e-16L, 2},
    {"normal_cdf", math::normal_cdf, -2.5, 6.209665325776135166978e-3L, 2},
    {"normal_cdf", math::normal_cdf, -1.0, 1.586552539314570514148e-1L, 2},
    {"normal_cdf", math::normal_cdf, -1e-10, 4.999999999601057719599e-1L, 2},
    {"normal_cdf", math::normal_cdf, 0.0, 5.0e-1L, 2},
    {"normal_cdf", math::normal_cdf, 0.75, 7.733726476231318006729e-1L, 2},
    {"normal_cdf", math::normal_cdf, 5.0, 9.999997133484281208061e-1L, 2},
    {"normal_cdf", math::normal_cdf, 8.2, 9.999999999999998798065e-1L, 2},
    {"normal_quantile", math::normal_quantile, 1e-320, -3.826912534303265101818e+1L, 4},
    {"normal_quantile", math::normal_quantile, 1e-300, -3.704709629936119923655e+1L, 4},
    {"normal_quantile", math::normal_quantile, 1e-20, -9.262340089798407579572L, 4},
    {"normal_quantile", math::normal_quantile, 0.001, -3.090232306167813535358L, 4},
    {"normal_quantile", math::normal_quantile, 0.025, -1.95996398454005421178L, 4},
    {"normal_quantile", math::normal_quantile, 0.3, -5.244005127080408159695e-1L, 4},
    {"normal_quantile", math::normal_quantile, 0.45, -1.256613468550740061604e-1L, 4},
    {"normal_quantile", math::normal_quantile, 0.4999999, -2.506628274703106513498e-7L, 4},
    {"normal_quantile", math::normal_quantile, 0.75, 6.744897501960817432022e-1L, 4},
    {"normal_quantile", math::normal_quantile, 0.975, 1.959963984540053855604L, 4},
};

double units_off(double value, long double expected) {
  const double nearest = std::fabs(static_cast<double>(expected));
  const double unit = std::nextafter(nearest, infinity) - nearest;
  return static_cast<double>(std::fabs(value - expected) / unit);
}

}  // namespace

TEST_CASE("elementary functions agree with 50-digit references", "[pricing]") {
  for (const Case& c : cases) {
    const double value = c.function(c.x), off = units_off(value, c.expected);
    INFO("math::" << c.name << "(" << c.x << ") is " << value << ", off by " << off << " units");
    CHECK(off <= c.limit);
  }
  const struct {
    double x, y;
    long double expected;
  } powers[] = {
      {2.0, 0.5, 1.414213562373095048802L},          {1.0000001, 100000000.0, 22026.45491018253384005L},
      {0.3, -580.0, 1.860682455236510365096e+303L},  {10.0, 308.25, 1.778279410038922801225e+308L},
      {1.5, -1800.0, 1.085759654514334754715e-317L}, {7.0, 3.0, 343.0L},
  };
  for (const auto& p : powers) {
    INFO("math::pow(" << p.x << ", " << p.y << ") is " << math::pow(p.x, p.y));
    CHECK(units_off(math::pow(p.x, p.y), p.expected) <= 1);
  }
}

TEST_CASE("elementary functions stay near the C library's everywhere", "[pricing]") {
  std::mt19937_64 random(1);
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * (static_cast<double>(random() >> 11) * 0x1p-53);
  };
  struct Range {
    const char* name;
    double (*ours)(double);
    long double (*theirs)(long double);
    double low, high, limit;
  };
  const Range ranges[] = {
      {"exp", math::exp, [](long double x) { return std::exp(x); }, -745, 709, 1},
      {"exp", math::exp, [](long double x) { return std::exp(x); }, -1, 1, 1},
      {"expm1", math::expm1, [](long double x) { return std::expm1(x); }, -2, 2, 1.5},
      {"log", math::log, [](long double x) { return std::log(x); }, 0.5, 2, 1},
      {"log", math::log, [](long double x) { return std::log(x); }, 0, 1e6, 1},
      {"log1p", math::log1p, [](long double x) { return std::log1p(x); }, -0.9, 2, 1.5},
      {"sin", math::sin, [](long double x) { return std::sin(x); }, -1000, 1000, 1},
      {"cos", math::cos, [](long double x) { return std::cos(x); }, -1e6, 1e6, 1},
      {"normal_cdf", math::normal_cdf,
       [](long double x) { return std::erfc(-x * 0.707106781186547524400844362104849039L) / 2; }, -37, 8, 2},
  };
  for (const Range& r : ranges) {
    double worst = 0, where = 0;
    for (int i = 0; i < 4000; ++i) {
      const double x = uniform(r.low, r.high), off = units_off(r.ours(x), r.theirs(x));
      if (off > worst) {
        worst = off;
        where = x;
      }
    }
    INFO("math::" << r.name << " is off by " << worst << " units at " << where);
    CHECK(worst <= r.limit);
  }
  double worst = 0;
  for (int i = 0; i < 4000; ++i) {
    const double x = std::exp2(uniform(-30, 30)), y = uniform(-30, 30);
    worst = std::max(worst, units_off(math::pow(x, y), std::pow(static_cast<long double>(x), y)));
  }
  CHECK(worst <= 1);
  // The quantile undoes the distribution function: N'(x)·dx is what rounding p leaves.
  for (int i = 0; i < 4000; ++i) {
    const double x = uniform(-38, 5), p = math::normal_cdf(x);
    const double slack =
        8e-16 * p / math::normal_pdf(x) + 8e-16 * std::fabs(x) + (p < 1e-307 ? 5e-324 / math::normal_pdf(x) : 0);
    INFO("x " << x << ", p " << p << ", quantile " << math::normal_quantile(p));
    CHECK(std::fabs(math::normal_quantile(p) - x) <= slack);
  }
}

TEST_CASE("elementary functions at their special values", "[pricing]") {
  const double nan = std::nan("");
  for (double (*f)(double) : {math::exp, math::expm1, math::log, math::log1p, math::sin, math::cos, math::erfcx,
                              math::normal_pdf, math::normal_cdf, math::normal_quantile})
    CHECK(std::isnan(f(nan)));
  CHECK(math::exp(-infinity) == 0);
  CHECK(math::exp(infinity) == infinity);
  CHECK(math::exp(710) == infinity);
  CHECK(math::exp(-746) == 0);
  CHECK(math::expm1(-infinity) == -1);
  CHECK(math::expm1(infinity) == infinity);
  CHECK(math::log(0) == -infinity);
  CHECK(math::log(1) == 0);
  CHECK(math::log(infinity) == infinity);
  CHECK(std::isnan(math::log(-1)));
  CHECK(math::log1p(-1) == -infinity);
  CHECK(std::isnan(math::log1p(-1.5)));
  CHECK(math::erfcx(infinity) == 0);
  CHECK(math::erfcx(-30) == infinity);
  CHECK(math::normal_cdf(-infinity) == 0);
  CHECK(math::normal_cdf(infinity) == 1);
  CHECK(math::normal_pdf(-infinity) == 0);
  CHECK(math::normal_quantile(0) == -infinity);
  CHECK(math::normal_quantile(0.5) == 0);
  CHECK(math::normal_quantile(1) == infinity);
  CHECK(std::isnan(math::normal_quantile(-0.1)));
  CHECK(math::pow(0, 2) == 0);
  CHECK(math::pow(0, -2) == infinity);
  CHECK(math::pow(-2, 3) == -8);
  CHECK(math::pow(nan, 0) == 1);
  CHECK(math::pow(2, 5000) == infinity);
  CHECK(math::pow(2, -infinity) == 0);
  CHECK(std::isnan(math::pow(-2, 0.5)));
  CHECK_THROWS_AS(math::sin(2e6), std::invalid_argument);
  CHECK_THROWS_AS(math::cos(-infinity), std::invalid_argument);
}

TEST_CASE("vector lanes have the scalar functions' bits", "[pricing]") {
  namespace lane = HWY_NAMESPACE;
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::ScalableTag<double> d;
  constexpr std::size_t width = hn::MaxLanes(hn::ScalableTag<double>());
  std::mt19937_64 random(2);
  std::size_t different = 0;
  for (int i = 0; i < 2000; ++i) {
    std::array<double, width> x{}, e{}, l{};
    for (double& value : x) value = 1400 * (static_cast<double>(random() >> 11) * 0x1p-53 - 0.5);
    hn::StoreU(lane::Exp(d, hn::LoadU(d, x.data())), d, e.data());
    hn::StoreU(lane::LogNormal(d, hn::LoadU(d, e.data())), d, l.data());
    for (std::size_t k = 0; k < width; ++k) {
      const double one = math::exp(x[k]), log_one = math::log(one);
      if (std::bit_cast<std::uint64_t>(one) != std::bit_cast<std::uint64_t>(e[k]) ||
          std::bit_cast<std::uint64_t>(log_one) != std::bit_cast<std::uint64_t>(l[k]))
        ++different;
    }
  }
  CHECK(different == 0);
}
