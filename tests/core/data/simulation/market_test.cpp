#include "core/data/simulation/market.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "core/contracts/chain_view.hpp"
#include "core/contracts/instruments.hpp"
#include "core/data/simulation/quoting.hpp"
#include "core/data/simulation/simulation_provider.hpp"
#include "core/time/calendar.hpp"

using namespace optix;
using namespace optix::simulation;

namespace {

Params short_market(const char* name, int month = 2) {
  Params p = *preset(name);
  p.last = Date::from_civil(2019, month, 28);
  return p;
}

std::shared_ptr<const Market> make(const Params& p, std::uint64_t seed = 42) {
  auto markets = make_markets({{p}, {}, {}, seed});
  REQUIRE(markets.ok());
  return markets->front();
}

std::string bytes_of(const ChainSnapshot& c) {
  std::string out;
  const auto add = [&](const auto& column) {
    out.append(reinterpret_cast<const char*>(std::as_const(column).data()), column.size() * sizeof(column[0]));
  };
  add(c.strike), add(c.bid), add(c.ask), add(c.iv), add(c.delta), add(c.gamma), add(c.volume), add(c.open_interest);
  add(c.group_root), add(c.group_begin);
  return out;
}

class Keeper final : public QuoteSink {
 public:
  Status take(RawQuotes) override { return Error{"rows are not expected", "", ""}; }
  Status take(SessionQuotes session) override {
    if (stop_at > 0 && sessions.size() == stop_at) return Error{"enough", "", ""};
    sessions.push_back(std::move(session));
    return {};
  }
  std::vector<SessionQuotes> sessions;
  std::size_t stop_at = 0;
};

}  // namespace

TEST_CASE("chains of every preset are well formed and quoted on ticks around the model", "[simulation]") {
  for (const Preset& which : presets()) {
    const auto market = make(short_market(std::string(which.name).c_str(), 1));
    const Params& p = market->params();
    const auto source = market_source(market);
    InstrumentTable table;
    std::size_t rows = 0, zero_bids = 0;
    for (std::size_t i = 0; i < source->steps(); ++i) {
      const DatasetStep step = source->step(i);
      if (step.instruments) table.add(step.instruments);
      const auto& c = *step.snapshot.get_if<ChainSnapshot>();
      INFO(which.name << " " << c.session.to_string());
      REQUIRE(chain_defect(c).value_or("") == "");
      for (std::size_t g = 0; g < c.groups(); ++g) {
        REQUIRE(c.group_settles[g] > c.time);
        const double forward = market->forward(i, c.group_settles[g]);
        for (std::uint32_t r = c.group_begin[g]; r < c.group_begin[g + 1]; ++r) {
          const Contract contract = table.at(c.contract[r]);
          REQUIRE(contract.strike == c.strike[r]);
          REQUIRE(contract.right == c.group_right[g]);
          REQUIRE(contract.root == c.group_root[g]);
          REQUIRE(contract.expiration == c.group_expiration[g]);
          const TickTable ticks = tick_table(p.ticks);
          const auto on_tick = [&](Decimal price) {
            return price.raw() % ((price < Decimal::from_int(3) ? ticks.below : ticks.above) * 10'000) == 0;
          };
          REQUIRE(on_tick(c.bid[r]));
          REQUIRE(on_tick(c.ask[r]));
          REQUIRE(c.bid[r] >= Decimal{});
          REQUIRE(c.ask[r] > c.bid[r]);
          zero_bids += c.bid[r] == Decimal{};
          REQUIRE(std::isfinite(c.iv[r]));
          REQUIRE(c.iv[r] > 0);
          REQUIRE(std::fabs(c.delta[r]) <= 1.0001);
          REQUIRE(c.gamma[r] >= 0);
          REQUIRE(c.volume[r] >= 0);
          REQUIRE(c.open_interest[r] >= 0);
          // Never offered below what exercise (american) or the forward (european) is worth.
          const double strike = c.strike[r].to_double(), spot = c.underlying_price.to_double();
          const double sign = c.group_right[g] == Right::call ? 1 : -1;
          const double discount = std::exp(-p.rate * years_between(c.time, c.group_settles[g]));
          const double least = p.american ? sign * (spot - strike) : sign * discount * (forward - strike);
          REQUIRE(c.ask[r].to_double() >= least - 1e-6);
          ++rows;
        }
      }
    }
    INFO(which.name);
    CHECK(rows > 10'000);
    CHECK(zero_bids > 0);
    CHECK(source->quality().contracts == table.size());
  }
}

TEST_CASE("parity holds at the touch: no box or conversion can be locked in", "[simulation]") {
  const auto market = make(short_market("spx-like", 1));
  std::size_t pairs = 0;
  for (std::size_t s = 0; s < market->sessions(); ++s) {
    const ChainSnapshot c = market->snapshot(s, 0).chain;
    for (std::size_t g = 0; g + 1 < c.groups(); g += 2) {
      const double forward = market->forward(s, c.group_settles[g]);
      const double discount = std::exp(-market->params().rate * years_between(c.time, c.group_settles[g]));
      const std::uint32_t n = c.group_begin[g + 1] - c.group_begin[g];
      for (std::uint32_t j = 0; j < n; ++j) {
        const std::uint32_t call = c.group_begin[g] + j, put = c.group_begin[g + 1] + j;
        const double value = discount * (forward - c.strike[call].to_double());
        REQUIRE((c.bid[call] - c.ask[put]).to_double() <= value + 1e-6);
        REQUIRE((c.ask[call] - c.bid[put]).to_double() >= value - 1e-6);
        ++pairs;
      }
    }
  }
  CHECK(pairs > 50'000);
}

TEST_CASE("rounding outwards keeps the price between bid and ask", "[simulation]") {
  const struct {
    TickRule rule;
    double price, half;
    std::int64_t bid, ask;
  } cases[] = {
      {TickRule::index, 0.0, 0.01, 0, 5},
      {TickRule::index, 0.04, 0.01, 0, 5},
      {TickRule::index, 1.23, 0.02, 120, 125},
      {TickRule::index, 2.98, 0.02, 295, 300},
      {TickRule::index, 2.99, 0.03, 295, 310},
      {TickRule::index, 10.0, 0.0, 1000, 1010},
      {TickRule::index, 2103.33, 4.1, 209920, 210750},
      {TickRule::penny, 0.015, 0.0, 1, 2},
      {TickRule::penny, 3.02, 0.01, 300, 305},
      {TickRule::cent, 3.02, 0.01, 301, 303},
  };
  for (const auto& c : cases) {
    const CentQuote q = round_outwards(tick_table(c.rule), c.price, c.half);
    INFO("price " << c.price << " half " << c.half << ": " << q.bid << " / " << q.ask);
    CHECK(q.bid == c.bid);
    CHECK(q.ask == c.ask);
  }
}

TEST_CASE("what was quoted does not depend on threads, on later dates or on other underlyings", "[simulation]") {
  Params a = short_market("spx-like", 2), b = short_market("equity-like", 2);
  a.snapshots_per_session = b.snapshots_per_session = 2;
  a.first = b.first = Date::from_civil(2019, 1, 28);
  const auto read = [](const Setup& setup, int threads, std::size_t stop_at = 0) {
    ProviderOptions options;
    options.threads = threads;
    auto provider = SimulationProvider::make(setup, options);
    REQUIRE(provider.ok());
    Keeper keeper;
    keeper.stop_at = stop_at;
    QualityReport report;
    const auto status = (*provider)->read(keeper, report);
    CHECK(status.ok() == (stop_at == 0));
    if (!status) CHECK(status.error().what == "enough");
    return keeper.sessions;
  };
  const Setup both{{a, b}, equal_correlation(2, 0.6), {}, 8};
  const auto one = read(both, 1);
  for (const int threads : {2, 5}) {
    const auto other = read(both, threads);
    REQUIRE(other.size() == one.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
      REQUIRE(other[i].underlying == one[i].underlying);
      REQUIRE(other[i].session == one[i].session);
      for (std::size_t k = 0; k < 2; ++k)
        REQUIRE(bytes_of(other[i].snapshots[k].chain) == bytes_of(one[i].snapshots[k].chain));
    }
  }
  CHECK(read(both, 3, 4).size() == 4);  // a sink that fails ends the reading

  Setup longer{{a}, {}, {}, 8};
  longer.markets[0].last = Date::from_civil(2019, 6, 28);
  const auto more = read(longer, 2);
  REQUIRE(more.size() > one.size() / 2);
  for (std::size_t i = 0; i < one.size() / 2; ++i)
    for (std::size_t k = 0; k < 2; ++k)
      REQUIRE(bytes_of(more[i].snapshots[k].chain) == bytes_of(one[2 * i].snapshots[k].chain));
}

TEST_CASE("open interest builds up day by day, volume within the day", "[simulation]") {
  Params p = short_market("spx-like", 2);
  p.snapshots_per_session = 3;
  const auto market = make(p);
  std::map<std::string, std::int32_t> interest;
  std::size_t fresh = 0, grown = 0;
  for (std::size_t s = 0; s < market->sessions(); ++s) {
    const SessionQuotes session = market->session(s);
    std::map<std::string, std::int32_t> volume;
    for (const SnapshotQuotes& snapshot : session.snapshots) {
      const ChainSnapshot& c = snapshot.chain;
      for (std::size_t g = 0; g < c.groups(); ++g)
        for (std::uint32_t r = c.group_begin[g]; r < c.group_begin[g + 1]; ++r) {
          const std::string key = c.group_root[g].to_string() + c.group_expiration[g].to_string() +
                                  (c.group_right[g] == Right::call ? "C" : "P") + c.strike[r].to_string();
          const auto [v, first_today] = volume.try_emplace(key, c.volume[r]);
          if (!first_today) REQUIRE(c.volume[r] >= v->second);
          v->second = c.volume[r];
          const auto [i, never_seen] = interest.try_emplace(key, c.open_interest[r]);
          if (never_seen && s > 0) {
            REQUIRE(c.open_interest[r] == 0);  // listed this morning
            ++fresh;
          }
          if (first_today) {
            REQUIRE(c.open_interest[r] >= i->second);
            grown += c.open_interest[r] > i->second;
            i->second = c.open_interest[r];
          }
          REQUIRE(c.open_interest[r] == i->second);  // the same all day
        }
    }
  }
  CHECK(fresh > 1000);
  CHECK(grown > 10'000);
}

TEST_CASE("american calls are worth more ahead of a dividend than their european likes", "[simulation]") {
  Params p = short_market("equity-like", 1);
  p.dividend_yield = 0.06;
  Params european = p;
  european.american = false;
  const auto a = make(p)->snapshot(5, 0).chain, e = make(european)->snapshot(5, 0).chain;
  REQUIRE(std::as_const(a).strike.size() == std::as_const(e).strike.size());
  std::size_t dearer = 0;
  for (std::size_t i = 0; i < std::as_const(a).strike.size(); ++i) {
    REQUIRE(std::as_const(a).ask[i] >= std::as_const(e).bid[i]);
    dearer += std::as_const(a).ask[i] > std::as_const(e).ask[i];
  }
  CHECK(dearer > 50);
}

TEST_CASE("parameters are read by name, bounded, and come back as text", "[simulation]") {
  for (const Parameter& q : parameter_table()) {
    Params p = *preset("equity-like");
    const std::string text = parameter_text(q, p);
    INFO(q.name << " = " << text);
    REQUIRE(set_parameter(p, q.name, text).ok());
    CHECK(p == *preset("equity-like"));
    CHECK_FALSE(q.doc.empty());
  }
  const struct {
    const char* name;
    const char* value;
    const char* says;
  } refused[] = {
      {"volatility", "0.2", "there is no parameter 'volatility'"},
      {"vol", "x", "vol: 'x' is not a number"},
      {"vol", "-1", "vol: -1 is out of bounds"},
      {"vol", "nan", "is not a number"},
      {"model", "sabr", "is not one of brownian|heston|merton|regimes|garch"},
      {"american", "yes", "is not a boolean"},
      {"first", "2019-02-30", "is not a date"},
      {"monthlies", "2.5", "is not a integer"},
      {"underlying", "WAYTOOLONG", "is not a symbol"},
  };
  for (const auto& c : refused) {
    Params p;
    const Status status = set_parameter(p, c.name, c.value);
    INFO(c.name << "=" << c.value);
    REQUIRE_FALSE(status.ok());
    INFO(status.error().to_string());
    CHECK(status.error().to_string().find(c.says) != std::string::npos);
    CHECK(p == Params{});
  }
  const struct {
    const char* name;
    const char* value;
    const char* says;
  } senseless[] = {
      {"underlying", "spx", "not a root of option symbols"}, {"last", "2018-01-01", "not a range of dates"},
      {"strike_step_far", "12", "must each be a multiple"},  {"far_below", "0.05", "ranges of strikes must grow"},
      {"medium_speed", "0.1", "medium_speed is below"},
  };
  for (const auto& c : senseless) {
    Params p = *preset("spx-like");
    REQUIRE(set_parameter(p, c.name, c.value).ok());
    const Status status = check({{p}, {}, {}, 1});
    INFO(c.name << "=" << c.value);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().to_string().find(c.says) != std::string::npos);
  }
  CHECK_FALSE(preset("dax").ok());
  CHECK_FALSE(check({}).ok());
  CHECK_FALSE(check({{Params{}, Params{}}, {}, {}, 1}).ok());
  for (const Preset& one : presets()) CHECK(check({{*preset(one.name)}, {}, {}, 1}).ok());
}
