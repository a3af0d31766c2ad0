#pragma once
// What risk knows of positions, cash and orders on their way: kept from fills, settlements and reports
// alone, so that an order sent in the instant of a fill is judged after that fill. The book's word is
// only needed for what does not pass through orders: deposits, dividends, interest, corporate actions.
//
// An order counts as on its way, with what it has left to trade, from its approval until a report ends it.
// A time-out ends nothing: an unknown order stays counted until the venue says what became of it.
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/contracts/instruments.hpp"
#include "core/contracts/latest_chains.hpp"
#include "messages/orders.hpp"
#include "messages/portfolio.hpp"

namespace optix {

// One contract (or the shares of one underlying) of one position, with the last figures seen of it.
struct RiskLeg {
  ContractId contract = 0;
  Symbol underlying;          // of shares; empty for options
  std::int64_t quantity = 0;  // negative is short
  Decimal cost;               // of what is held, USD, signed
  Decimal mark = Decimal::none();
  double iv = std::numeric_limits<double>::quiet_NaN();
  double delta = std::numeric_limits<double>::quiet_NaN();
  double gamma = std::numeric_limits<double>::quiet_NaN();

  // Derived, not state.
  Contract terms = {};
  std::uint32_t row = 0;

  static constexpr auto fields() {
    using M = RiskLeg;
    return std::tuple(field("contract", &M::contract, "contract id; 4294967295 for shares of `underlying`"),
                      field("underlying", &M::underlying, "whose shares; empty for options"),
                      field("quantity", &M::quantity, "held"), field("cost", &M::cost, "of what is held, USD"),
                      field("mark", &M::mark, "last price seen, USD per share"),
                      field("iv", &M::iv, "last implied volatility"), field("delta", &M::delta, "last delta"),
                      field("gamma", &M::gamma, "last gamma"));
  }
};
using RiskLegs = boost::container::small_vector<RiskLeg, 4>;

struct RiskPosition {
  std::uint64_t id = 0;
  std::uint64_t owner = 0;  // rank of the node whose order opened it
  RiskLegs legs;
  static constexpr auto fields() {
    using M = RiskPosition;
    return std::tuple(field("id", &M::id, "position id"), field("owner", &M::owner, "rank of the strategy"),
                      field("legs", &M::legs, "contracts held"));
  }
};

struct PendingOrder {
  OrderRequest request;     // as approved, with the price of its last replacement
  OrderLegs legs;           // still to trade
  Decimal required_left;    // buying power that what is left takes, USD
  Decimal initial_left;     // requirement that it adds, USD
  bool answered = false;    // the venue works it, or has filled a part
  bool unknown = false;     // timed out
  bool cancelling = false;  // risk asked the venue to take it back

  static constexpr auto fields() {
    using M = PendingOrder;
    return std::tuple(
        field("request", &M::request, "as approved or replaced"), field("legs", &M::legs, "still to trade"),
        field("required_left", &M::required_left, "buying power for what is left, USD"),
        field("initial_left", &M::initial_left, "requirement of what is left, USD"),
        field("answered", &M::answered, "accepted or partly filled"), field("unknown", &M::unknown, "timed out"),
        field("cancelling", &M::cancelling, "risk took it back"));
  }
  void traded(const Fill& fill);
  // Its legs if its size were `units` of the combo in all.
  OrderLegs legs_at(std::int64_t units) const;
  // Takes that size, and the prices that are not none.
  void resize(std::int64_t units, Decimal limit, Decimal stop, Decimal trail);
};

// The node that gave out an order id.
constexpr std::uint64_t owner_of(std::uint64_t order) { return order >> 40; }

class RiskHoldings {
 public:
  void on_instruments(const MessageRef& batch) { instruments_.add(batch); }
  void on_snapshot(const MessageRef& snapshot) { chains_.update(snapshot); }
  void on_fill(const Fill& fill);
  void on_settled(const ContractSettled& settled);
  void on_adjusted(const HoldingAdjusted& adjusted);
  void on_cash(const CashChanged& cash);
  // Acceptances, rejections, cancellations, replacements, time-outs and answers to queries.
  void on_report(const MessageRef& report);

  // Counts an order as on its way.
  void approve(const OrderRequest& order, Decimal required, Decimal initial);
  void gone(std::uint64_t order);
  PendingOrder* pending(std::uint64_t order);
  const RiskPosition* position(std::uint64_t id) const;

  // Looks every held contract up in the latest chains: mark (middle, or the side that is there), implied
  // volatility and greeks. What is not quoted keeps its last figures.
  void refresh_figures();
  // The same for one leg, by its place.
  const RiskLeg& refresh(std::size_t position, std::size_t leg);
  // The figures of one contract or share now; a leg of `quantity`.
  RiskLeg look_up(ContractId contract, Symbol underlying, std::int64_t quantity) const;

  const std::vector<RiskPosition>& positions() const { return state_.positions; }
  const std::vector<PendingOrder>& orders() const { return state_.orders; }
  std::vector<PendingOrder>& orders() { return state_.orders; }
  const InstrumentTable& instruments() const { return instruments_; }
  const LatestChains& chains() const { return chains_; }
  Decimal cash() const { return state_.cash; }
  // Changes with every change of what is held.
  std::uint64_t version() const { return state_.version; }

  struct State {
    std::vector<MessageRef> instruments;
    std::vector<MessageRef> snapshots;
    std::vector<RiskPosition> positions;  // in order of opening
    std::vector<PendingOrder> orders;     // in order of approval
    Decimal cash;
    std::uint64_t version = 0;
    static constexpr auto fields() {
      using M = State;
      return std::tuple(field("instruments", &M::instruments, "instrument batches"),
                        field("snapshots", &M::snapshots, "latest snapshot of each underlying"),
                        field("positions", &M::positions, "open positions"),
                        field("orders", &M::orders, "orders on their way"), field("cash", &M::cash, "USD"),
                        field("version", &M::version, "changes of what is held"));
    }
  };
  State state() const;
  void restore(State state);

 private:
  void change(std::uint64_t position, std::uint64_t owner, ContractId contract, Symbol underlying,
              std::int64_t quantity, Decimal amount);
  void drop_empty(std::uint64_t position);
  void look_up(RiskLeg& leg) const;

  InstrumentTable instruments_;
  LatestChains chains_;
  State state_;  // `instruments` and `snapshots` are filled only while saving
};

}  // namespace optix
