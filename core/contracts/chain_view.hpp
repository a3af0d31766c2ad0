#pragma once
// Looking things up in a chain snapshot (see ChainSnapshot for its order). Nothing is copied.
#include <cstddef>
#include <optional>
#include <span>

#include "core/contracts/instruments.hpp"
#include "messages/market.hpp"

namespace optix {

// Identifies one contract by its terms.
struct ContractKey {
  Symbol root;
  Date expiration;
  Right right = Right::call;
  Decimal strike;
};

// Half-open range of rows.
struct RowRange {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t size() const { return end - begin; }
};

struct Quote {
  Decimal bid;
  Decimal ask;
  bool has_bid() const { return !bid.is_none() && bid > Decimal{}; }  // someone would buy
  bool has_ask() const { return !ask.is_none() && ask > Decimal{}; }
  bool crossed() const { return has_bid() && has_ask() && bid > ask; }
};

// The group (expiration, root, right), by binary search.
std::optional<std::size_t> find_group(const ChainSnapshot& chain, Date expiration, Symbol root, Right right);
// Rows of a group, strikes ascending.
RowRange group_rows(const ChainSnapshot& chain, std::size_t group);
// All groups of one expiration: consecutive, by root and then right.
RowRange expiration_groups(const ChainSnapshot& chain, Date expiration);
// Calls f(expiration, groups) for every expiration, ascending.
template <class F>
void for_each_expiration(const ChainSnapshot& chain, F&& f) {
  for (std::size_t g = 0; g < chain.groups();) {
    RowRange range{g, g + 1};
    while (range.end < chain.groups() && chain.group_expiration[range.end] == chain.group_expiration[g]) ++range.end;
    f(chain.group_expiration[g], range);
    g = range.end;
  }
}

// The row of a contract, by binary search over groups and then strikes; nullopt when the snapshot
// does not quote it.
std::optional<std::size_t> find_row(const ChainSnapshot& chain, const ContractKey& key);
std::optional<std::size_t> find_row(const ChainSnapshot& chain, const Contract& contract);
// The group that owns a row.
std::size_t group_of_row(const ChainSnapshot& chain, std::size_t row);

inline Quote quote_at(const ChainSnapshot& chain, std::size_t row) { return {chain.bid[row], chain.ask[row]}; }

// What a well-formed snapshot guarantees (column lengths, group bounds, order); the first violation
// as text, or nullopt. For edges that receive snapshots from outside.
std::optional<std::string> chain_defect(const ChainSnapshot& chain);

}  // namespace optix
