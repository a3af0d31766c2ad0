#pragma once
// The exact ledger: cash, holdings per (position, contract) at average cost, marks, realised and
// unrealised profit. It knows nothing of messages on wires; `book.hpp` drives it. All sums are
// kept incrementally and checked against each other after every change.
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <vector>

#include "core/contracts/instruments.hpp"
#include "core/portfolio/marks.hpp"
#include "messages/portfolio.hpp"

namespace optix {

// One contract of one position. Amounts are USD; costs are signed (a short holding has a negative
// cost: money was received).
struct Holding {
  ContractId contract = 0;
  std::int32_t quantity = 0;  // held now, negative is short
  std::int32_t opened = 0;    // opened in all
  Decimal cost;               // of what is held
  Decimal opened_cost;        // of all that was opened
  Decimal closed_proceeds;    // of all that was closed or settled
  Decimal mark;               // USD per share
  bool stale = false;         // the mark is from an earlier snapshot, or the snapshot was stale

  // Derived, not state.
  Contract terms = {};
  std::uint32_t row_hint = 0;

  static constexpr auto fields() {
    using M = Holding;
    return std::tuple(field("contract", &M::contract, "contract id"), field("quantity", &M::quantity, "contracts held"),
                      field("opened", &M::opened, "contracts opened in all"),
                      field("cost", &M::cost, "of what is held, USD"),
                      field("opened_cost", &M::opened_cost, "of all opened, USD"),
                      field("closed_proceeds", &M::closed_proceeds, "of all closed, USD"),
                      field("mark", &M::mark, "USD per share"), field("stale", &M::stale, "mark is old"));
  }
  Decimal value() const { return mark * quantity * terms.multiplier; }
};

// A multi-leg position from its first fill on.
struct BookPosition {
  std::uint64_t id = 0;
  Timestamp opened;
  Date entry_session;
  bool exiting = false;                           // something was closed
  TradeReason exit_reason = TradeReason::manual;  // of the first closing
  bool estimated = false;
  Decimal fees;
  Decimal worst;  // open profit after fees at a mark, at most 0
  Decimal best;   // at least 0
  boost::container::small_vector<Holding, 4> legs;

  static constexpr auto fields() {
    using M = BookPosition;
    return std::tuple(field("id", &M::id, "position id"), field("opened", &M::opened, "first fill"),
                      field("entry_session", &M::entry_session, "session of the first fill"),
                      field("exiting", &M::exiting, "something was closed"),
                      field("exit_reason", &M::exit_reason, "of the first closing"),
                      field("estimated", &M::estimated, "a settlement price was substituted"),
                      field("fees", &M::fees, "USD"), field("worst", &M::worst, "lowest open profit, USD"),
                      field("best", &M::best, "highest open profit, USD"), field("legs", &M::legs, "holdings"));
  }
  // Profit so far at the current marks, after fees paid so far, USD.
  Decimal profit() const;
  bool flat() const;
};

class Ledger {
 public:
  struct State {
    std::vector<BookPosition> positions;  // by id
    Decimal cash, deposits, traded, settled, fees, realised, market_value, cost, closed_profit;
    static constexpr auto fields() {
      using M = State;
      return std::tuple(field("positions", &M::positions, "open positions by id"), field("cash", &M::cash, "USD"),
                        field("deposits", &M::deposits, "USD"), field("traded", &M::traded, "cash flow of trades, USD"),
                        field("settled", &M::settled, "cash flow of settlements, USD"),
                        field("fees", &M::fees, "paid, USD"), field("realised", &M::realised, "before fees, USD"),
                        field("market_value", &M::market_value, "USD"), field("cost", &M::cost, "of holdings, USD"),
                        field("closed_profit", &M::closed_profit, "profit of closed positions after fees, USD"));
    }
  };

  void deposit(Decimal amount);
  void pay_fees(BookPosition& position, Decimal amount);
  // The position with this id, made when there is none.
  BookPosition& position(std::uint64_t id);

  struct Change {
    Decimal cash;               // received, USD
    Decimal realised;           // before fees, USD
    std::int32_t quantity = 0;  // held afterwards
    Decimal cost;               // of what is held afterwards
  };
  // Buys (quantity > 0) or sells at `price` per share. A trade through zero closes, then opens.
  Change trade(BookPosition& position, const Contract& contract, std::int32_t quantity, Decimal price);
  // Takes the whole holding out at `value` per share.
  Change settle(Holding& holding, Decimal value);
  // Sets the mark; the market value follows.
  void mark(Holding& holding, Decimal price);
  // Removes a flat position. Its profit joins the closed profits.
  void close(std::uint64_t id);

  std::vector<BookPosition>& positions() { return state_.positions; }
  const State& state() const { return state_; }
  Decimal equity() const { return state_.cash + state_.market_value; }
  Decimal unrealised() const { return state_.market_value - state_.cost; }

  // Sums against each other, O(1): cash = deposits + flows − fees; equity − deposits = realised +
  // unrealised − fees. Throws std::logic_error with the numbers.
  void check() const;
  // check(), and every sum recomputed from the holdings: market value, cost, and profit of closed
  // and open positions = equity − deposits.
  void audit() const;
  // Puts a saved state back; terms come from the table.
  void restore(State state, const InstrumentTable& instruments);

 private:
  Change close_some(Holding& holding, std::int32_t quantity, Decimal price);
  State state_;
};

}  // namespace optix
