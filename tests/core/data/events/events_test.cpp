#include <catch2/catch.hpp>
#include <random>

#include "core/data/events/event_table.hpp"
#include "core/data/events/event_text.hpp"
#include "core/data/events/joins.hpp"
#include "core/data/events/stock_csv.hpp"
#include "core/time/calendar.hpp"
#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

Symbol symbol(const char* name) { return *Symbol::from(name); }
Date date(const char* text) { return *Date::parse(text); }
Timestamp at(const char* text) { return *Timestamp::parse(text); }

template <class T>
std::string error_of(const Result<T>& r) {
  return r ? "fine" : r.error().to_string();
}

template <class Row>
EventTable<Row> table(const char* text) {
  auto r = events_from_csv<Row>("file.csv", text);
  INFO(error_of(r));
  REQUIRE(r.ok());
  return *r;
}

template <class Row>
std::string text_of(std::span<const Row> rows) {
  std::string out;
  for (const Row& row : rows) out += event_text(row) + "\n";
  return out;
}

}  // namespace

TEST_CASE("every kind of event is read from named columns; what is left out has the latest possible instant",
          "[data][events]") {
  const auto bars = table<Bar>(
      "session,underlying,open,high,low,close,volume\n2019-07-03,XYZ,10,11.5,9.75,11,1200\n2019-07-05,XYZ,11,11,11,11,"
      "\n");
  CHECK(text_of(bars.all()) ==
        "underlying=XYZ session=2019-07-03 begin=2019-07-03T13:30:00Z end=2019-07-03T17:00:00Z open=10.00 high=11.50 "
        "low=9.75 close=11.00 volume=1200 known_at=2019-07-03T17:00:00Z\n"
        "underlying=XYZ session=2019-07-05 begin=2019-07-05T13:30:00Z end=2019-07-05T20:00:00Z open=11.00 high=11.00 "
        "low=11.00 close=11.00 volume=0 known_at=2019-07-05T20:00:00Z\n");
  const auto minute = table<Bar>(
      "underlying,session,begin,end,open,high,low,close\nXYZ,2019-07-03,2019-07-03T13:30:00Z,2019-07-03T13:31:00Z,1,1,"
      "1,1\n");
  CHECK(minute.all()[0].known_at == at("2019-07-03T13:31:00Z"));
  // Declared: the close of that day. Not declared: the open of the ex-date.
  const auto dividends = table<Dividend>(
      "underlying,ex,amount,type,declared,pay\nXYZ,2019-05-08,0.5,,2019-04-20,2019-05-20\nXYZ,2019-08-08,0.52,special,,"
      "\n");
  CHECK(text_of(dividends.all()) ==
        "underlying=XYZ type=ordinary declared=2019-04-20 ex=2019-05-08 pay=2019-05-20 amount=0.50 "
        "known_at=2019-04-22T20:00:00Z\n"
        "underlying=XYZ type=special declared= ex=2019-08-08 pay= amount=0.52 known_at=2019-08-08T13:30:00Z\n");
  CHECK(table<Split>("underlying,ex,new_shares,old_shares\nXYZ,2020-08-31,4,1\n").all()[0].known_at ==
        at("2020-08-31T13:30:00Z"));
  CHECK(table<RateQuote>("curve,date,years,rate\nUSD,2019-07-03,0.25,0.0221\n").all()[0].known_at ==
        at("2019-07-05T13:30:00Z"));
  CHECK(
      table<Earnings>("underlying,period,date,time,known_at\nXYZ,2019Q2,2019-07-30,after_close,2019-07-01T12:00:00Z\n")
          .all()[0]
          .time == EarningsTime::after_close);
  CHECK(table<PublishedSettlement>("symbol,date,value\nSET,2019-06-21,2954.93\n").all()[0].known_at ==
        at("2019-06-21T20:00:00Z"));
}

TEST_CASE("columns may have other names, other separators, or one value for all", "[data][events]") {
  EventCsv layout;
  layout.delimiter = ';';
  layout.columns = {{"date", "Day"}, {"rate", "Yield"}, {"years", "T"}};
  layout.constants = {{"curve", "USD"}};
  const auto r = events_from_csv<RateQuote>("r.csv",
                                            "\xEF\xBB\xBF"
                                            "Day;T;Yield\n2019-07-03;1;0.02\n",
                                            layout);
  INFO(error_of(r));
  REQUIRE(r.ok());
  CHECK(r->all()[0].curve == symbol("USD"));
  layout.columns["yeers"] = "T";
  CHECK_THAT(error_of(events_from_csv<RateQuote>("r.csv", "Day;T;Yield\n", layout)),
             Catch::Contains("r.csv: rates have no column 'yeers'") && Catch::Contains("columns: curve, date, years"));
}

TEST_CASE("a bad file of events is refused with place, value and remedy", "[data][events]") {
  const std::pair<const char*, const char*> bars[] = {
      {"", "b.csv: the file is empty"},
      {"session,underlying\n", "b.csv:1: missing column: open, high, low, close"},
      {"session,underlying,open,high,low,close\n2019-07-04,X,1,1,1,1\n",
       "b.csv:2: the exchange was closed (Independence Day)"},
      {"session,underlying,open,high,low,close\n2019-07-03,X,1,1,1\n", "b.csv:2: the row has 5 fields, the header 6"},
      {"session,underlying,open,high,low,close\n2019-07-03,X,1,1,1,x\n",
       "b.csv:2 column close: not a number of at most six decimals: x"},
      {"session,underlying,open,high,low,close\n2019-07-03,X,1,1,1,\n", "b.csv:2 column close: close is empty"},
      {"session,underlying,open,high,low,close\n2019-07-03,X,2,1,1,1\n", "open or close lies outside low to high"},
      {"session,underlying,open,high,low,close\n2019-07-03,X,0,1,0,1\n", "a price is not positive"},
      {"session,underlying,open,high,low,close\n07/03/2019,X,1,1,1,1\n",
       "b.csv:2 column session: not a date (yyyy-mm-dd): 07/03/2019"},
      {"session,underlying,open,high,low,close\n1990-07-03,X,1,1,1,1\n", "outside the exchange calendar"},
      {"session,underlying,open,high,low,close,known_at\n2019-07-03,X,1,1,1,1,2019-07-03T16:00:00Z\n",
       "known_at is before the end of the bar"},
      {"session,underlying,open,high,low,close,known_at\n2019-07-03,X,1,1,1,1,2019-07-03\n",
       "b.csv:2 column known_at: not an instant (2019-04-25T20:00:00Z): 2019-07-03"},
      {"session,underlying,open,high,low,close\n2019-07-03,X,1,1,1,1\n2019-07-03,X,1,2,1,1\n",
       "two rows say different things about one event"},
  };
  for (const auto& [text, message] : bars) {
    INFO(text);
    CHECK_THAT(error_of(events_from_csv<Bar>("b.csv", text)), Catch::Contains(message));
  }
  CHECK_THAT(error_of(events_from_csv<Earnings>("e.csv", "underlying,period,date\nX,2019Q2,2019-07-30\n")),
             Catch::Contains("missing column: known_at"));
  CHECK_THAT(error_of(events_from_csv<RateQuote>("r.csv", "curve,date,years,rate\nUSD,2019-07-03,1,2.35\n")),
             Catch::Contains("r.csv:2: the rate must lie between -1 and 1: 0.05 is five per cent"));
  CHECK_THAT(error_of(events_from_csv<Dividend>("d.csv", "underlying,ex,amount\nX,2019-07-03,-1\n")),
             Catch::Contains("the amount is negative"));
  CHECK_THAT(error_of(events_from_csv<Split>("s.csv", "underlying,ex,new_shares,old_shares\nX,2019-07-03,1.5,1\n")),
             Catch::Contains("not a whole number: 1.5"));
  CHECK_THAT(error_of(events_from_csv<PublishedSettlement>("v.csv", "symbol,date,value\nSET,2019-06-21,0\n")),
             Catch::Contains("the value must be positive"));
  CHECK_THAT(error_of(events_from_csv_file<Bar>("no/such.csv")), Catch::Contains("no/such.csv"));
  // The same row twice is one row.
  CHECK(table<PublishedSettlement>("symbol,date,value\nSET,2019-06-21,5\nSET,2019-06-21,5\n").size() == 1);
}

TEST_CASE("no query returns a row that became known later, whatever is changed after the instant", "[data][events]") {
  // Random dividends with revisions: the answers at t are the same when all that became known after t
  // is replaced by something else.
  std::mt19937 random(7);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const Date start = date("2019-01-02");
  const auto row = [&] {
    Dividend d;
    d.underlying = symbol(pick(2) ? "AAA" : "BBB");
    d.ex = session_on_or_after(start + 20 * pick(12));
    d.amount = Decimal::from_raw(1000 * (1 + pick(500)));
    d.known_at = start.midnight_utc() + pick(300) * nanos_per_day + pick(86'400) * nanos_per_second;
    return d;
  };
  int compared = 0;
  for (int trial = 0; trial < 200; ++trial) {
    const Timestamp t = start.midnight_utc() + pick(300) * nanos_per_day;
    std::vector<Dividend> rows, poisoned;
    for (int i = 0; i < 60; ++i) {
      const Dividend d = row();
      rows.push_back(d);
      Dividend other = d.known_at <= t ? d : row();
      if (d.known_at > t && other.known_at <= t) other.known_at = t + (1 + i);
      poisoned.push_back(other);
    }
    const auto a = EventTable<Dividend>::from_rows(rows, "a"), b = EventTable<Dividend>::from_rows(poisoned, "b");
    if (!a || !b) continue;  // two rows of one instant that contradict each other
    REQUIRE(text_of(a->as_of(t)) == text_of(b->as_of(t)));
    for (const Dividend& d : a->as_of(t)) REQUIRE(d.known_at <= t);
    const EventTable<Split> none;
    for (const char* name : {"AAA", "BBB"}) {
      const auto x = a->current(symbol(name), t), y = b->current(symbol(name), t);
      REQUIRE(x.size() == y.size());
      for (std::size_t i = 0; i < x.size(); ++i) {
        REQUIRE(event_text(*x[i]) == event_text(*y[i]));
        REQUIRE(a->latest(x[i]->key(), t) == x[i]);
      }
      const auto p = dividends_at(*a, none, symbol(name), t), q = dividends_at(*b, none, symbol(name), t);
      REQUIRE(p.ok());
      REQUIRE(p->all().size() == q->all().size());
      for (std::size_t i = 0; i < p->all().size(); ++i) {
        REQUIRE(p->all()[i].years > 0);
        REQUIRE(p->all()[i].amount == q->all()[i].amount);
      }
      ++compared;
    }
  }
  CHECK(compared > 300);
}

TEST_CASE("joins give what pricing and settlement take, as known at the instant", "[data][events]") {
  const auto dividends = table<Dividend>(
      "underlying,ex,amount,known_at\nXYZ,2019-05-08,0.50,2019-04-20T20:00:00Z\nXYZ,2019-05-08,0.60,2019-05-01T20:00:"
      "00Z\nXYZ,2019-08-08,0.70,2019-07-20T20:00:00Z\nXYZ,2019-06-10,1,2019-04-20T20:00:00Z\nXYZ,2019-06-10,0,2019-05-"
      "02T20:00:00Z\n");
  const auto splits =
      table<Split>("underlying,ex,new_shares,old_shares,known_at\nXYZ,2019-05-20,2,1,2019-05-02T20:00:00Z\n");
  struct Case {
    const char* at;
    std::vector<double> amounts;
  };
  const Case cases[] = {
      {"2019-04-19T20:00:00Z", {}},       {"2019-04-20T20:00:00Z", {0.5, 1}},  // known from this instant on
      {"2019-05-01T20:00:00Z", {0.6, 1}},                                      // raised
      {"2019-05-02T20:00:00Z", {0.6}},                                         // the second one is withdrawn
      {"2019-05-08T13:30:00Z", {}},                                            // ex: the price is without it
      {"2019-07-20T20:00:00Z", {0.7}},
  };
  for (const Case& c : cases) {
    INFO(c.at);
    const auto schedule = dividends_at(dividends, splits, symbol("XYZ"), at(c.at));
    REQUIRE(schedule.ok());
    std::vector<double> amounts;
    for (const CashDividend& d : schedule->all()) amounts.push_back(d.amount);
    CHECK(amounts == c.amounts);
  }
  // Per share of today: 0.7 per share after a split of two for one that is known and still to come.
  const auto later = table<Dividend>("underlying,ex,amount,known_at\nXYZ,2019-06-08,0.70,2019-05-01T20:00:00Z\n");
  CHECK(dividends_at(later, splits, symbol("XYZ"), at("2019-05-03T20:00:00Z"))->all()[0].amount == 1.4);
  CHECK(dividends_at(later, splits, symbol("XYZ"), at("2019-05-01T20:00:00Z"))->all()[0].amount == 0.7);

  const auto rates = table<RateQuote>(
      "curve,date,years,rate\nUSD,2019-07-01,0.5,0.020\nUSD,2019-07-01,1,0.021\nUSD,2019-07-02,0.5,0.030\nUSD,2019-07-"
      "02,1,0.031\n");
  const Symbol usd = symbol("USD");
  CHECK(rate_curve_at(rates, usd, at("2019-07-02T20:00:00Z"))->zero_rate(1) == Approx(0.021));
  CHECK(rate_curve_at(rates, usd, at("2019-07-03T13:30:00Z"))->zero_rate(0.5) == Approx(0.030));
  CHECK_THAT(error_of(rate_curve_at(rates, usd, at("2019-07-01T20:00:00Z"))),
             Catch::Contains("no rate curve 'USD' is known at 2019-07-01T20:00:00Z"));
  CHECK_THAT(error_of(rate_curve_at(rates, usd, at("2019-07-20T20:00:00Z"))),
             Catch::Contains("is of 2019-07-02, 18 days before 2019-07-20"));

  const auto bars =
      table<Bar>("underlying,session,open,high,low,close\nXYZ,2019-07-02,10,10,10,10\nXYZ,2019-07-03,11,11,11,11\n");
  CHECK(last_bar(bars, symbol("XYZ"), at("2019-07-02T19:59:59Z")) == nullptr);
  CHECK(last_bar(bars, symbol("XYZ"), at("2019-07-02T20:00:00Z"))->close == Decimal::from_int(10));
  CHECK(last_bar(bars, symbol("XYZ"), at("2019-07-03T16:59:00Z"))->close == Decimal::from_int(10));
  CHECK(last_bar(bars, symbol("XYZ"), at("2019-09-03T00:00:00Z"))->close == Decimal::from_int(11));
  CHECK(last_bar(bars, symbol("ABC"), at("2019-09-03T00:00:00Z")) == nullptr);

  const auto values =
      table<PublishedSettlement>("symbol,date,value,known_at\nSET,2019-06-21,2954.93,2019-06-21T14:00:00Z\n");
  CHECK(*settlement_value_at(values, symbol("SET"), date("2019-06-21"), at("2019-06-21T14:00:00Z")) ==
        *Decimal::parse("2954.93"));
  CHECK_THAT(error_of(settlement_value_at(values, symbol("SET"), date("2019-06-21"), at("2019-06-21T13:30:00Z"))),
             Catch::Contains("SET 2019-06-21: the settlement value is not known yet"));
  CHECK_THAT(error_of(settlement_value_at(values, symbol("SET"), date("2019-07-19"), at("2019-07-21T13:30:00Z"))),
             Catch::Contains("SET 2019-07-19: there is no settlement value"));

  const auto earnings = table<Earnings>(
      "underlying,period,date,known_at\nXYZ,2019Q2,2019-07-30,2019-07-01T12:00:00Z\nXYZ,2019Q2,2019-07-31,2019-07-"
      "10T12:"
      "00:00Z\n");
  CHECK(next_earnings(earnings, symbol("XYZ"), at("2019-06-30T12:00:00Z")) == nullptr);
  CHECK(next_earnings(earnings, symbol("XYZ"), at("2019-07-05T12:00:00Z"))->date == date("2019-07-30"));
  CHECK(next_earnings(earnings, symbol("XYZ"), at("2019-07-30T12:00:00Z"))->date == date("2019-07-31"));
  CHECK(next_earnings(earnings, symbol("XYZ"), at("2019-08-02T12:00:00Z")) == nullptr);
}

TEST_CASE("a series that was adjusted for later splits is refused against strikes as traded", "[data][events]") {
  const auto splits = table<Split>("underlying,ex,new_shares,old_shares\nXYZ,2020-08-31,4,1\n");
  const char* head = "underlying,session,open,high,low,close\n";
  const auto traded =
      table<Bar>((std::string(head) + "XYZ,2020-08-28,500,500,499,499\nXYZ,2020-08-31,127,130,126,129\n").c_str());
  const auto adjusted =
      table<Bar>((std::string(head) + "XYZ,2020-08-28,125,125,124,124\nXYZ,2020-08-31,127,130,126,129\n").c_str());
  CHECK(check_as_traded(traded, splits).ok());
  const Status refused = check_as_traded(adjusted, splits);
  REQUIRE_FALSE(refused.ok());
  CHECK_THAT(refused.error().to_string(),
             Catch::Contains("XYZ 2020-08-31: the split of 4 for 1 does not show in the prices") &&
                 Catch::Contains("import prices as they were traded"));
  auto marked = traded;
  marked.notes["basis"] = "adjusted";
  CHECK_FALSE(check_as_traded(marked, splits).ok());
  ChainSnapshot chain;
  chain.underlying = symbol("XYZ");
  chain.session = date("2020-08-28");
  chain.time = session_close(chain.session);
  chain.underlying_price = Decimal::from_int(498);
  CHECK(check_against_chain(traded, chain).ok());
  CHECK_FALSE(check_against_chain(adjusted, chain).ok());
}

TEST_CASE("the stock file becomes bars, dividends and splits", "[data][events]") {
  if (!shared_file_exists("data/stocks_small.csv")) return;
  const auto stocks = stocks_from_tiingo_csv_file(shared_path("data/stocks_small.csv"));
  INFO(error_of(stocks));
  REQUIRE(stocks.ok());
  CHECK(stocks->bars.size() == 1056);
  CHECK(check_as_traded(stocks->bars, stocks->splits).ok());
  std::printf("stocks_small.csv: %zu bars, %zu dividends, %zu splits\n", stocks->bars.size(), stocks->dividends.size(),
              stocks->splits.size());
  const Bar* bar = last_bar(stocks->bars, symbol("VOO"), at("2017-01-04T21:00:00Z"));
  REQUIRE(bar);
  CHECK(bar->close == *Decimal::parse("207.96"));
  CHECK(bar->volume == 4'622'614);
  for (const Dividend& d : stocks->dividends.all()) CHECK(d.known_at == session_open(d.ex));

  const char* head = "symbol,date,close,high,low,open,volume,divCash,splitFactor\n";
  const auto split = stocks_from_tiingo_csv(
      "s.csv",
      std::string(head) + "X,2020-08-31,129,130,126,127,10,0.0,4.0\nX,2020-09-01,129,130,126,127,10,0.205,0.333333\n");
  INFO(error_of(split));
  REQUIRE(split.ok());
  CHECK(split->splits.all()[0].new_shares == 4);
  CHECK(split->splits.all()[1].old_shares == 3);
  CHECK(split->dividends.all()[0].amount == *Decimal::parse("0.205"));
  CHECK_THAT(error_of(stocks_from_tiingo_csv("s.csv", "symbol,date\n")),
             Catch::Contains("s.csv:1: missing column: open"));
  CHECK_THAT(error_of(stocks_from_tiingo_csv("s.csv", std::string(head) + "X,2020-08-31,129,130,126,127,10,0.0,0\n")),
             Catch::Contains("s.csv:2 column splitFactor: not a ratio of whole numbers"));
}
