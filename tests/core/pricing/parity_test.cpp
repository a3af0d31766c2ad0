#include "core/pricing/parity.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <map>
#include <random>
#include <vector>

#include "core/pricing/american.hpp"
#include "core/pricing/european.hpp"
#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

using Cells = std::map<std::string, std::string>;

double number(const Cells& row, const char* name) { return std::stod(row.at(name)); }

std::map<std::string, std::vector<Cells>> by_chain(const OracleTable& table) {
  std::map<std::string, std::vector<Cells>> chains;
  for (const Cells& row : table.rows) chains[row.at("chain")].push_back(row);
  return chains;
}

ParityQuote mids(double strike, double call, double put) { return {strike, call, call, put, put}; }

// Two-sided quotes on a grid of 5 cents around European prices under one rate and yield.
std::vector<ParityQuote> chain(const BlackScholesInput& terms, double half_spread, std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto noise = [&] { return (static_cast<double>(random()) / 4294967296.0 - 0.5) * half_spread; };
  std::vector<ParityQuote> quotes;
  for (double k = 80; k <= 120; k += 2.5) {
    BlackScholesInput in = terms;
    in.strike = k;
    const double call = european(Right::call, in).price + noise(), put = european(Right::put, in).price + noise();
    quotes.push_back({k, call - half_spread, call + half_spread, put - half_spread, put + half_spread});
  }
  return quotes;
}

const BlackScholesInput terms{100, 100, 0.05, 0.02, 0.5, 0.3};
const double true_forward = 100 * std::exp(0.03 * 0.5), true_discount = std::exp(-0.05 * 0.5);

}  // namespace

TEST_CASE("the forward and discount of reference chains", "[data][pricing]") {
  const auto table = read_oracle("pricing/parity_european.csv");
  if (!table) return;
  double worst_exact = 0, worst_quotes = 0;
  for (const auto& [name, rows] : by_chain(*table)) {
    const double forward = number(rows[0], "true_forward"), discount = number(rows[0], "true_discount");
    std::vector<ParityQuote> exact, quotes;
    for (const Cells& row : rows) {
      exact.push_back(mids(number(row, "strike"), number(row, "call_mid"), number(row, "put_mid")));
      quotes.push_back({number(row, "strike"), number(row, "call_bid"), number(row, "call_ask"), number(row, "put_bid"),
                        number(row, "put_ask")});
    }
    const ParityForward e = parity_forward(exact).value(), q = parity_forward(quotes).value();
    INFO("chain " << name);
    CHECK(e.forward == Approx(forward).epsilon(1e-12));
    CHECK(e.discount == Approx(discount).epsilon(1e-12));
    worst_exact = std::max({worst_exact, std::fabs(e.forward / forward - 1), std::fabs(e.discount / discount - 1)});
    CHECK(q.used == rows.size());
    CHECK(std::fabs(q.forward - forward) < 2 * q.forward_error);
    CHECK(std::fabs(q.discount - discount) < 2 * q.discount_error);
    worst_quotes = std::max({worst_quotes, std::fabs(q.forward - forward) / q.forward_error,
                             std::fabs(q.discount - discount) / q.discount_error});
    std::printf("parity_european chain %s: forward off by %.2e (standard error %.2e), discount by %.2e (%.2e)\n",
                name.c_str(), q.forward - forward, q.forward_error, q.discount - discount, q.discount_error);
  }
  std::printf("parity_european.csv: exact mids relative %.1e; quotes at worst %.2f standard errors\n", worst_exact,
              worst_quotes);
}

TEST_CASE("the forward and discount of American reference chains", "[data][pricing]") {
  const auto table = read_oracle("pricing/parity_american.csv");
  if (!table) return;
  for (const auto& [name, rows] : by_chain(*table)) {
    const double forward = number(rows[0], "true_forward"), discount = number(rows[0], "true_discount");
    std::vector<ParityQuote> quotes;
    double naive_strikes = 0;
    for (const Cells& row : rows) {
      quotes.push_back(mids(number(row, "strike"), number(row, "amer_call"), number(row, "amer_put")));
      naive_strikes = std::max(naive_strikes, std::fabs(number(row, "naive_parity_forward") - forward));
    }
    const ParityForward naive = parity_forward(quotes).value();
    const ParityForward ours =
        parity_forward_american(quotes, {number(rows[0], "spot"), number(rows[0], "time_years")}).value();
    INFO("chain " << name);
    CHECK(std::fabs(ours.forward - forward) < 1e-6);  // prices are given to nine digits
    CHECK(std::fabs(ours.discount - discount) < 1e-7);
    CHECK(ours.iterations < 15);
    CHECK(std::fabs(naive.forward - forward) > 0.1);
    std::printf(
        "parity_american chain %s: forward off by %.1e in %zu rounds; a line through the raw mids %.2f, one "
        "strike up to %.2f; discount off by %.1e, raw %.4f\n",
        name.c_str(), ours.forward - forward, ours.iterations, naive.forward - forward, naive_strikes,
        ours.discount - discount, naive.discount - discount);
  }
}

TEST_CASE("the VIX methodology's forward", "[data][pricing]") {
  // The white paper's near term: 1965 is where the mids are closest.
  const std::vector<ParityQuote> quotes{
      mids(1970, 18.05, 25.25), mids(1960, 24.25, 21.30), mids(1965, 21.05, 23.15), {1900, 0, 60, 8, 9}};
  const VixForward near = vix_forward(quotes, 0.000305, 0.0683486).value();
  CHECK(near.strike == 1965);
  CHECK(near.k0 == 1960);
  CHECK(near.forward == Approx(1962.89996).margin(1e-5));

  const auto table = read_oracle("pricing/vix_forward.csv");
  if (!table) return;
  double worst = 0;
  for (const Cells& row : table->rows) {
    const double strike = number(row, "strike_min_abs_diff"), call = number(row, "call_mid"),
                 put = number(row, "put_mid");
    const std::vector<ParityQuote> chain_around{mids(strike - 5, call + 3.5, put - 1.5),
                                                mids(strike, call, put),
                                                mids(strike + 5, call - 1.5, put + 3.5),
                                                {strike - 10, 0, 1, 0, 1}};
    const VixForward v = vix_forward(chain_around, number(row, "R"), number(row, "T")).value();
    INFO(row.at("case"));
    CHECK(v.strike == strike);
    CHECK(v.k0 == number(row, "K0"));
    CHECK(v.forward == Approx(number(row, "forward")).margin(1e-9));
    worst = std::max(worst, std::fabs(v.forward - number(row, "forward")));
  }
  std::printf("vix_forward.csv: worst error %.1e\n", worst);
}

TEST_CASE("bad quotes do not move the line", "[data][pricing]") {
  const std::vector<ParityQuote> clean = chain(terms, 0.05, 7);
  const ParityForward reference = parity_forward(clean).value();
  CHECK(std::fabs(reference.forward - true_forward) < 3 * reference.forward_error);
  CHECK(reference.forward_error < 0.03);
  CHECK(reference.outliers == 0);

  // Up to a quarter of the rows wrong by dollars, at the ends where the lever is longest.
  for (const double wrong : {0.5, 3.0, -8.0, 60.0}) {
    std::vector<ParityQuote> quotes = clean;
    for (const std::size_t i : {0ul, 1ul, 8ul, 16ul}) {
      quotes[i].call_bid = std::max(quotes[i].call_bid + wrong, 0.01);
      quotes[i].call_ask = std::max(quotes[i].call_ask + wrong, 0.02);
    }
    const ParityForward f = parity_forward(quotes).value();
    INFO("wrong by " << wrong << ", outliers " << f.outliers);
    CHECK(f.outliers >= 4);
    CHECK(std::fabs(f.forward - true_forward) < 4 * reference.forward_error);
    CHECK(std::fabs(f.discount - true_discount) < 4 * reference.discount_error);
  }

  // Rows without two sound sides do not take part, whatever they say.
  std::vector<ParityQuote> quotes = clean;
  const double nan = std::nan("");
  quotes.push_back({101, 0, 5, 1, 2});
  quotes.push_back({102, 1, 0, 1, 2});
  quotes.push_back({103, 5, 4, 1, 2});
  quotes.push_back({104, nan, 4, 1, 2});
  quotes.push_back({105, 1, HUGE_VAL, 1, 2});
  quotes.push_back({-5, 1, 2, 1, 2});
  const ParityForward f = parity_forward(quotes).value();
  CHECK(f.unusable == 6);
  CHECK(f.forward == reference.forward);
  CHECK(f.discount == reference.discount);
}

TEST_CASE("the order of strikes does not matter and wide quotes count less", "[data][pricing]") {
  std::vector<ParityQuote> quotes = chain(terms, 0.05, 11);
  const ParityForward before = parity_forward(quotes).value();
  std::reverse(quotes.begin(), quotes.end());
  CHECK(parity_forward(quotes)->forward == before.forward);
  // A quote 40 times as wide, off by half a spread: within its own error, and nearly without weight.
  quotes[3].call_bid -= 1;
  quotes[3].call_ask += 3;
  CHECK(std::fabs(parity_forward(quotes)->forward - before.forward) < 0.2 * before.forward_error);
}

TEST_CASE("few strikes fall back to a known discount", "[data][pricing]") {
  const std::vector<ParityQuote> all = chain(terms, 0.05, 3);
  const std::vector<ParityQuote> two{all[7], all[8]}, one{all[8]};
  CHECK_FALSE(parity_forward(two).ok());
  CHECK_FALSE(parity_forward(std::vector<ParityQuote>{}).ok());
  ParityOptions options;
  options.known_discount = true_discount;
  CHECK_FALSE(parity_forward(std::vector<ParityQuote>{}, options).ok());
  for (const auto& quotes : {two, one}) {
    const ParityForward f = parity_forward(quotes, options).value();
    CHECK(f.method == ParityMethod::known_discount);
    CHECK(f.discount == true_discount);
    CHECK(f.discount_error == 0);
    CHECK(f.used == quotes.size());
    CHECK(std::fabs(f.forward - true_forward) < 3 * f.forward_error);
  }
  // Two close strikes would give any discount: its error says so.
  options.minimum_strikes = 2;
  CHECK(parity_forward(two, options)->method == ParityMethod::known_discount);
  CHECK(parity_forward(all, options)->method == ParityMethod::regression);
  options.fix_discount = true;
  CHECK(parity_forward(all, options)->method == ParityMethod::known_discount);
  CHECK(std::fabs(parity_forward(all, options)->forward - true_forward) < 0.03);

  for (const double bad : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
    ParityOptions wrong;
    wrong.known_discount = bad;
    CHECK_FALSE(parity_forward(all, wrong).ok());
  }
  ParityOptions wrong;
  wrong.fix_discount = true;
  CHECK_FALSE(parity_forward(all, wrong).ok());
  wrong = {};
  wrong.minimum_strikes = 1;
  CHECK_FALSE(parity_forward(all, wrong).ok());
  // Puts and calls exchanged: a discount below 0.
  std::vector<ParityQuote> exchanged = all;
  for (ParityQuote& q : exchanged) q = {q.strike, q.put_bid, q.put_ask, q.call_bid, q.call_ask};
  CHECK_FALSE(parity_forward(exchanged).ok());
}

TEST_CASE("American parity on own prices: dividends, smile, spreads, a fixed discount", "[data][pricing]") {
  struct Case {
    const char* name;
    double rate, yield, years, half_spread;
    double forward_tolerance;
  };
  const Case cases[] = {{"no yield", 0.05, 0, 0.5, 0, 1e-5},
                        {"yield above rate", 0.02, 0.05, 1, 0, 1e-5},
                        {"both", 0.04, 0.04, 0.25, 0, 1e-5},
                        {"zero rate", 0, 0.03, 0.5, 0, 1e-5},
                        {"quoted", 0.05, 0.01, 0.5, 0.05, 0.1}};
  for (const Case& c : cases) {
    std::vector<ParityQuote> quotes;
    for (double k = 85; k <= 115; k += 5) {
      const double vol = 0.3 - 0.002 * (k - 100);
      const BlackScholesInput in{100, k, c.rate, c.yield, c.years, vol};
      const double call = american(AmericanScheme::accurate, Right::call, in).price,
                   put = american(AmericanScheme::accurate, Right::put, in).price;
      quotes.push_back({k, call - c.half_spread, call + c.half_spread, put - c.half_spread, put + c.half_spread});
    }
    const double forward = 100 * std::exp((c.rate - c.yield) * c.years), discount = std::exp(-c.rate * c.years);
    const auto f = parity_forward_american(quotes, {100, c.years});
    INFO(c.name);
    REQUIRE(f.ok());
    CHECK(std::fabs(f->forward - forward) < c.forward_tolerance);
    CHECK(std::fabs(f->discount - discount) < 0.1 * c.forward_tolerance);
    CHECK(f->iterations > 0);
    ParityOptions fixed;
    fixed.known_discount = discount;
    fixed.fix_discount = true;
    const auto g = parity_forward_american(quotes, {100, c.years}, fixed);
    REQUIRE(g.ok());
    CHECK(g->discount == discount);
    CHECK(std::fabs(g->forward - forward) < c.forward_tolerance);
  }
}

TEST_CASE("American parity refuses bad terms", "[data][pricing]") {
  const std::vector<ParityQuote> quotes = chain(terms, 0.05, 5);
  CHECK_FALSE(parity_forward_american(quotes, {0, 0.5}).ok());
  CHECK_FALSE(parity_forward_american(quotes, {100, 0}).ok());
  CHECK_FALSE(parity_forward_american(quotes, {std::nan(""), 0.5}).ok());
  CHECK_FALSE(parity_forward_american(std::vector<ParityQuote>{}, {100, 0.5}).ok());
  AmericanParityTerms once{100, 0.5};
  once.maximum_iterations = 1;
  CHECK_FALSE(parity_forward_american(quotes, once).ok());
  CHECK_FALSE(vix_forward({}, 0.01, 0.1).ok());
  CHECK_FALSE(vix_forward(quotes, std::nan(""), 0.1).ok());
  CHECK_FALSE(vix_forward(quotes, 0.01, -0.1).ok());
}
