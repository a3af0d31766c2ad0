#include "tools/optix/console.hpp"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tools/optix/logging.hpp"

namespace optix {
namespace {

void write_line(std::FILE* out, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), out);
  if (text.empty() || text.back() != '\n') std::fputc('\n', out);
  std::fflush(out);
}

}  // namespace

bool stderr_is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

void Console::begin() const {
  if (log == "plain") return;
  const bool color = !no_color && std::getenv("NO_COLOR") == nullptr && stderr_is_terminal();
  set_up_logging({log == "json" ? LogForm::json : LogForm::text, quiet ? -1 : verbose ? 1 : 0, color});
}

void Console::note(std::string_view text) const {
  if (log != "plain")
    spdlog::info("{}", text);
  else if (!quiet)
    write_line(stderr, text);
}

void Console::complain(const Error& error) const {
  if (log != "plain") {
    spdlog::error("{}", error.to_string());
  } else if (json) {
    const nlohmann::ordered_json out{{"error", {{"what", error.what}, {"where", error.where}, {"hint", error.hint}}}};
    write_line(stderr, out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  } else {
    write_line(stderr, "error: " + error.to_string());
  }
}

void Console::complain(const Diagnostics& diagnostics) const {
  if (log != "plain")
    spdlog::error("{}", diagnostics.render());
  else
    write_line(stderr, json ? diagnostics.to_json() : diagnostics.render());
}

void Console::result(std::string_view text) const { write_line(stdout, text); }

}  // namespace optix
