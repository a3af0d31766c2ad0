#pragma once
// Records a run tag by tag, and says where two runs part.
#include <optional>
#include <string>
#include <vector>

#include "core/sequencer/sequencer.hpp"

namespace optix::testing {

class Recorder final : public Observer {
 public:
  struct Entry {
    Tag tag;
    std::vector<Event> events;
    std::uint64_t digest = 0;
  };

  void on_events(Tag tag, std::span<const Event> events) override {
    entries_.push_back({tag, {events.begin(), events.end()}, 0});
  }
  void on_digest(Tag, std::uint64_t digest) override { entries_.back().digest = digest; }
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

// nullopt when equal; otherwise the first differing tag and both events, for people.
std::optional<std::string> first_difference(const Recorder& expected, const Recorder& actual, const Plan& plan);

}  // namespace optix::testing
