#include "core/portfolio/attribution.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

namespace optix {
namespace {

constexpr double days_per_year = 365;

using Key = std::tuple<std::uint64_t, ContractId, Symbol>;
Key key_of(const ExplainedHolding& line) { return {line.position, line.contract, line.underlying}; }
bool before(const ExplainedHolding& line, const Key& key) { return key_of(line) < key; }

}  // namespace

GreekProfit explain(const EuropeanValue& greeks, const GreekPoint& from, const GreekPoint& to, std::int64_t units) {
  const auto n = static_cast<double>(units);
  const double spot = to.spot - from.spot, vol = to.vol - from.vol, rate = to.rate - from.rate;
  const double days = static_cast<double>(to.time - from.time) / static_cast<double>(nanos_per_day);
  GreekProfit p;
  p.delta = n * greeks.delta * spot;
  p.gamma = n * 0.5 * greeks.gamma * spot * spot;
  p.vega = n * greeks.vega * vol;
  p.theta = n * greeks.theta * days / days_per_year;
  p.vanna = n * greeks.vanna * spot * vol;
  p.volga = n * 0.5 * greeks.volga * vol * vol;
  p.rho = n * greeks.rho * rate;
  p.change = n * (to.price - from.price);
  p.residual = p.change - (p.delta + p.gamma + p.vega + p.theta + p.vanna + p.volga + p.rho);
  return p;
}

const ExplainedHolding* Attributor::find(std::uint64_t position, ContractId contract, Symbol underlying) const {
  const auto& all = state_.holdings;
  const Key key{position, contract, underlying};
  const auto found = std::lower_bound(all.begin(), all.end(), key, before);
  return found != all.end() && key_of(*found) == key ? &*found : nullptr;
}

void Attributor::explain_until(std::uint64_t position, ContractId contract, Symbol underlying, const GreekPoint& to) {
  const ExplainedHolding* line = find(position, contract, underlying);
  if (!line) return;
  const EuropeanValue greeks{0,         line->delta, line->gamma, line->vega,  line->theta,
                             line->rho, 0,           line->vanna, line->volga, 0};
  GreekPoint until = to;
  if (!(until.vol > 0)) until.vol = line->vol;  // no longer known: taken as unchanged
  const GreekProfit p =
      explain(greeks, {line->time, line->price, line->spot, line->vol, line->rate}, until, line->units);
  Attribution& s = state_.session;
  state_.explained += p.change;
  if (line->known) {
    s.delta += p.delta;
    s.gamma += p.gamma;
    s.vega += p.vega;
    s.theta += p.theta;
    s.vanna += p.vanna;
    s.volga += p.volga;
    s.rho += p.rho;
    s.residual += p.residual;
  } else {
    s.residual += p.change;
    ++s.unexplained;
  }
}

void Attributor::forget(std::uint64_t position, ContractId contract, Symbol underlying) {
  if (const ExplainedHolding* line = find(position, contract, underlying))
    state_.holdings.erase(state_.holdings.begin() + (line - state_.holdings.data()));
}

void Attributor::begin(std::uint64_t position, ContractId contract, Symbol underlying, std::int64_t units,
                       const GreekPoint& at, const EuropeanValue& greeks) {
  ExplainedHolding line;
  line.position = position;
  line.contract = contract;
  line.underlying = underlying;
  line.units = units;
  line.time = at.time;
  line.price = at.price;
  line.spot = at.spot;
  line.rate = at.rate;
  line.known = !std::isnan(greeks.delta);
  if (line.known) {
    line.vol = at.vol > 0 ? at.vol : 0;  // shares have none
    line.delta = greeks.delta;
    line.gamma = greeks.gamma;
    line.vega = greeks.vega;
    line.theta = greeks.theta;
    line.vanna = greeks.vanna;
    line.volga = greeks.volga;
    line.rho = greeks.rho;
  }
  auto& all = state_.holdings;
  const auto place = std::lower_bound(all.begin(), all.end(), key_of(line), before);
  if (place != all.end() && key_of(*place) == key_of(line))
    *place = line;
  else
    all.insert(place, line);
}

Attribution Attributor::close_session(Timestamp time, Date session, Decimal equity) {
  Attribution out = state_.session;
  out.time = time;
  out.session = session;
  out.total = (equity - state_.equity).to_double();
  out.trading = out.total - state_.explained;
  state_.session = {};
  state_.explained = 0;
  state_.equity = equity;
  return out;
}

void PointGreeks::compute(std::span<const HoldingPoint> points, std::vector<EuropeanValue>& out) {
  const std::size_t n = points.size();
  for (auto& column : in_) column.resize(n);
  for (auto& column : out_) column.resize(n);
  right_.resize(n);
  out.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    const HoldingPoint& p = points[i];
    // Rows that have no greeks get a negative volatility: the kernel refuses those.
    const bool usable = !p.shares && p.at.vol > 0 && p.years > 0;
    const std::array<double, 6> row{p.at.spot, p.strike, p.at.rate, p.dividend_yield, p.years, usable ? p.at.vol : -1};
    for (std::size_t c = 0; c < row.size(); ++c) in_[c][i] = row[c];
    right_[i] = p.right;
  }
  EuropeanColumns columns;
  columns.delta = out_[0];
  columns.gamma = out_[1];
  columns.vega = out_[2];
  columns.theta = out_[3];
  columns.rho = out_[4];
  columns.vanna = out_[5];
  columns.volga = out_[6];
  european_rows({in_[0], in_[1], in_[2], in_[3], in_[4], in_[5], right_}, columns);
  for (std::size_t i = 0; i < n; ++i) {
    out[i] = {};
    if (points[i].shares) {
      out[i].delta = 1;
      continue;
    }
    out[i].delta = out_[0][i];
    out[i].gamma = out_[1][i];
    out[i].vega = out_[2][i];
    out[i].theta = out_[3][i];
    out[i].rho = out_[4][i];
    out[i].vanna = out_[5][i];
    out[i].volga = out_[6][i];
  }
}

}  // namespace optix
