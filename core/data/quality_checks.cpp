#include "core/data/quality_checks.hpp"
#include "core/data/quality_row_checks.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <limits>

#include "core/time/calendar.hpp"

namespace optix {
namespace {

constexpr double least_years_for_iv = 7.0 / 365;

constexpr std::uint32_t bit(QualityCheck check) { return 1u << static_cast<unsigned>(check); }

// What is the same for all rows of a group.
struct GroupFrame {
  bool call = true;
  std::int64_t spot = 0;  // raw; ≤ 0: unknown
  double slack = 0;       // of a bound, as a share of the larger of strike and spot
  double iv_max = 0;
};

// The checks that a row meets, given the row before it in its group (nullptr: it is the first). Prices
// are raw decimals; a missing one is below zero.
struct Row {
  std::int64_t strike, bid, ask;
  double iv, delta;
};

std::uint32_t row_flags(const Row& r, const Row* previous, const GroupFrame& frame) {
  const bool bid = r.bid > 0, ask = r.ask > 0, no_bid = r.bid < 0;
  std::uint32_t flags = 0;
  if (bid && ask && r.bid < r.ask) [[likely]] {
    // An ordinary quote: bounds and the neighbour.
    if (frame.spot > 0) {
      const std::int64_t spread = r.ask - r.bid, larger = std::max(r.strike, frame.spot);
      const std::int64_t above = frame.call ? frame.spot - r.strike : r.strike - frame.spot;
      const std::int64_t limit = frame.call ? frame.spot : r.strike;
      const auto slack = static_cast<std::int64_t>(frame.slack * static_cast<double>(larger));
      if (r.ask + spread < above - slack || r.bid - spread > limit) flags |= bit(QualityCheck::price_bound);
    }
    if (previous && previous->bid > 0 && previous->bid < previous->ask) {
      const Row &dear = frame.call ? *previous : r, &cheap = frame.call ? r : *previous;
      if (cheap.bid > dear.ask || dear.bid - cheap.ask > r.strike - previous->strike)
        flags |= bit(QualityCheck::vertical);
    }
  } else if (!bid && !ask) {
    flags = bit(QualityCheck::no_quote);
  } else if (!ask || no_bid) {
    flags = bit(QualityCheck::one_sided);
  } else if (!bid) {
    flags = bit(QualityCheck::zero_bid);
  } else {
    flags = bit(r.bid == r.ask ? QualityCheck::locked : QualityCheck::crossed);
  }
  if (std::isnan(r.iv))
    flags |= bit(QualityCheck::unknown_iv);
  else if (r.iv <= 0 || r.iv > frame.iv_max)
    flags |= bit(QualityCheck::iv_range);
  if (std::isnan(r.delta))
    flags |= bit(QualityCheck::unknown_delta);
  else if (std::fabs(r.delta) > 1)
    flags |= bit(QualityCheck::delta_range);
  else if (frame.call ? r.delta < 0 : r.delta > 0)
    flags |= bit(QualityCheck::delta_sign);
  return flags;
}

std::string price(Decimal p) { return p.is_none() ? "none" : p.to_string(); }

std::string number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

std::string place(Symbol underlying, Date session) { return underlying.to_string() + " " + session.to_string(); }

// "16:00 ET"
std::string clock_text(Timestamp t) {
  const auto seconds = (t - new_york_date(t).midnight_utc()) / nanos_per_second + new_york_offset(t);
  char text[40];
  std::snprintf(text, sizeof text, "%02d:%02d ET", static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60));
  return text;
}

// "SPXW 2019-05-17 call 2900: bid 3.10, ask 3.00"
std::string row_text(const ChainSnapshot& chain, std::size_t group, std::size_t row, QualityCheck check) {
  std::string out = chain.group_root[group].to_string() + " " + chain.group_expiration[group].to_string() + " " +
                    std::string(enum_name(chain.group_right[group])) + " " + chain.strike[row].to_string(0) + ": bid " +
                    price(chain.bid[row]) + ", ask " + price(chain.ask[row]);
  switch (check) {
    case QualityCheck::iv_range: out += ", volatility " + number(chain.iv[row]); break;
    case QualityCheck::delta_range:
    case QualityCheck::delta_sign: out += ", delta " + number(chain.delta[row]); break;
    case QualityCheck::price_bound: out += ", underlying " + price(chain.underlying_price); break;
    case QualityCheck::after_settlement: out += ", settled " + clock_text(chain.group_settles[group]); break;
    case QualityCheck::vertical:
      out += "; strike " + chain.strike[row - 1].to_string(0) + ": bid " + price(chain.bid[row - 1]) + ", ask " +
             price(chain.ask[row - 1]);
      break;
    default: break;
  }
  return out;
}

// Strikes that two ascending runs have in common.
std::uint64_t common(const Decimal* a, const Decimal* a_end, const Decimal* b, const Decimal* b_end) {
  std::uint64_t n = 0;
  while (a != a_end && b != b_end) {
    const std::int64_t x = a->raw(), y = b->raw();
    n += x == y;
    a += x <= y;
    b += y <= x;
  }
  return n;
}

// (strike, right) pairs of one expiration, groups [first, last), that more than one root quotes.
std::uint64_t shared_keys(const ChainSnapshot& chain, std::size_t first, std::size_t last) {
  if (chain.group_root[first] == chain.group_root[last - 1]) return 0;
  std::uint64_t shared = 0;
  const Decimal* const strikes = chain.strike.data();
  for (const Right right : {Right::call, Right::put}) {
    std::vector<std::size_t> groups;
    for (std::size_t g = first; g < last; ++g)
      if (chain.group_right[g] == right) groups.push_back(g);
    const auto begin = [&](std::size_t i) { return strikes + chain.group_begin[groups[i]]; };
    const auto end = [&](std::size_t i) { return strikes + chain.group_begin[groups[i] + 1]; };
    if (groups.size() == 2) {
      shared += common(begin(0), end(0), begin(1), end(1));
      continue;
    }
    std::vector<Decimal> all;
    for (std::size_t i = 0; i < groups.size(); ++i) all.insert(all.end(), begin(i), end(i));
    std::sort(all.begin(), all.end());
    for (std::size_t i = 0; i < all.size();) {
      std::size_t j = i + 1;
      while (j < all.size() && all[j] == all[i]) ++j;
      shared += j - i > 1;
      i = j;
    }
  }
  return shared;
}

template <class T>
void keep_rows(Series<T>& column, const std::vector<std::uint32_t>& rows) {
  if (column.empty()) return;
  const Series<T>& from = column;
  std::vector<T> kept;
  kept.reserve(rows.size());
  for (const std::uint32_t row : rows) kept.push_back(from[row]);
  column = std::move(kept);
}

// Leaves out the rows that `dropped` marks, and groups that have none left.
void remove_rows(SnapshotQuotes& snapshot, const std::vector<bool>& dropped) {
  ChainSnapshot& c = snapshot.chain;
  const ChainSnapshot& from = c;
  std::vector<std::uint32_t> rows, groups, begin;
  for (std::uint32_t g = 0; g < from.groups(); ++g) {
    const auto start = static_cast<std::uint32_t>(rows.size());
    for (std::uint32_t i = from.group_begin[g]; i < from.group_begin[g + 1]; ++i)
      if (!dropped[i]) rows.push_back(i);
    if (rows.size() == start) continue;
    groups.push_back(g);
    begin.push_back(start);
  }
  begin.push_back(static_cast<std::uint32_t>(rows.size()));
  keep_rows(c.contract, rows);
  keep_rows(c.strike, rows);
  keep_rows(c.bid, rows);
  keep_rows(c.ask, rows);
  keep_rows(c.iv, rows);
  keep_rows(c.delta, rows);
  keep_rows(c.gamma, rows);
  keep_rows(c.volume, rows);
  keep_rows(c.open_interest, rows);
  keep_rows(c.group_root, groups);
  keep_rows(c.group_expiration, groups);
  keep_rows(c.group_settles, groups);
  keep_rows(c.group_right, groups);
  keep_rows(c.group_settlement, groups);
  c.group_begin = std::move(begin);
  std::size_t kept = 0;
  for (const std::uint32_t g : groups) {
    if (!snapshot.group_exercise.empty()) snapshot.group_exercise[kept] = snapshot.group_exercise[g];
    if (!snapshot.group_multiplier.empty()) snapshot.group_multiplier[kept] = snapshot.group_multiplier[g];
    ++kept;
  }
  if (!snapshot.group_exercise.empty()) snapshot.group_exercise.resize(kept);
  if (!snapshot.group_multiplier.empty()) snapshot.group_multiplier.resize(kept);
}

}  // namespace

QualityChecker::QualityChecker(const QualityPolicy& policy) : policy_(policy) {
  for (const RowCheck& row : row_checks) {
    if (policy_.action(row.check) == QualityAction::drop) drop_rows_ |= bit(row.check);
    if (policy_.action(row.check) == QualityAction::stop) stop_rows_ |= bit(row.check);
  }
}

bool QualityChecker::wants_example(QualityCheck check) const {
  return examples_[static_cast<std::size_t>(check)] < QualityReport::examples_per_defect;
}

void QualityChecker::example(QualityCheck check, std::string where, std::string what, QualityReport& report) {
  ++examples_[static_cast<std::size_t>(check)];
  report.check_examples.push_back({std::string(enum_name(check)), std::move(where), std::move(what)});
}

Status QualityChecker::count(SnapshotQuotes& snapshot, SessionQuality& quality, QualityReport& report) {
  const ChainSnapshot& c = snapshot.chain;
  std::array<std::uint64_t, quality_check_count> found{};
  std::uint32_t open_examples = 0;  // checks that still want examples
  for (const RowCheck& row : row_checks)
    if (wants_example(row.check)) open_examples |= bit(row.check);
  std::vector<bool> dropped;
  std::uint64_t shared = 0, volume = 0;
  const Decimal *strike = c.strike.data(), *bid = c.bid.data(), *ask = c.ask.data();
  const double *iv = c.iv.data(), *delta = c.delta.data();
  std::size_t same_expiration = 0;
  for (std::size_t g = 0; g < c.groups(); ++g) {
    if (g + 1 == c.groups() || c.group_expiration[g + 1] != c.group_expiration[g]) {
      shared += shared_keys(c, same_expiration, g + 1);
      same_expiration = g + 1;
    }
    GroupFrame frame;
    frame.call = c.group_right[g] == Right::call;
    frame.spot = c.underlying_price.is_none() ? 0 : c.underlying_price.raw();
    const double years = years_between(c.time, c.group_settles[g]);
    // In their last days far strikes honestly reach volatilities of thousands of per cent.
    frame.iv_max = years > least_years_for_iv ? policy_.limits.iv_max : std::numeric_limits<double>::infinity();
    if (!snapshot.group_exercise.empty() && snapshot.group_exercise[g] == ExerciseStyle::european)
      frame.slack = policy_.limits.carry_per_year * std::max(0.0, years);
    std::uint32_t always = 0;
    if (c.group_expiration[g] < c.session)
      always = bit(QualityCheck::expired);
    else if (c.group_settles[g] < c.time)
      always = bit(QualityCheck::after_settlement);
    // Bounds say nothing about a contract whose value is fixed.
    if (always) frame.spot = 0;
    Row previous{};
    for (std::size_t i = c.group_begin[g]; i < c.group_begin[g + 1]; ++i) {
      const Row row{strike[i].raw(), bid[i].raw(), ask[i].raw(), iv[i], delta[i]};
      const std::uint32_t flags = row_flags(row, i > c.group_begin[g] ? &previous : nullptr, frame) | always;
      previous = row;
      if (flags == 0) [[likely]]
        continue;
      for (std::uint32_t rest = flags; rest != 0; rest &= rest - 1) ++found[std::countr_zero(rest)];
      if ((flags & (open_examples | stop_rows_ | drop_rows_)) == 0) continue;
      for (std::uint32_t rest = flags & (open_examples | stop_rows_); rest != 0; rest &= rest - 1) {
        const auto check = static_cast<QualityCheck>(std::countr_zero(rest));
        const std::string where = place(c.underlying, c.session) + " " + clock_text(c.time);
        if (stop_rows_ & bit(check))
          return Error{std::string(check_info(check).title) + ": " + row_text(c, g, i, check), where,
                       "the policy stops here; `" + std::string(enum_name(check)) + "=flag` keeps such rows" +
                           (check_info(check).can_drop ? ", `=drop` leaves them out" : "")};
        example(check, where, row_text(c, g, i, check), report);
        if (!wants_example(check)) open_examples &= ~bit(check);
      }
      if (flags & drop_rows_) {
        if (dropped.empty()) dropped.resize(c.strike.size());
        dropped[i] = true;
      }
    }
  }
  for (const std::int32_t v : c.volume) volume += static_cast<std::uint64_t>(std::max(v, 0));
  QuoteCounts& counts = quality.counts;
  counts.rows += c.strike.size();
  for (const RowCheck& row : row_checks) counts.*row.count += found[static_cast<std::size_t>(row.check)];
  counts.shared_keys += shared;
  quality.volume = std::max(quality.volume, volume);
  if (!dropped.empty()) {
    quality.rows_dropped += static_cast<std::uint64_t>(std::count(dropped.begin(), dropped.end(), true));
    remove_rows(snapshot, dropped);
  }
  return {};
}

}  // namespace optix
