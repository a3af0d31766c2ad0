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
      }
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
