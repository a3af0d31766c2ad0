#pragma once
// The kill switch and the losses that engage it. Latched: once engaged, only a message from outside
// releases it, whatever the session or the equity. A release starts the counting anew: the loss of the
// day and the drawdown are then measured from the equity of that moment.
//
//   daily loss  equity at the end of the session before (deposits added) less equity now
//   drawdown    highest equity so far (deposits added) less equity now
//
// The limit is the largest loss allowed: a loss of exactly the limit does nothing.
#include <optional>
#include <string>

#include "messages/portfolio.hpp"

namespace optix {

struct LossLimits {
  Decimal max_daily_loss = Decimal::none();           // USD; none: no limit
  Decimal max_daily_loss_fraction = Decimal::none();  // of the equity at the end of the session before
  Decimal max_drawdown = Decimal::none();             // USD
  Decimal max_drawdown_fraction = Decimal::none();    // of the highest equity
  bool engage = true;  // engage the switch; false: refuse opening orders while the loss is above the limit
};

class KillSwitchState {
 public:
  explicit KillSwitchState(const LossLimits& limits) : limits_(limits) {}

  void on_deposit(Decimal amount);
  // The limit that this equity breaks: max_daily_loss or max_drawdown, with its numbers.
  struct Breach {
    RejectReason reason = RejectReason::none;
    std::string detail;
  };
  void on_equity(const Equity& equity);
  std::optional<Breach> breach() const;

  // True when this changes anything.
  bool engage(std::string reason);
  bool release();
  bool engaged() const { return state_.engaged; }
  const std::string& reason() const { return state_.reason; }
  const LossLimits& limits() const { return limits_; }

  struct State {
    bool engaged = false;
    std::string reason;
    Decimal peak, day_base, equity;
    Date session;
    bool seen = false;  // an equity report has come
    static constexpr auto fields() {
      using M = State;
      return std::tuple(field("engaged", &M::engaged, "opening orders are refused"), field("reason", &M::reason, "why"),
                        field("peak", &M::peak, "highest equity, USD"),
                        field("day_base", &M::day_base, "equity that the day's loss is measured from, USD"),
                        field("equity", &M::equity, "latest, USD"), field("session", &M::session, "latest session"),
                        field("seen", &M::seen, "an equity report has come"));
    }
  };
  const State& state() const { return state_; }
  void restore(State state) { state_ = std::move(state); }

 private:
  LossLimits limits_;
  State state_;
};

}  // namespace optix
