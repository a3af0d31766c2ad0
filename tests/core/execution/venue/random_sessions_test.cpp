// Random orders against random quotes: what must hold whatever comes, and that a venue which is saved and
// restored in the middle goes on to the letter.
#include <catch2/catch.hpp>
#include <map>

#include "core/sequencer/random.hpp"
#include "core/time/calendar.hpp"
#include "tests/core/execution/venue/venue_bench.hpp"

using namespace optix;

namespace {

struct Draws {
  std::uint64_t seed = 0, count = 0;
  std::uint64_t pick(std::uint64_t n) { return draw(seed, 3, ++count) % n; }
};

VenueRules random_rules(Draws& draws) {
  VenueRules rules;
  const char* const fractions[] = {"1", "0.77", "0.5", "0"};
  rules.fills.fraction_by_legs = same_for_all_legs(dec(fractions[draws.pick(4)]));
  if (draws.pick(2)) rules.fills.size_share = dec(draws.pick(2) ? "1" : "0.5");
  if (draws.pick(4) == 0) rules.fills.volume_share = dec("0.1");
  rules.fills.resting = static_cast<RestingPolicy>(draws.pick(4));
  rules.fills.resting_probability = 0.5;
  rules.fees = FeeTable::simple(dec("0.65"), dec("1"));
  rules.fill_on = static_cast<FillOn>(draws.pick(2));
  rules.stale = static_cast<StaleQuotes>(draws.pick(2));
  if (draws.pick(4) == 0) rules.faults = {0.2, 3};
  rules.seed = draws.seed;
  rules.stream = 5;
  return rules;
}

std::string cents(std::uint64_t n) {
  return std::to_string(n / 100) + (n % 100 < 10 ? ".0" : ".") + std::to_string(n % 100);
}

std::vector<SmallQuote> random_quotes(Draws& draws) {
  std::vector<SmallQuote> quotes;
  for (const char* strike : {"80", "90", "100"}) {
    if (draws.pick(20) == 0) continue;
    const std::uint64_t bid = draws.pick(12) == 0 ? 0 : 5 * (30 + draws.pick(20));
    std::uint64_t ask = bid + 5 * (1 + draws.pick(6));
    if (draws.pick(15) == 0 && bid > 10) ask = bid - 5;  // crossed
    quotes.push_back({"SPXW", "2019-05-31", Right::put, strike, draws.pick(25) == 0 ? "" : cents(bid),
                      draws.pick(25) == 0 ? "" : cents(ask)});
  }
  return quotes;
}

OrderRequest random_order(Draws& draws, std::uint64_t id) {
  OrderRequest order;
  order.order = id;
  order.position = 1 + draws.pick(9);
  order.intent = static_cast<OrderIntent>(draws.pick(2));
  order.type = static_cast<OrderType>(draws.pick(5));
  order.time_in_force = static_cast<TimeInForce>(draws.pick(4));
  order.combo = static_cast<ComboStyle>(draws.pick(2));
  order.trigger = static_cast<StopTrigger>(draws.pick(2));
  const auto lots = static_cast<std::int32_t>(1 + draws.pick(6));
  for (ContractId c = 0; c < 3; ++c)
    if (draws.pick(2))
      order.legs.push_back({c, lots * static_cast<std::int32_t>(1 + draws.pick(2)) * (draws.pick(2) ? 1 : -1)});
  if (draws.pick(6) == 0) order.legs.push_back({shares_contract, lots * 50 * (draws.pick(2) ? 1 : -1), sym("SPX")});
  if (order.legs.empty()) order.legs.push_back({0, lots});
  // Somewhere around what it costs.
  NetPrice net(OrderUnits{1, 1, 100});
  for (const OrderLeg& leg : order.legs)
    net.add(is_shares(leg.contract), is_shares(leg.contract) ? dec("100") : dec("2"), leg.quantity / lots);
  const Decimal about = net.per_unit() + Decimal::from_raw(50'000 * (static_cast<std::int64_t>(draws.pick(21)) - 10));
  order.limit = about;
  order.stop = about;
  order.trail = Decimal::from_raw(50'000 * static_cast<std::int64_t>(1 + draws.pick(8)));
  if (draws.pick(4) == 0 && id > 1) order.parent = 1 + draws.pick(id - 1);
  if (draws.pick(4) == 0) order.oco = 1 + draws.pick(4);
  return order;
}

struct Watch {
  std::map<std::uint64_t, OrderRequest> sent;
  std::map<std::uint64_t, std::int64_t> ordered;  // as replaced since
  OrderTracker tracker;
  std::int64_t fills = 0, reports = 0;

  static std::int64_t size(const OrderLegs& legs) {
    std::int64_t sum = 0;
    for (const OrderLeg& leg : legs) sum += std::abs(leg.quantity);
    return sum;
  }
  void look(const MessageRef& report, const ChainSnapshot& chain, const VenueRules& rules,
            const InstrumentTable& table) {
    ++reports;
    INFO(VenueBench::text(report));
    const auto defect = tracker.on_report(report);
    INFO(defect.value_or(""));
    REQUIRE_FALSE(defect.has_value());
    if (const auto* replaced = report.get_if<OrderReplaced>())
      if (const TrackedOrder* order = tracker.find(replaced->order))
        ordered[replaced->order] = order->filled + replaced->remaining;
    const Fill* fill = report.get_if<Fill>();
    if (!fill) return;
    ++fills;
    const OrderRequest& order = sent.at(fill->order);
    const TrackedOrder& now = *tracker.find(fill->order);
    REQUIRE(now.filled + fill->remaining == ordered.at(fill->order));
    REQUIRE(fill->fees >= Decimal{});
    if (rules.faults.lose_answers > 0) return;  // reports may be older than the chain
    REQUIRE_FALSE(chain.halted);
    REQUIRE_FALSE((chain.stale && (rules.stale == StaleQuotes::nothing || order.intent == OrderIntent::open)));
    REQUIRE(fill->quote_time == chain.time);
    for (const FillLeg& leg : fill->legs) {
      REQUIRE(!leg.price.is_none());
      const bool buy = leg.quantity > 0;
      // A side that trades is there, and the other, when it is, does not cross it.
      REQUIRE(!(buy ? leg.ask : leg.bid).is_none());
      REQUIRE((buy ? leg.ask : leg.bid) > Decimal{});
      if (!leg.bid.is_none() && !leg.ask.is_none()) REQUIRE(leg.bid <= leg.ask);
      REQUIRE((buy ? leg.price <= leg.touch : leg.price >= leg.touch));  // no impact here: never beyond the touch
      if (is_shares(leg.contract)) continue;
      const auto row = find_row(chain, table.at(leg.contract));
      REQUIRE(row);
      REQUIRE(chain.bid[*row] == leg.bid);
      REQUIRE(chain.ask[*row] == leg.ask);
    }
    const bool limited = order.type == OrderType::limit || order.type == OrderType::stop_limit;
    if (limited && order.combo == ComboStyle::atomic) {
      OrderLegs legs;
      for (const FillLeg& leg : fill->legs) legs.push_back({leg.contract, leg.quantity, leg.underlying});
      const OrderUnits units = units_of({order.legs.data(), order.legs.size()}, table);
      NetPrice net(units);
      for (const FillLeg& leg : fill->legs) net.add(is_shares(leg.contract), leg.price, leg.quantity);
      const std::int64_t lot = size(order.legs) / units.lots;
      REQUIRE(size(legs) % lot == 0);  // whole lots
      REQUIRE(net.within(limits.at(fill->order), size(legs) / lot, units.lots));
    }
  }
  std::map<std::uint64_t, Decimal> limits;
};

}  // namespace

TEST_CASE("random sessions at the venue", "[trading][venue]") {
  std::int64_t fills = 0, reports = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    Draws draws{seed};
    const VenueRules rules = random_rules(draws);
    SmallMarket market;
    Venue venue(rules);
    std::unique_ptr<Venue> copy;
    InstrumentTable table;
    Watch watch;
    std::uint64_t ids = 0;
    ChainSnapshot chain;
    std::vector<SmallQuote> all;
    for (const char* strike : {"80", "90", "100"}) all.push_back({"SPXW", "2019-05-31", Right::put, strike, "", ""});
    const MessageRef batch = market.at("2019-04-25", "100", all).first;
    venue.on_instruments(batch);
    table.add(batch);
    Date session = day("2019-04-25");
    std::int64_t minute = 0;
    // Everything goes to the venue and, once there is one, to its restored copy.
    const auto both = [&](auto&& act) {
      Reports said, copied;
      act(venue, said);
      for (const MessageRef& report : said) watch.look(report, chain, rules, table);
      if (!copy) return;
      act(*copy, copied);
      REQUIRE(copied.size() == said.size());
      for (std::size_t i = 0; i < said.size(); ++i) REQUIRE(copied[i].to_json() == said[i].to_json());
    };
    for (int step = 0; step < 250; ++step) {
      INFO("seed " << seed << " step " << step);
      const std::uint64_t what = draws.pick(20);
      const std::uint64_t some = ids == 0 ? 1 : 1 + draws.pick(ids);
      if (step == 0 || what < 7) {
        if (draws.pick(8) == 0) session = next_session(session), minute = 0;
        chain = market.at(session.to_string(), cents(9'990 + draws.pick(20)), random_quotes(draws))
                    .second.get<ChainSnapshot>();
        chain.time = chain.time + (++minute - 300) * 60 * nanos_per_second;
        chain.halted = draws.pick(20) == 0;
        chain.stale = draws.pick(20) == 0;
        for (std::size_t row = 0; row < chain.rows(); ++row) {
          chain.bid_size.push_back(static_cast<std::int32_t>(draws.pick(12)));
          chain.ask_size.push_back(static_cast<std::int32_t>(draws.pick(12)));
          chain.volume[row] = static_cast<std::int32_t>(10 * minute + static_cast<std::int64_t>(draws.pick(10)));
        }
        const MessageRef snapshot = make_message(ChainSnapshot(chain));
        both([&](Venue& v, Reports& out) { v.on_snapshot(snapshot, out); });
      } else if (what < 14) {
        const OrderRequest order = random_order(draws, ++ids);
        watch.sent[order.order] = order;
        watch.ordered[order.order] = Watch::size(order.legs);
        watch.limits[order.order] = order.limit;
        watch.tracker.sent(order);
        both([&](Venue& v, Reports& out) { v.on_order(order, out); });
      } else if (what < 16) {
        both([&](Venue& v, Reports& out) { v.on_cancel({some}, out); });
      } else if (what < 18) {
        OrderReplace change;
        change.order = some;
        if (draws.pick(2)) change.limit = watch.limits[some] + Decimal::from_raw(50'000);
        if (draws.pick(2)) change.units = static_cast<std::int64_t>(draws.pick(8));
        // The highest limit it ever had: the check of fills is against what was allowed at most.
        if (!change.limit.is_none()) watch.limits[some] = std::max(watch.limits[some], change.limit);
        both([&](Venue& v, Reports& out) { v.on_replace(change, out); });
      } else if (what == 18) {
        both([&](Venue& v, Reports& out) { v.on_query({some}, out); });
      } else if (draws.pick(6) == 0) {
        const KillSwitch change{draws.pick(2) == 0, "test"};
        both([&](Venue& v, Reports& out) { v.on_kill_switch(change, out); });
      }
      if (step % 25 == 24) {
        std::string bytes, again;
        encode_state(venue.state(), bytes);
        copy = std::make_unique<Venue>(rules);
        copy->restore(decode_state<Venue::State>(bytes));
        encode_state(copy->state(), again);
        REQUIRE(bytes == again);
      }
    }
    fills += watch.fills;
    reports += watch.reports;
  }
  std::printf("venue: 150 random sessions, %lld reports, %lld fills\n", static_cast<long long>(reports),
              static_cast<long long>(fills));
  CHECK(fills > 2'000);
}
