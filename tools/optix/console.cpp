#include "tools/optix/console.hpp"

#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

namespace optix {
namespace {

void write_line(std::FILE* out, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), out);
  if (text.empty() || text.back() != '\n') std::fputc('\n', out);
  std::fflush(out);
}

}  // namespace

bool stderr_is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

void Console::note(std::string_view text) const {
  if (!quiet) write_line(stderr, text);
}

void Console::complain(const Error& error) const {
  if (json) {
    const nlohmann::ordered_json out{{"error", {{"what", error.what}, {"where", error.where}, {"hint", error.hint}}}};
    write_line(stderr, out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  } else {
    write_line(stderr, "error: " + error.to_string());
  }
}

void Console::complain(const Diagnostics& diagnostics) const {
  write_line(stderr, json ? diagnostics.to_json() : diagnostics.render());
}

void Console::result(std::string_view text) const { write_line(stdout, text); }

}  // namespace optix
