#pragma once
// Made-up chains of several underlyings: prices that walk, quotes with a spread and now and then
// without a side, contracts that come and go. Numbers are drawn by place, so that a change of one
// snapshot changes no other.
#include <cmath>
#include <string>
#include <vector>

#include "core/sequencer/random.hpp"
#include "core/time/calendar.hpp"
#include "messages/market.hpp"

namespace optix {

struct RandomChains {
  std::uint64_t seed = 1;
  std::vector<std::string> underlyings{"AAA"};
  Date first = Date::from_civil(2021, 3, 1);
  int sessions = 20;
  // Minutes after 9:30 in New York, ascending.
  std::vector<int> minutes{390};
  int strikes = 6;      // each side of the price
  int expirations = 4;  // Fridays ahead
  double wide = 0.02;   // half-spread, share of the price

  double uniform(std::uint64_t stream, std::uint64_t counter) const { return draw_uniform(seed, stream, counter); }

  ChainSnapshot chain(std::size_t u, Date session, int minute) const {
    const std::uint64_t stream =
        u * 1'000'000'007 + static_cast<std::uint64_t>(session.days) * 1'000 + static_cast<std::uint64_t>(minute);
    std::uint64_t counter = 0;
    const auto next = [&] { return uniform(stream, counter++); };
    const auto cents = [](double usd) { return Decimal::from_raw(std::llround(usd * 100) * 10'000); };
    ChainSnapshot c;
    c.underlying = *Symbol::from(underlyings[u]);
    c.session = session;
    c.time = session_open(session) + std::int64_t{minute} * 60 * nanos_per_second;
    const double day = session.days - first.days + minute / 390.0;
    const double spot = 100 + 10 * std::sin(day / 7 + static_cast<double>(u)) + next();
    c.underlying_price = cents(spot);
    std::vector<std::uint32_t> begin;
    for (int e = 0, days = (12 - session.weekday()) % 7 + 7; e < expirations; ++e, days += 7)
      for (const std::string& tail : {std::string(), std::string("W")})
        for (const Right right : {Right::call, Right::put}) {
          if (tail.empty() && e != 1) continue;  // a second root on one date
          const Date expiration = session_on_or_before(session + days);
          const std::uint32_t row = static_cast<std::uint32_t>(std::as_const(c).strike.size());
          for (int k = -strikes; k <= strikes; ++k) {
            if (next() < 0.1) continue;
            const double strike = std::round(spot) + k * 2;
            const double years = days / 365.0, sd = 0.2 * std::sqrt(years) * spot;
            const double sign = right == Right::call ? 1 : -1;
            const double value = std::max(0.0, sign * (spot - strike)) + sd * std::exp(-std::fabs(spot - strike) / sd);
            const double half = std::max(0.01, value * wide * (0.5 + next()));
            c.strike.push_back(cents(strike));
            c.bid.push_back(next() < 0.03 ? Decimal::none() : cents(std::max(0.0, value - half)));
            c.ask.push_back(next() < 0.03 ? Decimal::none() : cents(value + half));
            const double delta = sign * (0.5 + 0.5 * std::tanh(sign * (spot - strike) / sd));
            const bool known = next() > 0.05;
            c.iv.push_back(known ? 0.2 + 0.02 * next() : std::nan(""));
            c.delta.push_back(known ? delta : std::nan(""));
            c.gamma.push_back(known ? 0.01 * next() : std::nan(""));
            c.volume.push_back(static_cast<std::int32_t>(1000 * next()));
            c.open_interest.push_back(static_cast<std::int32_t>(10'000 * next()));
          }
          if (std::as_const(c).strike.size() == row) continue;
          begin.push_back(row);
          c.group_root.push_back(*Symbol::from(underlyings[u] + tail));
          c.group_expiration.push_back(expiration);
          c.group_settles.push_back(settlement_instant(expiration, Settlement::pm));
          c.group_right.push_back(right);
          c.group_settlement.push_back(Settlement::pm);
        }
    begin.push_back(static_cast<std::uint32_t>(std::as_const(c).strike.size()));
    c.group_begin = std::move(begin);
    return c;
  }

  std::vector<ChainSnapshot> all() const {
    std::vector<ChainSnapshot> out;
    Date session = session_on_or_after(first);
    for (int s = 0; s < sessions; ++s, session = next_session(session))
      for (std::size_t u = 0; u < underlyings.size(); ++u)
        for (const int minute : minutes) out.push_back(chain(u, session, minute));
    return out;
  }
};

}  // namespace optix
