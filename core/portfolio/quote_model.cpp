#include "core/portfolio/quote_model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/pricing/elementary.hpp"
#include "core/pricing/implied_vol.hpp"

namespace optix {
namespace {

std::optional<double> mid_of(const Quote& quote) {
  if (!quote.has_bid() || !quote.has_ask() || quote.crossed()) return std::nullopt;
  return (quote.bid + quote.ask).half().to_double();
}

BlackScholesInput input_of(const Contract& terms, double spot, double rate, double dividend_yield, double years) {
  BlackScholesInput in;
  in.spot = spot;
  in.strike = terms.strike.to_double();
  in.rate = rate;
  in.dividend_yield = dividend_yield;
  in.years = years;
  return in;
}

}  // namespace

double implied_yield(const ChainSnapshot& chain, const Contract& terms, double rate, double years) {
  const double spot = chain.underlying_price.is_none() ? 0 : chain.underlying_price.to_double();
  const auto calls = find_group(chain, terms.expiration, terms.root, Right::call),
             puts = find_group(chain, terms.expiration, terms.root, Right::put);
  if (!calls || !puts || !(spot > 0) || !(years > 0)) return 0;
  const RowRange call_rows = group_rows(chain, *calls), put_rows = group_rows(chain, *puts);
  const Decimal* strikes = chain.strike.data();
  // Outward from the strike at or above the spot, the nearer side first.
  const auto* const first = strikes + call_rows.begin;
  const auto* const last = strikes + call_rows.end;
  const auto* up = std::lower_bound(first, last, chain.underlying_price);
  const auto* down = up;
  while (down != first || up != last) {
    const bool lower =
        up == last || (down != first && chain.underlying_price - down[-1] <= *up - chain.underlying_price);
    const auto* const strike = lower ? --down : up++;
    const auto* const put = std::lower_bound(strikes + put_rows.begin, strikes + put_rows.end, *strike);
    if (put == strikes + put_rows.end || *put != *strike) continue;
    const auto c = mid_of(quote_at(chain, static_cast<std::size_t>(strike - strikes))),
               p = mid_of(quote_at(chain, static_cast<std::size_t>(put - strikes)));
    if (!c || !p) continue;
    const double forward = strike->to_double() + (*c - *p) * math::exp(rate * years);
    return forward > 0 ? rate - math::log(forward / spot) / years : 0;
  }
  return 0;
}

double row_vol(const ChainSnapshot& chain, std::size_t row, const Contract& terms, double price, double rate,
               double dividend_yield, double years) {
  if (chain.iv[row] > 0 && std::isfinite(chain.iv[row])) return chain.iv[row];
  if (chain.underlying_price.is_none()) return std::numeric_limits<double>::quiet_NaN();
  return implied_vol(terms.right, price,
                     input_of(terms, chain.underlying_price.to_double(), rate, dividend_yield, years))
      .vol;
}

Decimal model_price(const Contract& terms, const Quote& quote, double spot, double vol, double rate,
                    double dividend_yield, double years) {
  const double strike = terms.strike.to_double();
  const double exercise = std::max(0.0, terms.right == Right::call ? spot - strike : strike - spot);
  double price = exercise;
  if (years > 0) {
    BlackScholesInput in = input_of(terms, spot, rate, dividend_yield, years);
    in.vol = vol;
    price = european(terms.right, in).price;
    if (terms.exercise == ExerciseStyle::american) price = std::max(price, exercise);
  }
  Decimal out = Decimal::from_double(price);
  if (quote.has_bid()) out = std::max(out, quote.bid);
  if (quote.has_ask()) out = std::min(out, quote.ask);
  return out;
}

}  // namespace optix
