#include "core/data/quality_checks.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>

#include "core/data/dataset.hpp"
#include "core/time/calendar.hpp"
#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

struct Quote {
  const char* strike;
  const char* bid;  // "": none
  const char* ask;
  double iv = 0.2;
  double delta = 0.5;
  int volume = 10;
};

Decimal price(const char* text) { return *text == '\0' ? Decimal::none() : *Decimal::parse(text); }

struct GroupSpec {
  const char* root;
  const char* expiration;
  Right right;
  std::vector<Quote> quotes;
  ExerciseStyle exercise = ExerciseStyle::american;
};

SnapshotQuotes snapshot(const char* session, const char* spot, const std::vector<GroupSpec>& groups,
                        int clock = clock_seconds(16, 0)) {
  SnapshotQuotes out;
  ChainSnapshot& c = out.chain;
  c.underlying = *Symbol::from("XYZ");
  c.session = *Date::parse(session);
  c.time = new_york_time(c.session, clock);
  c.underlying_price = price(spot);
  for (const GroupSpec& g : groups) {
    c.group_root.push_back(*Symbol::from(g.root));
    c.group_expiration.push_back(*Date::parse(g.expiration));
    c.group_settles.push_back(settlement_instant(*Date::parse(g.expiration), Settlement::pm));
    c.group_right.push_back(g.right);
    c.group_settlement.push_back(Settlement::pm);
    c.group_begin.push_back(static_cast<std::uint32_t>(c.strike.size()));
    out.group_exercise.push_back(g.exercise);
    out.group_multiplier.push_back(100);
    for (const Quote& q : g.quotes) {
      c.strike.push_back(*Decimal::parse(q.strike));
      c.bid.push_back(price(q.bid));
      c.ask.push_back(price(q.ask));
      c.iv.push_back(q.iv);
      c.delta.push_back(g.right == Right::call ? q.delta : -q.delta);
      c.gamma.push_back(0.01);
      c.volume.push_back(q.volume);
      c.open_interest.push_back(1);
    }
  }
  c.group_begin.push_back(static_cast<std::uint32_t>(c.strike.size()));
  return out;
}

SessionQuotes session(SnapshotQuotes s) {
  SessionQuotes out;
  out.underlying = s.chain.underlying;
  out.session = s.chain.session;
  out.snapshots.push_back(std::move(s));
  return out;
}

constexpr auto call = Right::call;
constexpr auto put = Right::put;
constexpr const char* far = "2019-06-21";

std::uint64_t total(const QuoteCounts& c) {
  return c.no_quote + c.zero_bid + c.one_sided + c.locked + c.crossed + c.unknown_iv + c.unknown_delta + c.expired +
         c.after_settlement + c.shared_keys + c.price_bound + c.vertical + c.iv_range + c.delta_range + c.delta_sign;
}

}  // namespace

TEST_CASE("each row check finds its rows and nothing else", "[data][quality]") {
  struct Case {
    const char* name;
    std::vector<GroupSpec> groups;
    std::uint64_t QuoteCounts::*counted;  // nullptr: nothing is found
    std::uint64_t expected = 1;
  };
  const auto one = [](Right right, std::vector<Quote> quotes, ExerciseStyle style = ExerciseStyle::american) {
    return std::vector<GroupSpec>{{"XYZ", far, right, std::move(quotes), style}};
  };
  const auto european = ExerciseStyle::european;
  const Case cases[] = {
      {"ordinary calls", one(call, {{"95", "6.0", "6.2"}, {"100", "2.5", "2.6"}, {"105", "0.8", "0.9"}}), nullptr},
      {"ordinary puts", one(put, {{"95", "0.8", "0.9"}, {"100", "2.5", "2.6"}, {"105", "6.0", "6.2"}}), nullptr},
      {"both sides zero", one(call, {{"100", "0", "0"}}), &QuoteCounts::no_quote},
      {"both sides missing", one(call, {{"100", "", ""}}), &QuoteCounts::no_quote},
      {"zero bid", one(call, {{"100", "0", "0.05"}}), &QuoteCounts::zero_bid},
      {"bid missing", one(call, {{"100", "", "0.05"}}), &QuoteCounts::one_sided},
      {"ask missing", one(call, {{"100", "1", ""}}), &QuoteCounts::one_sided},
      {"ask zero", one(call, {{"100", "1", "0"}}), &QuoteCounts::one_sided},
      {"locked", one(call, {{"100", "2.5", "2.5"}}), &QuoteCounts::locked},
      {"crossed", one(call, {{"100", "2.6", "2.5"}}), &QuoteCounts::crossed},
      {"no volatility", one(call, {{"100", "2.5", "2.6", unknown}}), &QuoteCounts::unknown_iv},
      {"no delta", one(call, {{"100", "2.5", "2.6", 0.2, unknown}}), &QuoteCounts::unknown_delta},
      {"volatility in per cent", one(call, {{"100", "2.5", "2.6", 20.0}}), &QuoteCounts::iv_range},
      {"volatility zero", one(call, {{"100", "2.5", "2.6", 0.0}}), &QuoteCounts::iv_range},
      {"delta in per cent", one(call, {{"100", "2.5", "2.6", 0.2, 50.0}}), &QuoteCounts::delta_range},
      {"a call's delta below zero", one(call, {{"100", "2.5", "2.6", 0.2, -0.5}}), &QuoteCounts::delta_sign},
      {"a put's delta above zero", one(put, {{"100", "2.5", "2.6", 0.2, -0.5}}), &QuoteCounts::delta_sign},
      // Spot 100. Bounds by more than the spread: ask + spread < exercise value.
      {"call worth less than exercise", one(call, {{"80", "19.0", "19.2"}}), &QuoteCounts::price_bound},
      {"call worth less than exercise, within the spread", one(call, {{"80", "19.0", "19.6"}}), nullptr},
      {"put worth less than exercise", one(put, {{"120", "19.0", "19.2"}}), &QuoteCounts::price_bound},
      {"european put worth less than exercise: interest", one(put, {{"120", "19.0", "19.2"}}, european), nullptr},
      {"european put worth far less", one(put, {{"120", "16.0", "16.2"}}, european), &QuoteCounts::price_bound},
      {"call dearer than the underlying", one(call, {{"80", "101", "101.5"}}), &QuoteCounts::price_bound},
      {"put dearer than its strike", one(put, {{"80", "81", "81.5"}}), &QuoteCounts::price_bound},
      // Neighbours.
      {"higher call strike bid above the lower's ask", one(call, {{"100", "2.5", "2.6"}, {"105", "2.7", "2.8"}}),
       &QuoteCounts::vertical},
      {"call spread sold for more than its width", one(call, {{"100", "8.0", "8.2"}, {"105", "2.7", "2.8"}}),
       &QuoteCounts::vertical},
      {"lower put strike bid above the higher's ask", one(put, {{"95", "2.7", "2.8"}, {"100", "2.5", "2.6"}}),
       &QuoteCounts::vertical},
      {"put spread sold for more than its width", one(put, {{"95", "1.0", "1.1"}, {"100", "6.3", "6.4"}}),
       &QuoteCounts::vertical},
      {"a zero bid proves no arbitrage", one(call, {{"100", "0", "0.05"}, {"105", "0.1", "0.2"}}),
       &QuoteCounts::zero_bid},
      {"expired",
       {{"XYZ", "2019-04-18", call, {{"100", "2.5", "2.6"}, {"105", "1", "1.1"}}}},
       &QuoteCounts::expired,
       2},
      {"same key under two roots",
       {{"XYZ", far, call, {{"100", "2.5", "2.6"}, {"105", "1", "1.1"}}}, {"XYZ1", far, call, {{"105", "1", "1.1"}}}},
       &QuoteCounts::shared_keys},
      {"another right is another key",
       {{"XYZ", far, call, {{"100", "2.5", "2.6"}}}, {"XYZ1", far, put, {{"100", "2.5", "2.6"}}}},
       nullptr},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    QualityChecker checker{QualityPolicy{}};
    QualityReport report;
    SessionQuotes quotes = session(snapshot("2019-04-25", "100", c.groups));
    const auto keep = checker.add(quotes, report);
    REQUIRE(keep.ok());
    CHECK(*keep);
    const QuoteCounts& found = report.sessions.at(0).counts;
    CHECK(total(found) == (c.counted ? c.expected : 0));
    if (c.counted) CHECK(found.*c.counted == c.expected);
  }
  // Settled at the close, quoted a quarter of an hour later.
  QualityChecker checker{QualityPolicy{}};
  QualityReport report;
  SessionQuotes late =
      session(snapshot("2019-06-21", "100", {{"XYZ", far, call, {{"100", "2.5", "2.6"}}}}, clock_seconds(16, 15)));
  REQUIRE(checker.add(late, report).ok());
  CHECK(report.sessions[0].counts.after_settlement == 1);
  CHECK(total(report.sessions[0].counts) == 1);
}

TEST_CASE("the policy drops rows and sessions, or stops with place and remedy", "[data][quality]") {
  const std::vector<GroupSpec> groups{{"XYZ", far, call, {{"100", "2.6", "2.5"}, {"105", "1.0", "1.1"}}},
                                      {"XYZ", far, put, {{"100", "2.6", "2.5"}}}};
  QualityPolicy policy;
  REQUIRE(policy.set("crossed", "drop").ok());
  QualityReport report;
  {
    QualityChecker checker(policy);
    SessionQuotes quotes = session(snapshot("2019-04-25", "100", groups));
    const auto keep = checker.add(quotes, report);
    REQUIRE(keep.ok());
    CHECK(*keep);
    const SnapshotQuotes& s = quotes.snapshots.at(0);
    CHECK(s.chain.strike == std::vector<Decimal>{*Decimal::parse("105")});
    CHECK(s.chain.group_begin == std::vector<std::uint32_t>{0, 1});
    CHECK(s.chain.groups() == 1);
    CHECK(s.group_exercise.size() == 1);
    CHECK(report.sessions[0].rows_dropped == 2);
    CHECK(report.rows_used() == 1);
    CHECK(report.sessions[0].counts.crossed == 2);
  }
  {
    QualityChecker checker(policy);
    SessionQuotes quotes = session(snapshot("2019-04-25", "100", {groups[1]}));
    const auto keep = checker.add(quotes, report);
    REQUIRE(keep.ok());
    CHECK_FALSE(*keep);
    CHECK(report.sessions.back().use == SessionUse::dropped_policy);
  }
  const auto error = [&](const char* name, const char* value, SessionQuotes quotes) {
    QualityPolicy p;
    REQUIRE(p.set(name, value).ok());
    QualityChecker checker(p);
    QualityReport r;
    const auto keep = checker.add(quotes, r);
    return keep ? std::string("kept") : keep.error().to_string();
  };
  CHECK(error("crossed", "stop", session(snapshot("2019-04-25", "100", groups))) ==
        "XYZ 2019-04-25 16:00 ET: crossed: XYZ 2019-06-21 call 100: bid 2.60, ask 2.50\n  hint: the "
        "policy stops here; `crossed=flag` keeps such rows, `=drop` leaves them out");
  CHECK_THAT(error("closed_session", "stop", session(snapshot("2019-05-27", "100", groups))),
             Catch::Contains("XYZ 2019-05-27: exchange closed: Memorial Day"));
  CHECK(error("closed_session", "flag", session(snapshot("2019-05-27", "100", groups))) == "kept");

  const std::pair<std::pair<const char*, const char*>, const char*> refused[] = {
      {{"missing_session", "drop"}, "nothing to drop"}, {{"early_snapshot", "stop"}, "cannot stop"},
      {{"crosed", "drop"}, "no check called 'crosed'"}, {{"crossed", "ignore"}, "not an action: 'ignore'"},
      {{"limit.spot", "1"}, "no limit called"},         {{"limit.spot_jump", "much"}, "not a number from 0 up: 'much'"},
      {{"limit.spot_jump", "-1"}, "not a number"},
  };
  for (const auto& [set, message] : refused) {
    const Status status = QualityPolicy{}.set(set.first, set.second);
    REQUIRE_FALSE(status.ok());
    CHECK_THAT(status.error().to_string(), Catch::Contains(message));
  }
}

TEST_CASE("a policy is recorded as text and read back", "[data][quality]") {
  QualityPolicy policy;
  REQUIRE(policy.set("crossed", "drop").ok());
  REQUIRE(policy.set("limit.spot_jump", "0.35").ok());
  auto map = policy.to_map();
  CHECK(map.at("quality.crossed") == "drop");
  CHECK(map.at("quality.limit.spot_jump") == "0.35");
  CHECK(map.at("quality.closed_session") == "drop");
  map["broken_rows"] = "stop";  // of another part
  const auto back = QualityPolicy::from_map(map);
  REQUIRE(back.ok());
  CHECK(back->to_map() == policy.to_map());
  CHECK(back->action(QualityCheck::crossed) == QualityAction::drop);
  map["quality.crosed"] = "drop";
  CHECK_FALSE(QualityPolicy::from_map(map).ok());
}

TEST_CASE("what follows what: copies, jumps, contracts that vanish and come back", "[data][quality]") {
  std::vector<Quote> many;
  std::vector<std::string> strikes;
  for (int i = 0; i < 25; ++i) strikes.push_back(std::to_string(90 + i));
  for (const std::string& s : strikes) many.push_back({s.c_str(), "2.5", "2.6"});
  const GroupSpec all{"XYZ", far, call, many};
  const GroupSpec soon{"XYZ", "2019-04-26", put, {{"100", "1", "1.1"}}};
  GroupSpec moved = all;
  for (Quote& q : moved.quotes) q.bid = "2.4";
  GroupSpec fewer = all;
  fewer.quotes.resize(23);

  QualityChecker checker{QualityPolicy{}};
  QualityReport r;
  const auto add = [&](SnapshotQuotes s) {
    SessionQuotes quotes = session(std::move(s));
    return *checker.add(quotes, r);
  };
  CHECK(add(snapshot("2019-04-25", "100", {soon, all})));
  CHECK(add(snapshot("2019-04-26", "100", {soon, all})));  // a copy
  CHECK(add(snapshot("2019-04-29", "125", {moved})));      // the put settled; the underlying jumped
  CHECK(add(snapshot("2019-04-30", "126", {fewer})));      // two contracts are gone
  CHECK(add(snapshot("2019-05-02", "400", {all})));        // and back; far off the strikes
  CHECK(add(snapshot("2019-05-03", "126", {fewer}, clock_seconds(8, 0))));
  REQUIRE(checker.finish(r).ok());
  const auto flags = [&](std::size_t i) {
    const SessionQuality& s = r.sessions.at(i);
    return std::string(s.stale_copy ? "copy " : "") + (s.spot_jump ? "jump " : "") +
           (s.spot_off_strikes ? "off " : "") + (s.outside_hours ? "hours " : "") + (s.early_time ? "early " : "");
  };
  CHECK(flags(0) == "");
  CHECK(flags(1) == "copy ");
  CHECK(flags(2) == "jump ");
  CHECK(flags(3) == "");
  CHECK(flags(4) == "copy jump off ");
  CHECK(flags(5) == "copy jump hours early ");
  CHECK(r.sessions[1].compared == 26);
  CHECK(r.sessions[1].unchanged == 26);
  CHECK(r.sessions[2].spot_change == Approx(0.25));
  CHECK(std::isnan(r.sessions[0].spot_change));
  CHECK(r.contracts == 26);
  CHECK(r.gaps == 2);
  CHECK(r.vanished == 2);
  CHECK(r.missing_sessions == std::vector<Date>{*Date::parse("2019-05-01")});

  QualityPolicy strict;
  REQUIRE(strict.set("missing_session", "stop").ok());
  QualityChecker stopping(strict);
  QualityReport s;
  for (const char* day : {"2019-04-30", "2019-05-02"}) {
    SessionQuotes quotes = session(snapshot(day, "100", {all}));
    REQUIRE(stopping.add(quotes, s).ok());
  }
  const Status status = stopping.finish(s);
  REQUIRE_FALSE(status.ok());
  CHECK_THAT(status.error().to_string(),
             Catch::Contains("1 sessions of the exchange are missing, the first 2019-05-01"));
}

TEST_CASE("several snapshots a session count once for what follows", "[data][quality]") {
  const GroupSpec a{"XYZ", far, call, {{"100", "2.5", "2.6"}, {"105", "1", "1.1"}}};
  const GroupSpec b{"XYZ", far, call, {{"100", "2.4", "2.6"}, {"110", "0.5", "0.6"}}};
  const GroupSpec c{"XYZ", far, put, {{"95", "0.5", "0.6"}}};
  QualityChecker checker{QualityPolicy{}};
  QualityReport r;
  SessionQuotes first = session(snapshot("2019-04-25", "100", {a}, clock_seconds(10, 0)));
  first.snapshots.push_back(snapshot("2019-04-25", "101", {b, c}, clock_seconds(11, 0)));
  REQUIRE(checker.add(first, r).ok());
  SessionQuotes second = session(snapshot("2019-04-26", "101", {b, c}, clock_seconds(11, 0)));
  REQUIRE(checker.add(second, r).ok());
  REQUIRE(checker.finish(r).ok());
  CHECK(r.contracts == 4);
  CHECK(r.vanished == 1);  // 105 call
  CHECK(r.sessions[0].snapshots == 2);
  CHECK(r.sessions[0].counts.rows == 5);
  CHECK(r.sessions[1].compared == 3);
  CHECK(r.sessions[1].unchanged == 3);
}

TEST_CASE("the SPX file through the checks: every trap with its count, at a few nanoseconds a row",
          "[data][quality][spx]") {
  const std::string file = "data/spx_cboe_20190425_20190722_raw.csv.gz";
  if (!shared_file_exists(file)) return;
  LoadOptions options;
  options.layout = *csv_layout_preset("cboe_historical");
  options.policy.closed = ClosedSessions::keep;
  const auto data = load_csv(shared_path(file), options);
  REQUIRE(data.ok());
  std::vector<SessionQuotes> sessions;
  for (std::size_t i = 0; i < (*data)->steps(); ++i) {
    SnapshotQuotes s;
    s.chain = (*data)->step(i).snapshot.get<ChainSnapshot>();
    s.group_exercise.assign(s.chain.groups(), ExerciseStyle::european);
    s.group_multiplier.assign(s.chain.groups(), 100);
    sessions.push_back(session(std::move(s)));
  }
  QualityChecker checker{QualityPolicy{}};
  QualityReport q;
  const auto start = std::chrono::steady_clock::now();
  for (SessionQuotes& s : sessions) REQUIRE(checker.add(s, q).ok());
  REQUIRE(checker.finish(q).ok());
  const double ns = std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
  const QuoteCounts all = q.totals(false), used = q.totals(true);
  std::printf("quality checks: %.1f ns a row over %llu rows\n", ns / static_cast<double>(all.rows),
              static_cast<unsigned long long>(all.rows));
  std::string stale, early, missing;
  for (const SessionQuality& s : q.sessions) {
    if (s.use == SessionUse::dropped_closed) stale += s.session.to_string() + " ";
    if (s.low_volume) early += s.session.to_string() + " ";
  }
  for (const Date d : q.missing_sessions) missing += d.to_string() + " ";
  CHECK(stale == "2019-05-27 2019-07-04 ");
  CHECK(early == "2019-04-25 ");
  CHECK(missing == "2019-05-10 2019-05-17 2019-06-14 2019-06-17 2019-06-18 ");
  CHECK(all.rows == 809'782);
  CHECK(used.rows == 809'782 - 13'324 - 14'506);
  CHECK(all.shared_keys == 143'512);
  CHECK(all.no_quote == 1'160);
  CHECK(all.zero_bid == 53'535);
  CHECK(all.one_sided == 0);
  CHECK(all.locked == 0);
  CHECK(all.crossed == 0);
  CHECK(all.unknown_iv == 70'769);
  CHECK(all.expired == 316);
  CHECK(used.after_settlement == 1'152);
  CHECK(q.vanished == 0);
  if (const char* path = std::getenv("OPTIX_QUALITY_JSON")) std::ofstream(path) << to_json(q);
}
