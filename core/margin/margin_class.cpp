#include "core/margin/margin_class.hpp"

#include <algorithm>
#include <array>

#include "core/time/calendar.hpp"

namespace optix {
namespace {

constexpr Date day(int year, int month, int d) { return Date::from_civil(year, month, d); }
constexpr Date begin = calendar_first_day;
constexpr Date end = calendar_last_day;

constexpr MarginTerms index(std::string_view symbol, ScanRange scan, bool european = true) {
  return {symbol, MarginClass::broad_index, scan, Decimal::from_int(1), european, begin, end};
}
constexpr MarginTerms narrow(std::string_view symbol) {
  return {symbol, MarginClass::narrow_index, ScanRange::equity, Decimal::from_int(1), true, begin, end};
}
// A fund on a broad index, or several times one. The scan moves it as its index.
constexpr MarginTerms broad(std::string_view symbol, ScanRange scan, int leverage = 1) {
  return {symbol, MarginClass::broad_etf, scan, Decimal::from_int(leverage), false, begin, end};
}
// Several times a sector, a commodity or volatility.
constexpr MarginTerms sector(std::string_view symbol, const char* leverage, Date from = begin, Date until = end) {
  const Decimal times = leverage[1] == '\0' ? Decimal::from_int(leverage[0] - '0') : Decimal::from_raw(1'500'000);
  return {symbol, MarginClass::equity, ScanRange::equity, times, false, from, until};
}

constexpr auto high = ScanRange::high_cap_index;
constexpr auto small = ScanRange::index;

// Direxion cut its three-times funds on miners and energy to two times at the close of 2020-03-31,
// ProShares UVXY to one and a half at the close of 2018-02-27.
constexpr Date direxion_cut = day(2020, 4, 1), uvxy_cut = day(2018, 2, 28);

constexpr auto table = [] {
  std::array rows{
      sector("AGQ", "2"),
      narrow("BKX"),
      sector("BOIL", "2"),
      broad("DDM", high, 2),
      broad("DIA", high),
      index("DJX", high),
      sector("DRIP", "3", begin, direxion_cut - 1),
      sector("DRIP", "2", direxion_cut),
      sector("DUST", "3", begin, direxion_cut - 1),
      sector("DUST", "2", direxion_cut),
      broad("DXD", high, 2),
      broad("EEM", small),
      broad("EFA", small),
      sector("ERX", "3", begin, direxion_cut - 1),
      sector("ERX", "2", direxion_cut),
      sector("ERY", "3", begin, direxion_cut - 1),
      sector("ERY", "2", direxion_cut),
      sector("FAS", "3"),
      sector("FAZ", "3"),
      sector("GUSH", "3", begin, direxion_cut - 1),
      sector("GUSH", "2", direxion_cut),
      narrow("HGX"),
      broad("IJH", small),
      broad("IJR", small),
      broad("IVV", high),
      broad("IWM", small),
      sector("JDST", "3", begin, direxion_cut - 1),
      sector("JDST", "2", direxion_cut),
      sector("JNUG", "3", begin, direxion_cut - 1),
      sector("JNUG", "2", direxion_cut),
      sector("KOLD", "2"),
      sector("LABD", "3"),
      sector("LABU", "3"),
      broad("MDY", small),
      index("MRUT", small),
      index("NDX", high),
      sector("NUGT", "3", begin, direxion_cut - 1),
      sector("NUGT", "2", direxion_cut),
      index("OEX", high, false),
      narrow("OSX"),
      broad("PSQ", high),
      broad("QID", high, 2),
      broad("QLD", high, 2),
      broad("QQQ", high),
      index("RUT", small),
      sector("SCO", "2"),
      broad("SDOW", high, 3),
      broad("SDS", high, 2),
      broad("SH", high),
      narrow("SOX"),
      sector("SOXL", "3"),
      sector("SOXS", "3"),
      broad("SPXL", high, 3),
      broad("SPXS", high, 3),
      broad("SPXU", high, 3),
      index("SPX", high),
      broad("SPY", high),
      broad("SQQQ", high, 3),
      broad("SSO", high, 2),
      sector("TECL", "3"),
      sector("TECS", "3"),
      broad("TNA", small, 3),
      broad("TQQQ", high, 3),
      broad("TWM", small, 2),
      broad("TZA", small, 3),
      sector("UCO", "2"),
      broad("UDOW", high, 3),
      broad("UPRO", high, 3),
      broad("URTY", small, 3),
      narrow("UTY"),
      sector("UVXY", "2", begin, uvxy_cut - 1),
      sector("UVXY", "1.5", uvxy_cut),
      broad("UWM", small, 2),
      MarginTerms{"VIX", MarginClass::narrow_index, ScanRange::volatility_index, Decimal::from_int(1), true, begin,
                  end},
      broad("VOO", high),
      broad("VTI", high),
      narrow("XAU"),
      index("XND", high),
      index("XSP", high),
      sector("ZSL", "2"),
  };
  std::sort(rows.begin(), rows.end(), [](const MarginTerms& a, const MarginTerms& b) {
    return a.symbol != b.symbol ? a.symbol < b.symbol : a.from < b.from;
  });
  return rows;
}();

constexpr bool no_overlap() {
  for (std::size_t i = 1; i < table.size(); ++i)
    if (table[i - 1].symbol == table[i].symbol && table[i - 1].until >= table[i].from) return false;
  return true;
}
static_assert(no_overlap());

const MarginTerms* find(std::span<const MarginTerms> rows, std::string_view symbol, Date on) {
  for (const MarginTerms& row : rows)
    if (row.symbol == symbol && row.from <= on && on <= row.until) return &row;
  return nullptr;
}

}  // namespace

std::span<const MarginTerms> margin_terms_table() { return table; }

MarginTerms margin_class_of(std::string_view symbol, Date on, std::span<const MarginTerms> overrides) {
  if (const MarginTerms* own = find(overrides, symbol, on)) return *own;
  if (const MarginTerms* known = find(table, symbol, on)) return *known;
  return {symbol, MarginClass::equity, ScanRange::equity, Decimal::from_int(1), false, begin, end};
}

MarginUnderlying margin_underlying(Symbol symbol, Decimal price, Date on, std::span<const MarginTerms> overrides) {
  const MarginTerms terms = margin_class_of(symbol.view(), on, overrides);
  MarginUnderlying out;
  out.symbol = symbol;
  out.price = price;
  out.margin_class = terms.margin_class;
  out.leverage = terms.leverage;
  out.european_cash = terms.european_cash;
  out.scan = terms.scan;
  return out;
}

}  // namespace optix
