#include "core/time/expirations.hpp"

#include "core/time/calendar.hpp"

namespace optix {

Date third_friday(int year, int month) {
  const Date first = Date::from_civil(year, month, 1);
  return first + ((5 - first.weekday() + 7) % 7 + 14);
}

Date monthly_session(int year, int month) { return session_on_or_before(third_friday(year, month)); }

Date monthly_symbol_date(int year, int month) {
  const Date friday = third_friday(year, month);
  return friday < Date::from_civil(2015, 2, 1) ? friday + 1 : session_on_or_before(friday);
}

Date am_last_trading_day(int year, int month) { return previous_session(monthly_session(year, month)); }

Date weekly_session(Date nominal) {
  return nominal.weekday() == 1 ? session_on_or_after(nominal) : session_on_or_before(nominal);
}

Date end_of_month_session(int year, int month) {
  const Date next = month == 12 ? Date::from_civil(year + 1, 1, 1) : Date::from_civil(year, month + 1, 1);
  return previous_session(next);
}

Date volatility_settlement(Date spx_expiration) { return session_on_or_before(spx_expiration - 30); }

Date vix_settlement_day(int year, int month) {
  return volatility_settlement(month == 12 ? monthly_session(year + 1, 1) : monthly_session(year, month + 1));
}

}  // namespace optix
