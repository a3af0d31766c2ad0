#pragma once
// An imported dataset as the source of a run: chosen sessions, underlyings and roots, at a frequency,
// several underlyings merged into one order. What a step holds depends on nothing later than itself.
//
// When a value is known: a snapshot is sent at its own time or later, and everything in it was known
// at its time. That is the importer's work, not repeated here: open interest is the prior evening's,
// a volatility stamped 15:45 belongs to a snapshot of 15:45. The manifest's column notes say it.
#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/data/dataset.hpp"
#include "core/data/replay/frequency.hpp"
#include "core/data/replay/numbering.hpp"
#include "core/data/replay/open_sessions.hpp"
#include "core/data/store/dataset_folder.hpp"

namespace optix {

// What a replay reads of a dataset: an opened folder, or data in memory. All functions may be called
// from several threads at once.
class ReplayStore {
 public:
  virtual ~ReplayStore() = default;
  virtual const Manifest& manifest() const = 0;
  virtual Result<std::shared_ptr<const SessionView>> session(std::size_t partition) const = 0;
  // session() would return at once.
  virtual bool is_open(std::size_t) const { return false; }
  virtual Result<InstrumentBatch> instruments(Symbol underlying, std::uint32_t first, std::uint32_t last) const = 0;
};
// Keeps sessions mapped for the next replay of the same store, up to a bound.
std::shared_ptr<const ReplayStore> replay_store(std::shared_ptr<const DatasetFolder> folder);

struct ReplayOptions {
  std::optional<Date> first, last;       // sessions, inclusive; absent: all
  std::size_t warm_up = 0;               // sessions for warming up, which come before `first`
  bool warm_up_inside = false;           // they are the first ones of the range instead, as without `first`
  std::vector<std::string> underlyings;  // empty: all of the dataset
  std::vector<std::string> roots;        // option roots to keep; empty: all, and no column is copied
  Frequency frequency = Frequency::native;
  std::size_t prefetch = 0;                      // sessions mapped and verified ahead, in the pool
  std::shared_ptr<PrefetchPool> pool = nullptr;  // needed to prefetch
};

// Steps ascend in time; at one instant they ascend in the name of the underlying. With `roots` a step
// may have no rows left: the price of the underlying is sent all the same.
//
// Contract ids: those of the dataset when one underlying is replayed whole from its first session on;
// then snapshots are the mapped files and keep the hash they are stored with. Else in order of first
// appearance; then the column of contract ids is new, and the hash is computed when it is asked for.
class DatasetSource final : public SnapshotSource {
 public:
  // Errors name what is not in the dataset (an underlying, sessions in the range, enough sessions to
  // warm up) and what there is. Sessions are opened later, when they are needed, except that a grid
  // needs their times now.
  static Result<std::shared_ptr<const DatasetSource>> open(std::shared_ptr<const ReplayStore> store,
                                                           ReplayOptions options);

  ~DatasetSource() override;

  std::size_t steps() const override { return days_.back().first_step + days_.back().steps; }
  Timestamp time(std::size_t step) const override;
  // Throws std::runtime_error when a file is not what the manifest says.
  DatasetStep step(std::size_t step) const override;
  const QualityReport& quality() const override { return store_->manifest().quality; }
  std::size_t warm_up_steps() const override { return warm_up_steps_; }

  const Manifest& manifest() const { return store_->manifest(); }
  bool keeps_ids() const { return keeps_ids_; }

 private:
  struct Part {
    std::size_t partition = 0;
    std::uint32_t underlying = 0;        // number within the replay
    std::uint32_t contracts_before = 0;  // of the underlying, before this session
    std::uint32_t contracts = 0;         // after it
    bool whole = false;                  // one snapshot, sent at its own time: no need to open it for its time
  };
  struct Sent {
    Timestamp at;
    std::uint32_t part = 0;  // of the day
    std::uint32_t snapshot = 0;
  };
  struct Day {
    Date session;
    std::vector<Part> parts;  // by underlying
    std::size_t first_step = 0;
    std::size_t steps = 0;
  };
  // A day worked out: what is sent, in order.
  struct Schedule {
    std::vector<Sent> sent;
    std::vector<std::vector<std::uint32_t>> known;  // keeps_ids: contracts known after each snapshot, as far as looked
  };

  DatasetSource(std::shared_ptr<const ReplayStore> store, ReplayOptions options)
      : store_(std::move(store)), options_(std::move(options)) {}

  Status choose_days();
  Status count_steps();
  Status check_order() const;
  const Day& day_of(std::size_t step) const;
  Sent sent_of(const Day& day, std::size_t step) const;
  bool is_plain(const Day& day) const {
    return day.parts.size() == 1 && day.parts[0].whole && options_.frequency == Frequency::native;
  }
  Result<Schedule> make_schedule(const Day& day) const;
  std::shared_ptr<Schedule> schedule_of(const Day& day) const;
  void prefetch_after(const Day& day) const;
  MessageRef snapshot_of(const Day& day, const Sent& sent) const;
  std::vector<std::uint32_t> kept_groups(const ChainSnapshot& chain) const;

  MessageRef own_instruments(const Day& day, const Sent& sent) const;
  void number_up_to(std::size_t step) const;
  MessageRef new_instruments(std::size_t step) const;
  MessageRef renumbered(const ChainSnapshot& chain, std::uint32_t underlying) const;

  std::shared_ptr<const ReplayStore> store_;
  ReplayOptions options_;
  std::vector<Symbol> underlyings_;  // by number within the replay: ascending names
  std::vector<Symbol> roots_;
  std::vector<Day> days_;
  std::size_t warm_up_steps_ = 0;
  bool keeps_ids_ = false;

  mutable std::atomic<std::size_t> last_day_{0};  // where day_of looks first

  mutable std::atomic<std::size_t> requested_{0};  // days before this one were asked for ahead
  std::shared_ptr<OpenSessions> open_;

  mutable std::mutex schedules_mutex_;
  mutable std::vector<std::pair<std::size_t, std::shared_ptr<Schedule>>> schedules_;  // by first step, latest last

  mutable std::mutex numbers_mutex_;  // guards what follows
  mutable std::optional<Numbering> numbers_;
  mutable std::vector<std::uint32_t> numbered_;  // ids given before step i; one more than the steps looked at
};

}  // namespace optix
