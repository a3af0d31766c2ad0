#include "core/volatility/volatility_index.hpp"

#include <algorithm>
#include <cmath>

#include "core/pricing/elementary.hpp"
#include "core/time/calendar.hpp"
#include "core/volatility/slice_forward.hpp"

namespace optix {
namespace {

constexpr double minutes_per_year = 525'600, minutes_per_day = 1'440;

struct Side {
  double bid, ask;
  bool sound() const { return bid > 0 && ask >= bid && std::isfinite(ask); }
  double mid() const { return 0.5 * (bid + ask); }
};
Side call_side(const ParityQuote& q) { return {q.call_bid, q.call_ask}; }
Side put_side(const ParityQuote& q) { return {q.put_bid, q.put_ask}; }

struct Used {
  double strike, price;
};

// From the strike next to K0 outwards, until two bids in a row are missing.
template <class Next>
std::vector<Used> walk(std::span<const ParityQuote> quotes, std::ptrdiff_t first, Side (*side)(const ParityQuote&),
                       Next next) {
  std::vector<Used> out;
  int missing = 0;
  for (std::ptrdiff_t i = first; i >= 0 && i < static_cast<std::ptrdiff_t>(quotes.size()) && missing < 2; i = next(i)) {
    const ParityQuote& q = quotes[static_cast<std::size_t>(i)];
    if (!side(q).sound()) {
      ++missing;
      continue;
    }
    missing = 0;
    out.push_back({q.strike, side(q).mid()});
  }
  return out;
}

bool friday_expiration(Date date) {
  if (date.weekday() == 6) return true;  // the Saturday dates of old
  if (date.weekday() == 5) return true;
  return date.weekday() == 4 && !is_session(date + 1);
}

std::vector<ParityQuote> all_quotes(const SliceQuotes& slice) {
  std::vector<ParityQuote> out(slice.size());
  for (std::size_t i = 0; i < slice.size(); ++i)
    out[i] = {slice.strike[i], slice.call.bid[i], slice.call.ask[i], slice.put.bid[i], slice.put.ask[i]};
  return out;
}

}  // namespace

Result<IndexTerm> index_term(std::span<const ParityQuote> quotes, double rate, double years) {
  const auto forward = vix_forward(quotes, rate, years);
  if (!forward) return forward.error();
  const auto at = std::find_if(quotes.begin(), quotes.end(), [&](const auto& q) { return q.strike == forward->k0; });
  const std::ptrdiff_t middle = at - quotes.begin();
  if (!call_side(*at).sound() || !put_side(*at).sound())
    return Error{"the strike at the forward has no two-sided call and put", "volatility index", ""};
  std::vector<Used> used = walk(quotes, middle - 1, put_side, [](std::ptrdiff_t i) { return i - 1; });
  const std::vector<Used> calls = walk(quotes, middle + 1, call_side, [](std::ptrdiff_t i) { return i + 1; });
  IndexTerm out;
  out.puts = used.size();
  out.calls = calls.size();
  if (used.empty() || calls.empty())
    return Error{used.empty() ? "no put with a bid below the forward" : "no call with a bid above the forward",
                 "volatility index", ""};
  std::reverse(used.begin(), used.end());
  used.push_back({at->strike, 0.5 * (call_side(*at).mid() + put_side(*at).mid())});
  used.insert(used.end(), calls.begin(), calls.end());

  double sum = 0;
  for (std::size_t i = 0; i < used.size(); ++i) {
    const double below = used[i > 0 ? i - 1 : 0].strike, above = used[std::min(i + 1, used.size() - 1)].strike;
    const double width = i > 0 && i + 1 < used.size() ? 0.5 * (above - below) : above - below;
    sum += width / (used[i].strike * used[i].strike) * used[i].price;
  }
  const double growth = math::exp(rate * years), excess = forward->forward / forward->k0 - 1;
  out.forward = forward->forward;
  out.k0 = forward->k0;
  out.years = years;
  out.lowest = used.front().strike;
  out.highest = used.back().strike;
  out.variance = (2 * growth * sum - excess * excess) / years;
  if (!(out.variance > 0)) return Error{"the variance of the term is not positive", "volatility index", ""};
  return out;
}

Result<double> interpolate_index(const IndexTerm& near, const IndexTerm& next, double days) {
  const double target = days * minutes_per_day;
  const double first = near.years * minutes_per_year, second = next.years * minutes_per_year;
  if (!(first > 0) || !(second > first) || !(target > 0))
    return Error{"the near term must end before the next", "volatility index", ""};
  const double near_weight = (second - target) / (second - first), next_weight = (target - first) / (second - first);
  const double total = near.years * near.variance * near_weight + next.years * next.variance * next_weight;
  if (!(total > 0)) return Error{"the interpolated variance is not positive", "volatility index", ""};
  return 100 * std::sqrt(total * minutes_per_year / target);
}

Result<VolatilityIndex> volatility_index(const ChainSnapshot& chain, const VolatilityIndexOptions& options) {
  auto quotes = chain_quotes(chain);
  if (!quotes) return quotes.error();
  const SliceQuotes* near = nullptr;
  const SliceQuotes* next = nullptr;
  for (const SliceQuotes& slice : quotes->slices) {
    if (!options.roots.empty() &&
        std::find(options.roots.begin(), options.roots.end(), slice.root) == options.roots.end())
      continue;
    if (options.fridays_only && !friday_expiration(slice.expiration)) continue;
    const double days = slice.expiration - quotes->session;
    // Of two roots on one date the first in time counts: the AM-settled monthly.
    if (days > options.min_days && days <= options.days && (near == nullptr || slice.expiration != near->expiration))
      near = &slice;
    if (next == nullptr && days > options.days && days <= options.max_days) next = &slice;
  }
  const std::string where = chain.underlying.to_string() + " chain of " + chain.time.to_string();
  if (near == nullptr || next == nullptr)
    return Error{near == nullptr ? "no expiry for the near term" : "no expiry for the next term", where,
                 "widen min_days and max_days, or allow expirations on other days than Fridays"};

  std::vector<SliceForward> forwards;
  if (!options.rates) forwards = slice_forwards(*quotes, {});
  const auto term = [&](const SliceQuotes& slice) -> Result<IndexTerm> {
    double rate = 0;
    if (options.rates) {
      rate = options.rates->zero_rate(slice.calendar_years);
    } else {
      const SliceForward& f = forwards[static_cast<std::size_t>(&slice - quotes->slices.data())];
      if (f.source == ForwardSource::none) return Error{f.note, where, "give a rate curve"};
      rate = -math::log(f.discount) / slice.calendar_years;
    }
    return index_term(all_quotes(slice), rate, slice.calendar_years);
  };
  const auto near_term = term(*near);
  if (!near_term) return near_term.error();
  const auto next_term = term(*next);
  if (!next_term) return next_term.error();
  const auto value = interpolate_index(*near_term, *next_term, options.days);
  if (!value) return value.error();
  return VolatilityIndex{*value, *near_term, *next_term, near->expiration, next->expiration, near->root, next->root};
}

}  // namespace optix
