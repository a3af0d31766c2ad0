#pragma once
// metrics.summary: keeps one equity mark a session, the closed trades and the underlying's price,
// and sums them up when the run ends.
//
// During the run it does O(1) work for each event and sends nothing. On Stop{last = true} it sends
// one MetricValue for each figure: the account, the rows of core/metrics/summary.hpp, those of
// trades.hpp and, against buy and hold of the underlying, those of benchmark.hpp. Equity starts at
// the first deposit, before the first session's mark; deposits after it are taken out of the
// returns.
#include "actors/node_type.hpp"
#include "core/metrics/benchmark.hpp"
#include "core/metrics/summary.hpp"
#include "core/metrics/trades.hpp"
#include "messages/market.hpp"
#include "messages/portfolio.hpp"

namespace optix {

// The last mark of one session.
struct SessionMark {
  Date session;
  Decimal equity;
  Decimal flow;  // deposits (+) and withdrawals (−) since the mark before
  Decimal fees;
  std::int32_t open_positions = 0;
  std::int32_t stale_marks = 0;

  static constexpr auto fields() {
    using M = SessionMark;
    return std::tuple(field("session", &M::session, "exchange session date"),
                      field("equity", &M::equity, "last equity of the session, USD"),
                      field("flow", &M::flow, "cash paid in since the mark before, USD"),
                      field("fees", &M::fees, "fees paid since the start, USD"),
                      field("open_positions", &M::open_positions, "positions open at the mark"),
                      field("stale_marks", &M::stale_marks, "contracts marked at an earlier price"));
  }
};
static_assert(table_is_complete<SessionMark>);

struct MetricsState {
  bool has_initial = false;
  Decimal initial;
  Decimal flow;  // since the last session began
  std::vector<SessionMark> marks;
  std::vector<TradeSample> trades;
  Symbol benchmark;
  std::vector<PricePoint> prices;
  Decimal touch_gap, mid_gap;

  static constexpr auto fields() {
    using M = MetricsState;
    return std::tuple(field("has_initial", &M::has_initial, "whether the first deposit or mark was seen"),
                      field("initial", &M::initial, "equity before the first return, USD"),
                      field("flow", &M::flow, "deposits not yet in a mark, USD"),
                      field("marks", &M::marks, "last mark of each session"),
                      field("trades", &M::trades, "trades reported"),
                      field("benchmark", &M::benchmark, "underlying held as the benchmark; empty until one is seen"),
                      field("prices", &M::prices, "last price of each session"),
                      field("touch_gap", &M::touch_gap, "profit at the touch less profit, over all trades, USD"),
                      field("mid_gap", &M::mid_gap, "profit at mid less profit, over all trades, USD"));
  }
};
static_assert(table_is_complete<MetricsState>);

class MetricsSummary final : public Node {
 public:
  // `benchmark` empty: the first underlying seen.
  MetricsSummary(const SummaryOptions& options, Symbol benchmark);

  void on_wave(const Wave& wave, Context& out) override;
  void save(std::string& out) const override;
  void load(std::string_view bytes) override;

 private:
  void on_cash(const CashChanged& cash);
  void on_equity(const Equity& equity);
  void on_price(const UnderlyingPrice& price);
  void report(Context& out) const;

  SummaryOptions options_;
  MetricsState state_;
};

NodeType metrics_summary_node_type();

}  // namespace optix
