// The quality report as JSON, both ways.
#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/data/quality_counts.hpp"

namespace optix {
namespace {

using Json = nlohmann::ordered_json;

Json counts_json(const QuoteCounts& c, bool zeros) {
  Json out;
  out["rows"] = c.rows;
  for (const QuoteCountRow& row : quote_count_rows)
    if (zeros || c.*row.value != 0) out[row.key] = c.*row.value;
  return out;
}

// Members that say nothing in most sessions are written only when they do.
struct FlagRow {
  const char* key;
  bool SessionQuality::*value;
};
constexpr FlagRow flag_rows[] = {{"early_time", &SessionQuality::early_time},
                                 {"outside_hours", &SessionQuality::outside_hours},
                                 {"stale_copy", &SessionQuality::stale_copy},
                                 {"spot_jump", &SessionQuality::spot_jump},
                                 {"spot_off_strikes", &SessionQuality::spot_off_strikes}};

Json session_json(const SessionQuality& s) {
  Json one;
  one["session"] = s.session.to_string();
  if (!s.underlying.empty()) one["underlying"] = s.underlying.to_string();
  one["use"] = std::string(enum_name(s.use));
  if (!s.closed_reason.empty()) one["closed"] = s.closed_reason;
  if (!s.dropped_by.empty()) one["dropped_by"] = s.dropped_by;
  one["low_volume"] = s.low_volume;
  one["volume"] = s.volume;
  one["compared"] = s.compared;
  one["unchanged"] = s.unchanged;
  if (s.snapshots != 1) one["snapshots"] = s.snapshots;
  if (s.first.ns != 0) one["first"] = s.first.to_string();
  if (s.last.ns != 0) one["last"] = s.last.to_string();
  if (!s.spot.is_none()) one["spot"] = s.spot.to_string();
  if (!std::isnan(s.spot_change)) one["spot_change"] = s.spot_change;
  for (const FlagRow& row : flag_rows)
    if (s.*row.value) one[row.key] = true;
  if (s.rows_dropped != 0) one["rows_dropped"] = s.rows_dropped;
  one["counts"] = counts_json(s.counts, false);
  return one;
}

// Reads members one by one; the first that is not as expected is kept as the problem.
class Reader {
 public:
  explicit Reader(const std::string& name) : name_(name) {}

  bool ok() const { return problem_.what.empty(); }
  const Error& problem() const { return problem_; }
  void fail(const std::string& place, const std::string& what) {
    if (ok()) problem_ = {what, name_ + ": " + place, "the report was written by another program or damaged"};
  }
  bool object(const Json& json, const std::string& place) {
    if (!json.is_object()) fail(place, "not an object");
    return ok();
  }
  bool array(const Json& json, const std::string& place) {
    if (!json.is_array()) fail(place, "not a list");
    return ok();
  }
  template <class T>
  void count(const Json& json, const std::string& place, T& out) {
    if (!json.is_number_unsigned() || json.get<std::uint64_t>() > std::numeric_limits<T>::max())
      return fail(place, "not a whole number from 0 up");
    out = json.get<T>();
  }
  void text(const Json& json, const std::string& place, std::string& out) {
    if (!json.is_string()) return fail(place, "not a text");
    out = json.get<std::string>();
  }
  void flag(const Json& json, const std::string& place, bool& out) {
    if (!json.is_boolean()) return fail(place, "neither true nor false");
    out = json.get<bool>();
  }
  // Date, Timestamp, Decimal: what T::parse takes.
  template <class T>
  void parsed(const Json& json, const std::string& place, T& out) {
    std::string written;
    text(json, place, written);
    if (!ok()) return;
    const auto value = T::parse(written);
    if (!value) return fail(place, "cannot be read: '" + written.substr(0, 40) + "'");
    out = *value;
  }

 private:
  const std::string& name_;
  Error problem_;
};

void read_counts(Reader& r, const Json& json, const std::string& place, QuoteCounts& out) {
  if (!r.object(json, place)) return;
  for (const auto& [key, value] : json.items()) {
    std::uint64_t QuoteCounts::*member = key == "rows" ? &QuoteCounts::rows : nullptr;
    for (const QuoteCountRow& row : quote_count_rows)
      if (key == row.key) member = row.value;
    if (!member) return r.fail(place, "unknown key '" + key + "'");
    r.count(value, place + "." + key, out.*member);
  }
}

void read_session(Reader& r, const Json& json, const std::string& place, SessionQuality& s) {
  if (!r.object(json, place)) return;
  for (const auto& [key, value] : json.items()) {
    const std::string at = place + "." + key;
    std::string written;
    bool known = false;
    for (const FlagRow& row : flag_rows) {
      if (key != row.key) continue;
      r.flag(value, at, s.*row.value);
      known = true;
    }
    if (known) continue;
    if (key == "session") {
      r.parsed(value, at, s.session);
    } else if (key == "underlying") {
      r.text(value, at, written);
      if (const auto symbol = Symbol::from(written))
        s.underlying = *symbol;
      else
        r.fail(at, "not a symbol");
    } else if (key == "use") {
      r.text(value, at, written);
      const auto names = enum_names(SessionUse{});
      const auto found = std::find(names.begin(), names.end(), written);
      if (found == names.end()) return r.fail(at, "unknown use '" + written.substr(0, 40) + "'");
      s.use = static_cast<SessionUse>(found - names.begin());
    } else if (key == "closed") {
      r.text(value, at, s.closed_reason);
    } else if (key == "dropped_by") {
      r.text(value, at, s.dropped_by);
    } else if (key == "low_volume") {
      r.flag(value, at, s.low_volume);
    } else if (key == "volume") {
      r.count(value, at, s.volume);
    } else if (key == "compared") {
      r.count(value, at, s.compared);
    } else if (key == "unchanged") {
      r.count(value, at, s.unchanged);
    } else if (key == "snapshots") {
      r.count(value, at, s.snapshots);
    } else if (key == "first") {
      r.parsed(value, at, s.first);
    } else if (key == "last") {
      r.parsed(value, at, s.last);
    } else if (key == "spot") {
      r.parsed(value, at, s.spot);
    } else if (key == "spot_change") {
      if (!value.is_number()) return r.fail(at, "not a number");
      s.spot_change = value.get<double>();
    } else if (key == "rows_dropped") {
      r.count(value, at, s.rows_dropped);
    } else if (key == "counts") {
      read_counts(r, value, at, s.counts);
    } else {
      return r.fail(place, "unknown key '" + key + "'");
    }
    if (!r.ok()) return;
  }
}

void read_examples(Reader& r, const Json& json, std::vector<DefectExample>& out) {
  if (!r.array(json, "examples")) return;
  const auto names = enum_names(Defect{});
  for (std::size_t i = 0; i < json.size() && r.ok(); ++i) {
    const std::string place = "examples[" + std::to_string(i) + "]";
    if (!r.object(json[i], place)) return;
    DefectExample e;
    for (const auto& [key, value] : json[i].items()) {
      if (key == "where") {
        r.text(value, place, e.where);
      } else if (key == "what") {
        r.text(value, place, e.what);
      } else if (key == "defect") {
        std::string name;
        r.text(value, place, name);
        const auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end()) return r.fail(place, "unknown defect '" + name.substr(0, 40) + "'");
        e.defect = static_cast<Defect>(found - names.begin());
      } else {
        return r.fail(place, "unknown key '" + key + "'");
      }
    }
    out.push_back(std::move(e));
  }
}

void read_check_examples(Reader& r, const Json& json, std::vector<CheckExample>& out) {
  if (!r.array(json, "check_examples")) return;
  for (std::size_t i = 0; i < json.size() && r.ok(); ++i) {
    const std::string place = "check_examples[" + std::to_string(i) + "]";
    if (!r.object(json[i], place)) return;
    CheckExample e;
    for (const auto& [key, value] : json[i].items()) {
      if (key != "check" && key != "where" && key != "what") return r.fail(place, "unknown key '" + key + "'");
      r.text(value, place, key == "check" ? e.check : key == "where" ? e.where : e.what);
    }
    out.push_back(std::move(e));
  }
}

void read_defects(Reader& r, const Json& json, QualityReport& out) {
  if (!r.object(json, "defects")) return;
  const auto names = enum_names(Defect{});
  for (const auto& [key, value] : json.items()) {
    const auto found = std::find(names.begin(), names.end(), key);
    if (found == names.end()) return r.fail("defects", "unknown key '" + key + "'");
    r.count(value, "defects." + key, out.defects[found - names.begin()]);
  }
}

void read_policy(Reader& r, const Json& json, QualityReport& out) {
  if (!r.array(json, "policy")) return;
  for (const Json& entry : json) {
    std::string text;
    r.text(entry, "policy", text);
    const std::size_t at = text.find('=');
    if (at == std::string::npos) return r.fail("policy", "not key=value: '" + text.substr(0, 60) + "'");
    out.policy.emplace_back(text.substr(0, at), text.substr(at + 1));
  }
}

void read_member(Reader& r, const std::string& key, const Json& value, QualityReport& out) {
  if (key == "source") return r.text(value, key, out.source);
  if (key == "layout") return r.text(value, key, out.layout);
  if (key == "lines") return r.count(value, key, out.lines);
  if (key == "filtered") return r.count(value, key, out.filtered);
  if (key == "rows_skipped") return r.count(value, key, out.rows_skipped);
  if (key == "contracts") return r.count(value, key, out.contracts);
  if (key == "vanished") return r.count(value, key, out.vanished);
  if (key == "gaps") return r.count(value, key, out.gaps);
  if (key == "defects") return read_defects(r, value, out);
  if (key == "examples") return read_examples(r, value, out.examples);
  if (key == "check_examples") return read_check_examples(r, value, out.check_examples);
  if (key == "policy") return read_policy(r, value, out);
  // Sums over the sessions, for readers of the file.
  if (key == "rows_used" || key == "sessions_used" || key == "all_rows" || key == "used_rows") return;
  if (key == "missing_sessions") {
    if (!r.array(value, key)) return;
    for (const Json& day : value) r.parsed(day, key, out.missing_sessions.emplace_back());
    return;
  }
  if (key == "sessions") {
    if (!r.array(value, key)) return;
    for (std::size_t i = 0; i < value.size() && r.ok(); ++i)
      read_session(r, value[i], "sessions[" + std::to_string(i) + "]", out.sessions.emplace_back());
    return;
  }
  r.fail("", "unknown key '" + key.substr(0, 60) + "'");
}

}  // namespace

std::string to_json(const QualityReport& r) {
  Json out;
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
  auto& missing = out["missing_sessions"] = Json::array();
  for (const Date d : r.missing_sessions) missing.push_back(d.to_string());
  auto& defects = out["defects"] = Json::object();
  for (std::size_t i = 0; i < defect_kinds; ++i) defects[std::string(enum_name(static_cast<Defect>(i)))] = r.defects[i];
  auto& examples = out["examples"] = Json::array();
  for (const DefectExample& e : r.examples)
    examples.push_back({{"defect", std::string(enum_name(e.defect))}, {"where", e.where}, {"what", e.what}});
  if (!r.check_examples.empty()) {
    auto& checks = out["check_examples"] = Json::array();
    for (const CheckExample& e : r.check_examples)
      checks.push_back({{"check", e.check}, {"where", e.where}, {"what", e.what}});
  }
  if (!r.policy.empty()) {
    auto& policy = out["policy"] = Json::array();
    for (const auto& [key, value] : r.policy) policy.push_back(key + "=" + value);
  }
  out["all_rows"] = counts_json(r.totals(false), true);
  out["used_rows"] = counts_json(r.totals(true), true);
  auto& sessions = out["sessions"] = Json::array();
  for (const SessionQuality& s : r.sessions) sessions.push_back(session_json(s));
  // Examples quote what stands in a file, which may be any bytes.
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<QualityReport> quality_from_json(const std::string& name, std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return Error{"not JSON", name, "the report was written by another program or damaged"};
  QualityReport out;
  Reader reader(name);
  if (reader.object(json, ""))
    for (const auto& [key, value] : json.items()) {
      read_member(reader, key, value, out);
      if (!reader.ok()) break;
    }
  if (!reader.ok()) return reader.problem();
  return out;
}

}  // namespace optix
