#include "actors/replay.hpp"

#include <unistd.h>
#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "actors/simulated.hpp"
#include "config/check.hpp"
#include "config/yaml.hpp"
#include "core/data/store/dataset_writer.hpp"
#include "core/sequencer/sequencer.hpp"
#include "tests/support/memory_dataset.hpp"
#include "tests/support/oracle_csv.hpp"
#include "tests/support/random_chains.hpp"

using namespace optix;

namespace {

const std::string header =
    "session,underlying,underlying_price,root,expiration,right,strike,bid,ask,iv,delta,gamma,volume,open_interest\n";
const std::string rows =
    "2019-05-24,SPX,2826.06,SPXW,2019-06-21,put,2800,10,11,0.2,-0.4,0.001,5,10\n"
    "2019-05-27,SPX,2826.06,SPXW,2019-06-21,put,2800,10,11,0.2,-0.4,0.001,5,10\n"
    "2019-05-28,SPX,2814.10,SPXW,2019-06-21,put,2800,12,13,0.2,-0.5,0.001,5,10\n"
    "2019-05-29,SPX,2800.00,SPXW,2019-06-21,put,2800,12,13,0.2,-0.5,0.001,5,10\n"
    "2019-05-29,SPX,2800.00,SPXW,2019-06-21,put,2700,2,3,0.2,-0.1,0.001,5,10\n";

struct TempFile {
  std::string path;
  explicit TempFile(const std::string& text) {
    path = (std::filesystem::temp_directory_path() / "optix_replay_XXXXXX").string();
    const int fd = mkstemp(path.data());
    REQUIRE(fd >= 0);
    close(fd);
    std::ofstream(path, std::ios::binary) << text;
  }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  ~TempFile() { std::remove(path.c_str()); }
};

// Checks `yaml` against the type's parameters and builds the node.
Result<std::unique_ptr<Node>> make(const NodeType& type, const std::string& yaml, const TopologyRun& run = {}) {
  Diagnostics errors;
  const auto parsed = parse_yaml(yaml, "test.yaml", errors);
  REQUIRE(parsed);
  const Value params = check_map(*parsed, type.schema.params, "", errors);
  INFO(errors.render());
  REQUIRE(errors.count() == 0);
  return type.make({"replay", 0, params, run});
}

// Runs the node alone; what it sent, as text.
class Played {
 public:
  explicit Played(Node& node) : node_(node) {}
  // Goes on where `other` stands, with another node.
  Played(Node& node, const Played& other) : text(other.text), node_(node), alarms_(other.alarms_) {}
  void start() { wave({}, make_message(Start{}), InputPort::control); }
  bool alarm_is_set() const { return !alarms_.empty(); }
  void ring() {
    const auto [at, timer] = alarms_.front();
    alarms_.erase(alarms_.begin());
    wave({at}, make_message(Timer{timer}), InputPort::timer);
  }
  void run() {
    start();
    while (alarm_is_set()) ring();
  }
  std::string text;

 private:
  void wave(Timestamp at, const MessageRef& message, std::uint16_t input) {
    Outbox out;
    const WaveEvent event{input, 0, &message};
    Context context({at.ns, 0}, 0, 0, 0, out);
    node_.on_wave({{at.ns, 0}, {&event, 1}}, context);
    for (const Emission& e : out) {
      if (e.output == Emission::timer_output) {
        alarms_.emplace_back(e.at_ns, e.message.get<Timer>().timer);
        continue;
      }
      REQUIRE(e.output == 0);
      text += at.to_string() + " " + std::string(e.message.info().name);
      if (const auto* c = e.message.get_if<ChainSnapshot>()) text += " " + std::to_string(c->rows());
      if (const auto* b = e.message.get_if<InstrumentBatch>())
        text += " " + std::to_string(b->first_id) + "+" + std::to_string(b->root.size());
      if (const auto* n = e.message.get_if<EndOfData>()) text += " " + std::to_string(n->items);
      text += "\n";
    }
  }

  Node& node_;
  std::vector<std::pair<std::int64_t, std::uint64_t>> alarms_;
};

const char* const whole =
    "2019-05-24T20:00:00Z market.instruments 0+1\n2019-05-24T20:00:00Z market.underlying\n2019-05-24T20:00:00Z "
    "market.chain 1\n"
    "2019-05-28T20:00:00Z market.underlying\n2019-05-28T20:00:00Z market.chain 1\n"
    "2019-05-29T20:00:00Z market.instruments 1+1\n2019-05-29T20:00:00Z market.underlying\n2019-05-29T20:00:00Z "
    "market.chain 2\n"
    "2019-05-29T20:00:00Z control.end_of_data 3\n";

}  // namespace

TEST_CASE("replay sends each session once, in order, and says when it is over", "[data][replay]") {
  const TempFile file(header + rows);
  const auto node = make(replay_node_type(), "{csv: " + file.path + ", layout: optix}");
  REQUIRE(node.ok());
  Played played(**node);
  played.run();
  CHECK(played.text == whole);
  const auto* source = dynamic_cast<const DatasetNode*>(node->get());
  REQUIRE(source);
  CHECK(source->quality().sessions_used() == 3);
}

TEST_CASE("a replay saved at any point goes on exactly", "[data][replay]") {
  const TempFile file(header + rows);
  const std::string yaml = "{csv: " + file.path + ", layout: optix}";
  for (int stop_after = 0; stop_after <= 3; ++stop_after) {
    const auto first = make(replay_node_type(), yaml), second = make(replay_node_type(), yaml);
    Played a(**first);
    a.start();
    for (int i = 0; i < stop_after; ++i) a.ring();
    std::string bytes, again;
    (*first)->save(bytes);
    (*second)->load(bytes);
    (*second)->save(again);
    CHECK(bytes == again);
    // The alarm that was set is an event in the queue: it rings in the second node.
    Played b(**second, a);
    while (b.alarm_is_set()) b.ring();
    INFO("saved after " << stop_after << " alarms");
    CHECK(b.text == whole);
  }
  const auto node = make(replay_node_type(), yaml);
  std::string far;
  {
    const TempFile more(header + rows + "2019-05-30,SPX,2800,SPXW,2019-06-21,put,2800,12,13,,,,,\n");
    const auto longer = make(replay_node_type(), "{csv: " + more.path + ", layout: optix}");
    Played played(**longer);
    played.run();
    (*longer)->save(far);
  }
  CHECK_THROWS_WITH((*node)->load(far), Catch::Contains("the saved position is step 4, but the data has only 3"));
  CHECK_THROWS((*node)->load("not a state"));
}

TEST_CASE("replay takes its dates from itself or from the run", "[data][replay]") {
  const TempFile file(header + rows);
  const std::string csv = "csv: " + file.path + ", layout: optix";
  TopologyRun run;
  run.start = Timestamp::parse("2019-05-28");
  run.end = Timestamp::parse("2019-05-28T23:59:59Z");
  const struct {
    std::string yaml;
    std::size_t sessions;
  } cases[] = {{"{" + csv + "}", 1},
               {"{" + csv + ", start: 2019-05-24}", 2},
               {"{" + csv + ", end: 2019-05-29}", 2},
               {"{" + csv + ", start: 2019-05-24, end: 2019-05-29}", 3},
               {"{" + csv + ", start: 2019-05-24, end: 2019-05-29, closed_sessions: keep}", 4}};
  for (const auto& c : cases) {
    INFO(c.yaml);
    const auto node = make(replay_node_type(), c.yaml, run);
    REQUIRE(node.ok());
    CHECK(dynamic_cast<const DatasetNode&>(**node).quality().sessions_used() == c.sessions);
  }
  const auto reversed = make(replay_node_type(), "{" + csv + ", start: 2019-05-29, end: 2019-05-24}");
  REQUIRE_FALSE(reversed.ok());
  CHECK_THAT(reversed.error().to_string(), Catch::Contains("end: 2019-05-24 is before the start, 2019-05-29"));
}

TEST_CASE("a layout is a preset with changes", "[data][replay]") {
  const TempFile file("date;ticker;spot;cls;exp;cp;k;b;a\n20190524;XSP;282.6;XSP;20190621;P;280;1;1.1\n");
  const auto node = make(replay_node_type(), "csv: " + file.path + R"(
layout:
  preset: optix
  delimiter: ";"
  dates: yyyymmdd
  columns: {session: date, underlying: ticker, underlying_price: spot, root: cls, expiration: exp, right: cp, strike: k, bid: b, ask: a,
            iv: "", delta: "", gamma: "", volume: "", open_interest: ""}
  roots: {XSP: {settlement: am, exercise: european, multiplier: 10}}
quote_time: "15:45"
)");
  REQUIRE(node.ok());
  Played played(**node);
  played.run();
  CHECK_THAT(played.text, Catch::Contains("2019-05-24T19:45:00Z market.chain 1"));
  for (const char* bad : {"quote_time: noon", "layout: {delimiter: ';;'}"}) {
    INFO(bad);
    CHECK_FALSE(make(replay_node_type(), std::string("{csv: x.csv, ") + bad + "}").ok());
  }
}

TEST_CASE("data that cannot be trusted stops the run before it starts", "[data][replay]") {
  const TempFile bad(header + rows + "2019-05-30,SPX,2800,SPXW,2019-06-21,put,2800,12,-0.05,,,,,\n");
  const auto node = make(replay_node_type(), "{csv: " + bad.path + ", layout: optix}");
  REQUIRE_FALSE(node.ok());
  CHECK(node.error().to_string() ==
        bad.path +
            ":7 column ask: the ask is negative: -0.05\n  hint: correct the row, or set `broken_quotes: drop` to leave "
            "such rows out, `flag` to keep them without the price");
  const auto dropped = make(replay_node_type(), "{csv: " + bad.path + ", layout: optix, broken_quotes: flag}");
  REQUIRE(dropped.ok());
  CHECK(dynamic_cast<const DatasetNode&>(**dropped).quality().defects[static_cast<std::size_t>(Defect::quote)] == 1);
  const auto missing = make(replay_node_type(), "{csv: /no/such/chain.csv.gz}");
  REQUIRE_FALSE(missing.ok());
  CHECK_THAT(missing.error().to_string(),
             Catch::Contains("/no/such/chain.csv.gz: cannot be opened: No such file or directory"));
}

TEST_CASE("the simulated source plays with its defaults", "[data][replay]") {
  const auto node = make(simulated_node_type(), "{end: 2021-01-08}");
  REQUIRE(node.ok());
  Played played(**node);
  played.run();
  CHECK_THAT(played.text, Catch::Contains("2021-01-08T21:00:00Z control.end_of_data 5"));
  const auto again = make(simulated_node_type(), "{end: 2021-01-08, am_monthlies: true, underlying: TOOLONGX}");
  REQUIRE_FALSE(again.ok());
  CHECK_THAT(again.error().to_string(), Catch::Contains("one to seven characters"));
}

TEST_CASE("the real SPX chain plays in order", "[data][replay][spx]") {
  if (!shared_file_exists("data/spx_cboe_20190425_20190722_raw.csv.gz")) return;
  const auto node =
      make(replay_node_type(), "{csv: " + shared_path("data/spx_cboe_20190425_20190722_raw.csv.gz") + "}");
  REQUIRE(node.ok());
  Played played(**node);
  played.run();
  CHECK_THAT(played.text, Catch::Contains("control.end_of_data 56"));
}

namespace {

struct TempFolder {
  std::string path;
  TempFolder() {
    path = (std::filesystem::temp_directory_path() / "optix_dataset_XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() { std::filesystem::remove_all(path); }
};

// Writes made-up chains as an import would.
void write_chains(const std::string& folder, const RandomChains& chains) {
  auto writer = DatasetWriter::open(folder, {arrow::Compression::none, false}).value();
  std::map<std::pair<Symbol, Date>, SessionQuotes> sessions;
  for (ChainSnapshot& chain : chains.all()) {
    SessionQuotes& session = sessions[{chain.underlying, chain.session}];
    session.underlying = chain.underlying;
    session.session = chain.session;
    const std::size_t groups = chain.groups();
    session.snapshots.push_back({std::move(chain), std::vector<ExerciseStyle>(groups, ExerciseStyle::european),
                                 std::vector<std::int32_t>(groups, 100)});
  }
  for (auto& [key, session] : sessions) REQUIRE(writer->put(std::move(session)).ok());
  REQUIRE(writer->commit({"made up", "", 0}, {}, {}).ok());
}

std::vector<std::uint64_t> hashes(const SnapshotSource& source) {
  std::vector<std::uint64_t> out;
  for (std::size_t i = 0; i < source.steps(); ++i) {
    const DatasetStep step = source.step(i);
    out.push_back(step.snapshot.hash());
    out.push_back(step.underlying.hash());
    out.push_back(step.instruments ? step.instruments.hash() : 0);
    out.push_back(static_cast<std::uint64_t>(source.time(i).ns));
  }
  return out;
}

std::shared_ptr<const SnapshotSource> source_of(const std::string& yaml, const TopologyRun& run = {}) {
  const auto node = make(replay_node_type(), yaml, run);
  INFO((node ? "" : node.error().to_string()));
  REQUIRE(node.ok());
  return dynamic_cast<const DatasetPlayer&>(**node).source();
}

}  // namespace

TEST_CASE("a dataset is replayed as it was before it was written", "[data][replay][dataset]") {
  RandomChains chains;
  chains.underlyings = {"AAA", "BBB"};
  chains.minutes = {0, 30, 390};
  const TempFolder folder;
  write_chains(folder.path, chains);
  const auto memory = std::make_shared<MemoryStore>(chains.all());
  TopologyRun run;
  run.start = Timestamp::parse("2021-03-08");
  run.end = Timestamp::parse("2021-03-19");
  const Date first = *Date::parse("2021-03-08"), last = *Date::parse("2021-03-19");
  const struct {
    std::string keys;
    TopologyRun run;
    ReplayOptions options;
  } cases[] = {
      {"", {}, {}},
      {", underlyings: [AAA]", {}, {.underlyings = {"AAA"}}},
      {", frequency: daily", run, {.first = first, .last = last, .frequency = Frequency::daily}},
      {", frequency: 30min, roots: [BBBW]", {}, {.roots = {"BBBW"}, .frequency = Frequency::minute_30}},
      {", start: 2021-03-08, end: 2021-03-19, warm_up: 2", {}, {.first = first, .last = last, .warm_up = 2}},
      {", warm_up: 2", run, {.first = first, .last = last, .warm_up = 2, .warm_up_inside = true}},
  };
  for (const auto& c : cases) {
    INFO(c.keys);
    const auto found = source_of("{dataset: " + folder.path + c.keys + "}", c.run);
    const auto expected = DatasetSource::open(memory, c.options);
    REQUIRE(expected.ok());
    CHECK(found->warm_up_steps() == (*expected)->warm_up_steps());
    CHECK(hashes(*found) == hashes(**expected));
  }
}

TEST_CASE("a replayed dataset shares its files' memory, hashes and all", "[data][replay][dataset]") {
  const TempFolder folder;
  write_chains(folder.path, {});
  const auto source = source_of("{dataset: " + folder.path + "}");
  const auto step = source->step(3);
  CHECK(step.snapshot.hash_known());  // stored, not computed
  const auto& chain = step.snapshot.get<ChainSnapshot>();
  CHECK(chain.bid.is_view());
  CHECK(chain.contract.is_view());
  CHECK(chain.iv.is_view());
  // A message that is handed on is the same object: nothing is copied on the way.
  const MessageRef handed_on = step.snapshot;
  CHECK(handed_on.get<ChainSnapshot>().bid.data() == chain.bid.data());
  const ChainSnapshot copy = chain;
  CHECK(copy.bid.data() == chain.bid.data());
  // With a start in the middle only the ids are new.
  const auto later = source_of("{dataset: " + folder.path + ", start: 2021-03-04}")->step(0);
  const auto& renumbered = later.snapshot.get<ChainSnapshot>();
  CHECK(renumbered.bid.is_view());
  CHECK_FALSE(renumbered.contract.is_view());
}

TEST_CASE("a damaged file ends a replay before anything of it is sent", "[data][replay][dataset]") {
  const TempFolder folder;
  write_chains(folder.path, {});
  const auto manifest = DatasetFolder::open(folder.path).value()->manifest();
  const std::string file = folder.path + "/" + manifest.partitions[5].quotes.path;
  {
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekg(1'000);
    const auto byte = static_cast<char>(out.get());
    out.seekp(1'000);
    out.put(static_cast<char>(byte ^ 1));
  }
  const auto node = make(replay_node_type(), "{dataset: " + folder.path + "}");
  REQUIRE(node.ok());
  Played played(**node);
  played.start();
  for (int i = 0; i < 5; ++i) played.ring();
  CHECK_THROWS_WITH(played.ring(), Catch::Contains(manifest.partitions[5].quotes.path));
  CHECK_THAT(played.text, !Catch::Contains("2021-03-08"));
}

TEST_CASE("a source is either a dataset or a file", "[data][replay][dataset]") {
  const TempFolder folder;
  write_chains(folder.path, {});
  const struct {
    std::string yaml;
    const char *what, *hint;
  } cases[] = {
      {"{}", "neither `dataset` nor `csv` is given", "dataset: NAME"},
      {"{csv: a.csv, dataset: b}", "both `csv` and `dataset` are given", "give one"},
      {"{dataset: " + folder.path + ", layout: optix}", "layout: only with `csv`", "when it was imported"},
      {"{csv: a.csv, frequency: daily}", "frequency: only with `dataset`", "optix data import"},
      {"{dataset: /no/such/folder}", "dataset: there is no such dataset", "optix data import"},
      {"{dataset: " + folder.path + ", underlyings: [ZZZ]}", "the dataset has no ZZZ", "it has AAA"},
      {"{dataset: " + folder.path + ", start: 2030-01-02}", "no session of AAA in the chosen range", "2021-03-01"},
  };
  for (const auto& c : cases) {
    INFO(c.yaml);
    const auto node = make(replay_node_type(), c.yaml);
    REQUIRE_FALSE(node.ok());
    CHECK_THAT(node.error().what, Catch::Contains(c.what));
    CHECK_THAT(node.error().hint, Catch::Contains(c.hint));
    CHECK_FALSE(node.error().where.empty());
  }
  TopologyRun run;
  run.start = Timestamp::parse("2021-03-08");
  const auto early = make(replay_node_type(), "{dataset: " + folder.path + ", start: 2021-03-08, warm_up: 2}", run);
  REQUIRE_FALSE(early.ok());
  CHECK_THAT(early.error().what, Catch::Contains("before the run's start"));
}
