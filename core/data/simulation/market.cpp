#include "core/data/simulation/market.hpp"

#include <algorithm>
#include <cmath>

#include "core/data/simulation/quoting.hpp"
#include "core/data/simulation/shocks.hpp"
#include "core/pricing/american.hpp"
#include "core/pricing/elementary.hpp"
#include "core/pricing/european.hpp"
#include "core/sequencer/random.hpp"
#include "core/time/calendar.hpp"

namespace optix::simulation {
namespace {

constexpr std::int64_t cent = Decimal::scale / 100;

// Random bits of a strike of one expiration: the same whatever else is listed.
std::uint64_t strike_bits(std::uint64_t seed, std::uint64_t stream, const ListedExpiration& e, Decimal strike,
                          std::uint64_t step) {
  const std::uint64_t of_expiration =
      (static_cast<std::uint64_t>(e.expiration.days) << 1 | (e.settlement == Settlement::am)) * 0x9E3779B97F4A7C15;
  return draw(seed, stream ^ of_expiration, static_cast<std::uint64_t>(strike.raw() / 1000) << 24 | step);
}

// The columns of one expiration at one instant, reused from one to the next.
struct Columns {
  std::vector<std::uint32_t> index;  // of the strikes that are listed
  std::vector<double> strike, vol, price, delta, gamma, other, other_delta, other_gamma;
  std::vector<Right> right, other_right;
  std::vector<float> calls, puts;

  void resize(std::size_t n) {
    for (auto* column : {&strike, &vol, &price, &delta, &gamma, &other, &other_delta, &other_gamma}) column->resize(n);
    right.resize(n);
    other_right.resize(n);
  }
};

// What the row columns of a chain are written through.
struct Rows {
  Decimal *strike, *bid, *ask;
  double *iv, *delta, *gamma;
  std::int32_t *volume, *open_interest;
};

// A day's volume over what is expected of it, mean about 1: little on most days, and on one of 25 a
// heavy-tailed lot, which is most of all volume.
double volume_burst(double v) {
  constexpr double quiet = 0.96;
  if (v < quiet) return 0.03 * std::sqrt(v / (1 - v));
  const double u = (v - quiet) / (1 - quiet);
  return std::min(500.0, 15 * std::sqrt(u / (1 - std::min(u, 1 - 1e-6))));
}

std::int32_t whole(double contracts) { return static_cast<std::int32_t>(std::min(contracts, 2e9)); }

}  // namespace

Market::Market(const Params& params, std::uint64_t seed, PricePath path)
    : p_(params), seed_(seed), clock_(session_clock(params)), path_(std::move(path)) {
  surface_ = surface_states(p_, seed_, clock_, path_);
  std::vector<double> reference;
  for (std::size_t s = 0; s < sessions(); ++s) {
    reference.push_back(s == 0 ? p_.spot : path_.price[s * clock_.per_session - 1]);
    log_close_.push_back(math::log(path_.price[(s + 1) * clock_.per_session - 1]));
  }
  listings_ = list_contracts(p_, clock_.sessions, reference);
  const std::uint64_t stream = shock_stream(p_.underlying, "liking");
  activity_.reserve(listings_.expirations.size());
  for (const ListedExpiration& e : listings_.expirations) {
    activity_.emplace_back(p_, clock_.sessions, log_close_, e);
    std::vector<float> liking;
    liking.reserve(2 * e.strike.size());
    for (std::size_t i = 0; i < e.strike.size(); ++i) {
      const std::uint64_t bits = strike_bits(seed_, stream, e, e.strike[i], 0);
      for (const int shift : {0, 16})
        liking.push_back(
            static_cast<float>(contract_liking(e.price[i], p_.strike_step, static_cast<std::uint32_t>(bits >> shift))));
    }
    liking_.push_back(std::move(liking));
  }
}

std::size_t Market::rows(std::size_t session) const {
  std::size_t count = 0;
  for (const std::uint32_t at : listings_.alive[session])
    for (const std::uint32_t since : listings_.expirations[at].since) count += since <= session ? 2 : 0;
  return count;
}

// ln(F/S): the continuous yield, or the discrete dividends between now and then.
double Market::carry(double spot, Timestamp now, Date session, Timestamp maturity, double years) const {
  if (p_.dividends_per_year == 0) return (p_.rate - p_.dividend_yield) * years;
  double present = 0;
  for (const Dividend& d : path_.dividends) {
    if (d.ex <= session) continue;
    const Timestamp ex = session_open(d.ex);
    if (ex >= maturity) break;
    present += d.amount * math::exp(-p_.rate * years_between(now, ex));
  }
  return p_.rate * years + math::log(std::max(0.05, 1 - present / spot));
}

double Market::forward(std::size_t step, Timestamp maturity) const {
  const Timestamp now = clock_.times[step];
  return path_.price[step] * math::exp(carry(path_.price[step], now, clock_.sessions[step / clock_.per_session],
                                             maturity, years_between(now, maturity)));
}

SsviSlice Market::slice(std::size_t step, Timestamp maturity) const {
  return surface_slice(p_, surface_[step], years_between(clock_.times[step], maturity));
}

void Market::price(ChainSnapshot& chain, std::size_t session, std::size_t within) const {
  const std::size_t step = session * clock_.per_session + within;
  const Timestamp now = clock_.times[step];
  const double spot = path_.price[step];
  const double traded = clock_.traded[within];
  const std::size_t capacity = rows(session);
  std::vector<Decimal> strike(capacity), bid(capacity), ask(capacity);
  std::vector<double> iv(capacity), delta(capacity), gamma(capacity);
  std::vector<std::int32_t> volume(capacity), interest(capacity);
  const std::uint64_t quote_stream = shock_stream(p_.underlying, "quote"),
                      volume_stream = shock_stream(p_.underlying, "volume");
  const TickTable ticks = tick_table(p_.ticks);
  std::size_t row = 0;
  Columns c;

  for (const std::uint32_t at : listings_.alive[session]) {
    const ListedExpiration& e = listings_.expirations[at];
    if (e.settles <= now) continue;
    c.index.clear();
    for (std::uint32_t i = 0; i < e.since.size(); ++i)
      if (e.since[i] <= session) c.index.push_back(i);
    const std::size_t n = c.index.size();
    c.resize(n);

    // Volatilities: the slice in raw form, k = ln(K/F).
    const double years = years_between(now, e.settles);
    const double log_carry = carry(spot, now, chain.session, e.settles, years);
    const double growth = math::exp(log_carry), forward = spot * growth;
    const double yield = p_.rate - log_carry / years;
    const SviParameters svi = ssvi_to_raw(surface_slice(p_, surface_[step], years));
    const double log_forward = math::log(spot) + log_carry;
    const double spot_yield = math::exp(-yield * years), discount = math::exp(-p_.rate * years);
    for (std::size_t j = 0; j < n; ++j) {
      const double x = e.log[c.index[j]] - log_forward - svi.m;
      const double w = svi.a + svi.b * (svi.rho * x + std::sqrt(x * x + svi.sigma * svi.sigma));
      c.vol[j] = std::sqrt(w / years);
      c.strike[j] = e.price[c.index[j]];
      c.right[j] = c.strike[j] < forward ? Right::put : Right::call;
    }
    if (p_.american) {
      for (std::size_t j = 0; j < n; ++j) c.other_right[j] = c.right[j] == Right::put ? Right::call : Right::put;
      american_chain(AmericanScheme::fast, spot, p_.rate, yield, years, c.strike, c.vol, c.right,
                     {c.price, c.delta, c.gamma});
      american_chain(AmericanScheme::fast, spot, p_.rate, yield, years, c.strike, c.vol, c.other_right,
                     {c.other, c.other_delta, c.other_gamma});
    } else {
      european_chain(expiry_terms(spot, p_.rate, yield, years), c.strike, c.vol, c.right,
                     {c.price, c.delta, c.gamma, {}, {}, {}, {}, {}, {}, {}});
      // The other side of each strike by put-call parity.
      for (std::size_t j = 0; j < n; ++j) {
        const bool put = c.right[j] == Right::put;
        const double value = discount * (forward - c.strike[j]);
        c.other[j] = std::max(0.0, c.price[j] + (put ? value : -value));
        c.other_delta[j] = c.delta[j] + (put ? spot_yield : -spot_yield);
        c.other_gamma[j] = c.gamma[j];
      }
    }

    const int days = e.expiration - chain.session;
    activity_[at].before(static_cast<std::uint32_t>(session), e, c.calls, c.puts);
    const double today = base_volume(p_, e.kind, days);
    std::vector<float> call_volume(e.strike.size()), put_volume(e.strike.size());
    // The day's volume gathers around the price the session opened at.
    add_activity(p_, e, session == 0 ? math::log(p_.spot) : log_close_[session - 1], days, today * traded, call_volume,
                 put_volume);
    const double atm = std::sqrt(atm_total_variance(p_, surface_[step], years) / years);
    const SpreadRule spread(p_, spot, years, atm, surface_[step].level);

    // Calls first, then puts.
    const Rows calls{&strike[row], &bid[row],   &ask[row],    &iv[row],
                     &delta[row],  &gamma[row], &volume[row], &interest[row]};
    const std::size_t second = row + n;
    const Rows puts{&strike[second], &bid[second],   &ask[second],    &iv[second],
                    &delta[second],  &gamma[second], &volume[second], &interest[second]};
    for (std::size_t j = 0; j < n; ++j) {
      const std::uint32_t i = c.index[j];
      const std::uint64_t noise = strike_bits(seed_, quote_stream, e, e.strike[i], step);
      const std::uint64_t trades = strike_bits(seed_, volume_stream, e, e.strike[i], session);
      const bool put_is_out = c.right[j] == Right::put;
      const double root_value = std::sqrt(std::max(0.0, c.price[j]));
      const double depth = std::fabs(forward - c.strike[j]);
      for (const Right right : {Right::call, Right::put}) {
        const bool out = (right == Right::put) == put_is_out;
        const Rows& to = right == Right::call ? calls : puts;
        const int shift = right == Right::call ? 0 : 32;
        const double u = static_cast<double>(noise >> shift & 0xffffffff) * 0x1p-32;
        const double v = (static_cast<double>(trades >> shift & 0xffffffff) + 0.5) * 0x1p-32;
        const CentQuote quote =
            round_outwards(ticks, out ? c.price[j] : c.other[j], spread.half(root_value, out ? 0 : depth, u));
        to.strike[j] = e.strike[i];
        to.bid[j] = Decimal::from_raw(quote.bid * cent);
        to.ask[j] = Decimal::from_raw(quote.ask * cent);
        to.iv[j] = c.vol[j];
        // Adding 0 turns -0 into 0, which is what text and other programs make of it.
        to.delta[j] = (out ? c.delta[j] : c.other_delta[j]) + 0.0;
        to.gamma[j] = out ? c.gamma[j] : c.other_gamma[j];
        const double liking = liking_[at][2 * i + (right == Right::put)];
        const double burst = volume_burst(v);
        to.volume[j] = whole(liking * burst * (right == Right::call ? call_volume : put_volume)[i]);
        to.open_interest[j] = whole(liking * p_.interest_share * (right == Right::call ? c.calls : c.puts)[i]);
      }
    }
    for (const Right right : {Right::call, Right::put}) {
      chain.group_root.push_back(e.root);
      chain.group_expiration.push_back(e.expiration);
      chain.group_settles.push_back(e.settles);
      chain.group_right.push_back(right);
      chain.group_settlement.push_back(e.settlement);
      chain.group_begin.push_back(static_cast<std::uint32_t>(row));
      row += n;
    }
  }
  chain.group_begin.push_back(static_cast<std::uint32_t>(row));
  for (auto* column : {&strike, &bid, &ask}) column->resize(row);
  for (auto* column : {&iv, &delta, &gamma}) column->resize(row);
  for (auto* column : {&volume, &interest}) column->resize(row);
  chain.strike = std::move(strike);
  chain.bid = std::move(bid);
  chain.ask = std::move(ask);
  chain.iv = std::move(iv);
  chain.delta = std::move(delta);
  chain.gamma = std::move(gamma);
  chain.volume = std::move(volume);
  chain.open_interest = std::move(interest);
}

SnapshotQuotes Market::snapshot(std::size_t session, std::size_t within) const {
  SnapshotQuotes out;
  const std::size_t step = session * clock_.per_session + within;
  out.chain.underlying = p_.underlying;
  out.chain.time = clock_.times[step];
  out.chain.session = clock_.sessions[session];
  out.chain.underlying_price = Decimal::from_raw(std::llround(path_.price[step] * 100) * cent);
  price(out.chain, session, within);
  out.group_exercise.assign(out.chain.groups(), p_.american ? ExerciseStyle::american : ExerciseStyle::european);
  out.group_multiplier.assign(out.chain.groups(), 100);
  return out;
}

SessionQuotes Market::session(std::size_t session) const {
  SessionQuotes out;
  out.underlying = p_.underlying;
  out.session = clock_.sessions[session];
  for (std::size_t i = 0; i < clock_.per_session; ++i) out.snapshots.push_back(snapshot(session, i));
  return out;
}

Result<std::vector<std::shared_ptr<const Market>>> make_markets(const Setup& setup) {
  auto paths = price_paths(setup);
  if (!paths) return paths.error();
  std::vector<std::shared_ptr<const Market>> out;
  for (std::size_t i = 0; i < setup.markets.size(); ++i)
    out.push_back(std::make_shared<Market>(setup.markets[i], setup.seed, std::move((*paths)[i])));
  return out;
}

}  // namespace optix::simulation
