// Imports of CSV chains into a dataset folder: plain, gzip and zstd beside what reading the bytes costs
// at the least (counting line breaks, inflating alone), a large file for the bound of memory, and the
// files beside the source tree. Prints one JSON object.
//
//   bench_import [--rows N] [--large N] [--threads N] [--sync 0|1] [--folder DIR]
//
// --rows: rows of the file for rates (2,000,000). --large: rows of the file for memory (5,000,000;
// 50,000,000 needs about 10 GB of room; 0: none). --threads: that parse (2). --sync: flush files to
// the disk before the manifest names them (0: the rates are the program's, not the disk's).
// Every import runs in a process of its own, whose peak memory is read from the kernel. Files are
// made in DIR (the system's folder for temporary files) and removed.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/data/bytes.hpp"
#include "core/data/import/importer.hpp"
#include "core/data/providers/csv_provider.hpp"
#include "core/time/calendar.hpp"

using namespace optix;
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point begun) { return std::chrono::duration<double>(Clock::now() - begun).count(); }
double rounded(double value) { return std::strtod(std::to_string(value).c_str(), nullptr); }

std::string processor() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

struct Settings {
  std::uint64_t rows = 2'000'000, large = 5'000'000;
  unsigned threads = 2;
  bool sync = false;
  fs::path folder = fs::temp_directory_path();
};

// Writes whole numbers with a fixed number of digits.
char* digits(char* at, std::uint64_t value, int count) {
  for (int i = count - 1; i >= 0; --i, value /= 10) at[i] = static_cast<char>('0' + value % 10);
  return at + count;
}
char* text(char* at, std::string_view what) {
  std::memcpy(at, what.data(), what.size());
  return at + what.size();
}
char* slashed(char* at, Date date) {
  const auto [year, month, day] = date.civil();
  at = text(digits(at, static_cast<std::uint64_t>(month), 2), "/");
  at = text(digits(at, static_cast<std::uint64_t>(day), 2), "/");
  return digits(at, static_cast<std::uint64_t>(year), 4);
}

// Chains in the columns of "cboe_historical": 14,000 contracts a session, 40 expirations of 175 strikes.
class Chains {
 public:
  static constexpr int expirations = 40, strikes = 175;
  static std::string_view header() {
    return "underlying,underlying_last,exchange,optionroot,type,expiration,quotedate,strike,last,net,bid,ask,volume,"
           "openinterest,impliedvol,delta,gamma\n";
  }
  // One session's rows, at most `most`.
  std::uint64_t session(std::string& out, std::uint64_t most) {
    out.resize(static_cast<std::size_t>(expirations) * strikes * 2 * 128);
    char* at = out.data();
    std::uint64_t rows = 0;
    // Fridays, so that a contract is quoted on every session until it expires.
    Date friday = date_ + (5 - date_.weekday());
    for (int e = 0; e < expirations; ++e, friday = friday + 7) {
      const Date expiration = session_on_or_before(friday);
      if (expiration < date_) {  // a holiday in this week
        --e;
        continue;
      }
      for (const bool call : {true, false})
        for (int k = 0; k < strikes && rows < most; ++k, ++rows) at = row(at, expiration, call, 1500 + 10 * k);
    }
    out.resize(static_cast<std::size_t>(at - out.data()));
    date_ = next_session(date_);
    return rows;
  }

 private:
  std::uint64_t random() { return state_ = state_ * 6364136223846793005u + 1442695040888963407u; }

  char* row(char* at, Date expiration, bool call, int strike) {
    const std::uint64_t r = random() >> 20;
    const auto [year, month, day] = expiration.civil();
    at = text(at, "SPX,2919.04,CBOE,SPXW");
    at = digits(at, static_cast<std::uint64_t>(year % 100), 2);
    at = digits(at, static_cast<std::uint64_t>(month), 2);
    at = digits(at, static_cast<std::uint64_t>(day), 2);
    *at++ = call ? 'C' : 'P';
    at = text(digits(at, static_cast<std::uint64_t>(strike), 5), call ? "000,call," : "000,put,");
    at = text(slashed(text(slashed(at, expiration), ","), date_), ",");
    at = text(digits(at, static_cast<std::uint64_t>(strike), 4), ".0,0.0,0.0,");
    const std::uint64_t bid = 10 + r % 9000;
    at = text(digits(at, bid / 10, bid < 1000 ? 2 : 3), ".");
    at = text(digits(at, bid, 1), ",");
    const std::uint64_t ask = bid + 1 + r % 7;
    at = text(digits(at, ask / 10, ask < 1000 ? 2 : 3), ".");
    at = text(digits(at, ask, 1), ",");
    at = text(digits(at, r % 97, r % 97 < 10 ? 1 : 2), ",");
    at = text(digits(at, r % 3571, 4), ",0.");
    at = text(digits(at, 1000 + r % 3000, 4), call ? ",0." : ",-0.");
    at = text(digits(at, r % 10000, 4), ",0.00");
    return text(digits(at, r % 100, 2), "\n");
  }

  Date date_ = calendar_first_day;
  std::uint64_t state_ = 42;
};

// Writes `rows` rows; gives the bytes.
std::uint64_t generate(const fs::path& path, std::uint64_t rows) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (!file) throw std::runtime_error("cannot write " + path.string());
  Chains chains;
  std::uint64_t bytes = std::fwrite(Chains::header().data(), 1, Chains::header().size(), file);
  std::string session;
  for (std::uint64_t done = 0; done < rows;) {
    done += chains.session(session, rows - done);
    if (std::fwrite(session.data(), 1, session.size(), file) != session.size())
      throw std::runtime_error("no room for " + path.string());
    bytes += session.size();
  }
  std::fclose(file);
  return bytes;
}

void compress(const fs::path& from, const fs::path& to, bool zstd) {
  std::ifstream in(from, std::ios::binary);
  std::vector<char> block(1 << 20), packed(ZSTD_compressBound(block.size()));
  std::ofstream out;
  gzFile gz = nullptr;
  if (zstd)
    out.open(to, std::ios::binary);
  else
    gz = gzopen(to.c_str(), "wb6");
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())), in.gcount() > 0) {
    const auto n = static_cast<std::size_t>(in.gcount());
    if (zstd)
      out.write(packed.data(),
                static_cast<std::streamsize>(ZSTD_compress(packed.data(), packed.size(), block.data(), n, 3)));
    else
      gzwrite(gz, block.data(), static_cast<unsigned>(n));
  }
  if (gz) gzclose(gz);
}

// Seconds to read (and inflate) every byte, counting the line breaks of plain files.
double read_through(const fs::path& path, bool count_lines) {
  const auto begun = Clock::now();
  auto source = open_file(path.string());
  std::vector<char> block(256 * 1024);
  std::uint64_t lines = 0;
  while (true) {
    const auto n = (*source)->read(block.data(), block.size());
    if (!n || *n == 0) break;
    if (!count_lines) continue;
    const char* const end = block.data() + *n;
    for (const char* at = block.data();
         (at = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)))); ++at)
      ++lines;
  }
  if (count_lines && lines == 0) std::printf("no lines in %s\n", path.c_str());
  return seconds_since(begun);
}

double peak_megabytes() {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  return 0;
}

// Runs the import in a process of its own and reads its JSON.
Json in_child(const std::function<Json()>& work) {
  int ends[2];
  if (::pipe(ends) != 0) return {{"error", "pipe"}};
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    std::string out;
    try {
      out = work().dump();
    } catch (const std::exception& e) {
      out = Json{{"error", e.what()}}.dump();
    }
    [[maybe_unused]] const auto written = ::write(ends[1], out.data(), out.size());
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string out;
  char block[4096];
  for (ssize_t n = 0; (n = ::read(ends[0], block, sizeof block)) > 0;) out.append(block, static_cast<std::size_t>(n));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return out.empty() ? Json{{"error", "the import was killed"}} : Json::parse(out);
}

Json import_once(const Settings& s, const fs::path& file, const char* layout_name, const char* underlying) {
  return in_child([&]() -> Json {
    const fs::path folder = s.folder / ("optix-bench-import-" + std::to_string(::getpid()));
    CsvLayout layout = *csv_layout_preset(layout_name);
    layout.underlying = underlying;
    CsvProviderOptions reading;
    reading.threads = s.threads;
    CsvProvider provider({file.string()}, layout, reading);
    ImportOptions options = import_options(layout);
    options.write.sync = s.sync;
    const auto begun = Clock::now();
    const auto summary = import_dataset(folder.string(), provider, options);
    const double seconds = seconds_since(begun);
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const double cpu = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                       1e-6 * static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    Json out;
    if (summary)
      out = {{"rows", summary->rows_read},
             {"rows_written", summary->rows_written},
             {"sessions", summary->manifest.partitions.size()},
             {"seconds", rounded(seconds)},
             {"cpu_seconds", rounded(cpu)},
             {"rows_per_second", std::llround(static_cast<double>(summary->rows_read) / seconds)},
             {"rows_per_cpu_second", std::llround(static_cast<double>(summary->rows_read) / cpu)},
             {"peak_megabytes", rounded(peak_megabytes())},
             {"dataset", summary->manifest.dataset_hash()}};
    else
      out = {{"error", summary.error().to_string()}};
    fs::remove_all(folder);
    return out;
  });
}

// Of several imports the quickest: what the machine does when nothing else disturbs it.
Json best_import(const Settings& s, const fs::path& file, const char* layout, int repeats) {
  Json best = import_once(s, file, layout, "");
  for (int i = 1; i < repeats; ++i) {
    Json next = import_once(s, file, layout, "");
    if (next.contains("seconds") && best.contains("seconds") && next["seconds"] < best["seconds"])
      best = std::move(next);
  }
  return best;
}

double best_read(const fs::path& file, bool count_lines) {
  double best = read_through(file, count_lines);
  for (int i = 0; i < 2; ++i) best = std::min(best, read_through(file, count_lines));
  return best;
}

Settings settings_of(int argc, char** argv) {
  Settings s;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const std::uint64_t number = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--rows") s.rows = std::max<std::uint64_t>(1, number);
    if (name == "--large") s.large = number;
    if (name == "--threads") s.threads = static_cast<unsigned>(number);
    if (name == "--sync") s.sync = number != 0;
    if (name == "--folder") s.folder = argv[i + 1];
  }
  return s;
}

// Files that are gone when this is.
struct Scratch {
  explicit Scratch(fs::path p) : path(std::move(p)) { fs::create_directories(path); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  fs::path path;
};

Json rates(const Settings& s) {
  const Scratch scratch(s.folder / ("optix-bench-import-files-" + std::to_string(::getpid())));
  const fs::path plain = scratch.path / "chains.csv", gzip = scratch.path / "chains.csv.gz",
                 zstd = scratch.path / "chains.csv.zst";
  Json out;
  out["bytes"] = generate(plain, s.rows);
  compress(plain, gzip, false);
  compress(plain, zstd, true);
  struct Kind {
    const char* name;
    const char* baseline;
    const fs::path& file;
  };
  for (const Kind& kind : {Kind{"plain", "counting lines", plain}, Kind{"gzip", "inflating alone", gzip},
                           Kind{"zstd", "inflating alone", zstd}}) {
    const double least = best_read(kind.file, &kind.file == &plain);
    Json one = best_import(s, kind.file, "cboe_historical", 3);
    one["baseline"] = {{"what", kind.baseline}, {"seconds", rounded(least)}};
    if (one.contains("seconds")) one["ratio_to_baseline"] = rounded(one["seconds"].get<double>() / least);
    out[kind.name] = std::move(one);
  }
  return out;
}

Json large(const Settings& s) {
  const Scratch scratch(s.folder / ("optix-bench-import-large-" + std::to_string(::getpid())));
  const fs::path file = scratch.path / "chains.csv";
  const std::uint64_t bytes = generate(file, s.large);
  Json out = import_once(s, file, "cboe_historical", "");
  out["bytes"] = bytes;
  return out;
}

Json shared_files(const Settings& s) {
  struct File {
    const char* name;
    const char* layout;
    const char* underlying;
  };
  Json out;
  for (const File& f : {File{"spx_cboe_20190425_20190722_raw.csv.gz", "cboe_historical", ""},
                        File{"goog_20151224_minute_quotes_flat.csv.gz", "minute_bars", "GOOG"},
                        File{"VIX_20160601_cboe_datashop_1day.csv.gz", "cboe_datashop_eod", ""}}) {
    const fs::path path = fs::path(OPTIX_SOURCE_DIR) / "../shared/data" / f.name;
    if (!fs::exists(path)) {
      out[f.name] = "skipped: not on this machine";
      continue;
    }
    out[f.name] = import_once(s, path, f.layout, f.underlying);
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const Settings s = settings_of(argc, argv);
  Json out;
  out["benchmark"] = "import";
  out["machine"] = {{"cpu", processor()}, {"cores", std::thread::hardware_concurrency()}};
  out["threads"] = {{"parsing", s.threads}, {"sorting_and_writing", 1}};
  out["sync"] = s.sync;
  out["rates"] = rates(s);
  if (s.large != 0) out["large"] = large(s);
  out["files"] = shared_files(s);
  std::printf("%s\n", out.dump(2).c_str());
  return 0;
}
