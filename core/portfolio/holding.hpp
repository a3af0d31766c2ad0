#pragma once
// What a position holds: contracts or shares at cost, their marks, their tax lots. Amounts are USD;
// costs are signed: a short holding has a negative cost, money was received.
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <vector>

#include "core/contracts/shares.hpp"
#include "messages/portfolio.hpp"

namespace optix {

// What was opened at one moment and is still held.
struct Lot {
  std::int64_t number = 0;  // 1, 2, … within the holding
  Timestamp opened;
  std::int64_t quantity = 0;  // never 0, all lots of a holding on one side
  Decimal cost;

  static constexpr auto fields() {
    using M = Lot;
    return std::tuple(field("number", &M::number, "1, 2, ... within the holding"),
                      field("opened", &M::opened, "when, UTC ns"),
                      field("quantity", &M::quantity, "still held; negative is short"),
                      field("cost", &M::cost, "of what is held, USD, signed"));
  }
};

// One contract, or the shares of one underlying, of one position.
struct Holding {
  // What every snapshot reads and writes comes first: one cache line.
  ContractId contract = 0;
  std::uint32_t row_hint = 0;  // derived: where the last snapshot quoted it
  Symbol market;               // derived: whose snapshots mark it
  std::int64_t units = 0;      // derived: quantity × multiplier
  Decimal mark;                // USD per share
  Decimal value;               // mark × units, exact; a corporate action carries it over as it was
  Decimal touch;               // USD per share it could be liquidated at
  Decimal mid;                 // USD per share
  bool stale = false;          // the mark is from an earlier snapshot, or the snapshot was stale

  std::int64_t quantity = 0;  // held now, negative is short
  std::int64_t opened = 0;    // opened in all
  Decimal cost;               // of what is held
  Decimal opened_cost;        // of all that was opened
  Decimal closed_proceeds;    // of all that was closed or settled
  Symbol underlying;          // whose shares; empty for options
  bool carried = false;       // value was carried over a corporate action: the mark is its rounded quotient
  double vol = 0;             // last implied volatility seen, 0: none
  std::int64_t last_lot = 0;  // number of the newest lot
  std::vector<Lot> lots;      // oldest first; none with average cost
  Contract terms = {};        // derived

  static constexpr auto fields() {
    using M = Holding;
    return std::tuple(
        field("contract", &M::contract, "contract id; 4294967295 for shares"), field("mark", &M::mark, "USD per share"),
        field("value", &M::value, "USD"), field("touch", &M::touch, "liquidation price, USD per share"),
        field("mid", &M::mid, "middle of bid and ask, USD per share"), field("stale", &M::stale, "mark is old"),
        field("quantity", &M::quantity, "contracts or shares held"), field("opened", &M::opened, "opened in all"),
        field("cost", &M::cost, "of what is held, USD"), field("opened_cost", &M::opened_cost, "of all opened, USD"),
        field("closed_proceeds", &M::closed_proceeds, "of all closed, USD"),
        field("underlying", &M::underlying, "whose shares; empty for options"),
        field("carried", &M::carried, "value was carried over a corporate action"),
        field("vol", &M::vol, "last implied volatility seen, 0: none"),
        field("last_lot", &M::last_lot, "number of the newest lot"), field("lots", &M::lots, "oldest first"));
  }
  bool shares() const { return is_shares(contract); }
};

// A multi-leg position from its first fill on.
struct BookPosition {
  std::uint64_t id = 0;
  Decimal flows;  // all cash it moved: legs, fees, income
  Decimal worst;  // open profit after fees at a mark, at most 0
  Decimal best;   // at least 0
  Timestamp opened;
  Date entry_session;
  bool exiting = false;                           // something was closed
  TradeReason exit_reason = TradeReason::manual;  // of the first closing
  bool estimated = false;
  Decimal fees;
  Decimal income;      // dividends less borrow cost
  Decimal over_touch;  // what its fills brought more than fills at the touch would have; negative: less
  Decimal over_mid;    // the same against mid
  boost::container::small_vector<Holding, 4> legs;

  static constexpr auto fields() {
    using M = BookPosition;
    return std::tuple(field("id", &M::id, "position id"), field("flows", &M::flows, "all cash it moved, USD"),
                      field("worst", &M::worst, "lowest open profit, USD"),
                      field("best", &M::best, "highest open profit, USD"), field("opened", &M::opened, "first fill"),
                      field("entry_session", &M::entry_session, "of the first fill"),
                      field("exiting", &M::exiting, "something was closed"),
                      field("exit_reason", &M::exit_reason, "of the first closing"),
                      field("estimated", &M::estimated, "a settlement price was substituted"),
                      field("fees", &M::fees, "USD"), field("income", &M::income, "dividends less borrow cost, USD"),
                      field("over_touch", &M::over_touch, "cash of its fills less the same at the touch, USD"),
                      field("over_mid", &M::over_mid, "cash of its fills less the same at mid, USD"),
                      field("legs", &M::legs, "holdings"));
  }
  // Profit so far at the current marks, after fees paid so far, USD.
  Decimal profit() const {
    Decimal sum = flows;
    for (const Holding& leg : legs) sum += leg.value;
    return sum;
  }
  bool flat() const {
    for (const Holding& leg : legs)
      if (leg.quantity != 0) return false;
    return true;
  }
  // nullptr when it never held that; `underlying` is compared for shares only.
  Holding* find(ContractId contract, Symbol underlying) {
    for (Holding& leg : legs)
      if (leg.contract == contract && (!is_shares(contract) || leg.underlying == underlying)) return &leg;
    return nullptr;
  }
};

}  // namespace optix
