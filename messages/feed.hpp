#pragma once
// What a live feed delivers to its node, before any decision is made on it.
#include <cstdint>
#include <string>

#include "messages/field.hpp"
#include "messages/values/time.hpp"

namespace optix {

enum class FeedKind : std::uint8_t { data, heartbeat, snapshot, end, disconnected };
constexpr auto enum_names(FeedKind) {
  return std::to_array<std::string_view>({"data", "heartbeat", "snapshot", "end", "disconnected"});
}

// One frame as received: the body is an encoded message (see `codec`) kept as bytes so that the
// journal holds exactly what arrived.
struct FeedFrame {
  static constexpr MessageInfo info{50, 1, "feed.frame", "one frame received from a feed"};

  FeedKind kind = FeedKind::data;
  std::uint64_t sequence = 0;
  Timestamp sent;
  std::uint16_t message = 0;
  std::string body;

  static constexpr auto fields() {
    using M = FeedFrame;
    return std::tuple(
        field("kind", &M::kind, "data, heartbeat, snapshot answer, end or disconnected"),
        field("sequence", &M::sequence, "the publisher's number: data counts up by one; others repeat the last"),
        field("sent", &M::sent, "publisher's wall clock, UTC ns"),
        field("message", &M::message, "id of the message in the body, 0 for none"),
        field("body", &M::body, "the encoded message"));
  }
};
static_assert(table_is_complete<FeedFrame>);

struct SnapshotRequest {
  static constexpr MessageInfo info{51, 1, "feed.snapshot_request", "ask the publisher for its current state"};

  std::uint64_t after = 0;

  static constexpr auto fields() {
    return std::tuple(field("after", &SnapshotRequest::after, "last sequence number seen in order"));
  }
};
static_assert(table_is_complete<SnapshotRequest>);

// Tells everyone whether the market can be trusted just now.
struct FeedState {
  static constexpr MessageInfo info{52, 1, "feed.state", "the feed became stale or good again"};

  bool stale = false;
  std::uint64_t expected = 0;
  std::uint64_t received = 0;
  std::string reason;

  static constexpr auto fields() {
    using M = FeedState;
    return std::tuple(field("stale", &M::stale, "true: no opening orders"),
                      field("expected", &M::expected, "sequence number expected"),
                      field("received", &M::received, "sequence number received"),
                      field("reason", &M::reason, "gap, silence, recovered"));
  }
};
static_assert(table_is_complete<FeedState>);

}  // namespace optix
