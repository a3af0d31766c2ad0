#pragma once
// What a dataset folder holds, as manifest.json: the one file that makes the others part of the
// dataset. It carries a hash of itself and of every file; what it does not name does not exist.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/quality.hpp"
#include "messages/market.hpp"
#include "messages/values/result.hpp"

namespace optix {

// A file of the dataset: path relative to the folder, its size and XXH3-128 in hexadecimal.
struct StoredFile {
  std::string path;
  std::uint64_t bytes = 0;
  std::string hash;
  bool operator==(const StoredFile&) const = default;
};

// One underlying and session.
struct Partition {
  Symbol underlying;
  Date session;
  StoredFile quotes;  // one record batch per snapshot
  StoredFile groups;  // the snapshots' group tables, one record batch per snapshot
  std::uint64_t rows = 0;
  std::uint32_t snapshots = 0;
  Timestamp first, last;        // times of the first and last snapshot
  std::uint32_t contracts = 0;  // of this underlying, seen up to and including this session
  bool operator==(const Partition&) const = default;
};

// A source that was imported: what, when it was last changed is not kept (the same data gives the
// same dataset), how many rows came of it.
struct ImportedSource {
  std::string description;
  std::string layout;
  std::uint64_t rows = 0;
  bool operator==(const ImportedSource&) const = default;
};

// When a column's value was known, for people and for the replay.
struct ColumnNote {
  std::string name;
  std::string unit;
  std::string known;  // "at the snapshot's time", "before the session's open", "15:45"
  bool operator==(const ColumnNote&) const = default;
};

struct Manifest {
  // 2: chains carry displayed sizes and halts. Hashes of snapshots are stored, so a dataset of another
  // format would replay with hashes that no other source of the same quotes gives.
  static constexpr int format = 2;

  std::string time_meaning;  // of a snapshot's time: "close", "15:45", "end of the minute"
  std::string calendar;      // "US options 2005-2099"
  std::vector<ColumnNote> columns;
  std::vector<ImportedSource> sources;
  std::map<std::string, std::string> policy;      // what was decided about defects
  std::vector<Partition> partitions;              // by session, then underlying
  std::map<std::string, StoredFile> instruments;  // by underlying
  std::map<std::string, StoredFile> events;       // by kind: dividends, splits, rates, …
  QualityReport quality;

  // XXH3-128 over partitions, instruments and events (not over sources, policy and quality): equal
  // data, however it came, has an equal hash.
  std::string dataset_hash() const;
};

std::string to_json(const Manifest& manifest);
// `name` is what errors call the file. Refuses another format, a wrong hash, missing or unknown keys.
Result<Manifest> manifest_from_json(const std::string& name, std::string_view json);

}  // namespace optix
