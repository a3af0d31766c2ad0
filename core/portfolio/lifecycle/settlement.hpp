#pragma once
// What an expiring contract settles at.
//
// A published value of the product (SET for SPX, core/contracts/products.hpp) goes before everything.
// Without one:
// pm: the underlying's last price of the settlement session that was seen by then.
// am: the product's own opening value is not in option chains; a substitute must be chosen on purpose.
// Nothing found is an error that says what to configure, never 0 and never a guess.
#include <optional>
#include <string>

#include "core/contracts/instruments.hpp"

namespace optix {

enum class AmSettlement : std::uint8_t {
  error,
  prior_close,  // last price of the session before expiration
  first_price,  // first price seen in the expiration session: near the opening print in intraday data only
};
constexpr auto enum_names(AmSettlement) {
  return std::to_array<std::string_view>({"error", "prior_close", "first_price"});
}

enum class MissingSettlement : std::uint8_t {
  error,
  last_price,  // last price seen before expiration
};
constexpr auto enum_names(MissingSettlement) { return std::to_array<std::string_view>({"error", "last_price"}); }

// Prices of one underlying in its three latest sessions.
struct UnderlyingPath {
  Symbol underlying;
  Date session;
  Decimal first = Decimal::none();
  Decimal last = Decimal::none();
  Date prior_session;
  Decimal prior_first = Decimal::none();
  Decimal prior_last = Decimal::none();
  Date older_session;
  Decimal older_last = Decimal::none();

  static constexpr auto fields() {
    using M = UnderlyingPath;
    return std::tuple(field("underlying", &M::underlying, "symbol"), field("session", &M::session, "latest session"),
                      field("first", &M::first, "its first price, USD"), field("last", &M::last, "its last price, USD"),
                      field("prior_session", &M::prior_session, "session before"),
                      field("prior_first", &M::prior_first, "its first price, USD; none when there was none"),
                      field("prior_last", &M::prior_last, "its last price, USD"),
                      field("older_session", &M::older_session, "session before that"),
                      field("older_last", &M::older_last, "its last price, USD; none when there was none"));
  }
  // Prices come in time order; one from an earlier session is ignored.
  void observe(Date at_session, Decimal price);
};

struct SettlementRules {
  AmSettlement am = AmSettlement::error;
  MissingSettlement missing = MissingSettlement::error;
};

struct SettlementValue {
  Decimal price;
  bool estimated = false;  // a configured substitute
};

// The New York date on which a contract's settlement value is fixed.
Date settlement_session(const Contract& contract);

// The settlement value of a contract that is due and whose own value was not published. Throws
// std::runtime_error naming the contract, its date, what the data holds, and the parameter to set.
SettlementValue settlement_value(const Contract& contract, const UnderlyingPath& path, const SettlementRules& rules);

// Contracts at least this far in the money at expiry are exercised, USD per share (OCC Rule 805,
// customers): 0.25 until the expiration of 2006-10-21, from there on 0.05, from that of 2008-06-21 on 0.01.
Decimal exercise_threshold(Date expiration);
// Exercise value per share, 0 below the threshold. Exact: no tolerance.
Decimal exercise_value(const Contract& contract, Decimal settlement_price);

}  // namespace optix
