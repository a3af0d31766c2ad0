#include "core/data/quality_calendar.hpp"

#include <algorithm>
#include <map>

#include "core/data/quality_findings.hpp"
#include "core/store/report_text.hpp"
#include "core/store/svg_elements.hpp"
#include "core/time/calendar.hpp"

namespace optix {
namespace {

constexpr double cell = 14, pitch = 17.6, left = 52, top = 24, year_gap = 14;
constexpr int weeks = 54;
constexpr const char* month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Monday 0 … Friday 4, and the column: weeks since the one of 1 January.
int row_of(Date d) { return d.weekday() - 1; }
int column_of(Date d) {
  const Date january = Date::from_civil(d.civil().year, 1, 1);
  const Date monday = january - (january.weekday() + 6) % 7;
  return (d - monday) / 7;
}

std::string rows_text(const SessionQuality& s) {
  std::string out = grouped(static_cast<double>(s.counts.rows), 0) + " rows";
  if (s.snapshots > 1) out += " in " + std::to_string(s.snapshots) + " snapshots";
  if (s.rows_dropped != 0) out += ", " + grouped(static_cast<double>(s.rows_dropped), 0) + " dropped";
  return out;
}

DayState state_of(const SessionQuality& s) {
  if (s.use != SessionUse::used) return DayState::dropped;
  return session_flags(s).empty() ? DayState::used : DayState::flagged;
}

std::string words_of(const SessionQuality& s, bool with_underlying) {
  std::string out = with_underlying ? s.underlying.to_string() + ": " : "";
  if (s.use != SessionUse::used)
    out += "dropped (" + (s.closed_reason.empty() ? s.dropped_by : s.closed_reason) + "), ";
  out += rows_text(s);
  for (const QualityCheck check : session_flags(s))
    if (check != QualityCheck::closed_session || s.use == SessionUse::used)
      out += ", " + std::string(check_info(check).title);
  return out;
}

}  // namespace

std::vector<CoverageDay> coverage_days(const QualityReport& report, Symbol underlying) {
  std::map<Date, std::vector<const SessionQuality*>> by_day;
  std::map<Symbol, std::pair<Date, Date>> spans;
  for (const SessionQuality& s : report.sessions) {
    if (!underlying.empty() && s.underlying != underlying) continue;
    by_day[s.session].push_back(&s);
    auto& span = spans.try_emplace(s.underlying, s.session, s.session).first->second;
    span.first = std::min(span.first, s.session);
    span.second = std::max(span.second, s.session);
  }
  std::vector<CoverageDay> out;
  if (by_day.empty()) return out;
  for (Date d = by_day.begin()->first; d <= by_day.rbegin()->first; d = d + 1) {
    const auto there = by_day.find(d);
    const bool weekend = d.weekday() == 0 || d.weekday() == 6;
    if (weekend && there == by_day.end()) continue;
    CoverageDay day{d, DayState::none, {}};
    const auto add = [&](DayState state, const std::string& words) {
      day.state = std::max(day.state, state);
      day.words += (day.words.empty() ? "" : "\n") + words;
    };
    if (there != by_day.end())
      for (const SessionQuality* s : there->second) add(state_of(*s), words_of(*s, spans.size() > 1));
    const std::string closed = calendar_covers(d) ? std::string(closed_reason(d)) : "outside the calendar";
    if (closed.empty()) {
      for (const auto& [symbol, span] : spans) {
        const bool expected = span.first <= d && d <= span.second;
        const bool found =
            there != by_day.end() && std::any_of(there->second.begin(), there->second.end(),
                                                 [&s = symbol](const SessionQuality* q) { return q->underlying == s; });
        if (expected && !found)
          add(DayState::missing, spans.size() > 1 ? symbol.to_string() + ": missing" : "missing from the data");
      }
    } else if (there == by_day.end()) {
      add(DayState::closed, "exchange closed: " + closed);
    }
    out.push_back(std::move(day));
  }
  return out;
}

std::string coverage_svg(const std::vector<CoverageDay>& days) {
  if (days.empty()) return {};
  const int first = days.front().date.civil().year, last = days.back().date.civil().year;
  constexpr double year_height = 5 * pitch + year_gap;
  const double width = left + weeks * pitch, height = top + (last - first + 1) * year_height;
  std::string out = "<svg class=\"chart calendar\" viewBox=\"0 0 " + svg::number(width) + " " + svg::number(height) +
                    "\" role=\"img\" aria-label=\"Coverage by day\">\n";
  for (int m = 0; m < 12; ++m)
    out += svg::text("tick", left + (m * 365.25 / 12 / 7 + 0.6) * pitch, top - 9, "start", month_names[m]);
  for (int year = first; year <= last; ++year) {
    const double y = top + (year - first) * year_height;
    out += svg::text("tick year", left - 10, y + 3 * pitch - 4, "end", std::to_string(year));
    // A thin step line where a month begins.
    for (int month = 2; month <= 12; ++month) {
      Date start = Date::from_civil(year, month, 1);
      while (start.weekday() == 0 || start.weekday() == 6) start = start + 1;
      const double x = left + column_of(start) * pitch - (pitch - cell) / 2, step = y + row_of(start) * pitch - 2;
      const double bottom = y + 5 * pitch - (pitch - cell);
      out += svg::line("month", x, step < y ? y : step, x, bottom);
      if (row_of(start) > 0) {
        out += svg::line("month", x, step, x + pitch, step);
        out += svg::line("month", x + pitch, y, x + pitch, step);
      }
    }
  }
  for (const CoverageDay& day : days) {
    const bool weekend = day.date.weekday() == 0 || day.date.weekday() == 6;
    const int row = weekend ? 4 : row_of(day.date);  // a chain dated on a weekend hides the Friday's cell
    const double x = left + column_of(day.date) * pitch,
                 y = top + (day.date.civil().year - first) * year_height + row * pitch;
    static constexpr const char* weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    out += svg::rectangle("day " + std::string(enum_name(day.state)), x, y, cell, cell,
                          std::string(weekdays[day.date.weekday()]) + " " + day.date.to_string() + "\n" + day.words,
                          "rx=\"2.5\"");
    // Not by colour alone: a missing day is crossed out, a dropped one struck through.
    const double in = 3.5;
    if (day.state == DayState::missing || day.state == DayState::dropped)
      out += svg::line("mark " + std::string(enum_name(day.state)), x + in, y + cell - in, x + cell - in, y + in);
    if (day.state == DayState::missing) out += svg::line("mark missing", x + in, y + in, x + cell - in, y + cell - in);
    if (day.state == DayState::flagged)
      out += svg::line("mark flagged", x + cell / 2, y + in, x + cell / 2, y + cell - in);
  }
  return out + "</svg>\n";
}

}  // namespace optix
