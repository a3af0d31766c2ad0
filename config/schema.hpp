#pragma once
// What a configuration may say, as data. The checker, the JSON Schema, the defaults and the
// reference page all come from these tables.
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sequencer/node.hpp"

namespace optix {

enum class ParamKind : std::uint8_t {
  boolean,
  integer,
  number,
  decimal,  // exact money or price
  text,
  date,       // 2019-04-25
  timestamp,  // 2019-04-25 or 2019-04-25T13:30:00Z
  choice,     // one of `choices`
  path,       // file or folder, relative to the file that names it
  list,       // of `children[0]`
  map,        // with exactly the keys of `children`
  any_map,    // keys are free, each value as `children[0]`
  any,        // anything (passed on: checked by whoever owns it)
};

struct ParamSpec {
  std::string name;
  ParamKind kind = ParamKind::text;
  std::string doc;
  bool required = false;
  std::optional<std::string> default_text = std::nullopt;  // YAML text; used when absent
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices = {};
  std::vector<ParamSpec> children = {};
  std::string hint = {};  // shown with a range or kind error, e.g. "deltas are fractions"
  // Kind map only: the child that a bare scalar stands for, so `delta: 0.2` reads as
  // `delta: {target: 0.2}`. Empty: a scalar is refused.
  std::string shorthand = {};
};

// A node type as the checker sees it.
struct NodeSchema {
  std::string name;  // "strategy.rules"
  std::string doc;
  std::vector<PortSpec> inputs;
  std::vector<PortSpec> outputs;
  std::vector<ParamSpec> params;
  bool source = false;  // see PlannedNode::source
};

}  // namespace optix
