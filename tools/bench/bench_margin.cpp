// What margin costs: the cheapest pairing of books of 4, 8 and 40 legs, beside trying every pairing of
// the same small books (with the differences found), the portfolio scan, an account that did not change,
// and the buying-power effect of an order. Prints one JSON object; microseconds of CPU time.
//
//   bench_margin [BOOKS]      random books of each size, 200 by default
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

#include "core/margin/account_margin.hpp"
#include "core/margin/portfolio_margin.hpp"
#include "core/margin/strategy_margin.hpp"
#include "tools/bench/exhaustive_pairing.hpp"

using namespace optix;

namespace {

using Json = nlohmann::ordered_json;

const Date session = Date::from_civil(2024, 3, 15);

MarginUnderlying index_at(int price) {
  MarginUnderlying u;
  u.symbol = *Symbol::from("SPX");
  u.price = Decimal::from_int(price);
  u.margin_class = MarginClass::broad_index;
  u.scan = ScanRange::high_cap_index;
  return u;
}

MarginLeg option(ContractId id, Right right, int strike, int days, std::int64_t quantity, int cents) {
  MarginLeg leg;
  leg.contract = id;
  leg.right = right;
  leg.strike = Decimal::from_int(strike);
  leg.expiration = session + days;
  leg.quantity = quantity;
  leg.price = Decimal::from_raw(std::int64_t{cents} * 10'000);
  leg.vol = 0.16;
  leg.years = days / 365.0;
  return leg;
}

// Iron condors of one lot, a week apart, each a little further out.
std::vector<MarginLeg> condors(int count) {
  std::vector<MarginLeg> out;
  for (int i = 0; i < count; ++i) {
    const int days = 30 + 7 * (i / 3), away = 200 + 25 * i;
    const auto id = static_cast<ContractId>(out.size());
    out.push_back(option(id, Right::put, 5000 - away - 50, days, 1, 1210));
    out.push_back(option(id + 1, Right::put, 5000 - away, days, -1, 1875));
    out.push_back(option(id + 2, Right::call, 5000 + away, days, -1, 1450));
    out.push_back(option(id + 3, Right::call, 5000 + away + 50, days, 1, 905));
  }
  return out;
}

// Anything with anything: rights, sides, strikes and one of `expirations` at random, `most` contracts a leg.
std::vector<MarginLeg> mixed(std::mt19937& random, int legs, int expirations, int most) {
  const auto upto = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  std::vector<MarginLeg> out;
  for (int i = 0; i < legs; ++i) {
    const Right right = upto(0, 1) == 0 ? Right::call : Right::put;
    const int strike = 4500 + 25 * upto(0, 40);
    const int inside = std::max(0, (right == Right::call ? 1 : -1) * (5000 - strike));
    const int quantity = upto(1, most) * (upto(0, 1) == 0 ? 1 : -1);
    out.push_back(option(static_cast<ContractId>(i), right, strike, 30 * upto(1, expirations), quantity,
                         100 * inside + upto(500, 10'000)));
  }
  return out;
}

PlainBook plain(const std::vector<MarginLeg>& legs, const MarginUnderlying& u) {
  PlainBook book;
  book.spot = u.price.to_double();
  book.percent = 0.15;
  for (const MarginLeg& leg : legs)
    book.options.push_back({leg.right == Right::call, leg.strike.to_double(), leg.price.to_double(),
                            leg.expiration - session, static_cast<int>(leg.quantity), leg.multiplier, false});
  return book;
}

// Microseconds of CPU a call takes, the fastest of three rounds long enough to measure.
double micros(const std::function<void()>& work) {
  int calls = 1;
  double best = 1e18;
  for (int round = 0; round < 3;) {
    const std::clock_t begun = std::clock();
    for (int i = 0; i < calls; ++i) work();
    const double taken = 1e6 * static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
    if (taken < 1000) {
      calls *= 4;
      continue;
    }
    best = std::min(best, taken / calls);
    ++round;
  }
  return best;
}

Json spread(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
  };
  return {{"median_us", at(0.5)}, {"p90_us", at(0.9)}, {"p99_us", at(0.99)}, {"max_us", values.back()}};
}

Json random_books(const char* what, int books, int legs, int expirations, int most, bool exhaustive) {
  std::mt19937 random(42);
  const MarginUnderlying u = index_at(5000);
  std::vector<double> ours, theirs;
  int inexact = 0, differences = 0;
  for (int i = 0; i < books; ++i) {
    const auto book = mixed(random, legs, expirations, most);
    MarginRequirement got;
    ours.push_back(micros([&] { got = strategy_requirement(book, u, MarginKind::initial, session); }));
    inexact += !got.exact;
    if (!exhaustive) continue;
    double least = 0;
    theirs.push_back(micros([&] { least = ExhaustivePairing(plain(book, u)).least(); }));
    differences += std::fabs(least - got.charge.to_double()) > 1e-5;
  }
  Json out{{"workload", what}, {"books", books}, {"solver", spread(ours)}, {"not_proven", inexact}};
  if (exhaustive) {
    out["every_pairing"] = spread(theirs);
    out["differences"] = differences;
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const int books = argc > 1 ? std::max(1, std::atoi(argv[1])) : 200;
  const MarginUnderlying u = index_at(5000);
  const auto four = condors(1), forty = condors(10);
  const auto requirement = [&](const std::vector<MarginLeg>& legs) {
    return micros([&] { (void)strategy_requirement(legs, u, MarginKind::initial, session); });
  };
  Json out{{"benchmark", "margin"}};
  out["iron_condor_us"] = requirement(four);
  out["iron_condor_every_pairing_us"] = micros([&] { (void)ExhaustivePairing(plain(four, u)).least(); });
  out["ten_iron_condors_us"] = requirement(forty);
  out["portfolio_scan_four_legs_us"] = micros([&] { (void)portfolio_scan(four, u, session); });
  const std::vector<UnderlyingHoldings> account{{u, forty}};
  MarginCache cache;
  out["account_unchanged_us"] =
      micros([&] { (void)account_margin(AccountKind::reg_t, Decimal::from_int(100'000), account, session, &cache); });
  const UnderlyingHoldings nothing{u, {}};
  out["buying_power_effect_iron_condor_us"] =
      micros([&] { (void)buying_power_effect(AccountKind::reg_t, nothing, four, session); });
  out["random"] = {random_books("4 legs, 1 expiration, 1 to 3 contracts", books, 4, 1, 3, true),
                   random_books("8 legs, 2 expirations, 1 or 2 contracts", books, 8, 2, 2, true),
                   random_books("40 legs, 1 expiration, 1 to 5 contracts", books, 40, 1, 5, false),
                   random_books("40 legs, 4 expirations, 1 to 5 contracts", books, 40, 4, 5, false)};
  std::printf("%s\n", out.dump(2).c_str());
  return 0;
}
