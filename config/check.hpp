#pragma once
// Checks a Value against a ParamSpec table. Everything wrong is reported, not only the first.
#include <string>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/schema.hpp"
#include "config/value.hpp"

namespace optix {

// The checked form of `in`, a map with the keys of `specs`:
//  - keys in the order of the file, then absent ones that have a default (position "default");
//  - a null counts as absent;
//  - a bare scalar for a map with a `shorthand` becomes that map;
//  - a `path` that is relative and written in a file is made relative to that file's folder.
// `path` is where the map stands ("nodes.book"; "" at the top). Problems go to `errors`; the
// result is for use only when none were added.
Value check_map(const Value& in, const std::vector<ParamSpec>& specs, const std::string& path, Diagnostics& errors);

// The same for one value of one spec.
Value check_value(const Value& in, const ParamSpec& spec, const std::string& path, Diagnostics& errors);

// "nodes" + "book" -> "nodes.book"; "" + "book" -> "book".
std::string join_path(const std::string& path, std::string_view key);
std::string item_path(const std::string& path, std::size_t index);  // "legs[1]"

// What a kind is called in messages: "a whole number", "true or false", …
std::string_view kind_name(ParamKind kind);

// `text` as a file named from `where`: unchanged when absolute or not written in a file.
std::string resolve_path(const std::string& text, const SourcePosition& where);

}  // namespace optix
