#pragma once
// Limits on what opening orders may lead to, as one table: what is measured, for whom, and the largest
// value allowed. A limit is a value that is still allowed; what is above it is refused.
//
//   measure    order                     strategy, book (held + on their way + the order)   unit
//   contracts  Σ |q| of its options      the same                                           contracts
//   positions  –                         multi-leg positions                                positions
//   notional   see exposure.hpp          the same                                           USD
//   delta …    |net| of its legs         |net|; an order that lowers it passes              USD, see exposure.hpp
//
// A strategy is the node whose rank is in the order's id (order >> 40). A figure that is not known
// breaks the limits on it.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/execution/risk/exposure.hpp"

namespace optix {

enum class LimitScope : std::uint8_t { order, strategy, book };
constexpr auto enum_names(LimitScope) { return std::to_array<std::string_view>({"order", "strategy", "book"}); }

enum class LimitMeasure : std::uint8_t { contracts, positions, notional, delta, gamma, vega, theta };
constexpr auto enum_names(LimitMeasure) {
  return std::to_array<std::string_view>({"contracts", "positions", "notional", "delta", "gamma", "vega", "theta"});
}

struct LimitKind {
  LimitMeasure measure;
  RejectReason reason;
  bool whole;                // a count: no decimals in texts
  bool netted;               // longs and shorts offset each other
  double Exposure::*figure;  // nullptr: counted elsewhere
  std::string_view unit;
};
// One row per measure, in the order of LimitMeasure.
const std::array<LimitKind, 7>& limit_kinds();

struct Limit {
  LimitScope scope = LimitScope::book;
  LimitMeasure measure = LimitMeasure::contracts;
  double most = 0;
};

struct RiskRefusal {
  RejectReason reason = RejectReason::none;
  std::string detail;
};

// `before` is the figure without the order, `after` with it. nullopt: within the limit.
std::optional<RiskRefusal> limit_breach(const Limit& limit, double before, double after);

}  // namespace optix
