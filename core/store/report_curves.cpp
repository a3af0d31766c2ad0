// Equity with its benchmark, drawdowns, monthly returns.
#include <cmath>
#include <map>

#include "core/metrics/drawdown.hpp"
#include "core/store/report_chart.hpp"
#include "core/store/report_sections.hpp"
#include "core/store/report_text.hpp"

namespace optix::report {
namespace {

constexpr const char* month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string empty(std::string_view words) { return "<p class=\"empty\">" + std::string(words) + "</p>\n"; }

// The benchmark bought with all of the initial equity at its first price; NaN where it has none.
std::vector<double> benchmark_values(const RunView& view) {
  std::vector<double> out;
  if (view.prices().empty() || !view.initial_equity()) return out;
  const double first = view.prices().front().price.to_double();
  for (const Equity* e : view.sessions()) {
    const auto price = view.price(e->session);
    out.push_back(price && first > 0 ? view.initial_equity()->to_double() * (price->to_double() / first) : NAN);
  }
  return out;
}

// Shade by size, in steps a reader can tell apart; under 0.05 % it is shown as nothing.
std::string heat_class(double value) {
  const double size = std::fabs(value);
  if (size < 0.0005) return "";
  const char* step = size < 0.01 ? "1" : size < 0.03 ? "2" : "3";
  return (value > 0 ? "p" : "n") + std::string(step);
}

}  // namespace

std::string equity_section(const RunView& view) {
  const auto& sessions = view.sessions();
  if (sessions.size() < 2)
    return section("Equity", empty(sessions.empty() ? "The run has no equity marks."
                                                    : "The run has a single equity mark: too few for a curve."));
  LineChart equity, depth;
  equity.title = "Equity in dollars, and buy and hold of " + std::string(view.benchmark());
  equity.lines.push_back({"Equity", "run", {}});
  const std::vector<double> benchmark = benchmark_values(view);
  const std::vector<double> drawdown = drawdown_curve(view.series().curve);
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    const Equity& e = *sessions[i];
    equity.dates.push_back(e.session);
    equity.lines[0].values.push_back(e.equity.to_double());
    std::string hover = e.session.to_string() + "\nEquity " + money_text(e.equity);
    if (!benchmark.empty() && std::isfinite(benchmark[i])) hover += "\nBuy and hold $" + grouped(benchmark[i], 0);
    if (!drawdown.empty()) hover += "\nDrawdown " + percent_text(drawdown[i]);
    hover += "\nOpen positions " + std::to_string(e.open_positions);
    equity.hover.push_back(std::move(hover));
  }
  std::string note;
  if (!benchmark.empty()) {
    equity.lines.push_back({"Buy and hold " + std::string(view.benchmark()), "benchmark", benchmark});
    note = "<p class=\"note\">Buy and hold puts the same starting equity into " + escape_html(view.benchmark()) +
           " at its first price; dividends and costs are not included.</p>\n";
  }
  std::string body = line_chart(equity);
  if (!drawdown.empty()) {
    depth.title = "Drawdown from the highest equity so far";
    depth.dates = equity.dates;
    depth.lines.push_back({"Drawdown", "drawdown", drawdown});
    depth.percent = depth.area_from_zero = true;
    depth.height = 170;
    depth.hover = equity.hover;
    body += "<h3>Drawdown</h3>\n" + line_chart(depth);
  }
  return section("Equity", body + note);
}

std::string monthly_section(const RunView& view) {
  const auto months = monthly_returns(view.series());
  if (months.empty()) return section("Monthly returns", empty("The run has no complete period to show."));
  std::map<int, std::map<int, double>> years;
  std::map<int, double> totals;
  for (const MonthReturn& m : months) {
    years[m.year][m.month] = m.value;
    totals[m.year] = (1 + totals[m.year]) * (1 + m.value) - 1;
  }
  std::string body = "<div class=\"scroll\"><table class=\"heat\"><thead><tr>" + head_cell("Year");
  for (const char* name : month_names) body += head_cell(name);
  body += head_cell("Year total") + "</tr></thead><tbody>\n";
  for (const auto& [year, values] : years) {
    body += "<tr><th scope=\"row\">" + std::to_string(year) + "</th>";
    for (int month = 1; month <= 12; ++month) {
      const auto at = values.find(month);
      body += at == values.end() ? cell("") : cell(percent_text(at->second, 1), heat_class(at->second));
    }
    body += cell(percent_text(totals[year], 1), "total " + heat_class(totals[year])) + "</tr>\n";
  }
  body += "</tbody></table></div>\n<p class=\"note\">First and last month as far as the data goes (" +
          view.sessions().front()->session.to_string() + " to " + view.sessions().back()->session.to_string() +
          ").</p>\n";
  return section("Monthly returns", body);
}

std::string drawdown_section(const RunView& view) {
  const auto all = drawdown_spells(view.series());
  if (view.series().curve.empty()) return section("Drawdowns", empty("The run has no equity curve."));
  if (all.empty()) return section("Drawdowns", empty("Equity never fell below an earlier high."));
  const auto deepest = deepest_spells(all, 5);
  std::string body = "<div class=\"scroll\"><table><thead><tr>" + head_cell("Depth", "r") + head_cell("Peak") +
                     head_cell("Lowest") + head_cell("Recovered") + head_cell("Sessions under water", "r") +
                     head_cell("Calendar days", "r") + "</tr></thead><tbody>\n";
  for (const DrawdownSpell& s : deepest)
    body += "<tr>" + cell(percent_text(s.depth), "r loss") + cell(s.first == 0 ? "start" : s.peak_date.to_string()) +
            cell(s.valley_date.to_string()) + cell(s.recovery ? s.end_date.to_string() : "still open") +
            cell(std::to_string(s.periods), "r") + cell(std::to_string(s.calendar_days), "r") + "</tr>\n";
  body += "</tbody></table></div>\n";
  if (all.size() > deepest.size())
    body += "<p class=\"note\">The " + std::to_string(deepest.size()) + " deepest of " + std::to_string(all.size()) +
            ".</p>\n";
  return section("Drawdowns", body);
}

}  // namespace optix::report
