#include "core/data/corporate_actions/market_notices.hpp"

#include <catch2/catch.hpp>

#include "core/time/calendar.hpp"
#include "tests/support/memory_dataset.hpp"
#include "tests/support/random_chains.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

template <class Row>
EventTable<Row> table(std::vector<Row> rows) {
  return EventTable<Row>::from_rows(std::move(rows), "test").value();
}

Dividend dividend(const char* declared, const char* ex, const char* amount, const char* underlying = "AAA") {
  Dividend d;
  d.underlying = sym(underlying);
  if (*declared) d.declared = day(declared);
  d.ex = day(ex);
  d.amount = dec(amount);
  return d;
}

PublishedSettlement settlement(const char* symbol, const char* date, const char* value, const char* known_at = "") {
  PublishedSettlement s;
  s.symbol = sym(symbol);
  s.date = day(date);
  s.value = dec(value);
  if (*known_at) s.known_at = Timestamp::parse(known_at).value();
  return s;
}

RateQuote rate(const char* date, double years, double value, const char* known_at, const char* curve = "USD") {
  RateQuote r;
  r.curve = sym(curve);
  r.date = day(date);
  r.years = years;
  r.rate = value;
  r.known_at = Timestamp::parse(known_at).value();
  return r;
}

// One line a notice, "03-01T21:00 dividend AAA 2021-03-04 0.50".
std::string told(const MarketNotices& notices) {
  std::string out;
  for (std::size_t i = 0; i < notices.size(); ++i) {
    CHECK((i == 0 || notices.time(i - 1) <= notices.time(i)));
    out += notices.time(i).to_string().substr(5, 11);
    for (const MessageRef& message : notices.messages(i)) {
      if (const auto* d = message.get_if<DividendNotice>())
        out += std::string(" ") + (d->type == DividendType::special ? "special " : "dividend ") +
               d->underlying.to_string() + " " + d->ex.to_string().substr(5) + " " + d->amount.to_string();
      else if (const auto* s = message.get_if<SettlementPublished>())
        out += " " + s->symbol.to_string() + " " +
               (s->value.is_none() ? "to come" : s->date.to_string().substr(5) + " " + s->value.to_string());
      else if (const auto* r = message.get_if<RatesPublished>()) {
        out += " " + r->curve.to_string() + " " + r->date.to_string().substr(5);
        for (std::size_t p = 0; p < r->rate.size(); ++p)
          out += " " + std::to_string(r->years[p]).substr(0, 4) + ":" + std::to_string(r->rate[p]).substr(0, 5);
      } else {
        out += " " + std::string(message.info().name);
      }
    }
    out += "\n";
  }
  return out;
}

// 2021-03-01 to 05, a snapshot at the opening and one at the close, winter time: 14:30 and 21:00 UTC.
std::shared_ptr<const SnapshotSource> week() {
  RandomChains chains;
  chains.sessions = 5;
  chains.minutes = {0, 390};
  chains.expirations = 1;
  return DatasetSource::open(std::make_shared<MemoryStore>(chains.all()), {}).value();
}

}  // namespace

TEST_CASE("dividends are told when they are announced", "[data][corporate]") {
  EventStore events;
  events.dividends = table<Dividend>({
      dividend("2021-02-01", "2021-02-26", "0.1"),  // over
      dividend("2021-02-01", "2021-03-02", "0.2"),  // known before
      dividend("2021-02-02", "2021-03-02", "0.3"),  // and corrected
      dividend("2021-02-02", "2021-03-03", "0.4"),
      dividend("2021-02-03", "2021-03-03", "0"),  // withdrawn before the data begins
      dividend("2021-03-02", "2021-06-01", "0.5"),
      dividend("2021-03-03", "2021-06-01", "0"),  // withdrawn later
      dividend("", "2021-03-04", "0.6"),
      dividend("2021-03-05", "2021-06-02", "0.7"),
      dividend("2021-03-08", "2021-06-03", "0.8"),  // after the data
      dividend("2021-03-02", "2021-06-01", "9", "BBB"),
  });
  const auto notices = with_notices(week(), events, {sym("AAA")}).notices;
  REQUIRE(notices);
  CHECK(told(*notices) ==
        "03-01T14:30 dividend AAA 03-02 0.30\n"
        "03-02T21:00 dividend AAA 06-01 0.50\n"
        "03-03T21:00 dividend AAA 06-01 0.00\n"
        "03-04T14:30 dividend AAA 03-04 0.60\n"
        "03-05T21:00 dividend AAA 06-02 0.70\n");
}

TEST_CASE("settlement values are announced, then told", "[data][corporate]") {
  EventStore events;
  events.settlements = table<PublishedSettlement>({
      settlement("OLD", "2021-02-19", "1"),
      settlement("SET", "2021-02-19", "3900"),
      settlement("SET", "2021-03-05", "4000", "2021-03-05T15:10:00Z"),
      settlement("VRO", "2021-03-01", "20", "2021-03-01T14:30:00Z"),
      settlement("XYZ", "2021-03-05", "7", "2021-03-05T22:00:00Z"),  // after the last snapshot, the same day
      settlement("XYZ", "2021-03-08", "8"),
  });
  const auto notices = with_notices(week(), events, {sym("AAA")}).notices;
  REQUIRE(notices);
  CHECK(told(*notices) ==
        "03-01T14:30 OLD to come\n03-01T14:30 SET to come\n03-01T14:30 XYZ to come\n03-01T14:30 VRO 03-01 20.00\n"
        "03-05T15:10 SET 03-05 4000.00\n03-05T22:00 XYZ 03-05 7.00\n");
}

TEST_CASE("the newest curve of rates, and each newer one", "[data][corporate]") {
  EventStore events;
  const char* before = "2021-02-26T14:30:00Z";
  const char* older = "2021-02-25T14:30:00Z";
  const char* later = "2021-03-03T14:30:00Z";
  events.rates = table<RateQuote>({
      rate("2021-02-24", 0.25, 0.01, older),
      rate("2021-02-24", 1, 0.02, older),
      rate("2021-02-25", 0.25, 0.03, before),
      rate("2021-02-25", 1, 0.04, before),
      rate("2021-03-02", 0.25, 0.05, later),
      rate("2021-03-02", 1, 0.06, later),
      rate("2021-02-24", 1, 0.09, later),  // a correction of an old day
      rate("2021-03-02", 2, 0.5, later, "EUR"),
      rate("2021-03-02", 1, 0.07, "2021-03-04T14:30:00Z"),
      rate("2021-03-05", 1, 0.08, "2021-03-08T14:30:00Z"),
  });
  const auto notices = with_notices(week(), events, {}).notices;
  REQUIRE(notices);
  CHECK(told(*notices) ==
        "03-01T14:30 USD 02-25 0.25:0.030 1.00:0.040\n"
        "03-03T14:30 EUR 03-02 2.00:0.500\n"
        "03-03T14:30 USD 03-02 0.25:0.050 1.00:0.060\n"
        "03-04T14:30 USD 03-02 0.25:0.050 1.00:0.070\n");
}

TEST_CASE("at one instant announcements come before adjustments", "[data][corporate]") {
  EventStore events;
  Dividend special = dividend("", "2021-03-04", "2");
  special.type = DividendKind::special;
  Split split;
  split.underlying = sym("AAA");
  split.ex = day("2021-03-04");
  split.new_shares = 2;
  events.dividends = table<Dividend>({special});
  events.splits = table<Split>({split});
  events.settlements = table<PublishedSettlement>({settlement("SET", "2021-03-04", "1", "2021-03-04T14:30:00Z")});
  const auto notices = with_notices(week(), events, {sym("AAA")}).notices;
  REQUIRE(notices);
  CHECK(told(*notices) ==
        "03-01T14:30 SET to come\n03-04T14:30 special AAA 03-04 2.00\n03-04T14:30 SET 03-04 1.00\n"
        "03-04T14:30 market.instruments market.split market.adjusted\n"
        "03-04T14:30 market.instruments special AAA 03-04 2.00 market.adjusted\n");
}
