// Every answer of a chain index against a plain search over all rows, on random chains.
#include "core/contracts/chain_index.hpp"

#include <catch2/catch.hpp>

#include <cmath>

#include "tests/support/random_chains.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

constexpr ChainOrder orders[] = {ChainOrder::abs_delta, ChainOrder::premium, ChainOrder::open_interest,
                                 ChainOrder::volume};

// Chains with many equal values: deltas in steps of 0.05, volumes up to 3.
ChainSnapshot random_chain(std::uint64_t seed, bool coarse) {
  RandomChains chains;
  chains.seed = seed;
  chains.strikes = static_cast<int>(seed % 12);
  ChainSnapshot c = chains.chain(0, day("2021-03-03"), 390);
  if (!coarse) return c;
  for (double& delta : c.delta) delta = std::round(delta * 20) / 20;
  for (std::int32_t& volume : c.volume) volume %= 4;
  for (std::int32_t& interest : c.open_interest) interest %= 3;
  return c;
}

std::optional<double> value(const ChainSnapshot& c, std::size_t row, ChainOrder order) {
  switch (order) {
    case ChainOrder::abs_delta:
      if (std::isnan(c.delta[row])) return std::nullopt;
      return std::fabs(c.delta[row]);
    case ChainOrder::open_interest: return c.open_interest[row];
    case ChainOrder::volume: return c.volume[row];
    case ChainOrder::premium: break;
  }
  const Quote quote = quote_at(c, row);
  if (quote.bid.is_none() || quote.ask.is_none() || quote.crossed()) return std::nullopt;
  return (quote.bid.to_double() + quote.ask.to_double()) / 2;
}

struct Known {
  double value;
  std::size_t row;
};
std::vector<Known> known(const ChainSnapshot& c, std::size_t g, ChainOrder order, double low, double high) {
  std::vector<Known> out;
  for (std::size_t row = c.group_begin[g]; row < c.group_begin[g + 1]; ++row)
    if (const auto v = value(c, row, order); v && *v >= low && *v <= high) out.push_back({*v, row});
  return out;
}

}  // namespace

TEST_CASE("orders of a group are those of a full search", "[contracts][chain_index]") {
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    const MessageRef message = make_message(random_chain(seed, seed % 2 == 0));
    const auto& c = message.get<ChainSnapshot>();
    const ChainIndex index(message);
    std::uint64_t counter = 0;
    const auto next = [&] { return draw_uniform(seed, 1, counter++); };
    for (std::size_t g = 0; g < c.groups(); ++g)
      for (const ChainOrder order : orders) {
        INFO("seed " << seed << ", group " << g << ", order " << static_cast<int>(order));
        std::vector<Known> all = known(c, g, order, -ChainIndex::no_bound, ChainIndex::no_bound);
        std::stable_sort(all.begin(), all.end(), [](const Known& a, const Known& b) { return a.value < b.value; });
        const auto rows = index.ascending(g, order);
        REQUIRE(rows.size() == all.size());
        for (std::size_t i = 0; i < rows.size(); ++i) CHECK(rows[i] == all[i].row);

        std::stable_sort(all.begin(), all.end(), [](const Known& a, const Known& b) { return a.value > b.value; });
        for (std::size_t k = 0; k < all.size(); ++k) {
          CHECK(index.largest(g, order, k) == all[k].row);
          CHECK(index.rank(g, order, all[k].row) == k);
        }
        CHECK_FALSE(index.largest(g, order, all.size()));
        for (std::size_t row = c.group_begin[g]; row < c.group_begin[g + 1]; ++row)
          if (!value(c, row, order)) CHECK_FALSE(index.rank(g, order, row));

        for (int trial = 0; trial < 6; ++trial) {
          // Bounds and targets at values, between them and outside.
          const double span = all.empty() ? 1 : all.front().value + 1;
          const auto any = [&] {
            return trial % 2 && !all.empty()
                       ? all[static_cast<std::size_t>(next() * static_cast<double>(all.size()))].value
                       : (next() * 1.2 - 0.1) * span;
          };
          const double low = any(), high = any(), target = any();
          auto within = known(c, g, order, low, high);
          CHECK(index.between(g, order, low, high).size() == within.size());
          for (const StrikeTie tie : {StrikeTie::lowest_strike, StrikeTie::highest_strike}) {
            std::optional<Known> best;
            for (const Known& k : within) {
              const double a = std::fabs(k.value - target), b = best ? std::fabs(best->value - target) : 0;
              if (!best || a < b || (a == b && tie == StrikeTie::highest_strike)) best = k;
            }
            const auto found = index.nearest(g, order, target, low, high, tie);
            CHECK(found.has_value() == best.has_value());
            if (found && best) CHECK(*found == best->row);
          }
        }
      }
  }
}

TEST_CASE("strikes of a group are found as by a full search", "[contracts][chain_index]") {
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    const MessageRef message = make_message(random_chain(seed, false));
    const auto& c = message.get<ChainSnapshot>();
    const ChainIndex index(message);
    for (std::size_t g = 0; g < c.groups(); ++g)
      for (int trial = 0; trial < 8; ++trial)
        for (const StrikeTie tie : {StrikeTie::lowest_strike, StrikeTie::highest_strike}) {
          const double u = draw_uniform(seed, 2, g * 8 + static_cast<std::uint64_t>(trial));
          const Decimal wanted = Decimal::from_int(80 + static_cast<std::int64_t>(u * 40));  // often in the middle
          const double reference = 100.5, moneyness = 0.8 + 0.4 * u;
          std::optional<std::size_t> by_strike, by_moneyness;
          const auto away = [&](std::size_t row) {
            return c.strike[row] < wanted ? wanted - c.strike[row] : c.strike[row] - wanted;
          };
          const auto ratio = [&](std::size_t row) {
            return std::fabs(c.strike[row].to_double() / reference - moneyness);
          };
          const bool up = tie == StrikeTie::highest_strike;
          for (std::size_t row = c.group_begin[g]; row < c.group_begin[g + 1]; ++row) {
            if (!by_strike || away(row) < away(*by_strike) || (up && away(row) == away(*by_strike))) by_strike = row;
            if (!by_moneyness || ratio(row) < ratio(*by_moneyness) || (up && ratio(row) == ratio(*by_moneyness)))
              by_moneyness = row;
          }
          INFO("seed " << seed << ", group " << g << ", wanted " << wanted.to_string());
          CHECK(index.nearest_strike(g, wanted, tie) == by_strike);
          CHECK(index.nearest_moneyness(g, reference, moneyness, tie) == by_moneyness);
          for (const int offset : {-30, -2, 0, 1, 30}) {
            const std::int64_t row = static_cast<std::int64_t>(*by_strike) + offset;
            const bool inside = row >= c.group_begin[g] && row < c.group_begin[g + 1];
            const auto found = index.strike_offset(g, wanted, offset, tie);
            CHECK(found.has_value() == inside);
            if (found) CHECK(*found == static_cast<std::size_t>(row));
          }
        }
  }
}

TEST_CASE("expirations are found by their days, with their roots and strikes", "[contracts][chain_index]") {
  for (std::uint64_t seed = 1; seed < 12; ++seed) {
    const MessageRef message = make_message(random_chain(seed, false));
    const auto& c = message.get<ChainSnapshot>();
    const ChainIndex index(message);
    std::size_t groups = 0, rows = 0;
    for (const ChainIndex::Listing& l : index.listings()) {
      CHECK(l.call == find_group(c, l.expiration, l.root, Right::call));
      CHECK(l.put == find_group(c, l.expiration, l.root, Right::put));
      groups += l.call.has_value() + l.put.has_value();
      Decimal last = Decimal::from_int(-1);
      for (const ChainIndex::StrikePair& pair : index.strikes(l)) {
        CHECK(last < pair.strike);
        last = pair.strike;
        CHECK(pair.call == find_row(c, ContractKey{l.root, l.expiration, Right::call, pair.strike}));
        CHECK(pair.put == find_row(c, ContractKey{l.root, l.expiration, Right::put, pair.strike}));
        rows += pair.call.has_value() + pair.put.has_value();
      }
    }
    CHECK(groups == c.groups());
    CHECK(rows == c.strike.size());
    for (int target = 0; target < 50; target += 3)
      for (const auto& [min, max] : {std::pair{0, 100}, {8, 20}, {20, 8}, {60, 90}})
        for (const ExpiryTie tie : {ExpiryTie::smaller, ExpiryTie::larger}) {
          std::optional<int> best;
          std::size_t within = 0;
          for (const ChainIndex::Listing& l : index.listings()) {
            const int days = l.expiration - c.session;
            CHECK(l.days == days);
            if (days < min || days > max) continue;
            ++within;
            const int a = std::abs(days - target), b = best ? std::abs(*best - target) : 0;
            if (!best || a < b || (a == b && (tie == ExpiryTie::larger ? days > *best : days < *best))) best = days;
          }
          INFO("seed " << seed << ", target " << target << " in " << min << ".." << max);
          CHECK(index.listings_within(min, max).size() == within);
          const auto found = index.nearest_listings(target, min, max, tie);
          CHECK(found.empty() == !best.has_value());
          std::size_t same = 0;
          for (const ChainIndex::Listing& l : index.listings()) same += best && l.days == *best;
          CHECK(found.size() == same);
          for (const ChainIndex::Listing& l : found) CHECK(l.days == *best);
        }
  }
}

TEST_CASE("a chain without rows has no answers", "[contracts][chain_index]") {
  ChainSnapshot empty;
  empty.group_begin.push_back(0);
  const ChainIndex index(make_message(std::move(empty)));
  CHECK(index.listings().empty());
  CHECK(index.listings_within(0, 1000).empty());
  CHECK(index.nearest_listings(30, 0, 1000).empty());
}
