#include "core/execution/ticks.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "core/time/calendar.hpp"

namespace optix {
namespace {

constexpr Decimal three = Decimal::from_int(3);
constexpr Decimal cent = Decimal::from_raw(10'000);
constexpr Decimal nickel_step = cent * 5;

constexpr Date day(int year, int month, int d) { return Date::from_civil(year, month, d); }
constexpr Date begin = calendar_first_day;
constexpr Date end = calendar_last_day;

// By root, then date; the periods of a root do not overlap.
//
// Penny pilot: SEC Release 34-55162 (2007-01-24) and the exchanges' rollout schedules; the classes came in
// between 2007-01-26 and 2007-02-09, IWM and QQQQ on the last of these days, QQQQ with 0.01 for all series;
// SPY and DIA on 2007-09-28 (second phase). From 2010-02-01 SPY and IWM have 0.01 for all series too. The
// pilot became the Penny Interval Program on 2020-07-01 without changing increments (Cboe Rule 5.4(a),
// formerly 6.42). QQQQ became QQQ on 2011-03-23.
// Indices: Cboe Rule 5.4(a): 0.05 / 0.10 unless named. VIX to 0.01 / 0.05 on 2022-10-03 (Cboe notice);
// VIXW 0.01 for all series (SR-CBOE-2018-066, operative 2018-11-12: the date of that rule, not checked
// against quotes). XSP 0.01 for all series (Cboe specification as of its change to closing settlement on
// 2013-11-05; 0.05 / 0.10 before). MRUT 0.01 for all series since it was listed. DJX as DIA (6.42.03).
// XND 0.01 for all series (Nasdaq ISE Options 3, Section 3; from memory, not looked up).
constexpr std::array periods{
    TickPeriod{"DJX", TickClass::nickel, begin, day(2007, 9, 27)},
    TickPeriod{"DJX", TickClass::penny, day(2007, 9, 28), end},
    TickPeriod{"IWM", TickClass::nickel, begin, day(2007, 2, 8)},
    TickPeriod{"IWM", TickClass::penny, day(2007, 2, 9), day(2010, 1, 31)},
    TickPeriod{"IWM", TickClass::penny_all, day(2010, 2, 1), end},
    TickPeriod{"MRUT", TickClass::penny_all, begin, end},
    TickPeriod{"NDX", TickClass::nickel, begin, end},
    TickPeriod{"NDXP", TickClass::nickel, begin, end},
    TickPeriod{"OEX", TickClass::nickel, begin, end},
    TickPeriod{"QQQ", TickClass::nickel, begin, day(2007, 2, 8)},
    TickPeriod{"QQQ", TickClass::penny_all, day(2007, 2, 9), end},
    TickPeriod{"QQQQ", TickClass::nickel, begin, day(2007, 2, 8)},
    TickPeriod{"QQQQ", TickClass::penny_all, day(2007, 2, 9), end},
    TickPeriod{"RUT", TickClass::nickel, begin, end},
    TickPeriod{"RUTQ", TickClass::nickel, begin, end},
    TickPeriod{"RUTW", TickClass::nickel, begin, end},
    TickPeriod{"SPX", TickClass::nickel, begin, end},
    TickPeriod{"SPXPM", TickClass::nickel, begin, end},
    TickPeriod{"SPXQ", TickClass::nickel, begin, end},
    TickPeriod{"SPXW", TickClass::nickel, begin, end},
    TickPeriod{"SPY", TickClass::nickel, begin, day(2007, 9, 27)},
    TickPeriod{"SPY", TickClass::penny, day(2007, 9, 28), day(2010, 1, 31)},
    TickPeriod{"SPY", TickClass::penny_all, day(2010, 2, 1), end},
    TickPeriod{"VIX", TickClass::nickel, begin, day(2022, 10, 2)},
    TickPeriod{"VIX", TickClass::penny, day(2022, 10, 3), end},
    TickPeriod{"VIXW", TickClass::nickel, begin, day(2018, 11, 11)},
    TickPeriod{"VIXW", TickClass::penny_all, day(2018, 11, 12), end},
    TickPeriod{"XEO", TickClass::nickel, begin, end},
    TickPeriod{"XND", TickClass::penny_all, begin, end},
    TickPeriod{"XSP", TickClass::nickel, begin, day(2013, 11, 4)},
    TickPeriod{"XSP", TickClass::penny_all, day(2013, 11, 5), end},
};

// Cboe Rule 5.4(b), formerly 6.42(4): complex orders in SPX and OEX classes are priced in steps of 0.05,
// all others in steps of 0.01.
constexpr std::array<std::string_view, 6> nickel_combos{"OEX", "SPX", "SPXPM", "SPXQ", "SPXW", "XEO"};

// Throws std::logic_error for a missing price, as all arithmetic on it does.
Decimal known(Decimal price) { return price + Decimal{}; }

// Towards minus infinity.
std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

Decimal tick_size(TickClass ticks, Decimal price) {
  const bool upper = price.abs() >= three;
  switch (ticks) {
    case TickClass::none: return Decimal{};
    case TickClass::penny: return upper ? nickel_step : cent;
    case TickClass::penny_all: return cent;
    case TickClass::nickel: return upper ? cent * 10 : nickel_step;
  }
  throw std::logic_error("tick class out of range");
}

Decimal round_to_tick(TickClass ticks, Decimal price) {
  const std::int64_t tick = tick_size(ticks, price).raw();
  if (tick == 0) return price;
  const std::int64_t magnitude = price.abs().raw();
  const Decimal rounded = Decimal::from_raw((magnitude + tick / 2) / tick * tick);
  return price < Decimal{} ? -rounded : rounded;
}

Decimal round_passive(TickClass ticks, Decimal price, bool buy) {
  const Decimal tick = tick_size(ticks, price);
  if (tick == Decimal{}) return price;
  return buy ? round_down(tick, price) : round_up(tick, price);
}

bool on_tick(TickClass ticks, Decimal price) {
  const Decimal tick = tick_size(ticks, price);
  return tick == Decimal{} || is_multiple(tick, price);
}

bool valid_price(TickClass ticks, Decimal price) { return price > Decimal{} && on_tick(ticks, price); }

Decimal round_down(Decimal increment, Decimal price) {
  return Decimal::from_raw(floor_div(known(price).raw(), increment.raw()) * increment.raw());
}

Decimal round_up(Decimal increment, Decimal price) { return -round_down(increment, -price); }

bool is_multiple(Decimal increment, Decimal price) { return known(price).raw() % increment.raw() == 0; }

TickClass tick_class(std::string_view root, Date on, std::span<const Symbol> penny_classes) {
  const auto first = std::lower_bound(periods.begin(), periods.end(), root,
                                      [](const TickPeriod& p, std::string_view r) { return p.root < r; });
  for (auto p = first; p != periods.end() && p->root == root; ++p)
    if (on <= p->until) return p->ticks;
  const bool listed = std::any_of(penny_classes.begin(), penny_classes.end(),
                                  [root](const Symbol& penny) { return penny.view() == root; });
  return listed ? TickClass::penny : TickClass::nickel;
}

Decimal complex_increment(std::string_view root) {
  return std::binary_search(nickel_combos.begin(), nickel_combos.end(), root) ? nickel_step : cent;
}

std::span<const TickPeriod> tick_periods() { return periods; }

}  // namespace optix
