// Expiration and exercise: who exercises, and what then changes hands.
#include <algorithm>
#include <stdexcept>

#include "core/contracts/products.hpp"
#include "core/portfolio/lifecycle/work.hpp"

namespace optix {
namespace {

const Product* product_of(const Contract& terms, Date session) {
  return find_product(terms.root.view(), std::min(session, settlement_session(terms)));
}

Symbol settlement_symbol(const Contract& terms, const Product* product) {
  if (!product || product->settlement != terms.settlement) return terms.underlying;
  return Symbol::from(product->settlement_value).value_or(terms.underlying);
}

std::string count_of(std::int64_t quantity) {
  return (quantity > 0 ? "long " : "short ") + std::to_string(quantity > 0 ? quantity : -quantity) + " ";
}

// `shares` × price, rounded to a millionth.
Decimal worth(Decimal shares, Decimal price) { return price.mul_div(shares.raw(), Decimal::scale); }

}  // namespace

bool Lifecycle::settles_in_shares(const Contract& terms) const {
  if (rules_.delivery == DeliveryRule::cash) return false;
  const Product* product = product_of(terms, std::max(state_.session, state_.quoted));
  return !product || product->delivery == Delivery::physical;
}

LivingDeliverable Lifecycle::deliverable_of(const Contract& terms) const {
  const auto at = std::lower_bound(state_.deliverables.begin(), state_.deliverables.end(), terms.id,
                                   [](const LivingDeliverable& d, ContractId id) { return d.contract < id; });
  if (at != state_.deliverables.end() && at->contract == terms.id) return *at;
  return {terms.id, terms.underlying, Decimal::from_int(terms.multiplier), {}};
}

std::optional<SettlementValue> Lifecycle::value_of(const Contract& terms, bool final) const {
  const Date session = settlement_session(terms);
  const Symbol symbol = settlement_symbol(terms, product_of(terms, std::max(state_.session, state_.quoted)));
  bool announced = false;
  for (const KnownSettlement& known : state_.settlements) {
    if (known.symbol != symbol) continue;
    if (known.date == session && !known.value.is_none()) return SettlementValue{known.value, false};
    announced = true;
  }
  if (announced && !final) return std::nullopt;
  const LivingMarket* seen = find_market(terms.underlying);
  UnderlyingPath nothing;
  nothing.underlying = terms.underlying;
  return settlement_value(terms, seen ? seen->path : nothing, rules_.settlement);
}

// USD per contract that exercising brings, negative out of the money. Exact.
Decimal Lifecycle::exercise_amount(const Contract& terms, Decimal settlement) const {
  const LivingDeliverable delivers = deliverable_of(terms);
  Decimal price = settlement;
  if (delivers.security != terms.underlying) {
    price = price_of(delivers.security);
    if (price.is_none())
      throw std::runtime_error("cannot settle " + describe(terms) + ": it delivers " + delivers.security.to_string() +
                               ", of which no price was seen. Add its data to the run, or exit before expiration.");
  }
  const Decimal delivered = worth(delivers.shares, price) + delivers.cash;
  const Decimal strike = terms.strike * terms.multiplier;
  return terms.right == Right::call ? delivered - strike : strike - delivered;
}

// How many contracts of a holding, as positive number, are exercised or assigned at expiration.
std::int64_t Lifecycle::exercised_at_expiry(const LivingHolding& held, Decimal amount, bool in_shares) {
  const Contract& terms = held.terms;
  const bool in_the_money = amount >= exercise_threshold(terms.expiration) * terms.multiplier;
  if (held.quantity < 0) {
    const bool pinned = in_shares && rules_.pin_band > Decimal{} && amount.abs() <= rules_.pin_band * terms.multiplier;
    const bool assigned = pinned && rules_.pin != PinMode::automatic ? rules_.pin == PinMode::assigned : in_the_money;
    return assigned ? -held.quantity : 0;
  }
  std::int64_t quantity = in_the_money ? held.quantity : 0;
  std::erase_if(state_.wishes, [&](const HolderWish& wish) {
    if (wish.position != held.position || wish.contract != terms.id) return false;
    if (in_the_money)
      quantity = std::max<std::int64_t>(held.quantity - wish.leave, 0);
    else if (in_shares || amount > Decimal{})  // nobody pays to have nothing delivered
      quantity = std::min(wish.exercise, held.quantity);
    return true;
  });
  return quantity;
}

// `quantity` as held: positive exercises, negative is assigned.
void Lifecycle::exercise(const LivingHolding& held, std::int64_t quantity, SettlementValue value, bool early,
                         std::string reason, Work& work) const {
  const Contract& terms = held.terms;
  const Decimal amount = exercise_amount(terms, value.price);
  LifecycleAction action;
  action.position = held.position;
  action.contract = terms.id;
  action.quantity = quantity;
  if (quantity > 0)
    action.cause = early ? SettlementCause::early_exercise : SettlementCause::exercised;
  else
    action.cause = early ? SettlementCause::early_assignment : SettlementCause::assigned;
  action.settlement_price = value.price;
  action.estimated = value.estimated;
  action.intrinsic = amount.mul_div(1, terms.multiplier);
  action.reason = std::move(reason);
  if (settles_in_shares(terms)) {
    const LivingDeliverable delivers = deliverable_of(terms);
    const std::int64_t direction = terms.right == Right::call ? quantity : -quantity;
    const Decimal all = delivers.shares * direction;
    action.kind = LifecycleAction::deliver;
    action.security = delivers.security;
    action.shares = all.raw() / Decimal::scale;
    action.cash = (delivers.cash - terms.strike * terms.multiplier) * direction;
    const Decimal fraction = all - Decimal::from_int(action.shares);
    if (fraction != Decimal{})
      action.cash += worth(fraction, delivers.security == terms.underlying ? value.price : price_of(delivers.security));
  }
  work.act(std::move(action));
}

void Lifecycle::expire(std::size_t i, bool final, Work& work) {
  const LivingHolding held = work.holdings[i];
  if (held.quantity == 0) return;
  const auto value = value_of(held.terms, final);
  if (!value) return;
  const Decimal amount = exercise_amount(held.terms, value->price);
  const std::int64_t exercised = exercised_at_expiry(held, amount, settles_in_shares(held.terms));
  const std::string at = describe(held.terms) + " at " + value->price.to_string() + ": exercise brings " +
                         amount.to_string() + " a contract";
  const std::int64_t sign = held.quantity > 0 ? 1 : -1;
  if (exercised != 0) exercise(held, sign * exercised, *value, false, count_of(sign * exercised) + at, work);
  const std::int64_t left = held.quantity - sign * exercised;
  if (left == 0) return;
  LifecycleAction action;
  action.position = held.position;
  action.contract = held.terms.id;
  action.quantity = left;
  action.settlement_price = value->price;
  action.estimated = value->estimated;
  action.reason = count_of(left) + at;
  work.act(std::move(action));
}

std::string Lifecycle::on_instruction(const ExerciseInstruction& wish, std::span<const LivingHolding> holdings,
                                      LifecycleActions& out) {
  const auto held = std::find_if(holdings.begin(), holdings.end(), [&](const LivingHolding& h) {
    return h.position == wish.position && h.terms.id == wish.contract && !is_shares(h.terms.id);
  });
  const auto refuse = [&](const std::string& why) {
    return "exercise instruction for contract " + std::to_string(wish.contract) + " of position " +
           std::to_string(wish.position) + ": " + why;
  };
  if (held == holdings.end() || held->quantity <= 0) return refuse("no long option of that kind is held");
  if (wish.quantity <= 0 || wish.quantity > held->quantity)
    return refuse(std::to_string(wish.quantity) + " of " + std::to_string(held->quantity) + " contracts");
  const Contract& terms = held->terms;
  if (wish.choice == ExerciseChoice::exercise && terms.exercise == ExerciseStyle::american) {
    const Decimal price = price_of(terms.underlying);
    if (price.is_none()) return refuse("no price of " + terms.underlying.to_string() + " was seen");
    if (!settles_in_shares(terms) && exercise_amount(terms, price) <= Decimal{})
      return refuse(describe(terms) + " is settled in cash and out of the money at " + price.to_string());
    Work work(holdings, out);
    exercise(*held, wish.quantity, {price, false}, true, "exercised by its holder at " + price.to_string(), work);
    return {};
  }
  auto known = std::find_if(state_.wishes.begin(), state_.wishes.end(), [&](const HolderWish& w) {
    return w.position == wish.position && w.contract == wish.contract;
  });
  if (known == state_.wishes.end()) known = state_.wishes.insert(known, HolderWish{wish.position, wish.contract, 0, 0});
  (wish.choice == ExerciseChoice::exercise ? known->exercise : known->leave) = wish.quantity;
  return {};
}

}  // namespace optix
