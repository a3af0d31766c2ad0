#include "tools/optix/logging.hpp"

#include <spdlog/formatter.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <nlohmann/json.hpp>

namespace optix {
namespace {

std::string_view text_of(spdlog::string_view_t text) { return {text.data(), text.size()}; }

class JsonLines final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    using std::chrono::duration_cast, std::chrono::milliseconds;
    // Milliseconds are enough for a log and keep the lines of one width.
    const auto ms = duration_cast<milliseconds>(message.time.time_since_epoch()).count();
    const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::string line;
    fmt::format_to(std::back_inserter(line),
                   R"({{"time":"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z","level":"{}","message":")",
                   utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, ms % 1000,
                   text_of(spdlog::level::to_string_view(message.level)));
    append_json_escaped(line, text_of(message.payload));
    line += "\"}\n";
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<JsonLines>(); }
};

spdlog::level::level_enum level_of(int verbosity) {
  if (verbosity < 0) return spdlog::level::warn;
  if (verbosity == 0) return spdlog::level::info;
  return verbosity == 1 ? spdlog::level::debug : spdlog::level::trace;
}

std::shared_ptr<spdlog::logger> logger_on(spdlog::sink_ptr sink, const LogOptions& options) {
  auto logger = std::make_shared<spdlog::logger>("optix", std::move(sink));
  if (options.form == LogForm::json)
    logger->set_formatter(std::make_unique<JsonLines>());
  else
    logger->set_pattern("%T.%e %^%l%$ %v", spdlog::pattern_time_type::utc);
  logger->set_level(level_of(options.verbosity));
  logger->flush_on(spdlog::level::trace);
  return logger;
}

}  // namespace

void append_json_escaped(std::string& out, std::string_view text) {
  using Json = nlohmann::json;
  const std::string quoted = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  out.append(quoted, 1, quoted.size() - 2);
}

void set_up_logging(const LogOptions& options) {
  spdlog::sink_ptr sink;
  if (options.color && options.form == LogForm::text)
    sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(spdlog::color_mode::always);
  else
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  spdlog::set_default_logger(logger_on(std::move(sink), options));
}

std::shared_ptr<spdlog::logger> make_logger(const LogOptions& options, std::ostream& out) {
  return logger_on(std::make_shared<spdlog::sinks::ostream_sink_mt>(out), options);
}

}  // namespace optix
