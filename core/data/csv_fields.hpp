#pragma once
// Reads the dates, times and names that vendors write.
#include <optional>
#include <string>
#include <string_view>

#include "core/data/csv_layout.hpp"

namespace optix {

// A field as an error shows it: at most 40 characters, printable.
std::string shown_field(std::string_view text);

// A date in the given order; a clock after it ("09/10/2019 16:00") is passed over. Month and day may
// lack their leading zero in mm/dd/yyyy.
std::optional<Date> date_field(DateOrder order, std::string_view text);

// The instant a time field means. `session` is the date of formats that have none.
std::optional<Timestamp> time_field(TimeFormat format, DateOrder dates, std::string_view text, Date session);

// The underlying a root stands for on a day: SPX for SPXW; the root itself when nothing else is known.
std::string_view underlying_of_root(std::string_view root, Date on);

}  // namespace optix
