#pragma once
// Collects the results of a run from the sequenced stream: shares the messages, copies nothing.
#include <span>
#include <vector>

#include "core/sequencer/sequencer.hpp"
#include "core/store/run_record.hpp"
#include "messages/values/symbol.hpp"

namespace optix {

// An output wired to several inputs shows up once for each. A message counts on the port where its
// kind was first seen from that source, which is the one it reaches first. Market data that a node
// passes on (pricing.surface) counts when it came from the source: of equal contract definitions the
// first, and of prices and chains of one underlying at one instant those of the node that sent first.
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
  struct Instant {
    MessageId message;
    std::uint16_t source;
    Symbol underlying;
    Timestamp time;
  };
  bool is_first_port(const Event& event);
  bool is_passed_on(const Event& event, Symbol underlying, Timestamp time);
  bool is_new_batch(const MessageRef& batch) const;

  RunResults results_;
  std::vector<Instant> instants_;  // the latest of each kind, source and underlying
  std::vector<Seen> seen_;
};

}  // namespace optix
