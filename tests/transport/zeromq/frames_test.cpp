#include "actors/transport/zeromq/frames.hpp"

#include <catch2/catch.hpp>

#include "actors/transport/zeromq/config_codec.hpp"
#include "core/sequencer/random.hpp"
#include "messages/all.hpp"

using namespace optix;
using namespace optix::zeromq;

namespace {

MessageRef price(std::int64_t raw) {
  UnderlyingPrice message;
  message.underlying = *Symbol::from("SPX");
  message.price = Decimal::from_raw(raw);
  return make_message(message);
}

MessageRef long_text(std::size_t size) {
  Stop stop;
  stop.reason.assign(size, 'r');
  return make_message(stop);
}

struct WaveSample {
  std::vector<MessageRef> messages;
  std::vector<WaveEvent> first, second;
  WaveTask a, b;
  Buffer bytes;
  WaveSample(std::vector<MessageRef> sent) : messages(std::move(sent)) {
    for (std::size_t i = 0; i < messages.size(); ++i) {
      first.push_back({static_cast<std::uint16_t>(i), 3, &messages[i]});
      second.push_back({2, 4, &messages[i]});
    }
    a.node = 5;
    b.node = 6;
    a.tag = b.tag = {77, 3};
    a.want_state_hash = b.want_state_hash = true;
    a.events = first;
    b.events = second;
    const WaveTask* tasks[] = {&a, &b};
    encode_wave(bytes, "east", 12, tasks, true);
  }
};

// One frame of every kind.
std::vector<std::string> samples() {
  std::vector<std::string> all;
  Buffer out;
  const auto keep = [&] { all.emplace_back(out.view()); };
  const FrameHeader head{FrameKind::bye, "east", 3, {44, 5}};
  encode_frame(out, head, HelloFrame{9});
  keep();
  ConfigFrame config{
      9, "run", 64, {{1, "book", "portfolio.book", "params", true, "state"}, {2, "m", "t", "", false, ""}}};
  encode_frame(out, head, config);
  keep();
  encode_frame(out, head, ReadyFrame{9});
  keep();
  all.emplace_back(WaveSample({price(1), price(2)}).bytes.view());
  WaveTask task;
  task.node = 5;
  task.state_hash = 99;
  task.out.push_back({1, 0, price(4)});
  task.out.push_back({Emission::timer_output, 1234, make_message(Timer{8})});
  const NodeState states[] = {{5, "bytes"}};
  encode_result(out, "east", 12, {&task, 1}, states);
  keep();
  encode_frame(out, head, ErrorFrame{"book", "went wrong"});
  keep();
  encode_frame(out, head, HeartbeatFrame{});
  keep();
  encode_frame(out, head, PongFrame{9, 3, 2});
  keep();
  encode_frame(out, head, ByeFrame{});
  keep();
  return all;
}

}  // namespace

TEST_CASE("frames of every kind keep their contents", "[zeromq][frames]") {
  const auto all = samples();
  REQUIRE(all.size() == 9);
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto frame = decode_frame(all[i]);
    INFO("kind " << i + 1 << (frame ? "" : ": " + frame.error().to_string()));
    REQUIRE(frame);
    CHECK(static_cast<std::size_t>(frame->header.kind) == i + 1);
    CHECK(frame->header.group == "east");
    if (i != 3 && i != 4) CHECK(frame->header.wave == 3);
    if (i != 3 && i != 4) CHECK(frame->header.tag == Tag{44, 5});
  }
  const auto config = decode_frame(all[1]);
  const auto& nodes = config->get_if<ConfigFrame>()->nodes;
  REQUIRE(nodes.size() == 2);
  CHECK(config->get_if<ConfigFrame>()->snapshot_wave == 64);
  CHECK(nodes[0].name == "book");
  CHECK(nodes[0].type == "portfolio.book");
  CHECK(nodes[0].params == "params");
  CHECK(nodes[0].has_state);
  CHECK(nodes[0].state == "state");
  CHECK_FALSE(nodes[1].has_state);
  const auto result = decode_frame(all[4]);
  const auto& tasks = result->get_if<ResultFrame>()->tasks;
  REQUIRE(tasks.size() == 1);
  CHECK(tasks[0].state_hash == 99);
  REQUIRE(tasks[0].out.size() == 2);
  CHECK(tasks[0].out[0].output == 1);
  CHECK(tasks[0].out[0].message.get<UnderlyingPrice>().price.raw() == 4);
  CHECK(tasks[0].out[1].output == Emission::timer_output);
  CHECK(tasks[0].out[1].at_ns == 1234);
  CHECK(result->get_if<ResultFrame>()->states[0].state == "bytes");
  CHECK(decode_frame(all[5])->get_if<ErrorFrame>()->text == "went wrong");
  CHECK(decode_frame(all[7])->get_if<PongFrame>()->done == 2);
}

TEST_CASE("a wave sends a shared body once", "[zeromq][frames]") {
  for (const std::size_t count : {1, 3, 16, 17, 200}) {
    std::vector<MessageRef> messages;
    for (std::size_t i = 0; i < count; ++i) messages.push_back(price(static_cast<std::int64_t>(i / 2)));  // equal pairs
    const WaveSample sample(messages);
    const auto frame = decode_frame(sample.bytes.view());
    INFO(count << " bodies");
    REQUIRE(frame);
    CHECK(frame->header.wave == 12);
    CHECK(frame->header.tag == Tag{77, 3});
    const WaveFrame& wave = *frame->get_if<WaveFrame>();
    CHECK(wave.want_state_hash);
    CHECK(wave.want_states);
    // Equal messages in different objects may be sent twice, the same object never.
    CHECK(wave.bodies.size() <= 2 * count);
    CHECK(wave.bodies.size() >= (count + 1) / 2);
    if (count <= 16) CHECK(wave.bodies.size() == count);
    REQUIRE(wave.tasks.size() == 2);
    REQUIRE(wave.tasks[0].events.size() == count);
    for (std::size_t i = 0; i < count; ++i) {
      CHECK(wave.tasks[0].events[i].input == i);
      CHECK(wave.bodies[wave.tasks[0].events[i].body].hash() == messages[i].hash());
      CHECK(wave.bodies[wave.tasks[1].events[i].body].hash() == messages[i].hash());
    }
  }
}

TEST_CASE("bodies of every header length survive", "[zeromq][frames]") {
  for (const std::size_t size : {0u, 200u, 240u, 255u, 300u, 65'000u, 65'530u, 65'536u, 70'000u, 1'000'000u}) {
    const WaveSample sample({long_text(size), price(1)});
    const auto frame = decode_frame(sample.bytes.view());
    INFO("text of " << size << (frame ? "" : ": " + frame.error().to_string()));
    REQUIRE(frame);
    CHECK(frame->get_if<WaveFrame>()->bodies[0].get<Stop>().reason.size() == size);
    CHECK(frame->get_if<WaveFrame>()->bodies[1].get<UnderlyingPrice>().price.raw() == 1);
  }
}

TEST_CASE("the content hash covers the answers and nothing else", "[zeromq][frames]") {
  const auto hash_of = [](std::int64_t raw, std::uint64_t state_hash, std::uint64_t wave, std::string_view state) {
    WaveTask task;
    task.state_hash = state_hash;
    task.out.push_back({0, 0, price(raw)});
    const NodeState states[] = {{0, state}};
    Buffer out;
    encode_result(out, "east", wave, {&task, 1}, states);
    return decode_frame(out.view())->get_if<ResultFrame>()->content_hash;
  };
  CHECK(hash_of(1, 2, 3, "a") == hash_of(1, 2, 4, "b"));
  CHECK(hash_of(1, 2, 3, "a") != hash_of(2, 2, 3, "a"));
  CHECK(hash_of(1, 2, 3, "a") != hash_of(1, 3, 3, "a"));
}

TEST_CASE("damaged frames are refused", "[zeromq][frames]") {
  for (const std::string& frame : samples()) {
    for (std::size_t size = 0; size < frame.size(); ++size) {
      INFO("cut to " << size << " of " << frame.size());
      CHECK_FALSE(decode_frame(std::string_view(frame).substr(0, size)));
    }
    CHECK_FALSE(decode_frame(frame + '\0'));
  }
  // Flipped bits: refused, or read as a different but well-formed frame; never a crash.
  const auto all = samples();
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    std::string frame = all[draw(1, 1, 3 * i) % all.size()];
    frame[draw(1, 1, 3 * i + 1) % frame.size()] ^= static_cast<char>(1u << draw(1, 1, 3 * i + 2) % 8);
    (void)decode_frame(frame);
  }
}

TEST_CASE("frames of another protocol or schema are refused with a reason", "[zeromq][frames]") {
  std::string frame = samples()[0];
  std::string other = frame;
  other[3] = 99;  // [0x98, 0xcd, hi, lo of the version, …
  const auto version = decode_frame(other);
  REQUIRE_FALSE(version);
  CHECK(version.error().what == "the peer speaks frame protocol 99, this program 1");
  other = frame;
  other[8] = static_cast<char>(other[8] ^ 1);
  const auto schema = decode_frame(other);
  REQUIRE_FALSE(schema);
  CHECK(schema.error().what.find("message definitions differ") != std::string::npos);
}

TEST_CASE("a forged count does not allocate", "[zeromq][frames]") {
  // The header of a wave frame, then an array that announces 16 million bodies.
  std::string frame(WaveSample({price(1)}).bytes.view());
  const std::size_t payload = frame.find(std::string("\x94\xc3\xc3", 3));
  REQUIRE(payload != std::string::npos);
  frame.resize(payload + 3);
  frame += std::string("\xdd\x00\xff\xff\xff", 5);
  const auto decoded = decode_frame(frame);
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().what.find("announced") != std::string::npos);
}

TEST_CASE("configuration travels with kinds, texts and places", "[zeromq][frames]") {
  const Value value = Value::map(
      {{"cash", Value::scalar("100000.00", {"run.yaml", 4, 9})},
       {"none", Value::null({"run.yaml", 5, 1})},
       {"legs", Value::list({Value::scalar("a"), Value::map({{"k", Value::list({})}})}, {"run.yaml", 6, 3})}},
      {"run.yaml", 3, 1});
  Buffer out;
  encode_value(out, value);
  const auto back = decode_value(out.view());
  REQUIRE(back);
  CHECK(back->at("cash").text() == "100000.00");
  CHECK(back->at("cash").where().to_string() == "run.yaml:4:9");
  CHECK(back->find("none")->is_null());
  CHECK(back->at("legs").items().size() == 2);
  CHECK(back->at("legs").items()[1].at("k").kind() == Value::Kind::list);
  for (std::size_t size = 0; size < out.size(); ++size) CHECK_FALSE(decode_value(out.view().substr(0, size)));

  Value deep = Value::scalar("x");
  for (int i = 0; i < 100; ++i) deep = Value::list({deep});
  out.clear();
  encode_value(out, deep);
  CHECK_FALSE(decode_value(out.view()));

  TopologyRun run;
  run.clock = ClockKind::wall;
  run.seed = ~0ull;
  run.end = Timestamp{-5};
  run.bounds = {1, 2, 3};
  run.caf_threads = 4;
  run.digest = DigestMode::events_states;
  out.clear();
  encode_run(out, run);
  const auto run_back = decode_run(out.view());
  REQUIRE(run_back);
  CHECK(run_back->clock == run.clock);
  CHECK(run_back->seed == run.seed);
  CHECK(run_back->start == run.start);
  CHECK(run_back->end == run.end);
  CHECK(run_back->bounds.queue_length == 3);
  CHECK(run_back->caf_threads == 4);
  CHECK(run_back->digest == run.digest);
}
