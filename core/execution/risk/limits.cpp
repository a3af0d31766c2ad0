#include "core/execution/risk/limits.hpp"

#include <cmath>

namespace optix {
namespace {

using M = LimitMeasure;
using R = RejectReason;
constexpr std::array<LimitKind, 7> kinds{{
    {M::contracts, R::max_contracts, true, false, &Exposure::contracts, "contracts"},
    {M::positions, R::max_positions, true, false, nullptr, "positions"},
    {M::notional, R::max_notional, false, false, &Exposure::notional, "USD of notional"},
    {M::delta, R::max_delta, false, true, &Exposure::delta, "USD of delta"},
    {M::gamma, R::max_gamma, false, true, &Exposure::gamma, "USD of gamma"},
    {M::vega, R::max_vega, false, true, &Exposure::vega, "USD of vega"},
    {M::theta, R::max_theta, false, true, &Exposure::theta, "USD of theta"},
}};

std::string text_of(const LimitKind& kind, double value) {
  return kind.whole ? std::to_string(static_cast<std::int64_t>(value))
                    : Decimal::from_double(std::round(value * 100) / 100).to_string();
}

}  // namespace

const std::array<LimitKind, 7>& limit_kinds() { return kinds; }

std::optional<RiskRefusal> limit_breach(const Limit& limit, double before, double after) {
  const LimitKind& kind = kinds[static_cast<std::size_t>(limit.measure)];
  const std::string of =
      std::string(enum_name(limit.scope)) + " limit of " + text_of(kind, limit.most) + " " + std::string(kind.unit);
  if (std::isnan(after)) return RiskRefusal{kind.reason, "a figure for the " + of + " is not known"};
  const double now = kind.netted ? std::abs(after) : after;
  if (now <= limit.most) return std::nullopt;
  if (kind.netted && !std::isnan(before) && now < std::abs(before)) return std::nullopt;
  return RiskRefusal{kind.reason, text_of(kind, after) + " would exceed the " + of};
}

}  // namespace optix
