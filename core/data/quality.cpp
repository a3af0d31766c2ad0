#include "core/data/quality.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <tuple>

#include "core/data/quality_checks.hpp"
#include "core/data/quality_counts.hpp"
#include "core/data/quality_policy.hpp"
#include "core/time/calendar.hpp"

namespace optix {
namespace {

std::string dates(const std::vector<Date>& list) {
  std::string out;
  for (const Date d : list) out += (out.empty() ? "" : ", ") + d.to_string();
  return out.empty() ? "none" : out;
}

template <class... T>
std::string format(const char* pattern, T... values) {
  char text[256];
  std::snprintf(text, sizeof text, pattern, values...);
  return text;
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

// Examples of what is ordinary in every chain would only fill the page.
bool worth_showing(const std::string& name) {
  const auto names = enum_names(QualityCheck{});
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return check_info(static_cast<QualityCheck>(i)).severity != Severity::info;
  return false;
}

std::string unchanged_note(const SessionQuality& s) {
  if (s.compared == 0) return "";
  return format(", %.1f%% of %llu quotes unchanged from the session before", share(s.unchanged, s.compared),
                static_cast<unsigned long long>(s.compared));
}

}  // namespace

QuoteCounts& QuoteCounts::operator+=(const QuoteCounts& o) {
  rows += o.rows;
  for (const QuoteCountRow& row : quote_count_rows) this->*row.value += o.*row.value;
  return *this;
}

QuoteCounts QualityReport::totals(bool used_only) const {
  QuoteCounts total;
  for (const SessionQuality& s : sessions)
    if (!used_only || s.use == SessionUse::used) total += s.counts;
  return total;
}

std::size_t QualityReport::sessions_used() const {
  std::size_t n = 0;
  for (const SessionQuality& s : sessions) n += s.use == SessionUse::used;
  return n;
}

std::uint64_t QualityReport::rows_used() const {
  std::uint64_t rows = 0;
  for (const SessionQuality& s : sessions)
    if (s.use == SessionUse::used) rows += s.counts.rows - s.rows_dropped;
  return rows;
}

std::vector<Date> missing_sessions(const std::vector<SessionQuality>& sessions) {
  std::map<Symbol, std::vector<Date>> by_underlying;
  for (const SessionQuality& s : sessions) by_underlying[s.underlying].push_back(s.session);
  std::vector<Date> missing;
  for (auto& [underlying, there] : by_underlying) {
    std::sort(there.begin(), there.end());
    auto next = there.begin();
    for (Date d = there.front(); d <= there.back(); d = d + 1) {
      const bool found = *next == d;
      while (next != there.end() && *next == d) ++next;
      if (!found && calendar_covers(d) && is_session(d)) missing.push_back(d);
    }
  }
  std::sort(missing.begin(), missing.end());
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  return missing;
}

QualityReport merged(const QualityReport& before, const QualityReport& now) {
  QualityReport out = now;
  out.lines += before.lines;
  out.filtered += before.filtered;
  out.rows_skipped += before.rows_skipped;
  for (std::size_t i = 0; i < defect_kinds; ++i) out.defects[i] += before.defects[i];
  out.contracts += before.contracts;
  out.vanished += before.vanished;
  out.gaps += before.gaps;
  if (!before.source.empty() && before.source != now.source)
    out.source = now.source.empty() ? before.source : before.source + "; " + now.source;
  if (!before.layout.empty() && before.layout != now.layout)
    out.layout = now.layout.empty() ? before.layout : before.layout + "; " + now.layout;
  const auto key = [](const SessionQuality& s) { return std::tie(s.session, s.underlying); };
  const auto earlier = [&](const SessionQuality& a, const SessionQuality& b) { return key(a) < key(b); };
  std::stable_sort(out.sessions.begin(), out.sessions.end(), earlier);
  const std::size_t fresh = out.sessions.size();
  for (const SessionQuality& s : before.sessions)
    if (!std::binary_search(out.sessions.begin(), out.sessions.begin() + static_cast<std::ptrdiff_t>(fresh), s,
                            earlier))
      out.sessions.push_back(s);
  std::stable_sort(out.sessions.begin(), out.sessions.end(), earlier);
  out.missing_sessions = missing_sessions(out.sessions);
  // A session added alone has its neighbours only here. Limits as recorded, else the defaults.
  const auto policy = QualityPolicy::from_map({out.policy.begin(), out.policy.end()});
  mark_early_sessions(out.sessions, policy ? policy->limits : QualityLimits{});
  out.examples = before.examples;
  for (const DefectExample& e : now.examples)
    if (static_cast<std::size_t>(std::count_if(out.examples.begin(), out.examples.end(), [&](const DefectExample& x) {
          return x.defect == e.defect;
        })) < QualityReport::examples_per_defect)
      out.examples.push_back(e);
  out.check_examples = before.check_examples;
  for (const CheckExample& e : now.check_examples)
    if (static_cast<std::size_t>(std::count_if(out.check_examples.begin(), out.check_examples.end(),
                                               [&](const CheckExample& x) { return x.check == e.check; })) <
        QualityReport::examples_per_defect)
      out.check_examples.push_back(e);
  return out;
}

std::string to_text(const QualityReport& r) {
  const QuoteCounts all = r.totals(false), used = r.totals(true);
  std::string out = "data quality: " + r.source + " (" + r.layout + ")\n";
  const auto line = [&](const std::string& label, const std::string& text) {
    out += format("  %-24s ", label.c_str()) + text + "\n";
  };
  const auto number = [](std::uint64_t n) { return format("%llu", static_cast<unsigned long long>(n)); };
  if (!r.sessions.empty())
    line("dates", r.sessions.front().session.to_string() + " to " + r.sessions.back().session.to_string() + ", " +
                      number(r.sessions.size()) + " in the data, " + number(r.sessions_used()) + " used");
  line("rows", number(r.lines) + " read, " + number(r.rows_used()) + " used, " + number(r.filtered) +
                   " filtered out, " + number(r.rows_skipped) + " skipped as broken or duplicate");
  line("contracts", number(r.contracts) + " used; " + number(r.vanished) + " vanish before they settle, " +
                        number(r.gaps) + " gaps");
  line("missing sessions", dates(r.missing_sessions));
  for (const SessionQuality& s : r.sessions)
    if (!s.closed_reason.empty())
      line(s.use == SessionUse::dropped_closed ? "closed day, dropped" : "closed day, kept",
           s.session.to_string() + " (" + s.closed_reason + ")" + unchanged_note(s));
  for (const SessionQuality& s : r.sessions)
    if (s.low_volume)
      line("early snapshot?",
           s.session.to_string() + ": volume " + number(s.volume) +
               format(" is below %.0f%% of the median session", 100 * QualityReport::low_volume_share));
  for (const SessionQuality& s : r.sessions) {
    const std::string day = s.session.to_string();
    if (s.early_time) line("early snapshot?", day + ": the last one is of " + s.last.to_string());
    if (s.outside_hours) line("outside trading hours", day + ": " + s.first.to_string() + " to " + s.last.to_string());
    if (s.stale_copy && s.closed_reason.empty()) line("stale copy?", day + unchanged_note(s));
    if (s.spot_jump) line("underlying jumps", day + format(": %+.1f%% since the session before", 100 * s.spot_change));
    if (s.spot_off_strikes) line("underlying off strikes", day + ": at " + s.spot.to_string());
    if (s.use == SessionUse::dropped_policy) line("dropped by policy", day + ": " + s.dropped_by);
    if (s.rows_dropped != 0) line("rows dropped by policy", day + ": " + number(s.rows_dropped));
  }
  for (std::size_t i = 0; i < defect_kinds; ++i)
    if (r.defects[i] != 0) line(std::string(enum_name(static_cast<Defect>(i))), number(r.defects[i]));
  out += format("  %-24s %12s %8s %12s %8s\n", "quotes", "all rows", "share", "rows used", "share");
  for (const QuoteCountRow& row : quote_count_rows)
    out += format("  %-24s %12llu %7.3f%% %12llu %7.3f%%\n", row.label, static_cast<unsigned long long>(all.*row.value),
                  share(all.*row.value, all.rows), static_cast<unsigned long long>(used.*row.value),
                  share(used.*row.value, used.rows));
  for (const CheckExample& e : r.check_examples)
    if (worth_showing(e.check)) out += "  " + e.where + ": " + e.check + ": " + e.what + "\n";
  for (const DefectExample& e : r.examples) out += "  " + e.where + ": " + e.what + "\n";
  return out;
}

}  // namespace optix
