#pragma once
// Whole files, written so that a reader never sees half of one.
#include <filesystem>
#include <string_view>

#include "messages/values/result.hpp"

namespace optix {

// Writes `bytes` to FILE.partial, syncs it and renames it over FILE. On an error FILE is as it was
// and the error names the path and what the system said.
Status write_file(const std::filesystem::path& file, std::string_view bytes);

}  // namespace optix
