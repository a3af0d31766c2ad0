#include "core/volatility/enrich_snapshot.hpp"

#include <cmath>
#include <limits>

namespace optix {
namespace {

bool is_known(const ChainSnapshot& chain, std::size_t row) {
  return !std::isnan(chain.iv[row]) && !std::isnan(chain.delta[row]) && !std::isnan(chain.gamma[row]);
}

std::size_t unknown_rows(const ChainSnapshot& chain) {
  std::size_t count = 0;
  for (std::size_t row = 0; row < chain.rows(); ++row) count += !is_known(chain, row);
  return count;
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

Result<ChainEnrichment> computed_rows(const ChainSnapshot& chain, const EnrichOptions& options) {
  if (options.smile)
    if (auto fit = fit_surface(chain, options.surface)) return std::move(fit->rows);
  // Too few quotes for any smile may still do for a forward.
  auto enriched = enrich_chain(chain, options.surface);
  if (!enriched) return enriched.error();
  return std::move(enriched->rows);
}

}  // namespace

EnrichedSnapshot enrich_snapshot(const MessageRef& snapshot, const EnrichOptions& options) {
  const ChainSnapshot& chain = snapshot.get<ChainSnapshot>();
  EnrichedSnapshot out{snapshot, 0, unknown_rows(chain), {}};
  const bool fill = options.mode == EnrichMode::fill;
  if (fill && out.unknown == 0) return out;

  const auto rows = computed_rows(chain, options);
  if (!rows) {
    out.refused = rows.error().to_string();
    if (fill) return out;
  }
  ChainSnapshot changed = chain;
  const auto take = [&](Series<double> ChainSnapshot::*column, std::size_t row, double value) {
    double& known = (changed.*column)[row];
    if (fill && !std::isnan(known)) return false;
    const bool moved = !same(known, value);
    known = value;
    return moved;
  };
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t row = 0; row < chain.rows(); ++row) {
    // Expiring rows and rows without a volatility are unknown there too.
    bool moved = take(&ChainSnapshot::iv, row, rows ? rows->vol[row] : nan);
    moved |= take(&ChainSnapshot::delta, row, rows ? rows->delta[row] : nan);
    moved |= take(&ChainSnapshot::gamma, row, rows ? rows->gamma[row] : nan);
    out.changed += moved;
  }
  if (out.changed == 0) return out;
  out.unknown = unknown_rows(changed);
  out.snapshot = make_message(std::move(changed));
  return out;
}

}  // namespace optix
