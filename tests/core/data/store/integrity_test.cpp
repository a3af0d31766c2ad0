// A changed byte anywhere in a dataset is noticed before a result uses it.
#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>

#include "tests/core/data/store/small_sessions.hpp"

using namespace optix;
using namespace optix::test;

TEST_CASE("10,000 flipped bytes: no silent difference", "[data][store][integrity]") {
  namespace fs = std::filesystem;
  TempFolder temp;
  {
    const auto writer = open_writer(temp.dataset());
    for (int i = 0; i < 3; ++i)
      put(*writer, make_session(i == 1 ? "NDX" : "SPX", Date::from_civil(2019, 3, 1) + i, {2, 2, 3}));
    REQUIRE(writer->put_events("dividends", "2019-03-01,1.25\n").ok());
    commit(*writer);
  }
  const Replayed expected = replay(temp.dataset());
  REQUIRE(expected.error.empty());
  const auto files = contents(temp.dataset());
  std::vector<std::string> names;
  for (const auto& entry : files) names.push_back(entry.first);
  REQUIRE(names.size() == 10);

  const auto begin = std::chrono::steady_clock::now();
  Prng prng(11);
  int refused = 0, same = 0, unnamed = 0, silent = 0;
  std::map<std::string, int> flips;
  for (int i = 0; i < 10'000; ++i) {
    // Every file as often, then every byte of it as often.
    const std::string& name = names[prng.below(names.size())];
    const std::size_t at = prng.below(files.at(name).size());
    const char was = files.at(name)[at];
    const char becomes = static_cast<char>(was ^ static_cast<char>(1 + prng.below(255)));
    std::fstream file(fs::path(temp.dataset()) / name, std::ios::in | std::ios::out | std::ios::binary);
    const auto set = [&](char byte) {
      file.seekp(static_cast<std::streamoff>(at));
      file.put(byte).flush();
      REQUIRE(file.good());
    };
    set(becomes);
    ++flips[name];
    const Replayed found = replay(temp.dataset());
    set(was);
    if (found == expected) {
      ++same;
    } else if (found.error.empty()) {
      ++silent;
      UNSCOPED_INFO("silent: " << name << " byte " << at);
    } else {
      ++refused;
      if (found.error.find(name) == std::string::npos) {
        ++unnamed;
        UNSCOPED_INFO(name << " byte " << at << " is not named in: " << found.error);
      }
    }
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::cout << "10000 bytes flipped in " << files.size() << " files: " << refused << " refused, " << same
            << " without effect, " << silent << " silent differences; " << seconds << " s\n";
  CHECK(flips.size() == files.size());
  CHECK(silent == 0);
  CHECK(unnamed == 0);
  CHECK(replay(temp.dataset()) == expected);
}
