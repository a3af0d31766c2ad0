#pragma once
// Plays a SnapshotSource into a run: the common part of data.replay and data.simulated.
//
// On Start it sets an alarm for the time of the first step. At each alarm it sends, on output 0, the
// InstrumentBatch (when there is one), UnderlyingPrice and ChainSnapshot of every step of that instant,
// and sets the next alarm; after the last step it sends EndOfData. While the source warms up, a
// FeedState says that nothing may be opened. Its state is its position: the data comes again from the
// parameters.
//
// With a calendar it also sends SessionEvent and ExpiryEvent on output 1, at the exchange's instants.
// With notices (core/data/corporate_actions/market_notices.hpp) it sends them on output 0 when they are
// due, before the steps of their instant; those after the last step come before EndOfData.
#include <memory>
#include <optional>

#include "actors/node_type.hpp"
#include "actors/replay_calendar.hpp"
#include "core/data/corporate_actions/market_notices.hpp"
#include "core/data/dataset.hpp"

namespace optix {

// A source whose data was examined before the run: the report is printed before anything runs and
// kept with the result.
class DatasetNode : public Node {
 public:
  virtual const QualityReport& quality() const = 0;
};

struct PlayerState {
  std::uint64_t next = 0;
  bool finished = false;

  static constexpr auto fields() {
    using M = PlayerState;
    return std::tuple(field("next", &M::next, "number of the next step to send, from 0"),
                      field("finished", &M::finished, "the end of data was announced"));
  }
};
static_assert(table_is_complete<PlayerState>);

struct PlayerCalendarState {
  PlayerState player;
  CalendarState calendar;

  static constexpr auto fields() {
    using M = PlayerCalendarState;
    return std::tuple(field("player", &M::player, "position in the data"),
                      field("calendar", &M::calendar, "position in the calendar"));
  }
};
static_assert(table_is_complete<PlayerCalendarState>);

struct PlayerNoticesState {
  PlayerState player;
  CalendarState calendar;
  std::uint64_t next_notice = 0;

  static constexpr auto fields() {
    using M = PlayerNoticesState;
    return std::tuple(field("player", &M::player, "position in the data"),
                      field("calendar", &M::calendar, "position in the calendar, when there is one"),
                      field("next_notice", &M::next_notice, "number of the next notice to send, from 0"));
  }
};
static_assert(table_is_complete<PlayerNoticesState>);

class DatasetPlayer final : public DatasetNode {
 public:
  explicit DatasetPlayer(std::shared_ptr<const SnapshotSource> source, bool calendar = false,
                         std::shared_ptr<const MarketNotices> notices = nullptr);

  void on_wave(const Wave& wave, Context& out) override;
  void save(std::string& out) const override;
  void load(std::string_view bytes) override;
  const QualityReport& quality() const override { return source_->quality(); }
  const std::shared_ptr<const SnapshotSource>& source() const { return source_; }

  // Alarms of notices carry numbers from here up, below those of the calendar.
  static constexpr std::uint64_t first_notice_alarm = std::uint64_t{1} << 62;

 private:
  void wait(bool moved, Context& out);
  void tell(bool started, Context& out);
  bool told_all() const { return !notices_ || next_notice_ >= notices_->size(); }
  void send(Context& out);
  void check(const PlayerState& state) const;

  std::shared_ptr<const SnapshotSource> source_;
  PlayerState state_;
  std::optional<ReplayCalendar> calendar_;
  std::shared_ptr<const MarketNotices> notices_;  // null: none
  std::uint64_t next_notice_ = 0;
};

// The output every source of market data declares.
std::vector<PortSpec> market_output();
// The same and, second, the output of the calendar; and the parameter that turns it on.
std::vector<PortSpec> market_and_calendar_outputs();
ParamSpec calendar_param();

// The dates a source covers: its own `start` and `end`, else those of the run; both are sessions in
// New York and inclusive.
struct SessionRange {
  std::optional<Date> first;
  std::optional<Date> last;
};
Result<SessionRange> session_range(const NodeSetup& setup);
ParamSpec start_param(std::string doc);
ParamSpec end_param(std::string doc);

}  // namespace optix
