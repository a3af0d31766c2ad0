#include "core/data/replay/frequency.hpp"

#include <catch2/catch.hpp>

#include <string>

#include "core/time/calendar.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

// "9:30 9:31:05" in New York on that day.
std::vector<Timestamp> clock_times(Date session, const std::string& text) {
  std::vector<Timestamp> out;
  std::istringstream in(text);
  for (std::string word; in >> word;) {
    int h = 0, m = 0, s = 0;
    std::sscanf(word.c_str(), "%d:%d:%d", &h, &m, &s);
    out.push_back(new_york_time(session, clock_seconds(h, m) + s));
  }
  return out;
}

std::string clock_text(Timestamp at) {
  const std::int64_t seconds = at.ns / nanos_per_second + new_york_offset(at);
  const std::int64_t day = ((seconds % 86'400) + 86'400) % 86'400;
  char text[16];
  if (day % 60 == 0)
    std::snprintf(text, sizeof text, "%d:%02d", static_cast<int>(day / 3600), static_cast<int>(day / 60 % 60));
  else
    std::snprintf(text, sizeof text, "%d:%02d:%02d", static_cast<int>(day / 3600), static_cast<int>(day / 60 % 60),
                  static_cast<int>(day % 60));
  return text;
}

}  // namespace

TEST_CASE("a frequency sends what is new at each instant of its grid, never from after it", "[data][replay]") {
  const struct {
    const char *session, *times;
    Frequency frequency;
    const char* sent;  // instant/snapshot
  } cases[] = {
      {"2021-03-01", "9:30 9:31:05 16:15", Frequency::native, "9:30/0 9:31:05/1 16:15/2"},
      {"2021-03-01", "9:29 9:30:30 9:31 9:31:30 16:00", Frequency::minute_1, "9:30/0 9:31/2 9:32/3 16:00/4"},
      {"2021-03-01", "9:30 9:31 9:34:59 9:35:01 15:59:59 16:00", Frequency::minute_5, "9:30/0 9:35/2 9:40/3 16:00/5"},
      {"2021-03-01", "9:44 9:46 16:00:01", Frequency::minute_15, "9:45/0 10:00/1"},
      {"2021-03-01", "10:00 10:00:01 12:15", Frequency::minute_30, "10:00/0 10:30/1 12:30/2"},
      {"2021-03-01", "10:29 15:31 16:00", Frequency::hour_1, "10:30/0 16:00/2"},
      {"2021-03-01", "15:31", Frequency::hour_1, "16:00/0"},
      {"2021-03-01", "10:29 15:45", Frequency::daily, "16:00/1"},
      {"2021-03-01", "16:00 16:15", Frequency::daily, "16:15/1"},
      {"2021-03-01", "16:15", Frequency::hour_1, ""},
      {"2021-03-15", "9:30 16:00", Frequency::hour_1, "9:30/0 16:00/1"},                   // daylight time began
      {"2020-11-27", "12:29 12:45 13:00 13:15", Frequency::minute_30, "12:30/0 13:00/2"},  // closes at 13:00
      {"2020-11-27", "12:45", Frequency::daily, "13:00/0"},
      {"2021-03-06", "16:00 16:15", Frequency::daily, "16:00/0 16:15/1"},  // a Saturday has no grid
  };
  for (const auto& c : cases) {
    const Date session = day(c.session);
    const auto times = clock_times(session, c.times);
    std::string sent;
    for (const Pick& pick : pick_snapshots(session, times, c.frequency)) {
      sent += (sent.empty() ? "" : " ") + clock_text(pick.at) + "/" + std::to_string(pick.snapshot);
      CHECK(pick.at >= times[pick.snapshot]);
    }
    INFO(c.session << " " << c.times << " at " << enum_name(c.frequency));
    CHECK(sent == c.sent);
  }
  CHECK(session_grid(day("2021-03-01"), Frequency::minute_1).size() == 391);
  CHECK(session_grid(day("2021-03-01"), Frequency::hour_1).size() == 8);
  CHECK(session_grid(day("2020-11-27"), Frequency::hour_1).size() == 5);
  CHECK(session_grid(day("2021-03-01"), Frequency::daily).empty());
}
