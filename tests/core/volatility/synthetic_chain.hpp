#pragma once
// Chains made from a known surface: European prices of given smiles, spreads around them, ticks.
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "core/pricing/american.hpp"
#include "core/pricing/european.hpp"
#include "core/time/calendar.hpp"
#include "core/volatility/smile.hpp"
#include "core/volatility/year_clock.hpp"
#include "messages/market.hpp"

namespace optix::synthetic {

struct Expiry {
  Date expiration;
  std::string root = "SPXW";
  Settlement settlement = Settlement::pm;
  SviParameters svi;  // total variance at the expiry
};

struct Market {
  Date session = Date::from_civil(2019, 6, 3);
  double spot = 2800, rate = 0.024, yield = 0.019;
  YearClock clock;
  std::vector<Expiry> expiries;
  double low = 0.6, high = 1.3, step = 10;  // strikes as shares of the spot, on multiples of step
  double half_spread = 0.10;                // USD, plus:
  double spread_share = 0.01;               // of the price
  double tick = 0.05;                       // 0: exact prices (to the millionth)
  ExerciseStyle exercise = ExerciseStyle::european;
};

inline Timestamp quote_time(const Market& m) { return session_close(m.session); }

struct Terms {
  Timestamp settles;
  double calendar_years, years, forward, discount;
};
inline Terms terms_of(const Market& m, const Expiry& e) {
  Terms t{};
  t.settles = settlement_instant(e.expiration, e.settlement);
  t.calendar_years = years_between(quote_time(m), t.settles);
  t.years = m.clock.years(quote_time(m), t.settles);
  t.forward = m.spot * std::exp((m.rate - m.yield) * t.calendar_years);
  t.discount = std::exp(-m.rate * t.calendar_years);
  return t;
}

inline double price_of(const Market& m, const Expiry& e, Right right, double strike) {
  const Terms t = terms_of(m, e);
  const double deviation = std::sqrt(svi_total_variance(e.svi, std::log(strike / t.forward)));
  if (m.exercise == ExerciseStyle::american)
    return american(AmericanScheme::fast, right,
                    {m.spot, strike, m.rate, m.yield, t.years, deviation / std::sqrt(t.years)})
        .price;
  return black76(right, t.forward, strike, t.discount, t.years, deviation / std::sqrt(t.years)).price;
}

// Groups must be given ascending by (expiration, root).
inline ChainSnapshot chain_of(const Market& m) {
  ChainSnapshot c;
  c.underlying = *Symbol::from("SPX");
  c.time = quote_time(m);
  c.session = m.session;
  c.underlying_price = Decimal::from_double(m.spot);
  ContractId id = 0;
  for (const Expiry& e : m.expiries)
    for (const Right right : {Right::call, Right::put}) {
      c.group_root.push_back(*Symbol::from(e.root));
      c.group_expiration.push_back(e.expiration);
      c.group_settles.push_back(terms_of(m, e).settles);
      c.group_right.push_back(right);
      c.group_settlement.push_back(e.settlement);
      c.group_begin.push_back(static_cast<std::uint32_t>(c.strike.size()));
      for (double k = std::ceil(m.low * m.spot / m.step) * m.step; k <= m.high * m.spot; k += m.step) {
        const double price = price_of(m, e, right, k), half = m.half_spread + m.spread_share * price;
        double bid = price - half, ask = price + half;
        if (m.tick > 0) {
          bid = std::floor(bid / m.tick + 1e-9) * m.tick;
          ask = std::ceil(ask / m.tick - 1e-9) * m.tick;
        }
        c.contract.push_back(id++);
        c.strike.push_back(Decimal::from_double(k));
        c.bid.push_back(Decimal::from_double(std::fmax(bid, 0)));
        c.ask.push_back(Decimal::from_double(ask));
      }
    }
  c.group_begin.push_back(static_cast<std::uint32_t>(c.strike.size()));
  const double nan = std::nan("");
  c.iv.assign(c.strike.size(), nan);
  c.delta.assign(c.strike.size(), nan);
  c.gamma.assign(c.strike.size(), nan);
  c.volume.assign(c.strike.size(), 0);
  c.open_interest.assign(c.strike.size(), 0);
  return c;
}

// A term structure of index-like smiles, free of arbitrage: a week to two years, one date twice.
inline Market index_market() {
  Market m;
  const auto smile = [&](Date expiration, Settlement settlement) {
    const double t = years_between(quote_time(m), settlement_instant(expiration, settlement));
    const double theta = t * (0.15 * 0.15 + 0.01 * t / (1 + t));  // at-the-money total variance
    const double phi = 0.8 / std::sqrt(theta * (1 + theta)), rho = -0.6;
    return SviParameters{0.5 * theta * (1 - rho * rho), 0.5 * theta * phi, rho, -rho / phi,
                         std::sqrt(1 - rho * rho) / phi};
  };
  const auto add = [&](int year, int month, int day, const char* root, Settlement settlement) {
    const Date date = Date::from_civil(year, month, day);
    m.expiries.push_back({date, root, settlement, smile(date, settlement)});
  };
  add(2019, 6, 10, "SPXW", Settlement::pm);
  add(2019, 6, 21, "SPX", Settlement::am);
  add(2019, 6, 21, "SPXW", Settlement::pm);
  add(2019, 6, 28, "SPXW", Settlement::pm);
  add(2019, 7, 5, "SPXW", Settlement::pm);
  add(2019, 9, 20, "SPX", Settlement::am);
  add(2019, 12, 20, "SPX", Settlement::am);
  add(2020, 6, 19, "SPX", Settlement::am);
  add(2021, 6, 18, "SPX", Settlement::am);
  return m;
}

}  // namespace optix::synthetic
