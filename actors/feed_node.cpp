#include "actors/feed_node.hpp"

#include <algorithm>

#include "actors/feed_image.hpp"
#include "actors/ports.hpp"

namespace optix {
namespace {

constexpr std::uint64_t silence_timer = 0;  // the others are numbers of requests, from 1

}  // namespace

void FeedNode::on_wave(const Wave& wave, Context& out) {
  for (const WaveEvent& event : wave.events) {
    if (event.get_if<Start>()) {
      state_.last_frame = out.now();
      arm_silence(out);
    } else if (const auto* timer = event.get_if<Timer>()) {
      on_timer(timer->timer, out);
    } else if (const auto* frame = event.get_if<FeedFrame>(); frame && !state_.finished) {
      on_frame(*frame, out);
    }
  }
}

void FeedNode::on_frame(const FeedFrame& frame, Context& out) {
  switch (frame.kind) {
    case FeedKind::disconnected:
      state_.quiet = true;
      say(true, state_.applied + 1, state_.seen, frame.body.empty() ? "disconnected" : frame.body, out);
      return;
    case FeedKind::snapshot: on_image(frame, out); break;
    case FeedKind::data:
    case FeedKind::heartbeat:
    case FeedKind::end:
      state_.quiet = false;
      state_.last_frame = out.now();
      arm_silence(out);
      if (frame.kind == FeedKind::data) {
        on_data(frame, out);
        break;
      }
      if (frame.kind == FeedKind::end && !state_.ending) {
        state_.ending = true;
        state_.end = frame.sequence;
        state_.end_seen = out.now();
      }
      on_last_number(frame.sequence, out);
      settle(out);
      break;
  }
  finish_when_done(out);
}

void FeedNode::on_data(const FeedFrame& frame, Context& out) {
  const std::uint64_t number = frame.sequence;
  if (number <= state_.seen) {
    ++state_.duplicates;
    settle(out);
    return;
  }
  const std::uint64_t expected = state_.seen + 1;
  state_.seen = number;
  if (number != expected) missing(expected, number - 1, number, "gap", out);
  if (number <= state_.applied) {  // older than the snapshot that was applied
    settle(out);
    return;
  }
  if (!state_.recovering) {
    settle(out);
    if (apply(frame, false, out)) return;
    say(true, number, number, "unreadable", out);
    recover(out);
    return;
  }
  if (state_.kept.size() >= rules_.buffer_frames) {
    state_.overflowed += state_.kept.size();
    state_.kept.clear();
  }
  state_.kept.emplace(number, frame);
}

// The publisher says that `number` was the last it sent.
void FeedNode::on_last_number(std::uint64_t number, Context& out) {
  if (number <= state_.seen) return;
  const std::uint64_t expected = state_.seen + 1;
  state_.seen = number;
  missing(expected, number, number, "tail loss", out);
}

// Numbers `expected` … `last` were not received; `received` is what gave that away.
void FeedNode::missing(std::uint64_t expected, std::uint64_t last, std::uint64_t received, std::string reason,
                       Context& out) {
  ++state_.gaps;
  if (last <= state_.applied) {
    out.emit(snapshot_output, FeedState{state_.reported_stale, expected, received, reason + ", covered"});
    return;
  }
  say(true, expected, received, std::move(reason), out);
  recover(out);
}

void FeedNode::recover(Context& out) {
  if (state_.recovering) return;  // the request that is out, or its repetition, covers this too
  state_.recovering = true;
  request(out);
}

void FeedNode::request(Context& out) {
  ++state_.requests;
  out.emit(request_output, SnapshotRequest{state_.applied});
  out.wake_at(out.now() + rules_.retry_ns, state_.requests);
}

void FeedNode::on_image(const FeedFrame& frame, Context& out) {
  if (!state_.recovering) {
    ++state_.late_answers;
    return;
  }
  FeedImage image;
  try {
    image = decode_state<FeedImage>(frame.body);
  } catch (const std::exception&) {
    ++state_.unreadable;
    say(true, state_.applied + 1, frame.sequence, "unreadable snapshot", out);
    return;  // the alarm asks again
  }
  // An answer to an earlier request is as good as one to the last, if it brings us forward.
  if (frame.sequence <= state_.applied || image.after > state_.applied) {
    ++state_.late_answers;
    return;
  }
  std::uint64_t contracts = state_.contracts;
  for (const MessageRef& message : image.messages) {
    if (acceptable(message, contracts)) continue;
    ++state_.unreadable;
    say(true, state_.applied + 1, frame.sequence, "unreadable snapshot", out);
    return;
  }
  for (const MessageRef& message : image.messages) forward(message, true, out);
  state_.applied = frame.sequence;
  state_.kept.erase(state_.kept.begin(), state_.kept.upper_bound(state_.applied));
  drain(out);
  if (state_.applied >= state_.seen) {
    state_.recovering = false;
    settle(out);
  } else {
    request(out);
  }
}

// Forwards kept frames as long as they follow each other.
void FeedNode::drain(Context& out) {
  while (!state_.kept.empty() && state_.kept.begin()->first == state_.applied + 1) {
    const FeedFrame frame = std::move(state_.kept.begin()->second);
    state_.kept.erase(state_.kept.begin());
    if (apply(frame, true, out)) continue;
    say(true, frame.sequence, frame.sequence, "unreadable", out);
    return;
  }
}

bool FeedNode::apply(const FeedFrame& frame, bool history, Context& out) {
  const auto message = decode_message(frame.message, frame.body.data(), frame.body.size());
  std::uint64_t contracts = state_.contracts;
  if (!message || !acceptable(*message, contracts)) {
    ++state_.unreadable;
    return false;
  }
  forward(*message, history, out);
  state_.applied = frame.sequence;
  return true;
}

// A feed may define contracts, in order and without holes, and speak of those it has defined.
bool FeedNode::acceptable(const MessageRef& message, std::uint64_t& contracts) const {
  if (!message) return false;
  if (const auto* batch = message.get_if<InstrumentBatch>()) {
    const std::uint64_t end = std::uint64_t{batch->first_id} + batch->root.size();
    if (batch->first_id != contracts) return end <= contracts;  // known already
    contracts = end;
    return true;
  }
  if (const auto* chain = message.get_if<ChainSnapshot>())
    return std::all_of(chain->contract.begin(), chain->contract.end(), [&](ContractId id) { return id < contracts; });
  return message.get_if<UnderlyingPrice>() != nullptr;
}

void FeedNode::forward(const MessageRef& message, bool history, Context& out) {
  if (const auto* batch = message.get_if<InstrumentBatch>()) {
    if (batch->first_id != state_.contracts) return;
    state_.contracts += batch->root.size();
  }
  const auto* chain = message.get_if<ChainSnapshot>();
  if (chain) ++state_.chains;
  if (!chain || !history || chain->stale) {
    out.emit(snapshot_output, message);
    return;
  }
  ChainSnapshot marked = *chain;
  marked.stale = true;
  out.emit(snapshot_output, std::move(marked));
}

void FeedNode::on_timer(std::uint64_t timer, Context& out) {
  if (state_.finished) return;
  if (timer == silence_timer) {
    state_.silence_armed = false;
    if (out.now() - state_.last_frame < rules_.silence_ns) return arm_silence(out);
    if (state_.quiet) return;
    state_.quiet = true;  // the next frame sets the alarm again
    say(true, state_.applied + 1, state_.seen, "silence", out);
  } else if (state_.recovering && timer == state_.requests) {
    if (state_.ending && out.now() - state_.end_seen >= rules_.give_up_ns) {
      state_.finished = true;
      out.emit(snapshot_output, EndOfData{state_.chains});
      return;
    }
    request(out);
  }
}

void FeedNode::arm_silence(Context& out) {
  if (state_.silence_armed) return;
  state_.silence_armed = true;
  out.wake_at(state_.last_frame + rules_.silence_ns, silence_timer);
}

void FeedNode::say(bool stale, std::uint64_t expected, std::uint64_t received, std::string reason, Context& out) {
  state_.reported_stale = stale;
  out.emit(snapshot_output, FeedState{stale, expected, received, std::move(reason)});
}

void FeedNode::settle(Context& out) {
  if (state_.recovering || state_.quiet || !state_.reported_stale) return;
  say(false, state_.applied + 1, state_.seen, "recovered", out);
}

void FeedNode::finish_when_done(Context& out) {
  if (!state_.ending || state_.recovering || state_.applied < state_.end) return;
  state_.finished = true;
  out.emit(snapshot_output, EndOfData{state_.chains});
}

NodeType feed_node_type() {
  NodeType type;
  NodeSchema& schema = type.schema;
  schema.name = "feed.zeromq";
  schema.doc = "a live feed over ZeroMQ: numbered frames, gaps found and healed from snapshots";
  schema.inputs = {{"wire", {FeedFrame::info.id}, "frames as they arrive; the transport fills it", false}};
  schema.outputs = {
      {"snapshot", market_messages(), "contract definitions, prices, chains and whether they can be trusted"},
      {"request", {SnapshotRequest::info.id}, "asks the publisher for its state; the transport takes it when unwired"}};
  // Not a source in the sense of the journal: its frames come from outside and are recorded, and a
  // replay runs the node on them again.
  schema.source = false;
  const auto text = [](std::string name, const std::string& fallback, std::string doc) {
    return ParamSpec{.name = std::move(name),
                     .kind = ParamKind::text,
                     .doc = std::move(doc),
                     .default_text = "\"" + fallback + "\""};
  };
  const auto number = [](std::string name, std::string fallback, double min, double max, std::string doc) {
    return ParamSpec{.name = std::move(name),
                     .kind = ParamKind::integer,
                     .doc = std::move(doc),
                     .default_text = std::move(fallback),
                     .min = min,
                     .max = max};
  };
  schema.params = {
      text("endpoint", "tcp://127.0.0.1:5556", "where the publisher sends its stream"),
      text("snapshot_endpoint", "tcp://127.0.0.1:5557", "where the publisher answers snapshot requests"),
      text("source", "", "name of the publisher's stream; empty: any"),
      text("server_key", "", "public key of the publisher, 40 characters of Z85; empty: a plain connection"),
      ParamSpec{.name = "key_file",
                .kind = ParamKind::path,
                .doc = "own key pair: public and secret key, a line each; a fresh pair is made when absent"},
      number("silence_ms", "1000", 10, 86'400'000,
             "silence after which the market counts as stale; the publisher speaks every 100 ms"),
      number("retry_ms", "250", 1, 86'400'000, "time after which an unanswered snapshot request is repeated"),
      number("give_up_ms", "10000", 1, 86'400'000, "after the end of the feed, time to ask for what is missing"),
      number("buffer_frames", "4096", 1, 10'000'000, "frames kept while something before them is missing")};
  type.make = [](const NodeSetup& setup) -> Result<std::unique_ptr<Node>> {
    const auto millis = [&](std::string_view key) { return setup.params.at(key).as_int() * 1'000'000; };
    FeedRules rules;
    rules.silence_ns = millis("silence_ms");
    rules.retry_ns = millis("retry_ms");
    rules.give_up_ns = millis("give_up_ms");
    rules.buffer_frames = static_cast<std::uint64_t>(setup.params.at("buffer_frames").as_int());
    return std::unique_ptr<Node>(std::make_unique<FeedNode>(rules));
  };
  return type;
}

}  // namespace optix
