#include "core/store/run_view.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "core/contracts/osi.hpp"

namespace optix {

RunView::RunView(const RunRecord& record) : record_(record) {
  const RunResults& r = record.results;
  for (const MessageRef& batch : r.instruments) instruments_.add(batch);
  std::vector<EquityPoint> points;
  for (const MessageRef& message : r.equity) {
    const Equity& e = message.get<Equity>();
    if (!marks_.empty() && marks_.back()->time == e.time)
      marks_.back() = &e;
    else
      marks_.push_back(&e);
  }
  for (const Equity* e : marks_) {
    if (!sessions_.empty() && sessions_.back()->session == e->session)
      sessions_.back() = e;
    else
      sessions_.push_back(e);
  }
  for (const MessageRef& message : r.prices) {
    const UnderlyingPrice& p = message.get<UnderlyingPrice>();
    if (benchmark_.empty()) benchmark_ = p.underlying.to_string();
    if (p.underlying.view() != benchmark_) continue;
    if (!ticks_.empty() && ticks_.back()->time == p.time)
      ticks_.back() = &p;
    else if (ticks_.empty() || ticks_.back()->time < p.time)
      ticks_.push_back(&p);
    if (!prices_.empty() && prices_.back().date == p.session)
      prices_.back().price = p.price;
    else if (prices_.empty() || prices_.back().date < p.session)
      prices_.push_back({p.session, p.price});
  }
  if (!r.deposits.empty())
    initial_ = r.deposits.front().get<CashChanged>().change;
  else if (!marks_.empty())
    initial_ = marks_.front()->equity;
  for (const MessageRef& message : r.metrics) {
    const MetricValue& m = message.get<MetricValue>();
    metrics_.emplace(m.name, &m);
  }
  if (initial_ && *initial_ > Decimal{}) {
    for (const Equity* e : sessions_) points.push_back({e->session, e->equity, {}});
    series_ = series_from_equity(*initial_, points);
  }
}

std::optional<Decimal> RunView::price(Date session) const {
  const auto at =
      std::lower_bound(prices_.begin(), prices_.end(), session, [](const PricePoint& p, Date d) { return p.date < d; });
  if (at == prices_.end() || at->date != session) return std::nullopt;
  return at->price;
}

std::optional<Decimal> RunView::price_at(Timestamp time) const {
  const auto after = std::upper_bound(ticks_.begin(), ticks_.end(), time,
                                      [](Timestamp t, const UnderlyingPrice* p) { return t < p->time; });
  if (after == ticks_.begin()) return std::nullopt;
  return (*std::prev(after))->price;
}

const MetricValue* RunView::metric(std::string_view name) const {
  const auto at = metrics_.find(name);
  return at == metrics_.end() ? nullptr : at->second;
}

std::optional<Contract> RunView::contract(ContractId id, Symbol underlying) const {
  if (is_shares(id)) return shares_terms(underlying);
  if (!instruments_.contains(id)) return std::nullopt;
  return instruments_.at(id);
}

std::string RunView::symbol(ContractId id, Symbol underlying) const {
  if (is_shares(id)) return underlying.to_string();
  if (const auto c = contract(id, underlying))
    if (auto text = format_osi({c->root, c->expiration, c->right, c->strike})) return *text;
  return "contract " + std::to_string(id);
}

namespace {

std::int64_t lots(const TradeClosed& trade) {
  std::int64_t common = 0;
  for (const TradeLeg& leg : trade.legs) common = std::gcd(common, static_cast<std::int64_t>(leg.quantity));
  return common == 0 ? 1 : common;
}

}  // namespace

std::optional<PerShare> per_share(const RunView& view, const TradeClosed& trade) {
  std::optional<std::int64_t> multiplier;
  for (const TradeLeg& leg : trade.legs) {
    const auto c = view.contract(leg);
    if (!c || (multiplier && *multiplier != c->multiplier)) return std::nullopt;
    multiplier = c->multiplier;
  }
  if (!multiplier || *multiplier <= 0) return std::nullopt;
  const std::int64_t shares = *multiplier * lots(trade);
  return PerShare{trade.entry_cost.mul_div(1, shares), trade.exit_proceeds.mul_div(1, shares)};
}

std::string legs_text(const RunView& view, const TradeClosed& trade) {
  std::string out;
  for (const TradeLeg& leg : trade.legs) {
    if (!out.empty()) out += ' ';
    out += leg.quantity < 0 ? '-' : '+';
    if (const std::int64_t size = std::abs(static_cast<std::int64_t>(leg.quantity)); size != 1)
      out += std::to_string(size);
    const auto c = view.contract(leg);
    if (!c) {
      out += "#" + std::to_string(leg.contract);
      continue;
    }
    if (is_shares(c->id)) {
      out += c->underlying.to_string();
      continue;
    }
    out += (c->right == Right::call ? "C" : "P") + c->strike.to_string(0);
    if (c->expiration != trade.expiration) out += "@" + c->expiration.to_string();
  }
  return out;
}

std::string_view trade_status(const TradeClosed& trade) {
  if (trade.still_open) return "open_marked";
  return trade.exit_reason == TradeReason::days_to_expiry ? "dte_exit" : enum_name(trade.exit_reason);
}

}  // namespace optix
