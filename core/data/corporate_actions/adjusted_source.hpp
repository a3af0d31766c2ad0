#pragma once
// A source of market data whose contracts go through splits and special dividends, as the exchanges
// adjust them: at the opening of an ex-date, between two steps of the source, adjusted contracts are
// defined and the adjustment is told. What the source itself knows of contracts stays as it is.
//
// Contract ids stay dense and in order of first appearance: those the source gives later move up by
// what was defined here, and its snapshots are rewritten from the first such definition on. A contract
// that the source lists with the terms of one that was defined here is that one.
#include <map>
#include <mutex>
#include <tuple>
#include <vector>

#include "core/data/corporate_actions/adjustments.hpp"
#include "core/data/dataset.hpp"
#include "core/data/events/event_store.hpp"

namespace optix {

// A split or a special dividend that adjusts contracts, at the opening of its ex-date.
struct CorporateAction {
  Timestamp time;
  Symbol underlying;
  Date ex;
  std::int64_t new_shares = 1, old_shares = 1;  // 1 and 1: a dividend
  Decimal dividend;                             // special, USD a share
};

// Those of the events, as they were known at their ex-date's opening, that lie after `from` and not
// after `to`, of the underlyings; by time, underlying, splits before dividends.
std::vector<CorporateAction> corporate_actions(const EventStore& events, const std::vector<Symbol>& underlyings,
                                               Timestamp from, Timestamp to);

class AdjustedSource final : public SnapshotSource {
 public:
  // step() of `source` is asked for in order, each once more than it is used; all functions may be
  // called from several threads at once.
  AdjustedSource(std::shared_ptr<const SnapshotSource> source, std::vector<CorporateAction> actions);

  std::size_t steps() const override { return source_->steps(); }
  Timestamp time(std::size_t step) const override { return source_->time(step); }
  DatasetStep step(std::size_t step) const override;
  const QualityReport& quality() const override { return source_->quality(); }
  std::size_t warm_up_steps() const override { return source_->warm_up_steps(); }

  const std::vector<CorporateAction>& actions() const { return actions_; }
  // What is sent for one of them, at its time, before the first step of that time or later:
  // InstrumentBatch when contracts are new, SplitNotice or DividendNotice, ContractsAdjusted when
  // contracts were adjusted.
  std::vector<MessageRef> messages(std::size_t action) const;

 private:
  using Terms = std::tuple<Symbol, Symbol, Date, Right, Decimal>;  // underlying, root, expiration, right, strike
  struct Delivers {
    Decimal shares, cash;
  };

  void follow_to(std::size_t step) const;
  void follow_until(std::size_t action) const;
  void number(const DatasetStep& step) const;
  std::vector<MessageRef> adjust(const CorporateAction& action) const;

  std::shared_ptr<const SnapshotSource> source_;
  std::vector<CorporateAction> actions_;

  mutable std::mutex mutex_;  // guards what follows: the run as far as it was looked at
  mutable std::size_t followed_ = 0;
  mutable std::vector<std::uint32_t> known_before_;        // contracts of the run before each step
  mutable std::vector<std::vector<MessageRef>> messages_;  // of the actions so far
  mutable std::vector<Contract> contracts_;                // by id of the run
  mutable std::vector<ContractId> run_id_;                 // by id of the source
  mutable std::map<Terms, ContractId> defined_;            // here, not yet listed by the source
  mutable std::map<ContractId, Delivers> delivers_;        // of contracts that deliver something special
  mutable std::map<Symbol, Decimal> price_;                // latest
};

}  // namespace optix
