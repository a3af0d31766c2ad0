// Trades, their statistics, rejected orders and settlements.
#include <map>

#include "core/store/report_chart.hpp"
#include "core/store/report_sections.hpp"
#include "core/store/report_text.hpp"

namespace optix::report {
namespace {

constexpr std::size_t most_trades = 500;

std::string empty(std::string_view words) { return "<p class=\"empty\">" + std::string(words) + "</p>\n"; }

struct Row {
  const char* metric;
  const char* label;
};
constexpr Row statistics[] = {{"trades", "Closed trades"},
                              {"trades_open", "Still open at the end"},
                              {"win_rate", "Win rate"},
                              {"profit_factor", "Profit factor"},
                              {"payoff", "Payoff (average win / average loss)"},
                              {"expectancy", "Expectancy per trade"},
                              {"average_win", "Average win"},
                              {"average_loss", "Average loss"},
                              {"largest_win", "Largest win"},
                              {"largest_loss", "Largest loss"},
                              {"max_consecutive_losses", "Longest losing run"},
                              {"kelly", "Kelly fraction"},
                              {"average_days_held", "Average days held"},
                              {"average_mae", "Average adverse excursion"},
                              {"average_mfe", "Average favourable excursion"}};

std::string statistics_table(const RunView& view) {
  std::string out = "<div><h3>Closed trades</h3><table><tbody>\n";
  for (const Row& row : statistics) {
    const MetricValue* m = view.metric(row.metric);
    if (m == nullptr) continue;
    out += "<tr>" + cell(row.label) +
           cell(m->defined ? figure_text(*m) : reason_text(m->reason), m->defined ? "r" : "r soft") + "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string exit_table(const RunView& view) {
  std::string rows;
  for (const std::string_view reason : enum_names(TradeReason{})) {
    const std::string name = "exit." + std::string(reason);
    const MetricValue *count = view.metric(name + ".trades"), *pnl = view.metric(name + ".pnl"),
                      *wins = view.metric(name + ".win_rate");
    if (count == nullptr || pnl == nullptr || wins == nullptr) continue;
    rows += "<tr>" + cell(reason_text(reason)) + cell(figure_text(*count), "r") + cell(figure_text(*wins), "r") +
            cell(figure_text(*pnl), pnl->value < 0 ? "r loss" : "r") + "</tr>\n";
  }
  if (rows.empty()) return {};
  return "<div><h3>By exit reason</h3><table><thead><tr>" + head_cell("Exit") + head_cell("Trades", "r") +
         head_cell("Win rate", "r") + head_cell("Result", "r") + "</tr></thead><tbody>\n" + rows +
         "</tbody></table></div>\n";
}

std::string result_bars(const RunView& view) {
  std::vector<ChartBar> bars;
  for (const MessageRef& message : view.record().results.trades) {
    const TradeClosed& t = message.get<TradeClosed>();
    bars.push_back({t.pnl.to_double(), t.entry_session.to_string() + " to " + t.exit_session.to_string() + "\n" +
                                           legs_text(view, t) + "\n" + money_text(t.pnl)});
    if (bars.size() == most_trades) break;
  }
  return bar_chart("Result of each trade in dollars, in order of closing", bars, 190);
}

}  // namespace

std::string trade_statistics_section(const RunView& view) {
  if (view.record().results.trades.empty()) return section("Trade statistics", empty("The run made no trades."));
  return section("Trade statistics",
                 "<div class=\"columns\">" + statistics_table(view) + exit_table(view) + "</div>\n" +
                     "<h3 style=\"margin-top:1.2rem\">Result of each trade, USD</h3>\n" + result_bars(view));
}

std::string trade_section(const RunView& view) {
  const auto& trades = view.record().results.trades;
  if (trades.empty()) return section("Trades", empty("The run made no trades."));
  std::string body = "<div class=\"scroll\"><table class=\"trades\"><thead><tr>" + head_cell("Entry") +
                     head_cell("Exit") + head_cell("Expiry") + head_cell("DTE in / out", "r") + head_cell("Legs") +
                     head_cell("Cost / share", "r") + head_cell("Exit / share", "r") + head_cell("Fees, $", "r") +
                     head_cell("Result, $", "r") + head_cell("MAE, $", "r") + head_cell("MFE, $", "r") +
                     head_cell("Exit reason") + "</tr></thead><tbody>\n";
  bool estimated = false, open = false;
  std::size_t shown = 0;
  for (const MessageRef& message : trades) {
    if (++shown > most_trades) break;
    const TradeClosed& t = message.get<TradeClosed>();
    const auto unit = per_share(view, t);
    estimated |= t.estimated;
    open |= t.still_open;
    body += "<tr>" + cell(t.entry_session.to_string()) + cell(t.exit_session.to_string()) +
            cell(t.expiration.to_string()) +
            cell(std::to_string(t.expiration - t.entry_session) + " / " + std::to_string(t.expiration - t.exit_session),
                 "r") +
            cell(legs_text(view, t), "wrap") + cell(unit ? price_text(unit->entry_cost) : "", "r") +
            cell(unit ? price_text(unit->exit_proceeds) : "", "r") + cell(price_text(t.fees), "r") +
            cell(price_text(t.pnl), t.pnl < Decimal{} ? "r loss" : "r") + cell(price_text(t.worst), "r") +
            cell(price_text(t.best), "r") +
            cell((t.still_open ? "open, marked" : reason_text(enum_name(t.exit_reason))) + (t.estimated ? " *" : "")) +
            "</tr>\n";
  }
  body +=
      "</tbody></table></div>\n<p class=\"note\">Cost is what opening one of each leg took, a credit being negative; "
      "exit is what closing it brought. DTE: calendar days to expiry. MAE, MFE: lowest and highest open result at a "
      "mark.";
  if (open) body += " <b>open, marked</b>: the data ended first, the exit is a mark; such trades are in no statistic.";
  if (estimated) body += " *: a settlement or exit value had to be estimated.";
  if (trades.size() > most_trades)
    body += " The first " + std::to_string(most_trades) + " of " + std::to_string(trades.size()) +
            "; all are in trades.csv.";
  return section("Trades", body + "</p>\n");
}

std::string order_section(const RunView& view) {
  const RunResults& r = view.record().results;
  struct Group {
    std::uint64_t count = 0;
    std::string example;
  };
  std::map<RejectReason, Group> groups;
  for (const MessageRef& message : r.rejections) {
    const OrderRejected& o = message.get<OrderRejected>();
    Group& g = groups[o.reason];
    if (g.count++ == 0) g.example = o.detail;
  }
  std::string body;
  if (groups.empty()) {
    body = empty("No order was rejected.");
  } else {
    body = "<div class=\"scroll\"><table><thead><tr>" + head_cell("Reason") + head_cell("Orders", "r") +
           head_cell("First one, in its own words") + "</tr></thead><tbody>\n";
    for (const auto& [reason, g] : groups)
      body += "<tr>" + cell(reason_text(enum_name(reason))) + cell(std::to_string(g.count), "r") +
              cell(g.example, "wrap") + "</tr>\n";
    body += "</tbody></table></div>\n";
  }
  if (!r.settlements.empty()) {
    Decimal cash;
    std::uint64_t worthless = 0, estimated = 0;
    for (const MessageRef& message : r.settlements) {
      const ContractSettled& s = message.get<ContractSettled>();
      cash += s.cash;
      if (s.intrinsic == Decimal{}) ++worthless;
      if (s.estimated) ++estimated;
    }
    body += "<p class=\"note\">" + std::to_string(r.settlements.size()) +
            (r.settlements.size() == 1 ? " holding was settled at expiry (" : " holdings were settled at expiry (") +
            std::to_string(worthless) + " worthless), cash received " + money_text(cash) + ".";
    if (estimated > 0) body += " " + std::to_string(estimated) + " of them at a configured substitute price.";
    body += "</p>\n";
  }
  return section("Rejected orders and settlements", body);
}

}  // namespace optix::report
