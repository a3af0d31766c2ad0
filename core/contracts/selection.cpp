#include "core/contracts/selection.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace optix {
namespace {

constexpr double delta_tie = 1e-9;
constexpr std::size_t unresolved = static_cast<std::size_t>(-1);

bool tradable(const ChainSnapshot& chain, std::size_t row, Decimal min_bid) {
  const Quote quote = quote_at(chain, row);
  return quote.has_ask() && !quote.bid.is_none() && quote.bid > min_bid && quote.ask > min_bid && !quote.crossed();
}

// Deltas need not fall monotonically in real data, so every strike of the group is looked at.
std::size_t by_delta(const ChainSnapshot& chain, RowRange rows, const DeltaRule& rule, Decimal min_bid) {
  std::size_t best = unresolved;
  double best_distance = 0;
  for (std::size_t row = rows.begin; row < rows.end; ++row) {
    const double delta = std::fabs(chain.delta[row]);
    if (!(delta >= rule.min && delta <= rule.max)) continue;  // also refuses NaN
    const double distance = std::fabs(delta - rule.target);
    const bool tied = best != unresolved && std::fabs(distance - best_distance) <= delta_tie;
    const bool better = best == unresolved || (tied ? rule.tie == StrikeTie::highest_strike : distance < best_distance);
    if (!better || !tradable(chain, row, min_bid)) continue;
    best = row;
    // A chain of near ties must not drift away from the best distance seen.
    best_distance = tied ? std::min(best_distance, distance) : distance;
  }
  return best;
}

std::size_t by_offset(const ChainSnapshot& chain, RowRange rows, Decimal reference, Decimal points, Decimal min_bid) {
  if (rows.size() == 0) return unresolved;
  const Decimal wanted = reference + points;
  const auto first = chain.strike.begin() + static_cast<std::ptrdiff_t>(rows.begin);
  const auto last = chain.strike.begin() + static_cast<std::ptrdiff_t>(rows.end);
  const auto above = std::lower_bound(first, last, wanted);
  auto found = above;
  if (above == last) {
    found = last - 1;
  } else if (above != first) {
    const auto below = above - 1;
    const Decimal up = *above - wanted, down = wanted - *below;
    const bool towards_reference_is_below = points > Decimal{};
    if (down < up || (down == up && towards_reference_is_below)) found = below;
  }
  if (*found == reference && points != Decimal{}) return unresolved;
  const auto row = static_cast<std::size_t>(found - chain.strike.begin());
  return tradable(chain, row, min_bid) ? row : unresolved;
}

// Fills out.legs from the groups [begin, end) of one expiration and root.
bool fill_legs(const ChainSnapshot& chain, const SelectionRule& rule, RowRange groups, Selection& out) {
  const auto rows_of = [&](Right right) {
    for (std::size_t g = groups.begin; g < groups.end; ++g)
      if (chain.group_right[g] == right) return group_rows(chain, g);
    return RowRange{};
  };
  const RowRange rows[2] = {rows_of(Right::call), rows_of(Right::put)};
  const std::size_t count = rule.legs.size();
  out.legs.clear();
  for (const LegRule& leg : rule.legs) {
    std::size_t row = unresolved;
    if (leg.delta) {
      row = by_delta(chain, rows[static_cast<std::size_t>(leg.right)], *leg.delta, rule.min_bid);
      if (row == unresolved) return false;
    }
    out.legs.push_back({row, 0, leg.quantity});
  }
  // An offset leg may refer to a later one, or to another offset leg; every pass resolves at least one.
  for (bool waiting = true; waiting;) {
    waiting = false;
    for (std::size_t i = 0; i < count; ++i) {
      if (out.legs[i].row != unresolved) continue;
      const OffsetRule& offset = *rule.legs[i].offset;
      const std::size_t reference = out.legs[offset.from].row;
      if (reference == unresolved) {
        waiting = true;
        continue;
      }
      const RowRange range = rows[static_cast<std::size_t>(rule.legs[i].right)];
      out.legs[i].row = by_offset(chain, range, chain.strike[reference], offset.points, rule.min_bid);
      if (out.legs[i].row == unresolved) return false;
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < i; ++j)
      if (out.legs[i].row == out.legs[j].row) return false;
    out.legs[i].contract = chain.contract[out.legs[i].row];
  }
  return true;
}

}  // namespace

std::optional<std::string> rule_defect(const SelectionRule& rule) {
  if (rule.legs.empty()) return "there are no legs";
  if (rule.legs.size() > max_rule_legs) return "there are more than " + std::to_string(max_rule_legs) + " legs";
  if (rule.expiry.min > rule.expiry.max) return "days_to_expiry: min is above max";
  if (rule.min_bid.is_none() || rule.min_bid < Decimal{}) return "min_bid is negative";
  for (std::size_t i = 0; i < rule.legs.size(); ++i) {
    const LegRule& leg = rule.legs[i];
    const std::string name = "legs[" + std::to_string(i) + "]";
    if (leg.quantity == 0) return name + ": the quantity is 0";
    if (leg.delta.has_value() == leg.offset.has_value()) return name + ": give either delta or strike_offset";
    if (leg.delta && !(leg.delta->min <= leg.delta->max)) return name + ".delta: min is above max";
    if (!leg.offset) continue;
    // Following `from` must end at a delta leg within as many steps as there are legs.
    std::size_t at = i;
    for (std::size_t steps = 0; rule.legs[at].offset; ++steps) {
      const std::size_t next = rule.legs[at].offset->from;
      if (next >= rule.legs.size())
        return name + ".strike_offset: there is no leg " + std::to_string(next) + " (legs count from 0)";
      if (steps == rule.legs.size()) return name + ".strike_offset: the references go round in a circle";
      at = next;
    }
  }
  return std::nullopt;
}

bool select_legs(const ChainSnapshot& chain, const SelectionRule& rule, Selection& out) {
  // Preference of a candidate: distance to the target, then the tie rule, then the snapshot's order.
  using Preference = std::tuple<int, bool, std::size_t>;
  Preference tried{-1, false, 0};
  const Date earliest = chain.session + rule.expiry.min, latest = chain.session + rule.expiry.max;
  const auto from = std::lower_bound(chain.group_expiration.begin(), chain.group_expiration.end(), earliest);
  const auto first = static_cast<std::size_t>(from - chain.group_expiration.begin());
  while (true) {
    std::optional<Preference> best;
    RowRange best_groups;
    for (std::size_t g = first; g < chain.groups() && chain.group_expiration[g] <= latest;) {
      const Symbol root = chain.group_root[g];
      const Date expiration = chain.group_expiration[g];
      const std::size_t begin = g;
      while (g < chain.groups() && chain.group_expiration[g] == expiration && chain.group_root[g] == root) ++g;
      if (!rule.roots.empty() && std::find(rule.roots.begin(), rule.roots.end(), root) == rule.roots.end()) continue;
      const int days = expiration - chain.session;
      const bool second_choice =
          rule.expiry.tie == ExpiryTie::smaller ? days > rule.expiry.target : days < rule.expiry.target;
      const Preference preference{std::abs(days - rule.expiry.target), second_choice, begin};
      if (preference <= tried || (best && *best <= preference)) continue;
      best = preference;
      best_groups = {begin, g};
    }
    if (!best) return false;
    if (fill_legs(chain, rule, best_groups, out)) {
      out.expiration = chain.group_expiration[best_groups.begin];
      out.root = chain.group_root[best_groups.begin];
      return true;
    }
    tried = *best;
  }
}

}  // namespace optix
