#pragma once
// Nodes that say what a script tells them: the market's messages, a trader's, an operator's.
#include <cstddef>
#include <string>
#include <vector>

#include "core/sequencer/node.hpp"
#include "messages/ref.hpp"

namespace optix::scenarios {

// What one node says at one instant.
struct ScriptedWave {
  Timestamp at;
  std::vector<MessageRef> messages;
};

// Says each wave at its instant on output `port`; a source sends EndOfData after the last.
class ScriptedNode final : public Node {
 public:
  struct Options {
    std::uint16_t port = 0;
    bool source = false;
    // Wait for a market message of that instant, as a trader who has seen the quotes. Waves at instants
    // without one are sent on time.
    std::vector<Timestamp> after_market = {};
  };
  ScriptedNode(std::vector<ScriptedWave> waves, Options options)
      : waves_(std::move(waves)), options_(std::move(options)) {}

  void on_wave(const Wave& wave, Context& out) override;
  void save(std::string& out) const override { out = std::to_string(next_); }
  void load(std::string_view bytes) override { next_ = static_cast<std::size_t>(std::stoul(std::string(bytes))); }

 private:
  bool waits_for_market(Timestamp at) const;
  void say(Context& out);
  void set_alarm(Context& out) const;

  std::vector<ScriptedWave> waves_;
  Options options_;
  std::size_t next_ = 0;
};

}  // namespace optix::scenarios
