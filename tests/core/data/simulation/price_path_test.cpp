#include "core/data/simulation/price_path.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/data/simulation/garch.hpp"
#include "core/data/simulation/shocks.hpp"

using namespace optix;
using namespace optix::simulation;

namespace {

Params market(PriceModel model, int years = 10) {
  Params p;
  p.model = model;
  p.first = Date::from_civil(2006, 1, 3);
  p.last = Date::from_civil(2006 + years - 1, 12, 31);
  return p;
}

// A made-up series with clusters of volatility: GARCH with known parameters.
std::vector<double> garch_returns(std::size_t count, double alpha, double beta, double daily_variance) {
  std::vector<double> out;
  double variance = daily_variance;
  for (std::size_t i = 0; i < count; ++i) {
    const double e = std::sqrt(variance) * standard_normal(5, 6, i);
    out.push_back(0.0004 + e);
    variance = daily_variance * (1 - alpha - beta) + alpha * e * e + beta * variance;
  }
  return out;
}

std::vector<double> log_returns(const PricePath& path, std::size_t per_session = 1) {
  std::vector<double> out;
  for (std::size_t i = 2 * per_session - 1; i < path.price.size(); i += per_session)
    out.push_back(std::log(path.price[i] / path.price[i - per_session]));
  return out;
}

struct Moments {
  double mean = 0, vol = 0, kurtosis = 0;
};
Moments moments(const std::vector<double>& x) {
  Moments m;
  double second = 0, fourth = 0;
  const auto n = static_cast<double>(x.size());
  for (const double v : x) m.mean += v / n;
  for (const double v : x) second += std::pow(v - m.mean, 2) / n, fourth += std::pow(v - m.mean, 4) / n;
  m.vol = std::sqrt(second * 252);
  m.kurtosis = fourth / (second * second);
  return m;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const Moments ma = moments(a), mb = moments(b);
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - ma.mean) * (b[i] - mb.mean);
  return sum / static_cast<double>(a.size()) / (ma.vol * mb.vol / 252);
}

PricePath path_of(const Params& p, std::uint64_t seed = 3, std::vector<double> returns = {}) {
  auto paths = price_paths({{p}, {}, std::move(returns), seed});
  REQUIRE(paths.ok());
  return std::move(paths->front());
}

}  // namespace

TEST_CASE("Cholesky factors are exact and impossible correlations are refused", "[simulation]") {
  const auto l = cholesky({1, 0.5, 0.2, 0.5, 1, 0.3, 0.2, 0.3, 1}, 3);
  REQUIRE(l.ok());
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      double sum = 0;
      for (std::size_t k = 0; k < 3; ++k) sum += (*l)[i * 3 + k] * (*l)[j * 3 + k];
      const double want[] = {1, 0.5, 0.2, 0.5, 1, 0.3, 0.2, 0.3, 1};
      CHECK(std::fabs(sum - want[i * 3 + j]) < 1e-14);
    }
  const struct {
    std::vector<double> matrix;
    std::size_t count;
    const char* says;
  } refused[] = {
      {{1, 0.5}, 2, "2 numbers for 2 underlyings"},
      {{1, 0.9, 0.9, 0.9}, 2, "row 2, column 2 is 0.9"},
      {{1, 0.5, 0.4, 1}, 2, "differs from its mirror image"},
      {{1, 2, 2, 1}, 2, "row 1, column 2 is 2.0"},
      {{1, NAN, NAN, 1}, 2, "row 1, column 2"},
      {{1, 1, 1, 1}, 2, "not positive definite: row 2"},
      {{1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1}, 3, "not positive definite: row 3"},
  };
  for (const auto& c : refused) {
    const auto got = cholesky(c.matrix, c.count);
    INFO(c.says);
    REQUIRE_FALSE(got.ok());
    CHECK(got.error().to_string().find(c.says) != std::string::npos);
  }
}

TEST_CASE("each price model has the volatility and the tails it promises", "[simulation]") {
  const struct {
    PriceModel model;
    double vol, tolerance, kurtosis_low, kurtosis_high;
  } cases[] = {
      {PriceModel::brownian, 0.12, 0.005, 2.8, 3.3},
      {PriceModel::heston, 0.12, 0.03, 3.3, 15},
      {PriceModel::merton, std::sqrt(0.12 * 0.12 + 1.5 * (0.03 * 0.03 + 0.03 * 0.03)), 0.03, 3.5, 40},
      {PriceModel::regimes, 0.17, 0.05, 3.5, 15},
      {PriceModel::garch, 0.16, 0.04, 3.1, 15},
  };
  for (const auto& c : cases) {
    const Params p = market(c.model, 20);
    const Moments m = moments(log_returns(path_of(p, 3, garch_returns(2000, 0.1, 0.85, 1e-4))));
    INFO("model " << static_cast<int>(c.model) << ": vol " << m.vol << ", kurtosis " << m.kurtosis);
    CHECK(std::fabs(m.vol - c.vol) < c.tolerance);
    CHECK(m.kurtosis > c.kurtosis_low);
    CHECK(m.kurtosis < c.kurtosis_high);
  }
}

TEST_CASE("heston's variance rises when the price falls, and never goes below zero", "[simulation]") {
  const PricePath path = path_of(market(PriceModel::heston, 20));
  std::vector<double> returns, moves;
  for (std::size_t i = 1; i < path.price.size(); ++i) {
    REQUIRE(path.variance[i] >= 0);
    returns.push_back(std::log(path.price[i] / path.price[i - 1]));
    moves.push_back(path.variance[i] - path.variance[i - 1]);
  }
  CHECK(correlation(returns, moves) < -0.55);
}

TEST_CASE("underlyings move together as their correlations say", "[simulation]") {
  Params a = market(PriceModel::brownian), b = a, c = a;
  b.underlying = *Symbol::from("B");
  c.underlying = *Symbol::from("C");
  b.vol = 0.3;
  const auto paths = price_paths({{a, b, c}, {1, 0.8, -0.3, 0.8, 1, 0, -0.3, 0, 1}, {}, 11});
  REQUIRE(paths.ok());
  const auto of = [&](std::size_t i) { return log_returns((*paths)[i]); };
  CHECK(correlation(of(0), of(1)) == Approx(0.8).margin(0.03));
  CHECK(correlation(of(0), of(2)) == Approx(-0.3).margin(0.05));
  CHECK(correlation(of(1), of(2)) == Approx(0.0).margin(0.05));
  // The first underlying is what it is alone.
  CHECK((*paths)[0].price == path_of(a, 11).price);
}

TEST_CASE("what was is not changed by how far a market is simulated", "[simulation]") {
  const auto returns = garch_returns(500, 0.08, 0.9, 1e-4);
  for (const PriceModel model :
       {PriceModel::brownian, PriceModel::heston, PriceModel::merton, PriceModel::regimes, PriceModel::garch}) {
    for (const int snapshots : {1, 4}) {
      Params p = market(model, 2);
      p.snapshots_per_session = snapshots;
      Params longer = p;
      longer.last = Date::from_civil(2010, 6, 30);
      const PricePath one = path_of(p, 3, returns), two = path_of(longer, 3, returns);
      REQUIRE(one.price.size() < two.price.size());
      CHECK(std::equal(one.price.begin(), one.price.end(), two.price.begin()));
      CHECK(path_of(p, 4, returns).price != one.price);
    }
  }
}

TEST_CASE("variance within a session is U-shaped, with a share overnight", "[simulation]") {
  Params p = market(PriceModel::brownian, 12);
  p.snapshots_per_session = 13;
  p.overnight_share = 0.3;
  p.intraday_shape = 1.2;
  p.vol = 0.4;  // cents matter less
  const SessionClock clock = session_clock(p);
  double sum = 0;
  for (const double share : clock.share) sum += share;
  CHECK(sum == Approx(1.0));
  CHECK(clock.share[1] > 2 * clock.share[7]);
  CHECK(clock.share[1] == Approx(clock.share[13]));
  const PricePath path = path_of(p);
  double overnight = 0, first = 0, middle = 0, all = 0;
  for (std::size_t s = 1; s < clock.sessions.size(); ++s) {
    const double* day = &path.price[s * 13];
    overnight += std::pow(std::log(path.open[s] / day[-1]), 2);
    first += std::pow(std::log(day[0] / path.open[s]), 2);
    middle += std::pow(std::log(day[6] / day[5]), 2);
    all += std::pow(std::log(day[12] / day[-1]), 2);
  }
  CHECK(overnight / all == Approx(0.3).margin(0.03));
  CHECK(first / all == Approx(clock.share[1]).margin(0.02));
  CHECK(middle / all == Approx(clock.share[7]).margin(0.01));
}

TEST_CASE("discrete dividends come on sessions of evenly spaced months and lower the price", "[simulation]") {
  Params p = market(PriceModel::brownian, 1);
  p.dividends_per_year = 4;
  p.dividend_yield = 0.04;
  p.spot = 100;
  p.drift = 0;
  const PricePath with = path_of(p);
  REQUIRE(with.dividends.size() >= 4);
  const int months[] = {2, 5, 8, 11};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(with.dividends[i].ex.civil().month == months[i]);
    CHECK(with.dividends[i].amount == 1.0);
  }
  p.dividends_per_year = 0;
  const PricePath without = path_of(p);
  const SessionClock clock = session_clock(p);
  for (std::size_t s = 1; s < clock.sessions.size(); ++s) {
    const bool ex = clock.sessions[s] == with.dividends[0].ex;
    const double got = with.open[s] / with.price[s - 1], plain = without.open[s] / without.price[s - 1];
    if (ex) CHECK((plain - got) * with.price[s - 1] == Approx(1.0).margin(0.03));
    if (clock.sessions[s] > with.dividends[0].ex) break;
  }
}

TEST_CASE("GARCH finds the parameters a series was made with", "[simulation]") {
  const struct { double alpha, beta; } cases[] = {{0.08, 0.9}, {0.15, 0.7}, {0.05, 0.5}};
  for (const auto& c : cases) {
    const auto fit = fit_garch(garch_returns(8000, c.alpha, c.beta, 1e-4));
    REQUIRE(fit.ok());
    INFO("alpha " << fit->alpha << " for " << c.alpha << ", beta " << fit->beta << " for " << c.beta);
    CHECK(std::fabs(fit->alpha - c.alpha) < 0.03);
    CHECK(std::fabs(fit->beta - c.beta) < 0.2);
    CHECK(fit->unconditional_variance() == Approx(1e-4).epsilon(0.2));
    const auto returns = garch_returns(8000, c.alpha, c.beta, 1e-4);
    CHECK(fit->log_likelihood >=
          garch_log_likelihood(returns, fit->mean, 1e-4 * (1 - c.alpha - c.beta), c.alpha, c.beta) - 1e-6);
    const Moments z = moments(fit->residual);
    CHECK(std::fabs(z.mean) < 1e-9);
    CHECK(z.vol == Approx(std::sqrt(252.0)));
  }
  CHECK_FALSE(fit_garch(std::vector<double>(99, 0.01)).ok());
  CHECK_FALSE(fit_garch(std::vector<double>(200, 0.01)).ok());
  std::vector<double> bad = garch_returns(200, 0.1, 0.8, 1e-4);
  bad[7] = NAN;
  CHECK_FALSE(fit_garch(bad).ok());
}

TEST_CASE("a bootstrap draws from the residuals of the returns given", "[simulation]") {
  // Returns of two sizes only: the residuals have few values apart from their volatility.
  std::vector<double> returns;
  for (std::size_t i = 0; i < 400; ++i) returns.push_back(i % 10 == 0 ? -0.03 : 0.004);
  const auto fit = fit_garch(returns);
  REQUIRE(fit.ok());
  Params p = market(PriceModel::garch);
  p.drift = 0;
  const Moments m = moments(log_returns(path_of(p, 1, returns)));
  CHECK(m.kurtosis > 4);  // of the returns: 7.1
  p.last = p.first;
  CHECK_FALSE(price_paths({{p}, {}, {}, 1}).ok());  // no returns
}

TEST_CASE("closes are read with the place of what is wrong", "[simulation]") {
  const auto good = returns_of_closes("c.csv", "date,close\n2019-01-02,100\n2019-01-03,110\r\n\n2019-01-04,99");
  REQUIRE(good.ok());
  REQUIRE(good->size() == 2);
  CHECK((*good)[0] == Approx(std::log(1.1)));
  CHECK((*good)[1] == Approx(std::log(0.9)));
  CHECK(returns_of_closes("c.csv", "price\n1\n2\n3\n").ok());
  const struct {
    const char* text;
    const char* says;
  } refused[] = {
      {"", "fewer than three closes"},
      {"date,last\n2019-01-02,100\n", "c.csv:1: there is no column `close`"},
      {"date,close\n2019-01-02,100\n2019-01-03\n", "c.csv:3: the line has no field"},
      {"date,close\n2019-01-02,abc\n", "c.csv:2 column close: the close 'abc'"},
      {"date,close\n2019-01-02,-5\n", "'-5' is not a positive number"},
      {"date,close\n2019-01-02,inf\n", "'inf' is not a positive number"},
  };
  for (const auto& c : refused) {
    const auto got = returns_of_closes("c.csv", c.text);
    INFO(c.text);
    REQUIRE_FALSE(got.ok());
    CHECK(got.error().to_string().find(c.says) != std::string::npos);
  }
}
