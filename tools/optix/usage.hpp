#pragma once
// What is wrong with a command line, in the program's own words: which word, and what was meant.
#include <CLI/CLI.hpp>
#include <string>

#include "messages/values/result.hpp"

namespace optix {

// For a command line that `app` refused; `refusal` is what the parser said, used when no unknown
// command or option explains it.
Error usage_error(const CLI::App& app, int argc, const char* const* argv, const std::string& refusal);

}  // namespace optix
