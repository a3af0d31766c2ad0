#pragma once
// The parameter `fees` of a simulated venue: a schedule by name, commissions, and lines of one's own.
#include "config/schema.hpp"
#include "config/value.hpp"
#include "core/execution/fees/fee_lines.hpp"
#include "messages/values/result.hpp"

namespace optix {

ParamSpec fees_param();
// `params` is the value of that parameter and has passed the checker. Everything given adds up; `rounding`
// replaces that of every line.
Result<FeeTable> fee_table(const Value& params);

}  // namespace optix
