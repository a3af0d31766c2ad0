#pragma once
// A simulated market as a provider of whole sessions, for importing into a dataset.
#include <memory>
#include <string>

#include "core/data/quotes.hpp"
#include "core/data/simulation/market.hpp"

namespace optix::simulation {

struct ProviderOptions {
  // Sessions are priced in this many threads; 0 or 1: in the caller's. The result is the same.
  int threads = 2;
  std::string description = "simulated market";
};

// Delivers session after session, within a session the underlyings in the setup's order. At most
// 2·threads + 2 sessions are in memory. Errors: as make_markets, and the sink's.
class SimulationProvider final : public MarketDataProvider {
 public:
  static Result<std::unique_ptr<SimulationProvider>> make(const Setup& setup, ProviderOptions options = {});

  std::string description() const override { return options_.description; }
  Status read(QuoteSink& sink, QualityReport& report) override;

  const std::vector<std::shared_ptr<const Market>>& markets() const { return markets_; }
  // Rows that read() will deliver, at most: contracts that settle within a session come off.
  std::uint64_t rows() const;

 private:
  SimulationProvider(std::vector<std::shared_ptr<const Market>> markets, ProviderOptions options)
      : markets_(std::move(markets)), options_(std::move(options)) {}

  std::vector<std::shared_ptr<const Market>> markets_;
  ProviderOptions options_;
};

}  // namespace optix::simulation
