#include <catch2/catch.hpp>
#include <set>
#include <thread>

#include "messages/all.hpp"
#include "messages/codec/buffer.hpp"
#include "messages/codec/hash.hpp"
#include "messages/ref.hpp"
#include "tests/messages/support/random_message.hpp"

namespace optix {
namespace {

TEST_CASE("every message is known by its id, and nothing else is", "[messages][registry]") {
  std::set<MessageId> ids;
  for_each_message(AllMessages{}, [&]<class M>() {
    ids.insert(M::info.id);
    REQUIRE(message_info(M::info.id) != nullptr);
    CHECK(message_info(M::info.id)->name == M::info.name);
    CHECK(make_message(M{}).id() == M::info.id);
  });
  for (unsigned id = 0; id <= 0xffff; ++id)
    if (ids.count(static_cast<MessageId>(id)) == 0) REQUIRE(message_info(static_cast<MessageId>(id)) == nullptr);
}

TEST_CASE("the hash of a message is the hash of its bytes, however it was obtained", "[messages][registry]") {
  test::Prng prng(1);
  for_each_message(AllMessages{}, [&]<class M>() {
    const M message = test::random_value<M>(prng);
    const MessageRef a = make_message(M(message)), b = make_message(M(message));
    Buffer buffer;
    a.encode(buffer);
    CHECK_FALSE(a.hash_known());
    CHECK(a.hash() == hash_bytes(buffer.view()));
    CHECK(a.hash_known());
    CHECK(b.hash_of_encoded(buffer.data(), buffer.size()) == a.hash());
    CHECK(b.hash() == a.hash());
    CHECK(a.hash() != 0);
  });
  CHECK(make_message(Timer{1}).hash() != make_message(Timer{2}).hash());
  CHECK(schema_hash() == schema_hash());
  CHECK(schema_hash() != 0);
}

TEST_CASE("a message larger than the kept buffer hashes like any other", "[messages][registry]") {
  FeedFrame frame;
  frame.body.assign(std::size_t{6} << 20, 'x');
  const MessageRef ref = make_message(frame);
  Buffer buffer;
  ref.encode(buffer);
  CHECK(ref.hash() == hash_bytes(buffer.view()));
  CHECK(make_message(Timer{1}).hash() == make_message(Timer{1}).hash());
}

TEST_CASE("references share one message and count themselves", "[messages][ref]") {
  const MessageRef first = make_message(Timer{7});
  MessageRef copy = first;
  CHECK(copy.same_object(first));
  CHECK(copy.get<Timer>().timer == 7);
  CHECK(copy.get_if<Start>() == nullptr);
  MessageRef moved = std::move(copy);
  CHECK_FALSE(static_cast<bool>(copy));
  CHECK(copy.get_if<Timer>() == nullptr);
  copy = moved;
  const MessageRef& alias = copy;
  copy = alias;  // to itself
  CHECK(copy.get<Timer>().timer == 7);
  moved = make_message(Timer{8});
  CHECK(first.get<Timer>().timer == 7);

  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([first] {
      for (int i = 0; i < 10'000; ++i) {
        MessageRef mine = first;
        if (mine.hash() == 0) throw std::logic_error("hash is 0");
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(first.get<Timer>().timer == 7);
}

}  // namespace
}  // namespace optix
