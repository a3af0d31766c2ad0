#include "core/data/dataset.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/contracts/chain_view.hpp"

using namespace optix;

namespace {

const std::string header =
    "session,underlying,underlying_price,root,expiration,right,strike,bid,ask,iv,delta,gamma,volume,open_interest\n";

LoadOptions plain() {
  LoadOptions o;
  o.layout = *csv_layout_preset("optix");
  return o;
}

std::string row(std::string_view session, std::string_view root, std::string_view expiration, std::string_view right,
                std::string_view strike, std::string_view quotes = "1.0,1.5",
                std::string_view greeks = "0.2,-0.3,0.001,5,10") {
  std::string out(session);
  out += ",SPX,2900.5,";
  for (const auto part : {root, expiration, right, strike, quotes, greeks})
    out += std::string(part) + (part == greeks ? "\n" : ",");
  return out;
}

Result<std::shared_ptr<const Dataset>> load(const std::string& rows, const LoadOptions& options = plain()) {
  return load_csv_text("chain.csv", header + rows, options);
}

const ChainSnapshot& chain(const Dataset& d, std::size_t step) {
  return d.steps() > step ? d.step(step).snapshot.get<ChainSnapshot>() : throw 1;
}

std::string error_of(const Result<std::shared_ptr<const Dataset>>& r) {
  return r.ok() ? "loaded" : r.error().to_string();
}

}  // namespace

TEST_CASE("rows in any order become ordered snapshots with dense ids", "[data][dataset]") {
  const std::string a = row("2019-04-25", "SPXW", "2019-05-31", "put", "2800"),
                    b = row("2019-04-25", "SPXW", "2019-05-31", "put", "2700"),
                    c = row("2019-04-25", "SPX", "2019-05-17", "call", "2700.5"),
                    d = row("2019-04-26", "SPXW", "2019-05-31", "call", "2800"),
                    e = row("2019-04-26", "SPXW", "2019-05-31", "put", "2800", "2.05,");
  const auto sorted = load(b + c + a + d + e), shuffled = load(e + a + d + b + c);
  REQUIRE(error_of(sorted) == "loaded");
  REQUIRE(error_of(shuffled) == "loaded");
  const Dataset& data = **sorted;
  REQUIRE(data.steps() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(data.step(i).snapshot.hash() == (*shuffled)->step(i).snapshot.hash());
    CHECK(data.step(i).instruments.hash() == (*shuffled)->step(i).instruments.hash());
    CHECK_FALSE(chain_defect(chain(data, i)));
  }
  const ChainSnapshot& first = chain(data, 0);
  CHECK(first.time.to_string() == "2019-04-25T20:00:00Z");
  CHECK(first.underlying_price == *Decimal::parse("2900.5"));
  CHECK(first.contract == std::vector<ContractId>{0, 1, 2});
  CHECK(first.group_settlement == std::vector<Settlement>{Settlement::am, Settlement::pm});
  CHECK(first.group_settles[0].to_string() == "2019-05-17T13:30:00Z");
  CHECK(first.group_settles[1].to_string() == "2019-05-31T20:00:00Z");
  const ChainSnapshot& second = chain(data, 1);
  CHECK(second.contract == std::vector<ContractId>{3, 2});
  CHECK(second.ask[1].is_none());
  CHECK(second.bid[1] == *Decimal::parse("2.05"));
  const auto& batch = data.step(1).instruments.get<InstrumentBatch>();
  CHECK(batch.first_id == 3);
  CHECK(batch.root.size() == 1);
  const QualityReport& q = data.quality();
  CHECK(q.contracts == 4);
  CHECK(q.lines == 5);
  CHECK(q.vanished == 2);
  CHECK(q.totals(true).one_sided == 1);
}

TEST_CASE("what is wrong with a file is said with place, value and remedy", "[data][dataset]") {
  const std::string good = row("2019-04-25", "SPXW", "2019-05-31", "put", "2800");
  const char* rows_hint = "\n  hint: correct the row, or set `broken_rows: drop` to leave such rows out";
  const char* quotes_hint =
      "\n  hint: correct the row, or set `broken_quotes: drop` to leave such rows out, `flag` to keep them without the "
      "price";
  const char* values_hint =
      "\n  hint: correct the row, or set `broken_values: drop` to leave such rows out, `flag` to keep them without the "
      "value";
  const auto with = [&](const char* text, const char* hint) { return std::string(text) + hint; };
  const std::pair<std::string, std::string> cases[] = {
      {row("2019-04-25", "SPXW", "2019-05-31", "put", "2750", "1.0,-0.05"),
       with("chain.csv:3 column ask: the ask is negative: -0.05", quotes_hint)},
      {row("2019-04-25", "SPXW", "2019-05-31", "put", "2750", "-1,0.05"),
       with("chain.csv:3 column bid: the bid is negative: -1", quotes_hint)},
      {row("2019-04-25", "SPXW", "2019-05-31", "put", "2750", "nan,0.05"),
       with("chain.csv:3 column bid: the bid is not a number: nan", quotes_hint)},
      {row("2019-04-25", "SPXW", "2019-05-31", "put", "2750", "1,0.0500001"),
       with("chain.csv:3 column ask: the ask has more than six decimals: 0.0500001", quotes_hint)},
      {row("2019-04-25", "SPXW", "2019-05-31", "put", "NaN"),
       with("chain.csv:3 column strike: the strike is not a number: NaN", rows_hint)},
      {row("2019-04-25", "SPXW", "2019-05-31", "put", "0"),
       with("chain.csv:3 column strike: the strike must be positive: 0", rows_hint)},
      {row("2019-04-25", "SPXW", "2019-05-32", "put", "2750"),
       with("chain.csv:3 column expiration: not a date (yyyy-mm-dd): 2019-05-32", rows_hint)},
      {row("04/25/2019", "SPXW", "2019-05-31", "put", "2750"),
       with("chain.csv:3 column session: not a date (yyyy-mm-dd): 04/25/2019", rows_hint)},
      {row("1999-04-26", "SPXW", "2019-05-31", "put", "2750"),
       with("chain.csv:3 column session: the date is outside the exchange calendar (2005-01-03 to 2099-12-31): "
            "1999-04-26",
            rows_hint)},
      {row("2019-04-25", "SPXW", "2019-05-31", "straddle", "2750"),
       with("chain.csv:3 column right: neither call nor put: straddle", rows_hint)},
      {row("2019-04-25", "", "2019-05-31", "put", "2750"),
       with("chain.csv:3 column root: not an option root of one to eight characters: (empty)", rows_hint)},
      {row("2019-04-25", "SPXW", "2019-05-31", "put", "2750", "1,2", "high,-0.3,0.001,5,10"),
       with("chain.csv:3 column iv: not a number: high", values_hint)},
      {row("2019-04-25", "SPXW", "2019-05-31", "put", "2750", "1,2", "0.2,-0.3,0.001,-5,10"),
       with("chain.csv:3 column volume: not a whole number from 0 to 2147483647: -5", values_hint)},
      {"2019-04-25,SPX\n", with("chain.csv:3: the row has 2 fields, the header 14", rows_hint)},
      {"2019-04-25,SPX,2901,SPXW,2019-05-31,put,2750,1,2,,,,,\n",
       "chain.csv:3: the price of the underlying is 2901.00 here and 2900.50 on line 2 of the same session\n  hint: a "
       "layout with one quote time needs one underlying price per session"},
      {"2019-04-25,NDX,2900.5,SPXW,2019-05-31,put,2750,1,2,,,,,\n",
       "chain.csv:3: the file holds more than one underlying: SPX and NDX\n  hint: choose one with `underlying`"},
  };
  for (const auto& [bad, message] : cases) {
    INFO(bad);
    CHECK(error_of(load(good + bad)) == message);
  }
  CHECK(error_of(load_csv_text("chain.csv", "", plain())) ==
        "chain.csv: the file is empty\n  hint: it needs a header line and rows of quotes");
  CHECK_THAT(error_of(load("")), Catch::Contains("chain.csv: no session is left to run on: 0 rows read"));
  CHECK_THAT(
      error_of(load_csv_text("chain.csv", "session,underlying,bid\n", plain())),
      Catch::Contains("chain.csv:1: missing column: root, expiration, right, strike, underlying_price, ask, iv"));
  CHECK_THAT(error_of(load_csv_text("chain.csv", "session,underlying,bid\n", plain())),
             Catch::Contains("the header has: session, underlying, bid"));
  LoadOptions none = plain();
  none.layout.columns.ask.clear();
  CHECK_THAT(error_of(load(good, none)), Catch::Contains("layout 'optix' is incomplete"));
  CHECK_THAT(error_of(load_csv("no/such.csv", plain())), Catch::Contains("no/such.csv: cannot be opened"));
}

TEST_CASE("a symbol that contradicts its row is refused", "[data][dataset]") {
  LoadOptions o;
  o.layout = *csv_layout_preset("cboe_historical");
  const std::string head =
      "underlying,underlying_last,exchange,optionroot,type,expiration,quotedate,strike,last,net,bid,ask,volume,"
      "openinterest,impliedvol,delta,gamma\n";
  const auto with = [&](const std::string& osi) {
    return load_csv_text("c.csv",
                         head + "SPX,2919.04,CBOE," + osi +
                             ",call,04/26/2019,04/25/2019,800.0,0.0,0.0,2109.9,2128.2,0,2,7.9432,0.9985,0.0\n",
                         o);
  };
  CHECK(error_of(with("SPXW190426C00800000")) == "loaded");
  CHECK(error_of(with("SPXW  190426C00800000")) == "loaded");
  for (const char* bad : {"SPXW190427C00800000", "SPXW190426P00800000", "SPXW190426C00801000", "190426C00800000",
                          "SPXW190426C0080000x", ""}) {
    INFO(bad);
    CHECK_THAT(error_of(with(bad)), Catch::Contains("c.csv:2 column optionroot: the symbol") &&
                                        Catch::Contains("does not agree with expiration 2019-04-26, call, strike 800"));
  }
  // Terms from the symbol alone.
  o.layout.columns.expiration = o.layout.columns.right = o.layout.columns.strike = "";
  const auto only = with("SPX190517C00800500");
  REQUIRE(error_of(only) == "loaded");
  CHECK(chain(**only, 0).strike[0] == *Decimal::parse("800.5"));
  CHECK(chain(**only, 0).group_settlement[0] == Settlement::am);
  CHECK_THAT(error_of(with("SPX190532C00800500")),
             Catch::Contains("c.csv:2 column optionroot: 'SPX190532C00800500' is not an option symbol"));
}

TEST_CASE("policies let defects pass and count them", "[data][dataset]") {
  const std::string good = row("2019-04-25", "SPXW", "2019-05-31", "put", "2800");
  const std::string bad = row("2019-04-25", "SPXW", "2019-05-31", "put", "2750", "1.0,-0.05") +
                          row("2019-04-25", "SPXW", "2019-05-31", "put", "NaN") +
                          row("2019-04-25", "SPXW", "2019-05-31", "put", "2751", "1,2", "?,-0.3,0.001,5,10") + good +
                          "x\n";
  LoadOptions o = plain();
  o.policy = {BrokenRow::drop, BrokenValue::flag, BrokenValue::drop, Duplicates::keep_first, ClosedSessions::drop};
  const auto data = load(good + bad, o);
  REQUIRE(error_of(data) == "loaded");
  const QualityReport& q = (*data)->quality();
  const auto count = [&](Defect d) { return q.defects[static_cast<std::size_t>(d)]; };
  CHECK(count(Defect::quote) == 1);
  CHECK(count(Defect::contract) == 1);
  CHECK(count(Defect::value) == 1);
  CHECK(count(Defect::duplicate) == 1);
  CHECK(count(Defect::field_count) == 1);
  CHECK(q.rows_skipped == 4);
  CHECK(q.examples.size() == 5);
  CHECK(q.examples[0].where == "chain.csv:3 column ask");
  const ChainSnapshot& c = chain(**data, 0);
  REQUIRE(c.rows() == 2);
  CHECK(c.ask[0].is_none());
  CHECK_THAT(to_text(q), Catch::Contains("bad quote                1") &&
                             Catch::Contains("chain.csv:3 column ask: the ask is negative: -0.05"));

  o.policy.duplicates = Duplicates::stop;
  CHECK_THAT(
      error_of(load(good + good, o)),
      Catch::Contains("chain.csv:3: the contract SPXW 2019-05-31 put 2800 is already on line 2 for this session"));
}

TEST_CASE("the calendar finds stale and missing sessions; filters apply", "[data][dataset]") {
  std::string rows;
  for (const char* session : {"2019-05-23", "2019-05-24", "2019-05-27", "2019-05-29"})
    for (const char* root : {"SPX", "SPXW"}) rows += row(session, root, "2019-06-21", "put", "2800");
  const auto data = load(rows);
  REQUIRE(error_of(data) == "loaded");
  const QualityReport& q = (*data)->quality();
  CHECK((*data)->steps() == 3);
  CHECK(q.sessions.size() == 4);
  CHECK(q.missing_sessions == std::vector<Date>{Date::from_civil(2019, 5, 28)});
  CHECK(q.sessions[2].use == SessionUse::dropped_closed);
  CHECK(q.sessions[2].closed_reason == "Memorial Day");
  CHECK(q.sessions[2].unchanged == 2);
  CHECK(q.totals(false).shared_keys == 4);
  CHECK(q.totals(true).shared_keys == 3);
  CHECK_THAT(to_text(q), Catch::Contains("2019-05-27 (Memorial Day), 100.0% of 2 quotes unchanged"));
  CHECK_THAT(to_json(q), Catch::Contains("\"missing_sessions\":[\"2019-05-28\"]"));

  LoadOptions o = plain();
  o.policy.closed = ClosedSessions::stop;
  CHECK_THAT(error_of(load(rows, o)),
             Catch::Contains("chain.csv:6: the exchange was closed on 2019-05-27 (Memorial Day)"));
  o.policy.closed = ClosedSessions::keep;
  CHECK((*load(rows, o))->steps() == 4);

  o = plain();
  o.first = Date::from_civil(2019, 5, 24);
  o.last = Date::from_civil(2019, 5, 24);
  o.roots = {"SPXW"};
  const auto one = load(rows, o);
  REQUIRE(error_of(one) == "loaded");
  CHECK((*one)->steps() == 1);
  CHECK((*one)->quality().filtered == 7);
  CHECK(chain(**one, 0).rows() == 1);
  o.roots = {"VIX"};
  CHECK_THAT(error_of(load(rows, o)), Catch::Contains("8 rows read, 8 outside the chosen dates, underlying or roots"));
}

TEST_CASE("quote times and half days", "[data][dataset]") {
  const std::string rows = row("2019-07-03", "SPXW", "2019-07-05", "put", "2800");
  const std::pair<const char*, const char*> cases[] = {
      {"close", "2019-07-03T17:00:00Z"}, {"index_close", "2019-07-03T17:15:00Z"}, {"12:45", "2019-07-03T16:45:00Z"}};
  for (const auto& [text, expected] : cases) {
    LoadOptions o = plain();
    o.layout.quote_time = *QuoteTime::parse(text);
    CHECK(o.layout.quote_time.to_string() == text);
    CHECK((*load(rows, o))->time(0).to_string() == expected);
  }
  for (const char* bad : {"", "open", "25:00", "12:60", "1:30", "ab:cd"}) CHECK_FALSE(QuoteTime::parse(bad));
}

TEST_CASE("a session with little volume is flagged, not dropped", "[data][dataset]") {
  std::string rows;
  int day = 20;
  for (const char* volume : {"100", "90", "10", "110", "95"})
    rows += row("2019-05-" + std::to_string(day++), "SPXW", "2019-06-21", "put", "2800", "1,2",
                std::string("0.2,-0.3,0.001,") + volume + ",10");
  const auto data = load(rows);
  REQUIRE(error_of(data) == "loaded");
  std::string flagged;
  for (const SessionQuality& s : (*data)->quality().sessions) flagged += s.low_volume ? s.session.to_string() : "";
  CHECK(flagged == "2019-05-22");
  CHECK((*data)->steps() == 5);
}
