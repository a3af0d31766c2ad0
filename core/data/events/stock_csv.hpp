#pragma once
// Daily stock files that hold bars, dividends and splits side by side, one row per symbol and session,
// with a second set of columns adjusted for both. Layout `tiingo_daily`: symbol, date, open, high, low,
// close, volume (as traded), adjOpen … adjVolume (adjusted), divCash (ex on that date), splitFactor
// (new shares per old from that date).
#include <string>
#include <string_view>

#include "core/data/events/event_table.hpp"

namespace optix {

struct StockHistory {
  EventTable<Bar> bars;  // as traded: the adjusted columns are not read
  EventTable<Dividend> dividends;
  EventTable<Split> splits;
};

// Dividends and splits are known from the open of their ex-date: the file has no announcements. A split
// factor that is not a ratio of whole numbers up to 1,000 is an error.
Result<StockHistory> stocks_from_tiingo_csv(const std::string& name, std::string_view text);
Result<StockHistory> stocks_from_tiingo_csv_file(const std::string& path);

}  // namespace optix
