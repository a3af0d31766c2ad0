#include "core/data/import/underlying_bars.hpp"

#include "core/data/events/joins.hpp"
#include "core/time/calendar.hpp"

namespace optix {

std::function<std::optional<Decimal>(Symbol underlying, Timestamp time)> underlying_from_bars(
    std::shared_ptr<const EventTable<Bar>> bars) {
  return [bars = std::move(bars)](Symbol underlying, Timestamp time) -> std::optional<Decimal> {
    const Bar* bar = last_bar(*bars, underlying, time);
    if (!bar || bar->close.is_none() || new_york_date(bar->end) != new_york_date(time)) return std::nullopt;
    return bar->close;
  };
}

}  // namespace optix
