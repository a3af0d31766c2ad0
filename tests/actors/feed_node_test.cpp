// Frame sequences against what the node must say. A script is one frame or pause per word:
//   d3 data frame 3 (chain)      x3 data frame 3 with a garbage body     h3 heartbeat after 3
//   s5/2 snapshot valid at 5 for a request after 2     sx5 garbage snapshot    e5 end after 5
//   +300 milliseconds pass       !  disconnected
// and so is what comes out: d3 (a chain), d3* (a chain marked stale), ?2 (request after 2), end,
// stale:REASON:expected-received, good.
#include "actors/feed_node.hpp"

#include <catch2/catch.hpp>

#include "actors/feed_image.hpp"
#include "messages/control.hpp"
#include "messages/market.hpp"

using namespace optix;

namespace {

// The chain of data frame `n`: told apart by the underlying's price. Frame 1 defines contract 0.
MessageRef message_of(std::uint64_t n) {
  if (n == 1) {
    InstrumentBatch batch;
    batch.root = {*Symbol::from("SIM")};
    batch.underlying = batch.root;
    batch.expiration = {Date{19'000}};
    batch.settles = {Timestamp{}};
    batch.strike = {Decimal::from_int(100)};
    batch.right = {Right::put};
    batch.settlement = {Settlement::pm};
    batch.exercise = {ExerciseStyle::european};
    batch.multiplier = {100};
    return make_message(std::move(batch));
  }
  ChainSnapshot chain;
  chain.underlying = *Symbol::from("SIM");
  chain.underlying_price = Decimal::from_int(static_cast<std::int64_t>(n));
  chain.group_root = {chain.underlying};
  chain.group_expiration = {Date{19'000}};
  chain.group_settles = {Timestamp{}};
  chain.group_right = {Right::put};
  chain.group_settlement = {Settlement::pm};
  chain.group_begin = {0, 1};
  chain.contract = {0};
  chain.strike = {Decimal::from_int(100)};
  chain.bid = chain.ask = {Decimal::from_int(1)};
  chain.iv = chain.delta = chain.gamma = {0.5};
  chain.volume = chain.open_interest = {0};
  return make_message(std::move(chain));
}

std::string encoded(const MessageRef& message) {
  Buffer buffer;
  message.encode(buffer);
  return std::string(buffer.view());
}

FeedFrame frame_of(const std::string& word) {
  FeedFrame frame;
  std::size_t used = 0;
  const auto number = [&](std::size_t from) { return word.size() > from ? std::stoull(word.substr(from), &used) : 0; };
  if (word[0] == 's') {
    frame.kind = FeedKind::snapshot;
    if (word[1] == 'x') {
      frame.sequence = number(2);
      frame.body = "garbage";
      return frame;
    }
    frame.sequence = number(1);
    FeedImage image{std::stoull(word.substr(word.find('/') + 1)), {}};
    if (image.after < 1) image.messages.push_back(message_of(1));
    if (frame.sequence > 1) image.messages.push_back(message_of(frame.sequence));
    encode_state(image, frame.body);
    return frame;
  }
  frame.sequence = number(1);
  switch (word[0]) {
    case 'h': frame.kind = FeedKind::heartbeat; return frame;
    case 'e': frame.kind = FeedKind::end; return frame;
    case '!': frame.kind = FeedKind::disconnected; return frame;
    default: break;
  }
  const MessageRef message = message_of(frame.sequence);
  frame.message = message.id();
  frame.body = word[0] == 'x' ? "garbage" : encoded(message);
  return frame;
}

// Runs a node by hand, its alarms included.
class Bench {
 public:
  explicit Bench(FeedRules rules) : node_(rules), rules_(rules) { give(InputPort::control, make_message(Start{})); }

  void play(const std::string& script) {
    std::istringstream in(script);
    for (std::string word; in >> word;) {
      if (word[0] == '+')
        pass(std::stoll(word.substr(1)) * 1'000'000);
      else
        give(FeedNode::wire_input, make_message(frame_of(word)));
      // What a restart from the saved state does must be what the original would have done.
      std::string saved;
      node_.save(saved);
      FeedNode again(rules_);
      again.load(saved);
      node_ = again;
    }
  }
  const std::string& said() const { return said_; }
  const FeedNodeState& state() const { return node_.state(); }

 private:
  void give(std::uint16_t input, const MessageRef& message) {
    Outbox out;
    Context context({++now_, 0}, 0, 1, 1, out);
    const WaveEvent event{input, 0, &message};
    node_.on_wave({{now_, 0}, {&event, 1}}, context);
    for (const Emission& emission : out) {
      if (emission.output == Emission::timer_output)
        alarms_.emplace(emission.at_ns, emission.message);
      else
        said_ += (said_.empty() ? "" : " ") + text_of(emission.message);
    }
  }
  void pass(std::int64_t ns) {
    const std::int64_t until = now_ + ns;
    while (!alarms_.empty() && alarms_.begin()->first <= until) {
      const auto alarm = *alarms_.begin();
      alarms_.erase(alarms_.begin());
      now_ = std::max(now_, alarm.first - 1);
      give(InputPort::timer, alarm.second);
    }
    now_ = until;
  }
  static std::string text_of(const MessageRef& message) {
    if (const auto* state = message.get_if<FeedState>())
      return !state->stale && state->reason == "recovered"
                 ? "good"
                 : std::string(state->stale ? "stale:" : "good:") + state->reason + ":" +
                       std::to_string(state->expected) + "-" + std::to_string(state->received);
    if (const auto* chain = message.get_if<ChainSnapshot>())
      return "d" + chain->underlying_price.to_string(0) + (chain->stale ? "*" : "");
    if (message.get_if<InstrumentBatch>()) return "d1";
    if (const auto* request = message.get_if<SnapshotRequest>()) return "?" + std::to_string(request->after);
    if (const auto* end = message.get_if<EndOfData>()) return "end:" + std::to_string(end->items);
    return "unexpected " + std::string(message.info().name);
  }

  FeedNode node_;
  FeedRules rules_;
  std::int64_t now_ = 0;
  std::multimap<std::int64_t, MessageRef> alarms_;
  std::string said_;
};

struct Case {
  const char* name;
  const char* script;
  const char* expected;
};

const Case cases[] = {
    {"in order", "d1 d2 d3 h3 d4 e4", "d1 d2 d3 d4 end:3"},
    {"a gap is healed from the snapshot and the kept frames", "d1 d2 d4 d5 s4/2 d6",
     "d1 d2 stale:gap:3-4 ?2 d4* d5* good d6"},
    {"frames up to the snapshot are dropped", "d1 d2 d4 d5 s5/2 d6", "d1 d2 stale:gap:3-4 ?2 d5* good d6"},
    {"a snapshot newer than the stream", "d1 d2 d4 s6/2 d5 d6 d7", "d1 d2 stale:gap:3-4 ?2 d6* good d7"},
    {"a loss that the snapshot covers is still found", "d1 d2 d4 s7/2 d6 h7 d8",
     "d1 d2 stale:gap:3-4 ?2 d7* good good:gap, covered:5-6 good:tail loss, covered:7-7 d8"},
    {"a loss that reaches beyond the snapshot", "d1 d2 d4 s5/2 d8 s8/5 d9",
     "d1 d2 stale:gap:3-4 ?2 d5* good stale:gap:5-8 ?5 d8* good d9"},
    {"tail loss shows in the heartbeat", "d1 d2 h3 s3/2 d4", "d1 d2 stale:tail loss:3-3 ?2 d3* good d4"},
    {"tail loss shows at the end", "d1 d2 e3 s3/2", "d1 d2 stale:tail loss:3-3 ?2 d3* good end:2"},
    {"joining late is a gap", "d3 d4 s4/0 d5", "stale:gap:1-3 ?0 d1 d4* good d5"},
    {"joining at a heartbeat is one too", "h3 s3/0 d4", "stale:tail loss:1-3 ?0 d1 d3* good d4"},
    {"duplicates are dropped", "d1 d2 d2 d1 d3 d3", "d1 d2 d3"},
    {"an overtaken frame is a gap, and a duplicate when it comes", "d1 d3 d2 s3/1 d4",
     "d1 stale:gap:2-3 ?1 d3* good d4"},
    {"a second gap during recovery, answered in one", "d1 d3 d5 s5/1 d6",
     "d1 stale:gap:2-3 ?1 stale:gap:4-5 d5* good d6"},
    {"a second gap that the first answer does not reach", "d1 d3 d5 s3/1 s5/3 d6",
     "d1 stale:gap:2-3 ?1 stale:gap:4-5 d3* ?3 d5* good d6"},
    {"a lost answer is asked for again", "d1 d3 h3 +260 h3 s3/1 d4", "d1 stale:gap:2-3 ?1 ?1 d3* good d4"},
    {"a late answer is ignored", "d1 d3 s3/1 s3/1 d4 s4/1 d5", "d1 stale:gap:2-3 ?1 d3* good d4 d5"},
    {"an answer that needs what we do not have is ignored", "d1 d3 s4/2 s4/1 d4 d5", "d1 stale:gap:2-3 ?1 d4* good d5"},
    {"a garbage body", "d1 x2 d3 s3/1 d4", "d1 stale:unreadable:2-2 ?1 d3* good d4"},
    {"a garbage body behind a gap", "d1 d3 x4 d5 s3/1 s5/3 d6",
     "d1 stale:gap:2-3 ?1 d3* stale:unreadable:4-4 ?3 d5* good d6"},
    {"a garbage answer", "d1 d3 sx3 +260 s3/1 d4", "d1 stale:gap:2-3 ?1 stale:unreadable snapshot:2-3 ?1 d3* good d4"},
    {"silence, and the next frame in order", "d1 d2 +1100 d3", "d1 d2 stale:silence:3-2 good d3"},
    {"silence, and a heartbeat", "d1 d2 +1100 h2 d3", "d1 d2 stale:silence:3-2 good d3"},
    {"silence, and a gap", "d1 +1100 d3 s3/1 d4", "d1 stale:silence:2-1 stale:gap:2-3 ?1 d3* good d4"},
    {"silence is said once", "d1 +5000 d2", "d1 stale:silence:2-1 good d2"},
    {"heartbeats are not silence", "d1 +900 h1 +900 h1 +900 d2", "d1 d2"},
    {"nobody there", "+1100", "stale:silence:1-0"},
    {"disconnected", "d1 ! d2", "d1 stale:disconnected:2-1 good d2"},
    {"disconnected with loss", "d1 ! d3 s3/1 d4", "d1 stale:disconnected:2-1 stale:gap:2-3 ?1 d3* good d4"},
    {"nothing after the end", "d1 d2 e2 d3 h9 ! +5000", "d1 d2 end:1"},
};

}  // namespace

TEST_CASE("what a feed node makes of frames", "[feed]") {
  for (const Case& c : cases) {
    Bench bench({});
    bench.play(c.script);
    INFO(c.name << ": " << c.script);
    CHECK(bench.said() == c.expected);
  }
}

TEST_CASE("a feed node counts what it drops", "[feed]") {
  Bench bench({.buffer_frames = 3});
  bench.play("d1 d1 d3 d4 d5 d6 d7 sx7 s5/1");
  // Three frames were kept, then given up for the fourth; the answer reaches 5, the rest is asked for.
  CHECK(bench.state().duplicates == 1);
  CHECK(bench.state().overflowed == 3);
  CHECK(bench.state().unreadable == 1);
  CHECK(bench.state().gaps == 1);
  CHECK(bench.state().applied == 7);
  CHECK_FALSE(bench.state().recovering);
}

TEST_CASE("a feed that ended without answering is given up", "[feed]") {
  Bench bench({.retry_ns = 1'000'000'000, .give_up_ns = 3'000'000'000});
  bench.play("d1 d2 e3 +10000");
  CHECK(bench.said() == "d1 d2 stale:tail loss:3-3 ?2 ?2 stale:silence:3-3 ?2 end:1");
}

TEST_CASE("a chain that shows undefined contracts is not forwarded", "[feed]") {
  Bench bench({});
  bench.play("d1");
  FeedNode fresh({});
  Outbox out;
  Context context({1, 0}, 0, 1, 1, out);
  FeedFrame frame = frame_of("d2");
  frame.sequence = 1;
  const MessageRef message = make_message(std::move(frame));
  const WaveEvent event{FeedNode::wire_input, 0, &message};
  fresh.on_wave({{1, 0}, {&event, 1}}, context);
  CHECK(fresh.state().unreadable == 1);
  for (const Emission& emission : out) CHECK_FALSE(emission.message.get_if<ChainSnapshot>());
}
