#pragma once
// Where the files of a dataset lie. A file's name ends in the first digits of its content's hash:
// files are never changed, only replaced by others.
#include <string>
#include <string_view>
#include <vector>

#include "core/data/store/manifest.hpp"

namespace optix::stored {

inline constexpr std::string_view manifest_name = "manifest.json";
inline constexpr std::string_view staging_name = ".staging";  // files of an import under way
inline constexpr std::string_view lock_name = ".lock";        // there while an import runs
inline constexpr std::string_view file_folders[] = {"quotes", "groups", "instruments", "events"};

// `hash`: 32 hexadecimal digits; `digits` of them (8; 32 where 8 would name another file as well)
// become part of the name.
std::string quotes_path(Symbol underlying, Date session, std::string_view hash, std::size_t digits = 8);
std::string groups_path(Symbol underlying, Date session, std::string_view hash, std::size_t digits = 8);
std::string instruments_path(Symbol underlying, std::string_view hash, std::size_t digits = 8);
std::string events_path(std::string_view kind, std::string_view hash, std::size_t digits = 8);

// A symbol as a file's name: letters, digits, '-' and '_' as they are, others as %XX.
std::string file_name(Symbol symbol);
// What may be stored: printable ASCII without blanks.
bool is_storable(Symbol symbol);
// Lower-case letters, digits, '_' and '-'; 1 to 32 of them.
bool is_event_kind(std::string_view kind);
// Whether this program would give a file such a name: what it may delete when no manifest names it.
bool is_ours(std::string_view file_name);

// Every file a manifest names, in the order of the manifest.
std::vector<const StoredFile*> files_of(const Manifest& manifest);

}  // namespace optix::stored
