#include "core/volatility/slice_forward.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/pricing/elementary.hpp"
#include "core/pricing/parity.hpp"

namespace optix {
namespace {

constexpr std::size_t nearest = 24, spread_out = 24;
constexpr double window = 0.2;

// The strikes that take part, ascending.
std::vector<ParityQuote> parity_quotes(const SliceQuotes& slice) {
  std::vector<std::size_t> both;
  both.reserve(slice.size());
  std::size_t centre = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < slice.size(); ++i) {
    if (!slice.call.two_sided(i) || !slice.put.two_sided(i)) continue;
    const double gap = std::fabs(slice.call.mid(i) - slice.put.mid(i));
    if (gap < least) {
      least = gap;
      centre = both.size();
    }
    both.push_back(i);
  }
  std::vector<ParityQuote> out;
  if (both.empty()) return out;
  const double middle = slice.strike[both[centre]];
  std::size_t first = centre > nearest / 2 ? centre - nearest / 2 : 0;
  const std::size_t last = std::min(both.size(), first + nearest);
  first = last > nearest ? last - nearest : 0;
  const std::size_t stride = 1 + (both.size() - (last - first)) / spread_out;
  for (std::size_t j = 0; j < both.size(); ++j) {
    const std::size_t i = both[j];
    const bool near = j >= first && j < last;
    if (!near && (j % stride != 0 || std::fabs(slice.strike[i] - middle) > window * middle)) continue;
    out.push_back({slice.strike[i], slice.call.bid[i], slice.call.ask[i], slice.put.bid[i], slice.put.ask[i]});
  }
  return out;
}

Result<ParityForward> from_parity(const std::vector<ParityQuote>& quotes, const ChainQuotes& chain,
                                  const SliceQuotes& slice, const SurfaceOptions& options,
                                  const ParityOptions& parity) {
  if (options.exercise == ExerciseStyle::european) return parity_forward(quotes, parity);
  AmericanParityTerms terms;
  terms.spot = chain.spot;
  terms.years = slice.calendar_years;
  terms.scheme = options.scheme;
  return parity_forward_american(quotes, terms, parity);
}

void take(SliceForward& out, const ParityForward& found, ForwardSource source) {
  out.source = source;
  out.forward = found.forward;
  out.discount = found.discount;
  out.forward_error = found.forward_error;
  out.discount_error = found.discount_error;
  out.strikes = found.used;
}

// Both from the curve and the dividend yield; leaves a note without a curve.
void from_curve(SliceForward& out, const ChainQuotes& chain, const SliceQuotes& slice, const SurfaceOptions& options) {
  if (!options.rates) return;
  out.source = ForwardSource::curve;
  out.discount = options.rates->discount(slice.calendar_years);
  out.forward = chain.spot * math::exp(-options.dividend_yield * slice.calendar_years) / out.discount;
}

}  // namespace

double smoothed_rate(const std::vector<RateEstimate>& estimates, double years, double width) {
  double sum = 0, total = 0;
  for (const RateEstimate& e : estimates) {
    if (!(e.error > 0) || !std::isfinite(e.error) || !std::isfinite(e.rate)) continue;
    const double distance = math::log(e.years / years) / width;
    const double weight = math::exp(-0.5 * distance * distance) / (e.error * e.error);
    sum += weight * e.rate;
    total += weight;
  }
  return total > 0 ? sum / total : std::numeric_limits<double>::quiet_NaN();
}

std::vector<SliceForward> slice_forwards(const ChainQuotes& chain, const SurfaceOptions& options) {
  const std::size_t n = chain.slices.size();
  std::vector<SliceForward> out(n);
  std::vector<std::vector<ParityQuote>> quotes(n);
  std::vector<RateEstimate> rates;
  const bool fixed = options.rates && options.rates_from_curve;
  for (std::size_t i = 0; i < n; ++i) {
    const SliceQuotes& slice = chain.slices[i];
    quotes[i] = parity_quotes(slice);
    if (fixed) continue;
    const auto found = from_parity(quotes[i], chain, slice, options, {});
    if (!found || found->method != ParityMethod::regression) continue;
    // An error of D is an error of the rate of dD/(D·T).
    rates.push_back({slice.calendar_years, -math::log(found->discount) / slice.calendar_years,
                     found->discount_error / (found->discount * slice.calendar_years)});
  }
  for (std::size_t i = 0; i < n; ++i) {
    const SliceQuotes& slice = chain.slices[i];
    const double rate = fixed ? std::numeric_limits<double>::quiet_NaN() : smoothed_rate(rates, slice.calendar_years);
    const bool own = std::isfinite(rate);
    if (!own && !options.rates) {
      out[i].note = "no strike range gives a discount factor and there is no rate curve";
      continue;
    }
    ParityOptions parity;
    parity.known_discount =
        own ? math::exp(-rate * slice.calendar_years) : options.rates->discount(slice.calendar_years);
    parity.fix_discount = true;
    const auto found = from_parity(quotes[i], chain, slice, options, parity);
    if (found)
      take(out[i], *found, own ? ForwardSource::parity : ForwardSource::parity_and_curve);
    else
      from_curve(out[i], chain, slice, options);
    if (out[i].source == ForwardSource::none) out[i].note = "no forward: " + found.error().what;
  }
  return out;
}

}  // namespace optix
