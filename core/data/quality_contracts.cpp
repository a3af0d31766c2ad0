#include "core/data/quality_contracts.hpp"

#include <cstring>
#include <tuple>

namespace optix {
namespace {

auto order(const ContractSet::Group& g) { return std::tie(g.expiration, g.root, g.right); }

bool same_bits(const Decimal* a, const Decimal* b, std::size_t n) {
  return n == 0 || std::memcmp(a, b, n * sizeof(Decimal)) == 0;
}

ContractSet::Group group_of(const ChainSnapshot& chain, std::size_t g) {
  return {chain.group_expiration[g], chain.group_root[g],  chain.group_right[g],
          chain.group_settles[g],    chain.group_begin[g], chain.group_begin[g + 1]};
}

bool same_contracts(const ContractSet& set, const ChainSnapshot& chain) {
  if (set.groups.size() != chain.groups() || set.size() != chain.strike.size()) return false;
  for (std::size_t g = 0; g < set.groups.size(); ++g) {
    const auto other = group_of(chain, g);
    if (order(set.groups[g]) != order(other) || set.groups[g].begin != other.begin) return false;
  }
  return same_bits(set.strike.data(), chain.strike.data(), set.size());
}

// Appends rows of one group to a set under construction.
struct Builder {
  ContractSet out;
  void open(ContractSet::Group group) {
    group.begin = static_cast<std::uint32_t>(out.size());
    out.groups.push_back(group);
  }
  void row(Decimal strike, Decimal bid, Decimal ask) {
    out.strike.push_back(strike);
    out.bid.push_back(bid);
    out.ask.push_back(ask);
  }
  void close() { out.groups.back().end = static_cast<std::uint32_t>(out.size()); }
};

}  // namespace

void ContractSet::clear() {
  groups.clear();
  strike.clear();
  bid.clear();
  ask.clear();
}

void ContractSet::unite(const ChainSnapshot& chain) {
  const bool copy = groups.empty(), update = !copy && same_contracts(*this, chain);
  if (copy) {
    groups.reserve(chain.groups());
    for (std::size_t g = 0; g < chain.groups(); ++g) groups.push_back(group_of(chain, g));
    strike.assign(chain.strike.begin(), chain.strike.end());
  }
  if (copy || update) {
    bid.assign(chain.bid.begin(), chain.bid.end());
    ask.assign(chain.ask.begin(), chain.ask.end());
    return;
  }
  Builder b;
  const auto ours = [&](const Group& g) {
    for (std::size_t i = g.begin; i < g.end; ++i) b.row(strike[i], bid[i], ask[i]);
  };
  const auto theirs = [&](const Group& g) {
    for (std::size_t i = g.begin; i < g.end; ++i) b.row(chain.strike[i], chain.bid[i], chain.ask[i]);
  };
  std::size_t i = 0, j = 0;
  while (i < groups.size() || j < chain.groups()) {
    if (j == chain.groups() || (i < groups.size() && order(groups[i]) < order(group_of(chain, j)))) {
      b.open(groups[i]);
      ours(groups[i++]);
      b.close();
      continue;
    }
    const Group other = group_of(chain, j);
    if (i == groups.size() || order(other) < order(groups[i])) {
      b.open(other);
      theirs(other);
      b.close();
      ++j;
      continue;
    }
    b.open(other);
    std::size_t a = groups[i].begin, c = other.begin;
    while (a < groups[i].end || c < other.end) {
      const bool take_ours = c == other.end || (a < groups[i].end && strike[a] < chain.strike[c]);
      if (take_ours) {
        b.row(strike[a], bid[a], ask[a]);
        ++a;
        continue;
      }
      if (a < groups[i].end && strike[a] == chain.strike[c]) ++a;
      b.row(chain.strike[c], chain.bid[c], chain.ask[c]);
      ++c;
    }
    b.close();
    ++i;
    ++j;
  }
  *this = std::move(b.out);
}

SetComparison compare(const ContractSet& before, const ContractSet& after, Timestamp now) {
  SetComparison out;
  const auto gone = [&](const ContractSet::Group& g, std::size_t row) {
    if (now <= g.settles) out.gone.push_back(before.key(g, row));
  };
  const auto fresh = [&](const ContractSet::Group& g, std::size_t row) { out.fresh.push_back(after.key(g, row)); };
  std::size_t i = 0, j = 0;
  while (i < before.groups.size() || j < after.groups.size()) {
    if (j == after.groups.size() || (i < before.groups.size() && order(before.groups[i]) < order(after.groups[j]))) {
      const auto& g = before.groups[i++];
      for (std::size_t row = g.begin; row < g.end; ++row) gone(g, row);
      continue;
    }
    if (i == before.groups.size() || order(after.groups[j]) < order(before.groups[i])) {
      const auto& g = after.groups[j++];
      for (std::size_t row = g.begin; row < g.end; ++row) fresh(g, row);
      continue;
    }
    const auto &a = before.groups[i++], &b = after.groups[j++];
    const std::size_t n = a.end - a.begin;
    if (n == b.end - b.begin && same_bits(before.strike.data() + a.begin, after.strike.data() + b.begin, n)) {
      const Decimal *bid0 = before.bid.data() + a.begin, *bid1 = after.bid.data() + b.begin;
      const Decimal *ask0 = before.ask.data() + a.begin, *ask1 = after.ask.data() + b.begin;
      std::uint64_t same = 0;
      for (std::size_t k = 0; k < n; ++k)
        same += static_cast<std::uint64_t>(bid0[k].raw() == bid1[k].raw()) &
                static_cast<std::uint64_t>(ask0[k].raw() == ask1[k].raw());
      out.common += n;
      out.unchanged += same;
      continue;
    }
    std::size_t x = a.begin, y = b.begin;
    while (x < a.end || y < b.end) {
      if (y == b.end || (x < a.end && before.strike[x] < after.strike[y])) {
        gone(a, x++);
      } else if (x == a.end || after.strike[y] < before.strike[x]) {
        fresh(b, y++);
      } else {
        ++out.common;
        out.unchanged += before.bid[x] == after.bid[y] && before.ask[x] == after.ask[y];
        ++x;
        ++y;
      }
    }
  }
  return out;
}

}  // namespace optix
