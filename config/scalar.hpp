#pragma once
// Scalar text as typed values: one reading shared by the checker and by Value's accessors, so
// that what passes a check can be read.
#include <cstdint>
#include <optional>
#include <string_view>

namespace optix {

std::optional<bool> parse_boolean(std::string_view text);          // "true" or "false"
std::optional<std::int64_t> parse_integer(std::string_view text);  // whole text, decimal, optional sign
std::optional<double> parse_number(std::string_view text);         // finite; "nan" and "inf" are refused

}  // namespace optix
