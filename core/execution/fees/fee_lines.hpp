#pragma once
// What an order costs beyond its price: a table of fee lines, each with the dates, the side and the
// products it applies to, its rate, cap, minimum and rounding. Exact USD.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/field.hpp"
#include "messages/values/decimal.hpp"
#include "messages/values/result.hpp"
#include "messages/values/symbol.hpp"
#include "messages/values/time.hpp"

namespace optix {

enum class FeeProduct : std::uint8_t { equity_option, index_option, shares };
constexpr auto enum_names(FeeProduct) {
  return std::to_array<std::string_view>({"equity_option", "index_option", "shares"});
}

// One leg of a fill.
struct FeeLeg {
  FeeProduct product = FeeProduct::equity_option;
  Symbol root = {};
  bool buy = true;
  bool opens = true;
  std::int64_t quantity = 0;  // contracts or shares, > 0
  Decimal price;              // USD per share
  std::int32_t multiplier = 100;
};

struct FeeItem {
  std::string_view line;
  Decimal amount;
};

class FeeTable {
 public:
  // Fees of one fill of an order on `date`. `first` is false for the later fills of an order that
  // trades in parts: per-order amounts are charged once.
  Decimal fees(std::span<const FeeLeg> legs, Date date, bool first = true) const;
  // The same, line by line.
  std::vector<FeeItem> itemised(std::span<const FeeLeg> legs, Date date, bool first = true) const;
};

}  // namespace optix
