#pragma once
// The contracts of one session as the quality checks remember them: keys in snapshot order with their
// last bid and ask, joined with another session's in one pass over both.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "messages/market.hpp"

namespace optix {

struct QuotedContract {
  Date expiration;
  Symbol root;
  Right right = Right::call;
  Decimal strike;
  auto operator<=>(const QuotedContract&) const = default;
};

struct ContractSet {
  struct Group {
    Date expiration;
    Symbol root;
    Right right = Right::call;
    Timestamp settles;
    std::uint32_t begin = 0, end = 0;  // rows
  };
  std::vector<Group> groups;  // in snapshot order
  std::vector<Decimal> strike, bid, ask;

  void clear();
  // Adds the snapshot's contracts; those that are there already get its bid and ask.
  void unite(const ChainSnapshot& chain);
  std::size_t size() const { return strike.size(); }
  QuotedContract key(const Group& group, std::size_t row) const {
    return {group.expiration, group.root, group.right, strike[row]};
  }
};

// What a session has in common with the one before it.
struct SetComparison {
  std::uint64_t common = 0;
  std::uint64_t unchanged = 0;        // of these, with the same bid and ask
  std::vector<QuotedContract> gone;   // only in `before`, and settling at `now` or later
  std::vector<QuotedContract> fresh;  // only in `after`
};
SetComparison compare(const ContractSet& before, const ContractSet& after, Timestamp now);

}  // namespace optix
