#include "core/margin/integer_program.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

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
  // Room for one more row, its slack basic in it.
  double* add_row(std::uint32_t slack) {
    cells.resize(cells.size() + width());
    basic.push_back(slack);
    return row(rows() - 1);
  }
  void drop_row(std::size_t r) {
    const auto first = cells.begin() + static_cast<std::ptrdiff_t>(r * width());
    cells.erase(first, first + static_cast<std::ptrdiff_t>(width()));
    basic.erase(basic.begin() + static_cast<std::ptrdiff_t>(r));
  }
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
    mark_whole();
    best_.x.assign(program.columns, 0);
  }

  IntegerSolution run() {
    primal(levels_[0]);
    tighten(levels_[0]);
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
  void tighten(Tableau& t);
  bool add_cut(Tableau& t, std::size_t row);
  void explore(std::size_t depth);
  std::size_t fractional(const Tableau& t) const;
  void mark_whole();
  void keep(const Tableau& t);
  void branch(std::size_t row, bool up, std::size_t depth);

  const IntegerProgram& program_;
  double work_;
  double cost_epsilon_ = 1e-9;
  std::vector<Tableau> levels_;
  std::vector<std::uint8_t> whole_;  // per variable, slacks included; cuts add theirs
  IntegerSolution best_;
};

bool is_whole(double x) { return x == std::floor(x); }

// The slack of a row of whole numbers is whole.
void Search::mark_whole() {
  whole_.assign(program_.whole.begin(), program_.whole.end());
  for (std::size_t r = 0; r < program_.rows; ++r) {
    bool whole = is_whole(program_.limit[r]);
    for (std::size_t c = 0; c < program_.columns; ++c) {
      const double a = program_.matrix[r * program_.columns + c];
      whole &= a == 0 || (is_whole(a) && program_.whole[c] != 0);
    }
    whole_.push_back(whole);
  }
}

// Gomory's mixed-integer cut of a row whose basic variable should be whole: with x + Σ a·y = b and f the
// fraction of b, Σ g(a)·y ≥ 1 holds for every whole solution and not here.
bool Search::add_cut(Tableau& t, std::size_t row) {
  constexpr double steady = 0.02, nothing = 1e-8, relaxed = 1e-7;
  const double b = t.row(row)[t.columns], f = b - std::floor(b);
  if (f < steady || f > 1 - steady) return false;
  double* const cut = t.add_row(static_cast<std::uint32_t>(whole_.size()));
  whole_.push_back(0);
  for (std::size_t c = 0; c < t.columns; ++c) {
    const double a = t.row(row)[c];
    double g = 0;
    if (whole_[t.resting[c]] != 0) {
      const double part = a - std::floor(a);
      if (part > nothing && part < 1 - nothing) g = part <= f ? part / f : (1 - part) / (1 - f);
    } else {
      g = a > 0 ? a / f : -a / (1 - f);
    }
    cut[c] = -g;
  }
  cut[t.columns] = relaxed - 1;
  return true;
}

// Cuts at the root, round by round, as long as they raise the bound; those that bind no more are dropped.
void Search::tighten(Tableau& t) {
  constexpr std::size_t rounds = 30, per_round = 30;
  const std::size_t first_cut = whole_.size();
  std::size_t idle = 0;
  for (std::size_t round = 0; round < rounds && idle < 3 && best_.proven; ++round) {
    std::vector<std::pair<double, std::size_t>> rows;
    for (std::size_t r = 0; r < t.rows(); ++r) {
      if (whole_[t.basic[r]] == 0) continue;
      const double x = t.row(r)[t.columns];
      const double off = std::fabs(x - std::round(x));
      if (off > whole_epsilon) rows.emplace_back(-off, r);
    }
    if (rows.empty()) return;
    std::sort(rows.begin(), rows.end());
    const Tableau safe = t;
    bool added = false;
    for (std::size_t i = 0; i < rows.size() && i < per_round; ++i) added |= add_cut(t, rows[i].second);
    if (!added) return;
    const double before = t.value();
    if (!dual(t)) {
      if (!hopeless(t.value())) t = safe;  // a cut that rounding made too sharp
      return;
    }
    for (std::size_t r = t.rows(); r-- > 0;)
      if (t.basic[r] >= first_cut) t.drop_row(r);
    idle = t.value() > before + 1e-3 * std::fabs(best_.value - before) + cost_epsilon_ ? 0 : idle + 1;
  }
}

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

// Row of the basic value to branch on: of the highest rank the one furthest from whole.
std::size_t Search::fractional(const Tableau& t) const {
  std::size_t best = t.rows();
  double most = 0;
  for (std::size_t r = 0; r < t.rows(); ++r) {
    const std::size_t v = t.basic[r];
    if (v >= program_.columns || program_.whole[v] < 2) continue;
    const double x = t.row(r)[t.columns];
    const double off = std::fabs(x - std::round(x));
    if (off <= whole_epsilon) continue;
    const double weight = off + program_.whole[v];
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
  t.add_row(static_cast<std::uint32_t>(whole_.size() + depth));
  const double x = t.row(row)[t.columns];
  const double sign = up ? 1 : -1;
  for (std::size_t c = 0; c < t.columns; ++c) t.row(last)[c] = sign * t.row(row)[c];
  t.row(last)[t.columns] = up ? x - std::ceil(x) : std::floor(x) - x;
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
}

IntegerSolution solve(const IntegerProgram& program, double work) { return Search(program, work).run(); }

}  // namespace optix::margin
