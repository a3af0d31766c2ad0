#pragma once
// pricing.surface: sits in the way of market data and gives chain snapshots volatilities and greeks
// of our own (core/volatility/enrich_snapshot.hpp). Everything else passes as it is, in order.
#include <cstdint>

#include "actors/node_type.hpp"
#include "core/volatility/enrich_snapshot.hpp"

namespace optix {

// What it has done. Nothing of it decides what comes next.
struct PricingSurfaceState {
  std::uint64_t snapshots = 0;
  std::uint64_t refused = 0;
  std::uint64_t changed = 0;
  std::uint64_t unknown = 0;

  static constexpr auto fields() {
    using M = PricingSurfaceState;
    return std::tuple(field("snapshots", &M::snapshots, "chain snapshots seen"),
                      field("refused", &M::refused, "of them, those for which nothing could be computed"),
                      field("changed", &M::changed, "rows of which a value changed or became known"),
                      field("unknown", &M::unknown, "rows that left with an unknown volatility or greek"));
  }
};
static_assert(table_is_complete<PricingSurfaceState>);

class PricingSurface final : public Node {
 public:
  explicit PricingSurface(EnrichOptions options) : options_(std::move(options)) {}

  void on_wave(const Wave& wave, Context& out) override;
  void save(std::string& out) const override;
  void load(std::string_view bytes) override;

  const PricingSurfaceState& state() const { return state_; }

 private:
  EnrichOptions options_;
  PricingSurfaceState state_;
};

NodeType pricing_surface_node_type();

}  // namespace optix
