#pragma once
// A leg of a position as people write it:
//   sell 1 put 90 @1.25 vol=0.22 days=30        buy 2 call 110 expiry=2024-02-16 x=10
//   -1 put 90 @1.25                             buy 100 stock @101
// Side and count come first (the count may be left out), then what it is; the rest in any order.
#include <optional>
#include <string>

#include "messages/market.hpp"
#include "messages/values/result.hpp"

namespace optix {

struct LegText {
  bool stock = false;
  Right right = Right::call;
  Decimal strike;
  std::int32_t quantity = 0;  // contracts or shares, negative is short
  std::int32_t multiplier = 100;
  std::optional<Decimal> premium;
  std::optional<double> vol;
  std::optional<double> days;
  std::string expiry;

  // "-1 put 90".
  std::string name() const;
};

// `where` is for errors, which name the word that is wrong.
Result<LegText> parse_leg(const std::string& text, const std::string& where);

}  // namespace optix
