#include "core/data/events/joins.hpp"

#include <cmath>
#include <numeric>

#include "core/time/calendar.hpp"

namespace optix {
namespace {

constexpr double split_tolerance = 0.35;  // a price may move on its own on the day of a split

const char* const adjusted_hint =
    "import prices as they were traded (the columns without an adjustment); splits and dividends have tables of "
    "their own";

// The last session of the underlying with a bar before `day`.
const Bar* bar_before(const std::vector<const Bar*>& bars, Date day) {
  const Bar* found = nullptr;
  for (const Bar* bar : bars)
    if (bar->session < day) found = bar;
  return found;
}

const Bar* bar_from(const std::vector<const Bar*>& bars, Date day) {
  for (const Bar* bar : bars)
    if (bar->session >= day) return bar;
  return nullptr;
}

constexpr Timestamp end_of_time{std::numeric_limits<std::int64_t>::max()};

}  // namespace

Result<RateCurve> rate_curve_at(const EventTable<RateQuote>& rates, Symbol curve, Timestamp at, int oldest) {
  const auto known = rates.current(curve, at);
  if (known.empty())
    return Error{"no rate curve '" + curve.to_string() + "' is known at " + at.to_string(), "",
                 "import rates, or set a flat rate"};
  Date newest = known.front()->date;
  for (const RateQuote* q : known) newest = std::max(newest, q->date);
  if (const int age = new_york_date(at) - newest; age > oldest)
    return Error{"the newest rate curve '" + curve.to_string() + "' is of " + newest.to_string() + ", " +
                     std::to_string(age) + " days before " + new_york_date(at).to_string(),
                 "", "import newer rates, or set a flat rate"};
  std::vector<RatePoint> points;
  for (const RateQuote* q : known)
    if (q->date == newest) points.push_back({q->years, q->rate});
  return RateCurve::from_zero_rates(points);
}

Result<DividendSchedule> dividends_at(const EventTable<Dividend>& dividends, const EventTable<Split>& splits,
                                      Symbol underlying, Timestamp at) {
  std::vector<DatedDividend> rows;
  const Date today = new_york_date(at);
  for (const Dividend* d : dividends.current(underlying, at)) {
    const Timestamp ex = session_open(session_on_or_after(d->ex));
    if (ex <= at || d->amount <= Decimal{}) continue;
    const SplitRatio ratio = split_ratio(splits, underlying, today, d->ex, at);
    const double per_share =
        d->amount.to_double() * static_cast<double>(ratio.new_shares) / static_cast<double>(ratio.old_shares);
    rows.push_back({ex, per_share});
  }
  return DividendSchedule::from_dates(rows, at);
}

const Bar* last_bar(const EventTable<Bar>& bars, Symbol underlying, Timestamp at) {
  const auto known = bars.as_of(at);
  // Ordered by known_at: the last bar to become known is found from the back; one that was corrected
  // later has its correction there.
  const Bar* found = nullptr;
  for (std::size_t i = known.size(); i-- > 0;) {
    const Bar& bar = known[i];
    if (bar.underlying != underlying) continue;
    if (found && bar.known_at < found->end) break;  // whatever comes earlier ended earlier
    if (!found || bar.end > found->end) found = &bar;
  }
  return found ? bars.latest(found->key(), at) : nullptr;
}

Result<Decimal> settlement_value_at(const EventTable<PublishedSettlement>& values, Symbol symbol, Date date,
                                    Timestamp at) {
  if (const PublishedSettlement* row = values.latest({symbol, date}, at)) return row->value;
  const PublishedSettlement* later = values.latest({symbol, date}, end_of_time);
  return Error{later ? "the settlement value is not known yet at " + at.to_string() + "; it was published at " +
                           later->known_at.to_string()
                     : "there is no settlement value",
               symbol.to_string() + " " + date.to_string(), "import settlement values"};
}

const Earnings* next_earnings(const EventTable<Earnings>& earnings, Symbol underlying, Timestamp at) {
  const Date today = new_york_date(at);
  const Earnings* next = nullptr;
  for (const Earnings* e : earnings.current(underlying, at))
    if (e->date >= today && (!next || e->date < next->date)) next = e;
  return next;
}

SplitRatio split_ratio(const EventTable<Split>& splits, Symbol underlying, Date from, Date to, Timestamp at) {
  SplitRatio out;
  for (const Split* s : splits.current(underlying, at)) {
    if (s->ex <= from || s->ex > to) continue;
    out.new_shares *= s->new_shares;
    out.old_shares *= s->old_shares;
    const std::int64_t common = std::gcd(out.new_shares, out.old_shares);
    out.new_shares /= common;
    out.old_shares /= common;
  }
  return out;
}

Status check_as_traded(const EventTable<Bar>& bars, const EventTable<Split>& splits) {
  if (const auto basis = bars.notes.find("basis"); basis != bars.notes.end() && basis->second != "as traded")
    return Error{"the bars are marked '" + basis->second + "', the strikes are as traded", "", adjusted_hint};
  for (const Split& s : splits.all()) {
    const auto rows = bars.current(s.underlying, end_of_time);
    const Bar *before = bar_before(rows, s.ex), *after = bar_from(rows, s.ex);
    if (!before || !after) continue;
    const double seen = after->open.to_double() / before->close.to_double();
    const double expected = static_cast<double>(s.old_shares) / static_cast<double>(s.new_shares);
    // Nearer to no change at all than to the ratio: somebody took the split out.
    if (std::fabs(seen / expected - 1) > split_tolerance && std::fabs(seen - 1) < std::fabs(seen - expected))
      return Error{"the split of " + std::to_string(s.new_shares) + " for " + std::to_string(s.old_shares) +
                       " does not show in the prices (" + before->close.to_string() + " on " +
                       before->session.to_string() + ", " + after->open.to_string() + " on " +
                       after->session.to_string() + "): the series is adjusted, the strikes are as traded",
                   s.underlying.to_string() + " " + s.ex.to_string(), adjusted_hint};
  }
  return {};
}

Status check_against_chain(const EventTable<Bar>& bars, const ChainSnapshot& chain, double tolerance) {
  const Bar* bar = last_bar(bars, chain.underlying, chain.time);
  if (!bar || bar->session != chain.session || chain.underlying_price.is_none()) return {};
  const double ratio = bar->close.to_double() / chain.underlying_price.to_double();
  if (std::fabs(ratio - 1) <= tolerance) return {};
  return Error{"the bar closes at " + bar->close.to_string() + ", the chain has the underlying at " +
                   chain.underlying_price.to_string() + ": an adjusted series against strikes as traded?",
               chain.underlying.to_string() + " " + chain.session.to_string(), adjusted_hint};
}

}  // namespace optix
