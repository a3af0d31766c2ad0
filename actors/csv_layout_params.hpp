#pragma once
// How a CSV file is laid out, as parameters: a preset, or a preset with changes. `layout` of
// data.replay and the mapping file of an import have these keys.
#include <vector>

#include "config/schema.hpp"
#include "config/value.hpp"
#include "core/data/csv_layout.hpp"

namespace optix {

// The keys, for a parameter of kind map with the shorthand `preset`.
std::vector<ParamSpec> csv_layout_params();
// `layout` has passed the checker. Errors: a delimiter or time of day that is none, with its place.
Result<CsvLayout> read_csv_layout(const Value& layout);

// "close", "index_close", "product_close" or "15:45" (New York), with the place in the error.
Result<QuoteTime> read_quote_time(const Value& text);

}  // namespace optix
