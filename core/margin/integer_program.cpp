#include "core/margin/integer_program.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace optix::margin {
namespace {

constexpr double pivot_epsilon = 1e-9;
constexpr double whole_epsilon = 1e-6;

// Rows of basic variables in terms of the ones at zero; the last row holds costs, the last column values.
// Variables: columns of the program, then one slack for each row, rows of branches included.
struct Tableau {
  std::size_t columns = 0;
  std::vector<double> cells;           // rows × (columns + 1)
  std::vector<double> costs;           // reduced, then −value
  std::vector<std::uint32_t> basic;    // per row
  std::vector<std::uint32_t> resting;  // per column

  std::size_t width() const { return columns + 1; }
  std::size_t rows() const { return basic.size(); }
  double* row(std::size_t r) { return cells.data() + r * width(); }
  const double* row(std::size_t r) const { return cells.data() + r * width(); }
  double value() const { return -costs[columns]; }

  void pivot(std::size_t r, std::size_t c);
};

void subtract(double* to, const double* from, double factor, std::size_t count, std::size_t c, double inverse) {
  for (std::size_t j = 0; j < count; ++j) to[j] -= factor * from[j];
  to[c] = -factor * inverse;
}

void Tableau::pivot(std::size_t r, std::size_t c) {
  double* const p = row(r);
  const double inverse = 1 / p[c];
  for (std::size_t j = 0; j < width(); ++j) p[j] *= inverse;
  p[c] = inverse;
  for (std::size_t i = 0; i < rows(); ++i) {
    if (i == r) continue;
    double* const q = row(i);
    if (q[c] != 0) subtract(q, p, q[c], width(), c, inverse);
  }
  if (costs[c] != 0) subtract(costs.data(), p, costs[c], width(), c, inverse);
  std::swap(basic[r], resting[c]);
}

class Search {
 public:
  Search(const IntegerProgram& program, double work) : program_(program), work_(work) {
    Tableau& t = levels_.emplace_back();
    t.columns = program.columns;
    t.cells.resize(program.rows * t.width());
    for (std::size_t r = 0; r < program.rows; ++r) {
      std::copy_n(program.matrix.data() + r * program.columns, program.columns, t.row(r));
      t.row(r)[program.columns] = program.limit[r];
      t.basic.push_back(static_cast<std::uint32_t>(program.columns + r));
    }
    t.costs = program.cost;
    for (const double c : t.costs) cost_epsilon_ = std::max(cost_epsilon_, 1e-12 * std::fabs(c));
    t.costs.push_back(0);
    for (std::size_t c = 0; c < program.columns; ++c) t.resting.push_back(static_cast<std::uint32_t>(c));
    best_.x.assign(program.columns, 0);
  }

  IntegerSolution run() {
    primal(levels_[0]);
    best_.bound = levels_[0].value();
    explore(0);
    if (best_.proven) best_.bound = best_.value;
    return std::move(best_);
  }

 private:
  // Values this close are the same: costs are whole multiples of the unit, sums of them exact far beyond.
  static double slack_of(double value) { return std::max(1e-4, 1e-11 * std::fabs(value)); }
  bool hopeless(double value) const { return std::ceil(value - slack_of(value)) >= best_.value; }
  void step(Tableau& t, std::size_t r, std::size_t c) {
    work_ -= static_cast<double>(t.rows() * t.width());
    ++best_.pivots;
    t.pivot(r, c);
  }

  void primal(Tableau& t);
  bool dual(Tableau& t);
  void explore(std::size_t depth);
  std::size_t fractional(const Tableau& t) const;
  void keep(const Tableau& t);
  void branch(std::size_t row, bool up, std::size_t depth);

  const IntegerProgram& program_;
  double work_;
  double cost_epsilon_ = 1e-9;
  std::vector<Tableau> levels_;
  IntegerSolution best_;
};

// Largest improvement per step; when nothing has improved for a while, the smallest index (Bland),
// which cannot cycle.
void Search::primal(Tableau& t) {
  std::size_t stalled = 0;
  while (work_ > 0) {
    const bool careful = stalled > 2 * (t.rows() + t.columns);
    std::size_t enter = t.columns;
    for (std::size_t c = 0; c < t.columns; ++c) {
      if (t.costs[c] >= -cost_epsilon_) continue;
      if (enter == t.columns || (careful ? t.resting[c] < t.resting[enter] : t.costs[c] < t.costs[enter])) enter = c;
    }
    if (enter == t.columns) return;
    std::size_t leave = t.rows();
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t r = 0; r < t.rows(); ++r) {
      const double slope = t.row(r)[enter];
      if (slope <= pivot_epsilon) continue;
      const double ratio = std::max(t.row(r)[t.columns], 0.0) / slope;
      if (ratio > least) continue;
      if (ratio == least && t.basic[r] > t.basic[leave]) continue;
      least = ratio;
      leave = r;
    }
    if (leave == t.rows()) return;  // only a program without a least value gets here
    stalled = least * -t.costs[enter] > cost_epsilon_ ? 0 : stalled + 1;
    step(t, leave, enter);
  }
  best_.proven = false;
}

// Back to feasible values while the costs stay right. false: there are none.
bool Search::dual(Tableau& t) {
  while (work_ > 0) {
    std::size_t leave = t.rows();
    for (std::size_t r = 0; r < t.rows(); ++r)
      if (t.row(r)[t.columns] < -pivot_epsilon && (leave == t.rows() || t.row(r)[t.columns] < t.row(leave)[t.columns]))
        leave = r;
    if (leave == t.rows()) return true;
    std::size_t enter = t.columns;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t c = 0; c < t.columns; ++c) {
      const double slope = t.row(leave)[c];
      if (slope >= -pivot_epsilon) continue;
      const double ratio = std::max(t.costs[c], 0.0) / -slope;
      if (ratio > least) continue;
      if (ratio == least && t.resting[c] > t.resting[enter]) continue;
      least = ratio;
      enter = c;
    }
    if (enter == t.columns) return false;
    step(t, leave, enter);
    if (hopeless(t.value())) return false;  // it only gets dearer
  }
  best_.proven = false;
  return false;
}

// Row of the basic value to branch on: the one furthest from whole, those that follow from others last.
std::size_t Search::fractional(const Tableau& t) const {
  std::size_t best = t.rows();
  double most = 0;
  for (std::size_t r = 0; r < t.rows(); ++r) {
    const std::size_t v = t.basic[r];
    if (v >= program_.columns || !program_.whole[v]) continue;
    const double x = t.row(r)[t.columns];
    const double off = std::fabs(x - std::round(x));
    if (off <= whole_epsilon) continue;
    const double weight = program_.implied[v] ? off : off + 1;
    if (weight > most) {
      most = weight;
      best = r;
    }
  }
  return best;
}

void Search::keep(const Tableau& t) {
  std::fill(best_.x.begin(), best_.x.end(), 0);
  for (std::size_t r = 0; r < t.rows(); ++r) {
    const std::size_t v = t.basic[r];
    if (v >= program_.columns) continue;
    const double x = t.row(r)[t.columns];
    best_.x[v] = program_.whole[v] ? std::round(x) : std::max(x, 0.0);
  }
  best_.value = std::round(t.value());
}

// A copy of the level before with one more row: the basic value of `row` at most its floor, or at least
// its ceiling.
void Search::branch(std::size_t row, bool up, std::size_t depth) {
  if (levels_.size() <= depth) levels_.emplace_back();
  Tableau& t = levels_[depth];
  t = levels_[depth - 1];
  const std::size_t last = t.rows();
  t.cells.resize((last + 1) * t.width());
  const double x = t.row(row)[t.columns];
  const double sign = up ? 1 : -1;
  for (std::size_t c = 0; c < t.columns; ++c) t.row(last)[c] = sign * t.row(row)[c];
  t.row(last)[t.columns] = up ? x - std::ceil(x) : std::floor(x) - x;
  t.basic.push_back(static_cast<std::uint32_t>(t.columns + last));
}

void Search::explore(std::size_t depth) {
  ++best_.nodes;
  if (!best_.proven || hopeless(levels_[depth].value())) return;
  const std::size_t row = fractional(levels_[depth]);
  if (row == levels_[depth].rows()) return keep(levels_[depth]);
  const double x = levels_[depth].row(row)[levels_[depth].columns];
  const bool up_first = x - std::floor(x) >= 0.5;
  for (const bool up : {up_first, !up_first}) {
    branch(row, up, depth + 1);
    work_ -= static_cast<double>(levels_[depth + 1].cells.size());
    if (dual(levels_[depth + 1])) explore(depth + 1);
  }
}

}  // namespace

void IntegerProgram::shape(std::size_t row_count, std::size_t column_count) {
  rows = row_count;
  columns = column_count;
  matrix.assign(rows * columns, 0);
  limit.assign(rows, 0);
  cost.assign(columns, 0);
  whole.assign(columns, 1);
  implied.assign(columns, 0);
}

IntegerSolution solve(const IntegerProgram& program, double work) { return Search(program, work).run(); }

}  // namespace optix::margin
