#pragma once
// The first half of an import: rows go to their session; a session that the source has moved past is
// handed to the pipeline. Rows are not copied: batches live until their sessions are written.
#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "core/data/import/reject_file.hpp"
#include "core/data/import/session_pipeline.hpp"
#include "core/data/import/spill.hpp"

namespace optix {

class Gather final : public QuoteSink {
 public:
  // The references must outlive it. `advance` is called after every batch.
  Gather(const ImportOptions& options, SessionPipeline& pipeline, SourceNames& names, RejectFile& rejects,
         const std::string& spill_folder, QualityReport& report);

  Status take(RawQuotes quotes) override;
  Status take(SessionQuotes session) override;
  Status reject(const RejectedRow& row) override;
  // After the last row: what still waits goes to the pipeline, in order of date.
  Status finish();

  std::uint64_t rows() const { return rows_; }
  std::function<void()> advance;

 private:
  using Key = std::pair<Date, Symbol>;
  // Rows of a batch; counts towards the bound of memory while anything refers to it.
  struct Batch {
    Batch(RawQuotes rows, std::shared_ptr<std::atomic<std::size_t>> counter);
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;
    ~Batch();
    RawQuotes quotes;
    std::size_t bytes;
    std::shared_ptr<std::atomic<std::size_t>> alive;
  };
  struct Bucket {
    std::vector<const RawQuote*> rows;
    std::vector<std::shared_ptr<const void>> keepers;
    std::uint64_t touched = 0;  // number of the last batch with rows for it
    bool spilled = false;
    bool reopened = false;
  };

  void number_names(RawQuotes& quotes, std::vector<char>& wanted_roots, std::vector<char>& wanted_underlyings);
  Bucket& bucket_of(const Key& key);
  Status close_passed();
  Status close(std::map<Key, Bucket>::iterator at);
  Status spill();
  static std::string file_of(const Key& key);

  const ImportOptions& options_;
  SessionPipeline& pipeline_;
  SourceNames& names_;
  RejectFile& rejects_;
  QualityReport& report_;
  SpillFolder spilled_;
  std::shared_ptr<const std::vector<Symbol>> roots_ = std::make_shared<std::vector<Symbol>>();
  std::map<Key, Bucket> buckets_;
  std::set<Key> closed_;
  std::shared_ptr<std::atomic<std::size_t>> alive_ = std::make_shared<std::atomic<std::size_t>>(0);
  std::uint64_t batch_ = 0;
  std::uint64_t rows_ = 0;
  std::size_t usual_size_ = 0;  // rows of a session, for what to reserve
  bool ordered_ = true;         // no row came late so far
};

}  // namespace optix
