#pragma once
// Pre-trade risk: may this order go to the venue? Keeps its own view of positions and cash from
// fills and settlements, so that an order sent in the instant of a fill is judged after that fill.
//
// Closing orders pass when they only reduce what the position holds. Opening orders are held
// against contract and position limits (orders on their way count as open) and against cash:
//
//   required = reserve(position with the order) − reserve(position) + net debit   <=   free cash
//   free cash = cash − reserves of open positions − required of orders on their way
//
// The net debit is the limit, or the touch for a market order; fees are not included. The reserve
// is what the position can cost at expiry at worst, premiums aside (an exact maximum over the
// underlying's price). Where shorts have no long behind them it is instead
//   undefined_reserve × highest uncovered short strike × multiplier × uncovered contracts
// plus the worst outcome at any strike: a simple stand-in for a broker's margin, not a margin rule.
// A long that expires before a short does not cover it.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/contracts/instruments.hpp"
#include "core/contracts/latest_chains.hpp"
#include "core/contracts/payoff.hpp"
#include "messages/feed.hpp"
#include "messages/orders.hpp"
#include "messages/portfolio.hpp"

namespace optix {

struct RiskLimits {
  std::int64_t max_contracts = 0;       // per opening order, sum over legs; 0: no limit
  std::int64_t max_open_contracts = 0;  // in all positions; 0: no limit
  std::int64_t max_positions = 0;       // multi-leg positions; 0: no limit
  bool check_cash = true;
  bool allow_undefined_risk = true;
  Decimal undefined_reserve = Decimal::from_raw(200'000);  // fraction of strike notional
};

struct RiskRefusal {
  RejectReason reason = RejectReason::none;
  std::string detail;
};

class RiskGate {
 public:
  explicit RiskGate(RiskLimits limits) : limits_(limits) {}

  void on_instruments(const MessageRef& batch) { instruments_.add(batch); }
  void on_snapshot(const MessageRef& snapshot) { chains_.update(snapshot); }
  void on_feed(const FeedState& state) { feed_stale_ = state.stale; }
  void on_deposit(Decimal amount) { cash_ += amount; }
  void on_fill(const Fill& fill);
  void on_settled(const ContractSettled& settled);
  // An order that ended without a fill.
  void on_gone(std::uint64_t order);

  // nullopt: approved, and counted as on its way until a report about it comes back.
  std::optional<RiskRefusal> check(const OrderRequest& order);

  struct Position {
    std::uint64_t id = 0;
    OrderLegs legs;
    Decimal reserve;
    static constexpr auto fields() {
      return std::tuple(field("id", &Position::id, "position id"), field("legs", &Position::legs, "contracts held"),
                        field("reserve", &Position::reserve, "USD"));
    }
  };
  struct Pending {
    std::uint64_t order = 0;
    std::uint64_t position = 0;
    std::int64_t contracts = 0;
    Decimal required;
    static constexpr auto fields() {
      return std::tuple(
          field("order", &Pending::order, "order id"), field("position", &Pending::position, "position id"),
          field("contracts", &Pending::contracts, "sum over legs"), field("required", &Pending::required, "USD"));
    }
  };
  struct State {
    std::vector<MessageRef> instruments;
    std::vector<MessageRef> snapshots;
    std::vector<Position> positions;
    std::vector<Pending> pending;
    Decimal cash;
    bool feed_stale = false;
    static constexpr auto fields() {
      using M = State;
      return std::tuple(field("instruments", &M::instruments, "instrument batches"),
                        field("snapshots", &M::snapshots, "latest snapshot of each underlying"),
                        field("positions", &M::positions, "open positions"),
                        field("pending", &M::pending, "orders on their way"), field("cash", &M::cash, "USD"),
                        field("feed_stale", &M::feed_stale, "the feed is stale"));
    }
  };
  State state() const;
  void restore(State state);
  Decimal cash() const { return cash_; }

 private:
  Position* find(std::uint64_t position);
  std::optional<RiskRefusal> check_close(const OrderRequest& order);
  std::optional<RiskRefusal> check_counts(const OrderRequest& order, std::int64_t contracts);
  std::optional<RiskRefusal> check_cash(const OrderRequest& order, Decimal& required);
  std::optional<RiskRefusal> net_debit(const OrderRequest& order, Decimal& debit) const;
  Decimal reserve_of(const OrderLegs& legs, bool& undefined) const;
  void change_legs(std::uint64_t position, ContractId contract, std::int32_t quantity);
  void refresh(std::uint64_t position);

  RiskLimits limits_;
  InstrumentTable instruments_;
  LatestChains chains_;
  std::vector<Position> positions_;
  std::vector<Pending> pending_;
  Decimal cash_;
  bool feed_stale_ = false;
};

}  // namespace optix
