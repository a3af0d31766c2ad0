#pragma once
// A dataset in memory, numbered as an imported one is: for tests of what is replayed, without files.
#include <algorithm>
#include <atomic>
#include <map>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "core/data/replay/dataset_source.hpp"
#include "core/time/calendar.hpp"

namespace optix {

class MemorySession final : public SessionView {
 public:
  std::vector<MessageRef> chains;
  std::size_t snapshots() const override { return chains.size(); }
  Timestamp time(std::size_t snapshot) const override { return chains[snapshot].get<ChainSnapshot>().time; }
  MessageRef snapshot(std::size_t snapshot) const override { return chains[snapshot]; }
};

class MemoryStore final : public ReplayStore {
 public:
  // `chains` without contract ids, in any order.
  explicit MemoryStore(std::vector<ChainSnapshot> chains) {
    std::sort(chains.begin(), chains.end(), [](const ChainSnapshot& a, const ChainSnapshot& b) {
      return std::tuple(a.session, a.underlying, a.time) < std::tuple(b.session, b.underlying, b.time);
    });
    for (ChainSnapshot& chain : chains) add(std::move(chain));
  }

  const Manifest& manifest() const override { return manifest_; }
  Result<std::shared_ptr<const SessionView>> session(std::size_t partition) const override {
    ++opened;
    return std::shared_ptr<const SessionView>(sessions_.at(partition));
  }
  Result<InstrumentBatch> instruments(Symbol underlying, std::uint32_t first, std::uint32_t last) const override {
    const InstrumentBatch& all = instruments_.at(underlying);
    const auto part = [&](const auto& column) {
      return typename std::decay_t<decltype(column)>(column.begin() + first, column.begin() + last);
    };
    return InstrumentBatch{first,
                           part(all.root),
                           part(all.underlying),
                           part(all.expiration),
                           part(all.settles),
                           part(all.strike),
                           part(all.right),
                           part(all.settlement),
                           part(all.exercise),
                           part(all.multiplier)};
  }
  const InstrumentBatch& all_instruments(Symbol underlying) const { return instruments_.at(underlying); }
  const MemorySession& memory_session(std::size_t partition) const { return *sessions_.at(partition); }

  mutable std::atomic<std::size_t> opened{0};

 private:
  using Key = std::tuple<Symbol, Date, Symbol, Right, Decimal>;

  void add(ChainSnapshot chain) {
    InstrumentBatch& known = instruments_[chain.underlying];
    std::vector<ContractId> ids;
    for (std::size_t g = 0; g < chain.groups(); ++g)
      for (std::uint32_t row = chain.group_begin[g]; row < chain.group_begin[g + 1]; ++row) {
        const Key key{chain.underlying, chain.group_expiration[g], chain.group_root[g], chain.group_right[g],
                      chain.strike[row]};
        const auto [at, fresh] = ids_.try_emplace(key, static_cast<ContractId>(std::as_const(known).root.size()));
        ids.push_back(at->second);
        if (!fresh) continue;
        known.root.push_back(chain.group_root[g]);
        known.underlying.push_back(chain.underlying);
        known.expiration.push_back(chain.group_expiration[g]);
        known.settles.push_back(chain.group_settles[g]);
        known.strike.push_back(chain.strike[row]);
        known.right.push_back(chain.group_right[g]);
        known.settlement.push_back(chain.group_settlement[g]);
        known.exercise.push_back(ExerciseStyle::european);
        known.multiplier.push_back(100);
      }
    chain.contract = std::move(ids);
    std::vector<Partition>& partitions = manifest_.partitions;
    if (partitions.empty() || partitions.back().underlying != chain.underlying ||
        partitions.back().session != chain.session) {
      partitions.emplace_back();
      partitions.back().underlying = chain.underlying;
      partitions.back().session = chain.session;
      partitions.back().first = chain.time;
      sessions_.push_back(std::make_shared<MemorySession>());
    }
    Partition& p = partitions.back();
    ++p.snapshots;
    p.rows += chain.rows();
    p.last = chain.time;
    p.contracts = static_cast<std::uint32_t>(std::as_const(known).root.size());
    sessions_.back()->chains.push_back(make_message(std::move(chain)));
  }

  Manifest manifest_;
  std::vector<std::shared_ptr<MemorySession>> sessions_;
  std::map<Symbol, InstrumentBatch> instruments_;
  std::map<Key, ContractId> ids_;
};

}  // namespace optix
