#pragma once
// An imported dataset, opened for reading: files are mapped when first used and checked against the
// manifest's hashes once each time the folder is opened, before anything of them reaches a caller.
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "core/data/store/manifest.hpp"
#include "messages/ref.hpp"

namespace optix {

// One underlying and session, mapped. Snapshots share the mapping: no column is copied.
class SessionView {
 public:
  virtual ~SessionView() = default;
  virtual std::size_t snapshots() const = 0;
  virtual Timestamp time(std::size_t snapshot) const = 0;
  // Contract ids are those of the dataset: dense from 0 within the underlying, in order of first
  // appearance. The message knows its hash.
  virtual MessageRef snapshot(std::size_t snapshot) const = 0;
};

class DatasetFolder {
 public:
  enum class Verify : std::uint8_t { first_use, never };

  // Errors name the folder, the file and what to do. A folder whose import was cut short opens as
  // what it was before.
  static Result<std::shared_ptr<const DatasetFolder>> open(const std::string& folder,
                                                           Verify verify = Verify::first_use);
  ~DatasetFolder();

  const std::string& path() const { return path_; }
  const Manifest& manifest() const { return manifest_; }
  // Number `partition` of the manifest. Safe from several threads at once.
  Result<std::shared_ptr<const SessionView>> session(std::size_t partition) const;
  // The contracts [first, last) of an underlying, as views of the instruments file.
  Result<InstrumentBatch> instruments(Symbol underlying, std::uint32_t first, std::uint32_t last) const;
  // Bytes of another file of the manifest (events), checked.
  Result<std::string> read(const StoredFile& file) const;
  // Every file against its hash; the first that differs is the error.
  Status verify_all() const;

 private:
  struct Impl;
  DatasetFolder(std::string path, Manifest manifest, std::unique_ptr<Impl> impl);
  std::string path_;
  Manifest manifest_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace optix
