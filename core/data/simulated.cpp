#include "core/data/simulated.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/pricing/black_scholes.hpp"
#include "core/pricing/elementary.hpp"
#include "core/sequencer/random.hpp"
#include "core/time/calendar.hpp"
#include "core/time/expirations.hpp"

namespace optix {
namespace {

constexpr double two_pi = 6.28318530717958647693;
constexpr double sessions_per_year = 252;

// A standard normal draw (Box–Muller) from two counter-based uniforms.
double normal_draw(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter) {
  const double radius = std::sqrt(-2 * math::log(draw_uniform(seed, stream, 2 * counter)));
  return radius * math::cos(two_pi * draw_uniform(seed, stream, 2 * counter + 1));
}

struct ListedGroup {
  Symbol root;
  Date expiration;
  Timestamp settles;
  Right right = Right::call;
  Settlement settlement = Settlement::pm;
  std::uint32_t begin = 0, end = 0;  // rows of the session
};

// What is listed in one session: fixed at its opening.
struct ListedSession {
  Date session;
  MessageRef instruments;
  std::vector<ListedGroup> groups;
  std::vector<ContractId> contract;
  std::vector<Decimal> strike;
};

struct Listing {
  Date expiration;
  Symbol root;
  Settlement settlement = Settlement::pm;
  auto operator<=>(const Listing&) const = default;
};

class SimulatedMarket final : public SnapshotSource {
 public:
  SimulatedMarket(const SimulatedParams& params, std::uint64_t seed, std::uint64_t stream)
      : p_(params), seed_(seed), stream_(stream) {
    report_.source = "simulated, seed " + std::to_string(seed);
    report_.layout = "Black-Scholes with a smile";
    double spot = p_.spot;
    for (Date d = session_on_or_after(p_.first); d <= p_.last; d = next_session(d)) {
      list(d, spot);
      walk(d, spot);
      SessionQuality quality;
      quality.session = d;
      quality.counts.rows = static_cast<std::uint64_t>(sessions_.back().strike.size()) *
                            static_cast<std::uint64_t>(p_.snapshots_per_session);
      report_.lines += quality.counts.rows;
      report_.sessions.push_back(quality);
      if (d == calendar_last_day) break;
    }
    report_.contracts = contracts_;
    listed_.clear();
  }

  std::size_t steps() const override { return spots_.size(); }
  Timestamp time(std::size_t step) const override { return times_[step]; }
  const QualityReport& quality() const override { return report_; }
  DatasetStep step(std::size_t index) const override;

 private:
  struct Strikes {
    std::int64_t low, high;               // in strike steps
    std::vector<ContractId> calls, puts;  // by strike from low
  };

  void list(Date session, double spot);
  void walk(Date session, double& spot);
  void price(ChainSnapshot& chain, const ListedSession& listed, std::size_t index, Timestamp now) const;

  SimulatedParams p_;
  std::uint64_t seed_;
  std::uint64_t stream_;
  QualityReport report_;
  std::vector<ListedSession> sessions_;
  std::vector<Decimal> spots_;    // by step
  std::vector<Timestamp> times_;  // by step
  std::map<Listing, Strikes> listed_;
  ContractId contracts_ = 0;
};

std::vector<Listing> expirations_on(const SimulatedParams& p, Date session) {
  std::vector<Listing> out;
  const Symbol monthly_root = p.underlying;
  const Symbol weekly_root = p.am_monthlies ? *Symbol::from(p.underlying.to_string() + "W") : p.underlying;
  const auto add = [&](Date expiration, bool monthly) {
    if (!calendar_covers(expiration) || expiration < session) return;
    const bool am = monthly && p.am_monthlies;
    if (am && expiration == session) return;  // traded until the day before
    const Listing listing{expiration, am ? monthly_root : weekly_root, am ? Settlement::am : Settlement::pm};
    if (std::find(out.begin(), out.end(), listing) == out.end()) out.push_back(listing);
  };
  const Date friday = session + (5 - session.weekday() + 7) % 7;
  for (int week = 0; week < p.weekly_expirations; ++week) {
    const Date nominal = friday + 7 * week;
    if (!calendar_covers(nominal)) break;
    const auto [year, month, day] = nominal.civil();
    if (nominal == third_friday(year, month) && p.am_monthlies) continue;
    add(weekly_session(nominal), false);
  }
  auto [year, month, day] = session.civil();
  for (int listed = 0; listed < p.monthly_expirations && year <= 2099; ++month) {
    if (month > 12) {
      month = 1;
      ++year;
      continue;
    }
    const Date expiration = monthly_session(year, month);
    if (expiration < session) continue;
    add(expiration, true);
    ++listed;
  }
  std::sort(out.begin(), out.end());
  return out;
}

// Lists new expirations and strikes at the opening, and numbers the new contracts in row order.
void SimulatedMarket::list(Date session, double spot) {
  for (const Listing& l : expirations_on(p_, session)) listed_.try_emplace(l, Strikes{0, -1, {}, {}});
  std::erase_if(listed_, [&](const auto& entry) {
    return entry.first.expiration < session ||
           (entry.first.expiration == session && entry.first.settlement == Settlement::am);
  });

  ListedSession out;
  out.session = session;
  InstrumentBatch batch;
  batch.first_id = contracts_;
  const std::int64_t centre = std::llround(spot / p_.strike_step);
  for (auto& [listing, strikes] : listed_) {
    const std::int64_t low = std::max<std::int64_t>(1, centre - p_.strikes_each_side),
                       high = centre + p_.strikes_each_side;
    const bool fresh = strikes.high < strikes.low;
    const std::int64_t new_low = fresh ? low : std::min(low, strikes.low),
                       new_high = fresh ? high : std::max(high, strikes.high);
    const std::int64_t old_low = fresh ? new_high + 1 : strikes.low, old_high = fresh ? new_high : strikes.high;
    const Timestamp settles = settlement_instant(listing.expiration, listing.settlement);
    for (const Right right : {Right::call, Right::put}) {
      auto& ids = right == Right::call ? strikes.calls : strikes.puts;
      std::vector<ContractId> all;
      ListedGroup group{listing.root,
                        listing.expiration,
                        settles,
                        right,
                        listing.settlement,
                        static_cast<std::uint32_t>(out.strike.size()),
                        0};
      for (std::int64_t k = new_low; k <= new_high; ++k) {
        const Decimal strike = Decimal::from_double(static_cast<double>(k) * p_.strike_step);
        if (k >= old_low && k <= old_high) {
          all.push_back(ids[static_cast<std::size_t>(k - old_low)]);
        } else {
          all.push_back(contracts_++);
          batch.root.push_back(listing.root);
          batch.underlying.push_back(p_.underlying);
          batch.expiration.push_back(listing.expiration);
          batch.settles.push_back(settles);
          batch.strike.push_back(strike);
          batch.right.push_back(right);
          batch.settlement.push_back(listing.settlement);
          batch.exercise.push_back(ExerciseStyle::european);
          batch.multiplier.push_back(100);
        }
        out.contract.push_back(all.back());
        out.strike.push_back(strike);
      }
      group.end = static_cast<std::uint32_t>(out.strike.size());
      out.groups.push_back(group);
      ids = std::move(all);
    }
    strikes.low = new_low;
    strikes.high = new_high;
  }
  if (!batch.root.empty()) out.instruments = make_message(std::move(batch));
  sessions_.push_back(std::move(out));
}

void SimulatedMarket::walk(Date session, double& spot) {
  const Timestamp open = session_open(session), close = session_close(session);
  const double dt = 1 / (sessions_per_year * p_.snapshots_per_session);
  for (int i = 1; i <= p_.snapshots_per_session; ++i) {
    const double z = normal_draw(seed_, stream_, spots_.size());
    spot *= math::exp((p_.drift - 0.5 * p_.vol * p_.vol) * dt + p_.vol * std::sqrt(dt) * z);
    spots_.push_back(Decimal::from_raw(std::max<std::int64_t>(1, std::llround(spot * 100)) * (Decimal::scale / 100)));
    times_.push_back(open + (close - open) / p_.snapshots_per_session * i +
                     (i == p_.snapshots_per_session ? (close - open) % p_.snapshots_per_session : 0));
  }
}

void SimulatedMarket::price(ChainSnapshot& chain, const ListedSession& listed, std::size_t index, Timestamp now) const {
  const double spot = spots_[index].to_double();
  const std::uint64_t volume_stream = stream_ ^ stream_of("volume"),
                      interest_stream = stream_ ^ stream_of("open interest");
  for (const ListedGroup& g : listed.groups) {
    if (g.settles <= now) continue;
    chain.group_root.push_back(g.root);
    chain.group_expiration.push_back(g.expiration);
    chain.group_settles.push_back(g.settles);
    chain.group_right.push_back(g.right);
    chain.group_settlement.push_back(g.settlement);
    chain.group_begin.push_back(static_cast<std::uint32_t>(chain.contract.size()));
    const double years = years_between(now, g.settles);
    const double forward = spot * math::exp((p_.rate - p_.dividend_yield) * years);
    for (std::uint32_t row = g.begin; row < g.end; ++row) {
      const double strike = listed.strike[row].to_double();
      const double iv = simulated_implied_vol(p_, forward, strike, years);
      const BlackScholesValue v = black_scholes(g.right, {spot, strike, p_.rate, p_.dividend_yield, years, iv});
      const SimulatedQuote quote = simulated_quote(p_, v.price);
      const ContractId id = listed.contract[row];
      // Most of the interest is near the money.
      const double near = math::exp(-8 * std::fabs(math::log(strike / spot)));
      chain.contract.push_back(id);
      chain.strike.push_back(listed.strike[row]);
      chain.bid.push_back(quote.bid);
      chain.ask.push_back(quote.ask);
      chain.iv.push_back(iv);
      chain.delta.push_back(v.delta);
      chain.gamma.push_back(v.gamma);
      chain.volume.push_back(static_cast<std::int32_t>(
          2'000 * near * draw_uniform(seed_, volume_stream, std::uint64_t{id} << 32 | index)));
      chain.open_interest.push_back(static_cast<std::int32_t>(20'000 * draw_uniform(seed_, interest_stream, id)));
    }
  }
  chain.group_begin.push_back(static_cast<std::uint32_t>(chain.contract.size()));
}

DatasetStep SimulatedMarket::step(std::size_t index) const {
  const auto per_session = static_cast<std::size_t>(p_.snapshots_per_session);
  const ListedSession& listed = sessions_[index / per_session];
  DatasetStep out;
  if (index % per_session == 0) out.instruments = listed.instruments;
  ChainSnapshot chain;
  chain.underlying = p_.underlying;
  chain.time = times_[index];
  chain.session = listed.session;
  chain.underlying_price = spots_[index];
  price(chain, listed, index, chain.time);
  out.underlying = make_message(UnderlyingPrice{p_.underlying, chain.time, chain.session, chain.underlying_price});
  out.snapshot = make_message(std::move(chain));
  return out;
}

}  // namespace

double simulated_implied_vol(const SimulatedParams& p, double forward, double strike, double years) {
  const double root_t = std::sqrt(std::min(years, 2.0));
  const double level = p.implied_vol * std::max(0.2, 1 + p.term * (root_t - 0.5));
  const double z = std::clamp(math::log(strike / forward) / (level * std::sqrt(years)), -4.0, 4.0);
  return level * std::max(0.2, 1 + p.skew * z + p.smile * z * z);
}

SimulatedQuote simulated_quote(const SimulatedParams& p, double price) {
  // Rounding outwards is monotone in the price: three dollars are a multiple of both ticks.
  const double half = 0.03 + p.spread * price;
  const double low = std::max(0.0, price - half), high = price + half;
  const std::int64_t bid_tick = low < 3 ? 5 : 10, ask_tick = high < 3 ? 5 : 10;
  const std::int64_t bid = static_cast<std::int64_t>(std::floor(low * 100 + 1e-9)) / bid_tick * bid_tick;
  const std::int64_t ask =
      (static_cast<std::int64_t>(std::ceil(high * 100 - 1e-9)) + ask_tick - 1) / ask_tick * ask_tick;
  constexpr std::int64_t cent = Decimal::scale / 100;
  return {Decimal::from_raw(bid * cent), Decimal::from_raw(ask * cent)};
}

Result<std::shared_ptr<const SnapshotSource>> simulate_market(const SimulatedParams& p, std::uint64_t seed,
                                                              std::uint64_t stream) {
  const auto refuse = [](std::string what, std::string hint) {
    return Error{std::move(what), "simulated market", std::move(hint)};
  };
  if (!calendar_covers(p.first) || !calendar_covers(p.last) || p.last < p.first)
    return refuse("start " + p.first.to_string() + " and end " + p.last.to_string() + " are not a range of dates",
                  "dates from " + calendar_first_day.to_string() + " to " + calendar_last_day.to_string());
  if (session_on_or_after(p.first) > p.last)
    return refuse("there is no session from " + p.first.to_string() + " to " + p.last.to_string(), "");
  if (p.underlying.empty() || (p.am_monthlies && p.underlying.view().size() > 7))
    return refuse("the underlying needs one to seven characters", "");
  if (p.snapshots_per_session < 1 || p.snapshots_per_session > 23'400)
    return refuse("snapshots_per_session must be 1 to 23400", "390 is one a minute");
  if (p.weekly_expirations < 0 || p.monthly_expirations < 0 || p.weekly_expirations + p.monthly_expirations < 1 ||
      p.weekly_expirations > 104 || p.monthly_expirations > 36)
    return refuse("there must be 1 to 104 weekly or 1 to 36 monthly expirations", "");
  if (!(p.strike_step >= 0.01) || !(p.spot > p.strike_step) || !(p.spot < 1e7) || p.strikes_each_side < 1 ||
      p.strikes_each_side > 1000)
    return refuse("spot, strike_step and strikes_each_side do not fit together",
                  "the spot must be above one strike step");
  if (!(p.vol > 0 && p.vol <= 5) || !(p.implied_vol > 0 && p.implied_vol <= 5))
    return refuse("volatilities must be above 0 and at most 5", "they are fractions a year: 0.18 is 18 %");
  for (const double x : {p.drift, p.rate, p.dividend_yield, p.skew, p.smile, p.term})
    if (!(std::fabs(x) <= 1))
      return refuse("drift, rate, dividend_yield, skew, smile and term must be within -1 and 1", "");
  if (!(p.spread >= 0 && p.spread < 0.5))
    return refuse("spread must be from 0 to below 0.5", "it is a fraction of the price");
  return std::shared_ptr<const SnapshotSource>(std::make_shared<SimulatedMarket>(p, seed, stream));
}

}  // namespace optix
