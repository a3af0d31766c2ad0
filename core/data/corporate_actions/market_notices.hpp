#pragma once
// What a source of market data says between its snapshots: dividends, settlement values and rates when
// they become known, splits and adjusted contracts at the opening of their ex-dates.
#include <cstddef>
#include <memory>
#include <vector>

#include "core/data/corporate_actions/adjusted_source.hpp"
#include "core/data/events/event_store.hpp"
#include "messages/ref.hpp"

namespace optix {

class MarketNotices {
 public:
  // The notices that matter to a replay of `source`:
  //   dividends of its underlyings, with ex-dates from its first session on; those known by the first
  //   step come with it, in their latest state, the others when they become known
  //   settlement values of sessions from the first one on, of every symbol; for each symbol without a
  //   value yet a notice that values will come; all come with the first step or when they are known
  //   the newest curve of rates known at the first step, then each newer one
  //   what AdjustedSource tells, when `source` is one
  // Nothing comes after the New York day of the last step. Null when there is nothing to say.
  static std::shared_ptr<const MarketNotices> of(const EventStore& events, const std::vector<Symbol>& underlyings,
                                                 const SnapshotSource& source,
                                                 std::shared_ptr<const AdjustedSource> adjusted);

  // Ascending in time. At one instant: dividends, settlement values, rates, then adjustments.
  std::size_t size() const { return notices_.size(); }
  Timestamp time(std::size_t notice) const { return notices_[notice].at; }
  std::vector<MessageRef> messages(std::size_t notice) const;

 private:
  struct Notice {
    Timestamp at;
    MessageRef message;      // empty: an adjustment
    std::size_t action = 0;  // of `adjusted_`
  };
  std::vector<Notice> notices_;
  std::shared_ptr<const AdjustedSource> adjusted_;
};

// A source with the notices of a dataset's events, and with contracts adjusted where they say so.
struct NoticedSource {
  std::shared_ptr<const SnapshotSource> source;  // the one given, when no contract is adjusted
  std::shared_ptr<const MarketNotices> notices;  // null when there are none
};
NoticedSource with_notices(std::shared_ptr<const SnapshotSource> source, const EventStore& events,
                           const std::vector<Symbol>& underlyings);

}  // namespace optix
