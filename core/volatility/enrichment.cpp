#include "core/volatility/enrichment.hpp"

#include <cmath>
#include <limits>

#include "core/pricing/elementary.hpp"

namespace optix {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

template <class T>
std::span<T> part(std::vector<T>& column, RowRange rows) {
  return std::span<T>(column).subspan(rows.begin, rows.size());
}
template <class T>
std::span<const T> part(const std::vector<T>& column, RowRange rows) {
  return std::span<const T>(column).subspan(rows.begin, rows.size());
}

// The rate and yield of a slice per year of its clock: with them e^(−rT) and F are what parity said.
struct Carry {
  double rate, yield;
};
Carry carry(const ExpiryTerms& terms) {
  const double rate = -math::log(terms.discount) / terms.years;
  return {rate, rate - math::log(terms.forward / terms.spot) / terms.years};
}

void imply_side(const ChainQuotes& chain, RowRange rows, Right right, const ExpiryTerms& terms,
                const SurfaceOptions& options, ChainEnrichment& out) {
  std::vector<double> mid(rows.size(), nan);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t row = rows.begin + i;
    if (chain.state[row] == RowState::two_sided) mid[i] = 0.5 * (chain.bid[row] + chain.ask[row]);
  }
  const std::vector<Right> rights(rows.size(), right);
  if (options.exercise == ExerciseStyle::european) {
    implied_vol_chain(terms, part(chain.strike, rows), mid, rights, part(out.iv, rows), part(out.status, rows));
    return;
  }
  const Carry c = carry(terms);
  american_implied_vol_chain(options.scheme, terms.spot, c.rate, c.yield, terms.years, part(chain.strike, rows), mid,
                             rights, part(out.iv, rows), part(out.status, rows));
}

void american_side(const ChainQuotes& chain, RowRange rows, Right right, const ExpiryTerms& terms,
                   const SurfaceOptions& options, ChainEnrichment& out) {
  // Rows without a volatility would make the chain call refuse; they are left out.
  std::vector<std::size_t> row;
  std::vector<double> strike, vol;
  for (std::size_t r = rows.begin; r < rows.end; ++r) {
    if (out.source[r] == VolSource::none) continue;
    row.push_back(r);
    strike.push_back(chain.strike[r]);
    vol.push_back(out.vol[r]);
  }
  const std::size_t n = row.size();
  const std::vector<Right> rights(n, right);
  const Carry c = carry(terms);
  const auto chain_of = [&](double rate, std::span<const double> vols, const AmericanColumns& columns) {
    american_chain(options.scheme, terms.spot, rate, c.yield, terms.years, strike, vols, rights, columns);
  };
  std::vector<double> price(n), delta(n), gamma(n), up(n), down(n), shifted(n);
  std::vector<AmericanStatus> status(n), ignored(n);
  chain_of(c.rate, vol, {price, delta, gamma, status});

  constexpr double vol_step = 0.01, rate_step = 0.001;
  std::vector<double> half_width(n);
  for (std::size_t i = 0; i < n; ++i) {
    half_width[i] = std::fmin(vol_step, 0.5 * vol[i]);
    shifted[i] = vol[i] + half_width[i];
  }
  chain_of(c.rate, shifted, {up, {}, {}, ignored});
  for (std::size_t i = 0; i < n; ++i) shifted[i] = vol[i] - half_width[i];
  chain_of(c.rate, shifted, {down, {}, {}, ignored});
  for (std::size_t i = 0; i < n; ++i) out.vega[row[i]] = (up[i] - down[i]) / (2 * half_width[i]);
  chain_of(c.rate + rate_step, vol, {up, {}, {}, ignored});
  chain_of(c.rate - rate_step, vol, {down, {}, {}, ignored});
  for (std::size_t i = 0; i < n; ++i) {
    out.rho[row[i]] = (up[i] - down[i]) / (2 * rate_step);
    out.delta[row[i]] = delta[i];
    out.gamma[row[i]] = gamma[i];
    out.theta[row[i]] = status[i] == AmericanStatus::exercise
                            ? 0
                            : c.rate * price[i] - (c.rate - c.yield) * terms.spot * delta[i] -
                                  0.5 * vol[i] * vol[i] * terms.spot * terms.spot * gamma[i];
  }
}

}  // namespace

ChainEnrichment empty_enrichment(const ChainQuotes& quotes) {
  const std::size_t rows = quotes.strike.size();
  ChainEnrichment out;
  for (auto* column : {&out.iv, &out.vol, &out.delta, &out.gamma, &out.vega, &out.theta, &out.rho})
    column->assign(rows, nan);
  out.status.assign(rows, ImpliedVolStatus::bad_input);
  out.source.assign(rows, VolSource::none);
  out.state = quotes.state;
  return out;
}

void imply_slice(const ChainQuotes& chain, const SliceQuotes& slice, const ExpiryTerms& terms,
                 const SurfaceOptions& options, ChainEnrichment& out) {
  imply_side(chain, slice.call_rows, Right::call, terms, options, out);
  imply_side(chain, slice.put_rows, Right::put, terms, options, out);
  const auto use = [&](std::uint32_t row, std::uint32_t from, VolSource source) {
    if (from == no_row || out.status[from] != ImpliedVolStatus::ok) return false;
    out.vol[row] = out.iv[from];
    out.source[row] = source;
    return true;
  };
  for (std::size_t i = 0; i < slice.size(); ++i) {
    const bool call_is_otm = slice.strike[i] >= terms.forward;
    const auto choose = [&](std::uint32_t row, std::uint32_t other, bool otm) {
      if (row == no_row) return;
      const bool other_first = options.prefer_out_of_the_money && !otm;
      if (other_first && use(row, other, VolSource::other_side)) return;
      if (use(row, row, VolSource::own_mid)) return;
      if (!other_first) use(row, other, VolSource::other_side);
    };
    choose(slice.call.row[i], slice.put.row[i], call_is_otm);
    choose(slice.put.row[i], slice.call.row[i], !call_is_otm);
  }
}

void fill_from_smile(const ChainQuotes& chain, const SliceQuotes& slice, const ExpiryTerms& terms, const Smile& smile,
                     bool all, ChainEnrichment& out) {
  for (std::size_t i = 0; i < slice.size(); ++i) {
    if (!(slice.strike[i] > 0)) continue;
    double vol = 0;
    for (const std::uint32_t row : {slice.call.row[i], slice.put.row[i]}) {
      if (row == no_row || (!all && out.source[row] != VolSource::none)) continue;
      if (vol == 0) vol = std::sqrt(smile.total_variance(math::log(chain.strike[row] / terms.forward)) / terms.years);
      out.vol[row] = vol;
      out.source[row] = VolSource::surface;
    }
  }
}

void slice_greeks(const ChainQuotes& chain, const SliceQuotes& slice, const ExpiryTerms& terms,
                  const SurfaceOptions& options, ChainEnrichment& out) {
  for (const Right right : {Right::call, Right::put}) {
    const RowRange rows = right == Right::call ? slice.call_rows : slice.put_rows;
    if (rows.size() == 0) continue;
    if (options.exercise == ExerciseStyle::american) {
      american_side(chain, rows, right, terms, options, out);
      continue;
    }
    const std::vector<Right> rights(rows.size(), right);
    EuropeanColumns columns;
    columns.delta = part(out.delta, rows);
    columns.gamma = part(out.gamma, rows);
    columns.vega = part(out.vega, rows);
    columns.theta = part(out.theta, rows);
    columns.rho = part(out.rho, rows);
    european_chain(terms, part(chain.strike, rows), part(out.vol, rows), rights, columns);  // NaN where vol is
  }
}

}  // namespace optix
