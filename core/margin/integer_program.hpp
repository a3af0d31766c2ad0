#pragma once
// Small integer programs: minimise cost·x over A·x ≤ b, x ≥ 0, b ≥ 0, some of x whole numbers.
//
// Linear relaxation by the simplex method on a dense tableau (primal at the root, where x = 0 is
// feasible; dual after a row is added), Gomory's mixed-integer cuts at the root (R. Gomory, "An algorithm
// for the mixed integer problem", 1960), then branch and bound, nearest side first. Costs are whole multiples of one
// unit, so a branch whose relaxation rounded up does not beat the best known is closed. Everything happens in a fixed
// order: equal programs give equal answers.
#include <cstddef>
#include <cstdint>
#include <vector>

namespace optix::margin {

struct IntegerProgram {
  std::size_t rows = 0, columns = 0;
  std::vector<double> matrix;  // row after row
  std::vector<double> limit;   // b, ≥ 0
  std::vector<double> cost;    // per column
  // Per column: 0 any number; 1 whole at some optimum in which those of higher rank are, so that it need
  // not be branched on; from 2 on whole, higher ranks branched on first.
  std::vector<std::uint8_t> whole;

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
IntegerSolution solve(const IntegerProgram& program, double work = 1e8);

}  // namespace optix::margin
