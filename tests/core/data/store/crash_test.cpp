// An import that is killed at any moment leaves the old dataset or the complete new one.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <iostream>
#include <thread>

#include "tests/core/data/store/small_sessions.hpp"

using namespace optix;
using namespace optix::test;

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

const Date first_day = Date::from_civil(2019, 3, 1);
constexpr int kills = 200;

// In a process of its own: one import of `sessions`, which may be killed at any moment. It goes on
// once the parent has closed its end of the pipe.
pid_t start_import(const std::string& folder, const std::vector<SessionQuotes>& sessions, bool sync) {
  int gate[2];
  if (::pipe(gate) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("cannot fork");
  if (child == 0) {
    ::close(gate[1]);
    char byte = 0;
    while (::read(gate[0], &byte, 1) > 0) {}
    int code = 1;
    try {
      import(folder, sessions, {arrow::Compression::none, sync});
      code = 0;
    } catch (...) {
      code = 2;
    }
    ::_exit(code);
  }
  ::close(gate[0]);
  ::close(gate[1]);
  return child;
}

std::string hash_of(const std::string& folder) {
  auto data = DatasetFolder::open(folder);
  if (!data) return data.error().to_string();
  if (Status status = (*data)->verify_all(); !status) return status.error().to_string();
  return (*data)->manifest().dataset_hash();
}

}  // namespace

TEST_CASE("an import killed 200 times leaves the old dataset or the new one", "[data][store][crash]") {
  // Old: every second session. New: all of them, some changed, so that later ones are renumbered.
  std::vector<SessionQuotes> old_sessions, new_sessions;
  for (int i = 0; i < 8; ++i) {
    if (i % 2 == 0) old_sessions.push_back(make_session("SPX", first_day + i, {2, 3, 8, 1}));
    new_sessions.push_back(make_session("SPX", first_day + i, {2, 3, 8, i == 4 ? 2u : 1u}));
  }
  TempFolder temp;
  const std::string original = (temp.path() / "old").string(), data = temp.dataset();
  const std::string old_hash = import(original, old_sessions).dataset_hash();
  const auto begin = Clock::now();
  // What an import takes: moments to kill at lie within. Most are without waiting for the disk, which
  // would take nearly all of the time and so most of the kills.
  std::chrono::nanoseconds spans[2];
  int status = 0;
  for (const bool sync : {true, false}) {
    fs::remove_all(data);
    fs::copy(original, data, fs::copy_options::recursive);
    const auto start = Clock::now();
    ::waitpid(start_import(data, new_sessions, sync), &status, 0);
    spans[sync] = Clock::now() - start;
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) == 0);
  }
  const std::string new_hash = hash_of(data);
  REQUIRE(new_hash != old_hash);
  const Replayed old_replay = replay(original), new_replay = replay(data);
  REQUIRE(old_replay.error.empty());
  REQUIRE(new_replay.error.empty());

  Prng prng(3);
  int left_old = 0, left_new = 0, killed = 0, finished = 0, swept = 0, looked = 0;
  for (int i = 0; killed < kills && i < 5 * kills; ++i) {
    fs::remove_all(data);
    fs::copy(original, data, fs::copy_options::recursive);
    const bool sync = i % 5 == 0;
    std::chrono::nanoseconds& span = spans[sync];
    const pid_t child = start_import(data, new_sessions, sync);
    const auto start = Clock::now();
    // Half of the moments anywhere, half near the end, where files take their places.
    const auto part = static_cast<std::int64_t>(prng.below(1001));
    const auto wait = prng.below(2) ? span * part / 1000 : span * (700 + part * 4 / 10) / 1000;
    std::this_thread::sleep_for(wait);
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    const bool was_killed = WIFSIGNALED(status);
    ++(was_killed ? killed : finished);
    // Finished before the signal came: later ones are sent within the time this one took.
    if (!was_killed) span = std::min<std::chrono::nanoseconds>(span, Clock::now() - start);
    if (was_killed) span += span / 100;
    const std::string hash = hash_of(data);
    INFO("kill " << i << " after " << wait.count() << " ns");
    REQUIRE((hash == old_hash || hash == new_hash));
    if (!was_killed) REQUIRE(hash == new_hash);
    left_old += hash == old_hash;
    left_new += hash == new_hash;
    REQUIRE(replay(data) == (hash == old_hash ? old_replay : new_replay));
    // The next import cleans up and completes.
    if (i % 10 < 2) {
      ++looked;
      swept += fs::exists(fs::path(data) / ".staging");
      import(data, new_sessions);
      REQUIRE(hash_of(data) == new_hash);
      REQUIRE_FALSE(fs::exists(fs::path(data) / ".staging"));
      std::size_t files = 0;
      for (const auto& entry : fs::recursive_directory_iterator(data)) files += entry.is_regular_file();
      REQUIRE(files == 2 + 2 * new_sessions.size());  // manifest, instruments, two per session
    }
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  std::cout << "import killed " << killed << " times (and " << finished << " ended before the signal): " << left_old
            << " times the old dataset, " << left_new << " times the new one, 0 others; leftovers swept in " << swept
            << " of " << looked << " looked at; " << seconds << " s\n";
  CHECK(killed == kills);
  CHECK(left_old > 20);
  CHECK(left_new > finished);  // some were killed after the manifest was there
}
