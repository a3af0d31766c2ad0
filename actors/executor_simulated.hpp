#pragma once
// executor.simulated: the venue of a simulation. Sees the market before strategies do, works orders against
// the latest snapshot (core/execution/venue/venue.hpp has the rules).
#include "actors/node_type.hpp"
#include "core/execution/venue/venue.hpp"

namespace optix {

class SimulatedExecutor final : public Node {
 public:
  explicit SimulatedExecutor(VenueRules rules) : venue_(std::move(rules)) {}
  void on_wave(const Wave& wave, Context& out) override;
  void save(std::string& out) const override;
  void load(std::string_view bytes) override;

 private:
  Venue venue_;
  Reports reports_;  // empty between waves
};

NodeType executor_simulated_node_type();

}  // namespace optix
