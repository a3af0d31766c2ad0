#pragma once
// Shares as something a leg can hold: terms for `shares_contract` beside those of options.
#include "core/contracts/instruments.hpp"

namespace optix {

inline bool is_shares(ContractId id) { return id == shares_contract; }

// One share of `underlying`: multiplier 1, no strike, never expires.
inline Contract shares_terms(Symbol underlying) {
  Contract terms;
  terms.id = shares_contract;
  terms.root = terms.underlying = underlying;
  terms.expiration = Date{INT32_MAX};
  terms.settles = Timestamp{INT64_MAX};
  terms.multiplier = 1;
  return terms;
}

// Terms of what a leg names: any struct with `contract` and `underlying`.
template <class Leg>
Contract terms_of(const Leg& leg, const InstrumentTable& instruments) {
  return is_shares(leg.contract) ? shares_terms(leg.underlying) : instruments.at(leg.contract);
}

}  // namespace optix
