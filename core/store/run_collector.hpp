#pragma once
// Collects the results of a run from the sequenced stream: shares the messages, copies nothing.
#include <span>
#include <vector>

#include "core/sequencer/sequencer.hpp"
#include "core/store/run_record.hpp"

namespace optix {

// An output wired to several inputs shows up once for each. A message counts on the port where its
// kind was first seen from that source, which is the one it reaches first.
class RunCollector final : public Observer {
 public:
  void on_events(Tag tag, std::span<const Event> events) override;
  void on_digest(Tag, std::uint64_t) override {}

  const RunResults& results() const { return results_; }
  RunResults take() { return std::move(results_); }

 private:
  struct Seen {
    MessageId message;
    std::uint16_t source;
    std::uint16_t port;
  };
  bool is_first_port(const Event& event);

  RunResults results_;
  std::vector<Seen> seen_;
};

}  // namespace optix
