#pragma once
// Nearest-name suggestions for a mistyped key, node, port or type.
#include <string>
#include <string_view>
#include <vector>

namespace optix {

// Edits (insert, delete, replace, swap of neighbours) that turn one text into the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate nearest to `typed` when it is near enough to be what was meant (at most a third
// of the longer name's letters, and at least one), otherwise "". Ties go to the earlier candidate.
std::string nearest_name(std::string_view typed, const std::vector<std::string>& candidates);

// "did you mean `x`?", or when nothing is near "known <what>: a, b, c" ("" when there are none).
std::string name_hint(std::string_view typed, const std::vector<std::string>& candidates, std::string_view what);

// "a, b, c"; cut with "…" after `limit` names.
std::string join_names(const std::vector<std::string>& names, std::size_t limit = 30);

}  // namespace optix
