#pragma once
// A run record read for people: contracts by symbol, one mark an instant, one a session.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/contracts/shares.hpp"
#include "core/metrics/benchmark.hpp"
#include "core/metrics/returns.hpp"
#include "core/store/run_record.hpp"
#include "messages/market.hpp"
#include "messages/metrics.hpp"
#include "messages/portfolio.hpp"

namespace optix {

// Keeps references into the record, which must outlive it.
class RunView {
 public:
  explicit RunView(const RunRecord& record);

  const RunRecord& record() const { return record_; }
  // The last mark of each instant and of each session, in order.
  const std::vector<const Equity*>& marks() const { return marks_; }
  const std::vector<const Equity*>& sessions() const { return sessions_; }
  // The first underlying's last price of each session.
  const std::vector<PricePoint>& prices() const { return prices_; }
  std::string_view benchmark() const { return benchmark_; }
  std::optional<Decimal> price(Date session) const;
  // Its last price at or before an instant, of whichever session; nullopt before its first.
  std::optional<Decimal> price_at(Timestamp time) const;

  std::optional<Decimal> initial_equity() const { return initial_; }
  // Empty when there is no equity or it did not start above zero.
  const ReturnSeries& series() const { return series_; }

  // nullptr when the run has no such figure.
  const MetricValue* metric(std::string_view name) const;

  // Terms of what a leg of a fill or trade names, shares included; nullopt when it was not defined.
  template <class Leg>
  std::optional<Contract> contract(const Leg& leg) const {
    return contract(leg.contract, leg.underlying);
  }
  // The OSI symbol, padded; the underlying for shares; "contract 17" when the contract or its symbol
  // is unknown.
  template <class Leg>
  std::string symbol(const Leg& leg) const {
    return symbol(leg.contract, leg.underlying);
  }

 private:
  std::optional<Contract> contract(ContractId id, Symbol underlying) const;
  std::string symbol(ContractId id, Symbol underlying) const;

  const RunRecord& record_;
  InstrumentTable instruments_;
  std::vector<const Equity*> marks_, sessions_;
  std::vector<PricePoint> prices_;
  std::vector<const UnderlyingPrice*> ticks_;  // of the benchmark, by time
  std::string benchmark_;
  std::optional<Decimal> initial_;
  ReturnSeries series_;
  std::map<std::string_view, const MetricValue*> metrics_;
};

// Prices of a trade for one of each leg, USD per share: -19.20 is a credit of 19.20. None when the
// legs' multipliers differ.
struct PerShare {
  Decimal entry_cost, exit_proceeds;
};
std::optional<PerShare> per_share(const RunView& view, const TradeClosed& trade);

// Legs in short: side, size when not one, right and strike, expiration when it differs from the
// trade's: "-P2835", "+2P2700 -P2800@2019-06-21".
std::string legs_text(const RunView& view, const TradeClosed& trade);

// dte_exit, profit_target, …, open_marked.
std::string_view trade_status(const TradeClosed& trade);

}  // namespace optix
