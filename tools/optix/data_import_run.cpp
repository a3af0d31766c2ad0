#include "tools/optix/data_import_run.hpp"

#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/data/store/dataset_names.hpp"
#include "tools/optix/data_command.hpp"
#include "tools/optix/exit_codes.hpp"
#include "tools/optix/option_arguments.hpp"

namespace optix {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begun) { return std::chrono::duration<double>(Clock::now() - begun).count(); }

// Redrawn on a terminal; a line each 10 % or 30 s elsewhere.
class ImportLine {
 public:
  explicit ImportLine(const Console& console)
      : enabled_(!console.quiet && !console.no_progress && !console.json), terminal_(stderr_is_terminal()) {}
  void show(const ImportProgress& progress) {
    if (!enabled_) return;
    const auto now = Clock::now();
    const double since = std::chrono::duration<double>(now - drawn_).count();
    const int tenth = std::isnan(progress.share) ? 0 : static_cast<int>(progress.share * 10);
    const bool due = terminal_ ? since >= 0.1 : since >= 30 || (tenth > tenth_ && seconds_since(begun_) >= 2);
    tenth_ = std::max(tenth_, tenth);
    if (!due) return;
    drawn_ = now;
    const double seconds = seconds_since(begun_);
    std::string line = fixed(static_cast<double>(progress.rows) / 1e6, 2) + " M rows, " +
                       std::to_string(progress.sessions) + " sessions, " +
                       fixed(seconds > 0 ? static_cast<double>(progress.rows) / seconds / 1e6 : 0, 2) + " M rows/s";
    if (!std::isnan(progress.share)) line = fixed(progress.share * 100, 0) + " %, " + line;
    std::fprintf(stderr, terminal_ ? "\r%s\x1b[K" : "%s\n", line.c_str());
    std::fflush(stderr);
  }
  void finish() const {
    if (enabled_ && terminal_) std::fputs("\r\x1b[K", stderr);
  }

 private:
  bool enabled_, terminal_;
  Clock::time_point begun_ = Clock::now(), drawn_ = begun_;
  int tenth_ = 0;
};

std::uint64_t peak_memory() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace

int run_import(const std::string& name, MarketDataProvider& provider, ImportOptions options, const Console& console) {
  ImportLine line(console);
  options.progress = [&line](const ImportProgress& progress) { line.show(progress); };
  const std::string folder = place_for_dataset(name);
  const auto begun = Clock::now();
  const auto imported = import_dataset(folder, provider, options);
  line.finish();
  if (!imported) {
    console.complain(imported.error());
    return exit_code::data;
  }
  const double seconds = seconds_since(begun);
  const ImportSummary& s = *imported;
  if (console.json) {
    console.result(nlohmann::ordered_json{{"dataset", folder},
                                          {"hash", s.manifest.dataset_hash()},
                                          {"rows_read", s.rows_read},
                                          {"rows_written", s.rows_written},
                                          {"rows_rejected", s.rows_rejected},
                                          {"sessions_written", s.sessions_written},
                                          {"sessions_unchanged", s.sessions_unchanged},
                                          {"seconds", seconds},
                                          {"peak_memory_bytes", peak_memory()},
                                          {"quality", nlohmann::ordered_json::parse(to_json(s.quality))}}
                       .dump());
    return exit_code::ok;
  }
  console.result(
      to_text(s.quality) + "\n" + folder + ": " + std::to_string(s.rows_written) + " rows in " +
      std::to_string(s.sessions_written) + " sessions written, " + std::to_string(s.sessions_unchanged) +
      " sessions as they were" +
      (s.rows_rejected == 0
           ? std::string()
           : ", " + std::to_string(s.rows_rejected) + " rows left out" +
                 (options.reject_file.empty() ? " (--rejects FILE keeps them)" : ": " + options.reject_file)) +
      "\ndataset hash " + s.manifest.dataset_hash() + "\n" + std::to_string(s.rows_read) + " rows read in " +
      fixed(seconds, 2) + " s (" + fixed(seconds > 0 ? static_cast<double>(s.rows_read) / seconds / 1e6 : 0, 2) +
      " M rows/s), peak memory " + size_text(peak_memory()) + "\n");
  return exit_code::ok;
}

}  // namespace optix
