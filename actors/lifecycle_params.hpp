#pragma once
// The parameters of portfolio.book about the life of contracts, and the rules they make.
#include <cstdint>
#include <vector>

#include "config/schema.hpp"
#include "config/value.hpp"
#include "core/portfolio/lifecycle/lifecycle_rules.hpp"

namespace optix {

std::vector<ParamSpec> lifecycle_params();
// `params` has passed the checker. `seed`: of the run; random assignment draws from it.
LifecycleRules lifecycle_rules(const Value& params, std::uint64_t seed);

}  // namespace optix
