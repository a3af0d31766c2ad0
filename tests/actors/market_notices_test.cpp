// What sources of market data tell between snapshots, from the events of a dataset, of files, or of a
// simulated market.
#include <unistd.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "actors/replay.hpp"
#include "actors/simulated.hpp"
#include "config/check.hpp"
#include "config/yaml.hpp"
#include "core/data/store/dataset_writer.hpp"
#include "messages/all.hpp"
#include "tests/support/random_chains.hpp"

using namespace optix;

namespace {

class Folder {
 public:
  Folder() {
    path = (std::filesystem::temp_directory_path() / "optix_notices_XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path); }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(path + "/" + name, std::ios::binary) << text;
    return path + "/" + name;
  }
  std::string path;
};

Result<std::unique_ptr<Node>> make(const NodeType& type, const std::string& yaml) {
  Diagnostics errors;
  const auto parsed = parse_yaml(yaml, "test.yaml", errors);
  REQUIRE(parsed);
  const Value params = check_map(*parsed, type.schema.params, "", errors);
  INFO(errors.render());
  REQUIRE(errors.count() == 0);
  return type.make({"replay", 0, params, {}});
}

// The names of what a node sends, by instant; of chains the ids of their rows.
std::string played(Node& node) {
  std::string text;
  std::vector<std::pair<std::int64_t, std::uint64_t>> alarms;
  const auto wave = [&](std::int64_t at, const std::vector<MessageRef>& messages, std::uint16_t input) {
    std::vector<WaveEvent> events;
    for (const MessageRef& message : messages) events.push_back({input, 0, &message});
    Outbox out;
    Context context({at, 0}, 0, 0, 0, out);
    node.on_wave({{at, 0}, events}, context);
    std::string line;
    for (const Emission& e : out) {
      if (e.output == Emission::timer_output) {
        alarms.emplace_back(e.at_ns, e.message.get<Timer>().timer);
        continue;
      }
      CHECK(e.output == 0);
      line += " " + std::string(e.message.info().name.substr(e.message.info().name.find('.') + 1));
      if (const auto* c = e.message.get_if<ChainSnapshot>())
        for (const ContractId id : c->contract) line += "," + std::to_string(id);
    }
    if (!line.empty()) text += Timestamp{at}.to_string().substr(5, 11) + line + "\n";
  };
  wave(0, {make_message(Start{})}, InputPort::control);
  while (!alarms.empty()) {
    const std::int64_t at = std::min_element(alarms.begin(), alarms.end())->first;
    std::vector<MessageRef> due;
    std::erase_if(alarms, [&](const auto& alarm) {
      if (alarm.first != at) return false;
      due.push_back(make_message(Timer{alarm.second}));
      return true;
    });
    wave(at, due, InputPort::timer);
  }
  return text;
}

const std::string csv =
    "session,underlying,underlying_price,root,expiration,right,strike,bid,ask,iv,delta,gamma,volume,open_interest\n"
    "2019-05-28,XYZ,80,XYZ,2019-06-21,put,80,1,2,0.2,-0.5,0.001,5,10\n"
    "2019-05-29,XYZ,40,XYZ,2019-06-21,call,44,1,2,0.2,0.3,0.001,5,10\n"
    "2019-05-29,XYZ,40,XYZ,2019-06-21,put,40,1,2,0.2,-0.5,0.001,5,10\n"
    "2019-05-30,XYZ,40,XYZ,2019-06-21,put,40,1,2,0.2,-0.5,0.001,5,10\n";

void write_dataset(const std::string& folder, const std::string& dividends) {
  RandomChains chains;
  chains.sessions = 2;
  chains.strikes = 1;
  chains.expirations = 1;
  auto writer = DatasetWriter::open(folder, {}).value();
  REQUIRE(writer->describe("close", {}).ok());
  for (ChainSnapshot& chain : chains.all()) {
    SessionQuotes session;
    session.underlying = chain.underlying;
    session.session = chain.session;
    const std::size_t groups = chain.groups();
    session.snapshots.push_back({std::move(chain), std::vector<ExerciseStyle>(groups, ExerciseStyle::american),
                                 std::vector<std::int32_t>(groups, 100)});
    REQUIRE(writer->put(std::move(session)).ok());
  }
  EventStore events;
  events.dividends = events_from_csv<Dividend>("dividends", dividends).value();
  REQUIRE(put_events(*writer, events).ok());
  REQUIRE(writer->commit({"made up", "", 0}, {}, {}).ok());
}

}  // namespace

TEST_CASE("events of files are sent with a CSV file", "[data][replay][notices]") {
  const Folder folder;
  const std::string chain = folder.file("chain.csv", csv);
  const std::string plain = "{csv: " + chain + ", layout: optix";
  const auto without = make(replay_node_type(), plain + "}");
  REQUIRE(without.ok());
  CHECK(played(**without) ==
        "05-28T20:00 instruments underlying chain,0\n05-29T20:00 instruments underlying chain,1,2\n"
        "05-30T20:00 underlying chain,2 end_of_data\n");
  const std::string with =
      plain + ", events: {dividends: " +
      folder.file("dividends.csv", "underlying,declared,ex,amount\nXYZ,2019-05-29,2019-06-10,0.5\n") +
      ", splits: " + folder.file("splits.csv", "underlying,ex,new_shares,old_shares\nXYZ,2019-05-29,2,1\n") +
      ", rates: " + folder.file("rates.csv", "curve,date,years,rate\nUSD,2019-05-24,1,0.02\nUSD,2019-05-28,1,0.03\n") +
      ", settlements: " + folder.file("set.csv", "symbol,date,value\nXYZ,2019-05-30,40.10\n") + "}}";
  const auto node = make(replay_node_type(), with);
  INFO((node ? "" : node.error().to_string()));
  REQUIRE(node.ok());
  // The put of 80 becomes one of 40 before the data lists it: number 1; the call that it lists is 2.
  CHECK(played(**node) ==
        "05-28T20:00 settlement rates instruments underlying chain,0\n"
        "05-29T13:30 rates instruments split adjusted\n"
        "05-29T20:00 dividend instruments underlying chain,2,1\n"
        "05-30T20:00 settlement underlying chain,1 end_of_data\n");
  const auto broken = make(replay_node_type(), plain + ", events: {rates: " + folder.file("no.csv", "date\n") + "}}");
  REQUIRE_FALSE(broken.ok());
  CHECK_THAT(broken.error().to_string(), Catch::Contains("no.csv"));
}

TEST_CASE("events of a dataset are sent, with those of files", "[data][replay][notices]") {
  const Folder folder;
  write_dataset(folder.path + "/set", "underlying,declared,ex,amount\nAAA,2021-02-01,2021-03-10,0.5\n");
  const std::string plain = "{dataset: " + folder.path + "/set";
  const auto alone = make(replay_node_type(), plain + "}");
  REQUIRE(alone.ok());
  CHECK_THAT(played(**alone), Catch::StartsWith("03-01T21:00 dividend instruments"));
  const auto more =
      make(replay_node_type(),
           plain + ", events: {dividends: " +
               folder.file("more.csv", "underlying,declared,ex,amount\nAAA,2021-03-01,2021-03-11,1\n") + "}}");
  REQUIRE(more.ok());
  CHECK_THAT(played(**more), Catch::StartsWith("03-01T21:00 dividend dividend instruments"));
  const auto against =
      make(replay_node_type(),
           plain + ", events: {dividends: " +
               folder.file("else.csv", "underlying,declared,ex,amount\nAAA,2021-02-01,2021-03-10,9\n") + "}}");
  REQUIRE_FALSE(against.ok());
  CHECK_THAT(against.error().to_string(), Catch::Contains("else.csv"));
}

TEST_CASE("a simulated market tells its rates and values", "[actors][simulation][notices]") {
  const auto node = make(simulated_node_type(), "{preset: spx-like, start: 2019-05-16, end: 2019-05-17, settings: {}}");
  REQUIRE(node.ok());
  std::string text = played(**node);
  for (std::size_t at; (at = text.find(',')) != std::string::npos;) text.erase(at, text.find_first_of(" \n", at) - at);
  CHECK(text ==
        "05-16T19:45 settlement rates instruments underlying chain\n05-17T13:30 settlement\n"
        "05-17T19:45 instruments underlying chain end_of_data\n");
  const auto simple = make(simulated_node_type(), "{start: 2019-05-16, end: 2019-05-16}");
  REQUIRE(simple.ok());
  CHECK_THAT(played(**simple), Catch::StartsWith("05-16T20:00 instruments underlying"));
}
