#include "core/contracts/chain_index.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace optix {
namespace {

// The index in [0, n) whose distance is least, among the last one below a target (below - 1) and the
// first one not below it.
template <class Distance>
std::size_t nearer(std::size_t below, std::size_t n, bool tie_below, Distance&& distance) {
  if (below == 0) return 0;
  if (below == n) return n - 1;
  const auto down = distance(below - 1), up = distance(below);
  return down < up || (down == up && tie_below) ? below - 1 : below;
}

}  // namespace

ChainIndex::ChainIndex(MessageRef snapshot) : snapshot_(std::move(snapshot)), chain_(&snapshot_.get<ChainSnapshot>()) {
  const ChainSnapshot& c = *chain_;
  for (std::size_t g = 0; g < c.groups(); ++g) {
    if (listings_.empty() || listings_.back().expiration != c.group_expiration[g] ||
        listings_.back().root != c.group_root[g])
      listings_.push_back({c.group_expiration[g], c.group_root[g], c.group_expiration[g] - c.session, {}, {}});
    (c.group_right[g] == Right::call ? listings_.back().call : listings_.back().put) = g;
  }
}

std::span<const ChainIndex::Listing> ChainIndex::listings_within(std::int32_t min, std::int32_t max) const {
  const auto first = std::lower_bound(listings_.begin(), listings_.end(), min,
                                      [](const Listing& l, std::int32_t days) { return l.days < days; });
  const auto last =
      std::upper_bound(first, listings_.end(), max, [](std::int32_t days, const Listing& l) { return days < l.days; });
  return {first, last};
}

std::span<const ChainIndex::Listing> ChainIndex::nearest_listings(std::int32_t target, std::int32_t min,
                                                                  std::int32_t max, ExpiryTie tie) const {
  const auto within = listings_within(min, max);
  if (within.empty()) return {};
  const auto at = std::lower_bound(within.begin(), within.end(), target,
                                   [](const Listing& l, std::int32_t days) { return l.days < days; });
  const std::size_t found =
      nearer(static_cast<std::size_t>(at - within.begin()), within.size(), tie == ExpiryTie::smaller,
             [&](std::size_t i) { return std::abs(std::int64_t{within[i].days} - target); });
  return listings_within(within[found].days, within[found].days);
}

std::span<const ChainIndex::StrikePair> ChainIndex::strikes(const Listing& listing) const {
  if (pairs_.empty()) pairs_.resize(listings_.size());
  std::vector<StrikePair>& pairs = pairs_[static_cast<std::size_t>(&listing - listings_.data())];
  if (!pairs.empty()) return pairs;
  const RowRange calls = listing.call ? group_rows(*chain_, *listing.call) : RowRange{};
  const RowRange puts = listing.put ? group_rows(*chain_, *listing.put) : RowRange{};
  for (std::size_t call = calls.begin, put = puts.begin; call < calls.end || put < puts.end;) {
    const bool takes_call = call < calls.end && (put == puts.end || chain_->strike[call] <= chain_->strike[put]);
    const bool takes_put = put < puts.end && (call == calls.end || chain_->strike[put] <= chain_->strike[call]);
    StrikePair pair{chain_->strike[takes_call ? call : put], {}, {}};
    if (takes_call) pair.call = call++;
    if (takes_put) pair.put = put++;
    pairs.push_back(pair);
  }
  return pairs;
}

std::optional<std::size_t> ChainIndex::nearest_strike(std::size_t group, Decimal wanted, StrikeTie tie) const {
  const auto [begin, end] = group_rows(*chain_, group);
  if (begin == end) return std::nullopt;
  const std::span<const Decimal> strikes = std::span<const Decimal>(chain_->strike).subspan(begin, end - begin);
  const auto at = std::lower_bound(strikes.begin(), strikes.end(), wanted);
  return begin + nearer(static_cast<std::size_t>(at - strikes.begin()), strikes.size(), tie == StrikeTie::lowest_strike,
                        [&](std::size_t i) { return strikes[i] < wanted ? wanted - strikes[i] : strikes[i] - wanted; });
}

std::optional<std::size_t> ChainIndex::nearest_moneyness(std::size_t group, double reference, double moneyness,
                                                         StrikeTie tie) const {
  const auto [begin, end] = group_rows(*chain_, group);
  if (begin == end || !(reference > 0) || std::isnan(moneyness)) return std::nullopt;
  const std::span<const Decimal> strikes = std::span<const Decimal>(chain_->strike).subspan(begin, end - begin);
  const auto ratio = [&](Decimal strike) { return strike.to_double() / reference; };
  const auto at = std::lower_bound(strikes.begin(), strikes.end(), moneyness,
                                   [&](Decimal strike, double wanted) { return ratio(strike) < wanted; });
  return begin + nearer(static_cast<std::size_t>(at - strikes.begin()), strikes.size(), tie == StrikeTie::lowest_strike,
                        [&](std::size_t i) { return std::fabs(ratio(strikes[i]) - moneyness); });
}

std::optional<std::size_t> ChainIndex::strike_offset(std::size_t group, Decimal reference, std::int32_t strikes,
                                                     StrikeTie tie) const {
  const auto centre = nearest_strike(group, reference, tie);
  if (!centre) return std::nullopt;
  const auto [begin, end] = group_rows(*chain_, group);
  const std::int64_t row = static_cast<std::int64_t>(*centre) + strikes;
  if (row < static_cast<std::int64_t>(begin) || row >= static_cast<std::int64_t>(end)) return std::nullopt;
  return static_cast<std::size_t>(row);
}

double ChainIndex::value_of(std::size_t row, ChainOrder order) const {
  switch (order) {
    case ChainOrder::abs_delta: return std::fabs(chain_->delta[row]);
    case ChainOrder::open_interest: return chain_->open_interest[row];
    case ChainOrder::volume: return chain_->volume[row];
    case ChainOrder::premium: break;
  }
  const Quote quote = quote_at(*chain_, row);
  if (quote.bid.is_none() || quote.ask.is_none() || quote.crossed()) return std::nan("");
  return (quote.bid.to_double() + quote.ask.to_double()) / 2;
}

const ChainIndex::Sorted& ChainIndex::sorted(std::size_t group, ChainOrder order) const {
  if (sorted_.empty()) sorted_.resize(chain_->groups() * chain_orders);
  Sorted& out = sorted_[group * chain_orders + static_cast<std::size_t>(order)];
  if (out.done) return out;
  const auto [begin, end] = group_rows(*chain_, group);
  std::vector<double> values;
  for (std::size_t row = begin; row < end; ++row) {
    values.push_back(value_of(row, order));
    if (!std::isnan(values.back())) out.rows.push_back(static_cast<std::uint32_t>(row));
  }
  std::sort(out.rows.begin(), out.rows.end(), [&, first = begin](std::uint32_t a, std::uint32_t b) {
    const double x = values[a - first], y = values[b - first];
    return x != y ? x < y : a < b;
  });
  for (const std::uint32_t row : out.rows) out.values.push_back(values[row - begin]);
  out.done = true;
  return out;
}

std::span<const std::uint32_t> ChainIndex::ascending(std::size_t group, ChainOrder order) const {
  return sorted(group, order).rows;
}

std::span<const std::uint32_t> ChainIndex::between(std::size_t group, ChainOrder order, double low, double high) const {
  const Sorted& all = sorted(group, order);
  if (!(low <= high)) return {};
  const auto first = std::lower_bound(all.values.begin(), all.values.end(), low) - all.values.begin();
  const auto last = std::upper_bound(all.values.begin(), all.values.end(), high) - all.values.begin();
  return std::span(all.rows).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first));
}

std::optional<std::size_t> ChainIndex::nearest(std::size_t group, ChainOrder order, double target, double low,
                                               double high, StrikeTie tie) const {
  const auto rows = between(group, order, low, high);
  if (rows.empty() || std::isnan(target)) return std::nullopt;
  const Sorted& all = sorted(group, order);
  const double* values = all.values.data() + (rows.data() - all.rows.data());
  const double* const end = values + rows.size();
  const double* const above = std::lower_bound(values, end, target);
  // Every row of one value is equally near: the lowest and the highest strike of either side.
  const auto pick = [&](double value) {
    const double* first = std::lower_bound(values, end, value);
    const double* last = std::upper_bound(first, end, value) - 1;
    return rows[static_cast<std::size_t>((tie == StrikeTie::lowest_strike ? first : last) - values)];
  };
  if (above == values) return pick(*above);
  if (above == end) return pick(end[-1]);
  const double down = target - above[-1], up = *above - target;
  if (down < up) return pick(above[-1]);
  if (up < down) return pick(*above);
  const std::uint32_t a = pick(above[-1]), b = pick(*above);
  return tie == StrikeTie::lowest_strike ? std::min(a, b) : std::max(a, b);
}

std::optional<std::size_t> ChainIndex::largest(std::size_t group, ChainOrder order, std::size_t k) const {
  const Sorted& all = sorted(group, order);
  const std::size_t n = all.rows.size();
  if (k >= n) return std::nullopt;
  // Within a run of equal values the order of strikes is kept, not turned round.
  const std::size_t mirrored = n - 1 - k;
  const auto [first, last] = std::equal_range(all.values.begin(), all.values.end(), all.values[mirrored]);
  const auto begin = static_cast<std::size_t>(first - all.values.begin());
  const auto end = static_cast<std::size_t>(last - all.values.begin());
  return all.rows[begin + (end - 1 - mirrored)];
}

std::optional<std::size_t> ChainIndex::rank(std::size_t group, ChainOrder order, std::size_t row) const {
  const double value = value_of(row, order);
  if (std::isnan(value)) return std::nullopt;
  const Sorted& all = sorted(group, order);
  const auto [first, last] = std::equal_range(all.values.begin(), all.values.end(), value);
  const auto begin = static_cast<std::size_t>(first - all.values.begin());
  const auto end = static_cast<std::size_t>(last - all.values.begin());
  const auto at = std::lower_bound(all.rows.begin() + static_cast<std::ptrdiff_t>(begin),
                                   all.rows.begin() + static_cast<std::ptrdiff_t>(end), row);
  const auto position = static_cast<std::size_t>(at - all.rows.begin());
  return (all.rows.size() - end) + (position - begin);
}

}  // namespace optix
