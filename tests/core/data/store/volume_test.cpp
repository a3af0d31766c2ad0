// How fast and in how much memory datasets are written and opened. With OPTIX_VOLUME set in the
// environment, "[volume]" writes 20 million rows.
#include <time.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>

#include "core/data/store/files.hpp"
#include "tests/core/data/store/small_sessions.hpp"
#include "tests/support/sanitized.hpp"

using namespace optix;
using namespace optix::test;

namespace {

// Wall time, and what of it this thread's processor worked: other programs take the rest.
struct Watch {
  std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
  double cpu_begin = cpu();

  static double cpu() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
  }
  double wall_seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  double cpu_seconds() const { return cpu() - cpu_begin; }
};

// Megabytes of this process that are not mapped files, now.
double own_megabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("RssAnon:")) return std::stod(line.substr(8)) / 1024;
  return 0;
}

struct Volume {
  double peak_megabytes = 0, put_seconds = 0, put_cpu_seconds = 0, commit_seconds = 0, commit_cpu_seconds = 0;
  std::uint64_t rows = 0, bytes = 0;
};

Volume write(const std::string& folder, int days, const MarketShape& shape, bool sync) {
  Volume v;
  const auto writer = open_writer(folder, {arrow::Compression::none, sync});
  for (int i = 0; i < days; ++i) {
    SessionQuotes session = make_session("SPX", Date::from_civil(2010, 1, 1) + i, shape);
    const Watch watch;
    put(*writer, std::move(session));
    v.put_seconds += watch.wall_seconds();
    v.put_cpu_seconds += watch.cpu_seconds();
    v.peak_megabytes = std::max(v.peak_megabytes, own_megabytes());
  }
  const Watch watch;
  const Manifest manifest = commit(*writer);
  v.commit_seconds = watch.wall_seconds();
  v.commit_cpu_seconds = watch.cpu_seconds();
  v.peak_megabytes = std::max(v.peak_megabytes, own_megabytes());
  for (const Partition& p : manifest.partitions) {
    v.rows += p.rows;
    v.bytes += p.quotes.bytes + p.groups.bytes;
  }
  return v;
}

void report(const char* what, const Volume& v) {
  const auto rows = static_cast<double>(v.rows);
  std::cout << what << ": " << rows / 1e6 << " M rows, " << static_cast<double>(v.bytes) / 1e6 << " MB; put "
            << rows / v.put_seconds / 1e6 << " M rows/s (" << rows / v.put_cpu_seconds / 1e6
            << " of processor time), commit " << v.commit_seconds << " s (" << v.commit_cpu_seconds << "), at most "
            << v.peak_megabytes << " MB of memory\n";
}

// Opens every session once; ns per session and GB/s.
void read(const std::string& folder, DatasetFolder::Verify verify) {
  auto data = DatasetFolder::open(folder, verify).value();
  const auto& partitions = data->manifest().partitions;
  for (const char* const pass : {"first", "second"}) {
    std::uint64_t bytes = 0, snapshots = 0;
    double peak = 0;
    const Watch watch;
    for (std::size_t i = 0; i < partitions.size(); ++i) {
      const auto view = data->session(i).value();
      snapshots += view->snapshots();
      bytes += partitions[i].quotes.bytes + partitions[i].groups.bytes;
      if (i % 64 == 0) peak = std::max(peak, own_megabytes());
    }
    const auto line = [&](const char* kind, double s) {
      std::cout << s / static_cast<double>(partitions.size()) * 1e6 << " us a session, "
                << static_cast<double>(bytes) / s / 1e9 << " GB/s " << kind;
    };
    std::cout << "  " << (verify == DatasetFolder::Verify::never ? "not verified, " : "verified, ") << pass
              << " opening of " << snapshots << " snapshots: ";
    line("wall time; ", watch.wall_seconds());
    line("processor time; ", watch.cpu_seconds());
    std::cout << peak << " MB\n";
  }
}

}  // namespace

TEST_CASE("memory while writing does not grow with the sessions", "[data][store]") {
  TempFolder temp;
  const double before = own_megabytes();
  const MarketShape shape{1, 20, 40};
  const Volume few = write((temp.path() / "few").string(), 20, shape, false);
  const Volume many = write((temp.path() / "many").string(), 400, shape, false);
  report("400 sessions", many);
  read((temp.path() / "many").string(), DatasetFolder::Verify::first_use);
  if (sanitized) {
    std::cout << "skipped: the sanitizers keep freed memory, so what a process holds says nothing\n";
    return;
  }
  // What grows are the contracts, some tens of bytes each.
  CHECK(many.peak_megabytes < few.peak_megabytes + 20);
  CHECK(few.peak_megabytes < before + 100);
}

TEST_CASE("20 million rows", "[.][volume]") {
  if (std::getenv("OPTIX_VOLUME") == nullptr) {
    std::cout << "skipped: 20 million rows are written when OPTIX_VOLUME is set\n";
    return;
  }
  TempFolder temp;
  const MarketShape shape{1, 40, 120};
  report("ascending sessions", write(temp.dataset(), 2500, shape, true));
  read(temp.dataset(), DatasetFolder::Verify::first_use);
  read(temp.dataset(), DatasetFolder::Verify::never);
  const auto data = DatasetFolder::open(temp.dataset()).value();
  const Watch watch;
  REQUIRE(data->verify_all().ok());
  std::uint64_t bytes = 0;
  for (const Partition& p : data->manifest().partitions) bytes += p.quotes.bytes + p.groups.bytes;
  std::cout << "  verify_all: " << static_cast<double>(bytes) / watch.wall_seconds() / 1e9 << " GB/s wall time, "
            << static_cast<double>(bytes) / watch.cpu_seconds() / 1e9 << " processor time\n";
  // A session before all others: everything after it is renumbered.
  const auto writer = open_writer(temp.dataset());
  put(*writer, make_session("SPX", Date::from_civil(2009, 12, 31), shape));
  const Watch late;
  commit(*writer);
  std::cout << "  renumbering for a session before all others: " << late.wall_seconds() << " s (" << late.cpu_seconds()
            << " of processor time), " << own_megabytes() << " MB\n";
}
