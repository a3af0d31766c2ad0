#pragma once
// The market as the venue sees it: the latest quotes of whatever a leg names, shares included, and
// what has been taken from them already.
#include <optional>
#include <vector>

#include "core/contracts/instruments.hpp"
#include "core/contracts/latest_chains.hpp"
#include "core/execution/venue/venue_rules.hpp"
#include "core/execution/venue/working_order.hpp"
#include "messages/feed.hpp"

namespace optix {

class MarketView {
 public:
  explicit MarketView(const VenueRules& rules)
      : share_half_spread_(rules.share_half_spread),
        stale_(rules.stale),
        keeps_previous_(!rules.fills.volume_share.is_none() || rules.fills.resting == RestingPolicy::queue),
        keeps_taken_(!rules.fills.volume_share.is_none() || !rules.fills.size_share.is_none() ||
                     rules.fills.resting == RestingPolicy::queue) {}

  void on_instruments(const MessageRef& batch) { instruments_.add(batch); }
  void on_feed(const FeedState& state) { feed_stale_ = state.stale; }
  void on_snapshot(const MessageRef& snapshot);

  const InstrumentTable& instruments() const { return instruments_; }
  const ChainSnapshot* chain(Symbol underlying) const { return chains_.find(underlying); }

  // Why nothing of this order may trade now, whatever the quotes: no_quote (no snapshot yet), halted,
  // stale_book, market_closed (a contract's last trade is over). none: go on.
  RejectReason closed_for(const WorkingOrder& order) const;
  // Whether a leg's last trade is over.
  bool past_last_trade(const WorkingOrder& order) const;

  // nullopt when the latest snapshot does not quote the leg. `leg` keeps where it was found.
  std::optional<LegMarket> quote(WorkingLeg& leg) const;

  // Takes `quantity` from the present quotes of an option leg: orders after it find less.
  void take(const WorkingLeg& leg, std::int64_t quantity);

  struct Taken {
    ContractId contract = 0;
    Symbol underlying;
    bool buy = false;
    std::int64_t now = 0;
    std::int64_t session = 0;
    static constexpr auto fields() {
      using M = Taken;
      return std::tuple(field("contract", &M::contract, "contract id"),
                        field("underlying", &M::underlying, "whose chain quotes it"), field("buy", &M::buy, "side"),
                        field("now", &M::now, "contracts taken from the present quotes"),
                        field("session", &M::session, "and in this session"));
    }
  };
  struct State {
    std::vector<MessageRef> instruments;
    std::vector<MessageRef> snapshots;
    std::vector<MessageRef> previous;
    std::vector<Taken> taken;
    bool feed_stale = false;
    static constexpr auto fields() {
      return std::tuple(field("instruments", &State::instruments, "instrument batches"),
                        field("snapshots", &State::snapshots, "latest snapshot of each underlying"),
                        field("previous", &State::previous, "the ones before, where volumes matter"),
                        field("taken", &State::taken, "what orders took from the quotes"),
                        field("feed_stale", &State::feed_stale, "the feed reported itself stale"));
    }
  };
  State state() const;
  void restore(State state);

 private:
  bool is_stale(const ChainSnapshot& chain) const { return chain.stale || feed_stale_; }
  const Taken* taken(const WorkingLeg& leg) const;
  // Volume since the snapshot before.
  std::int64_t traded_since(const ChainSnapshot& chain, WorkingLeg& leg, std::int64_t volume) const;

  Decimal share_half_spread_;
  StaleQuotes stale_;
  bool keeps_previous_;
  bool keeps_taken_;
  InstrumentTable instruments_;
  LatestChains chains_;
  LatestChains previous_;
  std::vector<Taken> taken_;
  bool feed_stale_ = false;
};

}  // namespace optix
