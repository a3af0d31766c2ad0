#pragma once
// The exact ledger: double entry over the accounts of LedgerAccount, holdings per (position, contract or
// shares), tax lots, marks, realised and unrealised profit. It knows nothing of messages on wires;
// `book.hpp` drives it.
//
// Every change posts one entry whose postings sum to zero (debits positive). Balances of the accounts
// are kept from the postings alone, the sums that reports show from the changes; check() compares the
// two. docs/accounting.md has the entries of every event.
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/contracts/instruments.hpp"
#include "core/portfolio/lots.hpp"
#include "core/portfolio/marks.hpp"
#include "messages/portfolio.hpp"

namespace optix {

class Ledger {
 public:
  // Everything is USD. cash = deposits + traded + settled + delivered + dividends + interest − borrow − fees.
  struct State {
    std::vector<BookPosition> positions;  // by id
    Decimal cash, deposits, traded, settled, delivered, dividends, interest, borrow, fees;
    Decimal realised, market_value, liquidation_value, mid_value, cost, closed_profit;
    std::vector<Decimal> accounts = std::vector<Decimal>(enum_names(LedgerAccount{}).size());
    std::uint64_t entries = 0;
    static constexpr auto fields() {
      using M = State;
      return std::tuple(field("positions", &M::positions, "open positions by id"), field("cash", &M::cash, "USD"),
                        field("deposits", &M::deposits, "USD"), field("traded", &M::traded, "cash flow of trades, USD"),
                        field("settled", &M::settled, "cash flow of settlements and of cash in lieu, USD"),
                        field("delivered", &M::delivered, "cash flow of shares against strikes, USD"),
                        field("dividends", &M::dividends, "received less paid, USD"),
                        field("interest", &M::interest, "received less paid, USD"),
                        field("borrow", &M::borrow, "paid for borrowed shares, USD"),
                        field("fees", &M::fees, "paid, USD"), field("realised", &M::realised, "before fees, USD"),
                        field("market_value", &M::market_value, "USD"),
                        field("liquidation_value", &M::liquidation_value, "at the touch, USD"),
                        field("mid_value", &M::mid_value, "at mid, USD"), field("cost", &M::cost, "of holdings, USD"),
                        field("closed_profit", &M::closed_profit, "profit of closed positions after fees, USD"),
                        field("accounts", &M::accounts, "balance of each account from its postings, USD"),
                        field("entries", &M::entries, "entries posted so far"));
    }
  };

  struct Change {
    Decimal cash;               // received, USD
    Decimal realised;           // before fees, USD
    Decimal realised_shares;    // deliver: by the shares
    std::int64_t quantity = 0;  // held afterwards
    Decimal cost;               // of what is held afterwards
  };

  // Open holdings, recounted.
  struct Counts {
    std::int32_t positions = 0;
    std::int32_t contracts = 0;  // sum of absolute contracts; shares are not contracts
    std::int32_t holdings = 0;   // contracts and shares
    std::int32_t shares = 0;     // holdings that are shares
    std::int32_t stale = 0;      // holdings with a stale mark
  };

  explicit Ledger(LotRules lots = {}, bool record = false) : lots_(std::move(lots)), record_(record) {}

  // Market time of what is posted from now on.
  void at(Timestamp time, Date session) {
    time_ = time;
    session_ = session;
  }

  void deposit(Decimal amount);
  void pay_fees(BookPosition& position, Decimal amount);
  // Interest on cash: received when positive, paid when negative.
  void interest(Decimal amount);
  // Dividend on the shares of a position: positive received, negative owed on short shares. nullptr:
  // the position has ended since.
  void dividend(BookPosition* position, Decimal amount);
  // Cost of borrowed shares, ≥ 0.
  void pay_borrow(BookPosition& position, Decimal amount);

  // The position with this id, made when there is none.
  BookPosition& position(std::uint64_t id);
  // nullptr when there is none.
  BookPosition* find(std::uint64_t id);

  // Buys (quantity > 0) or sells at `price` per share. A trade through zero closes, then opens.
  Change trade(BookPosition& position, const Contract& contract, std::int64_t quantity, Decimal price);
  // Takes `quantity` (signed as held) out at `value` per share, in cash.
  Change settle(BookPosition& position, Holding& holding, std::int64_t quantity, Decimal value);
  // Physical delivery: `quantity` contracts (signed as held; 0 for a further security of the same
  // deliverable) leave at nothing, so that their premium is realised; `shares` of `security` come in
  // (positive) or go out against `cash`. Shares that come in cost what was paid. Without shares the
  // contracts leave at `cash`. The returned change is that of the contracts; cash is all of it. A share
  // holding that is new is marked at `share_price`.
  Change deliver(BookPosition& position, Holding* holding, std::int64_t quantity, Symbol security, std::int64_t shares,
                 Decimal cash, Decimal share_price);
  // A corporate action: the whole holding becomes `quantity` of `to` (which may be the same). Cost and
  // value are carried over, less `cash` in lieu of fractions, which is a return of cost; when nothing is
  // left it realises cash − cost.
  Change convert(BookPosition& position, Holding& holding, const Contract& to, std::int64_t quantity, Decimal cash);

  // Sets the three prices of a holding; the sums follow, cash does not.
  void mark(Holding& holding, Decimal price, TouchAndMid prices) {
    if (price == holding.mark && prices.touch == holding.touch && prices.mid == holding.mid && !holding.carried) return;
    const Decimal value = price * holding.units;
    state_.market_value += value - holding.value;
    state_.liquidation_value += (prices.touch - holding.touch) * holding.units;
    state_.mid_value += (prices.mid - holding.mid) * holding.units;
    holding.mark = price;
    holding.value = value;
    holding.touch = prices.touch;
    holding.mid = prices.mid;
    holding.carried = false;
  }
  void mark(Holding& holding, Decimal price) { mark(holding, price, {price, price}); }
  // Removes a flat position. Its profit joins the closed profits.
  void close(std::uint64_t id);

  std::vector<BookPosition>& positions() { return state_.positions; }
  const std::vector<BookPosition>& positions() const { return state_.positions; }
  const State& state() const { return state_; }
  Decimal equity() const { return state_.cash + state_.market_value; }
  Decimal unrealised() const { return state_.market_value - state_.cost; }
  Decimal income() const { return state_.dividends + state_.interest - state_.borrow; }
  Decimal balance(LedgerAccount account) const { return state_.accounts[static_cast<std::size_t>(account)]; }

  // Entries and closed lots since the last call; none unless `record`.
  std::vector<LedgerEntry> take_entries() { return std::move(entries_); }
  std::vector<LotClosed> take_closed_lots() { return std::move(closed_lots_); }
  bool anything_recorded() const { return !entries_.empty() || !closed_lots_.empty(); }

  // The invariants that sums can show, O(1); throws std::logic_error with the numbers:
  // the accounts sum to zero and agree with cash, cost, realised, fees and income; cash is the sum of its
  // flows; equity − deposits = realised + unrealised + income − fees; at the touch no more than at mid.
  void check() const;
  // check(), and every sum recomputed from the holdings: values, cost, lots, profit of closed and open
  // positions = equity − deposits + positions' share of income; nothing held ⇒ equity = cash.
  Counts audit() const;
  Counts count() const;
  // Puts a saved state back; terms come from the table.
  void restore(State state, const InstrumentTable& instruments);

 private:
  // Those of one entry while it is put together: at most cash, two holdings and a profit of each.
  class Postings {
   public:
    void add(const Posting& posting) { postings_.at(count_++) = posting; }
    std::span<const Posting> list() const { return {postings_.data(), count_}; }

   private:
    std::array<Posting, 5> postings_{};
    std::size_t count_ = 0;
  };
  Holding& holding_of(BookPosition& position, const Contract& contract, Decimal mark);
  // Changes a holding by `quantity` against `amount` of cash received; adds its postings.
  Change exchange(BookPosition& position, Holding& holding, std::int64_t quantity, Decimal amount, Postings& postings);
  Decimal release(BookPosition& position, Holding& holding, std::int64_t quantity, Decimal proceeds);
  void revalue(Holding& holding);
  void move_cash(CashCause cause, BookPosition* position, Decimal amount);
  void carry_value(const Holding& from, Holding& to, Decimal cash);
  void post(CashCause cause, std::uint64_t position, const Postings& postings);
  void post_pair(CashCause cause, std::uint64_t position, Decimal cash, LedgerAccount against);

  LotRules lots_;
  bool record_;
  Timestamp time_;
  Date session_;
  State state_;
  std::vector<LedgerEntry> entries_;
  std::vector<LotClosed> closed_lots_;
};

}  // namespace optix
