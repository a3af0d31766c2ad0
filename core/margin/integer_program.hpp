#pragma once
// Small integer programs: minimise cost·x over A·x ≤ b, x ≥ 0, b ≥ 0, some of x whole numbers.
//
// Linear relaxation by the simplex method on a dense tableau (primal at the root, where x = 0 is
// feasible; dual after a bound is added), branch and bound on the first value that is not whole,
// nearest side first. Costs are whole multiples of one unit, so a branch whose relaxation rounded up
// does not beat the best known is closed. Everything happens in a fixed order: equal programs give
// equal answers.
#include <cstddef>
#include <cstdint>
#include <vector>

namespace optix::margin {

struct IntegerProgram {
  std::size_t rows = 0, columns = 0;
  std::vector<double> matrix;         // row after row
  std::vector<double> limit;          // b, ≥ 0
  std::vector<double> cost;           // per column
  std::vector<std::uint8_t> whole;    // per column: must be a whole number
  std::vector<std::uint8_t> implied;  // per column: whole at some optimum once the others are; branched on last

  // `count` rows and columns of zeros.
  void shape(std::size_t row_count, std::size_t column_count);
  double& at(std::size_t row, std::size_t column) { return matrix[row * columns + column]; }
};

struct IntegerSolution {
  std::vector<double> x;  // whole where asked
  double value = 0;       // cost·x
  double bound = 0;       // no solution is below; equals value when proven
  bool proven = true;     // false: the search was cut off
  std::size_t nodes = 0;  // relaxations solved
  std::size_t pivots = 0;
};

// `work` bounds the search: about that many multiplications. x = 0 is always a solution, so there is
// always an answer. Programs must be bounded below.
IntegerSolution solve(const IntegerProgram& program, double work = 2e8);

}  // namespace optix::margin
