// Early assignment: which short options their holders exercise on the last quotes of a session.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/contracts/chain_view.hpp"
#include "core/portfolio/lifecycle/early_exercise.hpp"
#include "core/portfolio/lifecycle/work.hpp"
#include "core/pricing/elementary.hpp"
#include "core/sequencer/random.hpp"
#include "core/time/calendar.hpp"

namespace optix {
namespace {

// Special dividends from this size on, USD per share, adjust contracts instead of going past them.
constexpr Decimal adjusting_dividend = Decimal::from_raw(125'000);

Decimal mid_of(const ChainSnapshot& close, const Contract& terms, Right right) {
  const auto row = find_row(close, ContractKey{terms.root, terms.expiration, right, terms.strike});
  if (!row) return Decimal::none();
  const Quote quote = quote_at(close, *row);
  if (!quote.has_ask() || quote.bid.is_none() || quote.crossed()) return Decimal::none();
  return (quote.bid + quote.ask).half();
}

double vol_of(const ChainSnapshot& close, const Contract& terms) {
  for (const Right right : {terms.right, terms.right == Right::call ? Right::put : Right::call})
    if (const auto row = find_row(close, ContractKey{terms.root, terms.expiration, right, terms.strike}))
      if (close.iv[*row] > 0) return close.iv[*row];
  return std::nan("");
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", value);
  return text;
}

}  // namespace

// Why holders exercise at this close; nullopt: they do not, or nothing says that they gain.
std::optional<std::string> Lifecycle::why_assigned(const Contract& terms, const ChainSnapshot& close,
                                                   Date session) const {
  const Decimal amount = exercise_amount(terms, close.underlying_price);
  if (amount <= Decimal{}) return std::nullopt;
  const LivingDeliverable delivers = deliverable_of(terms);
  // Of a share of the strike: an adjusted contract as if it were 1/multiplier of what it delivers.
  const double strike = terms.strike.to_double();
  const double gain = amount.to_double() / terms.multiplier;
  const double part = delivers.shares.to_double() / terms.multiplier;
  double near = 0, all = 0;  // dividends: ex with this session, ex until expiry
  Date ex = session;
  for (const KnownDividend& d : state_.dividends) {
    if (d.underlying != delivers.security || d.ex <= close.session || d.ex > settlement_session(terms)) continue;
    if (d.type == DividendType::special && d.amount >= adjusting_dividend) continue;
    const Timestamp at = session_open(session_on_or_after(d.ex));
    const double years = std::max(years_between(close.time, at), 0.0);
    all += d.amount.to_double() * part * math::exp(-rate(years) * years);
    if (d.ex > session) continue;
    near += d.amount.to_double() * part;
    ex = std::min(ex, d.ex);
  }
  if (terms.right == Right::call && near > 0) {
    const double years = std::max(years_between(session_open(session_on_or_after(ex)), terms.settles), 0.0);
    const Decimal quoted = mid_of(close, terms, Right::put);
    const double spot = strike + gain;
    const double put = quoted.is_none()
                           ? put_after_dividend(spot, strike, near, rate(years), vol_of(close, terms), years)
                           : quoted.to_double();
    const CallBeforeDividend call = call_before_dividend(spot, strike, near, rate(years), years, put);
    if (call.exercise)
      return "the dividend of " + number(near) + " is worth more than interest of " + number(call.interest) +
             " and a put of " + number(put);
  }
  if (terms.right == Right::put) {
    const double years = std::max(years_between(close.time, terms.settles), 0.0);
    const Decimal quoted = mid_of(close, terms, Right::call);
    if (!quoted.is_none()) {
      const PutExercise put = put_exercise(strike, rate(years), years, quoted.to_double(), all);
      if (put.exercise)
        return "interest of " + number(put.interest) + " is worth more than a call of " + number(put.call) +
               " and dividends of " + number(all);
    }
  }
  if (rules_.assignment != AssignmentModel::worst_case) return std::nullopt;
  const auto row = find_row(close, terms);
  const Decimal bid = row ? close.bid[*row] : Decimal::none();
  const Decimal exercise_value = amount.mul_div(1, terms.multiplier);
  if (!worth_exercising(exercise_value, bid)) return std::nullopt;
  return "exercise brings " + exercise_value.to_string() + " a share, the bid is " +
         (bid.is_none() ? "absent" : bid.to_string());
}

std::int64_t Lifecycle::part_assigned(const LivingHolding& held, Date session) const {
  const std::int64_t contracts = -held.quantity;
  if (!rules_.random_share) return (contracts * rules_.share.raw() + Decimal::scale / 2) / Decimal::scale;
  const double share = rules_.share.to_double();
  const std::uint64_t stream = stream_of("assignment") ^ (held.position << 24);
  const std::uint64_t day = static_cast<std::uint32_t>(session.days);
  std::int64_t assigned = 0;
  for (std::int64_t i = 0; i < contracts; ++i) {
    const std::uint64_t counter =
        (day << 44) ^ (static_cast<std::uint64_t>(held.terms.id) << 20) ^ static_cast<std::uint64_t>(i);
    if (draw_uniform(rules_.seed, stream, counter) < share) ++assigned;
  }
  return assigned;
}

void Lifecycle::assign_early(Date session, Work& work) {
  for (std::size_t i = 0; i < work.holdings.size(); ++i) {
    const LivingHolding held = work.holdings[i];
    if (held.quantity >= 0 || is_shares(held.terms.id) || held.terms.exercise != ExerciseStyle::american) continue;
    const LivingMarket* seen = find_market(held.terms.underlying);
    if (!seen) continue;
    const MessageRef& last = seen->close ? seen->close : seen->latest;
    if (!last || last.get<ChainSnapshot>().session != state_.session) continue;  // no quotes of the session before
    const auto& close = last.get<ChainSnapshot>();
    if (close.stale || close.underlying_price.is_none()) continue;
    const auto why = why_assigned(held.terms, close, session);
    if (!why) continue;
    const std::int64_t assigned = part_assigned(held, session);
    if (assigned == 0) continue;
    exercise(held, -assigned, {close.underlying_price, false}, true, describe(held.terms) + ": " + *why, work);
  }
}

}  // namespace optix
