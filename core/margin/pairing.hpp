#pragma once
// The cheapest pairing of one underlying's holdings into the strategies of the rules, as an integer
// program: how many contracts of each short are naked, in a straddle, in the limited-risk set of their
// expiration, behind a later long, or covered by shares.
//
// All limited-risk positions of one expiration are one set: the maximum loss of two sets together is at
// most the sum of theirs, so merging never costs more. The loss is largest at a long strike, since it
// bends down only there, and is 0 below and above all strikes or falls off to them.
#include <span>
#include <vector>

#include "core/margin/leg_charges.hpp"
#include "core/margin/strategy_margin.hpp"

namespace optix::margin {

struct Holdings {
  std::vector<MarginLeg> options;  // no two of one contract, no quantity 0
  std::int64_t shares = 0;         // negative is short
  Decimal share_price, share_entry;
};

struct PairingRules {
  AccountKind account = AccountKind::reg_t;  // cash or reg_t
  MarginKind kind = MarginKind::initial;
  Date session;
};

struct Pairing {
  Raw charge = 0;  // of shorts and shares, less what long options lend
  Raw capped = 0;  // part of it: value of shares beyond the strikes of what they cover
  Raw lent = 0;
  bool exact = true;
  bool naked_call = false;
};

// `groups`: nullptr, or where to say how the legs were paired.
Pairing pair_holdings(const Holdings& holdings, const MarginUnderlying& underlying, const PairingRules& rules,
                      std::vector<MarginGroup>* groups = nullptr);

}  // namespace optix::margin
