#include "messages/codec/state.hpp"

#include <catch2/catch.hpp>

#include "messages/all.hpp"
#include "tests/messages/support/random_message.hpp"

namespace optix {
namespace {

struct Holding {
  std::int32_t quantity = 0;
  Decimal cost;
  static constexpr auto fields() {
    return std::tuple(field("quantity", &Holding::quantity, ""), field("cost", &Holding::cost, ""));
  }
};

struct State {
  std::uint64_t counter = 0;
  bool open = false;
  double delta = 0;
  Decimal cash;
  Date session;
  Timestamp time;
  Symbol root;
  Right right = Right::call;
  std::string note;
  Holding one;
  std::vector<Holding> many;
  boost::container::small_vector<OrderLeg, 2> legs;
  std::vector<Decimal> curve;
  std::vector<std::string> names;
  std::vector<std::vector<double>> table;
  std::map<ContractId, Holding> held;
  std::map<Symbol, std::map<std::string, double>> nested;
  std::optional<Date> first;
  std::optional<std::string> absent;
  MessageRef last;
  MessageRef nothing;
  std::vector<MessageRef> queue;

  static constexpr auto fields() {
    using M = State;
    return std::tuple(field("counter", &M::counter, ""), field("open", &M::open, ""), field("delta", &M::delta, ""),
                      field("cash", &M::cash, ""), field("session", &M::session, ""), field("time", &M::time, ""),
                      field("root", &M::root, ""), field("right", &M::right, ""), field("note", &M::note, ""),
                      field("one", &M::one, ""), field("many", &M::many, ""), field("legs", &M::legs, ""),
                      field("curve", &M::curve, ""), field("names", &M::names, ""), field("table", &M::table, ""),
                      field("held", &M::held, ""), field("nested", &M::nested, ""), field("first", &M::first, ""),
                      field("absent", &M::absent, ""), field("last", &M::last, ""), field("nothing", &M::nothing, ""),
                      field("queue", &M::queue, ""));
  }
};
static_assert(table_is_complete<State>);

State example() {
  test::Prng prng(4);
  State s;
  s.counter = 7;
  s.open = true;
  s.delta = -0.2;
  s.cash = Decimal::from_int(100'000);
  s.session = {18011};
  s.time = {-5};
  s.root = Symbol::from("SPXW").value();
  s.right = Right::put;
  s.note = std::string(300, 'n');
  s.one = {3, Decimal::none()};
  s.many = {{1, {}}, {-2, Decimal::from_int(5)}};
  s.legs = {{1, 1}, {2, -1}, {3, 4}};
  s.curve = {Decimal::from_int(1), Decimal::none()};
  s.names = {"a", "", "b"};
  s.table = {{1.0}, {}, {2.0, 3.0}};
  s.held = {{9, {1, {}}}, {2, {2, {}}}};
  s.nested[Symbol::from("B").value()]["x"] = 1;
  s.nested[Symbol::from("A").value()]["y"] = 2;
  s.first = Date{4};
  s.last = make_message(test::random_value<ChainSnapshot>(prng));
  s.queue = {make_message(Timer{1}), MessageRef(), make_message(Start{{3}})};
  return s;
}

std::string encoded(const State& s) {
  std::string out;
  encode_state(s, out);
  return out;
}

TEST_CASE("node state comes back whole", "[messages][state]") {
  const State before = example();
  const std::string bytes = encoded(before);
  const State after = decode_state<State>(bytes);
  CHECK(encoded(after) == bytes);
  CHECK(after.note == before.note);
  CHECK(after.legs.size() == 3);
  CHECK(after.legs[2].quantity == 4);
  CHECK(after.names == before.names);
  CHECK(after.table == before.table);
  CHECK(after.held.at(9).quantity == 1);
  CHECK(after.nested == before.nested);
  CHECK(after.first == Date{4});
  CHECK_FALSE(after.absent.has_value());
  CHECK_FALSE(static_cast<bool>(after.nothing));
  REQUIRE(after.last.get_if<ChainSnapshot>() != nullptr);
  CHECK(after.last.hash() == before.last.hash());
  REQUIRE(after.queue.size() == 3);
  CHECK(after.queue[2].get<Start>().time.ns == 3);
}

TEST_CASE("state is appended, and equal states are equal bytes", "[messages][state]") {
  std::string out = "before";
  encode_state(Holding{1, {}}, out);
  CHECK(out.starts_with("before\x92"));
  State a, b;
  a.held[1] = {1, {}};
  a.held[2] = {2, {}};
  b.held[2] = {2, {}};
  b.held[1] = {1, {}};
  CHECK(encoded(a) == encoded(b));
}

TEST_CASE("damaged state is refused with its place, never half read", "[messages][state]") {
  const std::string bytes = encoded(example());
  for (std::size_t size = 0; size < bytes.size(); ++size)
    REQUIRE_THROWS_AS(decode_state<State>(bytes.substr(0, size)), std::runtime_error);
  CHECK_THROWS_AS(decode_state<State>(bytes + "x"), std::runtime_error);
  std::size_t refused = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int flip : {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      try {
        const State s = decode_state<State>(changed);
        if (encoded(s) != changed) FAIL("byte " << at << " xor " << flip << " came back differently");
      } catch (const std::runtime_error&) {
        ++refused;
      }
    }
  }
  CHECK(refused > 100);
}

struct OneMap {
  std::map<std::uint8_t, bool> m;
  static constexpr auto fields() { return std::tuple(field("m", &OneMap::m, "")); }
};
struct OneRef {
  MessageRef r;
  static constexpr auto fields() { return std::tuple(field("r", &OneRef::r, "")); }
};

TEST_CASE("maps out of order and references to nothing known are refused", "[messages][state]") {
  CHECK(decode_state<OneMap>("\x91\x92\x92\xcc\x01\xc3\x92\xcc\x02\xc2").m.size() == 2);
  using Catch::Matchers::Contains;
  CHECK_THROWS_WITH(decode_state<OneMap>("\x91\x92\x92\xcc\x02\xc3\x92\xcc\x01\xc2"),
                    Contains("node state field m at byte 10: map keys are not ascending"));
  CHECK_THROWS_WITH(decode_state<OneMap>("\x91\x92\x92\xcc\x02\xc3\x92\xcc\x02\xc2"),
                    Contains("map keys are not ascending"));
  CHECK_THROWS_WITH(decode_state<OneMap>("\x91\x92\x92\xcc\x01\xc3\x92\xcc\x02\x07"), Contains("field m[1]"));
  CHECK_THROWS_WITH(decode_state<OneRef>(std::string("\x91\x92\xcd\x00\x00\xc4\x01\x90", 8)),
                    Contains("bytes of a message that is not there"));
  CHECK_THROWS_WITH(decode_state<OneRef>(std::string("\x91\x92\xcd\x00\x09\xc4\x01\x90", 8)),
                    Contains("no message has the id 9"));
  CHECK_THROWS_WITH(decode_state<OneRef>(std::string("\x91\x92\xcd\x00\x03\xc4\x01\x90", 8)),
                    Contains("control.timer at byte 0: 0 fields instead of 1"));
}

}  // namespace
}  // namespace optix
