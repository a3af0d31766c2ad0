#pragma once
// The simulated venue: a state machine fed with the market and orders, answering with reports.
// It trades only against the latest chain snapshot of the contract's underlying, whole orders or
// nothing, and has no memory of quotes it has not been shown.
//
// Market orders fill or are refused at once. A limit order fills at once when the touch is within
// its limit, at the model's price (never at the limit); otherwise it rests and is tried again only
// on later snapshots, where the model's own price must be within the limit: a limit at mid is not
// filled by the quote it was computed from. `ioc` is cancelled instead of resting. `day` ends with
// the first snapshot of a later session, before anything is matched; `gtc` rests.
//
// A net limit is USD per share for one unit of the combo: the quantities divided by their greatest
// common divisor; debits are positive.
//
// Opening orders are refused (or keep resting) while the snapshot or the feed is stale.
#include <cstdint>
#include <string>
#include <vector>

#include "core/contracts/instruments.hpp"
#include "core/contracts/latest_chains.hpp"
#include "core/execution/fees.hpp"
#include "core/execution/fill_model.hpp"
#include "messages/feed.hpp"
#include "messages/orders.hpp"
#include "messages/ref.hpp"

namespace optix {

using Reports = std::vector<MessageRef>;

class Venue {
 public:
  Venue(FillModel model, FeeSchedule fees) : model_(model), fees_(fees) {}

  void on_instruments(const MessageRef& batch) { instruments_.add(batch); }
  void on_snapshot(const MessageRef& snapshot, Reports& reports);
  void on_feed(const FeedState& state) { feed_stale_ = state.stale; }
  // Reports OrderAccepted when the order rests, else Fill, OrderRejected or OrderCancelled alone.
  // An id that is still at work is refused as bad_request; a contract past its settlement as no_quote.
  void on_order(const OrderRequest& order, Reports& reports);
  void on_cancel(const OrderCancel& cancel, Reports& reports);

  struct Resting {
    OrderRequest order;
    Date session;  // of the latest snapshot when it came in
    static constexpr auto fields() {
      return std::tuple(field("order", &Resting::order, "the request"),
                        field("session", &Resting::session, "session it came in"));
    }
  };
  // Everything but the configuration.
  struct State {
    std::vector<MessageRef> instruments;
    std::vector<MessageRef> snapshots;
    std::vector<Resting> resting;
    bool feed_stale = false;
    static constexpr auto fields() {
      return std::tuple(field("instruments", &State::instruments, "instrument batches"),
                        field("snapshots", &State::snapshots, "latest snapshot of each underlying"),
                        field("resting", &State::resting, "orders at work, oldest first"),
                        field("feed_stale", &State::feed_stale, "the feed reported itself stale"));
    }
  };
  State state() const;
  void restore(State state);

 private:
  struct Attempt {
    RejectReason refused = RejectReason::none;
    ContractId contract = 0;  // that was refused
    bool within_limit = false;
    Fill fill;
  };
  // Prices every leg. On arrival a limit is held against the touch, later against the model.
  void attempt(const OrderRequest& order, bool arrival, Attempt& out) const;
  // Refuses malformed requests; RejectReason::none when there is nothing to object to.
  RejectReason request_defect(const OrderRequest& order) const;
  void reject(const OrderRequest& order, RejectReason reason, std::string detail, Reports& reports) const;

  FillModel model_;
  FeeSchedule fees_;
  InstrumentTable instruments_;
  LatestChains chains_;
  std::vector<Resting> resting_;
  bool feed_stale_ = false;
};

}  // namespace optix
