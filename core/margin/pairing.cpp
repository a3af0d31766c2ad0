#include "core/margin/pairing.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "core/margin/integer_program.hpp"

namespace optix::margin {
namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

// Order of branching: with the shorts in sets and the longs elsewhere settled, the rest is a matching of
// calls with puts and comes out whole; losses and the longs behind them follow.
constexpr std::uint8_t sold_rank = 4, elsewhere_rank = 3, straddle_rank = 2, follows = 1;

// A short or a long contract of the book with what it costs by itself.
struct Option {
  const MarginLeg* leg = nullptr;
  std::int64_t count = 0;  // > 0
  Raw value = 0;           // per contract
  Raw alone = 0;           // charge of a short by itself; what a long by itself lends, negative
  std::size_t row = none;
};

// When it is over: contracts that settle at one instant belong to one expiration.
auto end_of(const MarginLeg& leg) { return std::tuple(leg.expiration, leg.settles); }

Raw money(Decimal per_share, const MarginLeg& leg) { return (per_share * leg.multiplier).raw(); }

// What the holder of one contract gets at expiry.
Raw intrinsic(const MarginLeg& leg, Decimal spot) { return money(in_the_money(leg.right, leg.strike, spot), leg); }

// A way to use one contract of each of up to two options, with or without shares.
struct Column {
  MarginStrategy strategy = MarginStrategy::naked;
  std::size_t first = none, second = none;  // options
  std::int64_t shares = 0;
  Raw charge = 0;  // instead of what the options and shares are charged by themselves
  Raw capped = 0;
};

// Limited-risk positions of one expiration: columns of its shorts and longs, one for the loss.
struct Set {
  std::vector<std::size_t> options;  // indices; those that can be in it
  std::vector<std::size_t> columns;  // of the program, beside options
  std::vector<Decimal> strikes;      // of its longs, ascending
  std::size_t loss_column = none;
  Raw scale = 0;  // what every loss is a whole multiple of
};

class Model {
 public:
  Model(const Holdings& holdings, const MarginUnderlying& underlying, const PairingRules& rules);

  Pairing solve_it(std::vector<MarginGroup>* groups);

 private:
  void add_option(const MarginLeg& leg);
  Raw shares_alone(std::int64_t count) const;
  void add(MarginStrategy strategy, std::size_t first, std::size_t second, std::int64_t shares, Raw charge,
           Raw capped = 0);
  void add_pairs();
  void add_straddle(std::size_t a, std::size_t b);
  void add_time_spread(std::size_t sold, std::size_t bought);
  void add_covers();
  void add_cover(const Option& option, std::size_t i);
  void add_protection();
  void add_sets();
  bool in_set(const Set& set, std::size_t option) const;
  void settle_longs(std::vector<std::int64_t>& x) const;
  Raw max_loss(const Set& set, const std::vector<std::int64_t>& counts) const;
  Raw saving(const Column& column) const;
  Raw unit() const;
  IntegerProgram program();
  void fill_set(IntegerProgram& program, const Set& set, std::size_t row, double scale) const;
  void report(const std::vector<std::int64_t>& x, std::vector<MarginGroup>& groups) const;

  const Holdings& book_;
  const MarginUnderlying& underlying_;
  const PairingRules& rules_;
  std::vector<Option> options_;
  std::vector<Column> columns_;
  std::vector<Set> sets_;
  std::int64_t shares_unit_ = 1;
  std::size_t share_row_ = none;
  std::size_t rows_ = 0;
};

Model::Model(const Holdings& holdings, const MarginUnderlying& underlying, const PairingRules& rules)
    : book_(holdings), underlying_(underlying), rules_(rules) {
  options_.reserve(holdings.options.size());
  for (const MarginLeg& leg : holdings.options) add_option(leg);
  add_sets();
  if (rules.account == AccountKind::reg_t) add_pairs();
  if (holdings.shares != 0) add_covers();
}

void Model::add_option(const MarginLeg& leg) {
  Option o;
  o.leg = &leg;
  o.count = leg.quantity < 0 ? -leg.quantity : leg.quantity;
  o.value = money(leg.price, leg);
  const bool cash = rules_.account == AccountKind::cash;
  if (leg.quantity < 0) {
    // In a cash account a put is secured by its strike; a call that nothing covers is not allowed, and
    // stands here at what covering it would take.
    o.alone =
        !cash ? naked_charge(leg, underlying_) : money(leg.right == Right::put ? leg.strike : underlying_.price, leg);
  } else if (!cash && long_dated(leg.expiration, rules_.session)) {
    o.alone = -(o.value - share_of(leg.price, long_dated_percent, Decimal::from_int(1), leg.multiplier));
  }
  options_.push_back(o);
}

// Shares by themselves.
Raw Model::shares_alone(std::int64_t count) const {
  if (rules_.account == AccountKind::cash && book_.shares > 0) return (book_.share_price * count).raw();
  const auto charge = book_.shares > 0 ? long_share_charge : short_share_charge;
  return charge(book_.share_price, book_.share_entry, underlying_.leverage, rules_.kind, count);
}

void Model::add(MarginStrategy strategy, std::size_t first, std::size_t second, std::int64_t shares, Raw charge,
                Raw capped) {
  const Column column{strategy, first, second, shares, charge, capped};
  if (saving(column) < 0) columns_.push_back(column);
}

// What using the column once changes against leaving its parts by themselves.
Raw Model::saving(const Column& column) const {
  Raw change = column.charge - options_[column.first].alone;
  if (column.second != none) change -= options_[column.second].alone;
  if (column.shares != 0) change -= shares_alone(column.shares);
  return change;
}

void Model::add_pairs() {
  for (std::size_t a = 0; a < options_.size(); ++a) {
    for (std::size_t b = 0; b < options_.size(); ++b) {
      const MarginLeg &one = *options_[a].leg, &other = *options_[b].leg;
      if (one.quantity > 0 || one.multiplier != other.multiplier) continue;
      if (other.quantity > 0) {
        if (one.right == other.right && end_of(other) > end_of(one)) add_time_spread(a, b);
      } else if (one.right == Right::call && other.right == Right::put) {
        add_straddle(a, b);
      }
    }
  }
}

void Model::add_straddle(std::size_t a, std::size_t b) {
  const Option &call = options_[a], &put = options_[b];
  add(MarginStrategy::straddle, a, b, 0, straddle_charge(call.alone, call.value, put.alone, put.value));
}

void Model::add_time_spread(std::size_t sold, std::size_t bought) {
  const MarginLeg &s = *options_[sold].leg, &b = *options_[bought].leg;
  const Decimal apart = s.right == Right::call ? b.strike - s.strike : s.strike - b.strike;
  add(MarginStrategy::time_spread, sold, bought, 0, money(std::max(apart, Decimal{}), s));
}

// Options that shares cover, and options that protect shares. Only whole contracts' worth of them.
void Model::add_covers() {
  const bool is_long = book_.shares > 0;
  if (!is_long && rules_.account == AccountKind::cash) return;
  shares_unit_ = 0;
  for (const Option& o : options_) shares_unit_ = std::gcd(shares_unit_, std::int64_t{o.leg->multiplier});
  for (std::size_t i = 0; i < options_.size(); ++i) add_cover(options_[i], i);
  if (rules_.account == AccountKind::reg_t && rules_.kind == MarginKind::maintenance) add_protection();
}

void Model::add_cover(const Option& option, std::size_t i) {
  const bool is_long = book_.shares > 0;
  const MarginLeg& leg = *option.leg;
  if (leg.quantity > 0 || (leg.right == Right::call) != is_long) return;
  const std::int64_t shares = leg.multiplier;
  Raw charge = shares_alone(shares);
  // Fully paid shares lend nothing, so there is nothing to take from their value.
  const Raw capped = rules_.account == AccountKind::cash ? 0 : intrinsic(leg, underlying_.price);
  if (is_long && rules_.account == AccountKind::reg_t && rules_.kind == MarginKind::maintenance)
    charge = covered_call_charge(leg, underlying_);
  add(is_long ? MarginStrategy::covered_call : MarginStrategy::covered_put, i, none, shares, charge + capped, capped);
}

void Model::add_protection() {
  const bool is_long = book_.shares > 0;
  const Right guard = is_long ? Right::put : Right::call;
  for (std::size_t i = 0; i < options_.size(); ++i) {
    const MarginLeg& bought = *options_[i].leg;
    if (bought.quantity < 0 || bought.right != guard) continue;
    const Raw alone =
        is_long ? protective_put_charge(bought, underlying_) : protective_call_charge(bought, underlying_);
    add(is_long ? MarginStrategy::protective_put : MarginStrategy::protective_call, i, none, bought.multiplier, alone);
    for (std::size_t j = 0; j < options_.size(); ++j) {
      const MarginLeg& sold = *options_[j].leg;
      if (sold.quantity > 0 || sold.right == guard || sold.multiplier != bought.multiplier ||
          end_of(sold) != end_of(bought))
        continue;
      if (is_long && bought.strike <= sold.strike) {
        const Raw capped = intrinsic(sold, underlying_.price);
        add(MarginStrategy::collar, i, j, sold.multiplier, collar_charge(bought, sold, underlying_) + capped, capped);
      }
      if (!is_long && bought.strike == sold.strike)
        add(MarginStrategy::reverse_conversion, i, j, sold.multiplier, reverse_conversion_charge(sold, underlying_));
    }
  }
}

bool Model::in_set(const Set& set, std::size_t option) const {
  const MarginLeg &a = *options_[option].leg, &b = *options_[set.options.front()].leg;
  return a.multiplier == b.multiplier && end_of(a) == end_of(b);
}

void Model::add_sets() {
  if (rules_.account == AccountKind::cash && !underlying_.european_cash) return;
  for (std::size_t i = 0; i < options_.size(); ++i) {
    const auto home = std::find_if(sets_.begin(), sets_.end(), [&](const Set& s) { return in_set(s, i); });
    if (home == sets_.end())
      sets_.emplace_back().options.push_back(i);
    else
      home->options.push_back(i);
  }
  for (Set& set : sets_) {
    // Of a right with shorts only, or longs only, nothing can be in it.
    bool present[2][2] = {};
    for (const std::size_t i : set.options) {
      const MarginLeg& leg = *options_[i].leg;
      present[leg.right == Right::put][leg.quantity > 0] = true;
    }
    std::erase_if(set.options, [&](std::size_t i) {
      const auto& sides = present[options_[i].leg->right == Right::put];
      return !(sides[0] && sides[1]);
    });
    for (const std::size_t i : set.options)
      if (options_[i].leg->quantity > 0) set.strikes.push_back(options_[i].leg->strike);
    std::sort(set.strikes.begin(), set.strikes.end());
    set.strikes.erase(std::unique(set.strikes.begin(), set.strikes.end()), set.strikes.end());
  }
  std::erase_if(sets_, [](const Set& set) { return set.options.empty(); });
}

// The most that a set with `counts[i]` contracts of option i loses, at least 0.
Raw Model::max_loss(const Set& set, const std::vector<std::int64_t>& counts) const {
  Raw worst = 0;
  for (const Decimal strike : set.strikes) {
    Raw loss = 0;
    for (std::size_t k = 0; k < set.options.size(); ++k) {
      const MarginLeg& leg = *options_[set.options[k]].leg;
      const Raw one = intrinsic(leg, strike) * counts[k];
      loss += leg.quantity < 0 ? one : -one;
    }
    worst = std::max(worst, loss);
  }
  return worst;
}

// What every cost is a whole multiple of.
Raw Model::unit() const {
  Raw unit = 0;
  for (const Column& c : columns_) unit = std::gcd(unit, saving(c));
  for (const Option& o : options_) unit = std::gcd(unit, o.alone);
  for (const Set& set : sets_)
    for (const std::size_t i : set.options) unit = std::gcd(unit, money(options_[i].leg->strike, *options_[i].leg));
  return std::max<Raw>(unit, 1);
}

// Rows: one per option that some column uses (how many there are), one for shares, and for each set one
// per right (as many shorts as longs, two inequalities) and one per long strike.
IntegerProgram Model::program() {
  std::size_t columns = columns_.size();
  rows_ = 0;
  const auto use = [&](std::size_t i) {
    if (i != none && options_[i].row == none) options_[i].row = rows_++;
  };
  for (const Column& c : columns_) {
    use(c.first);
    use(c.second);
    if (c.shares != 0 && share_row_ == none) share_row_ = rows_++;
  }
  std::size_t rows = rows_;
  for (Set& set : sets_) {
    for (const std::size_t i : set.options) {
      use(i);
      set.columns.push_back(columns++);
    }
    set.loss_column = columns++;
    for (const Decimal strike : set.strikes)
      for (const std::size_t i : set.options) set.scale = std::gcd(set.scale, intrinsic(*options_[i].leg, strike));
    if (set.scale == 0) set.scale = unit();  // it cannot lose
  }
  rows = rows_;
  for (const Set& set : sets_) rows += 4 + set.strikes.size();

  IntegerProgram p;
  p.shape(rows, columns);
  const double per_unit = 1 / static_cast<double>(unit());
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const Column& column = columns_[c];
    p.cost[c] = static_cast<double>(saving(column)) * per_unit;
    p.whole[c] = column.strategy == MarginStrategy::straddle ? straddle_rank : elsewhere_rank;
    p.at(options_[column.first].row, c) = 1;
    if (column.second != none) p.at(options_[column.second].row, c) = 1;
    const std::int64_t units = column.shares / shares_unit_;
    if (units != 0) p.at(share_row_, c) = static_cast<double>(units);
  }
  for (const Option& o : options_)
    if (o.row != none) p.limit[o.row] = static_cast<double>(o.count);
  if (share_row_ != none) {
    const std::int64_t units = (book_.shares < 0 ? -book_.shares : book_.shares) / shares_unit_;
    p.limit[share_row_] = static_cast<double>(units);
  }
  std::size_t row = rows_;
  for (const Set& set : sets_) {
    fill_set(p, set, row, per_unit);
    row += 4 + set.strikes.size();
  }
  return p;
}

void Model::fill_set(IntegerProgram& p, const Set& set, std::size_t row, double per_unit) const {
  const double scale = static_cast<double>(set.scale);
  p.cost[set.loss_column] = scale * per_unit;
  p.whole[set.loss_column] = follows;
  for (std::size_t k = 0; k < set.options.size(); ++k) {
    const Option& o = options_[set.options[k]];
    const std::size_t column = set.columns[k];
    const double sold = o.leg->quantity < 0 ? 1 : -1;
    p.cost[column] = static_cast<double>(-o.alone) * per_unit;
    p.whole[column] = o.leg->quantity < 0 ? sold_rank : o.alone != 0 ? straddle_rank : follows;
    p.at(o.row, column) = 1;
    const std::size_t balance = row + (o.leg->right == Right::put ? 2 : 0);
    p.at(balance, column) = sold;
    p.at(balance + 1, column) = -sold;
    for (std::size_t s = 0; s < set.strikes.size(); ++s)
      p.at(row + 4 + s, column) = sold * static_cast<double>(intrinsic(*o.leg, set.strikes[s])) / scale;
  }
  for (std::size_t s = 0; s < set.strikes.size(); ++s) p.at(row + 4 + s, set.loss_column) = -1;
}

// Which longs stand behind the shorts of a set, where by themselves they would lend nothing: those that
// pay most, lower strikes of calls and higher ones of puts, as far as they are not used elsewhere. They
// pay at least as much as any others at every price, fractions of contracts included.
void Model::settle_longs(std::vector<std::int64_t>& x) const {
  if (sets_.empty()) return;
  std::vector<std::int64_t> free;
  for (const Option& o : options_) free.push_back(o.count);
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    free[columns_[c].first] -= x[c];
    if (columns_[c].second != none) free[columns_[c].second] -= x[c];
  }
  for (const Set& set : sets_) {
    for (const Right right : {Right::call, Right::put}) {
      std::int64_t needed = 0;
      std::vector<std::size_t> longs;  // positions in the set
      for (std::size_t k = 0; k < set.options.size(); ++k) {
        const Option& o = options_[set.options[k]];
        if (o.leg->right != right) continue;
        if (o.leg->quantity < 0)
          needed += x[set.columns[k]];
        else if (o.alone == 0)
          longs.push_back(k);
        else
          needed -= x[set.columns[k]];
      }
      std::sort(longs.begin(), longs.end(), [&](std::size_t a, std::size_t b) {
        const Decimal one = options_[set.options[a]].leg->strike, other = options_[set.options[b]].leg->strike;
        return right == Right::call ? one < other : one > other;
      });
      for (const std::size_t k : longs) {
        const std::int64_t used = std::min(needed, free[set.options[k]]);
        x[set.columns[k]] = used;
        needed -= used;
      }
    }
  }
}

Pairing Model::solve_it(std::vector<MarginGroup>* groups) {
  Pairing out;
  std::vector<std::int64_t> x;
  if (!columns_.empty() || !sets_.empty()) {
    const IntegerProgram p = program();
    const IntegerSolution solution = solve(p);
    out.exact = solution.proven;
    for (const double v : solution.x) x.push_back(static_cast<std::int64_t>(v));
  }
  settle_longs(x);
  // Money is counted again in whole numbers: the solver only chose.
  std::vector<std::int64_t> left;
  for (const Option& o : options_) left.push_back(o.count);
  std::int64_t shares = book_.shares < 0 ? -book_.shares : book_.shares;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const Column& column = columns_[c];
    left[column.first] -= x[c];
    if (column.second != none) left[column.second] -= x[c];
    shares -= column.shares * x[c];
    out.charge += column.charge * x[c];
    out.capped += column.capped * x[c];
  }
  for (const Set& set : sets_) {
    std::vector<std::int64_t> counts;
    for (std::size_t k = 0; k < set.options.size(); ++k) {
      counts.push_back(x[set.columns[k]]);
      left[set.options[k]] -= counts.back();
    }
    out.charge += max_loss(set, counts);
  }
  for (std::size_t i = 0; i < options_.size(); ++i) {
    const Option& o = options_[i];
    out.charge += o.alone * left[i];
    if (o.leg->quantity > 0) out.lent -= o.alone * left[i];
    out.naked_call |= o.leg->quantity < 0 && o.leg->right == Right::call && left[i] > 0;
  }
  if (shares > 0) out.charge += shares_alone(shares);
  if (groups != nullptr) report(x, *groups);
  return out;
}

void Model::report(const std::vector<std::int64_t>& x, std::vector<MarginGroup>& groups) const {
  std::vector<std::int64_t> left;
  for (const Option& o : options_) left.push_back(o.count);
  std::int64_t shares = book_.shares < 0 ? -book_.shares : book_.shares;
  const auto take = [&](MarginGroup& group, std::size_t option, std::int64_t count) {
    if (count == 0) return;
    left[option] -= count;
    MarginLeg& leg = group.legs.emplace_back(*options_[option].leg);
    leg.quantity = leg.quantity < 0 ? -count : count;
  };
  const auto take_shares = [&](MarginGroup& group, std::int64_t count) {
    shares -= count;
    MarginLeg& leg = group.legs.emplace_back();
    leg.shares = true;
    leg.multiplier = 1;
    leg.quantity = book_.shares < 0 ? -count : count;
    leg.price = book_.share_price;
    leg.entry = book_.share_entry;
  };
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const Column& column = columns_[c];
    if (x[c] == 0) continue;
    MarginGroup group{column.strategy, {}, Decimal::from_raw(column.charge * x[c])};
    take(group, column.first, x[c]);
    if (column.second != none) take(group, column.second, x[c]);
    if (column.shares != 0) take_shares(group, column.shares * x[c]);
    groups.push_back(std::move(group));
  }
  for (const Set& set : sets_) {
    MarginGroup group{MarginStrategy::limited_risk, {}, {}};
    std::vector<std::int64_t> counts;
    for (std::size_t k = 0; k < set.options.size(); ++k) {
      counts.push_back(x[set.columns[k]]);
      take(group, set.options[k], counts.back());
    }
    group.charge = Decimal::from_raw(max_loss(set, counts));
    if (!group.legs.empty()) groups.push_back(std::move(group));
  }
  for (std::size_t i = 0; i < options_.size(); ++i) {
    if (left[i] == 0) continue;
    MarginGroup group{options_[i].leg->quantity < 0 ? MarginStrategy::naked : MarginStrategy::long_option, {}, {}};
    group.charge = Decimal::from_raw(options_[i].alone * left[i]);
    take(group, i, left[i]);
    groups.push_back(std::move(group));
  }
  if (shares > 0) {
    MarginGroup group{MarginStrategy::shares, {}, Decimal::from_raw(shares_alone(shares))};
    take_shares(group, shares);
    groups.push_back(std::move(group));
  }
}

}  // namespace

Pairing pair_holdings(const Holdings& holdings, const MarginUnderlying& underlying, const PairingRules& rules,
                      std::vector<MarginGroup>* groups) {
  return Model(holdings, underlying, rules).solve_it(groups);
}

}  // namespace optix::margin
