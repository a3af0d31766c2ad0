#include "actors/pricing_surface.hpp"

#include "actors/enrich_params.hpp"
#include "actors/ports.hpp"
#include "messages/codec/state.hpp"

namespace optix {
namespace {

constexpr std::uint16_t market_input = InputPort::first_declared;
constexpr std::uint16_t market_output_port = 0;

}  // namespace

void PricingSurface::on_wave(const Wave& wave, Context& out) {
  for (const WaveEvent& event : wave.events) {
    if (event.input != market_input) continue;  // Start, Stop
    if (!event.get_if<ChainSnapshot>()) {
      out.emit(market_output_port, *event.message);
      continue;
    }
    EnrichedSnapshot enriched = enrich_snapshot(*event.message, options_);
    ++state_.snapshots;
    state_.refused += !enriched.refused.empty();
    state_.changed += enriched.changed;
    state_.unknown += enriched.unknown;
    out.emit(market_output_port, std::move(enriched.snapshot));
  }
}

void PricingSurface::save(std::string& out) const { encode_state(state_, out); }
void PricingSurface::load(std::string_view bytes) { state_ = decode_state<PricingSurfaceState>(bytes); }

NodeType pricing_surface_node_type() {
  NodeType type;
  type.schema.name = "pricing.surface";
  type.schema.doc = "gives chain snapshots volatilities and greeks of our own: where the data has none, or everywhere";
  type.schema.inputs = {{"market", market_messages(), "market data; put the node right behind the source", true}};
  type.schema.outputs = {{"market", market_messages(), "the same, with implied volatility, delta and gamma"}};
  type.schema.params = enrich_params();
  type.make = [](const NodeSetup& setup) -> Result<std::unique_ptr<Node>> {
    return std::unique_ptr<Node>(std::make_unique<PricingSurface>(enrich_options(setup.params)));
  };
  return type;
}

}  // namespace optix
