#include "core/data/quality_html.hpp"

#include <algorithm>
#include <set>

#include "core/data/quality_calendar.hpp"
#include "core/data/quality_findings.hpp"
#include "core/store/report_sections.hpp"
#include "core/store/report_text.hpp"

namespace optix {
namespace {

using report::cell;
using report::head_cell;
using report::section;

constexpr std::size_t most_calendars = 6;   // underlyings with a calendar of their own
constexpr std::size_t most_sessions = 200;  // rows of the table of sessions
constexpr std::size_t most_dates = 6;       // named in a row of the checks

// On top of the style of run reports.
constexpr const char* page_style = R"(
:root { --used: #4f9d74; --flagged: #e0a32e; --dropped: #8b7fb5; --missing: #c8452d; --closed: #e3e7ec; --mark: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --used: #3f8a63; --flagged: #c98f22; --dropped: #7a6daa; --missing: #d8583f; --closed: #27313d; --mark: #10151c; } }
@media print { :root { --used: #4f9d74; --flagged: #e0a32e; --dropped: #8b7fb5; --missing: #c8452d; --closed: #e3e7ec; --mark: #ffffff; } }
.day.used { fill: var(--used); } .day.flagged { fill: var(--flagged); } .day.dropped { fill: var(--dropped); }
.day.missing { fill: var(--missing); } .day.closed { fill: var(--closed); } .day.none { fill: none; }
.day:hover { stroke: var(--ink); stroke-width: 1.4; }
.mark { stroke: var(--mark); stroke-width: 1.6; stroke-linecap: round; pointer-events: none; }
svg .month { stroke: var(--rule); } svg .year { font-weight: 600; }
.legend .day { display: inline-block; width: 12px; height: 12px; border-radius: 2.5px; vertical-align: -1px; margin-right: 7px; }
.legend .day.used { background: var(--used); } .legend .day.flagged { background: var(--flagged); }
.legend .day.dropped { background: var(--dropped); } .legend .day.missing { background: var(--missing); }
.legend .day.closed { background: var(--closed); }
.badge { display: inline-block; min-width: 4.4rem; text-align: center; border-radius: 4px; padding: 0 7px; font-size: .76rem; font-weight: 600; line-height: 1.6; border: 1px solid var(--rule); color: var(--soft); }
.badge.error { background: var(--missing); border-color: var(--missing); color: #fff; }
.badge.warning { background: var(--warn); border-color: var(--warn-rule); color: var(--ink); }
.checks td { vertical-align: top; padding-top: 7px; padding-bottom: 7px; }
.checks td.what { white-space: normal; min-width: 20rem; }
.checks .title { font-weight: 600; } .checks .meaning { color: var(--soft); font-size: .8rem; line-height: 1.4; }
.checks .bar { height: 4px; border-radius: 2px; background: var(--head); width: 90px; margin: 5px 0 0 auto; overflow: hidden; }
.checks .bar i { display: block; height: 4px; min-width: 1px; background: var(--run); }
.group th { background: none; padding-top: 14px; color: var(--ink); font-size: .82rem; }
.verdict { font-size: 1.02rem; margin: 0 0 1rem; }
td.code { font: .8rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: normal; overflow-wrap: anywhere; }
td.code.place { min-width: 14rem; }
details { margin-top: 1rem; } summary { cursor: pointer; color: var(--soft); font-size: .86rem; }
.calendar + h3 { margin-top: 1.2rem; }
@media print { .checks td.what { min-width: 0; } td.code.place { min-width: 0; } details > summary { list-style: none; } .checks td { padding-top: 3px; padding-bottom: 3px; } }
)";

std::string count_text(std::uint64_t n) { return grouped(static_cast<double>(n), 0); }

std::string share_text(std::uint64_t part, std::uint64_t whole) {
  if (part == 0 || whole == 0) return "";
  const double share = static_cast<double>(part) / static_cast<double>(whole);
  return share < 0.0001 ? "< 0.01 %" : percent_text(share);
}

std::string date_list(const std::vector<Date>& dates) {
  std::string out;
  for (std::size_t i = 0; i < dates.size() && i < most_dates; ++i) out += (i == 0 ? "" : ", ") + dates[i].to_string();
  if (dates.size() > most_dates) out += " and " + std::to_string(dates.size() - most_dates) + " more";
  return out;
}

std::string card(std::string_view label, const std::string& value, const std::string& note) {
  return "<div class=\"card\"><div class=\"label\">" + escape_html(label) + "</div><div class=\"value\">" +
         escape_html(value) + "</div><div class=\"note\">" + escape_html(note) + "</div></div>\n";
}

std::string plural(std::uint64_t n, const char* one, const char* many) {
  return count_text(n) + " " + (n == 1 ? one : many);
}

std::string fact(std::string_view name, std::string_view value) {
  return value.empty() ? "" : "<div><dt>" + escape_html(name) + "</dt><dd>" + escape_html(value) + "</dd></div>\n";
}

// One sentence: what a reader must know before using the data.
std::string verdict(const std::vector<Finding>& findings) {
  std::uint64_t errors = 0, warnings = 0;
  for (const Finding& f : findings) {
    if (f.count == 0) continue;
    errors += f.severity == Severity::error;
    warnings += f.severity == Severity::warning;
  }
  if (errors == 0 && warnings == 0) return "No check found anything that needs a look.";
  std::string out;
  if (errors != 0) out = plural(errors, "check", "checks") + " found errors";
  if (warnings != 0)
    out += (out.empty() ? "" : " and ") + plural(warnings, "check", "checks") + " found what deserves a look";
  return out + ". What was dropped is not in the dataset; what was flagged is.";
}

std::string header(const QualityReport& r, const QualityPage& page, const std::vector<Finding>& findings) {
  std::set<Symbol> underlyings;
  for (const SessionQuality& s : r.sessions)
    if (!s.underlying.empty()) underlyings.insert(s.underlying);
  std::string names;
  for (const Symbol s : underlyings) names += (names.empty() ? "" : ", ") + s.to_string();
  std::string out = "<header>\n<h1>" + escape_html(page.title) + "</h1>\n<p class=\"verdict\">" +
                    escape_html(verdict(findings)) + "</p>\n<dl class=\"facts\">\n" + fact("Source", r.source) +
                    fact("Layout", r.layout) + fact("Underlyings", names);
  if (!r.sessions.empty())
    out += fact("Dates", r.sessions.front().session.to_string() + " to " + r.sessions.back().session.to_string());
  for (const auto& [name, value] : page.facts) out += fact(name, value);
  return out + "</dl>\n</header>\n";
}

std::string summary(const QualityReport& r) {
  std::uint64_t dropped = 0, flagged = 0, rows_dropped = 0;
  for (const SessionQuality& s : r.sessions) {
    if (s.use != SessionUse::used)
      ++dropped;
    else
      flagged += !session_flags(s).empty();
    rows_dropped += s.use == SessionUse::used ? s.rows_dropped : s.counts.rows;
  }
  const QuoteCounts used = r.totals(true);
  const std::uint64_t two_sided = used.rows - used.no_quote - used.zero_bid - used.one_sided - used.crossed;
  std::string body = "<div class=\"cards\">\n";
  body += card("Rows used", count_text(r.rows_used()),
               r.lines == 0 ? "of " + count_text(r.totals(false).rows) : "of " + count_text(r.lines) + " read");
  body += card("Rows left out", count_text(rows_dropped + r.rows_skipped),
               count_text(r.rows_skipped) + " broken or repeated, " + count_text(rows_dropped) + " by policy");
  body += card("Sessions used", count_text(r.sessions_used()), "of " + count_text(r.sessions.size()) + " in the data");
  body += card("Sessions missing", count_text(r.missing_sessions.size()),
               count_text(dropped) + " dropped, " + count_text(flagged) + " flagged");
  body += card("Contracts", count_text(r.contracts),
               count_text(r.vanished) + " vanish early, " + count_text(r.gaps) + " gaps");
  body += card("Two-sided quotes", used.rows == 0 ? "–" : share_text(two_sided, used.rows), "bid and ask, not crossed");
  return section("Summary", body + "</div>\n");
}

std::string legend() {
  static constexpr std::pair<const char*, const char*> keys[] = {{"used", "used"},
                                                                 {"flagged", "used, flagged"},
                                                                 {"dropped", "dropped"},
                                                                 {"missing", "missing"},
                                                                 {"closed", "exchange closed"}};
  std::string out = "<div class=\"legend\">";
  for (const auto& [css, words] : keys)
    out += "<span><span class=\"day " + std::string(css) + "\"></span>" + words + "</span>";
  return out + "</div>\n";
}

std::string coverage(const QualityReport& r) {
  std::set<Symbol> underlyings;
  for (const SessionQuality& s : r.sessions) underlyings.insert(s.underlying);
  if (underlyings.empty()) return section("Coverage", "<p class=\"empty\">The data has no sessions.</p>\n");
  std::string body = legend();
  if (underlyings.size() == 1 || underlyings.size() > most_calendars)
    body += "<div class=\"scroll\">" + coverage_svg(coverage_days(r, {})) + "</div>\n";
  else
    for (const Symbol s : underlyings)
      body += "<h3>" + escape_html(s.view()) + "</h3>\n<div class=\"scroll\">" + coverage_svg(coverage_days(r, s)) +
              "</div>\n";
  if (underlyings.size() > most_calendars)
    body += "<p class=\"note\">" + std::to_string(underlyings.size()) +
            " underlyings in one calendar: each day shows the worst of them.</p>\n";
  return section("Coverage", body);
}

// "jump of the underlying" as "Jump of the underlying".
std::string sentence(std::string_view text) {
  std::string out(text);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

std::string check_row(const Finding& f) {
  const QualityCheckInfo& about = check_info(f.check);
  std::string what = "<td class=\"what\"><div class=\"title\">" + escape_html(sentence(about.title)) +
                     "</div><div class=\"meaning\">" + escape_html(about.meaning) + "</div>";
  if (!f.dates.empty()) what += "<div class=\"meaning\">" + escape_html(date_list(f.dates)) + "</div>";
  const double share = f.of == 0 ? 0 : static_cast<double>(f.count) / static_cast<double>(f.of);
  char width[32];
  std::snprintf(width, sizeof width, "%.1f", 100 * std::min(1.0, share));
  const std::string severity(enum_name(f.severity));
  return "<tr><td><span class=\"badge " + severity + "\">" + severity + "</span></td>" + what + "</td>" +
         cell(count_text(f.count), "r") + "<td class=\"r\">" + escape_html(share_text(f.count, f.of)) +
         "<div class=\"bar\"><i style=\"width:" + width + "%\"></i></div></td>" + cell(f.unit) +
         cell(enum_name(f.action)) + "</tr>\n";
}

std::string checks(const std::vector<Finding>& findings) {
  std::string body = "<div class=\"scroll\"><table class=\"checks\"><thead><tr>" + head_cell("Severity") +
                     head_cell("Check") + head_cell("Found", "r") + head_cell("Share", "r") + head_cell("Of") +
                     head_cell("Policy") + "</tr></thead>\n";
  const std::pair<const char*, const char*> groups[] = {
      {"sessions", "Sessions"}, {"rows", "Rows"}, {"contracts", "Contracts"}};
  for (const auto& [unit, title] : groups) {
    body += "<tbody><tr class=\"group\"><th colspan=\"6\">" + std::string(title) + "</th></tr>\n";
    std::vector<Finding> found;
    std::string clean;
    for (const Finding& f : findings) {
      if (f.unit != unit) continue;
      if (f.count != 0)
        found.push_back(f);
      else
        clean += (clean.empty() ? "" : ", ") + std::string(check_info(f.check).title);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
    for (const Finding& f : found) body += check_row(f);
    if (!clean.empty())
      body += "<tr><td><span class=\"badge\">none</span></td><td class=\"what soft\" colspan=\"5\">" +
              escape_html(sentence(clean)) + "</td></tr>\n";
    body += "</tbody>\n";
  }
  return section("Checks", body + "</table></div>\n");
}

std::string session_row(const SessionQuality& s) {
  std::string why;
  for (const QualityCheck check : session_flags(s)) {
    why += (why.empty() ? "" : "; ") + std::string(check_info(check).title);
    if (check == QualityCheck::closed_session) why += " (" + s.closed_reason + ")";
    if (check == QualityCheck::early_snapshot && s.low_volume) why += ": volume " + count_text(s.volume);
    if (check == QualityCheck::early_snapshot && s.early_time) why += ": last at " + s.last.to_string();
    if (check == QualityCheck::spot_jump) why += ": " + percent_text(s.spot_change, 1);
  }
  if (why.empty()) why = s.dropped_by;
  why = sentence(why);
  return "<tr>" + cell(s.session.to_string()) + cell(s.underlying.view()) +
         cell(s.use == SessionUse::used ? "used, flagged" : "dropped") + cell(why, "wrap") +
         cell(count_text(s.counts.rows), "r") + cell(s.compared == 0 ? "–" : share_text(s.unchanged, s.compared), "r") +
         cell(count_text(s.volume), "r") + "</tr>\n";
}

std::string sessions(const QualityReport& r) {
  std::string rows;
  std::size_t shown = 0, all = 0;
  for (const SessionQuality& s : r.sessions) {
    if (s.use == SessionUse::used && session_flags(s).empty()) continue;
    if (++all <= most_sessions) {
      rows += session_row(s);
      ++shown;
    }
  }
  if (rows.empty()) return {};
  std::string body = "<div class=\"scroll\"><table><thead><tr>" + head_cell("Session") + head_cell("Underlying") +
                     head_cell("Use") + head_cell("Why") + head_cell("Rows", "r") + head_cell("Unchanged", "r") +
                     head_cell("Volume", "r") + "</tr></thead><tbody>\n" + rows + "</tbody></table></div>\n";
  if (shown < all)
    body += "<p class=\"note\">The first " + std::to_string(shown) + " of " + std::to_string(all) + ".</p>\n";
  return section(
      "Sessions dropped or flagged",
      body + "<p class=\"note\">Unchanged: share of the quotes that equal those of the session before.</p>\n");
}

std::string examples(const QualityReport& r) {
  if (r.examples.empty() && r.check_examples.empty()) return {};
  std::string body = "<div class=\"scroll\"><table><thead><tr>" + head_cell("Check") + head_cell("Where") +
                     head_cell("What") + "</tr></thead><tbody>\n";
  for (const DefectExample& e : r.examples)
    body +=
        "<tr>" + cell(sentence(enum_name(e.defect))) + cell(e.where, "code place") + cell(e.what, "code") + "</tr>\n";
  const auto names = enum_names(QualityCheck{});
  for (std::size_t i = 0; i < names.size(); ++i)
    for (const CheckExample& e : r.check_examples)
      if (e.check == names[i])
        body += "<tr>" + cell(sentence(check_info(static_cast<QualityCheck>(i)).title)) + cell(e.where, "code place") +
                cell(e.what, "code") + "</tr>\n";
  return section("Examples", body + "</tbody></table></div>\n<p class=\"note\">The first " +
                                 std::to_string(QualityReport::examples_per_defect) + " of each kind.</p>\n");
}

std::string policy(const QualityReport& r) {
  if (r.policy.empty()) return {};
  std::string text;
  for (const auto& [key, value] : r.policy) text += key + " = " + value + "\n";
  return section("Policy",
                 "<p class=\"note\">What was decided when the data was imported. flag: kept and counted; "
                 "drop: left out and counted; stop: the import is refused.</p>\n<details><summary>All " +
                     std::to_string(r.policy.size()) + " settings</summary>\n<pre>" + escape_html(text) +
                     "</pre></details>\n");
}

}  // namespace

std::string quality_html(const QualityReport& r, const QualityPage& page) {
  const std::vector<Finding> findings = quality_findings(r);
  return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         escape_html(page.title) + "</title>\n<style>" + report::style_sheet + page_style +
         "</style>\n</head>\n<body>\n<main>\n" + header(r, page, findings) + summary(r) + checks(findings) +
         coverage(r) + sessions(r) + examples(r) + policy(r) +
         "<footer>Computed from the data and the exchange calendar; nothing was repaired.</footer>\n"
         "</main>\n</body>\n</html>\n";
}

}  // namespace optix
