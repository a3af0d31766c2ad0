#pragma once
// What a held contract is worth by a quote.
#include "core/contracts/chain_view.hpp"

namespace optix {

enum class MarkMode : std::uint8_t {
  mid,    // middle of bid and ask
  touch,  // the side it could be liquidated at: bid for a long, ask for a short holding
};
constexpr auto enum_names(MarkMode) { return std::to_array<std::string_view>({"mid", "touch"}); }

// USD per share; none when the quote cannot say: a needed side is missing, or the quote is crossed.
// A bid of zero is a known bid: a long holding is worth nothing at the touch.
inline Decimal mark_price(MarkMode mode, const Quote& quote, bool is_long) {
  const bool bid_known = !quote.bid.is_none() && quote.bid >= Decimal{};
  if (quote.crossed()) return Decimal::none();
  if (mode == MarkMode::touch) {
    if (is_long) return bid_known ? quote.bid : Decimal::none();
    return quote.has_ask() ? quote.ask : Decimal::none();
  }
  return bid_known && quote.has_ask() ? (quote.bid + quote.ask).half() : Decimal::none();
}

}  // namespace optix
