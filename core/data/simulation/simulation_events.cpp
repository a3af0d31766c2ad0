#include "core/data/simulation/simulation_events.hpp"

#include <algorithm>
#include <cmath>

#include "core/time/calendar.hpp"

namespace optix::simulation {
namespace {

constexpr int announced_days = 28;

Decimal cents(double price) { return Decimal::from_raw(std::llround(price * 100) * (Decimal::scale / 100)); }

void add_bars(const Market& market, std::vector<Bar>& out) {
  const std::size_t n = market.clock().per_session;
  for (std::size_t s = 0; s < market.sessions(); ++s) {
    Bar bar;
    bar.underlying = market.params().underlying;
    bar.session = market.clock().sessions[s];
    bar.begin = session_open(bar.session);
    bar.end = market.clock().times[(s + 1) * n - 1];
    double low = market.path().open[s], high = low;
    for (std::size_t i = s * n; i < (s + 1) * n; ++i) {
      low = std::min(low, market.path().price[i]);
      high = std::max(high, market.path().price[i]);
    }
    bar.open = cents(market.path().open[s]);
    bar.high = cents(high);
    bar.low = cents(low);
    bar.close = cents(market.path().price[(s + 1) * n - 1]);
    out.push_back(bar);
  }
}

void add_dividends(const Market& market, std::vector<optix::Dividend>& out) {
  for (const Dividend& d : market.path().dividends) {
    optix::Dividend event;
    event.underlying = market.params().underlying;
    event.ex = d.ex;
    event.amount = cents(d.amount);
    const Date declared = d.ex - announced_days;
    if (!calendar_covers(declared) || declared > market.params().last) continue;
    event.declared = session_on_or_before(declared);
    out.push_back(event);
  }
}

void add_openings(const Market& market, std::vector<PublishedSettlement>& out) {
  if (market.params().underlying != *Symbol::from("SPX")) return;
  const auto& sessions = market.clock().sessions;
  for (const ListedExpiration& e : market.listings().expirations) {
    if (e.settlement != Settlement::am) continue;
    const Date day = session_on_or_before(e.expiration);
    const auto at = std::lower_bound(sessions.begin(), sessions.end(), day);
    if (at == sessions.end() || *at != day) continue;
    PublishedSettlement value;
    value.symbol = *Symbol::from("SET");
    value.date = day;
    value.value = cents(market.path().open[static_cast<std::size_t>(at - sessions.begin())]);
    value.known_at = session_open(day);
    out.push_back(value);
  }
}

}  // namespace

std::string time_meaning(const Params& p) {
  std::string last =
      p.minutes_before_close == 0 ? "close" : std::to_string(p.minutes_before_close) + " minutes before the close";
  if (p.snapshots_per_session == 1) return last;
  return std::to_string(p.snapshots_per_session) + " instants a session, equally spaced, the last at " +
         (p.minutes_before_close == 0 ? "the close" : last);
}

Result<EventStore> simulation_events(const std::vector<std::shared_ptr<const Market>>& markets) {
  std::vector<Bar> bars;
  std::vector<optix::Dividend> dividends;
  std::vector<RateQuote> rates;
  std::vector<PublishedSettlement> openings;
  for (const auto& market : markets) {
    add_bars(*market, bars);
    add_dividends(*market, dividends);
    add_openings(*market, openings);
  }
  if (!markets.empty() && markets.front()->sessions() > 0) {
    const Date first = markets.front()->clock().sessions.front();
    for (const double years : {0.25, 1.0, 10.0}) {
      RateQuote rate;
      rate.curve = *Symbol::from("USD");
      rate.date = first;
      rate.years = years;
      rate.rate = markets.front()->params().rate;
      rate.known_at = session_open(first);
      rates.push_back(rate);
    }
  }
  EventStore out;
  const auto fill = [](auto& table, auto rows) -> Status {
    auto made = std::decay_t<decltype(table)>::from_rows(std::move(rows), "simulated market");
    if (!made) return made.error();
    table = std::move(*made);
    return {};
  };
  if (auto ok = fill(out.bars, std::move(bars)); !ok) return ok.error();
  if (auto ok = fill(out.dividends, std::move(dividends)); !ok) return ok.error();
  if (auto ok = fill(out.rates, std::move(rates)); !ok) return ok.error();
  if (auto ok = fill(out.settlements, std::move(openings)); !ok) return ok.error();
  return out;
}

}  // namespace optix::simulation
