#pragma once
// Margin as risk needs it: of everything held (core/margin), and what an order would take.
//
// Computing a requirement costs microseconds, so it is done when something asks: an order, a change of
// what is held, the session or snapshot if so wished. In between a bound is enough to know that there is
// no margin call: what the maintenance requirement is when every position is paired by itself, defined
// risk at its largest loss and every other short alone. The requirement, a minimum over pairings, is
// never above it.
#include <optional>
#include <vector>

#include "core/execution/risk/holdings.hpp"
#include "core/margin/account_margin.hpp"
#include "core/margin/liquidation.hpp"

namespace optix {

enum class MarginEvery : std::uint8_t { order, session, snapshot };
constexpr auto enum_names(MarginEvery) { return std::to_array<std::string_view>({"order", "session", "snapshot"}); }

enum class CallAction : std::uint8_t { report, liquidate };
constexpr auto enum_names(CallAction) { return std::to_array<std::string_view>({"report", "liquidate"}); }

// What the user says of an underlying, in place of the table in core/margin/margin_class.hpp.
struct MarginOverride {
  Symbol symbol;
  std::optional<MarginClass> margin_class;
  std::optional<ScanRange> scan;
  std::optional<Decimal> leverage;
};

struct MarginRules {
  std::optional<AccountKind> account = AccountKind::reg_t;  // nullopt: no margin rule, see reserve.hpp
  MarginEvery every = MarginEvery::order;
  CallAction action = CallAction::report;
  LiquidationPolicy policy = LiquidationPolicy::cheapest_first;
  std::vector<MarginOverride> overrides;
  double rate = 0;  // continuous per year: portfolio scan, vega and theta
};

// What an opening order takes.
struct OrderMargin {
  Decimal required;  // out of buying power, USD; negative: it frees some
  Decimal initial;   // change of the requirement, USD
  Decimal debit;     // net debit, USD
  bool permitted = true;
};

class MarginDesk {
 public:
  explicit MarginDesk(MarginRules rules) : rules_(std::move(rules)) {}
  const MarginRules& rules() const { return rules_; }

  // Of everything held, at the figures that it was last looked up with; rules().account must be set.
  AccountMargin account(const RiskHoldings& holdings);
  // The initial charge of one underlying; `extra` counts as held too.
  Decimal initial_of(const RiskHoldings& holdings, Symbol underlying, std::span<const RiskLeg> extra);
  // The same of every underlying, summed.
  Decimal initial_of_all(const RiskHoldings& holdings, std::span<const RiskLeg> extra);
  OrderMargin order(const RiskHoldings& holdings, std::span<const RiskLeg> legs, Decimal debit);
  // The excess is at least this, USD; NaN: only the full computation can say. Looks up the marks it needs.
  double excess_bound(RiskHoldings& holdings);

  MarginUnderlying underlying(Symbol symbol, const RiskHoldings& holdings) const;
  MarginLeg margin_leg(const RiskLeg& leg, const RiskHoldings& holdings) const;

 private:
  std::vector<UnderlyingHoldings> by_underlying(const RiskHoldings& holdings) const;
  UnderlyingHoldings on(Symbol underlying, const RiskHoldings& holdings) const;
  void rebuild_bound(const RiskHoldings& holdings);

  // A short option that nothing is taken to cover.
  struct Naked {
    std::size_t position, leg;  // indices into the holdings
    double rate, minimum;       // shares of the price; the minimum of the strike for puts
  };
  MarginRules rules_;
  MarginCache cache_;  // holds nothing that cannot be computed again
  std::uint64_t bound_version_ = ~std::uint64_t{0};
  bool bounded_ = false;
  double defined_ = 0;
  std::vector<Naked> naked_;
};

// The session and instant of the latest snapshot of any underlying.
struct MarketMoment {
  Date session;
  Timestamp time;
};
MarketMoment latest_moment(const LatestChains& chains);

}  // namespace optix
