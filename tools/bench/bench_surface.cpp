// A whole quarter of SPX chains: forwards, implied volatilities, greeks and arbitrage-free surfaces of
// every session, timed on one and on two threads; how close the surfaces come to the quotes; and what
// the vendor's implied volatilities and deltas assume. Prints a table, then one JSON object.
//
//   bench_surface [FILE [REPEATS]]     a chain in the layout cboe_historical
//
// Without FILE the SPX file beside the source tree is read; when it is not there the program says
// `skipped` and succeeds.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "core/data/dataset.hpp"
#include "core/pricing/elementary.hpp"
#include "core/time/calendar.hpp"
#include "core/volatility/surface_fit.hpp"
#include "core/volatility/volatility_index.hpp"

using namespace optix;

namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

double seconds_since(Clock::time_point begun) { return std::chrono::duration<double>(Clock::now() - begun).count(); }

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}
double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

std::vector<const ChainSnapshot*> read_chains(const std::shared_ptr<const Dataset>& data) {
  std::vector<const ChainSnapshot*> out;
  for (std::size_t i = 0; i < data->steps(); ++i) out.push_back(data->step(i).snapshot.get_if<ChainSnapshot>());
  return out;
}

// `cpu` counts the seconds of all threads: what remains comparable on a machine that does other things too.
struct Elapsed {
  double seconds = 0, cpu = 0;
};

// `work(i)` for every session on `threads` threads, sessions handed out one at a time.
Elapsed run_sessions(std::size_t count, int threads, const std::function<void(std::size_t)>& work) {
  const auto begun = Clock::now();
  const std::clock_t cpu = std::clock();
  std::atomic<std::size_t> next{0};
  const auto loop = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::thread> pool;
  for (int t = 1; t < threads; ++t) pool.emplace_back(loop);
  loop();
  for (std::thread& t : pool) t.join();
  return {seconds_since(begun), static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC};
}

Elapsed best_total(std::size_t count, int threads, int repeats, const std::function<void(std::size_t)>& work) {
  Elapsed best = run_sessions(count, threads, work);
  for (int i = 1; i < repeats; ++i) {
    const Elapsed next = run_sessions(count, threads, work);
    best = {std::min(best.seconds, next.seconds), std::min(best.cpu, next.cpu)};
  }
  return best;
}

Json timing(const Elapsed& t, std::size_t sessions, std::size_t rows) {
  return {{"seconds", t.seconds},
          {"cpu_seconds", t.cpu},
          {"cpu_ms_per_session", 1e3 * t.cpu / static_cast<double>(sessions)},
          {"cpu_ns_per_row", 1e9 * t.cpu / static_cast<double>(rows)}};
}

// ---- fit quality ----------------------------------------------------------------------------------

struct Quality {
  std::size_t slices = 0, left_out = 0, liquid = 0, inside = 0, free_sessions = 0;
  std::size_t slices_inside = 0;  // slices whose median error is within the median half spread
  std::map<std::string, std::size_t> kinds, outcomes, notes;
  std::vector<double> errors, halves, shares;
  double min_g = 1e9, min_gap = 1e9;
};

void add_session(const SurfaceFit& fit, Quality& q) {
  q.free_sessions += fit.arbitrage.free;
  q.min_g = std::min(q.min_g, fit.arbitrage.min_g);
  q.min_gap = std::min(q.min_gap, fit.arbitrage.min_calendar_gap);
  for (const SliceFit& s : fit.slices) {
    if (!s.slice) {
      ++q.left_out;
      continue;
    }
    ++q.slices;
    q.liquid += s.liquid;
    q.inside += s.inside;
    ++q.kinds[std::string(
        enum_names(SmileKind{})[static_cast<std::size_t>(fit.surface.slices()[*s.slice].smile.kind)])];
    ++q.outcomes[std::string(enum_names(SliceOutcome{})[static_cast<std::size_t>(s.outcome)])];
    if (!s.note.empty()) ++q.notes[s.note];
    if (s.liquid == 0) continue;
    q.errors.push_back(s.median_error);
    q.halves.push_back(s.median_half_spread);
    q.slices_inside += s.median_error <= s.median_half_spread;
    q.shares.push_back(static_cast<double>(s.inside) / static_cast<double>(s.liquid));
  }
}

Json to_json(const Quality& q, std::size_t sessions) {
  return {{"sessions", sessions},
          {"arbitrage_free_sessions", q.free_sessions},
          {"min_durrleman_g", q.min_g},
          {"min_calendar_gap", q.min_gap},
          {"slices", q.slices},
          {"slices_left_out", q.left_out},
          {"kinds", q.kinds},
          {"outcomes", q.outcomes},
          {"notes", q.notes},
          {"liquid_quotes", q.liquid},
          {"liquid_within_half_spread",
           static_cast<double>(q.inside) / static_cast<double>(std::max<std::size_t>(q.liquid, 1))},
          {"slices_with_median_within_half_spread",
           static_cast<double>(q.slices_inside) / static_cast<double>(std::max<std::size_t>(q.errors.size(), 1))},
          {"share_within_by_slice", {{"p5", quantile(q.shares, 0.05)}, {"p50", median(q.shares)}}},
          {"median_of_slice_median_errors_usd", median(q.errors)},
          {"median_of_slice_median_half_spreads_usd", median(q.halves)}};
}

// ---- what the vendor assumes ----------------------------------------------------------------------

struct Convention {
  std::string name;
  std::function<double(const ChainSnapshot&, const SliceFit&)> years;
  std::function<ExpiryTerms(const ChainSnapshot&, const SliceFit&, double years)> terms;
};

double whole_days(const ChainSnapshot& chain, const SliceFit& s) { return s.expiration - chain.session; }
double exact_years(const ChainSnapshot&, const SliceFit& s) { return s.calendar_years; }
double an_hour_more(const ChainSnapshot&, const SliceFit& s) { return s.calendar_years + 1.0 / (365 * 24); }
ExpiryTerms by_parity(const ChainSnapshot& chain, const SliceFit& s, double years) {
  return {chain.underlying_price.to_double(), s.forward, s.discount, years};
}
// Forward from the index with one rate and no yield: what a program does that knows no dividends.
ExpiryTerms by_spot(const ChainSnapshot& chain, double years, double rate, double yield) {
  return expiry_terms(chain.underlying_price.to_double(), rate, yield, years);
}

std::vector<Convention> conventions() {
  using Chain = ChainSnapshot;
  using Fit = SliceFit;
  const auto days_365 = [](const Chain& c, const Fit& s) { return whole_days(c, s) / 365; };
  return {
      {"exact ns to settlement / 365, parity forward (ours)", exact_years, by_parity},
      {"whole calendar days / 365, parity forward", days_365, by_parity},
      {"exact + 1 hour, parity forward", an_hour_more, by_parity},
      {"exact + 1 hour, parity forward, discount at a rate lower by 0.05 %", an_hour_more,
       [](const Chain& c, const Fit& s, double t) {
         ExpiryTerms terms = by_parity(c, s, t);
         terms.discount *= math::exp(0.0005 * s.calendar_years);
         return terms;
       }},
      {"whole calendar days / 360, parity forward", [](const Chain& c, const Fit& s) { return whole_days(c, s) / 360; },
       by_parity},
      {"sessions / 252, parity forward",
       [](const Chain& c, const Fit& s) {
         const YearClock clock{YearClockKind::business, 1, 0, 252};
         return clock.years(session_close(c.session), session_close(session_on_or_before(s.expiration)));
       },
       by_parity},
      {"exact, index price, rate 2.4 %, no yield", exact_years,
       [](const Chain& c, const Fit&, double t) { return by_spot(c, t, 0.024, 0); }},
      {"exact, index price, rate 0, no yield", exact_years,
       [](const Chain& c, const Fit&, double t) { return by_spot(c, t, 0, 0); }},
      {"exact, index price, rate 2.4 %, yield 1.9 %", exact_years,
       [](const Chain& c, const Fit&, double t) { return by_spot(c, t, 0.024, 0.019); }},
      {"whole days / 365, index price, rate 2.4 %, yield 1.9 %", days_365,
       [](const Chain& c, const Fit&, double t) { return by_spot(c, t, 0.024, 0.019); }},
  };
}

// Absolute differences to the vendor over liquid out-of-the-money quotes.
struct Difference {
  std::vector<double> iv[2], delta;  // iv of puts, of calls
  std::vector<double> bias;
};

void compare(const ChainSnapshot& chain, const SurfaceFit& fit, const Convention& convention, Difference& out) {
  for (const SliceFit& s : fit.slices) {
    if (!s.slice) continue;
    const double years = convention.years(chain, s);
    if (!(years > 0) || s.calendar_years < 2.0 / 365) continue;
    std::vector<double> strike, mid, vol, delta;
    std::vector<Right> right;
    std::vector<std::uint32_t> row;
    for (const SmileQuote& q : s.quotes) {
      if (!q.liquid || std::isnan(chain.iv[q.row])) continue;
      strike.push_back(q.strike);
      mid.push_back(0.5 * (q.bid + q.ask));
      right.push_back(q.right);
      row.push_back(q.row);
    }
    vol.resize(row.size());
    delta.resize(row.size());
    std::vector<ImpliedVolStatus> status(row.size());
    const ExpiryTerms terms = convention.terms(chain, s, years);
    implied_vol_chain(terms, strike, mid, right, vol, status);
    EuropeanColumns columns;
    columns.delta = delta;
    european_chain(terms, strike, vol, right, columns);
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (status[i] != ImpliedVolStatus::ok) continue;
      out.iv[right[i] == Right::call].push_back(std::fabs(vol[i] - chain.iv[row[i]]));
      out.bias.push_back(vol[i] - chain.iv[row[i]]);
      if (!std::isnan(chain.delta[row[i]])) out.delta.push_back(std::fabs(delta[i] - chain.delta[row[i]]));
    }
  }
}

Json compare_vendor(const std::vector<const ChainSnapshot*>& chains, const std::vector<SurfaceFit>& fits) {
  Json out = Json::array();
  for (const Convention& convention : conventions()) {
    Difference d;
    for (std::size_t i = 0; i < chains.size(); ++i) compare(*chains[i], fits[i], convention, d);
    out.push_back({{"convention", convention.name},
                   {"median_iv_difference_puts", median(d.iv[0])},
                   {"median_iv_difference_calls", median(d.iv[1])},
                   {"median_iv_bias", median(d.bias)},
                   {"median_delta_difference", median(d.delta)},
                   {"p95_delta_difference", quantile(d.delta, 0.95)}});
  }
  return out;
}

// The time to expiry that would turn our total variance into the vendor's volatility, against ours, and
// the kinds of delta against the vendor's at the vendor's own volatility.
Json vendor_clock_and_delta(const std::vector<const ChainSnapshot*>& chains, const std::vector<SurfaceFit>& fits) {
  const std::vector<std::pair<double, std::string>> buckets{
      {10, "2 to 10 days"}, {40, "10 to 40 days"}, {120, "40 to 120 days"}, {1e9, "over 120 days"}};
  std::map<std::string, std::map<std::string, std::vector<double>>> hours;
  std::map<std::string, std::vector<double>> spot_delta, forward_delta;
  for (std::size_t i = 0; i < chains.size(); ++i)
    for (const SliceFit& s : fits[i].slices) {
      const double days = s.calendar_years * 365;
      if (!s.slice || days < 2) continue;
      const std::string bucket =
          std::find_if(buckets.begin(), buckets.end(), [&](auto& b) { return days < b.first; })->second;
      for (const SmileQuote& q : s.quotes) {
        const double vol = chains[i]->iv[q.row], delta = chains[i]->delta[q.row];
        if (!q.liquid || std::isnan(vol) || std::isnan(delta)) continue;
        const double ratio = q.iv_mid / vol;
        hours[std::string(enum_names(s.settlement)[static_cast<std::size_t>(s.settlement)])][bucket].push_back(
            (ratio * ratio - 1) * days * 24);
        const double deviation = vol * std::sqrt(s.calendar_years), d1 = -q.k / deviation + 0.5 * deviation;
        const double forward = q.right == Right::call ? math::normal_cdf(d1) : -math::normal_cdf(-d1);
        forward_delta[bucket].push_back(std::fabs(forward - delta));
        const double carry = s.discount * s.forward / chains[i]->underlying_price.to_double();
        spot_delta[bucket].push_back(std::fabs(forward * carry - delta));
      }
    }
  Json out;
  for (const auto& [settlement, by_bucket] : hours)
    for (const auto& bucket : buckets) {
      const auto found = by_bucket.find(bucket.second);
      if (found != by_bucket.end())
        out["median_hours_longer_than_ours"][settlement][bucket.second] = median(found->second);
    }
  for (const auto& bucket : buckets) {
    out["median_difference_of_spot_delta"][bucket.second] = median(spot_delta[bucket.second]);
    out["median_difference_of_forward_delta"][bucket.second] = median(forward_delta[bucket.second]);
  }
  return out;
}

std::string machine() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  return "unknown";
}

}  // namespace

int main(int argc, char** argv) {
  const std::string file =
      argc > 1 ? argv[1] : OPTIX_SOURCE_DIR "/../shared/data/spx_cboe_20190425_20190722_raw.csv.gz";
  const int repeats = argc > 2 ? std::max(1, std::atoi(argv[2])) : 3;
  if (!std::ifstream(file)) {
    std::printf("skipped: %s is not on this machine\n", file.c_str());
    return 0;
  }
  LoadOptions load;
  load.layout = *csv_layout_preset("cboe_historical");
  const auto data = load_csv(file, load);
  if (!data) {
    std::fprintf(stderr, "%s\n", data.error().to_string().c_str());
    return 1;
  }
  const auto chains = read_chains(*data);
  const std::size_t n = chains.size();
  std::size_t rows = 0;
  for (const ChainSnapshot* chain : chains) rows += chain->rows();

  // Timings first, results kept from the last run.
  const SurfaceOptions options;
  std::vector<SurfaceFit> fits(n);
  std::vector<double> ms(n, 1e9);
  const auto fit_one = [&](std::size_t i) {
    const auto begun = Clock::now();
    auto fit = fit_surface(*chains[i], options);
    if (!fit) {
      std::fprintf(stderr, "%s\n", fit.error().to_string().c_str());
      std::exit(1);
    }
    ms[i] = std::min(ms[i], 1e3 * seconds_since(begun));
    fits[i] = std::move(*fit);
  };
  const auto enrich_one = [&](std::size_t i) {
    if (!enrich_chain(*chains[i], options)) std::exit(1);
  };
  const Elapsed enrich_alone = best_total(n, 1, repeats, enrich_one);
  const Elapsed alone = best_total(n, 1, repeats, fit_one);
  const Elapsed two = best_total(n, 2, repeats, fit_one);

  Quality all;
  std::printf(
      "session     rows slices  liquid inside  med err half spr   free  min g   atm30  skew30  rr25   index   ms\n");
  std::vector<double> index_minus_atm;
  for (std::size_t i = 0; i < n; ++i) {
    const SurfaceFit& fit = fits[i];
    Quality one;
    add_session(fit, one);
    add_session(fit, all);
    const SmileFeatures f = fit.surface.at_days(30).features();
    const auto index = volatility_index(*chains[i]);
    if (index) index_minus_atm.push_back(index->value - 100 * f.atm_vol);
    std::printf("%s %6zu %6zu %7zu %.4f %8.3f %8.3f %6s %.4f %.4f %7.3f %.4f %7s %5.2f\n",
                chains[i]->session.to_string().c_str(), chains[i]->rows(), one.slices, one.liquid,
                static_cast<double>(one.inside) / static_cast<double>(std::max<std::size_t>(one.liquid, 1)),
                median(one.errors), median(one.halves), fit.arbitrage.free ? "yes" : "NO", fit.arbitrage.min_g,
                f.atm_vol, f.skew, f.risk_reversal_25.value_or(0),
                index ? std::to_string(index->value).substr(0, 6).c_str() : "-", ms[i]);
  }

  Json out;
  out["benchmark"] = "surface";
  out["machine"] = {{"cpu", machine()}, {"cores", std::thread::hardware_concurrency()}};
  out["workload"] = "forwards, implied volatilities, greeks, surfaces of " + std::to_string(n) + " sessions, " +
                    std::to_string(rows) + " rows";
  out["liquid"] = "two-sided, out of the money, forward delta 0.02 to 0.98, spread at most 25 % of the mid or 0.10";
  out["enrichment_one_thread"] = timing(enrich_alone, n, rows);
  out["surface_one_thread"] = timing(alone, n, rows);
  out["surface_two_threads"] = timing(two, n, rows);
  out["target_two_threads_seconds"] = 0.3;
  out["fit"] = to_json(all, n);
  out["index_minus_atm_volatility_points"] = {{"min", quantile(index_minus_atm, 0)},
                                              {"median", median(index_minus_atm)},
                                              {"max", quantile(index_minus_atm, 1)}};
  out["vendor"] = compare_vendor(chains, fits);
  out["vendor_clock_and_delta"] = vendor_clock_and_delta(chains, fits);
  std::puts(out.dump(2).c_str());
  return 0;
}
