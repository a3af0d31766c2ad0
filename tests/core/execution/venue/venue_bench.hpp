#pragma once
// A venue, one chain written by hand and short texts for what the venue says:
//   accepted 1 | rejected 1 no_bid | fill 1 +2@2.60 left 3 | triggered 1 2.60 | replaced 1 2.50 left 4 |
//   cancelled 1 unfilled | unknown 1 | status 1 working 2/3 | exercise 0 x2
#include <string>
#include <vector>

#include "core/contracts/shares.hpp"
#include "core/execution/orders/order_tracker.hpp"
#include "core/execution/venue/venue.hpp"
#include "messages/codec/state.hpp"
#include "tests/support/small_market.hpp"

namespace optix {

// One contract of the bench: SPXW put 100 is contract 0, 90 is 1, 80 is 2.
struct BenchQuote {
  const char* bid;
  const char* ask;
  int bid_size = -1;
  int ask_size = -1;
  int volume = 0;
};

struct VenueBench {
  SmallMarket market;
  Venue venue;
  Reports reports;
  OrderTracker tracker;
  std::string session = "2019-04-25";
  std::int64_t minute = 0;
  bool halted = false;
  bool stale = false;
  const char* underlying = "100";

  explicit VenueBench(VenueRules rules = {}) : venue(std::move(rules)) {}

  static constexpr const char* expiration = "2019-05-31";
  static const char* strike(std::size_t i) {
    static const char* const strikes[] = {"100", "90", "80"};
    return strikes[i];
  }
  // The snapshot as a message; instruments are given to the venue on the way.
  MessageRef snapshot(const std::vector<BenchQuote>& list) {
    std::vector<SmallQuote> quotes;
    for (std::size_t i = 0; i < list.size(); ++i)
      quotes.push_back({"SPXW", expiration, Right::put, strike(i), list[i].bid, list[i].ask, -0.25});
    // Rows are ordered by strike, contracts are numbered in that order too: define all at once, once.
    if (!defined_) {
      const std::vector<SmallQuote> all[] = {{{"SPXW", expiration, Right::put, "100", "", ""}},
                                             {{"SPXW", expiration, Right::put, "90", "", ""}},
                                             {{"SPXW", expiration, Right::put, "80", "", ""}}};
      for (const auto& one : all) venue.on_instruments(market.at(session, underlying, one).first);
      defined_ = true;
    }
    ChainSnapshot chain = market.at(session, underlying, quotes).second.get<ChainSnapshot>();
    chain.time = chain.time + (minute - 60) * 60 * nanos_per_second;
    chain.halted = halted;
    chain.stale = stale;
    bool sizes = false;
    for (const BenchQuote& q : list) sizes = sizes || q.bid_size >= 0 || q.ask_size >= 0;
    const std::vector<ContractId> ids(std::as_const(chain).contract.begin(), std::as_const(chain).contract.end());
    for (std::size_t row = 0; row < ids.size(); ++row) {
      const BenchQuote& q = list[ids[row]];
      chain.volume[row] = q.volume;
      if (sizes) chain.bid_size.push_back(q.bid_size), chain.ask_size.push_back(q.ask_size);
    }
    ++minute;
    return make_message(std::move(chain));
  }
  std::string quotes(const std::vector<BenchQuote>& list) {
    venue.on_snapshot(snapshot(list), reports);
    return said();
  }
  std::string quote(const char* bid, const char* ask, int bid_size = -1, int ask_size = -1, int volume = 0) {
    return quotes({{bid, ask, bid_size, ask_size, volume}});
  }
  void next_session(const char* date) {
    session = date;
    minute = 0;
  }

  static OrderRequest order(std::uint64_t id, std::int32_t quantity, OrderType type = OrderType::market,
                            const char* limit = "0", TimeInForce tif = TimeInForce::gtc,
                            OrderIntent intent = OrderIntent::open) {
    OrderRequest o;
    o.order = id;
    o.position = 7;
    o.type = type;
    o.limit = dec(limit);
    o.time_in_force = tif;
    o.intent = intent;
    o.legs.push_back({0, quantity});
    return o;
  }
  static OrderRequest combo(std::uint64_t id, std::vector<std::int32_t> quantities, OrderType type, const char* limit,
                            TimeInForce tif = TimeInForce::gtc, ComboStyle style = ComboStyle::atomic) {
    OrderRequest o = order(id, 1, type, limit, tif);
    o.combo = style;
    o.legs.clear();
    for (std::size_t i = 0; i < quantities.size(); ++i)
      if (quantities[i] != 0) o.legs.push_back({static_cast<ContractId>(i), quantities[i]});
    return o;
  }
  std::string send(const OrderRequest& o) {
    if (!tracker.find(o.order)) tracker.sent(o);
    venue.on_order(o, reports);
    return said();
  }
  std::string cancel(std::uint64_t id) {
    venue.on_cancel({id}, reports);
    return said();
  }
  std::string replace(const OrderReplace& change) {
    venue.on_replace(change, reports);
    return said();
  }
  std::string query(std::uint64_t id) {
    venue.on_query({id}, reports);
    return said();
  }

  static std::string text(const MessageRef& r) {
    const auto id = [](std::uint64_t n) { return std::to_string(n); };
    if (const auto* m = r.get_if<Fill>()) {
      std::string out = "fill " + id(m->order);
      for (const FillLeg& leg : m->legs)
        out += (leg.quantity > 0 ? " +" : " ") + std::to_string(leg.quantity) + "@" + leg.price.to_string();
      return out + (m->remaining ? " left " + std::to_string(m->remaining) : "");
    }
    if (const auto* m = r.get_if<OrderAccepted>()) return "accepted " + id(m->order);
    if (const auto* m = r.get_if<OrderRejected>())
      return "rejected " + id(m->order) + " " + std::string(enum_name(m->reason));
    if (const auto* m = r.get_if<OrderCancelled>())
      return "cancelled " + id(m->order) + " " + std::string(enum_name(m->reason));
    if (const auto* m = r.get_if<OrderTriggered>())
      return "triggered " + id(m->order) + (m->cost.is_none() ? "" : " " + m->cost.to_string());
    if (const auto* m = r.get_if<OrderReplaced>())
      return "replaced " + id(m->order) + " " + m->limit.to_string() +
             (m->stop.is_none() ? "" : " stop " + m->stop.to_string()) + " left " + std::to_string(m->remaining);
    if (const auto* m = r.get_if<OrderUnknown>()) return "unknown " + id(m->order);
    if (const auto* m = r.get_if<OrderStatus>())
      return "status " + id(m->order) + " " + std::string(enum_name(m->state)) + " " + std::to_string(m->filled) + "/" +
             std::to_string(m->remaining);
    if (const auto* m = r.get_if<ExerciseInstruction>())
      return "exercise " + std::to_string(m->contract) + " x" + std::to_string(m->quantity);
    return std::string(r.info().name);
  }
  // What was said since the last call; whoever tracks the orders finds nothing wrong with it.
  std::string said() {
    std::string out;
    for (const MessageRef& r : reports) {
      if (const auto defect = tracker.on_report(r)) out += (out.empty() ? "" : ", ") + ("IMPOSSIBLE: " + *defect);
      out += (out.empty() ? "" : ", ") + text(r);
    }
    reports.clear();
    return out.empty() ? "nothing" : out;
  }

 private:
  bool defined_ = false;
};

}  // namespace optix
