#pragma once
// OSI option symbols: root padded with blanks to six characters, yymmdd, C or P, strike × 1000 in
// eight digits; 21 characters. (Options Symbology Initiative, OCC, 2010.)
#include <string>
#include <string_view>

#include "messages/market.hpp"
#include "messages/values/result.hpp"

namespace optix {

struct OsiSymbol {
  Symbol root;  // the option root (SPXW, BRKB, XYZ1): 1 to 6 of A–Z and 0–9
  Date expiration;
  Right right = Right::call;
  Decimal strike;
  auto operator<=>(const OsiSymbol&) const = default;
};

// The padded form and nothing else: "SPXW  190426C02935000".
Result<OsiSymbol> parse_osi(std::string_view text);
// The form without the padding that some vendors write: "SPXW190426C02935000".
Result<OsiSymbol> parse_osi_compact(std::string_view text);

// The padded form. An error when the strike is not a positive multiple of 0.001 below 100,000, the
// root is longer than six characters, or the year is not 2000–2099.
Result<std::string> format_osi(const OsiSymbol& symbol);

}  // namespace optix
