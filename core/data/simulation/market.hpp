#pragma once
// A simulated market, ready to hand out its sessions: paths, surfaces and listings are drawn, chains
// are priced when asked for, from any thread, with the same result.
#include <memory>
#include <vector>

#include "core/data/dataset.hpp"
#include "core/data/quotes.hpp"
#include "core/data/simulation/activity.hpp"
#include "core/data/simulation/listing.hpp"
#include "core/data/simulation/parameters.hpp"
#include "core/data/simulation/price_path.hpp"
#include "core/data/simulation/session_clock.hpp"
#include "core/data/simulation/surface_model.hpp"

namespace optix::simulation {

class Market {
 public:
  // `index`: of the underlying in the setup. The path is moved in.
  Market(const Params& params, std::uint64_t seed, PricePath path);
  Market(const Market&) = delete;
  Market& operator=(const Market&) = delete;

  const Params& params() const { return p_; }
  const SessionClock& clock() const { return clock_; }
  const PricePath& path() const { return path_; }
  const std::vector<SurfaceState>& surface() const { return surface_; }
  const Listings& listings() const { return listings_; }

  std::size_t sessions() const { return clock_.sessions.size(); }
  // Contracts listed in the session, those that settled before its last snapshot included.
  std::size_t rows(std::size_t session) const;
  SessionQuotes session(std::size_t session) const;
  // One snapshot without ids.
  SnapshotQuotes snapshot(std::size_t session, std::size_t within) const;

  // Prices, forwards and slices as the quotes are made from, for tests and reports.
  double forward(std::size_t step, Timestamp maturity) const;
  SsviSlice slice(std::size_t step, Timestamp maturity) const;

 private:
  void price(ChainSnapshot& chain, std::size_t session, std::size_t within) const;
  double carry(double spot, Timestamp now, Date session, Timestamp maturity, double years) const;

  Params p_;
  std::uint64_t seed_;
  SessionClock clock_;
  PricePath path_;
  std::vector<double> log_close_;  // of each session's last price
  std::vector<SurfaceState> surface_;
  Listings listings_;
  std::vector<ActivityLedger> activity_;    // by expiration
  std::vector<std::vector<float>> liking_;  // by expiration: call and put of each strike
};

// One market per underlying of the setup. Errors: as price_paths.
Result<std::vector<std::shared_ptr<const Market>>> make_markets(const Setup& setup);

// The market as a dataset that is priced as it is played, a step at a time.
std::shared_ptr<const SnapshotSource> market_source(std::shared_ptr<const Market> market);

}  // namespace optix::simulation
