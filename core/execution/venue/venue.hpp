#pragma once
// The simulated venue: a state machine fed with the market and orders, answering with reports. It trades
// only against the latest chain snapshot of a leg's underlying and has no memory of quotes it has not
// been shown. docs/orders.md tells the same for users, with examples.
//
// Arrival. A request is refused with OrderRejected (malformed, id used before, unknown contract, no market
// data, past the last trade, off the increment when that is checked, kill switch), or it is tried at once
// against the quotes it finds (FillOn::same_snapshot) or left for the next ones (FillOn::next_snapshot).
// What is left of it then
//   rests  OrderAccepted, then the fills it had already        (day, gtc)
//   ends   the fills, then OrderCancelled `unfilled`            (ioc, fok; fok trades all or nothing)
// An order that trades completely on arrival reports fills alone. A market order whose quote is refused
// is rejected with that reason; one that rests (a part of it, or what was to come next) tries again.
// Nothing trades while a chain is halted or stale; what rests stays. See matching.hpp for limits and sizes.
//
// Stops wait until the net cost reaches the stop (StopTrigger says at the touch or at mid), on the quotes
// they came in on or later ones, then OrderTriggered, and they trade as the market or limit order they
// have become, on the quotes that triggered them. A trailing stop's stop is the lowest cost seen since it
// came in plus the trail. Their time in force counts from the trigger; ioc and fok stops wait like day
// orders.
//
// Parents. A child waits until its parent has filled completely, then goes live (OrderTriggered without a
// cost, unless it is a stop and waits on) and is looked at from the next snapshot on. A parent that ends
// without a fill takes it along (parent_ended); one that ends filled in part brings it to life with that
// share of its lots, rounded down.
// One cancels other. A complete fill cancels the others of its group (oco_filled); a partial fill leaves
// them the same share of their open lots that it has left itself, rounded down (OrderReplaced; none:
// oco_filled). A group belongs to one source (the upper bits of order ids).
//
// `day` ends with the first snapshot of a session after the one it is for, before anything is matched: the
// session of the quotes it came in on, or with next_snapshot of the first quotes after. Orders in a
// contract past its last trade end as market_closed, orders in contracts that a corporate action adjusts
// (and in the shares that split) as `adjusted`, orders that open when the kill switch is engaged as
// kill_switch. A legged combo that ends with its legs unequally done ends as leg_risk, unless its sender
// asked for its end.
#include <cstdint>
#include <string>
#include <vector>

#include "core/execution/venue/lost_answers.hpp"
#include "core/execution/venue/market_view.hpp"
#include "core/execution/venue/matching.hpp"
#include "core/execution/venue/past_orders.hpp"
#include "core/execution/venue/venue_rules.hpp"
#include "core/execution/venue/working_order.hpp"
#include "messages/ref.hpp"
#include "messages/risk.hpp"

namespace optix {

class Venue {
 public:
  explicit Venue(VenueRules rules) : rules_(std::move(rules)), market_(rules_), matching_(rules_) {}
  Venue(const Venue&) = delete;
  Venue& operator=(const Venue&) = delete;

  void on_instruments(const MessageRef& batch) { market_.on_instruments(batch); }
  void on_feed(const FeedState& state) { market_.on_feed(state); }
  void on_snapshot(const MessageRef& snapshot, Reports& reports);
  void on_order(const OrderRequest& order, Reports& reports);
  void on_cancel(const OrderCancel& cancel, Reports& reports);
  // OrderReplaced, then what the new terms trade at once; or OrderRejected and nothing changed.
  void on_replace(const OrderReplace& change, Reports& reports);
  // What is still owed of a lost answer, then OrderStatus.
  void on_query(const OrderQuery& query, Reports& reports);
  // Passed on as it is, or OrderRejected without an order id.
  void on_exercise(const MessageRef& instruction, Reports& reports);
  void on_kill_switch(const KillSwitch& change, Reports& reports);
  void on_adjusted(const ContractsAdjusted& adjusted, Reports& reports);
  void on_split(const SplitNotice& split, Reports& reports);

  // Everything but the configuration.
  struct State {
    MarketView::State market;
    std::vector<WorkingOrder> working;
    PastOrders::State past;
    std::vector<LostOrder> lost;
    std::uint64_t snapshots = 0;
    Date session{INT32_MIN};
    bool killed = false;
    static constexpr auto fields() {
      return std::tuple(field("market", &State::market, "contracts and quotes"),
                        field("working", &State::working, "orders at work, by underlying, oldest first"),
                        field("past", &State::past, "ids used and orders that ended"),
                        field("lost", &State::lost, "orders whose answers were lost"),
                        field("snapshots", &State::snapshots, "snapshots seen"),
                        field("session", &State::session, "latest session seen"),
                        field("killed", &State::killed, "the kill switch is engaged"));
    }
  };
  State state() const;
  void restore(State state);

 private:
  // venue.cpp: the life of one order.
  void place(WorkingOrder order, Reports& reports);
  void match(WorkingOrder& order, const ChainSnapshot& chain, Reports& reports);
  Matching::Outcome try_now(WorkingOrder& order, bool resting);
  bool goes_live(WorkingOrder& order, Decimal& cost);
  void report_fills(WorkingOrder& order, Reports& reports);
  void reject(const OrderRequest& order, RejectReason reason, std::string detail, Reports& reports);
  void end(WorkingOrder& order, RejectReason reason, Reports& reports);
  void expire_day_orders(Date session, Reports& reports);
  void sweep();
  bool loses_answer(std::uint64_t order) const;
  template <Message M>
  void say(M report, Reports& reports) {
    const std::uint64_t order = report.order;
    if (lost_.empty())
      reports.push_back(make_message(std::move(report)));
    else
      lost_.say(order, make_message(std::move(report)), reports);
  }

  // links.cpp: parents, children and groups.
  bool link(WorkingOrder& order, Reports& reports);
  void after_fill(const WorkingOrder& order, std::int64_t traded, std::int64_t left, Reports& reports);
  void after_end(const WorkingOrder& order, Reports& reports);
  // Changes its size, or ends it with `none_left` when nothing would be open.
  void set_lots(WorkingOrder& order, std::int64_t lots, RejectReason none_left, Reports& reports);

  const VenueRules rules_;
  MarketView market_;
  Matching matching_;
  WorkingOrders working_;
  PastOrders past_;
  LostAnswers lost_;
  std::uint64_t snapshots_ = 0;
  Date session_{INT32_MIN};
  bool killed_ = false;
  bool some_ended_ = false;
  std::vector<Fill> fills_;  // scratch: fills of one attempt that are not reported yet
};

}  // namespace optix
