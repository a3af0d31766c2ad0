#pragma once
// Books written as text, for the margin tests: `-1P80@2;+100sh@92.38;+1C70@6(far)`.
#include <cctype>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/margin/margin.hpp"
#include "tests/support/small_market.hpp"

namespace optix {

inline const Date margin_session = day("2024-03-15");

// QUANTITY{C|P}STRIKE@PRICE[(days)] or QUANTITYsh@ENTRY, separated by ';'. `near` is 30 days from
// margin_session, `far` 60, a number so many; without it 30. PRICE of shares is the underlying's.
inline std::vector<MarginLeg> margin_legs(const std::string& text, const std::string& underlying_price, int days = 30) {
  std::vector<MarginLeg> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(';', at), text.size());
    const std::string word = text.substr(at, end - at);
    at = end + 1;
    MarginLeg& leg = out.emplace_back();
    std::size_t used = 0;
    leg.quantity = std::stoll(word, &used);
    const std::size_t sign = word.find('@');
    const std::size_t note = word.find('(');
    const std::string price = sign == std::string::npos ? "" : word.substr(sign + 1, note - sign - 1);
    if (word.compare(used, 2, "sh") == 0) {
      leg.contract = shares_contract;
      leg.shares = true;
      leg.multiplier = 1;
      leg.price = dec(underlying_price);
      leg.entry = price.empty() ? leg.price : dec(price);
      continue;
    }
    leg.right = word[used] == 'C' ? Right::call : Right::put;
    leg.strike = dec(word.substr(used + 1, std::min(sign, note) - used - 1));
    leg.price = price.empty() ? Decimal{} : dec(price);
    const std::string when = note == std::string::npos ? "" : word.substr(note + 1, word.size() - note - 2);
    leg.expiration = margin_session + (when.empty()     ? days
                                       : when == "near" ? 30
                                       : when == "far"  ? 60
                                                        : std::stoi(when));
  }
  return out;
}

inline MarginUnderlying margin_of(const std::string& margin_class, const std::string& price,
                                  const std::string& leverage = "1") {
  MarginUnderlying u;
  u.symbol = sym("XYZ");
  u.price = dec(price);
  u.margin_class = margin_class == "broad"       ? MarginClass::broad_index
                   : margin_class == "narrow"    ? MarginClass::narrow_index
                   : margin_class == "etf_broad" ? MarginClass::broad_etf
                                                 : MarginClass::equity;
  u.leverage = dec(leverage);
  return u;
}

}  // namespace optix
