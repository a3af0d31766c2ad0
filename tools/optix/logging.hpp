#pragma once
// Log output of the program: lines on stderr through spdlog's default logger, so that stdout
// carries results only. Use spdlog::info and friends after set_up_logging.
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
}

namespace optix {

enum class LogForm {
  text,  // 20:15:00.123 warning message
  json,  // one object a line: {"time":"2019-04-25T20:15:00.123Z","level":"warning","message":"…"}
};

struct LogOptions {
  LogForm form = LogForm::text;
  // -q: warnings and errors; none: and what a user should know; -v: and what a developer wants to
  // see; -vv: everything.
  int verbosity = 0;
  // Colours the level. The caller decides: a terminal, NO_COLOR, --no-color.
  bool color = false;
};

// Replaces the program's logger. Call once, early, before other threads log.
void set_up_logging(const LogOptions& options);

// A logger of the same form that writes to `out`, without colour; for tests.
std::shared_ptr<spdlog::logger> make_logger(const LogOptions& options, std::ostream& out);

// Appends `text` as the inside of a JSON string: quotes, backslashes and control characters are
// escaped, bytes that are not UTF-8 become U+FFFD.
void append_json_escaped(std::string& out, std::string_view text);

}  // namespace optix
