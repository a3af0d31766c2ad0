#pragma once
// The life of what is held: what expiry, exercise, assignment, dividends, splits and other corporate
// actions do to a book. Decides; the book applies the actions to its ledger, in order.
//
// It is told of everything that the market publishes (prices, dividends, settlement values, rates) and
// of holders' instructions, and is asked only when something may be due: on_snapshot() says so.
//
// When things happen, in this order:
//   at the first event of a session   what expired before it; then exercise and assignment decided on
//                                     the last quotes of the session before (clearing houses tell in
//                                     the morning), so that shares delivered are ex with the others
//   at the opening of an ex-date      splits and adjusted contracts, as their messages come
//   at its first snapshot             dividends on shares held before
//   at the first snapshot at or after a contract's settlement instant: its settlement, or, while its
//   value is known to be published later, waiting until the end of that session
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/contracts/instruments.hpp"
#include "core/portfolio/lifecycle/lifecycle_rules.hpp"
#include "core/portfolio/lifecycle/lifecycle_state.hpp"
#include "core/pricing/rate_curve.hpp"
#include "messages/market.hpp"
#include "messages/orders.hpp"
#include "messages/portfolio.hpp"
#include "messages/ref.hpp"

namespace optix {

// A holding as the lifecycle needs to see it.
struct LivingHolding {
  std::uint64_t position = 0;
  Contract terms;             // shares: see core/contracts/shares.hpp
  std::int64_t quantity = 0;  // contracts or shares, negative is short, never 0
};

struct LifecycleAction {
  enum Kind : std::uint8_t {
    settle,    // `quantity` contracts leave the book at `intrinsic` per share in cash (0: worthless)
    deliver,   // `quantity` contracts leave; `shares` of `security` come in at the strike; see below
    dividend,  // `cash` to (or from) the shares of the position
    split,     // shares or contracts `quantity` become `quantity_after` of `to`; `cash` in lieu of fractions
  };
  Kind kind = settle;
  std::uint64_t position = 0;
  ContractId contract = 0;
  Symbol underlying = {};     // whose shares when `contract` is shares_contract
  std::int64_t quantity = 0;  // signed as held
  SettlementCause cause = SettlementCause::expired;
  Decimal settlement_price = Decimal::none();
  Decimal intrinsic;  // USD per share
  bool estimated = false;
  // deliver: what the holder receives (+) or hands over (−), and the cash that moves against it:
  // `cash` = −strike × multiplier × contracts for an exercised call, plus cash parts of the deliverable.
  std::int64_t shares = 0;
  Symbol security = {};
  Decimal cash;
  // split
  ContractId to = 0;
  std::int64_t quantity_after = 0;
  // For people: the numbers that decided it.
  std::string reason = {};
};
using LifecycleActions = std::vector<LifecycleAction>;

class Lifecycle {
 public:
  explicit Lifecycle(LifecycleRules rules = {}) : rules_(rules) {}

  // ---- told -----------------------------------------------------------------------------------
  void on_underlying(const UnderlyingPrice& price);
  void on_dividend(const DividendNotice& notice);
  void on_settlement(const SettlementPublished& value);
  void on_rates(const RatesPublished& curve);
  // A contract that the book has come to hold; also after a split or a delivery, and again for every
  // fill: it costs a comparison.
  void on_held(const Contract& terms);

  // ---- asked ----------------------------------------------------------------------------------
  // `holdings`: all of the book, by position. Actions are appended; quantities in them follow from
  // those before them in the list. Throws std::runtime_error when a settlement value is missing for good: it names
  // contract, date and remedy.

  // Tells of a snapshot; true when due() must be called before anything is marked.
  bool on_snapshot(const MessageRef& snapshot);
  void due(std::span<const LivingHolding> holdings, LifecycleActions& out);
  // Shares, at the opening of the ex-date.
  void on_split(const SplitNotice& notice, std::span<const LivingHolding> holdings, LifecycleActions& out);
  // Contracts. Rows of a position come in an order in which none is moved twice.
  void on_adjusted(const ContractsAdjusted& adjusted, std::span<const LivingHolding> holdings, LifecycleActions& out);
  // Exercises now, or remembers the wish until expiration. Empty, or why nothing comes of it.
  std::string on_instruction(const ExerciseInstruction& instruction, std::span<const LivingHolding> holdings,
                             LifecycleActions& out);
  // The end of the data: what is past its settlement instant settles, or throws.
  void finish(std::span<const LivingHolding> holdings, LifecycleActions& out);

  // The latest price of an underlying, none before the first: what its shares are worth.
  Decimal price_of(Symbol underlying) const;
  // Zero rate for a time, of the latest curve, else that of the rules.
  double rate(double years) const;

  const LifecycleState& state() const { return state_; }
  void restore(LifecycleState state);

 private:
  class Work;  // one question: the holdings, kept up with the actions
  LivingMarket& market(Symbol underlying);
  const LivingMarket* find_market(Symbol underlying) const;
  void begin_session(Date session, Work& work);
  void end_of_past(Date session);
  void remember(const Work& work);
  void pay_dividends(Date session, Work& work);

  // expiry.cpp; `i`: which of the holdings; `final`: nothing is waited for any longer.
  void expire(std::size_t i, bool final, Work& work);
  std::optional<SettlementValue> value_of(const Contract& terms, bool final) const;
  Decimal exercise_amount(const Contract& terms, Decimal settlement) const;
  std::int64_t exercised_at_expiry(const LivingHolding& held, Decimal amount, bool in_shares);
  void exercise(const LivingHolding& held, std::int64_t quantity, SettlementValue value, bool early, std::string reason,
                Work& work) const;
  bool settles_in_shares(const Contract& terms) const;
  LivingDeliverable deliverable_of(const Contract& terms) const;

  // assignment.cpp
  void assign_early(Date session, Work& work);
  std::optional<std::string> why_assigned(const Contract& terms, const ChainSnapshot& close, Date session) const;
  std::int64_t part_assigned(const LivingHolding& held, Date session) const;

  LifecycleRules rules_;
  LifecycleState state_;
  Symbol asked_;                                            // underlying of the snapshot on_snapshot() was told of
  Date asked_session_;                                      // its session
  RateCurve curve_;                                         // of the state's rates
  Date next_ex_{std::numeric_limits<std::int32_t>::max()};  // earliest ex-date to come, of the state's dividends
};

}  // namespace optix
