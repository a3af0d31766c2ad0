#include "core/pricing/american_kernel.hpp"

#include <catch2/catch.hpp>

#include "tools/bench/pricing/bits.hpp"

using namespace optix;

TEST_CASE("every vector target prices American options to the same bits", "[pricing]") {
  const PricingInputs in = random_pricing_inputs(6000, 11);
  const std::size_t rows = in.spot.size();
  const AmericanRows inputs{in.spot, in.strike, in.rate, in.dividend_yield, in.years, in.vol, in.right};
  for (const AmericanScheme scheme : {AmericanScheme::fast, AmericanScheme::accurate}) {
    std::vector<double> first[3], other[3];
    for (auto* columns : {&first, &other})
      for (auto& column : *columns) column.resize(rows);
    std::vector<AmericanStatus> first_status(rows), status(rows);
    bool have_first = false;
    std::size_t different = 0, valued = 0, unusable = 0;
    for (const VectorTarget& target : vector_targets()) {
      const ForcedTarget forced(target.target);
      auto& columns = have_first ? other : first;
      american_rows(scheme, inputs, {columns[0], columns[1], columns[2], have_first ? status : first_status});
      for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t k = 0; k < 3; ++k) {
          const bool has_value = first_status[i] == AmericanStatus::hold || first_status[i] == AmericanStatus::exercise;
          valued += has_value ? 1 : 0;
          if (has_value && !std::isfinite(columns[k][i])) ++unusable;
          if (have_first && (!same_bits(first[k][i], other[k][i]) || status[i] != first_status[i])) ++different;
        }
      have_first = true;
    }
    CHECK(have_first);
    CHECK(different == 0);
    CHECK(unusable == 0);
    CHECK(valued > rows);
  }
}

TEST_CASE("the American kernel's boundary starts where it must and falls", "[pricing]") {
  const AmericanRule& rule = american_rule(AmericanScheme::accurate, BoundaryEquation::density);
  BoundaryInputs in;
  for (std::size_t lane = 0; lane < american_block; ++lane) {
    in.rate.lane[lane] = 0.02 + 0.01 * static_cast<double>(lane);
    in.yield.lane[lane] = 0.06;
    in.years.lane[lane] = 0.5;
    in.vol.lane[lane] = 0.3;
  }
  std::vector<LaneValues> squares(rule.nodes), scratch(boundary_scratch(rule));
  LaneValues log_start;
  solve_boundaries(rule, in, american_block, squares.data(), log_start, scratch.data());
  for (std::size_t lane = 0; lane < american_block; ++lane) {
    const double rate = in.rate.lane[lane];
    CHECK(log_start.lane[lane] == Approx(std::log(std::min(1.0, rate / 0.06))).margin(1e-15));
    // Nodes run from today back to expiry.
    for (std::size_t i = 1; i < rule.nodes; ++i) CHECK(squares[i].lane[lane] < squares[i - 1].lane[lane]);
  }
}
