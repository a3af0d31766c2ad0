#include "core/store/report_html.hpp"

#include "core/store/report_sections.hpp"
#include "core/store/report_text.hpp"

namespace optix {
namespace report {

std::string section(std::string_view title, std::string_view body) {
  return "<section><h2>" + std::string(title) + "</h2>\n" + std::string(body) + "</section>\n";
}

std::string cell(std::string_view text, std::string_view css) {
  return (css.empty() ? "<td>" : "<td class=\"" + std::string(css) + "\">") + escape_html(text) + "</td>";
}

std::string head_cell(std::string_view text, std::string_view css) {
  return (css.empty() ? "<th scope=\"col\">" : "<th scope=\"col\" class=\"" + std::string(css) + "\">") +
         escape_html(text) + "</th>";
}

namespace {

std::string fact(std::string_view name, std::string_view value, bool code = false) {
  if (value.empty()) return {};
  return "<div><dt>" + std::string(name) + "</dt><dd>" + (code ? "<code>" : "") + escape_html(value) +
         (code ? "</code>" : "") + "</dd></div>\n";
}

std::string lead(const RunView& view) {
  const auto& sessions = view.sessions();
  if (sessions.empty()) return "No session was marked.";
  std::string out = sessions.front()->session.to_string() + " to " + sessions.back()->session.to_string() + ", " +
                    std::to_string(sessions.size()) + (sessions.size() == 1 ? " session" : " sessions");
  if (const auto initial = view.initial_equity())
    out += "; " + money_text(*initial) + " became " + money_text(sessions.back()->equity);
  return out + ".";
}

// What a reader must know before believing a number.
std::vector<std::string> warnings_of(const RunView& view) {
  std::vector<std::string> out = view.record().warnings;
  const std::string& stopped = view.record().stop_reason;
  if (!stopped.empty() && stopped != "end_of_data")
    out.push_back("The run did not reach the end of its data: " + reason_text(stopped) + ".");
  const MetricValue* periods = view.metric("periods");
  if (periods != nullptr && periods->value > 0 && periods->value < 126)
    out.push_back("The run covers " + figure_text(*periods) +
                  " sessions, less than half a year: annualised figures extrapolate and are easily wrong.");
  const MetricValue* trades = view.metric("trades");
  if (trades != nullptr && trades->value > 0 && trades->value < 30)
    out.push_back("Only " + figure_text(*trades) + (trades->value == 1 ? " trade was" : " trades were") +
                  " closed: statistics of trades are anecdotes below about 30.");
  std::uint64_t stale = 0, estimated = 0;
  for (const Equity* e : view.sessions()) stale += e->stale_marks > 0 ? 1 : 0;
  for (const MessageRef& t : view.record().results.trades) estimated += t.get<TradeClosed>().estimated ? 1 : 0;
  if (stale > 0)
    out.push_back(std::to_string(stale) + (stale == 1 ? " session carries" : " sessions carry") +
                  " a holding at an earlier price because it had no quote.");
  if (estimated > 0)
    out.push_back(std::to_string(estimated) + (estimated == 1 ? " trade rests" : " trades rest") +
                  " on an estimated settlement or exit value.");
  return out;
}

std::string header(const RunView& view) {
  const RunRecord& r = view.record();
  std::string out = "<header>\n<h1>" + escape_html(r.name.empty() ? "Run" : r.name) + "</h1>\n<p class=\"lead\">" +
                    escape_html(lead(view)) + "</p>\n<dl class=\"facts\">\n";
  // A file by its name alone; its whole path stands with the data quality.
  out += fact("Data", r.data.substr(r.data.find_last_of('/') + 1)) +
         fact("Engine", r.engine_version.empty() ? "" : "OPTIX " + r.engine_version) +
         fact("Seed", std::to_string(r.seed)) + fact("Digest", r.digest, true) +
         fact("Configuration hash", r.config_hash, true) + fact("Data hash", r.data_hash, true);
  out += "</dl>\n";
  const auto warnings = warnings_of(view);
  if (!warnings.empty()) {
    out += "<div class=\"warnings\" role=\"note\"><b>Read with care</b><ul>\n";
    for (const std::string& w : warnings) out += "<li>" + escape_html(w) + "</li>\n";
    out += "</ul></div>\n";
  }
  return out + "</header>\n";
}

}  // namespace
}  // namespace report

std::string report_html(const RunView& view) {
  const std::string title = escape_html(view.record().name.empty() ? "Run" : view.record().name);
  return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<title>" +
         title + " \xC2\xB7 OPTIX report</title>\n<style>" + report::style_sheet +
         "</style>\n</head>\n<body>\n<main>\n" + report::header(view) + report::key_figures(view) +
         report::equity_section(view) + report::accounting_section(view) + report::monthly_section(view) +
         report::drawdown_section(view) + report::trade_statistics_section(view) + report::trade_section(view) +
         report::order_section(view) + report::cost_section(view) + report::figure_section(view) +
         "<footer>Made by OPTIX " + escape_html(view.record().engine_version) +
         ". A backtest shows what a rule would have done on this data under these assumptions; it promises "
         "nothing.</footer>\n"
         "</main>\n</body>\n</html>\n";
}

}  // namespace optix
