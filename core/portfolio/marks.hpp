#pragma once
// What a held contract is worth by a quote. Three prices are kept of every holding: its mark (by
// MarkMode), the touch it could be liquidated at, and the mid; for any holding the value at the touch
// is at most the value at mid.
#include "core/contracts/chain_view.hpp"
#include "core/portfolio/holding.hpp"

namespace optix {

enum class MarkMode : std::uint8_t {
  mid,    // middle of bid and ask
  touch,  // the side it could be liquidated at: bid for a long, ask for a short holding
  model,  // mid of a two-sided quote; otherwise Black–Scholes at the contract's last implied volatility
};
constexpr auto enum_names(MarkMode) { return std::to_array<std::string_view>({"mid", "touch", "model"}); }

// USD per share; none when the quote cannot say: a needed side is missing, or the quote is crossed.
// A bid of zero is a known bid: a long holding is worth nothing at the touch. For `model` the mid.
inline Decimal mark_price(MarkMode mode, const Quote& quote, bool is_long) {
  const bool bid_known = !quote.bid.is_none() && quote.bid >= Decimal{};
  if (quote.crossed()) return Decimal::none();
  if (mode == MarkMode::touch) {
    if (is_long) return bid_known ? quote.bid : Decimal::none();
    return quote.has_ask() ? quote.ask : Decimal::none();
  }
  return bid_known && quote.has_ask() ? (quote.bid + quote.ask).half() : Decimal::none();
}

// Touch and mid of a holding as a quote moves them.
//   two-sided       the quote's own
//   crossed, empty  both carried
//   no bid          a long one brings nothing; the mid is carried, at most the ask
//   no ask          the touch of a short one is carried, at least the bid; the mid is carried, at least
//                   the bid
struct TouchAndMid {
  Decimal touch, mid;
};
TouchAndMid touch_and_mid(const Quote& quote, bool is_long, TouchAndMid last);

// Shares are quoted at the underlying's price ± half_spread.
inline Quote share_quote(Decimal price, Decimal half_spread) { return {price - half_spread, price + half_spread}; }

}  // namespace optix
