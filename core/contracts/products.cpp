#include "core/contracts/products.hpp"

#include <algorithm>
#include <array>

namespace optix {
namespace {

constexpr Date day(int year, int month, int d) { return Date::from_civil(year, month, d); }
constexpr Date begin = calendar_first_day;
constexpr Date end = calendar_last_day;

constexpr auto am = Settlement::am;
constexpr auto pm = Settlement::pm;

constexpr Product index(std::string_view root, std::string_view underlying, std::string_view name, Settlement settles,
                        std::string_view value, Date from = begin, Date until = end) {
  return {root,  underlying,          name, settles, ExerciseStyle::european, 100, Delivery::cash,
          value, TradingHours::index, from, until};
}

constexpr Product fund(std::string_view root, std::string_view name) {
  return {root,  root, name, pm, ExerciseStyle::american, 100, Delivery::physical, root, TradingHours::late_fund,
          begin, end};
}

// Sources: the exchanges' product specifications (Cboe: SPX, SPXW, XSP, OEX, XEO, DJX, RUT, MRUT, VIX;
// Nasdaq: NDX, NDXP, XND); Cboe notices on SPX weeklys settled at the close (first listed 2010-12-02),
// SPXpm (C2, 2011-10-04; renamed SPXW 2017-05-01), Mini-SPX settled at the close (2013-11-05; what was
// listed before went on as XSPAM), RUT quarterlys renamed (2016-01-05), VIX weeklys (2015-10-08).
// Contracts that changed their root or terms have one row per period, by the day of trading. On
// 2010-12-02 itself SPXW still had one opening-settled expiration, on its last day of trading.
constexpr auto table = [] {
  Product oex = index("OEX", "OEX", "S&P 100", pm, "OEX");
  oex.exercise = ExerciseStyle::american;
  std::array rows{
      fund("DIA", "SPDR Dow Jones Industrial Average ETF"),
      index("DJX", "DJX", "1/100 Dow Jones Industrial Average", am, "DJS"),
      fund("IWM", "iShares Russell 2000 ETF"),
      index("MRUT", "MRUT", "Mini-Russell 2000", pm, "MRUT", day(2021, 3, 1)),
      index("NDX", "NDX", "Nasdaq-100", am, "XQO"),
      index("NDXP", "NDX", "Nasdaq-100, settled at the close", pm, "NDX"),
      oex,
      fund("QQQ", "Invesco QQQ"),
      index("RUT", "RUT", "Russell 2000", am, "RLS"),
      index("RUTQ", "RUT", "Russell 2000 quarterlys", pm, "RUT", begin, day(2016, 1, 4)),
      index("RUTW", "RUT", "Russell 2000 weeklys, month ends and third Fridays at the close", pm, "RUT",
            day(2016, 1, 5)),
      index("SPX", "SPX", "S&P 500", am, "SET"),
      index("SPXPM", "SPX", "S&P 500 third Fridays at the close", pm, "SPX", day(2011, 10, 4), day(2017, 4, 30)),
      index("SPXQ", "SPX", "S&P 500 quarterlys", pm, "SPX"),
      index("SPXW", "SPX", "S&P 500 weeklys, settled at the open", am, "SET", begin, day(2010, 12, 1)),
      index("SPXW", "SPX", "S&P 500 weeklys, month ends and third Fridays at the close", pm, "SPX", day(2010, 12, 2)),
      fund("SPY", "SPDR S&P 500 ETF Trust"),
      index("VIX", "VIX", "Cboe Volatility Index", am, "VRO", day(2006, 2, 24)),
      index("VIXW", "VIX", "Cboe Volatility Index weeklys", am, "VRO", day(2015, 10, 8)),
      index("XEO", "OEX", "S&P 100, european", pm, "XEO"),
      index("XND", "XND", "Nasdaq-100 Micro", pm, "XND", day(2021, 4, 22)),
      index("XSP", "XSP", "Mini-SPX, settled at the open", am, "XSR", day(2005, 10, 25), day(2013, 11, 4)),
      index("XSP", "XSP", "Mini-SPX", pm, "XSP", day(2013, 11, 5)),
      index("XSPAM", "XSP", "Mini-SPX listed before November 2013, settled at the open", am, "XSR", day(2013, 11, 5)),
  };
  return rows;
}();

constexpr bool in_order() {
  for (std::size_t i = 1; i < table.size(); ++i) {
    const Product &a = table[i - 1], &b = table[i];
    if (a.root > b.root || (a.root == b.root && a.until >= b.from)) return false;
  }
  return true;
}
static_assert(in_order());

}  // namespace

std::span<const Product> products() { return table; }

const Product* find_product(std::string_view root, Date on) {
  const auto first = std::lower_bound(table.begin(), table.end(), root,
                                      [](const Product& p, std::string_view name) { return p.root < name; });
  for (auto p = first; p != table.end() && p->root == root; ++p)
    if (p->from <= on && on <= p->until) return &*p;
  return nullptr;
}

Product equity_product(std::string_view root) {
  Product p;
  p.root = p.underlying = p.name = p.settlement_value = root;
  p.from = begin;
  p.until = end;
  return p;
}

Date last_trading_day(const Product& product, Date expiration) {
  const Date session = session_on_or_before(expiration);
  return product.settlement == Settlement::am ? previous_session(session) : session;
}

Timestamp settlement_instant(const Product& product, Date expiration) {
  return settlement_instant(expiration, product.settlement);
}

Timestamp trading_close(const Product& product, Date expiration, Date session) {
  switch (product.hours) {
    case TradingHours::equity: return session_close(session);
    case TradingHours::late_fund: return index_option_close(session);
    case TradingHours::index: break;
  }
  const bool last_day = product.settlement == Settlement::pm && session == session_on_or_before(expiration);
  return last_day ? session_close(session) : index_option_close(session);
}

}  // namespace optix
