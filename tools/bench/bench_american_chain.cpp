// A full minute of a real American chain on one core: implied volatilities from mids and the greeks at
// them. Reads a day of minute quotes from beside the project, builds the chain as it stood at one minute
// (each contract's last quote up to then), and prints one JSON object; "skipped" without the file.
//
// The file has no underlying price, rate or dividend: the spot is put-call parity's at the nearest expiry,
// the rate a flat 0.6 %. Without a dividend calls are European options, so the work is measured a second
// time with a yield of 1 %, where every row has an exercise boundary.
#include <zlib.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "core/pricing/american.hpp"

using namespace optix;

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* file_name = OPTIX_SOURCE_DIR "/../shared/data/goog_20151224_minute_quotes_flat.csv.gz";
constexpr long minute_ms = 41400000;       // 11:30 New York
constexpr long early_close_ms = 46800000;  // 13:00, this session
constexpr long close_ms = 57600000;        // 16:00
constexpr double rate = 0.006;

struct Quote {
  double bid = 0, ask = 0;  // 0: none
};
struct Key {
  int expiry = 0;  // yyyymmdd
  double strike = 0;
  bool put = false;
  auto operator<=>(const Key&) const = default;
};

// The columns ms,right,strike,expiry,bid_open,…,bid_close(7),bid_size,ask_open,…,ask_close(12),ask_size.
std::map<Key, Quote> chain_at(gzFile file) {
  std::map<Key, Quote> chain;
  char line[512];
  gzgets(file, line, sizeof line);
  while (gzgets(file, line, sizeof line) != nullptr) {
    std::vector<std::string> cells(1);
    for (const char* c = line; *c != 0 && *c != '\n' && *c != '\r'; ++c) {
      if (*c == ',')
        cells.emplace_back();
      else
        cells.back() += *c;
    }
    if (cells.size() < 14 || std::stol(cells[0]) > minute_ms) continue;
    Quote& quote = chain[{std::stoi(cells[3]), std::stod(cells[2]), cells[1] == "put"}];
    if (!cells[7].empty()) quote.bid = std::stod(cells[7]);
    if (!cells[12].empty()) quote.ask = std::stod(cells[12]);
  }
  return chain;
}

double years_to(int expiry) {
  using namespace std::chrono;
  const auto day = [](int yyyymmdd) {
    return sys_days(year_month_day(year(yyyymmdd / 10000), month(static_cast<unsigned>(yyyymmdd / 100 % 100)),
                                   std::chrono::day(static_cast<unsigned>(yyyymmdd % 100))));
  };
  const auto days = (day(expiry) - day(20151224)).count();
  const long end = days == 0 ? early_close_ms : close_ms;
  return (static_cast<double>(days) + static_cast<double>(end - minute_ms) / 86400000.0) / 365;
}

struct Expiry {
  double years = 0;
  std::vector<double> strike, price, vol, delta, gamma, value;
  std::vector<Right> right;
  std::vector<ImpliedVolStatus> status;
  std::vector<AmericanStatus> state;
};

struct Chain {
  double spot = 0;
  std::size_t contracts = 0, two_sided = 0;
  std::vector<Expiry> expiries;
};

double mid(const Quote& q) { return 0.5 * (q.bid + q.ask); }
bool two_sided(const Quote& q) { return q.bid > 0 && q.ask >= q.bid; }

// Median of K + C − P over the nearest expiry after today with ten strikes quoted on both sides.
std::optional<double> parity_spot(const std::map<Key, Quote>& chain) {
  std::map<int, std::vector<std::tuple<double, double>>> by_expiry;
  for (const auto& [key, quote] : chain) {
    if (key.put || key.expiry == 20151224 || !two_sided(quote)) continue;
    const auto put = chain.find({key.expiry, key.strike, true});
    if (put == chain.end() || !two_sided(put->second)) continue;
    const double gap = mid(quote) - mid(put->second);
    by_expiry[key.expiry].emplace_back(std::fabs(gap), key.strike + gap);
  }
  for (auto& [expiry, strikes] : by_expiry) {
    if (strikes.size() < 10) continue;
    std::sort(strikes.begin(), strikes.end());  // those nearest the money
    std::vector<double> spots;
    for (std::size_t i = 0; i < 9; ++i) spots.push_back(std::get<1>(strikes[i]));
    std::nth_element(spots.begin(), spots.begin() + 4, spots.end());
    return spots[4];
  }
  return std::nullopt;
}

Chain grouped(const std::map<Key, Quote>& quotes, double spot) {
  Chain chain;
  chain.spot = spot;
  int last = 0;
  for (const auto& [key, quote] : quotes) {
    if (key.expiry != last) {
      chain.expiries.emplace_back().years = years_to(key.expiry);
      last = key.expiry;
    }
    Expiry& e = chain.expiries.back();
    e.strike.push_back(key.strike);
    e.right.push_back(key.put ? Right::put : Right::call);
    // Without a bid there is nothing to solve for: an ask alone is an upper bound.
    e.price.push_back(two_sided(quote) ? mid(quote) : std::numeric_limits<double>::quiet_NaN());
    ++chain.contracts;
    chain.two_sided += two_sided(quote) ? 1 : 0;
  }
  for (Expiry& e : chain.expiries) {
    for (auto* column : {&e.vol, &e.delta, &e.gamma, &e.value}) column->resize(e.strike.size());
    e.status.resize(e.strike.size());
    e.state.resize(e.strike.size());
  }
  return chain;
}

void solve(Chain& chain, AmericanScheme scheme, double yield) {
  for (Expiry& e : chain.expiries)
    american_implied_vol_chain(scheme, chain.spot, rate, yield, e.years, e.strike, e.price, e.right, e.vol, e.status);
}

// Contracts without a volatility of their own take that of the solved row nearest in strike.
void fill_gaps(Chain& chain) {
  for (Expiry& e : chain.expiries) {
    const std::vector<double> solved = e.vol;
    for (std::size_t i = 0; i < solved.size(); ++i) {
      double nearest = std::numeric_limits<double>::infinity();
      if (std::isfinite(solved[i])) continue;
      e.vol[i] = 0.3;
      for (std::size_t k = 0; k < solved.size(); ++k) {
        const double gap = std::fabs(e.strike[k] - e.strike[i]);
        if (!std::isfinite(solved[k]) || gap >= nearest) continue;
        nearest = gap;
        e.vol[i] = solved[k];
      }
    }
  }
}

void greeks(Chain& chain, AmericanScheme scheme, double yield) {
  for (Expiry& e : chain.expiries)
    american_chain(scheme, chain.spot, rate, yield, e.years, e.strike, e.vol, e.right,
                   {e.value, e.delta, e.gamma, e.state});
}

template <class Work>
double best_ms(int repetitions, Work&& work) {
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < repetitions; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

Json measure(Chain chain, AmericanScheme scheme, double yield) {
  Json line;
  line["scheme"] = std::string(enum_names(scheme)[static_cast<std::size_t>(scheme)]);
  line["rate"] = rate;
  line["dividend_yield"] = yield;
  const int repetitions = scheme == AmericanScheme::fast ? 20 : 3;
  const double iv_ms = best_ms(repetitions, [&] { solve(chain, scheme, yield); });
  std::map<std::string, std::size_t> counts;
  double worst = 0;
  std::vector<double> vols;
  for (const Expiry& e : chain.expiries)
    for (std::size_t i = 0; i < e.strike.size(); ++i) {
      if (!std::isfinite(e.price[i])) continue;
      ++counts[std::string(enum_names(e.status[i])[static_cast<std::size_t>(e.status[i])])];
      if (e.status[i] == ImpliedVolStatus::ok) vols.push_back(e.vol[i]);
    }
  const std::vector<Expiry> solved = chain.expiries;
  fill_gaps(chain);
  const double greeks_ms = best_ms(repetitions, [&] { greeks(chain, scheme, yield); });
  std::size_t exercise = 0, refused = 0;
  for (std::size_t k = 0; k < solved.size(); ++k)
    for (std::size_t i = 0; i < solved[k].strike.size(); ++i) {
      const Expiry& e = chain.expiries[k];
      exercise += e.state[i] == AmericanStatus::exercise ? 1 : 0;
      refused += e.state[i] == AmericanStatus::bad_input || e.state[i] == AmericanStatus::double_boundary ? 1 : 0;
      if (solved[k].status[i] == ImpliedVolStatus::ok) worst = std::max(worst, std::fabs(e.value[i] - e.price[i]));
    }
  std::nth_element(vols.begin(), vols.begin() + static_cast<std::ptrdiff_t>(vols.size() / 2), vols.end());
  line["implied_vol_ms"] = iv_ms;
  line["greeks_ms"] = greeks_ms;
  line["both_ms"] = iv_ms + greeks_ms;
  line["implied_vol_status"] = counts;
  line["median_vol"] = vols.empty() ? 0 : vols[vols.size() / 2];
  line["worst_repricing_error"] = worst;
  line["to_exercise_now"] = exercise;
  line["refused"] = refused;
  if (scheme == AmericanScheme::fast) {
    line["target_greeks_ms"] = 10;
    line["target_both_ms"] = 60;
    line["met"] = greeks_ms <= 10 && iv_ms + greeks_ms <= 60;
  }
  return line;
}

}  // namespace

int main() {
  Json out;
  out["bench"] = "american_chain";
  gzFile file = gzopen(file_name, "rb");
  if (file == nullptr) {
    out["skipped"] = "no minute quotes beside the project";
    std::puts(out.dump(2).c_str());
    return EXIT_SUCCESS;
  }
  const std::map<Key, Quote> quotes = chain_at(file);
  gzclose(file);
  const std::optional<double> spot = parity_spot(quotes);
  if (!spot) {
    std::fprintf(stderr, "bench_american_chain: no expiry has enough two-sided strikes to find the spot\n");
    return EXIT_FAILURE;
  }
  const Chain chain = grouped(quotes, *spot);
  out["minute"] = "2015-12-24 11:30 New York";
  out["contracts"] = chain.contracts;
  out["two_sided"] = chain.two_sided;
  out["expiries"] = chain.expiries.size();
  out["spot_by_parity"] = chain.spot;
  for (const double yield : {0.0, 0.01})
    for (const AmericanScheme scheme : {AmericanScheme::fast, AmericanScheme::accurate})
      out["runs"].push_back(measure(chain, scheme, yield));
  std::puts(out.dump(2).c_str());
  return EXIT_SUCCESS;
}
