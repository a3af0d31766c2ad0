#include "core/volatility/arbitrage.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>

#include "core/volatility/bernstein.hpp"
#include "core/volatility/svi_fit.hpp"
#include "tests/core/volatility/random_slices.hpp"
#include "tests/core/volatility/volatility_oracle.hpp"

using namespace optix;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Gatheral & Jacquier (2014), example 3.1, after Axel Vogt.
const SviParameters vogt{-0.0410, 0.1331, 0.3060, 0.3586, 0.4153};

SmileFunction function_of(const SviParameters& p) {
  return [p](double k) { return svi_derivatives(p, k); };
}

// Lowest g on a dense grid in u, the check's independent opponent.
double scanned_g(const SviParameters& p) {
  double lowest = infinity;
  for (int i = -4000; i <= 4000; ++i) {
    const double u = std::exp(i * 0.004);
    lowest = std::min(lowest, svi_durrleman_g(p, p.m + 0.5 * p.sigma * (u - 1 / u)));
  }
  return lowest;
}

}  // namespace

TEST_CASE("arbitrage: Vogt's slice is flagged") {
  const ButterflyReport report = check_butterfly(vogt);
  CHECK_FALSE(report.butterfly_free);
  CHECK_FALSE(svi_butterfly_free(vogt));
  CHECK(report.variance_positive);
  CHECK(report.slopes_within_lee);
  CHECK_FALSE(report.density_positive);
  CHECK(std::fabs(report.min_g + 0.0328636) < 5e-8);
  CHECK(std::fabs(report.k_at_min_g - 0.87926) < 5e-6);
  REQUIRE(report.negative.size() == 1);
  CHECK(std::fabs(report.negative[0].from - 0.642) < 1e-3);
  CHECK(std::fabs(report.negative[0].to - 1.257) < 1e-3);
  // The ends are zeros of g.
  CHECK(std::fabs(svi_durrleman_g(vogt, report.negative[0].from)) < 1e-14);
  CHECK(std::fabs(svi_durrleman_g(vogt, report.negative[0].to)) < 1e-14);
}

TEST_CASE("arbitrage: slices of the worked cases") {
  const auto table = read_oracle("pricing/svi.csv");
  if (!table) return;
  WorstRatio minimum("svi.csv min_g");
  WorstRatio place("svi.csv k_at_min_g");
  WorstRatio ends("svi.csv neg_g_from, neg_g_to");
  for (const auto& row : table->rows) {
    const std::string id = row.at("id");
    const SviParameters p = raw_slice(row);
    const ButterflyReport report = check_butterfly(p);
    CAPTURE(id, report.min_g, report.k_at_min_g);
    CHECK(report.butterfly_free == (row.at("butterfly_free") == "1"));
    CHECK(svi_butterfly_free(p) == report.butterfly_free);
    const double k = number(row, "k_at_min_g");
    if (std::fabs(k) < 29) {  // inside the scanned range: the minimum over the whole line
      minimum.add(report.min_g, number(row, "min_g"), 1e-12, id);
      place.add(report.k_at_min_g, k, 1e-7, id);
    } else {  // on the scanned range's edge: the whole line's infimum lies beyond, the range's is there
      CHECK(report.min_g <= number(row, "min_g"));
      const ButterflyReport range = check_butterfly(function_of(p), k, -k);
      minimum.add(range.min_g, number(row, "min_g"), 1e-12, id);
    }
    if (!row.at("neg_g_from").empty()) {  // first and last point of a grid of 0.001 inside
      REQUIRE(!report.negative.empty());
      const KInterval& first = report.negative.front();
      ends.add(first.from, number(row, "neg_g_from"), 1.001e-3, id);
      if (row.at("neg_g_to").empty())
        CHECK(first.to == infinity);
      else
        ends.add(first.to, number(row, "neg_g_to"), 1.001e-3, id);
    } else {
      CHECK(report.negative.empty());
    }
  }
  CHECK(minimum.report());
  CHECK(place.report());
  CHECK(ends.report());
}

TEST_CASE("arbitrage: steep, kinked, negative and broken slices") {
  // b(1+ρ) = 2 is within Lee's bound and still has g < 0 up to infinity.
  const ButterflyReport edge = check_butterfly(SviParameters{0.3, 1.25, 0.6, 0, 1});
  CHECK(edge.slopes_within_lee);
  CHECK_FALSE(edge.density_positive);
  REQUIRE(edge.negative.size() == 1);
  CHECK(edge.negative[0].to == infinity);
  CHECK_FALSE(check_butterfly(SviParameters{0.5, 1.5, 0.6, 0, 1}).slopes_within_lee);

  const ButterflyReport below = check_butterfly(SviParameters{-0.05, 0.2, -0.3, 0, 0.2});
  CHECK_FALSE(below.variance_positive);
  CHECK(below.min_g == -infinity);
  CHECK_FALSE(below.negative.empty());

  const ButterflyReport flat = check_butterfly(SviParameters{0.04, 0, 0, 0, 0.1});
  CHECK(flat.butterfly_free);
  CHECK(flat.min_g == 1);
  CHECK_FALSE(check_butterfly(SviParameters{-0.04, 0, 0, 0, 0.1}).butterfly_free);

  // A kink: g at finite k is that of two straight lines.
  const SviParameters kink{0.04, 0.05, -0.3, 0.02, 0};
  CHECK(svi_butterfly_free(kink) == check_butterfly(kink).butterfly_free);
  const ButterflyReport steep = check_butterfly(SviParameters{0.001, 0.5, 0, 0.3, 0});
  CHECK_FALSE(steep.butterfly_free);

  for (const double bad : {infinity, -infinity, std::nan("")}) {
    CHECK_FALSE(check_butterfly(SviParameters{bad, 0.1, 0, 0, 0.1}).valid);
    CHECK_FALSE(svi_butterfly_free({0.04, 0.1, 0, bad, 0.1}));
    CHECK_FALSE(check_calendar({0.04, 0.1, 0, bad, 0.1}, vogt).calendar_free);
  }
}

TEST_CASE("arbitrage: the whole-line check agrees with a dense scan") {
  CounterRandom random(20140301);
  int free = 0;
  for (int i = 0; i < 300; ++i) {
    const SviParameters p = random_slice(random);
    const ButterflyReport report = check_butterfly(p);
    const double scanned = scanned_g(p);
    CAPTURE(i, p.a, p.b, p.rho, p.m, p.sigma, report.min_g, report.k_at_min_g, scanned);
    // Never above what a scan finds, and equal to g where it says.
    CHECK(report.min_g <= scanned + 1e-9 * (1 + std::fabs(scanned)));
    if (std::isfinite(report.k_at_min_g))
      CHECK(report.min_g == Approx(svi_durrleman_g(p, report.k_at_min_g)).margin(1e-12));
    CHECK(report.min_g > scanned - 0.05 * (1 + std::fabs(scanned)));
    CHECK(report.density_positive == (report.min_g >= 0));
    CHECK(svi_butterfly_free(p) == report.butterfly_free);
    free += report.butterfly_free ? 1 : 0;
    for (const KInterval& gap : report.negative) {
      const double inside = std::isinf(gap.to)     ? gap.from + 1
                            : std::isinf(gap.from) ? gap.to - 1
                                                   : 0.5 * (gap.from + gap.to);
      CHECK(svi_durrleman_g(p, inside) < 0);
    }
  }
  CHECK(free > 30);
  CHECK(free < 270);
}

TEST_CASE("arbitrage: a smile given by a function") {
  const ButterflyReport whole = check_butterfly(vogt);
  const ButterflyReport range = check_butterfly(function_of(vogt), -2, 2);
  CHECK_FALSE(range.butterfly_free);
  CHECK(std::fabs(range.min_g - whole.min_g) < 1e-12);
  CHECK(std::fabs(range.k_at_min_g - whole.k_at_min_g) < 1e-6);
  REQUIRE(range.negative.size() == 1);
  CHECK(std::fabs(range.negative[0].from - whole.negative[0].from) < 1e-12);
  CHECK(std::fabs(range.negative[0].to - whole.negative[0].to) < 1e-12);
  CHECK(std::fabs(range.min_total_variance - whole.min_total_variance) < 1e-15);
  CHECK(check_butterfly(function_of(vogt), -2, 0.6).butterfly_free);
  CHECK_THROWS_AS(check_butterfly(function_of(vogt), 1, 1), std::invalid_argument);
  CHECK_THROWS_AS(check_butterfly(function_of(vogt), 0, infinity), std::invalid_argument);
  CHECK_FALSE(check_butterfly([](double) { return VarianceDerivatives{std::nan(""), 0, 0}; }, 0, 1).valid);
  const SviParameters higher{-0.03, 0.1331, 0.306, 0.3586, 0.4153};
  CHECK(check_calendar(function_of(vogt), function_of(higher), -1, 1).calendar_free);
  const CalendarReport down = check_calendar(function_of(higher), function_of(vogt), -1, 1);
  CHECK_FALSE(down.calendar_free);
  CHECK(down.min_gap == Approx(-0.011));
}

TEST_CASE("arbitrage: calendars") {
  const SviParameters near{0.005, 0.05, -0.6, 0, 0.1};
  const CalendarReport good = check_calendar(near, {0.012, 0.06, -0.6, 0, 0.1});
  CHECK(good.calendar_free);
  CHECK(std::fabs(good.min_gap - 0.0078) < 1e-16);
  CHECK(std::fabs(good.k_at_min_gap - 0.075) < 1e-9);
  const SviParameters bad{0.006, 0.035, -0.3, 0.05, 0.12};
  const CalendarReport cut = check_calendar(near, bad, -3, 3);
  CHECK_FALSE(cut.calendar_free);
  CHECK(cut.k_at_min_gap == -3);
  CHECK(check_calendar(near, bad).min_gap == -infinity);
  CHECK_FALSE(svi_calendar_free(near, bad));
  // Equal slices, a pure shift, wings that touch at infinity.
  CHECK(svi_calendar_free(near, near));
  CHECK(check_calendar(near, near).min_gap == 0);
  SviParameters shifted = near;
  shifted.a += 1e-6;
  CHECK(check_calendar(near, shifted).min_gap == Approx(1e-6).epsilon(1e-9));
  CHECK_FALSE(svi_calendar_free(shifted, near));
  SviParameters wider = near;  // same wings, larger σ: above in the middle, equal at infinity
  wider.sigma = 0.2;
  CHECK(svi_calendar_free(near, wider));
  CHECK(check_calendar(near, wider).min_gap == 0);
  const CalendarReport under = check_calendar(wider, near);
  REQUIRE(under.negative.size() == 1);
  CHECK(under.negative[0].from < -100);
  CHECK(under.negative[0].to > 100);
}

TEST_CASE("arbitrage: the whole-line calendar check agrees with a dense scan") {
  CounterRandom random(77);
  int free = 0;
  for (int i = 0; i < 300; ++i) {
    const SviParameters near = random_slice(random);
    SviParameters far = random_slice(random);
    far.b = std::max(far.b, near.b * random.between(0.9, 1.5));
    far.a += near.a;
    const CalendarReport all = check_calendar(near, far);
    const CalendarReport range = check_calendar(near, far, -3, 3);
    double scanned = infinity;
    double below = 0;
    for (int j = 0; j <= 6000; ++j) {
      const double k = -3 + j * 1e-3;
      const double gap = svi_total_variance(far, k) - svi_total_variance(near, k);
      scanned = std::min(scanned, gap);
      const bool listed = std::any_of(range.negative.begin(), range.negative.end(),
                                      [&](const KInterval& x) { return k > x.from - 1e-9 && k < x.to + 1e-9; });
      if (gap < -1e-9 && !listed) ++below;
      if (gap > 1e-9 && listed) ++below;
    }
    CAPTURE(i, near.a, near.b, near.rho, near.m, near.sigma, far.a, far.b, far.rho, far.m, far.sigma);
    CAPTURE(all.min_gap, range.min_gap, scanned);
    CHECK(below == 0);
    CHECK(range.min_gap <= scanned);
    CHECK(range.min_gap > scanned - 1e-3 * (near.b + far.b));
    CHECK(all.min_gap <= range.min_gap);
    CHECK(svi_calendar_free(near, far) == all.calendar_free);
    free += all.calendar_free ? 1 : 0;
  }
  CHECK(free > 20);
  CHECK(free < 280);
}

TEST_CASE("arbitrage: calendar pairs of the worked cases") {
  const auto pairs = read_oracle("pricing/svi_calendar.csv");
  const auto points = read_oracle("pricing/svi_fit_points.csv");
  if (!pairs || !points) return;
  const auto slice = [&](const std::string& id, const std::string& note) {
    const std::size_t at = note.find(id + ": ");
    SviParameters p;
    if (at != std::string::npos) {
      REQUIRE(std::sscanf(note.c_str() + at + id.size(), ": a=%lf b=%lf rho=%lf m=%lf sigma=%lf", &p.a, &p.b, &p.rho,
                          &p.m, &p.sigma) == 5);
      return p;
    }
    std::vector<SmilePoint> smile;
    for (const auto& row : points->rows)
      if (row.at("id") == id) smile.push_back({number(row, "k"), number(row, "total_variance"), 1});
    REQUIRE(!smile.empty());
    return fit_svi(smile).parameters;
  };
  WorstRatio gap("svi_calendar.csv gap at k_at_min_gap");
  WorstRatio place("svi_calendar.csv k_at_min_gap");
  for (const auto& row : pairs->rows) {
    const std::string id = row.at("pair");
    const SviParameters near = slice(row.at("id_near"), row.at("note"));
    const SviParameters far = slice(row.at("id_far"), row.at("note"));
    const CalendarReport range = check_calendar(near, far, -3, 3);
    CAPTURE(id, range.min_gap, range.k_at_min_gap);
    CHECK(range.calendar_free == (row.at("calendar_free_on_k_-3_3") == "1"));
    CHECK(check_calendar(near, far).calendar_free == (row.at("calendar_free_all_k") == "1"));
    CHECK(svi_calendar_free(near, far) == (row.at("calendar_free_all_k") == "1"));
    // The file's minimum is that of a grid of 0.001, a little above the true one.
    const double k = number(row, "k_at_min_gap");
    const double theirs = number(row, "min_w_gap_on_k_-3_3");
    gap.add(svi_total_variance(far, k) - svi_total_variance(near, k), theirs, 1e-12 + 1e-9 * std::fabs(theirs), id);
    CHECK(range.min_gap <= theirs + 1e-12 + 1e-9 * std::fabs(theirs));
    CHECK(range.min_gap > theirs - 2e-8);
    place.add(range.k_at_min_gap, k, 1e-3, id);
  }
  CHECK(gap.report());
  CHECK(place.report());
}

TEST_CASE("arbitrage: roots by Bernstein subdivision") {
  // (u − 0.1)(u − 1)(u − 3)²(u + 2)
  std::array<double, 2> factor{-0.1, 1};
  const auto first = bernstein::multiply(factor, std::array<double, 2>{-1, 1});
  const auto second = bernstein::multiply(std::array<double, 2>{-3, 1}, std::array<double, 2>{-3, 1});
  const auto all = bernstein::multiply(bernstein::multiply(first, second), std::array<double, 2>{2, 1});
  std::vector<double> roots;
  bernstein::for_each_root(bernstein::from_power(all), [&](double t) { roots.push_back(t / (1 - t)); });
  REQUIRE(roots.size() >= 2);
  CHECK(std::fabs(roots[0] - 0.1) < 1e-14);
  CHECK(std::fabs(roots[1] - 1) < 1e-14);
  for (std::size_t i = 2; i < roots.size(); ++i) CHECK(std::fabs(roots[i] - 3) < 1e-5);
  CHECK_FALSE(bernstein::nonnegative(bernstein::from_power(all)));
  CHECK(bernstein::nonnegative(bernstein::from_power(std::array<double, 3>{1.0001, -2, 1})));
  CHECK_FALSE(bernstein::nonnegative(bernstein::from_power(std::array<double, 3>{0.9999, -2, 1})));
}
