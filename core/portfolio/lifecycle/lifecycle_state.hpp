#pragma once
// What a Lifecycle remembers: node state of the book.
#include <cstdint>
#include <limits>
#include <vector>

#include "core/portfolio/lifecycle/settlement.hpp"
#include "messages/market.hpp"
#include "messages/orders.hpp"
#include "messages/ref.hpp"

namespace optix {

// An underlying: its prices, and, when early exercise depends on them, its quotes.
struct LivingMarket {
  UnderlyingPath path;
  MessageRef latest;  // ChainSnapshot, or empty
  MessageRef close;   // last of the session before that of `latest`, until it was looked at

  static constexpr auto fields() {
    using M = LivingMarket;
    return std::tuple(field("path", &M::path, "prices of the latest sessions"),
                      field("latest", &M::latest, "latest chain"),
                      field("close", &M::close, "last chain of the session before, until it was looked at"));
  }
};

struct KnownDividend {
  Symbol underlying;
  DividendType type = DividendType::ordinary;
  Date ex;
  Decimal amount;
  bool passed = false;

  static constexpr auto fields() {
    using M = KnownDividend;
    return std::tuple(field("underlying", &M::underlying, "symbol"), field("type", &M::type, "ordinary or special"),
                      field("ex", &M::ex, "ex-date"), field("amount", &M::amount, "USD per share"),
                      field("passed", &M::passed, "its ex-date has begun"));
  }
};

struct KnownSettlement {
  Symbol symbol;
  Date date;
  Decimal value;  // none: only announced

  static constexpr auto fields() {
    using M = KnownSettlement;
    return std::tuple(field("symbol", &M::symbol, "settlement value symbol"), field("date", &M::date, "session"),
                      field("value", &M::value, "USD, or index points; none: values will be published"));
  }
};

// What one adjusted contract delivers.
struct LivingDeliverable {
  ContractId contract = 0;
  Symbol security;
  Decimal shares;
  Decimal cash;

  static constexpr auto fields() {
    using M = LivingDeliverable;
    return std::tuple(field("contract", &M::contract, "contract id"), field("security", &M::security, "symbol"),
                      field("shares", &M::shares, "of it, per contract"), field("cash", &M::cash, "USD beside them"));
  }
};

// A holder's instruction for the expiration of a long option.
struct HolderWish {
  std::uint64_t position = 0;
  ContractId contract = 0;
  std::int64_t exercise = 0;
  std::int64_t leave = 0;

  static constexpr auto fields() {
    using M = HolderWish;
    return std::tuple(field("position", &M::position, "position id"), field("contract", &M::contract, "contract id"),
                      field("exercise", &M::exercise, "contracts to exercise whatever the price"),
                      field("leave", &M::leave, "contracts not to exercise"));
  }
};

struct LifecycleState {
  std::vector<LivingMarket> markets;
  std::vector<KnownDividend> dividends;         // by ex-date, then underlying and type
  std::vector<KnownSettlement> settlements;     // in the order of publication, recent ones
  std::vector<LivingDeliverable> deliverables;  // by contract
  std::vector<HolderWish> wishes;
  std::vector<double> rate_years, rates;
  Date session;  // has begun
  Date quoted;   // of the latest snapshot
  Timestamp time;
  Timestamp next_due = {std::numeric_limits<std::int64_t>::max()};
  bool american_short = false;

  static constexpr auto fields() {
    using M = LifecycleState;
    return std::tuple(
        field("markets", &M::markets, "one per underlying"), field("dividends", &M::dividends, "known dividends"),
        field("settlements", &M::settlements, "published settlement values"),
        field("deliverables", &M::deliverables, "of adjusted contracts"),
        field("wishes", &M::wishes, "instructions of holders"),
        field("rate_years", &M::rate_years, "latest curve: times, years"),
        field("rates", &M::rates, "latest curve: zero rates"), field("session", &M::session, "session that has begun"),
        field("quoted", &M::quoted, "session of the latest snapshot"), field("time", &M::time, "market time"),
        field("next_due", &M::next_due, "earliest settlement instant of what is held"),
        field("american_short", &M::american_short, "american options are held that may be short"));
  }
};

}  // namespace optix
