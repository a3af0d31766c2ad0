#include "core/data/quality.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace optix {
namespace {

struct CountRow {
  const char* label;
  const char* key;
  std::uint64_t QuoteCounts::*value;
};
constexpr CountRow count_rows[] = {
    {"no quote at all", "no_quote", &QuoteCounts::no_quote},
    {"zero bid", "zero_bid", &QuoteCounts::zero_bid},
    {"one-sided", "one_sided", &QuoteCounts::one_sided},
    {"locked", "locked", &QuoteCounts::locked},
    {"crossed", "crossed", &QuoteCounts::crossed},
    {"unknown volatility", "unknown_iv", &QuoteCounts::unknown_iv},
    {"unknown delta", "unknown_delta", &QuoteCounts::unknown_delta},
    {"expired contracts", "expired", &QuoteCounts::expired},
    {"quoted after settlement", "after_settlement", &QuoteCounts::after_settlement},
    {"same key, several roots", "shared_keys", &QuoteCounts::shared_keys},
};

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

std::string unchanged_note(const SessionQuality& s) {
  if (s.compared == 0) return "";
  return format(", %.1f%% of %llu quotes unchanged from the session before", share(s.unchanged, s.compared),
                static_cast<unsigned long long>(s.compared));
}

nlohmann::ordered_json counts_json(const QuoteCounts& c) {
  nlohmann::ordered_json out;
  out["rows"] = c.rows;
  for (const CountRow& row : count_rows) out[row.key] = c.*row.value;
  return out;
}

}  // namespace

QuoteCounts& QuoteCounts::operator+=(const QuoteCounts& o) {
  rows += o.rows;
  for (const CountRow& row : count_rows) this->*row.value += o.*row.value;
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

std::uint64_t QualityReport::rows_used() const { return totals(true).rows; }

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
  line("rows", number(r.lines) + " read, " + number(used.rows) + " used, " + number(r.filtered) + " filtered out, " +
                   number(r.rows_skipped) + " skipped as broken or duplicate");
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
  for (std::size_t i = 0; i < defect_kinds; ++i)
    if (r.defects[i] != 0) line(std::string(enum_name(static_cast<Defect>(i))), number(r.defects[i]));
  out += format("  %-24s %12s %8s %12s %8s\n", "quotes", "all rows", "share", "rows used", "share");
  for (const CountRow& row : count_rows)
    out += format("  %-24s %12llu %7.3f%% %12llu %7.3f%%\n", row.label, static_cast<unsigned long long>(all.*row.value),
                  share(all.*row.value, all.rows), static_cast<unsigned long long>(used.*row.value),
                  share(used.*row.value, used.rows));
  for (const DefectExample& e : r.examples) out += "  " + e.where + ": " + e.what + "\n";
  return out;
}

std::string to_json(const QualityReport& r) {
  nlohmann::ordered_json out;
  out["source"] = r.source;
  out["layout"] = r.layout;
  out["lines"] = r.lines;
  out["rows_used"] = r.rows_used();
  out["filtered"] = r.filtered;
  out["rows_skipped"] = r.rows_skipped;
  out["sessions_used"] = r.sessions_used();
  out["contracts"] = r.contracts;
  out["vanished"] = r.vanished;
  out["gaps"] = r.gaps;
  auto& missing = out["missing_sessions"] = nlohmann::ordered_json::array();
  for (const Date d : r.missing_sessions) missing.push_back(d.to_string());
  auto& defects = out["defects"] = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < defect_kinds; ++i) defects[std::string(enum_name(static_cast<Defect>(i)))] = r.defects[i];
  auto& examples = out["examples"] = nlohmann::ordered_json::array();
  for (const DefectExample& e : r.examples) examples.push_back({{"where", e.where}, {"what", e.what}});
  out["all_rows"] = counts_json(r.totals(false));
  out["used_rows"] = counts_json(r.totals(true));
  auto& sessions = out["sessions"] = nlohmann::ordered_json::array();
  for (const SessionQuality& s : r.sessions) {
    nlohmann::ordered_json one;
    one["session"] = s.session.to_string();
    one["use"] = std::string(enum_name(s.use));
    if (!s.closed_reason.empty()) one["closed"] = s.closed_reason;
    one["low_volume"] = s.low_volume;
    one["volume"] = s.volume;
    one["compared"] = s.compared;
    one["unchanged"] = s.unchanged;
    one["counts"] = counts_json(s.counts);
    sessions.push_back(std::move(one));
  }
  return out.dump();
}

}  // namespace optix
