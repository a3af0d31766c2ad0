#include "core/portfolio/marks.hpp"

#include <algorithm>

namespace optix {

TouchAndMid touch_and_mid(const Quote& quote, bool is_long, TouchAndMid last) {
  const bool bid = !quote.bid.is_none() && quote.bid >= Decimal{}, ask = quote.has_ask();
  if (quote.crossed() || (!bid && !ask)) return last;
  if (bid && ask) return {is_long ? quote.bid : quote.ask, (quote.bid + quote.ask).half()};
  if (bid) return {is_long ? quote.bid : std::max(last.touch, quote.bid), std::max(last.mid, quote.bid)};
  return {is_long ? Decimal{} : quote.ask, std::min(last.mid, quote.ask)};
}

}  // namespace optix
