#pragma once
// What the risk node says: margin, margin calls, the kill switch. Money is USD.
#include <cstdint>
#include <string>

#include "messages/field.hpp"
#include "messages/values/decimal.hpp"
#include "messages/values/time.hpp"

namespace optix {

// Latched: once engaged nothing but a message with engaged = false from outside the run's nodes
// releases it. Risk refuses and the venue cancels every order that opens.
struct KillSwitch {
  static constexpr MessageInfo info{62, 1, "risk.kill_switch", "stop opening positions, or allow it again"};

  bool engaged = true;
  std::string reason;

  static constexpr auto fields() {
    using M = KillSwitch;
    return std::tuple(field("engaged", &M::engaged, "true stops, false releases"),
                      field("reason", &M::reason, "which limit, with its numbers, or who"));
  }
};
static_assert(table_is_complete<KillSwitch>);

// Margin of the book at its current marks; sent when it changes.
struct MarginState {
  static constexpr MessageInfo info{63, 1, "risk.margin", "margin of the book"};

  Timestamp time;
  Date session;
  Decimal equity;
  Decimal cash;
  Decimal initial;
  Decimal maintenance;
  Decimal excess;
  Decimal buying_power;

  static constexpr auto fields() {
    using M = MarginState;
    return std::tuple(field("time", &M::time, "instant of the marks, UTC ns"), field("session", &M::session, "session"),
                      field("equity", &M::equity, "USD"), field("cash", &M::cash, "USD"),
                      field("initial", &M::initial, "requirement to open, USD"),
                      field("maintenance", &M::maintenance, "requirement to hold, USD"),
                      field("excess", &M::excess, "available less maintenance; below 0: margin call, USD"),
                      field("buying_power", &M::buying_power, "available less initial and orders on their way, USD"));
  }
};
static_assert(table_is_complete<MarginState>);

struct MarginCall {
  static constexpr MessageInfo info{64, 1, "risk.margin_call", "the maintenance requirement is not met"};

  Timestamp time;
  Date session;
  Decimal deficit;
  bool liquidating = false;

  static constexpr auto fields() {
    using M = MarginCall;
    return std::tuple(field("time", &M::time, "instant of the marks, UTC ns"), field("session", &M::session, "session"),
                      field("deficit", &M::deficit, "USD, positive"),
                      field("liquidating", &M::liquidating, "closing orders are sent"));
  }
};
static_assert(table_is_complete<MarginCall>);

}  // namespace optix
