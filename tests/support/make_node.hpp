#pragma once
// A node from its parameters as text, checked as a configuration's are.
#include <memory>
#include <stdexcept>
#include <string>

#include "actors/node_type.hpp"
#include "config/check.hpp"
#include "config/yaml.hpp"

namespace optix {

// Throws std::runtime_error with what the checker or the node says.
inline std::unique_ptr<Node> make_node(const NodeType& type, const std::string& yaml) {
  Diagnostics errors;
  const auto value = parse_yaml_value(yaml, {"test", 1, 1});
  if (!value) throw std::runtime_error("not YAML: " + yaml);
  const Value params = check_map(*value, type.schema.params, "", errors);
  if (!errors.empty()) throw std::runtime_error(errors.render());
  const TopologyRun run;
  auto made = type.make({"node", 0, params, run});
  if (!made) throw std::runtime_error(made.error().to_string());
  return std::move(*made);
}

}  // namespace optix
