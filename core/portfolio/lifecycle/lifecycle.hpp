#pragma once
// The life of what is held: what expiry, exercise, assignment, dividends, splits and other corporate
// actions do to a book. Decides; the book applies the actions to its ledger, in order.
//
// It is told of everything that the market publishes (dividends, splits, adjusted contracts,
// settlement values, rates) and of holders' instructions, and is asked at every snapshot and every
// opening what is due.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/contracts/instruments.hpp"
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
};

}  // namespace optix
