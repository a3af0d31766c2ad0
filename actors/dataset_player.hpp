#pragma once
// Plays a SnapshotSource into a run: the common part of data.replay and data.simulated.
//
// On Start it sets an alarm for the time of the first step. At each alarm it sends, on output 0,
// the step's InstrumentBatch (when there is one), UnderlyingPrice and ChainSnapshot, and sets the
// next alarm; after the last step it sends EndOfData. Its state is its position: the data comes
// again from the parameters.
#include <memory>

#include "actors/node_type.hpp"
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

class DatasetPlayer final : public DatasetNode {
 public:
  explicit DatasetPlayer(std::shared_ptr<const SnapshotSource> source) : source_(std::move(source)) {}

  void on_wave(const Wave& wave, Context& out) override;
  void save(std::string& out) const override;
  void load(std::string_view bytes) override;
  const QualityReport& quality() const override { return source_->quality(); }
  const std::shared_ptr<const SnapshotSource>& source() const { return source_; }

 private:
  void wait(Context& out);
  void send(Context& out);

  std::shared_ptr<const SnapshotSource> source_;
  PlayerState state_;
};

// The output every source of market data declares.
std::vector<PortSpec> market_output();

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
