#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/data/quality.hpp"
#include "core/data/quality_calendar.hpp"
#include "core/data/quality_findings.hpp"
#include "core/data/quality_html.hpp"

using namespace optix;

namespace {

Date date(const char* text) { return *Date::parse(text); }

SessionQuality line(const char* day, const char* underlying = "XYZ") {
  SessionQuality s;
  s.session = date(day);
  s.underlying = *Symbol::from(underlying);
  s.counts.rows = 1000;
  s.counts.zero_bid = 50;
  s.volume = 12345;
  s.first = s.last = *Timestamp::parse(std::string(day) + "T20:00:00Z");
  s.spot = *Decimal::parse("100.5");
  return s;
}

// One of everything.
QualityReport sample() {
  QualityReport r;
  r.source = "csv a&b.csv";
  r.layout = "optix";
  r.lines = 6010;
  r.filtered = 4;
  r.rows_skipped = 6;
  r.contracts = 77;
  r.vanished = 3;
  r.gaps = 5;
  for (std::size_t i = 0; i < defect_kinds; ++i) r.defects[i] = i + 1;
  r.examples = {{Defect::quote, "a&b.csv:17 column ask", "the ask is negative: -0.05"},
                {Defect::duplicate, "a&b.csv:18", "<script>alert(1)</script>"}};
  r.check_examples = {{"crossed", "XYZ 2019-05-24 16:00 ET", "XYZ 2019-06-21 call 100: bid 2.60, ask 2.50"}};
  r.policy = {{"quality.crossed", "drop"}, {"quality.limit.spot_jump", "0.2"}};
  for (const char* day : {"2019-05-23", "2019-05-24", "2019-05-27", "2019-05-28", "2019-05-30"})
    r.sessions.push_back(line(day));
  SessionQuality& early = r.sessions[0];
  early.low_volume = early.early_time = true;
  early.volume = 100;
  early.last = *Timestamp::parse("2019-05-23T15:00:00Z");
  r.sessions[1].counts.crossed = 2;
  r.sessions[1].rows_dropped = 2;
  r.sessions[1].compared = 900;
  r.sessions[1].unchanged = 12;
  r.sessions[1].spot_change = -0.012345678901234567;
  r.sessions[2].use = SessionUse::dropped_closed;
  r.sessions[2].closed_reason = "Memorial Day";
  r.sessions[3].use = SessionUse::dropped_policy;
  r.sessions[3].dropped_by = "stale_copy";
  r.sessions[3].stale_copy = true;
  r.sessions[4].outside_hours = r.sessions[4].spot_jump = r.sessions[4].spot_off_strikes = true;
  r.sessions[4].snapshots = 390;
  r.missing_sessions = missing_sessions(r.sessions);
  return r;
}

std::string error_of(const Result<QualityReport>& r) { return r ? "fine" : r.error().to_string(); }

}  // namespace

TEST_CASE("a report read back from its JSON is the same report", "[data][quality]") {
  const QualityReport r = sample();
  const std::string json = to_json(r);
  const auto back = quality_from_json("manifest.json", json);
  INFO(error_of(back));
  REQUIRE(back.ok());
  CHECK(to_json(*back) == json);
  CHECK(to_text(*back) == to_text(r));
  CHECK(quality_html(*back) == quality_html(r));
  CHECK(back->sessions[1].spot_change == r.sessions[1].spot_change);
  CHECK(std::isnan(back->sessions[0].spot_change));
  const auto empty = quality_from_json("manifest.json", to_json(QualityReport{}));
  REQUIRE(empty.ok());
  CHECK(to_json(*empty) == to_json(QualityReport{}));
  CHECK(quality_html(*empty).find("The data has no sessions.") != std::string::npos);
}

TEST_CASE("text that is not a report is refused with the place", "[data][quality]") {
  using Json = nlohmann::json;
  const Json good = Json::parse(to_json(sample()));
  const auto with = [&](const char* pointer, const Json& value) {
    Json changed = good;
    changed[Json::json_pointer(pointer)] = value;
    return error_of(quality_from_json("m.json", changed.dump()));
  };
  CHECK(with("/lines", 5) == "fine");
  const std::pair<std::string, const char*> cases[] = {
      {error_of(quality_from_json("m.json", "{")), "m.json: not JSON"},
      {error_of(quality_from_json("m.json", "[]")), "not an object"},
      {with("/lines", -1), "m.json: lines: not a whole number from 0 up"},
      {with("/lines", "5"), "not a whole number"},
      {with("/source", 1), "m.json: source: not a text"},
      {with("/liens", 1), "unknown key 'liens'"},
      {with("/sessions", 1), "m.json: sessions: not a list"},
      {with("/sessions/2/session", "2019-05-32"), "m.json: sessions[2].session: cannot be read: '2019-05-32'"},
      {with("/sessions/2/use", "kept"), "unknown use 'kept'"},
      {with("/sessions/2/snapshots", 5e9), "not a whole number"},
      {with("/sessions/2/low_volume", 1), "neither true nor false"},
      {with("/sessions/2/underlying", "TOOLONGNAME"), "not a symbol"},
      {with("/sessions/2/colour", "red"), "m.json: sessions[2]: unknown key 'colour'"},
      {with("/sessions/2/counts/rows", 1.5), "m.json: sessions[2].counts.rows: not a whole number"},
      {with("/sessions/2/counts/pink", 1), "unknown key 'pink'"},
      {with("/missing_sessions/0", 7), "m.json: missing_sessions: not a text"},
      {with("/defects/bad mood", 7), "unknown key 'bad mood'"},
      {with("/examples/0/defect", "bad mood"), "unknown defect 'bad mood'"},
      {with("/check_examples/0/who", "me"), "unknown key 'who'"},
      {with("/policy/0", "crossed"), "not key=value: 'crossed'"},
  };
  for (const auto& [error, message] : cases) {
    INFO(message);
    CHECK_THAT(error, Catch::Contains(message));
  }
}

TEST_CASE("findings say how many of how many, and what was decided", "[data][quality]") {
  const auto findings = quality_findings(sample());
  REQUIRE(findings.size() == quality_check_count);
  struct Case {
    QualityCheck check;
    std::uint64_t count, of;
    const char* unit;
    QualityAction action;
  };
  constexpr auto flag = QualityAction::flag, drop = QualityAction::drop;
  const Case cases[] = {
      {QualityCheck::missing_session, 1, 6, "sessions", flag},  {QualityCheck::closed_session, 1, 5, "sessions", drop},
      {QualityCheck::early_snapshot, 1, 5, "sessions", flag},   {QualityCheck::outside_hours, 1, 5, "sessions", flag},
      {QualityCheck::stale_copy, 1, 5, "sessions", flag},       {QualityCheck::spot_jump, 1, 5, "sessions", flag},
      {QualityCheck::spot_off_strikes, 1, 5, "sessions", flag}, {QualityCheck::broken_row, 6, 6010, "rows", flag},
      {QualityCheck::broken_quote, 4, 6010, "rows", flag},      {QualityCheck::broken_value, 5, 6010, "rows", flag},
      {QualityCheck::duplicate_row, 6, 6010, "rows", flag},     {QualityCheck::zero_bid, 250, 5000, "rows", flag},
      {QualityCheck::crossed, 2, 5000, "rows", drop},           {QualityCheck::locked, 0, 5000, "rows", flag},
      {QualityCheck::vanished, 3, 77, "contracts", flag},       {QualityCheck::gap, 5, 77, "contracts", flag},
  };
  for (const Case& c : cases) {
    const Finding& f = findings[static_cast<std::size_t>(c.check)];
    INFO(enum_name(c.check));
    CHECK(f.check == c.check);
    CHECK(f.count == c.count);
    CHECK(f.of == c.of);
    CHECK(f.unit == c.unit);
    CHECK(f.action == c.action);
  }
}

TEST_CASE("a unit that is wrong throughout is an error", "[data][quality]") {
  QualityReport r = sample();
  r.sessions[0].counts.iv_range = 900;
  const auto severity = [&] { return quality_findings(r)[static_cast<std::size_t>(QualityCheck::iv_range)].severity; };
  CHECK(severity() == Severity::warning);
  r.sessions[1].counts.iv_range = 900;
  CHECK(severity() == Severity::error);
}

TEST_CASE("an import on top of another: sessions are replaced, counts add up", "[data][quality]") {
  const QualityReport before = sample();
  QualityReport now;
  now.source = "csv b.csv";
  now.layout = "optix";
  now.lines = 10;
  now.contracts = 2;
  now.sessions = {line("2019-05-24"), line("2019-05-29"), line("2019-05-24", "ABC")};
  now.sessions[0].counts.crossed = 9;
  for (int i = 0; i < 9; ++i) now.check_examples.push_back({"crossed", "here", std::to_string(i)});
  const QualityReport all = merged(before, now);
  REQUIRE(all.sessions.size() == 7);
  std::string days;
  for (const SessionQuality& s : all.sessions) days += s.session.to_string().substr(5) + s.underlying.to_string() + " ";
  CHECK(all.sessions[0].low_volume);
  CHECK(days == "05-23XYZ 05-24ABC 05-24XYZ 05-27XYZ 05-28XYZ 05-29XYZ 05-30XYZ ");
  CHECK(all.totals(false).crossed == 9);
  CHECK(all.missing_sessions.empty());
  CHECK(all.lines == 6020);
  CHECK(all.contracts == 79);
  CHECK(all.source == "csv a&b.csv; csv b.csv");
  CHECK(all.check_examples.size() == QualityReport::examples_per_defect);
  CHECK(to_json(merged(QualityReport{}, before)) == to_json(before));
  // Sessions imported one at a time are judged among all.
  QualityReport days_one_by_one;
  for (const char* day : {"2019-05-23", "2019-05-24", "2019-05-28", "2019-05-29"}) {
    QualityReport one;
    one.sessions = {line(day)};
    if (std::string(day) == "2019-05-28") one.sessions[0].volume = 100;
    days_one_by_one = merged(days_one_by_one, one);
  }
  std::string early;
  for (const SessionQuality& s : days_one_by_one.sessions) early += s.low_volume ? s.session.to_string() : "";
  CHECK(early == "2019-05-28");
}

TEST_CASE("the coverage calendar has every weekday with its state", "[data][quality]") {
  const QualityReport r = sample();
  std::string states;
  for (const CoverageDay& d : coverage_days(r, {}))
    states += d.date.to_string().substr(8) + std::string(enum_name(d.state)) + " ";
  CHECK(states == "23flagged 24used 27dropped 28dropped 29missing 30flagged ");
  // Two underlyings: the worst of both, and both in words.
  QualityReport two = r;
  two.sessions.push_back(line("2019-05-24", "ABC"));
  two.sessions.push_back(line("2019-05-28", "ABC"));
  const auto days = coverage_days(two, {});
  CHECK(days[1].words == "XYZ: 1,000 rows, 2 dropped\nABC: 1,000 rows");
  CHECK(coverage_days(two, *Symbol::from("ABC")).size() == 3);
  CHECK(coverage_days(two, *Symbol::from("ABC"))[1].state == DayState::closed);
  const std::string svg = coverage_svg(coverage_days(r, {}));
  CHECK_THAT(svg, Catch::Contains("Wed 2019-05-29\nmissing from the data"));
  CHECK_THAT(svg, Catch::Contains("dropped (Memorial Day), 1,000 rows"));
}

TEST_CASE("the page is self-contained, escaped and complete", "[data][quality]") {
  QualityPage page;
  page.title = "Data quality: <XYZ>";
  page.facts = {{"Dataset hash", "0123456789abcdef"}};
  const std::string html = quality_html(sample(), page);
  for (const char* expected :
       {"<!doctype html>", "Data quality: &lt;XYZ&gt;", "0123456789abcdef", "csv a&amp;b.csv", "Missing session",
        "2019-05-29", "a&amp;b.csv:17 column ask", "&lt;script&gt;", "Memorial Day", "prefers-color-scheme: dark",
        "@media print", "quality.limit.spot_jump = 0.2"}) {
    INFO(expected);
    CHECK(html.find(expected) != std::string::npos);
  }
  for (const char* banned : {"<script", "http://", "https://", "src=", "@import", "url("}) {
    INFO(banned);
    CHECK(html.find(banned) == std::string::npos);
  }
}
