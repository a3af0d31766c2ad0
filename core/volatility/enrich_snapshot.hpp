#pragma once
// A chain snapshot with volatilities and greeks of our own: where the vendor has none, or in place
// of his. A pure function of the snapshot and the options; the quotes stay as they are.
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/volatility/surface_fit.hpp"
#include "messages/ref.hpp"

namespace optix {

enum class EnrichMode : std::uint8_t {
  fill,       // each unknown iv, delta and gamma, one by one
  recompute,  // all of them; what cannot be computed is unknown
};
constexpr auto enum_names(EnrichMode) { return std::to_array<std::string_view>({"fill", "recompute"}); }

// Rows without a two-sided quote of their own have no implied volatility. Theirs then comes from the
// other side of the strike and, with a smile, from the fitted surface.
struct EnrichOptions {
  EnrichMode mode = EnrichMode::fill;
  bool smile = true;  // fit the surface; false: own quotes and the other side only
  SurfaceOptions surface;

  EnrichOptions() { surface.allow_stale = true; }  // the mark on a stale snapshot stays
};

struct EnrichedSnapshot {
  MessageRef snapshot;      // the one given when nothing changed
  std::size_t changed = 0;  // rows of which a value changed or became known
  std::size_t unknown = 0;  // rows whose iv, delta or gamma is unknown afterwards
  std::string refused;      // why nothing could be computed (no forward, …); else empty
};

// `snapshot` must hold a ChainSnapshot. When nothing can be computed for the whole chain, fill
// leaves it alone and recompute makes every value unknown.
EnrichedSnapshot enrich_snapshot(const MessageRef& snapshot, const EnrichOptions& options);

}  // namespace optix
