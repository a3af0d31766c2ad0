#pragma once
// A database's values as the text that a CSV file would hold: nothing rounded, no exponents, dates
// in the order that the layout says.
#include <optional>
#include <string>
#include <string_view>

#include "core/data/csv_layout.hpp"

namespace optix {

// The shortest decimal text that reads back as the same double: 0.1 is "0.1". Without an exponent
// from 1e-20 to 1e20. "nan", "inf" and "-inf" for what is not finite.
std::string shortest_text(double value);

// A number written with an exponent ("1.5e-05", "2E3"), exactly, without it ("0.000015", "2000");
// zeros behind the last decimal are left out ("12.50000000" becomes "12.5"). Anything else, also an
// exponent beyond ±40, stays as it is.
std::string plain_decimal_text(std::string_view text);

// A date or a time stamp as SQL writes it ("2019-04-25", "2019-04-25 15:45:00-04") as a date in the
// order asked for; text that does not start with such a date stays as it is.
std::string date_text(std::string_view text, DateOrder order);
// The same with the clock behind it, whole seconds and no offset: "04/25/2019 15:45:00".
std::string date_time_text(std::string_view text, DateOrder order);

}  // namespace optix
