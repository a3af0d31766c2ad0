// Who may listen: a publisher with keys speaks to the one session it knows, and to nobody else.
#include <catch2/catch.hpp>
#include <thread>

#include "actors/transport/zeromq/feed_edge.hpp"
#include "actors/transport/zeromq/feed_publisher.hpp"
#include "core/data/simulated.hpp"
#include "messages/feed.hpp"

using namespace optix;
using namespace optix::zeromq;

namespace {

std::shared_ptr<const SnapshotSource> small_market() {
  SimulatedParams params;
  params.last = Date::from_civil(2021, 1, 15);
  params.weekly_expirations = 2;
  params.monthly_expirations = 0;
  params.strikes_each_side = 2;
  return *simulate_market(params, 1, 1);
}

// Data frames that an edge gets within half a second, and what it says about the connection.
struct Heard {
  std::size_t data = 0;
  std::string news;
};
Heard listen(const FeedEdgeOptions& options) {
  FeedEdge edge(options);
  Heard heard;
  const Timestamp until = edge.now() + nanos_per_second / 2;
  while (edge.now() < until) {
    std::vector<ExternalEvent> events;
    edge.wait(until, events);
    for (const ExternalEvent& event : events) {
      const FeedFrame& frame = event.message.get<FeedFrame>();
      if (frame.kind == FeedKind::data) ++heard.data;
      if (frame.kind == FeedKind::disconnected) heard.news = frame.body;
    }
  }
  return heard;
}

}  // namespace

TEST_CASE("a publisher with keys speaks to the session it knows", "[live][feed]") {
  const KeyPair server = make_key_pair(), known = make_key_pair(), stranger = make_key_pair();
  FeedPublisherOptions options;
  options.endpoint = options.snapshot_endpoint = "tcp://127.0.0.1:*";
  options.interval = std::chrono::milliseconds(20);
  options.keys = FeedServerKeys{server, known.public_key};
  std::atomic<bool> stop{false};
  options.interrupt = &stop;
  options.end_frames = 1'000;  // until it is stopped
  auto publisher = FeedPublisher::create(small_market(), options);
  REQUIRE(publisher);
  FeedPublisherReport report;
  std::thread thread([&] { report = (*publisher)->run(); });

  FeedEdgeOptions session;
  session.endpoint = (*publisher)->endpoint();
  session.snapshot_endpoint = (*publisher)->snapshot_endpoint();
  const struct {
    const char* who;
    std::string server_key;
    std::optional<KeyPair> own;
    bool hears;
  } cases[] = {{"the known session", server.public_key, known, true},
               {"another key", server.public_key, stranger, false},
               {"a fresh key", server.public_key, std::nullopt, false},
               {"the wrong publisher key", stranger.public_key, known, false},
               {"no keys", "", std::nullopt, false}};
  for (const auto& c : cases) {
    session.server_key = c.server_key;
    session.own_keys = c.own;
    const Heard heard = listen(session);
    INFO(c.who << ": " << heard.news);
    CHECK((heard.data > 0) == c.hears);
  }
  stop = true;
  thread.join();
  CHECK(report.refused > 0);
}

TEST_CASE("a publisher without keys stays on this machine", "[feed]") {
  const struct {
    const char* endpoint;
    bool loopback;
  } cases[] = {{"tcp://127.0.0.1:5556", true},
               {"tcp://127.1.2.3:*", true},
               {"tcp://localhost:5556", true},
               {"tcp://[::1]:5556", true},
               {"ipc:///run/feed", true},
               {"tcp://0.0.0.0:5556", false},
               {"tcp://*:5556", false},
               {"tcp://10.0.0.1:1", false},
               {"tcp://127.example.org:1", false},
               {"tcp://localhost.example:1", false},
               {"tcp://eth0:1", false},
               {"pgm://224.0.0.1:5", false}};
  for (const auto& c : cases) {
    INFO(c.endpoint);
    CHECK(is_loopback(c.endpoint) == c.loopback);
    if (c.loopback) continue;
    FeedPublisherOptions options;
    options.endpoint = c.endpoint;
    CHECK_FALSE(FeedPublisher::create(small_market(), options));
  }
}
