#pragma once
// Life of a run: start, timers, end of data, stop.
#include <cstdint>
#include <string>

#include "messages/field.hpp"
#include "messages/values/time.hpp"

namespace optix {

struct Start {
  static constexpr MessageInfo info{1, 1, "control.start", "first event every node sees"};
  Timestamp time;
  static constexpr auto fields() { return std::tuple(field("time", &Start::time, "logical start of the run, UTC ns")); }
};
static_assert(table_is_complete<Start>);

struct Stop {
  static constexpr MessageInfo info{2, 1, "control.stop", "the run ends: first report what is open, then sum up"};
  Timestamp time;
  std::string reason;
  bool last = false;
  static constexpr auto fields() {
    return std::tuple(field("time", &Stop::time, "logical end of the run, UTC ns"),
                      field("reason", &Stop::reason, "end_of_data, interrupted, limit"),
                      field("last", &Stop::last, "false: report what is open; true: everything is reported, sum up"));
  }
};
static_assert(table_is_complete<Stop>);

struct Timer {
  static constexpr MessageInfo info{3, 1, "control.timer", "an alarm a node set for itself"};
  std::uint64_t timer = 0;
  static constexpr auto fields() {
    return std::tuple(field("timer", &Timer::timer, "the node's own number for the alarm"));
  }
};
static_assert(table_is_complete<Timer>);

struct EndOfData {
  static constexpr MessageInfo info{4, 1, "control.end_of_data", "a source has nothing more to send"};
  std::uint64_t items = 0;
  static constexpr auto fields() { return std::tuple(field("items", &EndOfData::items, "snapshots the source sent")); }
};
static_assert(table_is_complete<EndOfData>);

}  // namespace optix
