#include "core/data/store/dataset_writer.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "core/contracts/chain_view.hpp"
#include "tests/core/data/store/small_sessions.hpp"

using namespace optix;
using namespace optix::test;

namespace {

const Date first_day = Date::from_civil(2019, 3, 1);

std::vector<SessionQuotes> two_markets(int days) {
  std::vector<SessionQuotes> sessions;
  for (int i = 0; i < days; ++i)
    for (const char* name : {"SPX", "BRK/B"}) sessions.push_back(make_session(name, first_day + 3 * i));
  return sessions;
}

// The data files; manifests tell of sources as well.
std::map<std::string, std::string> data_files(const std::string& folder) {
  auto files = contents(folder);
  files.erase("manifest.json");
  return files;
}

}  // namespace

TEST_CASE("a dataset holds what was put, numbered by first appearance", "[data][store]") {
  TempFolder temp;
  const auto sessions = two_markets(6);
  const Manifest manifest = import(temp.dataset(), sessions);
  REQUIRE(manifest.partitions.size() == sessions.size());
  auto data = DatasetFolder::open(temp.dataset());
  REQUIRE(data.ok());
  std::map<Symbol, std::uint32_t> next;
  for (std::size_t i = 0; i < manifest.partitions.size(); ++i) {
    const Partition& p = manifest.partitions[i];
    const auto put_in = std::find_if(sessions.begin(), sessions.end(), [&](const SessionQuotes& s) {
      return s.session == p.session && s.underlying == p.underlying;
    });
    auto view = (*data)->session(i);
    REQUIRE(view.ok());
    REQUIRE((*view)->snapshots() == put_in->snapshots.size());
    auto table = (*data)->instruments(p.underlying, 0, p.contracts);
    REQUIRE(table.ok());
    const InstrumentBatch& known = *table;
    for (std::size_t s = 0; s < (*view)->snapshots(); ++s) {
      const MessageRef message = (*view)->snapshot(s);
      const auto& got = message.get<ChainSnapshot>();
      const ChainSnapshot& want = put_in->snapshots[s].chain;
      REQUIRE(chain_defect(got) == std::nullopt);
      CHECK((*view)->time(s) == want.time);
      for (std::size_t g = 0; g < got.groups(); ++g)
        for (std::size_t r = got.group_begin[g]; r < got.group_begin[g + 1]; ++r) {
          const ContractId id = got.contract[r];
          REQUIRE(id <= next[p.underlying]);  // known, or the next one
          next[p.underlying] = std::max(next[p.underlying], id + 1);
          REQUIRE(known.root[id] == got.group_root[g]);
          REQUIRE(known.expiration[id] == got.group_expiration[g]);
          REQUIRE(known.right[id] == got.group_right[g]);
          REQUIRE(known.strike[id] == got.strike[r]);
          REQUIRE(known.settles[id] == got.group_settles[g]);
          REQUIRE(known.settlement[id] == got.group_settlement[g]);
        }
      ChainSnapshot with_ids = want;
      with_ids.contract = got.contract;
      CHECK(hash_of_content(make_message(with_ids)) == message.hash());
    }
    CHECK(p.contracts == next[p.underlying]);
  }
}

TEST_CASE("the same sessions give the same files in whatever order and imports they came", "[data][store]") {
  TempFolder temp;
  const auto sessions = two_markets(8);
  const Manifest expected = import(temp.dataset(), sessions);
  const auto files = data_files(temp.dataset());
  Prng prng(5);
  for (int round = 0; round < 12; ++round) {
    INFO("round " << round);
    auto shuffled = sessions;
    for (std::size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[prng.below(i)]);
    if (round == 0) std::reverse(shuffled.begin(), shuffled.end());
    TempFolder other;
    const std::size_t imports = 1 + prng.below(5);
    for (std::size_t part = 0; part < imports; ++part) {
      std::vector<SessionQuotes> some(
          shuffled.begin() + static_cast<std::ptrdiff_t>(part * shuffled.size() / imports),
          shuffled.begin() + static_cast<std::ptrdiff_t>((part + 1) * shuffled.size() / imports));
      // Some sessions come wrong at first and are replaced, in the same import or in the next.
      const auto wrong = make_session("SPX", some.back().session, {3, 4, 6, 99});
      if (some.back().underlying == symbol("SPX") && prng.below(2)) {
        if (prng.below(2))
          import(other.dataset(), {wrong});
        else
          some.insert(some.begin(), wrong);
      }
      import(other.dataset(), some);
    }
    CHECK(data_files(other.dataset()) == files);
    const auto manifest = DatasetFolder::open(other.dataset());
    REQUIRE(manifest.ok());
    CHECK((*manifest)->manifest().dataset_hash() == expected.dataset_hash());
    CHECK((*manifest)->manifest().partitions == expected.partitions);
  }
}

TEST_CASE("the same import again changes no file", "[data][store]") {
  for (const arrow::Compression compression : {arrow::Compression::none, arrow::Compression::zstd}) {
    TempFolder temp;
    const auto sessions = two_markets(4);
    import(temp.dataset(), sessions, {compression, false});
    const auto files = contents(temp.dataset());
    std::map<std::string, std::filesystem::file_time_type> times;
    for (const auto& entry : files)
      times[entry.first] = std::filesystem::last_write_time(std::filesystem::path(temp.dataset()) / entry.first);
    auto reversed = sessions;
    std::reverse(reversed.begin(), reversed.end());
    import(temp.dataset(), reversed, {compression, false});
    CHECK(contents(temp.dataset()) == files);
    for (const auto& [name, time] : times) {
      INFO(name);
      CHECK(std::filesystem::last_write_time(std::filesystem::path(temp.dataset()) / name) == time);
    }
  }
}

TEST_CASE("current() is the session as it stands", "[data][store]") {
  TempFolder temp;
  const SessionQuotes old = make_session("SPX", first_day), changed = make_session("SPX", first_day, {3, 2, 4, 9});
  import(temp.dataset(), {old});
  const auto writer = open_writer(temp.dataset());
  const auto same = [&](const SessionQuotes& want) {
    auto got = writer->current(symbol("SPX"), first_day);
    REQUIRE(got.ok());
    REQUIRE(got->snapshots.size() == want.snapshots.size());
    for (std::size_t i = 0; i < want.snapshots.size(); ++i) {
      CHECK(hash_of_content(make_message(got->snapshots[i].chain)) ==
            hash_of_content(make_message(want.snapshots[i].chain)));
      CHECK(got->snapshots[i].group_exercise == want.snapshots[i].group_exercise);
      CHECK(got->snapshots[i].group_multiplier == want.snapshots[i].group_multiplier);
    }
  };
  same(old);
  put(*writer, changed);
  same(changed);
  CHECK(writer->current(symbol("SPX"), first_day + 1)->snapshots.empty());
  CHECK(writer->current(symbol("NDX"), first_day)->snapshots.empty());
  CHECK(writer->before().partitions.size() == 1);
}

TEST_CASE("without commit the folder is as before", "[data][store]") {
  TempFolder temp;
  {
    const auto writer = open_writer(temp.dataset());
    put(*writer, make_session("SPX", first_day));
  }
  CHECK_FALSE(std::filesystem::exists(temp.dataset()));
  import(temp.dataset(), two_markets(2));
  const auto files = contents(temp.dataset());
  {
    const auto writer = open_writer(temp.dataset());
    put(*writer, make_session("SPX", first_day, {3, 3, 9, 7}));
    put(*writer, make_session("SPX", first_day - 1));
    CHECK(writer->put_events("dividends", "x").ok());
  }
  CHECK(contents(temp.dataset()) == files);
}

TEST_CASE("one import at a time; leftovers of a killed one go, files of others stay", "[data][store]") {
  TempFolder temp;
  import(temp.dataset(), two_markets(2));
  const auto files = contents(temp.dataset());
  const std::filesystem::path folder = temp.dataset();
  std::filesystem::create_directories(folder / ".staging");
  for (const char* name : {".staging/7.arrow", ".staging/manifest.json", "quotes/SPX/2019-03-01-0123abcd.arrow",
                           "instruments/SPX-0123abcd.arrow", "events/splits-0123abcd.arrow"}) {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name) << "half";
  }
  for (const char* name : {"notes.txt", "quotes/SPX/mine.arrow", "quotes/SPX/2019-03-01-0123ABCD.csv"})
    std::ofstream(folder / name) << "kept";
  {
    const auto writer = open_writer(temp.dataset());
    auto second = DatasetWriter::open(temp.dataset(), {});
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().what.find("another import") != std::string::npos);
  }
  auto now = contents(temp.dataset());
  for (const char* name : {"notes.txt", "quotes/SPX/mine.arrow", "quotes/SPX/2019-03-01-0123ABCD.csv"})
    CHECK(now.erase(name) == 1);
  CHECK(now == files);
  auto again = DatasetWriter::open(temp.dataset(), {});
  CHECK(again.ok());
}

TEST_CASE("a folder of something else is refused", "[data][store]") {
  TempFolder temp;
  std::ofstream(temp.path() / "thesis.tex") << "years of work";
  auto writer = DatasetWriter::open(temp.path().string(), {});
  REQUIRE_FALSE(writer.ok());
  CHECK(writer.error().what.find("thesis.tex") != std::string::npos);
  CHECK(contents(temp.path()).size() == 1);
  CHECK_FALSE(DatasetWriter::open((temp.path() / "thesis.tex").string(), {}).ok());
  CHECK_FALSE(DatasetWriter::open("", {}).ok());
  // A broken manifest is neither overwritten nor taken as an empty dataset.
  import(temp.dataset(), two_markets(1));
  std::ofstream(std::filesystem::path(temp.dataset()) / "manifest.json", std::ios::app) << " ";
  const auto files = contents(temp.dataset());
  CHECK_FALSE(DatasetWriter::open(temp.dataset(), {}).ok());
  CHECK(contents(temp.dataset()) == files);
}

TEST_CASE("importing again repairs a damaged session", "[data][store]") {
  TempFolder temp;
  const auto sessions = two_markets(3);
  const Manifest manifest = import(temp.dataset(), sessions);
  const auto files = contents(temp.dataset());
  for (const StoredFile* file : {&manifest.partitions[2].quotes, &manifest.partitions[3].groups}) {
    std::string bytes = files.at(file->path);
    bytes[bytes.size() / 2] ^= 4;
    std::ofstream(std::filesystem::path(temp.dataset()) / file->path, std::ios::binary) << bytes;
    CHECK_FALSE(replay(temp.dataset()).error.empty());
    import(temp.dataset(), sessions);
    CHECK(contents(temp.dataset()) == files);
  }
}

TEST_CASE("contracts that change their meaning are refused, unless every session changes", "[data][store]") {
  TempFolder temp;
  auto sessions = two_markets(3);
  import(temp.dataset(), sessions);
  const auto files = contents(temp.dataset());
  for (SessionQuotes& session : sessions)
    for (SnapshotQuotes& s : session.snapshots) std::fill(s.group_multiplier.begin(), s.group_multiplier.end(), 10);
  {
    const auto writer = open_writer(temp.dataset());
    put(*writer, sessions[2]);
    const auto manifest = writer->commit({}, {}, {});
    REQUIRE_FALSE(manifest.ok());
    CHECK(manifest.error().what.find("times 10") != std::string::npos);
    CHECK_FALSE(writer->put(sessions[0]).ok());  // nothing can follow an error
  }
  CHECK(contents(temp.dataset()) == files);
  import(temp.dataset(), sessions);
  TempFolder other;
  import(other.dataset(), sessions);
  CHECK(data_files(temp.dataset()) == data_files(other.dataset()));
}

TEST_CASE("sessions that cannot be stored are refused with the reason", "[data][store]") {
  struct Case {
    const char* what;
    void (*spoil)(SessionQuotes&);
  };
  const Case cases[] = {
      {"there are none", [](SessionQuotes& s) { s.snapshots.clear(); }},
      {"printable", [](SessionQuotes& s) { s.underlying = symbol("a b"); }},
      {"no date", [](SessionQuotes& s) { s.session = {INT32_MAX}; }},
      {"not after the one before", [](SessionQuotes& s) { s.snapshots[1].chain.time = s.snapshots[0].chain.time; }},
      {"another underlying", [](SessionQuotes& s) { s.snapshots[0].chain.underlying = symbol("NDX"); }},
      {"another underlying", [](SessionQuotes& s) { s.snapshots[0].chain.session = {1}; }},
      {"columns differ", [](SessionQuotes& s) { s.snapshots[0].chain.bid.pop_back(); }},
      {"no quotes",
       [](SessionQuotes& s) {
         s.snapshots[0].chain = {.underlying = s.underlying, .time = {1}, .session = s.session};
       }},
      {"group bounds", [](SessionQuotes& s) { s.snapshots[0].chain.group_begin[1] = 1u << 30; }},
      {"group bounds", [](SessionQuotes& s) { s.snapshots[0].chain.group_begin.pop_back(); }},
      {"not in order", [](SessionQuotes& s) { s.snapshots[0].chain.group_expiration[0] = {40'000}; }},
      {"not in order", [](SessionQuotes& s) { s.snapshots[0].chain.strike[1] = Decimal::from_int(1); }},
      {"strike is missing", [](SessionQuotes& s) { s.snapshots[0].chain.strike[0] = Decimal::none(); }},
      {"option root",
       [](SessionQuotes& s) {
         for (Symbol& root : s.snapshots[0].chain.group_root) root = symbol("\xff");
       }},
      {"one per group", [](SessionQuotes& s) { s.snapshots[1].group_multiplier.pop_back(); }},
  };
  TempFolder temp;
  const auto writer = open_writer(temp.dataset());
  for (const Case& c : cases) {
    SessionQuotes session = make_session("SPX", first_day);
    c.spoil(session);
    const Status status = writer->put(session);
    INFO(c.what);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().to_string().find(c.what) != std::string::npos);
  }
  put(*writer, make_session("SPX", first_day));  // a refused session does not end the import
  CHECK(commit(*writer).partitions.size() == 1);
  CHECK_FALSE(writer->commit({}, {}, {}).ok());
}

TEST_CASE("sessions whose times overlap are refused at commit", "[data][store]") {
  TempFolder temp;
  const auto writer = open_writer(temp.dataset());
  put(*writer, make_session("SPX", first_day + 1));
  SessionQuotes late = make_session("SPX", first_day, {1, 1, 2});
  late.snapshots[0].chain.time = (first_day + 2).midnight_utc();
  put(*writer, late);
  const auto manifest = writer->commit({}, {}, {});
  REQUIRE_FALSE(manifest.ok());
  CHECK(manifest.error().what.find("ends at") != std::string::npos);
}

TEST_CASE("events, meanings and sources in the manifest", "[data][store]") {
  TempFolder temp;
  const std::vector<ColumnNote> notes{{"iv", "1.00 a year", "15:45"}};
  {
    const auto writer = open_writer(temp.dataset());
    REQUIRE(writer->describe("close", notes).ok());
    put(*writer, make_session("SPX", first_day));
    REQUIRE(writer->put_events("dividends", "first").ok());
    REQUIRE(writer->put_events("dividends", "second").ok());
    REQUIRE(writer->put_events("splits", "none").ok());
    for (const char* kind : {"", "Dividends", "../x", "a b"}) CHECK_FALSE(writer->put_events(kind, "x").ok());
    commit(*writer);
  }
  CHECK(contents(temp.dataset()).size() == 6);
  {
    const auto writer = open_writer(temp.dataset());
    CHECK_FALSE(writer->describe("15:45", {}).ok());
    REQUIRE(writer->put_events("splits", "two").ok());
    const auto manifest = writer->commit({"a second source", "csv", 3}, {{"rows", "stop"}}, {});
    REQUIRE(manifest.ok());
    CHECK(manifest->time_meaning == "close");
    CHECK(manifest->columns == notes);
    CHECK(manifest->sources.size() == 2);
    CHECK(manifest->policy.size() == 2);
  }
  CHECK(contents(temp.dataset()).size() == 6);
  auto data = DatasetFolder::open(temp.dataset());
  REQUIRE(data.ok());
  const auto& events = (*data)->manifest().events;
  REQUIRE(events.size() == 2);
  CHECK((*data)->read(events.at("dividends")).value() == "second");
  CHECK((*data)->read(events.at("splits")).value() == "two");
  CHECK_FALSE((*data)->read({"manifest.json", 1, "x"}).ok());
}
