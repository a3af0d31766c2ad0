// Key figures, costs and settings, and the full list of figures with their definitions.
#include <nlohmann/json.hpp>
#include <utility>

#include "core/metrics/benchmark.hpp"
#include "core/metrics/summary.hpp"
#include "core/metrics/trades.hpp"
#include "core/store/report_sections.hpp"
#include "core/store/report_text.hpp"

namespace optix::report {
namespace {

struct Card {
  const char* metric;
  const char* label;
  bool coloured;
};
constexpr Card cards[] = {{"profit", "Profit", true},
                          {"total_return", "Total return", true},
                          {"cagr", "CAGR", true},
                          {"volatility", "Volatility", false},
                          {"sharpe", "Sharpe ratio", false},
                          {"sortino", "Sortino ratio", false},
                          {"max_drawdown", "Max drawdown", false},
                          {"cvar_95", "CVaR 95, one period", false},
                          {"trades", "Closed trades", false},
                          {"win_rate", "Win rate", false},
                          {"profit_factor", "Profit factor", false},
                          {"expectancy", "Expectancy per trade", true}};

// Figures of the account itself, which belong to no table of core/metrics.
constexpr std::pair<std::string_view, std::string_view> account_definitions[] = {
    {"initial_equity", "cash paid in before the first session"},
    {"final_equity", "cash + positions at their marks"},
    {"profit", "final equity - everything paid in"},
    {"profit_at_touch", "profit + sum over trades of (result with every fill at the touch - result)"},
    {"profit_at_mid", "profit + sum over trades of (result with every fill at mid - result)"},
    {"fees", "commissions and fees of all fills"},
    {"exposure", "sessions with a position / sessions"},
    {"stale_sessions", "sessions in which a holding had no quote"}};

std::string_view definition_of(std::string_view name) {
  for (const auto& [account, definition] : account_definitions)
    if (account == name) return definition;
  for (const SummaryRow& row : summary_rows())
    if (row.name == name) return row.definition;
  for (const TradeRow& row : trade_rows())
    if (row.name == name) return row.definition;
  for (const BenchmarkRow& row : benchmark_rows())
    if (row.name == name) return row.definition;
  return {};
}

std::string table_row(std::string_view name, std::string_view value) {
  return "<tr>" + cell(reason_text(name)) + cell(value, "value") + "</tr>\n";
}

using Json = nlohmann::ordered_json;

// Short lists in full; longer ones, and lists of objects, by their length (result.json has them).
std::string list_text(const Json& list) {
  std::string out;
  for (const Json& item : list) {
    if (list.size() > 6 || !item.is_string())
      return std::to_string(list.size()) + (list.size() == 1 ? " entry" : " entries");
    out += (out.empty() ? "" : ", ") + item.get<std::string>();
  }
  return out.empty() ? "none" : out;
}

// The members of a JSON object, those of nested objects after their name; a zero among the nested
// ones says nothing.
std::string quality_rows(const Json& json, const std::string& prefix = {}) {
  std::string out;
  for (const auto& [key, value] : json.items()) {
    const std::string name = prefix + key;
    if (value.is_string())
      out += table_row(name, value.get<std::string>());
    else if (value.is_number_integer() && (prefix.empty() || value != 0))
      out += table_row(name, grouped(value.get<double>(), 0));
    else if (value.is_number_float())
      out += table_row(name, grouped(value.get<double>(), 4));
    else if (value.is_array())
      out += table_row(name, list_text(value));
    else if (value.is_object() && prefix.empty())
      out += quality_rows(value, name + ": ");
  }
  return out;
}

std::string quality_rows(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  return json.is_object() ? quality_rows(json) : std::string();
}

std::string block(std::string_view title, const std::string& rows) {
  if (rows.empty()) return {};
  return "<div><h3>" + std::string(title) + "</h3><table><tbody>\n" + rows + "</tbody></table></div>\n";
}

}  // namespace

std::string key_figures(const RunView& view) {
  if (view.record().results.metrics.empty())
    return section(
        "Key figures",
        "<p class=\"empty\">The run reported no figures: its topology has no metrics node, or it ended early.</p>");
  std::string body = "<div class=\"cards\">\n";
  for (const Card& card : cards) {
    const MetricValue* m = view.metric(card.metric);
    if (m == nullptr) continue;
    std::string css = "value";
    if (card.coloured && m->defined && m->value != 0) css += m->value < 0 ? " loss" : " gain";
    body += "<div class=\"card\"><div class=\"label\">" + std::string(card.label) + "</div><div class=\"" + css +
            "\">" + escape_html(figure_text(*m)) + "</div><div class=\"note\">" +
            escape_html(m->defined ? m->basis : "not defined: " + reason_text(m->reason)) + "</div></div>\n";
  }
  return section("Key figures", body + "</div>\n");
}

std::string cost_section(const RunView& view) {
  const RunRecord& r = view.record();
  std::string costs, counts, timings;
  Decimal half_spread;
  std::uint64_t legs = 0, unquoted = 0;
  for (const MessageRef& message : r.results.fills) {
    for (const FillLeg& leg : message.get<Fill>().legs) {
      ++legs;
      const auto c = view.contract(leg);
      if (leg.bid.is_none() || leg.ask.is_none() || !c) {
        ++unquoted;
        continue;
      }
      // What was paid beyond the mid: positive is a cost.
      const Decimal mid = (leg.bid + leg.ask).half();
      half_spread += (leg.price - mid) * (static_cast<std::int64_t>(leg.quantity) * c->multiplier);
    }
  }
  if (!view.marks().empty()) costs += table_row("Fees and commissions", money_text(view.marks().back()->fees));
  if (legs > 0) costs += table_row("Paid beyond the mid of the quotes", money_text(half_spread));
  if (unquoted > 0) costs += table_row("Legs without both quotes, not in that sum", std::to_string(unquoted));
  costs += table_row("Orders filled", grouped(static_cast<double>(r.results.fills.size()), 0));
  costs += table_row("Legs filled", grouped(static_cast<double>(legs), 0));

  for (const auto& [name, count] : r.counts) counts += table_row(name, grouped(static_cast<double>(count), 0));
  for (const auto& [phase, seconds] : r.timings) timings += table_row(phase, grouped(seconds, 3) + " s");
  std::string body = "<div class=\"columns\"><div>" + block("Costs", costs) + block("Work done", counts) +
                     block("Wall time", timings) + "</div><div>" + block("Data quality", quality_rows(r.quality_json)) +
                     "</div></div>\n";
  if (!r.config_text.empty())
    body += "<h3 style=\"margin-top:1.2rem\">Configuration</h3>\n<pre>" + escape_html(r.config_text) + "</pre>\n";
  return section("Costs and settings", body);
}

std::string figure_section(const RunView& view) {
  const auto& metrics = view.record().results.metrics;
  if (metrics.empty()) return {};
  std::string body = "<div class=\"scroll\"><table><thead><tr>" + head_cell("Figure") + head_cell("Value", "r") +
                     head_cell("n", "r") + head_cell("Basis") + head_cell("Definition") + "</tr></thead><tbody>\n";
  for (const MessageRef& message : metrics) {
    const MetricValue& m = message.get<MetricValue>();
    body += "<tr><td><code>" + escape_html(m.name) + "</code></td>" +
            (m.defined ? cell(figure_text(m), "r") : cell(reason_text(m.reason), "r soft")) +
            cell(std::to_string(m.n), "r") + cell(m.basis, "wrap soft") + cell(definition_of(m.name), "wrap soft") +
            "</tr>\n";
  }
  body +=
      "</tbody></table></div>\n<p class=\"note\">E: equity, 1 before the first return; r: simple return of a period; "
      "A: periods a year; rf, mar: per period; n: observations. Where a figure is not defined the reason stands in its "
      "place.</p>\n";
  return section("All figures and their definitions", body);
}

}  // namespace optix::report
