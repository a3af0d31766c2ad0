#include "core/portfolio/lifecycle/settlement.hpp"

#include <stdexcept>

#include "core/time/calendar.hpp"

namespace optix {

void UnderlyingPath::observe(Date at_session, Decimal price) {
  if (price.is_none()) return;
  if (last.is_none() || at_session > session) {
    if (!last.is_none()) {
      older_session = prior_session;
      older_last = prior_last;
      prior_session = session;
      prior_first = first;
      prior_last = last;
    }
    session = at_session;
    first = price;
  } else if (at_session < session) {
    return;
  }
  last = price;
}

namespace {

// The last price strictly before the expiration session, or none.
Decimal price_before(const UnderlyingPath& path, Date expiration) {
  if (!path.last.is_none() && path.session < expiration) return path.last;
  if (!path.prior_last.is_none() && path.prior_session < expiration) return path.prior_last;
  if (!path.older_last.is_none() && path.older_session < expiration) return path.older_last;
  return Decimal::none();
}

[[noreturn]] void fail(const Contract& contract, const UnderlyingPath& path, const std::string& missing,
                       const std::string& hint) {
  std::string seen = "no price of " + contract.underlying.to_string() + " was seen";
  if (!path.last.is_none()) {
    seen = "latest sessions seen: ";
    if (!path.prior_last.is_none())
      seen += path.prior_session.to_string() + " at " + path.prior_last.to_string() + ", ";
    seen += path.session.to_string() + " at " + path.last.to_string();
  }
  throw std::runtime_error("cannot settle " + describe(contract) + ", due " + contract.settles.to_string() + ": " +
                           missing + " (" + seen + "). " + hint);
}

}  // namespace

Date settlement_session(const Contract& contract) {
  return calendar_covers(Date::of(contract.settles)) ? new_york_date(contract.settles) : contract.expiration;
}

SettlementValue settlement_value(const Contract& contract, const UnderlyingPath& path, const SettlementRules& rules) {
  const Date expiration = settlement_session(contract);
  if (contract.settlement == Settlement::am) {
    if (rules.am == AmSettlement::prior_close) {
      const Decimal price = price_before(path, expiration);
      if (!price.is_none()) return {price, true};
    }
    if (rules.am == AmSettlement::first_price) {
      if (!path.last.is_none() && path.session == expiration) return {path.first, true};
      if (!path.prior_last.is_none() && path.prior_session == expiration) return {path.prior_first, true};
    }
    if (rules.am == AmSettlement::error)
      fail(contract, path,
           "it settles on the opening of " + expiration.to_string() +
               " and the data has no settlement value for that day",
           "Import the values (`optix data import --events`), trade PM-settled roots, exit before expiration, or set "
           "`am_settlement: prior_close` on portfolio.book.");
  } else {
    if (!path.last.is_none() && path.session == expiration) return {path.last, false};
    if (!path.prior_last.is_none() && path.prior_session == expiration) return {path.prior_last, false};
    // A fill whose answer was lost over the expiration is heard of in the session after.
    if (!path.older_last.is_none() && path.older_session == expiration) return {path.older_last, false};
  }
  if (rules.missing == MissingSettlement::last_price) {
    const Decimal price = price_before(path, expiration);
    if (!price.is_none()) return {price, true};
  }
  fail(contract, path, "the data holds no usable price for the session of " + expiration.to_string(),
       "Add that session, exit before expiration, or set `missing_settlement: last_price` on portfolio.book.");
}

Decimal exercise_threshold(Date expiration) {
  if (expiration < Date::from_civil(2006, 10, 21)) return Decimal::from_raw(250'000);
  if (expiration < Date::from_civil(2008, 6, 21)) return Decimal::from_raw(50'000);
  return Decimal::from_raw(10'000);
}

Decimal exercise_value(const Contract& contract, Decimal settlement_price) {
  const Decimal value =
      contract.right == Right::call ? settlement_price - contract.strike : contract.strike - settlement_price;
  return value >= exercise_threshold(contract.expiration) ? value : Decimal{};
}

}  // namespace optix
