#pragma once
// Small option markets for tests of dataset folders: any session from its date and a seed alone.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/data/store/dataset_folder.hpp"
#include "core/data/store/dataset_writer.hpp"
#include "messages/codec/buffer.hpp"
#include "messages/codec/hash.hpp"
#include "tests/messages/support/random_message.hpp"

namespace optix::test {

// A folder of its own, deleted at the end.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "optix-store-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot create " + pattern);
    path_ = pattern;
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }
  // Where the dataset goes; not there at first.
  std::string dataset() const { return (path_ / "data").string(); }

 private:
  std::filesystem::path path_;
};

struct MarketShape {
  std::size_t snapshots = 2, expirations = 3, strikes = 5;  // strikes of each right
  std::uint64_t seed = 1;
};

inline Symbol symbol(std::string_view text) { return Symbol::from(text).value(); }

// Every few sessions an expiration and some strikes drop out and others appear, so that numbering
// has something to do; one quote in four lacks a side or a greek.
inline SessionQuotes make_session(const std::string& name, Date date, const MarketShape& shape = {}) {
  Prng prng(hash_bytes(name) ^ static_cast<std::uint64_t>(date.days) * 77 ^ shape.seed << 40);
  SessionQuotes out{symbol(name), date, {}};
  const int level = 100 + (date.days % 50);
  for (std::size_t s = 0; s < shape.snapshots; ++s) {
    SnapshotQuotes& quotes = out.snapshots.emplace_back();
    ChainSnapshot& c = quotes.chain;
    c.underlying = out.underlying;
    c.session = date;
    c.time = date.midnight_utc() + (15 * 3600 + static_cast<std::int64_t>(s) * 60) * nanos_per_second;
    c.underlying_price = prng.below(20) == 0 ? Decimal::none() : Decimal::from_raw(level * 1'000'000 + 250'000);
    c.stale = prng.below(10) == 0;
    for (std::size_t e = 0; e < shape.expirations; ++e) {
      const Date expiration{date.days / 7 * 7 + 7 * static_cast<int>(e + 1)};
      for (const Right right : {Right::call, Right::put}) {
        c.group_root.push_back(out.underlying);
        c.group_expiration.push_back(expiration);
        c.group_settles.push_back(expiration.midnight_utc() + 20 * 3600 * nanos_per_second);
        c.group_right.push_back(right);
        c.group_settlement.push_back(expiration.days / 7 % 2 ? Settlement::am : Settlement::pm);
        c.group_begin.push_back(static_cast<std::uint32_t>(std::as_const(c.strike).size()));
        quotes.group_exercise.push_back(ExerciseStyle::european);
        quotes.group_multiplier.push_back(100);
        for (std::size_t k = 0; k < shape.strikes; ++k) {
          if (k > 0 && prng.below(6) == 0) continue;
          const bool odd = prng.below(4) == 0;
          const double nan = std::numeric_limits<double>::quiet_NaN();
          c.strike.push_back(Decimal::from_int(level + 5 * static_cast<int>(k)));
          c.bid.push_back(odd && prng.below(2) ? Decimal::none()
                                               : Decimal::from_raw(static_cast<std::int64_t>(prng.below(9'000'000))));
          c.ask.push_back(odd && prng.below(2)
                              ? Decimal::none()
                              : Decimal::from_raw(static_cast<std::int64_t>(9'000'000 + prng.below(1'000'000))));
          c.iv.push_back(odd && prng.below(2) ? nan : 0.1 + static_cast<double>(prng.below(1000)) / 3000);
          c.delta.push_back(odd && prng.below(2) ? -nan : static_cast<double>(prng.below(1000)) / 1000);
          c.gamma.push_back(odd && prng.below(2) ? nan : static_cast<double>(prng.below(1000)) / 1e5);
          c.volume.push_back(static_cast<std::int32_t>(prng.below(500)));
          c.open_interest.push_back(static_cast<std::int32_t>(prng.below(5000)));
        }
      }
    }
    c.group_begin.push_back(static_cast<std::uint32_t>(std::as_const(c.strike).size()));
    // Displayed sizes in the last snapshot of every other session, of both sides or of one, and not in every row.
    if (date.days % 2 != 0 || s + 1 < shape.snapshots) continue;
    for (std::size_t row = 0; row < std::as_const(c.strike).size(); ++row) {
      if (date.days % 4 == 0) c.bid_size.push_back(static_cast<std::int32_t>(prng.below(50)) - 1);
      c.ask_size.push_back(row == 0 ? 7 : static_cast<std::int32_t>(prng.below(50)) - 1);
    }
  }
  return out;
}

inline std::unique_ptr<DatasetWriter> open_writer(const std::string& folder, WriteOptions options = {.sync = false}) {
  auto writer = DatasetWriter::open(folder, options);
  if (!writer) throw std::runtime_error(writer.error().to_string());
  return *std::move(writer);
}

inline void put(DatasetWriter& writer, SessionQuotes session) {
  if (Status status = writer.put(std::move(session)); !status) throw std::runtime_error(status.error().to_string());
}

inline Manifest commit(DatasetWriter& writer) {
  QualityReport quality;
  quality.source = "made up";
  auto manifest = writer.commit({"made up", "none", 0}, {{"duplicates", "keep_first"}}, quality);
  if (!manifest) throw std::runtime_error(manifest.error().to_string());
  return *std::move(manifest);
}

// Imports sessions in the order given.
inline Manifest import(const std::string& folder, const std::vector<SessionQuotes>& sessions,
                       WriteOptions options = {.sync = false}) {
  const auto writer = open_writer(folder, options);
  for (const SessionQuotes& session : sessions) put(*writer, session);
  return commit(*writer);
}

inline std::string slurp(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Path relative to the folder -> content.
inline std::map<std::string, std::string> contents(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files[entry.path().lexically_relative(folder).string()] = slurp(entry.path());
  return files;
}

// Everything a reader can get out of a dataset, as hashes of the encoded messages; or the error.
struct Replayed {
  std::vector<std::uint64_t> hashes;
  std::string error;
  bool operator==(const Replayed&) const = default;
};

inline std::uint64_t hash_of_content(const MessageRef& message) {
  thread_local Buffer buffer;
  buffer.clear();
  message.encode(buffer);
  return hash_bytes(buffer.view());
}

inline Replayed replay(const std::string& folder) {
  Replayed out;
  const auto failed = [&](const Error& error) {
    out.hashes.clear();
    out.error = error.to_string();
    return out;
  };
  auto data = DatasetFolder::open(folder);
  if (!data) return failed(data.error());
  const Manifest& manifest = (*data)->manifest();
  std::map<Symbol, std::uint32_t> contracts;
  for (std::size_t i = 0; i < manifest.partitions.size(); ++i) {
    const Partition& p = manifest.partitions[i];
    std::uint32_t& known = contracts[p.underlying];
    auto instruments = (*data)->instruments(p.underlying, known, p.contracts);
    if (!instruments) return failed(instruments.error());
    known = p.contracts;
    out.hashes.push_back(hash_of_content(make_message(*std::move(instruments))));
    auto session = (*data)->session(i);
    if (!session) return failed(session.error());
    for (std::size_t s = 0; s < (*session)->snapshots(); ++s) {
      const MessageRef snapshot = (*session)->snapshot(s);
      out.hashes.push_back(hash_of_content(snapshot));
      if (snapshot.hash() != out.hashes.back()) return failed({"a stored hash is not the message's", "", ""});
    }
  }
  for (const auto& entry : manifest.events) {
    auto bytes = (*data)->read(entry.second);
    if (!bytes) return failed(bytes.error());
    out.hashes.push_back(hash_bytes(*bytes));
  }
  return out;
}

}  // namespace optix::test
