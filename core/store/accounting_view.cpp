#include "core/store/accounting_view.hpp"

#include <array>
#include <cmath>

namespace optix {

std::span<const AttributionPart> attribution_parts() {
  using A = Attribution;
  static constexpr std::array<AttributionPart, 10> parts{{
      {"total", "change of equity less deposits", &A::total},
      {"delta", "delta x move of the underlying", &A::delta},
      {"gamma", "half gamma x move squared", &A::gamma},
      {"vega", "vega x change of implied volatility", &A::vega},
      {"theta", "theta x calendar days", &A::theta},
      {"vanna", "vanna x move x change of volatility", &A::vanna},
      {"volga", "half volga x change of volatility squared", &A::volga},
      {"rho", "rho x change of the rate", &A::rho},
      {"trading", "fills against the marks after them, fees, income, settlements", &A::trading},
      {"residual", "what the greeks do not explain", &A::residual},
  }};
  return parts;
}

AttributionSums attribution_sums(const RunView& view) {
  AttributionSums sums;
  for (const MessageRef& message : view.record().results.attribution) {
    const Attribution& session = message.get<Attribution>();
    for (const AttributionPart& part : attribution_parts()) sums.total.*part.member += session.*part.member;
    sums.total.unexplained += session.unexplained;
    sums.total.time = session.time;
    sums.total.session = session.session;
    if (std::fabs(session.residual) > std::fabs(sums.largest_residual)) {
      sums.largest_residual = session.residual;
      sums.largest_residual_session = session.session;
    }
  }
  return sums;
}

const MarginState* tightest_margin(const RunView& view) {
  const MarginState* tightest = nullptr;
  for (const MessageRef& message : view.record().results.margin) {
    const MarginState& state = message.get<MarginState>();
    if (!tightest || state.excess < tightest->excess) tightest = &state;
  }
  return tightest;
}

std::size_t margin_calls(const RunView& view) {
  std::size_t calls = 0;
  bool short_of = false;
  for (const MessageRef& message : view.record().results.margin) {
    const bool deficit = message.get<MarginState>().excess < Decimal{};
    calls += deficit && !short_of ? 1 : 0;
    short_of = deficit;
  }
  return calls;
}

}  // namespace optix
