#pragma once
// Recorded or generated market data as a sequence of steps, ready to be sent: one step is one chain
// snapshot with the definitions of the contracts it shows for the first time.
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/csv_layout.hpp"
#include "core/data/csv_rows.hpp"
#include "core/data/quality.hpp"
#include "messages/ref.hpp"

namespace optix {

// What is sent at one instant, in this order.
struct DatasetStep {
  MessageRef instruments;  // InstrumentBatch, or empty when no contract is new
  MessageRef underlying;   // UnderlyingPrice
  MessageRef snapshot;     // ChainSnapshot
};

// Steps in ascending time; several at one instant are of several underlyings. Contract ids are dense and given in order
// of first appearance, step by step, so that nothing about a step depends on later ones.
class SnapshotSource {
 public:
  virtual ~SnapshotSource() = default;
  virtual std::size_t steps() const = 0;
  virtual Timestamp time(std::size_t step) const = 0;
  virtual DatasetStep step(std::size_t step) const = 0;
  virtual const QualityReport& quality() const = 0;
  // The first so many steps are for warming up: they are sent, but nothing may be opened on them.
  virtual std::size_t warm_up_steps() const { return 0; }
};

// All steps in memory.
class Dataset final : public SnapshotSource {
 public:
  Dataset(std::vector<DatasetStep> steps, QualityReport quality);
  std::size_t steps() const override { return steps_.size(); }
  Timestamp time(std::size_t step) const override;
  DatasetStep step(std::size_t step) const override { return steps_[step]; }
  const QualityReport& quality() const override { return quality_; }

 private:
  std::vector<DatasetStep> steps_;
  QualityReport quality_;
};

struct LoadOptions {
  CsvLayout layout;
  DefectPolicy policy;
  std::optional<Date> first;       // sessions before it are left out
  std::optional<Date> last;        // sessions after it are left out
  std::string underlying;          // needed when the file holds more than one
  std::vector<std::string> roots;  // empty: all
  bool read_ahead = true;          // read and parse in helper threads; the result is the same without
};

// Reads a CSV file (plain, gzip, zstd or zip), rows in any order. Within a snapshot the first of
// several rows of one contract counts. Errors name file, line, column, value and remedy; nothing is loaded then.
Result<std::shared_ptr<const Dataset>> load_csv(const std::string& path, const LoadOptions& options);
// The same from memory; `name` stands in for the path.
Result<std::shared_ptr<const Dataset>> load_csv_text(const std::string& name, std::string_view bytes,
                                                     const LoadOptions& options);

}  // namespace optix
