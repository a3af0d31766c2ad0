#include "core/data/store/dataset_folder.hpp"

#include <sys/resource.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "core/contracts/chain_view.hpp"
#include "core/contracts/instruments.hpp"
#include "core/data/store/layout.hpp"
#include "core/data/store/session_file.hpp"
#include "tests/core/data/store/small_sessions.hpp"

using namespace optix;
using namespace optix::test;

namespace {

namespace fs = std::filesystem;
const Date first_day = Date::from_civil(2019, 3, 1);

std::vector<SessionQuotes> some_sessions(int days) {
  std::vector<SessionQuotes> sessions;
  for (int i = 0; i < days; ++i) sessions.push_back(make_session("SPX", first_day + i));
  return sessions;
}

std::shared_ptr<const DatasetFolder> opened(const std::string& folder,
                                            DatasetFolder::Verify verify = DatasetFolder::Verify::first_use) {
  auto data = DatasetFolder::open(folder, verify);
  if (!data) throw std::runtime_error(data.error().to_string());
  return *std::move(data);
}

// Mappings of files below the folder in this process.
int mappings(const std::string& folder) {
  std::ifstream maps("/proc/self/maps");
  int count = 0;
  for (std::string line; std::getline(maps, line);) count += line.find(folder) != std::string::npos;
  return count;
}

}  // namespace

TEST_CASE("row columns are views of the mapped file; it stays mapped while somebody has it", "[data][store]") {
  TempFolder temp;
  import(temp.dataset(), some_sessions(3));
  const auto data = opened(temp.dataset());
  CHECK(mappings(temp.dataset()) == 0);
  MessageRef kept;
  {
    const auto view = data->session(1).value();
    CHECK(view == data->session(1).value());  // shared
    const MessageRef message = view->snapshot(0);
    const auto& c = message.get<ChainSnapshot>();
    CHECK(c.contract.is_view());
    CHECK(c.strike.is_view());
    CHECK(c.bid.is_view());
    CHECK(c.ask.is_view());
    CHECK(c.iv.is_view());
    CHECK(c.delta.is_view());
    CHECK(c.gamma.is_view());
    CHECK(c.volume.is_view());
    CHECK(c.open_interest.is_view());
    CHECK(message.hash_known());
    CHECK(message.hash() == hash_of_content(message));
    CHECK(message.same_object(view->snapshot(0)));
    CHECK(mappings(temp.dataset()) == 2);
    kept = message;
  }
  CHECK(mappings(temp.dataset()) >= 1);
  CHECK(kept.hash() == hash_of_content(kept));
  kept = MessageRef();
  CHECK(mappings(temp.dataset()) == 0);
  CHECK(data->session(1).ok());
  CHECK_FALSE(data->session(3).ok());
}

TEST_CASE("a session is checked once per opened folder", "[data][store]") {
  TempFolder temp;
  const Manifest manifest = import(temp.dataset(), some_sessions(2));
  const auto flip = [&](const StoredFile& file, std::size_t from_end) {
    const fs::path path = fs::path(temp.dataset()) / file.path;
    std::string bytes = slurp(path);
    bytes[bytes.size() - from_end] ^= 1;
    std::ofstream(path, std::ios::binary) << bytes;
  };
  const auto data = opened(temp.dataset());
  REQUIRE(data->session(0).ok());
  flip(manifest.partitions[0].quotes, 1);  // in the closing magic: only a hash would notice... or the format
  flip(manifest.partitions[0].quotes, 1);
  REQUIRE(data->session(0).ok());
  flip(manifest.partitions[1].quotes, manifest.partitions[1].quotes.bytes / 2);
  for (int i = 0; i < 2; ++i) {
    const auto bad = data->session(1);
    REQUIRE_FALSE(bad.ok());
    CHECK(bad.error().where.find(manifest.partitions[1].quotes.path) != std::string::npos);
  }
  CHECK(data->session(0).ok());
  CHECK(data->verify_all().error().where.find(manifest.partitions[1].quotes.path) != std::string::npos);
  flip(manifest.partitions[1].quotes, manifest.partitions[1].quotes.bytes / 2);
  CHECK(data->session(1).ok());
  CHECK(data->verify_all().ok());
  fs::resize_file(fs::path(temp.dataset()) / manifest.partitions[1].groups.path, 100);
  CHECK(opened(temp.dataset())->session(1).error().what.find("100 bytes") != std::string::npos);
  fs::remove(fs::path(temp.dataset()) / manifest.partitions[0].groups.path);
  CHECK(opened(temp.dataset())->session(0).error().where.find(manifest.partitions[0].groups.path) != std::string::npos);
}

TEST_CASE("compressed sessions are decoded into memory and are the same data", "[data][store]") {
  TempFolder plain, packed;
  const auto sessions = some_sessions(3);
  const Manifest a = import(plain.dataset(), sessions);
  const Manifest b = import(packed.dataset(), sessions, {arrow::Compression::zstd, false});
  CHECK(b.partitions[0].quotes.hash != a.partitions[0].quotes.hash);
  const Replayed expected = replay(plain.dataset());
  INFO(expected.error);
  REQUIRE(expected.error.empty());
  CHECK(replay(packed.dataset()) == expected);
  // Some sessions plain, some packed: sessions put again take the writer's form.
  import(packed.dataset(), {sessions[1]});
  CHECK(replay(packed.dataset()) == expected);
}

TEST_CASE("several threads share one opened dataset", "[data][store]") {
  TempFolder temp;
  const auto sessions = some_sessions(12);
  import(temp.dataset(), sessions);
  const Replayed expected = replay(temp.dataset());
  const auto data = opened(temp.dataset());
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      Prng prng(t);
      for (int i = 0; i < 300; ++i) {
        const std::size_t p = prng.below(sessions.size());
        const auto view = data->session(p);
        const auto table = data->instruments(symbol("SPX"), 0, data->manifest().partitions[p].contracts);
        wrong += !view.ok() || !table.ok() || (*view)->snapshot(1).hash() != expected.hashes[3 * p + 2];
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("contracts come as ranges without a copy", "[data][store]") {
  TempFolder temp;
  const Manifest manifest = import(temp.dataset(), some_sessions(4));
  const std::uint32_t all = manifest.partitions.back().contracts;
  const auto data = opened(temp.dataset());
  InstrumentTable table;
  for (std::uint32_t at = 0; at < all; at += 7) {
    const std::uint32_t end = std::min(all, at + 7);
    auto batch = data->instruments(symbol("SPX"), at, end);
    REQUIRE(batch.ok());
    CHECK(batch->first_id == at);
    CHECK(batch->root.is_view());
    CHECK(batch->strike.is_view());
    CHECK(batch->root.size() == end - at);
    table.add(make_message(*std::move(batch)));
  }
  CHECK(table.size() == all);
  CHECK(data->instruments(symbol("SPX"), 3, 3)->root.size() == 0);
  CHECK_FALSE(data->instruments(symbol("SPX"), 0, all + 1).ok());
  CHECK_FALSE(data->instruments(symbol("SPX"), 2, 1).ok());
  CHECK_FALSE(data->instruments(symbol("NDX"), 0, 0).ok());
}

TEST_CASE("what is no dataset is refused", "[data][store]") {
  TempFolder temp;
  CHECK_FALSE(DatasetFolder::open(temp.dataset()).ok());
  CHECK_FALSE(DatasetFolder::open(temp.path().string()).ok());
  std::ofstream(temp.path() / "manifest.json") << "{}";
  const auto bad = DatasetFolder::open(temp.path().string());
  REQUIRE_FALSE(bad.ok());
  CHECK(bad.error().where.find("manifest.json") != std::string::npos);
}

TEST_CASE("files with a right hash and wrong content are errors, not crashes", "[data][store]") {
  // Written by hand: every hash is right, the snapshots are not.
  struct Case {
    const char* says;
    void (*spoil)(ChainSnapshot&);
    void (*claim)(Partition&) = [](Partition&) {};
  };
  const auto ids_from = [](ChainSnapshot& c, ContractId first) {
    for (std::size_t i = 0; i < std::as_const(c.contract).size(); ++i)
      c.contract[i] = first + static_cast<ContractId>(i);
  };
  static const auto ids = ids_from;
  const Case cases[] = {
      {nullptr, [](ChainSnapshot&) {}},
      {"groups do not cover", [](ChainSnapshot& c) { c.group_begin[1] = 1'000'000u; }},
      {"groups do not cover", [](ChainSnapshot& c) { std::swap(c.group_begin[1], c.group_begin[2]); }},
      {"group bounds", [](ChainSnapshot& c) { c.group_begin[0] = 1; }},
      {"has no rows", [](ChainSnapshot& c) { c.group_begin[1] = 0; }},
      {"strikes are not in order", [](ChainSnapshot& c) { c.strike[1] = c.strike[0]; }},
      {"groups are not in order", [](ChainSnapshot& c) { c.group_expiration[0] = c.group_expiration[1] + 1; }},
      {"strike is missing", [](ChainSnapshot& c) { c.strike[0] = Decimal::none(); }},
      {"is not defined", [](ChainSnapshot& c) { ids(c, UINT32_MAX - 100); }},
      {"rows the manifest says", [](ChainSnapshot&) {}, [](Partition& p) { p.rows += 1; }},
      {"snapshots the manifest says", [](ChainSnapshot&) {}, [](Partition& p) { p.snapshots += 1; }},
      {"times are not those", [](ChainSnapshot&) {}, [](Partition& p) { p.last = p.last + 1; }},
  };
  for (const Case& c : cases) {
    INFO((c.says ? c.says : "unchanged"));
    TempFolder temp;
    const SessionQuotes session = make_session("SPX", first_day);
    import(temp.dataset(), {session});
    std::vector<MessageRef> messages;
    for (const SnapshotQuotes& s : session.snapshots) {
      ChainSnapshot chain = s.chain;
      chain.contract = Series<ContractId>(std::as_const(chain.strike).size());
      ids(chain, 0);
      c.spoil(chain);
      messages.push_back(make_message(std::move(chain)));
    }
    const auto bytes = stored::SessionEncoder(arrow::Compression::none).encode(messages);
    Manifest manifest = opened(temp.dataset())->manifest();
    Partition& p = manifest.partitions[0];
    const auto replace = [&](StoredFile& file, const std::string& content, auto path) {
      file = {"", content.size(), stored::content_hash(content)};
      file.path = path(p.underlying, p.session, file.hash, 8);
      std::ofstream(fs::path(temp.dataset()) / file.path, std::ios::binary) << content;
    };
    replace(p.quotes, bytes.quotes, stored::quotes_path);
    replace(p.groups, bytes.groups, stored::groups_path);
    c.claim(p);
    p.contracts = 1000;
    std::ofstream(fs::path(temp.dataset()) / "manifest.json", std::ios::binary) << to_json(manifest);
    for (const auto verify : {DatasetFolder::Verify::first_use, DatasetFolder::Verify::never}) {
      const auto view = opened(temp.dataset(), verify)->session(0);
      REQUIRE(view.ok() == (c.says == nullptr));
      if (!view) {
        CHECK(view.error().to_string().find(c.says) != std::string::npos);
        CHECK(view.error().where.find(temp.dataset()) != std::string::npos);
      }
    }
  }
  // Files that are something else altogether.
  TempFolder temp;
  Manifest manifest = import(temp.dataset(), some_sessions(1));
  const Manifest original = manifest;
  Prng prng(8);
  for (const std::string& content :
       {std::string(), std::string("x"), std::string(500, '\0'), std::string("ARROW1\0\0", 8),
        slurp(fs::path(temp.dataset()) / original.partitions[0].groups.path),
        slurp(fs::path(temp.dataset()) / original.instruments.at("SPX").path)}) {
    manifest = original;
    StoredFile& file = manifest.partitions[0].quotes;
    file = {"", content.size(), stored::content_hash(content)};
    file.path = stored::quotes_path(symbol("SPX"), first_day, file.hash);
    std::ofstream(fs::path(temp.dataset()) / file.path, std::ios::binary) << content;
    std::ofstream(fs::path(temp.dataset()) / "manifest.json", std::ios::binary) << to_json(manifest);
    CHECK_FALSE(opened(temp.dataset())->session(0).ok());
  }
}
