#include "core/margin/strategy_margin.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <tuple>

#include "core/margin/pairing.hpp"

namespace optix {
namespace {

using margin::Holdings;
using margin::Pairing;
using margin::PairingRules;
using margin::Raw;

// What identifies a contract: two legs of it are one holding.
auto identity(const MarginLeg& leg) {
  return std::tuple(leg.expiration, leg.settles, leg.right, leg.strike, leg.multiplier, leg.contract);
}

void check(const MarginLeg& leg, const MarginUnderlying& underlying) {
  const auto refuse = [&](const char* what) {
    throw std::invalid_argument("margin of " + underlying.symbol.to_string() + ": contract " +
                                std::to_string(leg.contract) + " " + what);
  };
  if (leg.price.is_none() || leg.price < Decimal{}) refuse("has no price; mark it before asking");
  if (leg.shares) return;
  if (leg.strike.is_none() || leg.strike <= Decimal{}) refuse("has a strike that is not positive");
  if (leg.multiplier <= 0) refuse("has a multiplier that is not positive");
}

// Options of one contract netted, all shares netted at the average entry of the side that remains.
Holdings net(std::span<const MarginLeg> legs, const MarginUnderlying& underlying) {
  if (underlying.price.is_none() || underlying.price <= Decimal{})
    throw std::invalid_argument("margin of " + underlying.symbol.to_string() +
                                ": the underlying has no price; wait for one before asking");
  Holdings out;
  out.options.reserve(legs.size());
  out.share_price = out.share_entry = underlying.price;
  std::int64_t bought = 0, sold = 0;
  Decimal paid, received;
  for (const MarginLeg& leg : legs) {
    check(leg, underlying);
    if (!leg.shares) {
      out.options.push_back(leg);
    } else {
      const Decimal entry = leg.entry.is_none() || leg.entry == Decimal{} ? leg.price : leg.entry;
      (leg.quantity > 0 ? bought : sold) += std::abs(leg.quantity);
      (leg.quantity > 0 ? paid : received) += entry * std::abs(leg.quantity);
    }
  }
  out.shares = bought - sold;
  if (out.shares > 0) out.share_entry = paid.mul_div(1, bought);
  if (out.shares < 0) out.share_entry = received.mul_div(1, sold);

  std::sort(out.options.begin(), out.options.end(),
            [](const MarginLeg& a, const MarginLeg& b) { return identity(a) < identity(b); });
  std::size_t kept = 0;
  for (const MarginLeg& leg : out.options) {
    if (kept > 0 && identity(out.options[kept - 1]) == identity(leg))
      out.options[kept - 1].quantity += leg.quantity;
    else
      out.options[kept++] = leg;
  }
  out.options.resize(kept);
  std::erase_if(out.options, [](const MarginLeg& leg) { return leg.quantity == 0; });
  return out;
}

// The book whole, or cut into parts of `pairing_max_legs` contracts; shares stay with the first part
// that has a short they can cover.
Pairing cheapest(Holdings book, const MarginUnderlying& underlying, const PairingRules& rules,
                 std::vector<MarginGroup>* groups) {
  if (book.options.size() <= pairing_max_legs) return margin::pair_holdings(book, underlying, rules, groups);
  Pairing sum;
  std::int64_t shares = book.shares;
  const Right covered = shares > 0 ? Right::call : Right::put;
  for (std::size_t at = 0; at < book.options.size(); at += pairing_max_legs) {
    const std::size_t end = std::min(at + pairing_max_legs, book.options.size());
    Holdings part = book;
    part.options.assign(book.options.begin() + static_cast<std::ptrdiff_t>(at),
                        book.options.begin() + static_cast<std::ptrdiff_t>(end));
    const bool here = end == book.options.size() ||
                      std::any_of(part.options.begin(), part.options.end(),
                                  [&](const MarginLeg& leg) { return leg.quantity < 0 && leg.right == covered; });
    part.shares = here ? shares : 0;
    shares -= part.shares;
    const Pairing one = margin::pair_holdings(part, underlying, rules, groups);
    sum.charge += one.charge;
    sum.capped += one.capped;
    sum.lent += one.lent;
    sum.naked_call |= one.naked_call;
  }
  sum.exact = false;
  return sum;
}

MarginRequirement requirement(std::span<const MarginLeg> legs, const MarginUnderlying& underlying,
                              const PairingRules& rules) {
  const Holdings book = net(legs, underlying);
  const Pairing pairing = cheapest(book, underlying, rules, nullptr);

  Decimal paid, received;  // for options; for short shares
  bool only_longs = book.shares == 0;
  for (const MarginLeg& leg : book.options) {
    const Decimal value = leg.price * leg.multiplier * leg.quantity;
    if (leg.quantity > 0) {
      paid += value;
    } else {
      received -= value;
      only_longs = false;
    }
  }
  if (book.shares < 0) received += book.share_entry * -book.shares;

  MarginRequirement out;
  out.charge = Decimal::from_raw(pairing.charge);
  out.capped = Decimal::from_raw(pairing.capped);
  out.exact = pairing.exact;
  if (book.shares > 0) out.collateral = book.share_price * book.shares;
  Decimal charged = out.charge - out.capped;
  if (rules.account == AccountKind::cash) {
    // Shares are paid for at what they cost, and set aside at what they are worth.
    if (book.shares > 0) charged += (book.share_entry - book.share_price) * book.shares;
    out.permitted = !pairing.naked_call && book.shares >= 0;
  }
  out.net_deposit = charged + paid - received;
  out.requirement = only_longs ? out.net_deposit : charged + Decimal::from_raw(pairing.lent);
  return out;
}

}  // namespace

MarginRequirement strategy_requirement(std::span<const MarginLeg> legs, const MarginUnderlying& underlying,
                                       MarginKind kind, Date session) {
  return requirement(legs, underlying, {AccountKind::reg_t, kind, session});
}

MarginRequirement cash_requirement(std::span<const MarginLeg> legs, const MarginUnderlying& underlying, Date session) {
  return requirement(legs, underlying, {AccountKind::cash, MarginKind::initial, session});
}

std::vector<MarginGroup> strategy_pairing(std::span<const MarginLeg> legs, const MarginUnderlying& underlying,
                                          MarginKind kind, Date session) {
  std::vector<MarginGroup> groups;
  cheapest(net(legs, underlying), underlying, {AccountKind::reg_t, kind, session}, &groups);
  return groups;
}

}  // namespace optix
