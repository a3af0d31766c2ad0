// Markets as a SnapshotSource: contract ids in order of first appearance and their definitions.
#include <algorithm>
#include <string>

#include "core/data/simulation/market.hpp"

namespace optix::simulation {
namespace {

class MarketSource final : public SnapshotSource {
 public:
  explicit MarketSource(std::shared_ptr<const Market> market) : market_(std::move(market)) {
    const Listings& listings = market_->listings();
    for (const ListedExpiration& e : listings.expirations) ids_.emplace_back(2 * e.strike.size());
    report_.source = "simulated market of " + market_->params().underlying.to_string();
    report_.layout = "generated";
    for (std::uint32_t s = 0; s < market_->sessions(); ++s) {
      first_id_.push_back(contracts_);
      for (const std::uint32_t at : listings.alive[s]) number(at, s);
      SessionQuality quality;
      quality.session = market_->clock().sessions[s];
      quality.counts.rows = market_->rows(s) * market_->clock().per_session;
      report_.lines += quality.counts.rows;
      report_.sessions.push_back(quality);
    }
    report_.contracts = contracts_;
  }

  std::size_t steps() const override { return market_->clock().times.size(); }
  Timestamp time(std::size_t step) const override { return market_->clock().times[step]; }
  const QualityReport& quality() const override { return report_; }

  DatasetStep step(std::size_t index) const override {
    const std::size_t per_session = market_->clock().per_session;
    const std::size_t session = index / per_session;
    DatasetStep out;
    if (index % per_session == 0) out.instruments = instruments(static_cast<std::uint32_t>(session));
    ChainSnapshot chain = market_->snapshot(session, index % per_session).chain;
    std::vector<ContractId> contract;
    contract.reserve(chain.strike.size());
    for (const std::uint32_t at : market_->listings().alive[session]) {
      const ListedExpiration& e = market_->listings().expirations[at];
      if (e.settles <= chain.time) continue;
      for (const std::size_t right : {0, 1})
        for (std::size_t i = 0; i < e.since.size(); ++i)
          if (e.since[i] <= session) contract.push_back(ids_[at][2 * i + right]);
    }
    chain.contract = std::move(contract);
    out.underlying = make_message(UnderlyingPrice{chain.underlying, chain.time, chain.session, chain.underlying_price});
    out.snapshot = make_message(std::move(chain));
    return out;
  }

 private:
  void number(std::uint32_t at, std::uint32_t session) {
    const auto& since = market_->listings().expirations[at].since;
    for (const std::size_t right : {0, 1})
      for (std::size_t i = 0; i < since.size(); ++i)
        if (since[i] == session) ids_[at][2 * i + right] = contracts_++;
  }

  MessageRef instruments(std::uint32_t session) const {
    const Params& p = market_->params();
    InstrumentBatch batch;
    batch.first_id = first_id_[session];
    for (const std::uint32_t at : market_->listings().alive[session]) {
      const ListedExpiration& e = market_->listings().expirations[at];
      for (const Right right : {Right::call, Right::put})
        for (std::size_t i = 0; i < e.since.size(); ++i) {
          if (e.since[i] != session) continue;
          batch.root.push_back(e.root);
          batch.underlying.push_back(p.underlying);
          batch.expiration.push_back(e.expiration);
          batch.settles.push_back(e.settles);
          batch.strike.push_back(e.strike[i]);
          batch.right.push_back(right);
          batch.settlement.push_back(e.settlement);
          batch.exercise.push_back(p.american ? ExerciseStyle::american : ExerciseStyle::european);
          batch.multiplier.push_back(100);
        }
    }
    return batch.root.empty() ? MessageRef{} : make_message(std::move(batch));
  }

  std::shared_ptr<const Market> market_;
  std::vector<std::vector<ContractId>> ids_;  // by expiration: call and put of each strike
  std::vector<ContractId> first_id_;          // by session
  ContractId contracts_ = 0;
  QualityReport report_;
};

}  // namespace

std::shared_ptr<const SnapshotSource> market_source(std::shared_ptr<const Market> market) {
  return std::make_shared<MarketSource>(std::move(market));
}

}  // namespace optix::simulation
