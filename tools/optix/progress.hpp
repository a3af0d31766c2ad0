#pragma once
// The progress line of a run: redrawn on a terminal, a line each 10 % or 30 s elsewhere.
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/sequencer/sequencer.hpp"
#include "tools/optix/console.hpp"

namespace optix {

// Counts what people want to see. An observer like any other: it cannot change a result.
class ProgressLine final : public Observer {
 public:
  // `total`: chain snapshots that the data holds, when known.
  ProgressLine(const Console& console, std::optional<std::uint64_t> total);

  void on_events(Tag tag, std::span<const Event> events) override;
  // Removes the line from a terminal.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;
  void draw(bool final);
  std::string text() const;

  bool enabled_;
  bool terminal_;
  std::optional<std::uint64_t> total_;
  std::uint64_t tags_ = 0, chains_ = 0, trades_ = 0;
  Date session_;
  std::optional<double> initial_equity_;
  double equity_ = 0;
  MessageRef last_chain_;  // a snapshot reaches several nodes; count it once
  Clock::time_point begun_ = Clock::now(), drawn_ = begun_;
  int last_tenth_ = 0;
};

}  // namespace optix
