#pragma once
// Events joined to a chain: what was known at its instant, in the form that pricing and settlement
// take. Every function takes the instant and sees nothing that became known after it.
#include <optional>

#include "core/data/events/event_table.hpp"
#include "core/pricing/dividends.hpp"
#include "core/pricing/rate_curve.hpp"
#include "messages/market.hpp"

namespace optix {

// The newest curve of that name known at `at`: the points of its latest date. An error when there is
// none, or when it is older than `oldest` calendar days (a curve nobody updates is not a rate).
Result<RateCurve> rate_curve_at(const EventTable<RateQuote>& rates, Symbol curve, Timestamp at, int oldest = 10);

// Dividends announced at `at` that go ex after it, at the open of their ex-dates; years count from
// `at`. Withdrawn ones are left out. Amounts are per share of `at`: a split that lies between `at` and
// an ex-date and is known multiplies what is paid per share of today.
Result<DividendSchedule> dividends_at(const EventTable<Dividend>& dividends, const EventTable<Split>& splits,
                                      Symbol underlying, Timestamp at);

// The last bar known at `at` that ended by then; nullptr when none.
const Bar* last_bar(const EventTable<Bar>& bars, Symbol underlying, Timestamp at);

// Value a contract settles at; an error when it is not there (never 0): `where` names symbol and date.
Result<Decimal> settlement_value_at(const EventTable<PublishedSettlement>& values, Symbol symbol, Date date,
                                    Timestamp at);

// The next report on or after the day of `at` whose date was announced by then.
const Earnings* next_earnings(const EventTable<Earnings>& earnings, Symbol underlying, Timestamp at);

// Shares of `to` per share of `from` by the splits that go ex in (from, to] and are known at `at`.
struct SplitRatio {
  std::int64_t new_shares = 1, old_shares = 1;
};
SplitRatio split_ratio(const EventTable<Split>& splits, Symbol underlying, Date from, Date to, Timestamp at);

// ---- as traded or adjusted ------------------------------------------------------------------------

// Strikes stay as they were listed, so they can only meet prices as they were traded. A series that
// someone adjusted for later splits and dividends looks ahead and puts every strike at the wrong place.
//
// Error when `bars` is marked as adjusted (notes["basis"]) or when, at a split of the table, its prices
// do not fall by the ratio.
Status check_as_traded(const EventTable<Bar>& bars, const EventTable<Split>& splits);
// Error when the bar that ends last at or before the chain's instant is off its underlying price by
// more than `tolerance` (relative). Nothing to compare is no error.
Status check_against_chain(const EventTable<Bar>& bars, const ChainSnapshot& chain, double tolerance = 0.2);

}  // namespace optix
