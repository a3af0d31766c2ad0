#include "core/volatility/surface_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/pricing/elementary.hpp"
#include "core/volatility/enrichment.hpp"
#include "core/volatility/essvi_fit.hpp"
#include "core/volatility/slice_forward.hpp"
#include "core/volatility/smile_fit.hpp"

namespace optix {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

ExpiryTerms terms_of(const ChainQuotes& chain, const SliceFit& slice) {
  return {chain.spot, slice.forward, slice.discount, slice.years};
}

void keep_roots(ChainQuotes& quotes, const std::vector<Symbol>& roots) {
  if (roots.empty()) return;
  std::erase_if(quotes.slices,
                [&](const SliceQuotes& s) { return std::find(roots.begin(), roots.end(), s.root) == roots.end(); });
  quotes.counts = {};
  for (const SliceQuotes& s : quotes.slices) quotes.counts += s.counts;
}

SliceFit describe_slice(const SliceQuotes& slice, const SliceForward& forward) {
  SliceFit out;
  out.root = slice.root;
  out.expiration = slice.expiration;
  out.settlement = slice.settlement;
  out.settles = slice.settles;
  out.years = slice.years;
  out.calendar_years = slice.calendar_years;
  out.counts = slice.counts;
  out.forward_source = forward.source;
  out.forward = forward.forward;
  out.discount = forward.discount;
  out.forward_error = forward.forward_error;
  out.discount_error = forward.discount_error;
  out.parity_strikes = forward.strikes;
  out.note = forward.note;
  return out;
}

// The out-of-the-money quotes of a slice with error bars. American prices are taken at their
// American volatility: bars from the vega of the mid.
void collect_quotes(const SliceQuotes& slice, const ExpiryTerms& terms, const SurfaceOptions& options,
                    const ChainEnrichment& rows, SliceFit& out) {
  std::vector<double> strike, bid, ask, iv_bid, iv_ask;
  std::vector<Right> right;
  for (std::size_t i = 0; i < slice.size(); ++i) {
    const Right side = slice.strike[i] < terms.forward ? Right::put : Right::call;
    const SideQuotes& s = slice.side(side);
    if (!(s.ask[i] > 0) || !(slice.strike[i] > 0)) continue;
    SmileQuote q;
    q.row = s.row[i];
    q.right = side;
    q.strike = slice.strike[i];
    q.k = math::log(q.strike / terms.forward);
    q.bid = s.bid[i];
    q.ask = s.ask[i];
    q.iv_bid = q.iv_ask = nan;
    q.iv_mid = rows.iv[q.row];
    out.quotes.push_back(q);
    strike.push_back(q.strike);
    bid.push_back(q.bid > 0 ? q.bid : nan);
    ask.push_back(q.ask);
    right.push_back(side);
  }
  const std::size_t n = out.quotes.size();
  iv_bid.resize(n);
  iv_ask.resize(n);
  std::vector<ImpliedVolStatus> status(n);
  implied_vol_chain(terms, strike, bid, right, iv_bid, status);
  implied_vol_chain(terms, strike, ask, right, iv_ask, status);
  if (options.exercise == ExerciseStyle::american) {
    // The premium of early exercise is much the same at bid, mid and ask: the width of the European
    // error bar is laid around the American volatility of the mid.
    for (std::size_t i = 0; i < n; ++i) {
      const double half = 0.5 * (iv_ask[i] - iv_bid[i]), mid = out.quotes[i].iv_mid;
      iv_bid[i] = std::fmax(mid - half, 0.5 * mid);
      iv_ask[i] = mid + half;
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    SmileQuote& q = out.quotes[i];
    q.iv_bid = iv_bid[i];
    q.iv_ask = iv_ask[i];
    if (!std::isfinite(q.iv_bid) || !std::isfinite(q.iv_ask) || !std::isfinite(q.iv_mid)) continue;
    const double w_mid = q.iv_mid * q.iv_mid * terms.years;
    const double half = 0.5 * (q.iv_ask * q.iv_ask - q.iv_bid * q.iv_bid) * terms.years;
    const double bar = std::fmax(half, 1e-3 * w_mid);  // a locked quote is not known without error
    q.weight = 1 / (bar * bar);
    const double mid = 0.5 * (q.bid + q.ask), spread = q.ask - q.bid;
    const double deviation = std::sqrt(w_mid), d1 = -q.k / deviation + 0.5 * deviation;
    const double delta = math::normal_cdf(q.right == Right::call ? d1 : -d1);
    q.liquid = delta >= options.liquid.min_delta &&
               spread <= std::fmax(options.liquid.max_spread_share * mid, options.liquid.max_spread_floor + 1e-9);
    out.liquid += q.liquid ? 1 : 0;
  }
}

double median(std::vector<double>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Prices of the fit against the liquid quotes. American: in volatility against the error bar, and the
// error in price by the European vega, as both sides carry the same exercise premium.
void measure(const ExpiryTerms& terms, const Smile& smile, const SurfaceOptions& options, SliceFit& out) {
  std::vector<double> strike, vol, mid_vol;
  std::vector<Right> right;
  std::vector<const SmileQuote*> quotes;
  for (const SmileQuote& q : out.quotes) {
    if (!q.liquid) continue;
    quotes.push_back(&q);
    strike.push_back(q.strike);
    right.push_back(q.right);
    vol.push_back(std::sqrt(smile.total_variance(q.k) / terms.years));
    mid_vol.push_back(q.iv_mid);
  }
  std::vector<double> price(quotes.size()), reference(quotes.size()), errors, halves;
  const bool american = options.exercise == ExerciseStyle::american;
  EuropeanColumns columns;
  columns.price = price;
  european_chain(terms, strike, vol, right, columns);
  columns.price = reference;
  if (american) european_chain(terms, strike, mid_vol, right, columns);
  for (std::size_t i = 0; i < quotes.size(); ++i) {
    const SmileQuote& q = *quotes[i];
    const double mid = american ? reference[i] : 0.5 * (q.bid + q.ask), half = 0.5 * (q.ask - q.bid);
    const double error = std::fabs(price[i] - mid);
    out.inside += error <= half + 1e-9 ? 1 : 0;
    errors.push_back(error);
    halves.push_back(half);
  }
  out.median_error = median(errors);
  out.median_half_spread = median(halves);
}

struct Prepared {
  ChainQuotes quotes;
  ChainEnrichment rows;
  std::vector<SliceFit> slices;  // parallel to quotes.slices
};

// Quotes, forwards, implied volatilities.
Result<Prepared> prepare(const ChainSnapshot& chain, const SurfaceOptions& options) {
  auto quotes = chain_quotes(chain, options.clock, options.allow_stale);
  if (!quotes) return quotes.error();
  Prepared out{std::move(*quotes), {}, {}};
  keep_roots(out.quotes, options.roots);
  out.rows = empty_enrichment(out.quotes);
  const auto forwards = slice_forwards(out.quotes, options);
  std::size_t usable = 0;
  for (std::size_t i = 0; i < out.quotes.slices.size(); ++i) {
    const SliceQuotes& slice = out.quotes.slices[i];
    out.slices.push_back(describe_slice(slice, forwards[i]));
    if (forwards[i].source == ForwardSource::none) continue;
    ++usable;
    imply_slice(out.quotes, slice, terms_of(out.quotes, out.slices[i]), options, out.rows);
  }
  if (usable == 0)
    return Error{"no expiry has a forward", chain.underlying.to_string() + " chain of " + chain.time.to_string(),
                 "give a rate curve: the quotes do not allow put-call parity"};
  return out;
}

// eSSVI through all slices; slices without a usable quote get no parameters. Error: none has one.
Result<std::vector<SviParameters>> prior_slices(const std::vector<SliceFit>& slices) {
  std::vector<std::vector<SmilePoint>> points(slices.size());
  std::vector<EssviFitInput> inputs;
  std::vector<std::size_t> owner;
  for (std::size_t i = 0; i < slices.size(); ++i) {
    for (const SmileQuote& q : slices[i].quotes)
      if (q.weight > 0) points[i].push_back({q.k, q.iv_mid * q.iv_mid * slices[i].years, q.weight});
    if (points[i].empty()) continue;
    inputs.push_back({slices[i].years, points[i]});
    owner.push_back(i);
  }
  const auto fit = fit_essvi(inputs);
  if (!fit) return fit.error();
  std::vector<SviParameters> out(slices.size());
  for (std::size_t j = 0; j < owner.size(); ++j) out[owner[j]] = essvi_to_raw(fit->slices[j].expiry.slice);
  return out;
}

// What the slices' measurements add up to.
SurfaceArbitrage sum_up(const std::vector<SliceFit>& slices) {
  SurfaceArbitrage out;
  out.min_g = out.min_calendar_gap = std::numeric_limits<double>::infinity();
  for (const SliceFit& fit : slices) {
    if (!fit.slice) continue;
    out.min_g = std::min(out.min_g, fit.check.min_g);
    out.butterfly += fit.check.free ? 0 : 1;
    if (*fit.slice == 0) continue;
    out.min_calendar_gap = std::min(out.min_calendar_gap, fit.calendar_gap);
    out.calendar += fit.calendar_gap >= -crossing_tolerance ? 0 : 1;
  }
  if (!std::isfinite(out.min_calendar_gap) && out.calendar == 0) out.min_calendar_gap = 0;  // one slice
  out.free = out.butterfly == 0 && out.calendar == 0;
  return out;
}

}  // namespace

Result<EnrichedChain> enrich_chain(const ChainSnapshot& chain, const SurfaceOptions& options) {
  auto prepared = prepare(chain, options);
  if (!prepared) return prepared.error();
  for (std::size_t i = 0; i < prepared->slices.size(); ++i)
    if (prepared->slices[i].forward_source != ForwardSource::none)
      slice_greeks(prepared->quotes, prepared->quotes.slices[i], terms_of(prepared->quotes, prepared->slices[i]),
                   options, prepared->rows);
  return EnrichedChain{std::move(prepared->rows), std::move(prepared->slices), std::move(prepared->quotes)};
}

Result<SurfaceFit> fit_surface(const ChainSnapshot& chain, const SurfaceOptions& options) {
  auto prepared = prepare(chain, options);
  if (!prepared) return prepared.error();
  const ChainQuotes& quotes = prepared->quotes;
  for (std::size_t i = 0; i < quotes.slices.size(); ++i)
    if (SliceFit& fit = prepared->slices[i]; fit.forward_source != ForwardSource::none)
      collect_quotes(quotes.slices[i], terms_of(quotes, fit), options, prepared->rows, fit);
  const auto priors = prior_slices(prepared->slices);
  if (!priors)
    return Error{"no expiry has a two-sided quote to fit",
                 chain.underlying.to_string() + " chain of " + chain.time.to_string(), ""};
  std::vector<SurfaceSlice> slices;
  slices.reserve(quotes.slices.size());  // `before` points into it
  const Smile* before = nullptr;
  for (std::size_t i = 0; i < quotes.slices.size(); ++i) {
    SliceFit& fit = prepared->slices[i];
    if (fit.forward_source == ForwardSource::none) continue;
    const ExpiryTerms terms = terms_of(quotes, fit);
    SmileFitResult result = fit_smile({fit.years, fit.quotes, (*priors)[i], before, options.model});
    fit.outcome = result.outcome;
    fit.note = std::move(result.note);
    fit.check = result.check;
    fit.calendar_gap = result.calendar_gap;
    if (fit.outcome != SliceOutcome::left_out) {
      measure(terms, result.smile, options, fit);
      fit.slice = slices.size();
      slices.push_back({fit.root, fit.expiration, fit.settlement, fit.settles, fit.years, fit.calendar_years,
                        fit.forward, fit.discount, std::move(result.smile), fit.quotes.front().k, fit.quotes.back().k});
      before = &slices.back().smile;
      fill_from_smile(quotes, quotes.slices[i], terms, *before, options.greeks_from_surface, prepared->rows);
    }
    slice_greeks(quotes, quotes.slices[i], terms, options, prepared->rows);
  }
  auto surface = VolSurface::make(quotes.time, quotes.spot, options.clock, std::move(slices));
  if (!surface) return surface.error();
  SurfaceFit out{std::move(*surface), std::move(prepared->rows), std::move(prepared->slices), {}, quotes.expired_rows};
  out.arbitrage = sum_up(out.slices);
  return out;
}

}  // namespace optix
