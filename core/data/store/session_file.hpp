#pragma once
// The two files of a session: quotes (a record batch of rows per snapshot) and groups (a record
// batch per snapshot of its expirations, roots and rights, with what the snapshot says as a whole).
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/data/arrow/ipc.hpp"
#include "core/data/store/files.hpp"
#include "messages/market.hpp"
#include "messages/ref.hpp"

namespace optix::stored {

struct SessionBytes {
  std::string quotes, groups;
  std::uint64_t rows = 0;
};

// Writes sessions, one after another; what it needs for one it uses again for the next.
class SessionEncoder {
 public:
  explicit SessionEncoder(arrow::Compression compression);
  ~SessionEncoder();
  SessionEncoder(const SessionEncoder&) = delete;
  SessionEncoder& operator=(const SessionEncoder&) = delete;

  // Snapshots (ChainSnapshot) of one underlying and session, at least one, each well formed
  // (chain_defect) with a row or more and ids in `contract`. The same snapshots give the same bytes.
  SessionBytes encode(std::span<const MessageRef> snapshots);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct StoredSnapshot {
  ChainSnapshot chain;     // row columns view the mapping unless the file is compressed
  std::uint64_t hash = 0;  // of the message, see MessageRef::hash
};

// What the manifest says of a session, and where its files are.
struct SessionSource {
  const Partition& partition;
  std::string quotes_name, groups_name;  // for errors
  std::shared_ptr<const MappedFile> quotes, groups;
};

// All snapshots, in order of time. With `check` everything is examined that a reader may rely on:
// chain_defect, ids below partition.contracts, the partition's counts and times; without, only what
// keeps reads inside the files.
Result<std::vector<StoredSnapshot>> decode_session(const SessionSource& source, bool check);

}  // namespace optix::stored
