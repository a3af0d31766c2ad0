// What the result owes to its assumptions: fill prices, greeks, margin.
#include <cmath>

#include "core/store/accounting_view.hpp"
#include "core/store/report_sections.hpp"
#include "core/store/report_text.hpp"

namespace optix::report {
namespace {

struct BandRow {
  const char* metric;
  const char* label;
  const char* note;
};
constexpr BandRow band_rows[] = {
    {"profit_at_touch", "At the touch", "every fill paid the full half-spread"},
    {"profit", "As filled", "the fill model of this run"},
    {"profit_at_mid", "At mid", "an upper bound: nobody fills everything at mid"},
};

std::string band_table(const RunView& view) {
  std::string rows;
  for (const BandRow& row : band_rows) {
    const MetricValue* m = view.metric(row.metric);
    if (!m || !m->defined) return {};
    rows += "<tr>" + cell(row.label) + cell(figure_text(*m), m->value < 0 ? "r loss" : "r") +
            cell(row.note, "wrap soft") + "</tr>\n";
  }
  return "<div><h3>Profit by fill price</h3><table><thead><tr>" + head_cell("Fills") + head_cell("Profit", "r") +
         head_cell("") + "</tr></thead><tbody>\n" + rows + "</tbody></table></div>\n";
}

// A model's value: digits beyond the cent mean nothing.
std::string cents_text(double usd) { return price_text(Decimal::from_double(std::round(usd * 100) / 100)); }

std::string attribution_table(const RunView& view) {
  if (view.record().results.attribution.empty()) return {};
  const AttributionSums sums = attribution_sums(view);
  std::string rows;
  for (const AttributionPart& part : attribution_parts()) {
    const double value = sums.total.*part.member;
    rows += "<tr>" + cell(reason_text(part.name)) + cell(cents_text(value), value < 0 ? "r loss" : "r") +
            cell(part.meaning, "wrap soft") + "</tr>\n";
  }
  std::string note = "Sums of the sessions; each session by the greeks at its start.";
  if (sums.largest_residual != 0)
    note += " Largest residual of a session: " + cents_text(sums.largest_residual) + " on " +
            sums.largest_residual_session.to_string() + ".";
  if (sums.total.unexplained > 0)
    note += " " + std::to_string(sums.total.unexplained) +
            " times a holding had no greeks: its whole change is in the residual.";
  return "<div><h3>Profit by greek, USD</h3><table><tbody>\n" + rows + "</tbody></table><p class=\"note\">" +
         escape_html(note) + "</p></div>\n";
}

std::string margin_table(const RunView& view) {
  const MarginState* tightest = tightest_margin(view);
  if (!tightest) return {};
  std::string stops;
  for (const MessageRef& alarm : view.record().results.alarms) {
    if (const auto* stop = alarm.get_if<KillSwitch>(); stop && stop->engaged)
      stops += "<tr>" + cell("Kill switch") + cell(stop->reason, "wrap") + "</tr>\n";
  }
  std::string rows;
  const auto row = [&](std::string_view name, const std::string& value) {
    rows += "<tr>" + cell(name) + cell(value, "r") + "</tr>\n";
  };
  row("Lowest excess", money_text(tightest->excess));
  row("On", tightest->session.to_string());
  row("Maintenance requirement then", money_text(tightest->maintenance));
  row("Equity then", money_text(tightest->equity));
  row("Margin calls", std::to_string(margin_calls(view)));
  row("Times it was computed", std::to_string(view.record().results.margin.size()));
  return "<div><h3>Margin</h3><table><tbody>\n" + rows + stops + "</tbody></table></div>\n";
}

}  // namespace

std::string accounting_section(const RunView& view) {
  const std::string band = band_table(view), greeks = attribution_table(view), margin = margin_table(view);
  if (band.empty() && greeks.empty() && margin.empty()) return {};
  return section("What the result rests on",
                 "<div class=\"columns\"><div>" + band + margin + "</div>" + greeks + "</div>\n");
}

}  // namespace optix::report
