#pragma once
// The parameter `fill` of a simulated venue: the fill rules of core/execution/fills, made from its tables.
#include "config/schema.hpp"
#include "config/value.hpp"
#include "core/execution/fills/fill_rules.hpp"
#include "messages/values/result.hpp"

namespace optix {

ParamSpec fill_param();
// `params` is the value of that parameter and has passed the checker. Refuses what does not go together.
Result<FillRules> fill_rules(const Value& params);

}  // namespace optix
