#pragma once
// Listed expiration dates by rule. Sources: Cboe contract specifications (SPX, SPXW, VIX), OCC
// notice on the move from Saturday to Friday expirations (February 2015).
#include "messages/values/time.hpp"

namespace optix {

Date third_friday(int year, int month);  // by the calendar, whether the exchange is open or not

// Last session on which the standard monthly equity option trades and, for AM index options, the
// session whose opening fixes the settlement value: the third Friday or the session before it.
Date monthly_session(int year, int month);
// The date written in the option symbol: a Saturday before February 2015.
Date monthly_symbol_date(int year, int month);
// Last trading day of AM-settled index monthlies: the session before they settle.
Date am_last_trading_day(int year, int month);
// A weekly whose nominal day is closed: a Monday rolls to the next session, other days back.
Date weekly_session(Date nominal);
// Last session of a month.
Date end_of_month_session(int year, int month);
// VIX options settle 30 days before the SPX expiration that their value is computed from, or on the
// session before that day; monthly ones before the following month's SPX monthly, weekly ones before
// the SPX expiration of another Friday.
Date volatility_settlement(Date spx_expiration);
Date vix_settlement_day(int year, int month);

}  // namespace optix
