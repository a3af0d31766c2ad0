// The canonical binary form: what is written, what is read back, what is refused.
#include "messages/codec/msgpack.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <map>
#include <msgpack.hpp>

#include "messages/all.hpp"
#include "tests/messages/support/random_message.hpp"

namespace optix {
namespace {

using test::Prng;

std::string bytes_of(const MessageRef& ref) {
  Buffer buffer;
  ref.encode(buffer);
  return std::string(buffer.view());
}

// Whether msgpack-c, reading the bytes on its own, sees the value.
template <class T>
bool agrees(const msgpack::object& o, const T& value) {
  if constexpr (codec::Integer<T>) {
    if constexpr (std::signed_integral<T>)
      if (value < 0) return o.type == msgpack::type::NEGATIVE_INTEGER && o.via.i64 == value;
    return o.type == msgpack::type::POSITIVE_INTEGER && o.via.u64 == static_cast<std::uint64_t>(value);
  } else if constexpr (std::same_as<T, bool>) {
    return o.type == msgpack::type::BOOLEAN && o.via.boolean == value;
  } else if constexpr (std::same_as<T, double>) {
    return o.type == msgpack::type::FLOAT64 && test::same(o.via.f64, value);
  } else if constexpr (std::same_as<T, Decimal>) {
    return agrees(o, value.raw());
  } else if constexpr (std::same_as<T, Timestamp>) {
    return agrees(o, value.ns);
  } else if constexpr (std::same_as<T, Date>) {
    return agrees(o, value.days);
  } else if constexpr (NamedEnum<T>) {
    return agrees(o, static_cast<std::uint8_t>(value));
  } else if constexpr (std::same_as<T, Symbol>) {
    return o.type == msgpack::type::BIN && o.via.bin.size == 8 &&
           std::memcmp(o.via.bin.ptr, value.chars.data(), 8) == 0;
  } else if constexpr (std::same_as<T, std::string>) {
    return o.type == msgpack::type::STR && std::string_view(o.via.str.ptr, o.via.str.size) == value;
  } else if constexpr (codec::Column<T>) {
    const std::size_t size = value.size() * sizeof(typename T::value_type);
    return o.type == msgpack::type::BIN && o.via.bin.size == size &&
           (size == 0 || std::memcmp(o.via.bin.ptr, value.data(), size) == 0);
  } else if constexpr (codec::Rows<T>) {
    if (o.type != msgpack::type::ARRAY || o.via.array.size != value.size()) return false;
    for (std::size_t i = 0; i < value.size(); ++i)
      if (!agrees(o.via.array.ptr[i], value[i])) return false;
    return true;
  } else {
    if (o.type != msgpack::type::ARRAY || o.via.array.size != field_count<T>) return false;
    std::size_t i = 0;
    bool all = true;
    for_each_field<T>([&](const auto& row) { all = agrees(o.via.array.ptr[i++], value.*row.member) && all; });
    return all;
  }
}

TEST_CASE("every message comes back from its bytes, field by field", "[messages][codec]") {
  for_each_message(AllMessages{}, [&]<class M>() {
    Prng prng(M::info.id);
    for (int i = 0; i < 300; ++i) {
      const M message = test::random_value<M>(prng);
      const MessageRef ref = make_message(M(message));
      const std::string bytes = bytes_of(ref);
      INFO(M::info.name << " #" << i << "\n" << test::hex(std::string_view(bytes).substr(0, 400)));
      auto back = decode_message(M::info.id, bytes.data(), bytes.size());
      if (!back) FAIL(back.error().to_string());
      REQUIRE((*back).template get_if<M>() != nullptr);
      REQUIRE(test::same((*back).template get<M>(), message));
      REQUIRE(bytes_of(*back) == bytes);
      REQUIRE(back->hash() == ref.hash());
      if (bytes.size() < 20'000) {
        const msgpack::object_handle handle = msgpack::unpack(bytes.data(), bytes.size());
        REQUIRE(agrees(handle.get(), message));
      }
    }
  });
}

TEST_CASE("bytes are the documented ones", "[messages][codec]") {
  OrderRequest order;
  order.order = 0x0102030405060708;
  order.intent = OrderIntent::close;
  order.limit = Decimal::parse("-1.5").value();
  order.max_loss = Decimal::none();
  order.legs = {{7, -1}};
  CHECK(test::hex(bytes_of(make_message(order))) ==
        "9f"
        "cf0102030405060708"
        "cf0000000000000000"
        "cc01"
        "cc00"
        "cc00"
        "cc00"
        "d3ffffffffffe91ca0"
        "d38000000000000000"
        "91"
        "93"
        "ce00000007"
        "d2ffffffff"
        "c4080000000000000000"
        "d38000000000000000"
        "d38000000000000000"
        "cc00"
        "cc00"
        "cf0000000000000000"
        "cf0000000000000000");
  UnderlyingPrice price{Symbol::from("SPX").value(), {1}, {-1}, Decimal::from_raw(2)};
  CHECK(test::hex(bytes_of(make_message(price))) ==
        "94"
        "c408"
        "5350580000000000"
        "d30000000000000001"
        "d2ffffffff"
        "d30000000000000002");
  MetricValue metric;
  metric.name = "a";
  metric.value = -0.0;  // keeps its sign, and is no integer
  CHECK(test::hex(bytes_of(make_message(metric)))
            .starts_with("97"
                         "a161"
                         "c2"
                         "cb8000000000000000"));
}

TEST_CASE("every NaN is the same NaN", "[messages][codec]") {
  for (const std::uint64_t bits :
       {0x7ff8000000000000u, 0xfff8000000000000u, 0x7ff0000000000001u, 0xffffffffffffffffu}) {
    MetricValue metric;
    metric.value = std::bit_cast<double>(std::uint64_t{bits});
    std::string bytes = bytes_of(make_message(metric));
    CHECK(test::hex(bytes).substr(8, 16) == "7ff8000000000000");
    for (int i = 0; i < 8; ++i) bytes[static_cast<std::size_t>(4 + i)] = static_cast<char>(bits >> (56 - 8 * i));
    CHECK(decode_message(MetricValue::info.id, bytes.data(), bytes.size()).ok() == (bits == codec::canonical_nan));
  }
}

TEST_CASE("a message cut off anywhere is refused, and so is one with bytes after it", "[messages][codec]") {
  for_each_message(AllMessages{}, [&]<class M>() {
    Prng prng(77);
    const std::string bytes = bytes_of(make_message(test::random_value<M>(prng)));
    const std::size_t step = bytes.size() > 5000 ? 37 : 1;
    for (std::size_t size = 0; size < bytes.size(); size += step) {
      // A copy of its own, so that a sanitizer sees a read past the end.
      const std::string cut = bytes.substr(0, size);
      const auto result = decode_message(M::info.id, std::vector<char>(cut.begin(), cut.end()).data(), cut.size());
      INFO(M::info.name << " cut to " << size << " of " << bytes.size());
      REQUIRE_FALSE(result.ok());
      REQUIRE(result.error().where.starts_with(M::info.name));
    }
    const std::string longer = bytes + '\0';
    const auto result = decode_message(M::info.id, longer.data(), longer.size());
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().what == "1 bytes follow the last field");
  });
}

TEST_CASE("any changed byte is refused or is another value's own form", "[messages][codec]") {
  std::size_t accepted = 0, refused = 0;
  for_each_message(AllMessages{}, [&]<class M>() {
    Prng prng(5);
    std::string bytes;
    do bytes = bytes_of(make_message(test::random_value<M>(prng)));
    while (bytes.size() > 500);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      for (int flip = 1; flip < 256; ++flip) {
        std::string changed = bytes;
        changed[at] = static_cast<char>(changed[at] ^ flip);
        const auto result = decode_message(M::info.id, changed.data(), changed.size());
        result.ok() ? ++accepted : ++refused;
        if (result.ok() && bytes_of(*result) != changed)
          FAIL(M::info.name << " byte " << at << " xor " << flip << ": " << test::hex(changed) << " came back as "
                            << test::hex(bytes_of(*result)));
      }
    }
  });
  CHECK(accepted > 1000);
  CHECK(refused > 1000);
}

struct Refused {
  MessageId id;
  const char* bytes;
  const char* where;
  const char* what;
};

std::string unhex(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    out += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  return out;
}

TEST_CASE("other spellings, forged sizes and impossible values are refused by name and place", "[messages][codec]") {
  const Refused cases[] = {
      {99, "90", "", "no message has the id 99"},
      {65535, "90", "", "no message has the id 65535"},
      {0, "90", "", "no message has the id 0"},
      {4, "", "control.end_of_data at byte 0", "cut off: expected an array"},
      {4, "90", "control.end_of_data at byte 0", "0 fields instead of 1"},
      {4, "92cf0000000000000001c0", "control.end_of_data at byte 0", "2 fields instead of 1"},
      {4, "81cf0000000000000001", "control.end_of_data at byte 0",
       "expected an array, found a value that starts with 0x81 and has 10 bytes left"},
      {4, "dc0001cf0000000000000001", "control.end_of_data at byte 0", "a length is not in its shortest form"},
      {4, "dd00000001cf0000000000000001", "control.end_of_data at byte 0", "a length is not in its shortest form"},
      {4, "dc", "control.end_of_data at byte 0", "expected an array"},
      {4, "9101", "control.end_of_data field items at byte 1", "expected an unsigned 64-bit integer"},
      {4, "91ce00000001", "control.end_of_data field items at byte 1", "expected an unsigned 64-bit integer"},
      {4, "91d30000000000000001", "control.end_of_data field items at byte 1", "expected an unsigned 64-bit integer"},
      {52, "94c0", "feed.state at byte 0", "cut off: 4 elements announced, 1 bytes left"},
      {52, "94c3cf0000000000000000cf0000000000000000d90161", "feed.state field reason at byte 20",
       "a length is not in its shortest form"},
      {52, "94c3cf0000000000000000cf0000000000000000da000161", "feed.state field reason at byte 20",
       "a length is not in its shortest form"},
      {52, "94c3cf0000000000000000cf0000000000000000db0000000161", "feed.state field reason at byte 20",
       "a length is not in its shortest form"},
      {52, "94c3cf0000000000000000cf0000000000000000dbffffffff61", "feed.state field reason at byte 25",
       "4294967295 bytes exceed the limit of 1048576"},
      {52, "94c3cf0000000000000000cf0000000000000000db0010000061", "feed.state field reason at byte 25",
       "cut off: 1048576 bytes announced, 1 left"},
      {52, "9401cf0000000000000000cf0000000000000000a0", "feed.state field stale at byte 1", "expected a boolean"},
      {12, "94c40753505800000000d30000000000000001d2ffffffffd30000000000000002", "market.underlying field underlying",
       "a symbol of 7 bytes instead of 8"},
      {12, "94c4085350580000000041d30000000000000001d2ffffffffd30000000000000002", "market.underlying field underlying",
       "a symbol has bytes after its end"},
      {12,
       "94c5000853505800000000"
       "00d30000000000000001d2ffffffffd30000000000000002",
       "market.underlying field underlying", "a length is not in its shortest form"},
      {20, "9fcf0000000000000000cf0000000000000000cc02cc00cc00cc00d30000000000000000d3000000000000000090",
       "orders.request field intent", "enumeration value 2 is not in 0…1"},
      {20, "9fcf0000000000000000cf0000000000000000cc00cc00cc00cc00d30000000000000000d30000000000000000ddffffffff",
       "orders.request field legs", "4294967295 elements exceed the limit of 64"},
      {20, "9fcf0000000000000000cf0000000000000000cc00cc00cc00cc00d30000000000000000d30000000000000000dc0040",
       "orders.request field legs", "cut off: 64 elements announced, 0 bytes left"},
      {20,
       "9fcf0000000000000000cf0000000000000000cc00cc00cc00cc00d30000000000000000d300000000000000009193ce00000000ce00000"
       "000c4080000000000000000",
       "orders.request field legs[0].quantity", "expected a signed 32-bit integer"},
      {20,
       "9fcf0000000000000000cf0000000000000000cc00cc00cc00cc00d30000000000000000d3000000000000000091"
       "91ce00000000d20000000000000000000000000000",
       "orders.request field legs[0]", "1 fields instead of 3"},
      {10, "9ace00000000c401ffc400c400c400c400", "market.instruments field root",
       "a column does not end with a whole value"},
      {10, "9ace00000000c6ffffffff00000000000000", "market.instruments field root",
       "4294967295 bytes exceed the limit of 134217728"},
  };
  for (const Refused& c : cases) {
    INFO(c.id << " " << c.bytes);
    const std::string bytes = unhex(c.bytes);
    const auto result = decode_message(c.id, bytes.data(), bytes.size());
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().where.substr(0, std::strlen(c.where)) == c.where);
    CHECK(result.error().what.substr(0, std::strlen(c.what)) == c.what);
  }
}

TEST_CASE("what exceeds a limit is not written either, and the buffer keeps what it had", "[messages][codec]") {
  Buffer buffer;
  make_message(Timer{1}).encode(buffer);
  const std::string before(buffer.view());
  OrderRequest order;
  order.legs.resize(65);
  CHECK_THROWS_AS(make_message(order).encode(buffer), std::length_error);
  FeedState state;
  state.reason.resize((1 << 20) + 1);
  CHECK_THROWS_WITH(make_message(state).encode(buffer), "cannot encode a text of 1048577: the limit is 1048576");
  CHECK(buffer.view() == before);
  FeedFrame frame;
  frame.body.resize((1 << 20) + 1);
  make_message(frame).encode(buffer);
  const auto back = decode_message(FeedFrame::info.id, buffer.data() + before.size(), buffer.size() - before.size());
  REQUIRE(back.ok());
  CHECK(back->get<FeedFrame>().body == frame.body);
}

}  // namespace
}  // namespace optix
