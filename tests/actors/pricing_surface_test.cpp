#include "actors/pricing_surface.hpp"

#include <catch2/catch.hpp>

#include "actors/enrich_params.hpp"
#include "config/check.hpp"
#include "config/yaml.hpp"
#include "core/data/simulated.hpp"
#include "messages/all.hpp"
#include "tests/support/inline_run.hpp"

using namespace optix;

namespace {

Result<std::unique_ptr<Node>> make_surface(const std::string& yaml) {
  const NodeType type = pricing_surface_node_type();
  Diagnostics errors;
  const auto parsed = parse_yaml(yaml, "test.yaml", errors);
  REQUIRE(parsed);
  const Value params = check_map(*parsed, type.schema.params, "", errors);
  if (errors.count() > 0) return Error{errors.render(), "", ""};
  return type.make({"surface", 0, params, {}});
}

Outbox send(Node& node, const std::vector<MessageRef>& messages, std::uint16_t input = InputPort::first_declared) {
  std::vector<WaveEvent> events;
  for (const MessageRef& message : messages) events.push_back({input, 0, &message});
  Outbox out;
  Context context({1, 1}, 0, 0, 0, out);
  node.on_wave({{1, 1}, events}, context);
  return out;
}

std::vector<std::string> overrides(std::vector<std::string> more) {
  more.push_back("nodes.replay.end=2021-03-31");
  return more;
}

// The chains and what came of them.
struct Outcome {
  std::vector<std::uint64_t> chains;
  std::vector<TradeClosed> trades;
  std::uint64_t digest = 0;
};

// With the node in the way every chain is seen twice: as it came, and as it went on.
Outcome outcome_of(const std::string& topology, const std::vector<std::string>& sets) {
  const InlineRun run = run_inline(topology, overrides(sets), builtin_node_types());
  Outcome out;
  NodeRank last = 0;
  for (const SeenEvent& event : run.log.seen)
    if (event.message.get_if<ChainSnapshot>()) last = std::max(last, event.source);
  for (const SeenEvent& event : run.log.seen)
    if (event.message.get_if<ChainSnapshot>() && event.source == last) out.chains.push_back(event.message.hash());
  out.trades = run.log.all<TradeClosed>();
  out.digest = run.digest;
  return out;
}

}  // namespace

TEST_CASE("everything but chains passes as it is, in order", "[actors][surface]") {
  const auto source = *simulate_market({}, 7, 1);
  const DatasetStep step = source->step(0);
  auto node = make_surface("mode: recompute");
  REQUIRE(node);
  const MessageRef state = make_message(FeedState{}), end = make_message(EndOfData{1});
  const std::vector<MessageRef> sent{step.instruments, step.underlying, step.snapshot, state, end};
  const Outbox out = send(**node, sent);
  REQUIRE(out.size() == sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    INFO(i);
    CHECK(out[i].output == 0);
    CHECK(out[i].message.id() == sent[i].id());
    if (i != 2) CHECK(out[i].message.same_object(sent[i]));
  }
  EnrichOptions options;
  options.mode = EnrichMode::recompute;
  CHECK(out[2].message.hash() == enrich_snapshot(step.snapshot, options).snapshot.hash());
  CHECK(out[2].message.hash() != step.snapshot.hash());
  CHECK(send(**node, {make_message(Stop{})}, InputPort::control).empty());
}

TEST_CASE("its state counts, and decides nothing", "[actors][surface]") {
  const auto source = *simulate_market({}, 7, 1);
  auto node = make_surface("mode: recompute"), again = make_surface("mode: recompute");
  send(**node, {source->step(0).snapshot});
  std::string saved;
  (*node)->save(saved);
  (*again)->load(saved);
  const auto& state = dynamic_cast<const PricingSurface&>(**again).state();
  CHECK(state.snapshots == 1);
  CHECK(state.refused == 0);
  CHECK(state.changed > 0);
  const MessageRef next = source->step(1).snapshot;
  const Outbox a = send(**node, {next}), b = send(**again, {next});
  CHECK(a[0].message.hash() == b[0].message.hash());
  std::string one, other;
  (*node)->save(one);
  (*again)->save(other);
  CHECK(one == other);
}

TEST_CASE("parameters", "[actors][surface]") {
  CHECK(make_surface("{}").ok());
  CHECK(make_surface("{clock: business, smile: none, rate: 0.02, use_rate: always, exercise: american}").ok());
  for (const char* bad : {"mode: all", "rate: 5", "clock: {kind: moon}", "smiles: svi"}) {
    INFO(bad);
    CHECK_FALSE(make_surface(bad).ok());
  }
}

TEST_CASE("in the way or ahead of the run, the chains and trades are the same", "[actors][surface]") {
  const Outcome inline_node = outcome_of("surface", {});
  const Outcome ahead = outcome_of("standard", {"nodes.replay.enrich.mode=recompute"});
  const Outcome alone = outcome_of("standard", {"nodes.replay.enrich.mode=recompute", "nodes.replay.enrich.ahead=0"});
  REQUIRE(inline_node.chains.size() > 50);
  CHECK(inline_node.chains == ahead.chains);
  CHECK(ahead.chains == alone.chains);
  CHECK(ahead.digest == alone.digest);
  REQUIRE(inline_node.trades.size() == ahead.trades.size());
  CHECK(inline_node.trades.size() > 0);
  for (std::size_t i = 0; i < ahead.trades.size(); ++i)
    CHECK(make_message(TradeClosed(inline_node.trades[i])).hash() == make_message(TradeClosed(ahead.trades[i])).hash());
  // The vendor's values are gone: it is not the plain run.
  CHECK(outcome_of("standard", {}).chains != ahead.chains);
}
