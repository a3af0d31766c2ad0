#include "core/data/simulation/quoting.hpp"

#include <cmath>

#include "core/pricing/elementary.hpp"

namespace optix::simulation {

TickTable tick_table(TickRule rule) {
  switch (rule) {
    case TickRule::index: return {5, 10, 0.2, 0.1};
    case TickRule::penny: return {1, 5, 1, 0.2};
    case TickRule::cent: return {1, 1, 1, 1};
  }
  return {};
}

SpreadRule::SpreadRule(const Params& p, double spot, double years, double atm_vol, double level) {
  const double stress = math::exp(p.spread_level * math::log(level / p.level));
  const double factor = 0.5 * (1 + p.spread_term * years) * stress;
  base_ = p.spread * factor;
  per_root_ = p.spread_root * factor;
  deep_ = 0.5 * p.spread_in_the_money * spot * stress * (1 + 0.5 * years);
  inverse_deviation_ = 1 / (spot * atm_vol * std::sqrt(years));
}

}  // namespace optix::simulation
