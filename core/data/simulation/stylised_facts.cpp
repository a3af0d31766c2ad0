#include "core/data/simulation/stylised_facts.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <map>
#include <thread>

#include "core/pricing/elementary.hpp"
#include "core/time/calendar.hpp"
#include "core/volatility/surface_fit.hpp"

namespace optix::simulation {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// Counts of whole steps of 0.0001 or of cents: a median without keeping every value.
using Histogram = std::map<std::int64_t, std::uint64_t>;

double median(const Histogram& h, double unit) {
  std::uint64_t total = 0, below = 0;
  for (const auto& [value, count] : h) total += count;
  for (const auto& [value, count] : h) {
    below += count;
    if (2 * below >= total) return static_cast<double>(value) * unit;
  }
  return unknown;
}

struct Cell {
  Histogram spread, relative;
  std::uint64_t rows = 0, volume = 0, interest = 0;
  void add(const Cell& o) {
    for (const auto& [value, count] : o.spread) spread[value] += count;
    for (const auto& [value, count] : o.relative) relative[value] += count;
    rows += o.rows;
    volume += o.volume;
    interest += o.interest;
  }
};

struct SessionFacts {
  bool fitted = false;
  Symbol underlying;
  Date date;
  double price = 0, level = unknown, skew = unknown, butterfly = unknown;
  std::array<double, facts_terms.size()> term{}, term_skew{};
  std::array<double, facts_smile_points> smile{};
  std::uint64_t rows = 0, expirations = 0, zero_bids = 0, untraded = 0;
  std::uint64_t volume[2] = {}, interest[2] = {};  // calls, puts
  std::array<std::array<Cell, facts_deltas.size()>, facts_tenors.size()> cells;
};

template <std::size_t N>
std::size_t bucket(const std::array<int, N>& bounds, double value) {
  std::size_t i = 0;
  while (i + 1 < N && value > bounds[i]) ++i;
  return i;
}

void read_surface(const VolSurface& surface, SessionFacts& out) {
  for (std::size_t i = 0; i < facts_terms.size(); ++i) {
    const SmileView view = surface.at_days(facts_terms[i]);
    const SmileFeatures f = view.features();
    out.term[i] = view.extrapolated() ? unknown : f.atm_vol;
    out.term_skew[i] = f.risk_reversal_25 && !view.extrapolated() ? -*f.risk_reversal_25 : unknown;
    if (facts_terms[i] != 30) continue;
    out.level = f.atm_vol;
    out.skew = out.term_skew[i];
    out.butterfly = f.butterfly_25.value_or(unknown);
    const double deviation = f.atm_vol * std::sqrt(view.years());
    for (std::size_t j = 0; j < facts_smile_points; ++j)
      out.smile[j] = view.vol((facts_smile_from + facts_smile_step * static_cast<double>(j)) * deviation) / f.atm_vol;
  }
}

void read_rows(const ChainSnapshot& chain, const ChainEnrichment& rows, SessionFacts& out) {
  out.rows = chain.rows();
  Date last;
  for (std::size_t g = 0; g < chain.groups(); ++g) {
    if (g == 0 || chain.group_expiration[g] != last) ++out.expirations;
    last = chain.group_expiration[g];
    const bool put = chain.group_right[g] == Right::put;
    auto& tenor = out.cells[bucket(facts_tenors, last - chain.session)];
    for (std::uint32_t i = chain.group_begin[g]; i < chain.group_begin[g + 1]; ++i) {
      const Decimal bid = chain.bid[i], ask = chain.ask[i];
      const auto volume = static_cast<std::uint64_t>(std::max(0, chain.volume[i]));
      const auto interest = static_cast<std::uint64_t>(std::max(0, chain.open_interest[i]));
      const bool has_bid = !bid.is_none() && bid > Decimal{}, has_ask = !ask.is_none() && ask > Decimal{};
      out.zero_bids += !has_bid && has_ask;
      out.untraded += volume == 0;
      out.volume[put] += volume;
      out.interest[put] += interest;
      const double delta = std::fabs(rows.delta[i]);
      if (!std::isfinite(delta)) continue;
      Cell& cell = tenor[bucket(facts_deltas, 100 * delta)];
      ++cell.rows;
      cell.volume += volume;
      cell.interest += interest;
      if (!has_bid || !has_ask || ask < bid) continue;
      const double spread = (ask - bid).to_double(), mid = 0.5 * (ask + bid).to_double();
      ++cell.spread[std::llround(spread * 100)];
      ++cell.relative[std::llround(spread / mid * 1e4)];
    }
  }
}

SessionFacts session_facts(const ChainSnapshot& chain, const SurfaceOptions& options) {
  SessionFacts out;
  out.date = chain.session;
  out.underlying = chain.underlying;
  out.price = chain.underlying_price.to_double();
  const auto fit = fit_surface(chain, options);
  if (!fit) return out;
  out.fitted = true;
  read_surface(fit->surface, out);
  read_rows(chain, fit->rows, out);
  return out;
}

struct Moments {
  double n = 0, sum = 0, squares = 0, low = unknown, high = unknown;
  void add(double x) {
    if (!std::isfinite(x)) return;
    ++n;
    sum += x;
    squares += x * x;
    if (!(x >= low)) low = x;
    if (!(x <= high)) high = x;
  }
  double mean() const { return n > 0 ? sum / n : unknown; }
  double deviation() const { return n > 1 ? std::sqrt(std::max(0.0, (squares - sum * sum / n) / (n - 1))) : unknown; }
};

// Over pairs that are both finite.
struct Pairs {
  Moments x, y;
  double products = 0;
  void add(double a, double b) {
    if (!std::isfinite(a) || !std::isfinite(b)) return;
    x.add(a);
    y.add(b);
    products += a * b;
  }
  double covariance() const { return (products - x.sum * y.sum / x.n) / (x.n - 1); }
  double correlation() const { return x.n > 2 ? covariance() / (x.deviation() * y.deviation()) : unknown; }
  double slope() const { return x.n > 2 ? covariance() / (x.deviation() * x.deviation()) : unknown; }
};

void price_facts(const std::vector<SessionFacts>& sessions, StylisedFacts& out) {
  // Return of session i, NaN when the one before is missing.
  std::vector<double> returns(sessions.size(), unknown);
  Moments r;
  for (std::size_t i = 1; i < sessions.size(); ++i) {
    if (next_session(sessions[i - 1].date) != sessions[i].date) continue;
    returns[i] = math::log(sessions[i].price / sessions[i - 1].price);
    r.add(returns[i]);
  }
  out.realised_vol = r.deviation() * std::sqrt(252.0);
  double second = 0, fourth = 0;
  for (const double x : returns) {
    if (!std::isfinite(x)) continue;
    const double d = (x - r.mean()) * (x - r.mean());
    second += d / r.n;
    fourth += d * d / r.n;
  }
  out.kurtosis = fourth / (second * second);
  Moments absolute;
  for (std::size_t lag = 1; lag <= 5; ++lag) {
    Pairs pairs, signed_pairs;
    for (std::size_t i = lag; i < returns.size(); ++i) {
      pairs.add(std::fabs(returns[i - lag]), std::fabs(returns[i]));
      signed_pairs.add(returns[i - lag], returns[i]);
    }
    absolute.add(pairs.correlation());
    if (lag == 1) out.autocorrelation = signed_pairs.correlation();
  }
  out.absolute_autocorrelation = absolute.mean();

  Pairs moves, persistence;
  for (std::size_t i = 1; i < sessions.size(); ++i) {
    if (!std::isfinite(returns[i])) continue;
    moves.add(returns[i], math::log(sessions[i].level / sessions[i - 1].level));
    persistence.add(sessions[i - 1].level, sessions[i].level);
  }
  out.level_move = moves.y.deviation();
  out.level_return_correlation = moves.correlation();
  out.level_return_slope = moves.slope();
  out.level_persistence = persistence.correlation();
}

void surface_facts(const std::vector<SessionFacts>& sessions, StylisedFacts& out) {
  Moments level, skew, butterfly, slope;
  Pairs skew_level;
  std::array<Moments, facts_terms.size()> term, term_skew;
  std::array<Moments, facts_smile_points> smile;
  double inverted = 0;
  for (const SessionFacts& s : sessions) {
    level.add(s.level);
    skew.add(s.skew);
    butterfly.add(s.butterfly);
    skew_level.add(s.level, s.skew);
    const double rise = s.term[6] - s.term[2];
    slope.add(rise);
    inverted += rise < 0;
    for (std::size_t i = 0; i < facts_terms.size(); ++i) term[i].add(s.term[i]), term_skew[i].add(s.term_skew[i]);
    for (std::size_t i = 0; i < facts_smile_points; ++i) smile[i].add(s.smile[i]);
  }
  out.level_mean = level.mean();
  out.level_deviation = level.deviation();
  out.level_low = level.low;
  out.level_high = level.high;
  out.skew = skew.mean();
  out.skew_deviation = skew.deviation();
  out.skew_level_correlation = skew_level.correlation();
  out.butterfly = butterfly.mean();
  out.slope = slope.mean();
  out.slope_low = slope.low;
  out.slope_high = slope.high;
  out.inverted = slope.n > 0 ? inverted / slope.n : unknown;
  for (std::size_t i = 0; i < facts_terms.size(); ++i)
    out.term[i] = term[i].mean(), out.term_skew[i] = term_skew[i].mean();
  for (std::size_t i = 0; i < facts_smile_points; ++i) out.smile[i] = smile[i].mean();
}

void quote_facts(const std::vector<SessionFacts>& sessions, StylisedFacts& out) {
  std::array<std::array<Cell, facts_deltas.size()>, facts_tenors.size()> cells;
  double rows = 0, zero = 0, untraded = 0, volume[2] = {}, interest[2] = {};
  for (const SessionFacts& s : sessions) {
    rows += static_cast<double>(s.rows);
    zero += static_cast<double>(s.zero_bids);
    untraded += static_cast<double>(s.untraded);
    out.expirations += static_cast<double>(s.expirations);
    for (const int put : {0, 1}) {
      volume[put] += static_cast<double>(s.volume[put]);
      interest[put] += static_cast<double>(s.interest[put]);
    }
    for (std::size_t t = 0; t < facts_tenors.size(); ++t)
      for (std::size_t d = 0; d < facts_deltas.size(); ++d) cells[t][d].add(s.cells[t][d]);
  }
  const auto n = static_cast<double>(sessions.size());
  out.rows = rows / n;
  out.expirations /= n;
  out.zero_bids = zero / rows;
  out.untraded = untraded / rows;
  out.volume = (volume[0] + volume[1]) / n;
  out.interest = (interest[0] + interest[1]) / n;
  out.put_volume = volume[1] / (volume[0] + volume[1]);
  out.put_interest = interest[1] / (interest[0] + interest[1]);

  Cell all;
  std::array<Cell, facts_deltas.size()> by_delta;
  std::array<Cell, facts_tenors.size()> by_tenor;
  for (std::size_t t = 0; t < facts_tenors.size(); ++t)
    for (std::size_t d = 0; d < facts_deltas.size(); ++d) {
      all.add(cells[t][d]);
      by_delta[d].add(cells[t][d]);
      by_tenor[t].add(cells[t][d]);
    }
  const auto facts = [&all](const Cell& cell) {
    const auto share = [](std::uint64_t part, std::uint64_t whole) {
      return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : unknown;
    };
    return TenorDeltaFacts{median(cell.spread, 0.01), median(cell.relative, 1e-4), share(cell.rows, all.rows),
                           share(cell.volume, all.volume), share(cell.interest, all.interest)};
  };
  for (std::size_t t = 0; t < facts_tenors.size(); ++t) {
    out.by_tenor[t] = facts(by_tenor[t]);
    for (std::size_t d = 0; d < facts_deltas.size(); ++d) out.cells[t][d] = facts(cells[t][d]);
  }
  for (std::size_t d = 0; d < facts_deltas.size(); ++d) out.by_delta[d] = facts(by_delta[d]);
}

}  // namespace

Result<StylisedFacts> stylised_facts(std::string name, const SnapshotSource& source, const FactsOptions& options) {
  // The last snapshot of each session: the step before the next session's first.
  std::vector<std::size_t> steps;
  for (std::size_t i = 0; i < source.steps(); ++i) {
    if (!options.underlying.empty()) {
      const MessageRef price = source.step(i).underlying;
      const auto* of = price.get_if<UnderlyingPrice>();
      if (of == nullptr || of->underlying != options.underlying) continue;
    }
    if (!steps.empty() && new_york_date(source.time(steps.back())) == new_york_date(source.time(i))) steps.pop_back();
    steps.push_back(i);
  }
  SurfaceOptions surface;
  surface.exercise = options.exercise;
  std::vector<SessionFacts> all(steps.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < steps.size(); i = next++) {
      const MessageRef snapshot = source.step(steps[i]).snapshot;
      if (const auto* chain = snapshot.get_if<ChainSnapshot>()) all[i] = session_facts(*chain, surface);
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (int i = 1; i < options.threads; ++i) helpers.emplace_back(work);
    work();
  }

  StylisedFacts out;
  out.name = std::move(name);
  std::vector<SessionFacts> sessions;
  for (SessionFacts& s : all) {
    if (s.fitted)
      sessions.push_back(std::move(s));
    else
      ++out.refused;
  }
  if (sessions.size() < 3)
    return Error{std::to_string(sessions.size()) + " sessions with a surface are too few", out.name,
                 "at least three sessions of chains with two-sided quotes"};
  for (const SessionFacts& s : sessions)
    if (s.underlying != sessions.front().underlying)
      return Error{
          "there are several underlyings: " + sessions.front().underlying.to_string() + ", " + s.underlying.to_string(),
          out.name, "choose one"};
  out.sessions = sessions.size();
  for (const SessionFacts& s : sessions) {
    out.dates.push_back(s.date);
    out.price.push_back(s.price);
    out.level.push_back(s.level);
  }
  price_facts(sessions, out);
  surface_facts(sessions, out);
  quote_facts(sessions, out);
  return out;
}

}  // namespace optix::simulation
