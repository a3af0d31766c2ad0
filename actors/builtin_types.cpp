#include <algorithm>

#include "actors/executor_simulated.hpp"
#include "actors/feed_node.hpp"
#include "actors/metrics_summary.hpp"
#include "actors/node_type.hpp"
#include "actors/portfolio_book.hpp"
#include "actors/pricing_surface.hpp"
#include "actors/replay.hpp"
#include "actors/risk_pretrade.hpp"
#include "actors/simulated.hpp"
#include "actors/strategy_rules.hpp"

namespace optix {

const std::vector<NodeType>& builtin_node_types() {
  static const std::vector<NodeType> types{
      replay_node_type(),
      simulated_node_type(),
      feed_node_type(),
      pricing_surface_node_type(),
      strategy_rules_node_type(),
      risk_pretrade_node_type(),
      executor_simulated_node_type(),
      portfolio_book_node_type(),
      metrics_summary_node_type(),
  };
  return types;
}

const NodeType* find_node_type(std::string_view name) {
  const std::vector<NodeType>& types = builtin_node_types();
  const auto found = std::find_if(types.begin(), types.end(), [&](const NodeType& t) { return t.schema.name == name; });
  return found == types.end() ? nullptr : &*found;
}

}  // namespace optix
