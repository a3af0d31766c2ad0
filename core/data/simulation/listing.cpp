#include "core/data/simulation/listing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <string>

#include "core/pricing/elementary.hpp"
#include "core/time/calendar.hpp"
#include "core/time/expirations.hpp"

namespace optix::simulation {
namespace {

struct Key {
  Date expiration;
  Symbol root;
  auto operator<=>(const Key&) const = default;
};

struct Terms {
  Settlement settlement = Settlement::pm;
  ListingKind kind = ListingKind::weekly;
  int listed_days = 0;
};

using Expirations = std::map<Key, Terms>;

class Rules {
 public:
  explicit Rules(const Params& p)
      : p_(p),
        root_(p.underlying),
        weekly_root_(p.am_monthlies ? *Symbol::from(p.underlying.to_string() + "W") : root_) {}

  // Everything listed on a session.
  void add(Date session, Expirations& out) const {
    const Date friday = session + (5 - session.weekday() + 7) % 7;
    for (int week = 0; week < p_.weekly_fridays; ++week) weekly(friday + 7 * week, session, 7 * p_.weekly_fridays, out);
    if (p_.expirations_per_week > 1) {
      const Date monday = session - (session.weekday() + 6) % 7;
      for (int week = 0; week <= p_.midweek_weeks; ++week)
        for (int day = 0; day < 4; ++day) {
          if (p_.expirations_per_week < 5 && day % 2 == 1 && !(p_.expirations_per_week == 4 && day == 1)) continue;
          if (p_.expirations_per_week == 2 && day == 0) continue;
          const Date date = monday + 7 * week + day;
          if (date - session <= 7 * p_.midweek_weeks) weekly(date, session, 7 * p_.midweek_weeks, out);
        }
    }
    third_fridays(session, p_.monthlies, 1, 0, 31 * p_.monthlies, out);
    third_fridays(session, p_.quarterlies, 3, 0, 92 * p_.quarterlies, out);
    third_fridays(session, p_.leaps, 12, p_.leaps_month % 12, 366 * p_.leaps, out);
    auto [year, month, day] = session.civil();
    for (int listed = 0; listed < p_.month_ends; ++listed, ++month) {
      if (month > 12) month = 1, ++year;
      if (year > 2099) break;
      pm(end_of_month_session(year, month), session, ListingKind::weekly, 31 * p_.month_ends, out);
    }
  }

 private:
  void weekly(Date nominal, Date session, int days, Expirations& out) const {
    if (!calendar_covers(nominal + 7)) return;
    const auto [year, month, day] = nominal.civil();
    if (nominal == third_friday(year, month)) return;  // a monthly
    pm(weekly_session(nominal), session, ListingKind::weekly, days, out);
  }

  void pm(Date date, Date session, ListingKind kind, int days, Expirations& out) const {
    if (date < session) return;
    out.try_emplace(Key{date, weekly_root_}, Terms{Settlement::pm, kind, days});
  }

  // Third Fridays of every `every`-th month, month % every == rest, the next `count`.
  void third_fridays(Date session, int count, int every, int rest, int days, Expirations& out) const {
    auto [year, month, day] = session.civil();
    for (int listed = 0; listed < count; ++month) {
      if (month > 12) month = 1, ++year;
      if (year > 2099) return;
      if (month % every != rest) continue;
      const Date traded = monthly_session(year, month);
      if (traded < session) continue;
      ++listed;
      const Date date = monthly_symbol_date(year, month);
      const bool near = days <= 31 * p_.monthlies;
      if (p_.am_monthlies) {
        if (traded > session) out.try_emplace(Key{date, root_}, Terms{Settlement::am, ListingKind::monthly, days});
        // The series under the weeklies' root only for the nearer months.
        if (p_.pm_monthlies && near) pm(traded, session, ListingKind::weekly, days, out);
      } else {
        out.try_emplace(Key{date, root_}, Terms{Settlement::pm, ListingKind::monthly, days});
      }
    }
  }

  const Params& p_;
  Symbol root_, weekly_root_;
};

// The multiples of one step that are listed; ranges only grow.
struct Band {
  double step = 0, below = 0, above = 0;
  std::int64_t low = std::numeric_limits<std::int64_t>::max(), high = std::numeric_limits<std::int64_t>::min();
};

struct NewStrike {
  std::int64_t raw;
  std::uint32_t since;
};

void widen(Band& band, double price, std::uint32_t session, std::vector<NewStrike>& out) {
  const std::int64_t low = std::max<std::int64_t>(1, std::llround(std::ceil(price * (1 - band.below) / band.step)));
  const std::int64_t high = std::max<std::int64_t>(low, std::llround(std::floor(price * (1 + band.above) / band.step)));
  if (low >= band.low && high <= band.high) return;
  const std::int64_t new_low = std::min(band.low, low), new_high = std::max(band.high, high);
  for (std::int64_t k = new_low; k <= new_high; ++k) {
    if (k >= band.low && k <= band.high) continue;
    out.push_back({std::llround(static_cast<double>(k) * band.step * static_cast<double>(Decimal::scale)), session});
  }
  band.low = new_low;
  band.high = new_high;
}

void list_strikes(const Params& p, const std::vector<Date>& sessions, const std::vector<double>& reference,
                  ListedExpiration& out) {
  // Weeklies reach less far.
  const double reach = out.kind == ListingKind::monthly ? 1 : 0.65;
  std::array<Band, 3> bands{
      {{p.strike_step, p.strikes_below, p.strikes_above},
       {p.strike_step_far, p.far_below, p.far_above},
       {p.strike_step_wing, std::max(p.far_below, reach * p.wing_below), std::max(p.far_above, reach * p.wing_above)}}};
  std::vector<NewStrike> strikes;
  for (std::uint32_t s = out.first; s < out.end; ++s)
    for (std::size_t b = 0; b < bands.size(); ++b) {
      if (b == 0 && out.expiration - sessions[s] >= p.long_days) continue;
      widen(bands[b], reference[s], s, strikes);
    }
  std::sort(strikes.begin(), strikes.end(),
            [](const NewStrike& a, const NewStrike& b) { return a.raw != b.raw ? a.raw < b.raw : a.since < b.since; });
  for (std::size_t i = 0; i < strikes.size(); ++i) {
    if (i > 0 && strikes[i].raw == strikes[i - 1].raw) continue;  // listed by a coarser step before
    const Decimal strike = Decimal::from_raw(strikes[i].raw);
    out.strike.push_back(strike);
    out.price.push_back(strike.to_double());
    out.log.push_back(math::log(strike.to_double()));
    out.since.push_back(strikes[i].since);
  }
}

}  // namespace

Listings list_contracts(const Params& p, const std::vector<Date>& sessions, const std::vector<double>& reference) {
  const Rules rules(p);
  struct Span {
    Terms terms;
    std::uint32_t first;
  };
  std::map<Key, Span> seen;
  for (std::uint32_t s = 0; s < sessions.size(); ++s) {
    Expirations today;
    rules.add(sessions[s], today);
    for (const auto& [key, terms] : today) seen.try_emplace(key, Span{terms, s});
  }
  Listings out;
  out.alive.resize(sessions.size());
  for (const auto& [key, span] : seen) {
    ListedExpiration e;
    e.expiration = key.expiration;
    e.root = key.root;
    e.settlement = span.terms.settlement;
    e.kind = span.terms.kind;
    e.listed_days = span.terms.listed_days;
    e.settles = settlement_instant(key.expiration, e.settlement);
    e.first = span.first;
    // AM contracts trade until the session before they settle; a Saturday date means the Friday.
    const Date settled = session_on_or_before(key.expiration);
    const auto after = e.settlement == Settlement::am ? std::lower_bound(sessions.begin(), sessions.end(), settled)
                                                      : std::upper_bound(sessions.begin(), sessions.end(), settled);
    e.end = static_cast<std::uint32_t>(after - sessions.begin());
    if (e.end <= e.first) continue;
    list_strikes(p, sessions, reference, e);
    for (std::uint32_t s = e.first; s < e.end; ++s)
      out.alive[s].push_back(static_cast<std::uint32_t>(out.expirations.size()));
    out.expirations.push_back(std::move(e));
  }
  return out;
}

}  // namespace optix::simulation
