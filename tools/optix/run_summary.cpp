#include "tools/optix/run_summary.hpp"

#include <cstdio>

namespace optix {
namespace {

std::string dates(const std::vector<Date>& all) {
  std::string out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i == 8) return out + ", … (" + std::to_string(all.size()) + " in all)";
    out += (i ? ", " : "") + all[i].to_string();
  }
  return out;
}

struct KeyFigure {
  const char* metric;
  const char* label;
};
constexpr KeyFigure key_figures[] = {
    {"total_return", "Total return"},
    {"cagr", "CAGR"},
    {"volatility", "Volatility"},
    {"sharpe", "Sharpe"},
    {"sortino", "Sortino"},
    {"max_drawdown", "Max drawdown"},
    {"calmar", "Calmar"},
    {"cvar_95", "CVaR 95 %"},
    {"trades", "Trades"},
    {"win_rate", "Win rate"},
    {"profit_factor", "Profit factor"},
    {"expectancy", "Expectancy"},
};

std::string figure_text(const MetricValue& value) {
  if (!value.defined) return "n/a (" + value.reason + ")";
  char text[64];
  if (value.unit == "fraction")
    std::snprintf(text, sizeof text, "%.2f %%", value.value * 100);
  else if (value.unit == "count")
    std::snprintf(text, sizeof text, "%.0f", value.value);
  else if (value.unit == "usd")
    std::snprintf(text, sizeof text, "%.2f USD", value.value);
  else
    std::snprintf(text, sizeof text, "%.2f", value.value);
  return text;
}

}  // namespace

std::vector<std::string> quality_warnings(const QualityReport& report) {
  std::vector<std::string> out;
  std::vector<Date> closed, early;
  for (const SessionQuality& session : report.sessions) {
    if (session.use == SessionUse::dropped_closed) closed.push_back(session.session);
    if (session.low_volume) early.push_back(session.session);
  }
  if (!closed.empty()) out.push_back("dropped stale snapshots of days when the exchange was closed: " + dates(closed));
  if (!report.missing_sessions.empty())
    out.push_back("sessions missing from the data: " + dates(report.missing_sessions));
  if (!early.empty()) out.push_back("sessions with little volume, probably captured early in the day: " + dates(early));
  if (const std::uint64_t shared = report.totals(false).shared_keys)
    out.push_back(std::to_string(shared) +
                  " (date, expiration, strike, right) keys are quoted under several roots and kept apart");
  if (report.rows_skipped)
    out.push_back(std::to_string(report.rows_skipped) + " broken or repeated rows were left out");
  return out;
}

std::string summary_text(const RunView& view, const std::string& folder, double seconds) {
  const RunRecord& record = view.record();
  std::string out = record.name + ": " + record.data + "\n";
  if (!view.sessions().empty())
    out += view.sessions().front()->session.to_string() + " to " + view.sessions().back()->session.to_string() + ", " +
           std::to_string(view.sessions().size()) + " sessions, equity " +
           view.initial_equity().value_or(Decimal{}).to_string() + " -> " + view.marks().back()->equity.to_string() +
           " USD\n";
  else
    out += "No session was seen: check the start and end dates against the data.\n";
  if (record.stop_reason == "interrupted") out += "Interrupted: what follows covers the run up to there.\n";
  out += "\n";
  for (std::size_t i = 0; i < std::size(key_figures); ++i) {
    const MetricValue* value = view.metric(key_figures[i].metric);
    char cell[80];
    std::snprintf(cell, sizeof cell, "  %-14s %-22s", key_figures[i].label,
                  value ? figure_text(*value).c_str() : "n/a");
    out += cell;
    if (i % 2 == 1) {
      while (out.back() == ' ') out.pop_back();
      out += "\n";
    }
  }
  const MetricValue *touch = view.metric("profit_at_touch"), *profit = view.metric("profit"),
                    *mid = view.metric("profit_at_mid");
  if (touch && profit && mid && touch->defined && profit->defined && mid->defined)
    out += "\n  Profit by fill price: " + figure_text(*touch) + " at the touch, " + figure_text(*profit) +
           " as filled, " + figure_text(*mid) + " at mid\n";
  if (!view.marks().empty() && view.marks().back()->income != Decimal{})
    out += "  Interest and dividends less borrow cost, in each of them: " + view.marks().back()->income.to_string() +
           " USD\n";
  if (const auto& refused = record.results.rejections; !refused.empty()) {
    const OrderRejected& first = refused.front().get<OrderRejected>();
    out += "\n" + std::to_string(refused.size()) + (refused.size() == 1 ? " order was" : " orders were") +
           " refused, first: " + std::string(enum_name(first.reason)) +
           (first.detail.empty() ? "" : " (" + std::string(first.detail) + ")") + "; the report lists all\n";
  }
  for (const MessageRef& message : record.results.metrics)
    if (const MetricValue& value = message.get<MetricValue>(); value.name.starts_with("entries_not_sized."))
      out += "\n" + figure_text(value) +
             " entries were not sent, sizing gave no unit: " + value.name.substr(value.name.find('.') + 1) + "\n";
  if (const std::size_t ended = record.results.cancelled.size())
    out += "\n" + std::to_string(ended) + (ended == 1 ? " order" : " orders") +
           " ended without filling completely, first: " +
           std::string(enum_name(record.results.cancelled.front().get<OrderCancelled>().reason)) + "\n";
  char line[256];
  std::uint64_t events = 0;
  for (const auto& [name, count] : record.counts)
    if (name == "events") events = count;
  double engine = 0;
  for (const auto& [name, value] : record.timings)
    if (name == "engine") engine = value;
  std::snprintf(line, sizeof line, "\ndigest %s  %llu events  engine %.3f s  total %.2f s\n", record.digest.c_str(),
                static_cast<unsigned long long>(events), engine, seconds);
  out += line;
  out += "report  " + folder + "/report.html\n";
  return out;
}

}  // namespace optix
