#include "core/portfolio/lifecycle/lifecycle.hpp"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "core/portfolio/lifecycle/work.hpp"

namespace optix {
namespace {

constexpr Date never{std::numeric_limits<std::int32_t>::max()};
constexpr int settlements_kept_days = 30;

}  // namespace

LivingMarket& Lifecycle::market(Symbol underlying) {
  for (LivingMarket& known : state_.markets)
    if (known.path.underlying == underlying) return known;
  LivingMarket& fresh = state_.markets.emplace_back();
  fresh.path.underlying = underlying;
  return fresh;
}

const LivingMarket* Lifecycle::find_market(Symbol underlying) const {
  for (const LivingMarket& known : state_.markets)
    if (known.path.underlying == underlying) return &known;
  return nullptr;
}

Decimal Lifecycle::price_of(Symbol underlying) const {
  const LivingMarket* known = find_market(underlying);
  return known ? known->path.last : Decimal::none();
}

double Lifecycle::rate(double years) const {
  return curve_.points().empty() ? rules_.rate : curve_.zero_rate(std::max(years, 0.0));
}

void Lifecycle::on_underlying(const UnderlyingPrice& price) {
  market(price.underlying).path.observe(price.session, price.price);
}

void Lifecycle::on_dividend(const DividendNotice& notice) {
  const auto key = [](const auto& d) { return std::tuple(d.ex, d.underlying, d.type); };
  auto& all = state_.dividends;
  auto at = std::lower_bound(all.begin(), all.end(), key(notice),
                             [&](const KnownDividend& known, const auto& wanted) { return key(known) < wanted; });
  if (at == all.end() || key(*at) != key(notice))
    at = all.insert(at, KnownDividend{notice.underlying, notice.type, notice.ex, {}, notice.ex <= state_.quoted});
  at->amount = notice.amount;
  if (!at->passed) next_ex_ = std::min(next_ex_, notice.ex);
}

void Lifecycle::on_settlement(const SettlementPublished& value) {
  auto& all = state_.settlements;
  std::erase_if(all, [&](const KnownSettlement& known) {
    return known.symbol == value.symbol &&
           (known.date == value.date || known.value.is_none() || known.date < value.date - settlements_kept_days);
  });
  all.push_back({value.symbol, value.date, value.value});
}

void Lifecycle::on_rates(const RatesPublished& published) {
  if (published.curve.view() != "USD") return;
  state_.rate_years.assign(published.years.begin(), published.years.end());
  state_.rates.assign(published.rate.begin(), published.rate.end());
  restore(std::move(state_));
}

void Lifecycle::restore(LifecycleState state) {
  state_ = std::move(state);
  std::vector<RatePoint> points;
  for (std::size_t i = 0; i < state_.rates.size(); ++i) points.push_back({state_.rate_years.at(i), state_.rates[i]});
  curve_ = {};
  if (!points.empty()) {
    auto curve = RateCurve::from_zero_rates(points);
    if (!curve) throw std::runtime_error("published rates: " + curve.error().to_string());
    curve_ = std::move(*curve);
  }
  next_ex_ = never;
  for (const KnownDividend& d : state_.dividends)
    if (!d.passed) next_ex_ = std::min(next_ex_, d.ex);
}

void Lifecycle::on_held(const Contract& terms) {
  if (is_shares(terms.id)) return;
  state_.next_due = std::min(state_.next_due, terms.settles);
  state_.american_short = state_.american_short || terms.exercise == ExerciseStyle::american;
}

bool Lifecycle::on_snapshot(const MessageRef& snapshot) {
  const auto& chain = snapshot.get<ChainSnapshot>();
  LivingMarket& seen = market(chain.underlying);
  seen.path.observe(chain.session, chain.underlying_price);
  state_.time = std::max(state_.time, chain.time);
  asked_ = chain.underlying;
  asked_session_ = chain.session;
  state_.quoted = std::max(state_.quoted, chain.session);
  const bool begins = chain.session > state_.session;
  // Without interest only a dividend makes exercise gain, and that is asked for by its ex-date.
  const bool interest = rules_.rate > 0 || !curve_.points().empty();
  const bool looks_back = state_.american_short && (rules_.assignment == AssignmentModel::worst_case ||
                                                    (rules_.assignment == AssignmentModel::optimal && interest));
  if (rules_.assignment != AssignmentModel::none) {
    if (seen.latest && seen.latest.get<ChainSnapshot>().session < chain.session) seen.close = std::move(seen.latest);
    seen.latest = snapshot;
  }
  const bool ask = chain.time >= state_.next_due || chain.session >= next_ex_ || (begins && looks_back);
  if (!ask && begins) end_of_past(chain.session);
  return ask;
}

// Nothing of the sessions before is looked at any more.
void Lifecycle::end_of_past(Date session) {
  state_.session = session;
  for (LivingMarket& known : state_.markets) known.close = {};
}

void Lifecycle::due(std::span<const LivingHolding> holdings, LifecycleActions& out) {
  Work work(holdings, out);
  begin_session(asked_session_, work);
  pay_dividends(asked_session_, work);
  for (std::size_t i = 0; i < work.holdings.size(); ++i) {
    const Contract& terms = work.holdings[i].terms;
    if (terms.underlying == asked_ && terms.settles <= state_.time) expire(i, false, work);
  }
  remember(work);
}

void Lifecycle::finish(std::span<const LivingHolding> holdings, LifecycleActions& out) {
  Work work(holdings, out);
  for (std::size_t i = 0; i < work.holdings.size(); ++i)
    if (work.holdings[i].terms.settles <= state_.time) expire(i, true, work);
  remember(work);
}

void Lifecycle::begin_session(Date session, Work& work) {
  if (session <= state_.session) return;
  for (std::size_t i = 0; i < work.holdings.size(); ++i) {
    const Contract& terms = work.holdings[i].terms;
    if (!is_shares(terms.id) && settlement_session(terms) < session) expire(i, true, work);
  }
  if (rules_.assignment != AssignmentModel::none) assign_early(session, work);
  end_of_past(session);
}

void Lifecycle::remember(const Work& work) {
  state_.next_due = {std::numeric_limits<std::int64_t>::max()};
  state_.american_short = false;
  for (const LivingHolding& held : work.holdings)
    if (held.quantity != 0 && !is_shares(held.terms.id)) {
      state_.next_due = std::min(state_.next_due, held.terms.settles);
      if (held.quantity < 0 && held.terms.exercise == ExerciseStyle::american) state_.american_short = true;
    }
}

}  // namespace optix
