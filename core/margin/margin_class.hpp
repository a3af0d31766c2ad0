#pragma once
// Which margin class an underlying belongs to. What the table does not know is an equity. Sources: Cboe
// Rule 10.3 and product specifications, Nasdaq PHLX sector indexes, fund prospectuses for leverage and
// the days it changed; FINRA Regulatory Notice 09-53 for leveraged funds.
#include <span>
#include <string_view>

#include "core/margin/margin.hpp"

namespace optix {

struct MarginTerms {
  std::string_view symbol;  // of the underlying
  MarginClass margin_class = MarginClass::equity;
  ScanRange scan = ScanRange::equity;
  Decimal leverage = Decimal::from_int(1);  // at least 1, without sign
  bool european_cash = false;
  Date from, until;
};

// Rows in order of symbol, then `from`.
std::span<const MarginTerms> margin_terms_table();

// `overrides` are looked at first: what the user says of a symbol wins, on its days.
MarginTerms margin_class_of(std::string_view symbol, Date on, std::span<const MarginTerms> overrides = {});

// The underlying at a price, ready for the requirement.
MarginUnderlying margin_underlying(Symbol symbol, Decimal price, Date on, std::span<const MarginTerms> overrides = {});

}  // namespace optix
