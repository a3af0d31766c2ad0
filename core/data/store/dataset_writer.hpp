#pragma once
// Writes sessions into a dataset folder, new or existing, so that a reader sees either what was
// there before or everything: files first, under names nobody reads yet; the manifest last, by rename.
#include <memory>
#include <string>

#include "core/data/arrow/ipc.hpp"
#include "core/data/quotes.hpp"
#include "core/data/store/manifest.hpp"

namespace optix {

struct WriteOptions {
  arrow::Compression compression = arrow::Compression::none;  // zstd: for cold data
  bool sync = true;                                           // fsync files and folder before the manifest names them
};

class DatasetWriter {
 public:
  // Takes the folder's lock; an error when another import holds it. Leftovers of an import that was
  // killed are removed.
  static Result<std::unique_ptr<DatasetWriter>> open(const std::string& folder, const WriteOptions& options);
  // Without commit(): the folder is as before.
  ~DatasetWriter();

  // The dataset as it stands in the folder; empty for a new one.
  const Manifest& before() const;
  // One session of one underlying, in any order. A session that the dataset has already is replaced
  // by it when it differs; the same quotes again change nothing. The session is written at once, to
  // be named by the manifest later; what is kept of it are its contracts.
  Status put(SessionQuotes session);
  // The quotes of a session as they stand (put in this import, else in the folder): empty when none.
  Result<SessionQuotes> current(Symbol underlying, Date session) const;
  // What a snapshot's time means and when each column was known; kept from before when not called.
  // An error when the dataset has sessions whose times mean something else.
  Status describe(const std::string& time_meaning, const std::vector<ColumnNote>& columns);
  // A file of events, whole; `kind`: lower-case letters, digits, '_' and '-'.
  Status put_events(const std::string& kind, const std::string& bytes);
  // Numbers the contracts (in order of first appearance over sessions: the same data has the same
  // numbers whatever the order of imports), writes the manifest, removes what it no longer names.
  // `source` is added to those of the manifest unless it is there; `policy` replaces the keys it has;
  // `quality` replaces the report. Once, as the last call.
  Result<Manifest> commit(const ImportedSource& source, const std::map<std::string, std::string>& policy,
                          const QualityReport& quality);

 private:
  struct Impl;
  explicit DatasetWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace optix
