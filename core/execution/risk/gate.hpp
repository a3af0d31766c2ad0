#pragma once
// Pre-trade risk: may this order go to the venue? And what must happen when losses or margin say so.
// docs/risk.md has every limit, its unit and what happens at it.
//
// A closing order that only reduces what its position holds (or what the order it follows will open), less
// what other closing orders take already, always passes: under the kill switch, on a stale market, above
// every limit and every rate. It counts towards the order rate. An opening order passes when, in this order:
// the kill switch is off, the feed and the chain are not stale, the order rate allows it, every limit holds,
// and the account can pay for it:
//
//   margin account   required = change of the initial requirement + net debit  <=  buying power
//   no margin rule   required = change of the reserve (reserve.hpp) + net debit  <=  cash − reserves
//
// both less what orders on their way take. The net debit is the limit, or the touch for an order without
// one (not below its stop); fees are not included. An order that frees buying power passes.
//
// step() is called when the book has reported its equity: losses are held against their limits, margin is
// computed when it is due, a margin call is issued and, if so wished, met by closing orders: those are sent
// at the first report of a later instant at which the call still stands, and again until it is met.
#include <optional>
#include <string>
#include <vector>

#include "core/execution/risk/holdings.hpp"
#include "core/execution/risk/kill_switch.hpp"
#include "core/execution/risk/limits.hpp"
#include "core/execution/risk/margin_desk.hpp"
#include "messages/feed.hpp"
#include "messages/risk.hpp"

namespace optix {

enum class ConcentrationOf : std::uint8_t { equity, requirement, notional };
constexpr auto enum_names(ConcentrationOf) {
  return std::to_array<std::string_view>({"equity", "requirement", "notional"});
}

struct RiskRules {
  std::vector<Limit> limits;
  LossLimits losses;
  bool flatten = false;  // close everything when the kill switch is engaged
  // Largest share of one underlying: of its initial requirement in equity or in all requirements, or of
  // its notional in all notional; opening orders on their way count as held. With the last two the first
  // position of a book has all of it.
  std::optional<double> concentration;
  ConcentrationOf concentration_of = ConcentrationOf::equity;
  std::optional<double> margin_use;  // initial requirement / equity, with the order
  std::int64_t rate_orders = 0;      // orders in any rate_seconds of market time; 0: no limit
  double rate_seconds = 60;
  bool check_cash = true;
  bool allow_undefined_risk = true;
  Decimal undefined_reserve = Decimal::from_raw(200'000);  // without a margin rule: fraction of strike notional
  MarginRules margin;
};

struct RiskOutput {
  enum Stream : std::uint8_t { approved, rejected, state };
  Stream stream;
  MessageRef message;
};
using RiskOutputs = std::vector<RiskOutput>;

class RiskGate {
 public:
  explicit RiskGate(RiskRules rules);

  void on_instruments(const MessageRef& batch) { holdings_.on_instruments(batch); }
  void on_snapshot(const MessageRef& snapshot) { holdings_.on_snapshot(snapshot); }
  void on_feed(const FeedState& state) { state_.feed_stale = state.stale; }
  void on_cash(const CashChanged& cash);
  void on_equity(const Equity& equity);
  void on_fill(const Fill& fill) { holdings_.on_fill(fill); }
  void on_settled(const ContractSettled& settled) { holdings_.on_settled(settled); }
  void on_adjusted(const HoldingAdjusted& adjusted) { holdings_.on_adjusted(adjusted); }
  void on_report(const MessageRef& report) { holdings_.on_report(report); }
  void on_kill_switch(const KillSwitch& wish, RiskOutputs& out);

  // nullopt: approved, and counted as on its way until a report ends it.
  std::optional<RiskRefusal> check(const OrderRequest& order);
  // A replacement is judged as the order it makes. nullopt too when the order is not known: the venue says so.
  std::optional<RiskRefusal> check(const OrderReplace& replace);

  // Once per wave that brought an Equity or a KillSwitch. `self` is the rank of the node: closing orders
  // of its own have the ids (self << 40) + 1, 2, …
  void step(std::uint64_t self, RiskOutputs& out);

  struct Own {
    std::vector<Timestamp> sent;  // when orders passed, within the interval of the rate limit
    bool feed_stale = false;
    bool new_equity = false;  // since the last step
    std::uint64_t orders = 0;
    std::uint64_t margin_version = 0;  // of the holdings that margin was last computed for
    Date margin_session;
    Decimal deficit;      // of the margin call that stands; 0: none
    Timestamp called_at;  // market time at which it was issued
    Equity equity;        // latest
    MarginState margin;   // latest sent
    static constexpr auto fields() {
      using M = Own;
      return std::tuple(
          field("sent", &M::sent, "when orders passed"), field("feed_stale", &M::feed_stale, "the feed is stale"),
          field("new_equity", &M::new_equity, "an equity report waits"),
          field("orders", &M::orders, "own order ids given out"),
          field("margin_version", &M::margin_version, "holdings that margin was computed for"),
          field("margin_session", &M::margin_session, "session it was computed in"),
          field("deficit", &M::deficit, "of the margin call that stands, USD"),
          field("called_at", &M::called_at, "when it was issued"), field("equity", &M::equity, "latest account report"),
          field("margin", &M::margin, "latest margin state sent"));
    }
  };
  struct State {
    RiskHoldings::State holdings;
    KillSwitchState::State kill;
    Own own;
    static constexpr auto fields() {
      return std::tuple(field("holdings", &State::holdings, "positions, orders, cash"),
                        field("kill", &State::kill, "kill switch"), field("own", &State::own, "the rest"));
    }
  };
  State state() const { return {holdings_.state(), kill_.state(), state_}; }
  void restore(State state);
  Decimal cash() const { return holdings_.cash(); }
  const RiskHoldings& holdings() const { return holdings_; }

 private:
  std::optional<RiskRefusal> check_form(const OrderRequest& order) const;
  std::optional<RiskRefusal> check_close(const OrderRequest& order, std::uint64_t without) const;
  std::optional<RiskRefusal> check_open(const OrderRequest& order, OrderMargin& margin);
  std::optional<RiskRefusal> check_market(const OrderRequest& order) const;
  std::optional<RiskRefusal> check_rate() const;
  std::optional<RiskRefusal> check_limits(const OrderRequest& order, std::span<const RiskLeg> legs) const;
  std::optional<RiskRefusal> check_money(const OrderRequest& order, std::span<const RiskLeg> legs, OrderMargin& margin);
  std::optional<RiskRefusal> check_reserve(const OrderRequest& order, std::span<const RiskLeg> legs,
                                           OrderMargin& margin) const;
  std::optional<RiskRefusal> check_shares_of_book(std::span<const RiskLeg> legs, const AccountMargin& account,
                                                  const OrderMargin& margin);
  std::optional<RiskRefusal> net_debit(const OrderRequest& order, Decimal& debit) const;
  void count_order();

  void watch_losses(RiskOutputs& out);
  void watch_margin(std::uint64_t self, RiskOutputs& out);
  void close_positions(std::span<const std::uint64_t> positions, TradeReason reason, std::uint64_t self,
                       RiskOutputs& out);

  RiskRules rules_;
  RiskHoldings holdings_;
  KillSwitchState kill_;
  MarginDesk desk_;
  bool figures_ = false;  // some limit needs more than counts
  Own state_;
};

}  // namespace optix
