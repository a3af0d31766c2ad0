#include "core/contracts/chain_view.hpp"

#include <algorithm>
#include <string>
#include <tuple>

namespace optix {
namespace {

auto group_key(const ChainSnapshot& c, std::size_t g) {
  return std::tuple(c.group_expiration[g], c.group_root[g], c.group_right[g]);
}

}  // namespace

std::optional<std::size_t> find_group(const ChainSnapshot& chain, Date expiration, Symbol root, Right right) {
  const auto wanted = std::tuple(expiration, root, right);
  std::size_t low = 0, high = chain.groups();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (group_key(chain, middle) < wanted)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == chain.groups() || group_key(chain, low) != wanted) return std::nullopt;
  return low;
}

RowRange group_rows(const ChainSnapshot& chain, std::size_t group) {
  return {chain.group_begin[group], chain.group_begin[group + 1]};
}

RowRange expiration_groups(const ChainSnapshot& chain, Date expiration) {
  const auto [first, last] = std::equal_range(chain.group_expiration.begin(), chain.group_expiration.end(), expiration);
  return {static_cast<std::size_t>(first - chain.group_expiration.begin()),
          static_cast<std::size_t>(last - chain.group_expiration.begin())};
}

std::optional<std::size_t> find_row(const ChainSnapshot& chain, const ContractKey& key) {
  const auto group = find_group(chain, key.expiration, key.root, key.right);
  if (!group) return std::nullopt;
  const auto [begin, end] = group_rows(chain, *group);
  const auto first = chain.strike.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto last = chain.strike.begin() + static_cast<std::ptrdiff_t>(end);
  const auto found = std::lower_bound(first, last, key.strike);
  if (found == last || *found != key.strike) return std::nullopt;
  return static_cast<std::size_t>(found - chain.strike.begin());
}

std::optional<std::size_t> find_row(const ChainSnapshot& chain, const Contract& c) {
  return find_row(chain, {c.root, c.expiration, c.right, c.strike});
}

std::size_t group_of_row(const ChainSnapshot& chain, std::size_t row) {
  const auto after = std::upper_bound(chain.group_begin.begin(), chain.group_begin.end(), row);
  return static_cast<std::size_t>(after - chain.group_begin.begin()) - 1;
}

std::optional<std::string> chain_defect(const ChainSnapshot& c) {
  const std::size_t groups = c.groups(), rows = c.rows();
  if (c.group_expiration.size() != groups || c.group_settles.size() != groups || c.group_right.size() != groups ||
      c.group_settlement.size() != groups)
    return "group columns differ in length";
  if (c.strike.size() != rows || c.bid.size() != rows || c.ask.size() != rows || c.iv.size() != rows ||
      c.delta.size() != rows || c.gamma.size() != rows || c.volume.size() != rows || c.open_interest.size() != rows)
    return "row columns differ in length";
  const auto fits = [rows](const Series<std::int32_t>& sizes) { return sizes.empty() || sizes.size() == rows; };
  if (!fits(c.bid_size) || !fits(c.ask_size)) return "sizes are not there for all rows or for none";
  if (c.group_begin.size() != groups + 1 || c.group_begin.front() != 0 || c.group_begin.back() != rows)
    return "group bounds do not cover the rows";
  for (std::size_t g = 0; g < groups; ++g) {
    if (g > 0 && !(group_key(c, g - 1) < group_key(c, g)))
      return "groups are not in order at group " + std::to_string(g);
    if (c.group_begin[g] >= c.group_begin[g + 1]) return "group " + std::to_string(g) + " has no rows";
    for (std::size_t r = c.group_begin[g] + 1; r < c.group_begin[g + 1]; ++r)
      if (!(c.strike[r - 1] < c.strike[r])) return "strikes are not in order at row " + std::to_string(r);
  }
  return std::nullopt;
}

}  // namespace optix
