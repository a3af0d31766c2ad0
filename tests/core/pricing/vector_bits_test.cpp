#include <catch2/catch.hpp>
#include <vector>

#include "tools/bench/pricing/bits.hpp"

using namespace optix;

TEST_CASE("one row and every vector target give the same bits", "[pricing]") {
  const BitsReport report = compare_bits(100000, 20240611);
  INFO(report.first);
  CHECK(report.different == 0);
  CHECK(report.unwanted_nan == 0);
  CHECK(report.compared == report.targets.size() * report.rows * 11);
  CHECK(!report.targets.empty());
}

TEST_CASE("a row's bits do not depend on its place in the column or on the columns asked for", "[pricing]") {
  const PricingInputs in = random_pricing_inputs(41, 7);
  std::vector<double> all(41), delta(41), vol(41), charm(41);
  std::vector<ImpliedVolStatus> status(41);
  european_rows(in.rows(), {.price = all, .charm = charm});
  implied_vol_rows(in.price_rows(), vol, status);
  for (const VectorTarget& target : vector_targets()) {
    const ForcedTarget forced(target.target);
    for (std::size_t begin = 0; begin < 20; ++begin)
      for (const std::size_t count : {std::size_t{1}, std::size_t{3}, std::size_t{8}, std::size_t{21}}) {
        const auto part = [&](const auto& column) { return std::span(column).subspan(begin, count); };
        std::vector<double> price(count), part_vol(count);
        std::vector<ImpliedVolStatus> part_status(count);
        european_rows({part(in.spot), part(in.strike), part(in.rate), part(in.dividend_yield), part(in.years),
                       part(in.vol), part(in.right)},
                      {.price = price});
        implied_vol_rows({part(in.spot), part(in.strike), part(in.rate), part(in.dividend_yield), part(in.years),
                          part(in.price), part(in.right)},
                         part_vol, part_status);
        for (std::size_t i = 0; i < count; ++i) {
          INFO(target.name << ", row " << begin + i << " of a part of " << count);
          CHECK(same_bits(price[i], all[begin + i]));
          CHECK(same_bits(part_vol[i], vol[begin + i]));
          CHECK(part_status[i] == status[begin + i]);
        }
      }
  }
}

TEST_CASE("a chain has the bits of rows with the same terms", "[pricing]") {
  const PricingInputs in = random_pricing_inputs(500, 11);
  const BlackScholesInput terms{812.5, 0, 0.031, 0.012, 0.37, 0};
  const std::vector<double> spot(500, terms.spot), rate(500, terms.rate), yield(500, terms.dividend_yield),
      years(500, terms.years);
  std::vector<double> chain_price(500), row_price(500), chain_charm(500), row_charm(500), chain_vol(500), row_vol(500);
  std::vector<ImpliedVolStatus> chain_status(500), row_status(500);
  const ExpiryTerms shared = expiry_terms(terms.spot, terms.rate, terms.dividend_yield, terms.years);
  european_chain(shared, in.strike, in.vol, in.right, {.price = chain_price, .charm = chain_charm});
  european_rows({spot, in.strike, rate, yield, years, in.vol, in.right}, {.price = row_price, .charm = row_charm});
  implied_vol_chain(shared, in.strike, in.price, in.right, chain_vol, chain_status);
  implied_vol_rows({spot, in.strike, rate, yield, years, in.price, in.right}, row_vol, row_status);
  for (std::size_t i = 0; i < 500; ++i) {
    INFO("row " << i);
    CHECK(same_bits(chain_price[i], row_price[i]));
    CHECK(same_bits(chain_charm[i], row_charm[i]));
    CHECK(same_bits(chain_vol[i], row_vol[i]));
    CHECK(chain_status[i] == row_status[i]);
  }
}
