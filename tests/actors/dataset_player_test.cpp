#include "actors/dataset_player.hpp"

#include <catch2/catch.hpp>

#include "core/time/calendar.hpp"
#include "messages/feed.hpp"
#include "tests/support/memory_dataset.hpp"
#include "tests/support/random_chains.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

struct Alarm {
  Tag tag;
  std::uint64_t timer;
};

// Runs a player alone, every alarm at its instant, those of one instant in one wave.
class Played {
 public:
  explicit Played(DatasetPlayer& player) : player_(&player) {}

  void start() { wave({}, {make_message(Start{})}, InputPort::control); }
  bool ring() {
    if (alarms_.empty()) return false;
    Tag first = alarms_.front().tag;
    for (const Alarm& alarm : alarms_) first = std::min(first, alarm.tag);
    std::vector<MessageRef> due;
    std::vector<Alarm> rest;
    for (const Alarm& alarm : alarms_)
      if (alarm.tag == first)
        due.push_back(make_message(Timer{alarm.timer}));
      else
        rest.push_back(alarm);
    alarms_ = rest;
    wave(first, due, InputPort::timer);
    return true;
  }
  void run() {
    start();
    while (ring()) {}
  }
  void go_on_with(DatasetPlayer& other) {
    std::string bytes, again;
    player_->save(bytes);
    other.load(bytes);
    other.save(again);
    CHECK(bytes == again);
    player_ = &other;
  }
  std::string text;
  std::vector<ExpiryEvent> expiries;

 private:
  void wave(Tag at, const std::vector<MessageRef>& messages, std::uint16_t input) {
    std::vector<WaveEvent> events;
    for (const MessageRef& message : messages) events.push_back({input, 0, &message});
    Outbox out;
    Context context(at, 0, 0, 0, out);
    player_->on_wave({at, events}, context);
    std::string line;
    for (const Emission& e : out) {
      if (e.output == Emission::timer_output) {
        const Tag next = e.at_ns > at.time_ns ? Tag{e.at_ns, 0} : Tag{at.time_ns, at.round + 1};
        alarms_.push_back({next, e.message.get<Timer>().timer});
        continue;
      }
      line += " ";
      if (const auto* c = e.message.get_if<ChainSnapshot>())
        line += c->underlying.to_string();
      else if (const auto* b = e.message.get_if<InstrumentBatch>())
        line += "+" + b->underlying[0].to_string();
      else if (const auto* p = e.message.get_if<UnderlyingPrice>())
        line += "$" + p->underlying.to_string();
      else if (const auto* f = e.message.get_if<FeedState>())
        line += f->stale ? "(warm-up" : "warm)";
      else if (const auto* n = e.message.get_if<EndOfData>())
        line += "end" + std::to_string(n->items);
      else if (const auto* s = e.message.get_if<SessionEvent>())
        line += std::string(enum_name(s->phase)) + (s->early_close ? "/early" : "");
      else if (const auto* x = e.message.get_if<ExpiryEvent>()) {
        line += "expiry:" + x->root.to_string();
        expiries.push_back(*x);
      } else if (e.message.get_if<DividendNotice>() || e.message.get_if<SettlementPublished>() ||
                 e.message.get_if<RatesPublished>() || e.message.get_if<SplitNotice>() ||
                 e.message.get_if<ContractsAdjusted>())
        line += std::string(e.message.info().name.substr(7));
      const bool calendar = e.message.id() == SessionEvent::info.id || e.message.id() == ExpiryEvent::info.id;
      CHECK(e.output == (calendar ? 1 : 0));
    }
    if (!line.empty()) text += at.time().to_string().substr(5, 11) + line + "\n";
  }

  DatasetPlayer* player_;
  std::vector<Alarm> alarms_;
};

RandomChains week() {
  RandomChains chains;
  chains.underlyings = {"AAA", "BBB"};
  chains.first = day("2020-11-25");  // the Wednesday before Thanksgiving; Friday closes early
  chains.sessions = 2;
  chains.minutes = {0, 210};
  chains.expirations = 1;
  chains.strikes = 30;
  return chains;
}

std::shared_ptr<const DatasetSource> source_of(const RandomChains& chains, ReplayOptions options = {}) {
  return DatasetSource::open(std::make_shared<MemoryStore>(chains.all()), std::move(options)).value();
}

}  // namespace

TEST_CASE("several underlyings are sent together, each instant once", "[data][replay][player]") {
  DatasetPlayer player(source_of(week()));
  Played played(player);
  played.run();
  CHECK_THAT(played.text, Catch::StartsWith("11-25T14:30 +AAA $AAA AAA +BBB $BBB BBB\n11-25T18:00"));
  CHECK_THAT(played.text, Catch::EndsWith(" end8\n"));
  CHECK(std::count(played.text.begin(), played.text.end(), '\n') == 4);
}

TEST_CASE("a warm-up says when orders may be opened", "[data][replay][player]") {
  DatasetPlayer player(source_of(week(), {.warm_up = 1}));
  Played played(player);
  played.run();
  CHECK_THAT(played.text, Catch::StartsWith("11-25T14:30 (warm-up +AAA"));
  CHECK_THAT(played.text, Catch::Contains("11-27T14:30 warm) "));
}

TEST_CASE("the calendar's events come at the exchange's instants", "[data][replay][player]") {
  RandomChains chains = week();
  chains.underlyings = {"AAA"};
  chains.sessions = 3;  // 25th, 27th, 30th
  chains.minutes = {0, 60};
  DatasetPlayer player(source_of(chains), true);
  Played played(player);
  played.run();
  const auto without_definitions = [](std::string text) {
    for (std::size_t at; (at = text.find(" +AAA")) != std::string::npos;) text.erase(at, 5);
    return text;
  };
  CHECK(without_definitions(played.text) ==
        "11-25T14:30 open $AAA AAA\n11-25T15:30 $AAA AAA\n11-25T21:00 close\n"
        "11-27T14:30 open/early $AAA AAA\n11-27T15:30 $AAA AAA\n11-27T18:00 close/early\n"
        "11-30T14:30 open $AAA AAA\n11-30T15:30 $AAA AAA end6\n11-30T21:00 close\n");
  // Without the calendar nothing differs but its events.
  DatasetPlayer silent(source_of(chains));
  Played plain(silent);
  plain.run();
  CHECK(plain.text.find("open") == std::string::npos);
}

TEST_CASE("contracts expire once, after the market of that instant", "[data][replay][player]") {
  RandomChains chains;
  chains.sessions = 15;
  chains.expirations = 2;
  chains.minutes = {0, 390};
  DatasetPlayer player(source_of(chains), true);
  Played played(player);
  played.run();
  REQUIRE_FALSE(played.expiries.empty());
  const auto store = std::make_shared<MemoryStore>(chains.all());
  const InstrumentBatch& all = store->all_instruments(sym("AAA"));
  for (const ExpiryEvent& expiry : played.expiries) {
    CHECK(expiry.time == settlement_instant(expiry.expiration, expiry.settlement));
    std::uint32_t listed = 0;
    for (std::size_t i = 0; i < all.root.size(); ++i)
      listed += all.root[i] == expiry.root && all.expiration[i] == expiry.expiration;
    INFO(expiry.root.to_string() << " " << expiry.expiration.to_string());
    CHECK(expiry.contracts == listed);
  }
  CHECK_THAT(played.text, Catch::Contains("AAA expiry:AAAW close"));
  std::size_t pairs = 0;  // (root, expiration) with an expiration within the sessions played
  for (std::size_t i = 0; i < all.root.size(); ++i) {
    bool first = all.settles[i] <= session_close(day("2021-03-19"));
    for (std::size_t j = 0; j < i && first; ++j)
      first = all.root[i] != all.root[j] || all.expiration[i] != all.expiration[j];
    pairs += first;
  }
  CHECK(played.expiries.size() == pairs);
}

TEST_CASE("a player saved between any two alarms goes on exactly", "[data][replay][player]") {
  RandomChains chains = week();
  chains.sessions = 6;
  for (const bool calendar : {false, true}) {
    DatasetPlayer whole(source_of(chains, {.warm_up = 2}), calendar);
    Played expected(whole);
    expected.run();
    for (int stop = 0; stop < 30; ++stop) {
      DatasetPlayer first(source_of(chains, {.warm_up = 2}), calendar);
      DatasetPlayer second(source_of(chains, {.warm_up = 2}), calendar);
      Played played(first);
      played.start();
      for (int i = 0; i < stop; ++i) played.ring();
      played.go_on_with(second);
      while (played.ring()) {}
      INFO("saved after " << stop << " alarms");
      CHECK(played.text == expected.text);
    }
  }
}

namespace {

// A dividend known from the start, a settlement value at noon of the 25th, a split on the 27th, and a
// value after the last snapshot of the data.
NoticedSource noticed_week(RandomChains chains) {
  EventStore events;
  Dividend dividend;
  dividend.underlying = sym("AAA");
  dividend.declared = day("2020-11-02");
  dividend.ex = day("2020-12-15");
  dividend.amount = dec("0.5");
  events.dividends = EventTable<Dividend>::from_rows({dividend}, "test").value();
  Split split;
  split.underlying = sym("AAA");
  split.ex = day("2020-11-27");
  split.new_shares = 2;
  events.splits = EventTable<Split>::from_rows({split}, "test").value();
  std::vector<PublishedSettlement> values(2);
  values[0] = {sym("SET"), day("2020-11-25"), dec("3600"), Timestamp::parse("2020-11-25T17:00:00Z").value()};
  values[1] = {sym("SET"), day("2020-11-27"), dec("3610"), Timestamp::parse("2020-11-27T19:00:00Z").value()};
  events.settlements = EventTable<PublishedSettlement>::from_rows(values, "test").value();
  return with_notices(source_of(chains), events, {sym("AAA"), sym("BBB")});
}

}  // namespace

TEST_CASE("notices are sent when they are due, before the data of their instant", "[data][replay][player]") {
  RandomChains chains = week();
  chains.underlyings = {"AAA"};
  const auto play = [&](bool calendar) {
    NoticedSource data = noticed_week(chains);
    DatasetPlayer player(data.source, calendar, data.notices);
    Played played(player);
    played.run();
    return played.text;
  };
  CHECK(play(false) ==
        "11-25T14:30 dividend settlement +AAA $AAA AAA\n11-25T17:00 settlement\n11-25T18:00 +AAA $AAA AAA\n"
        "11-27T14:30 +AAA split adjusted +AAA $AAA AAA\n11-27T18:00 $AAA AAA\n11-27T19:00 settlement end4\n");
  CHECK(play(true) ==
        "11-25T14:30 open dividend settlement +AAA $AAA AAA\n11-25T17:00 settlement\n11-25T18:00 +AAA $AAA AAA\n"
        "11-25T21:00 close\n11-27T14:30 open/early +AAA split adjusted +AAA $AAA AAA\n"
        "11-27T18:00 $AAA AAA close/early\n11-27T19:00 settlement end4\n");
}

TEST_CASE("a player that was saved between notices goes on with them", "[data][replay][player]") {
  RandomChains chains = week();
  for (const bool calendar : {false, true}) {
    NoticedSource data = noticed_week(chains);
    DatasetPlayer whole(data.source, calendar, data.notices);
    Played expected(whole);
    expected.run();
    for (int rings = 1; rings < 8; ++rings) {
      INFO("saved after " << rings << " alarms");
      NoticedSource again = noticed_week(chains);
      DatasetPlayer first(data.source, calendar, data.notices), second(again.source, calendar, again.notices);
      Played played(first);
      played.start();
      for (int i = 0; i < rings; ++i) played.ring();
      played.go_on_with(second);
      while (played.ring()) {}
      CHECK(played.text == expected.text);
    }
  }
}
