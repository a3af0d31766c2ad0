#include "core/metrics/trades.hpp"

#include <algorithm>

namespace optix {

TradeSample TradeSample::of(const TradeClosed& t) {
  return {t.pnl, t.worst, t.best, t.exit_session - t.entry_session, t.exit_reason, t.still_open};
}

TradeTotals::TradeTotals(std::span<const TradeSample> trades) : by_reason(enum_names(TradeReason{}).size()) {
  std::uint64_t losing_run = 0;
  for (const TradeSample& t : trades) {
    if (t.still_open) {
      ++open;
      continue;
    }
    ++closed;
    ByReason& group = by_reason[static_cast<std::size_t>(t.exit_reason)];
    ++group.closed;
    group.pnl += t.pnl;
    if (t.pnl > Decimal{}) {
      ++wins;
      ++group.wins;
      won += t.pnl;
      largest_win = std::max(largest_win, t.pnl);
    } else if (t.pnl < Decimal{}) {
      ++losses;
      lost += t.pnl;
      largest_loss = std::min(largest_loss, t.pnl);
    }
    losing_run = t.pnl < Decimal{} ? losing_run + 1 : 0;
    longest_losing_run = std::max(longest_losing_run, losing_run);
    worst += t.worst;
    best += t.best;
    days_held += t.days_held;
  }
}

namespace {

constexpr std::uint64_t kelly_minimum = 30;

double share(std::uint64_t part, std::uint64_t whole) { return static_cast<double>(part) / static_cast<double>(whole); }
double average(Decimal sum, std::uint64_t n) { return sum.to_double() / static_cast<double>(n); }

template <class F>
Figure closed(const TradeTotals& t, F&& compute) {
  if (t.closed == 0) return Figure::undefined(reason_code::no_closed_trades, 0);
  return Figure::of(compute(), t.closed);
}

template <class F>
Figure wins_and_losses(const TradeTotals& t, bool needs_wins, bool needs_losses, F&& compute) {
  if (t.closed == 0) return Figure::undefined(reason_code::no_closed_trades, 0);
  if (needs_wins && t.wins == 0) return Figure::undefined(reason_code::no_wins, t.closed);
  if (needs_losses && t.losses == 0) return Figure::undefined(reason_code::no_losses, t.closed);
  return Figure::of(compute(), t.closed);
}

double win_share(const TradeTotals& t) { return share(t.wins, t.closed); }
double payoff_of(const TradeTotals& t) { return average(t.won, t.wins) / -average(t.lost, t.losses); }

Figure count(const TradeTotals& t) { return Figure::of(static_cast<double>(t.closed), t.closed); }
Figure open_count(const TradeTotals& t) { return Figure::of(static_cast<double>(t.open), t.open); }
Figure total_pnl(const TradeTotals& t) { return Figure::of((t.won + t.lost).to_double(), t.closed); }
Figure win_rate(const TradeTotals& t) {
  return closed(t, [&] { return win_share(t); });
}
Figure profit_factor(const TradeTotals& t) {
  return wins_and_losses(t, false, true, [&] { return t.won.to_double() / -t.lost.to_double(); });
}
Figure payoff(const TradeTotals& t) {
  return wins_and_losses(t, true, true, [&] { return payoff_of(t); });
}
Figure expectancy(const TradeTotals& t) {
  return closed(t, [&] { return average(t.won + t.lost, t.closed); });
}
Figure average_win(const TradeTotals& t) {
  return wins_and_losses(t, true, false, [&] { return average(t.won, t.wins); });
}
Figure average_loss(const TradeTotals& t) {
  return wins_and_losses(t, false, true, [&] { return average(t.lost, t.losses); });
}
Figure largest_win(const TradeTotals& t) {
  return wins_and_losses(t, true, false, [&] { return t.largest_win.to_double(); });
}
Figure largest_loss(const TradeTotals& t) {
  return wins_and_losses(t, false, true, [&] { return t.largest_loss.to_double(); });
}
Figure losing_run(const TradeTotals& t) {
  return closed(t, [&] { return static_cast<double>(t.longest_losing_run); });
}
Figure kelly(const TradeTotals& t) {
  if (t.closed < kelly_minimum) return Figure::undefined(reason_code::fewer_than_30_trades, t.closed);
  return wins_and_losses(t, true, true, [&] { return win_share(t) - (1 - win_share(t)) / payoff_of(t); });
}
Figure average_days(const TradeTotals& t) {
  return closed(t, [&] { return static_cast<double>(t.days_held) / static_cast<double>(t.closed); });
}
Figure average_mae(const TradeTotals& t) {
  return closed(t, [&] { return average(t.worst, t.closed); });
}
Figure average_mfe(const TradeTotals& t) {
  return closed(t, [&] { return average(t.best, t.closed); });
}

constexpr std::string_view of_closed = "closed multi-leg trades";
constexpr TradeRow rows[] = {
    {"trades", "count", of_closed, "positions opened and closed", count},
    {"trades_open", "count", "trades marked where the data ended", "positions still open at the end", open_count},
    {"trades_pnl", "usd", of_closed, "sum of results after fees", total_pnl},
    {"win_rate", "fraction", of_closed, "trades with a profit after fees / trades", win_rate},
    {"profit_factor", "ratio", of_closed, "sum of profits / sum of losses", profit_factor},
    {"payoff", "ratio", of_closed, "average profit / average loss", payoff},
    {"expectancy", "usd", of_closed, "average result of a trade", expectancy},
    {"average_win", "usd", of_closed, "average result of winning trades", average_win},
    {"average_loss", "usd", of_closed, "average result of losing trades", average_loss},
    {"largest_win", "usd", of_closed, "best result", largest_win},
    {"largest_loss", "usd", of_closed, "worst result", largest_loss},
    {"max_consecutive_losses", "count", "closed multi-leg trades, in order of closing", "longest run of losing trades",
     losing_run},
    {"kelly", "fraction", "closed multi-leg trades, from 30 on", "win rate - (1 - win rate) / payoff", kelly},
    {"average_days_held", "days", "closed multi-leg trades, calendar days", "exit session - entry session",
     average_days},
    {"average_mae", "usd", "closed multi-leg trades, at marks", "average of the lowest open profit", average_mae},
    {"average_mfe", "usd", "closed multi-leg trades, at marks", "average of the highest open profit", average_mfe},
};

}  // namespace

std::span<const TradeRow> trade_rows() { return rows; }

std::vector<NamedFigure> trade_statistics(std::span<const TradeSample> trades) {
  const TradeTotals totals(trades);
  std::vector<NamedFigure> out;
  for (const TradeRow& row : rows)
    out.push_back({std::string(row.name), row.unit, std::string(row.basis), row.compute(totals)});
  for (std::size_t i = 0; i < totals.by_reason.size(); ++i) {
    const TradeTotals::ByReason& group = totals.by_reason[i];
    if (group.closed == 0) continue;
    const std::string name = "exit." + std::string(enum_name(static_cast<TradeReason>(i)));
    const std::string basis = "closed multi-leg trades with this exit";
    out.push_back({name + ".trades", "count", basis, Figure::of(static_cast<double>(group.closed), group.closed)});
    out.push_back({name + ".pnl", "usd", basis, Figure::of(group.pnl.to_double(), group.closed)});
    out.push_back({name + ".win_rate", "fraction", basis, Figure::of(share(group.wins, group.closed), group.closed)});
  }
  return out;
}

}  // namespace optix
