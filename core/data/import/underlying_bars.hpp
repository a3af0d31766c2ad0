#pragma once
// The price of an underlying from bars that were imported before, for quotes that come without one.
#include <functional>
#include <memory>
#include <optional>

#include "core/data/events/event_table.hpp"

namespace optix {

// For ImportOptions::underlying_price: the close of the last bar that had ended and was known at the
// instant, of the same New York day; nullopt when there is none. A bar of another day is no price.
std::function<std::optional<Decimal>(Symbol underlying, Timestamp time)> underlying_from_bars(
    std::shared_ptr<const EventTable<Bar>> bars);

}  // namespace optix
