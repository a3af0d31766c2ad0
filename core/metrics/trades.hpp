#pragma once
// Statistics of closed multi-leg trades. A trade still open when the data ended is counted apart
// and enters no figure: its result is a mark, not a result.
#include <span>
#include <vector>

#include "core/metrics/figure.hpp"
#include "messages/portfolio.hpp"

namespace optix {

// What the statistics need of one trade.
struct TradeSample {
  Decimal pnl;
  Decimal worst;
  Decimal best;
  std::int32_t days_held = 0;
  TradeReason exit_reason = TradeReason::manual;
  bool still_open = false;

  static TradeSample of(const TradeClosed& trade);

  static constexpr auto fields() {
    using M = TradeSample;
    return std::tuple(field("pnl", &M::pnl, "profit after fees, USD"),
                      field("worst", &M::worst, "maximum adverse excursion, USD, at most 0"),
                      field("best", &M::best, "maximum favourable excursion, USD, at least 0"),
                      field("days_held", &M::days_held, "calendar days from entry to exit session"),
                      field("exit_reason", &M::exit_reason, "why it ended"),
                      field("still_open", &M::still_open, "true when the data ended first"));
  }
};
static_assert(table_is_complete<TradeSample>);

// Sums over the closed trades, exact.
struct TradeTotals {
  explicit TradeTotals(std::span<const TradeSample> trades);

  std::uint64_t closed = 0, open = 0, wins = 0, losses = 0;  // a result of 0 is neither
  Decimal won, lost;                                         // lost ≤ 0
  Decimal largest_win, largest_loss;
  Decimal worst, best;  // sums of the excursions
  std::int64_t days_held = 0;
  std::uint64_t longest_losing_run = 0;
  struct ByReason {
    std::uint64_t closed = 0, wins = 0;
    Decimal pnl;
  };
  std::vector<ByReason> by_reason;  // by TradeReason
};

struct TradeRow {
  std::string_view name;
  std::string_view unit;
  std::string_view basis;
  std::string_view definition;
  Figure (*compute)(const TradeTotals&);
};
std::span<const TradeRow> trade_rows();

// All rows, then for each exit reason that occurred `exit.REASON.trades`, `.pnl` and `.win_rate`.
std::vector<NamedFigure> trade_statistics(std::span<const TradeSample> trades);

}  // namespace optix
