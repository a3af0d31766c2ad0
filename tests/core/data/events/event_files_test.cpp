#include <catch2/catch.hpp>
#include <filesystem>

#include "core/data/arrow/ipc.hpp"
#include "core/data/events/event_store.hpp"
#include "core/data/events/event_text.hpp"

using namespace optix;

namespace {

template <class Row>
EventTable<Row> table(const char* text) {
  auto r = events_from_csv<Row>("file.csv", text);
  REQUIRE(r.ok());
  return *r;
}

template <class Row>
std::string text_of(const EventTable<Row>& t) {
  std::string out;
  for (const Row& row : t.all()) out += event_text(row) + "\n";
  for (const auto& [key, value] : t.notes) out += key + "=" + value + "\n";
  return out;
}

EventStore sample() {
  EventStore s;
  s.bars = table<Bar>(
      "underlying,session,open,high,low,close,volume\nXYZ,2019-07-03,10,11.5,9.75,11,1200\nABC,2019-07-05,1,1,1,1,5\n");
  s.bars.notes["basis"] = "as traded";
  s.dividends = table<Dividend>(
      "underlying,ex,amount,type,declared,pay\nXYZ,2019-05-08,0.5,,2019-04-20,2019-05-20\nXYZ,2019-08-08,0.523456,"
      "special,,\n");
  s.splits = table<Split>("underlying,ex,new_shares,old_shares\nXYZ,2020-08-31,4,1\n");
  s.rates = table<RateQuote>("curve,date,years,rate\nUSD,2019-07-03,0.25,0.0221\nUSD,2019-07-03,1,-0.001\n");
  s.earnings = table<Earnings>(
      "underlying,period,date,time,known_at\nXYZ,2019Q2,2019-07-30,after_close,2019-07-01T12:00:00.5Z\n");
  s.settlements = table<PublishedSettlement>("symbol,date,value\nSET,2019-06-21,2954.93\n");
  return s;
}

template <class Row>
void check_round_trip(const EventTable<Row>& t) {
  INFO(Row::kind);
  const std::string bytes = events_to_arrow(t);
  CHECK(events_to_arrow(t) == bytes);
  const auto back = events_from_arrow<Row>("f.arrow", bytes);
  REQUIRE(back.ok());
  CHECK(text_of(*back) == text_of(t));
  CHECK(events_to_arrow(*back) == bytes);
}

}  // namespace

TEST_CASE("events are kept in Arrow files and come back the same", "[data][events]") {
  const EventStore s = sample();
  check_round_trip(s.bars);
  check_round_trip(s.dividends);
  check_round_trip(s.splits);
  check_round_trip(s.rates);
  check_round_trip(s.earnings);
  check_round_trip(s.settlements);
  check_round_trip(EventTable<Bar>{});

  const std::string bytes = events_to_arrow(s.dividends);
  CHECK_THAT(events_from_arrow<Bar>("f.arrow", bytes).error().to_string(),
             Catch::Contains("f.arrow: not a file of bars"));
  CHECK_FALSE(events_from_arrow<Dividend>("f.arrow", bytes.substr(0, bytes.size() / 2)).ok());
  CHECK_FALSE(events_from_arrow<Dividend>("f.arrow", "").ok());
  // A flipped byte never crashes; what it changes, a dataset's hashes find.
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::string broken = bytes;
    broken[i] = static_cast<char>(broken[i] ^ 0x55);
    static_cast<void>(events_from_arrow<Dividend>("f.arrow", broken));
  }
}

TEST_CASE("a dataset's folder keeps events beside the quotes", "[data][events][store]") {
  const auto folder = std::filesystem::temp_directory_path() / "optix_events_test";
  std::filesystem::remove_all(folder);
  const EventStore events = sample();
  {
    auto writer = DatasetWriter::open(folder.string(), {});
    REQUIRE(writer.ok());
    REQUIRE(put_events(**writer, events).ok());
    const auto manifest = (*writer)->commit({"events", "", 0}, {}, {});
    INFO((manifest ? std::string("fine") : manifest.error().to_string()));
    REQUIRE(manifest.ok());
    CHECK(manifest->events.size() == 6);
  }
  const auto opened = DatasetFolder::open(folder.string());
  REQUIRE(opened.ok());
  const auto back = load_events(**opened);
  REQUIRE(back.ok());
  CHECK(text_of(back->bars) == text_of(events.bars));
  CHECK(text_of(back->dividends) == text_of(events.dividends));
  CHECK(text_of(back->splits) == text_of(events.splits));
  CHECK(text_of(back->rates) == text_of(events.rates));
  CHECK(text_of(back->earnings) == text_of(events.earnings));
  CHECK(text_of(back->settlements) == text_of(events.settlements));
  // The same again is the same; another row is added; a contradiction is refused.
  const auto same = united(*back, events, "again");
  REQUIRE(same.ok());
  CHECK(text_of(same->dividends) == text_of(events.dividends));
  EventStore more;
  more.settlements = table<PublishedSettlement>("symbol,date,value\nSET,2019-07-19,3005.01\n");
  CHECK(united(*back, more, "more")->settlements.size() == 2);
  more.settlements = table<PublishedSettlement>("symbol,date,value\nSET,2019-06-21,3005.01\n");
  CHECK_FALSE(united(*back, more, "other").ok());
  std::filesystem::remove_all(folder);
}
