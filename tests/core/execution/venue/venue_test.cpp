#include "core/execution/venue/venue.hpp"

#include <catch2/catch.hpp>

#include "messages/codec/state.hpp"
#include "tests/support/oracle_csv.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

constexpr Right P = Right::put;
const char* const expiration = "2019-05-31";

VenueRules simple_rules(const char* fraction, FeeTable fees = {}) {
  VenueRules rules;
  rules.fills.fraction_by_legs = same_for_all_legs(dec(fraction));
  rules.fees = std::move(fees);
  return rules;
}

struct Bench {
  SmallMarket market;
  Venue venue;
  Reports reports;
  std::uint64_t next = 1;

  explicit Bench(const char* fraction = "1", FeeTable fees = {}) : venue(simple_rules(fraction, std::move(fees))) {}
  explicit Bench(VenueRules rules) : venue(std::move(rules)) {}

  void quotes(const std::string& session, std::vector<SmallQuote> list, bool stale = false) {
    const auto [instruments, snapshot] = market.at(session, "110", std::move(list), stale);
    if (instruments) venue.on_instruments(instruments);
    venue.on_snapshot(snapshot, reports);
  }
  void quote(const std::string& session, const std::string& bid, const std::string& ask, bool stale = false) {
    quotes(session, {{"SPXW", expiration, P, "100", bid, ask}}, stale);
  }
  OrderRequest order(std::int32_t quantity, OrderType type = OrderType::market, const char* limit = "0",
                     TimeInForce tif = TimeInForce::day, OrderIntent intent = OrderIntent::open) {
    OrderRequest o;
    o.order = next++;
    o.position = 7;
    o.type = type;
    o.limit = dec(limit);
    o.time_in_force = tif;
    o.intent = intent;
    o.legs.push_back({0, quantity});
    return o;
  }
  // The reports since the last call, as text: "fill 2.60", "rejected no_bid", "accepted", "cancelled session_ended".
  std::string said() {
    std::string text;
    for (const MessageRef& r : reports) {
      if (!text.empty()) text += ", ";
      if (const auto* fill = r.get_if<Fill>()) {
        text += "fill";
        for (const FillLeg& leg : fill->legs) text += " " + leg.price.to_string();
      } else if (const auto* rejected = r.get_if<OrderRejected>()) {
        text += "rejected " + std::string(enum_name(rejected->reason));
      } else if (const auto* cancelled = r.get_if<OrderCancelled>()) {
        text += "cancelled " + std::string(enum_name(cancelled->reason));
      } else {
        text += "accepted";
      }
    }
    reports.clear();
    return text.empty() ? "nothing" : text;
  }
  std::string send(const OrderRequest& o) {
    venue.on_order(o, reports);
    return said();
  }
};

}  // namespace

TEST_CASE("market orders fill at once or not at all", "[trading][venue]") {
  struct Case {
    const char* bid;
    const char* ask;
    int quantity;
    bool stale;
    OrderIntent intent;
    const char* said;
  };
  const OrderIntent open = OrderIntent::open, close = OrderIntent::close;
  const Case cases[] = {
      {"2.40", "2.60", 1, false, open, "fill 2.60"},
      {"2.40", "2.60", -3, false, open, "fill 2.40"},
      {"0", "0.05", -1, false, close, "rejected no_bid"},
      {"2.40", "", 1, false, open, "rejected no_ask"},
      {"2.70", "2.60", 1, false, open, "rejected crossed_quote"},
      {"2.40", "2.60", 1, true, open, "rejected stale_book"},
      {"2.40", "2.60", 1, true, close, "rejected stale_book"},
  };
  for (const Case& c : cases) {
    Bench b;
    b.quote("2019-04-25", c.bid, c.ask, c.stale);
    INFO(c.bid << " / " << c.ask << " x " << c.quantity << (c.stale ? " stale" : ""));
    CHECK(b.send(b.order(c.quantity, OrderType::market, "0", TimeInForce::day, c.intent)) == c.said);
  }
}

TEST_CASE("requests that cannot be meant are refused", "[trading][venue]") {
  Bench b;
  CHECK(b.send(b.order(1)) == "rejected unknown_contract");
  b.venue.on_instruments(b.market.at("2019-04-25", "110", {{"SPXW", expiration, P, "100", "1", "2"}}).first);
  CHECK(b.send(b.order(1)) == "rejected no_quote");  // before the first snapshot
  b.quote("2019-04-25", "2.40", "2.60");
  CHECK(b.send(b.order(0)) == "rejected bad_request");
  OrderRequest empty = b.order(1);
  empty.legs.clear();
  CHECK(b.send(empty) == "rejected bad_request");
  OrderRequest twice = b.order(1);
  twice.legs.push_back({0, -1});
  CHECK(b.send(twice) == "rejected bad_request");
  const OrderRequest resting = b.order(1, OrderType::limit, "2.45");
  CHECK(b.send(resting) == "accepted");
  CHECK(b.send(resting) == "rejected bad_request");
  b.venue.on_cancel({999}, b.reports);
  CHECK(b.said() == "rejected unknown_order");
  b.venue.on_cancel({resting.order}, b.reports);
  CHECK(b.said() == "cancelled none");
  b.quotes("2019-04-26", {{"SPXW", expiration, P, "90", "1", "2"}});
  CHECK(b.send(b.order(1)) == "rejected no_quote");  // not in this snapshot
  b.quote(expiration, "2.40", "2.60");
  CHECK(b.send(b.order(1)) == "rejected market_closed");  // its settlement instant has come
}

TEST_CASE("limit orders", "[trading][venue]") {
  Bench b;
  b.quote("2019-04-25", "2.40", "2.60");
  CHECK(b.send(b.order(1, OrderType::limit, "2.65")) == "fill 2.60");
  CHECK(b.send(b.order(-1, OrderType::limit, "-2.30")) == "fill 2.40");
  CHECK(b.send(b.order(1, OrderType::limit, "2.50", TimeInForce::ioc)) == "cancelled unfilled");
  CHECK(b.send(b.order(1, OrderType::limit, "2.50")) == "accepted");
  CHECK(b.send(b.order(1, OrderType::limit, "2.50", TimeInForce::gtc)) == "accepted");
  b.quote("2019-04-25", "2.41", "2.51");
  CHECK(b.said() == "nothing");
  b.quote("2019-04-26", "2.40", "2.50");  // the day order ends before anything is matched
  CHECK(b.said() == "cancelled session_ended, fill 2.50");

  SECTION("a limit at mid is not filled by the quote it was computed from, whatever the model") {
    Bench mid("0");
    mid.quote("2019-04-25", "2.40", "2.60");
    CHECK(mid.send(mid.order(1, OrderType::limit, "2.50", TimeInForce::gtc)) == "accepted");
    mid.quote("2019-04-26", "2.40", "2.60");
    CHECK(mid.said() == "fill 2.50");
    CHECK(mid.send(mid.order(1, OrderType::limit, "2.60")) == "fill 2.50");
  }
  SECTION("orders rest through a stale market; closing ones trade when that is asked for") {
    VenueRules rules = simple_rules("1");
    rules.stale = StaleQuotes::closing;
    Bench s(std::move(rules));
    s.quote("2019-04-25", "2.40", "2.60");
    CHECK(s.send(s.order(1, OrderType::limit, "2.50", TimeInForce::gtc)) == "accepted");
    CHECK(s.send(s.order(1, OrderType::limit, "2.50", TimeInForce::gtc, OrderIntent::close)) == "accepted");
    s.quote("2019-04-26", "2.30", "2.40", true);
    CHECK(s.said() == "fill 2.40");
    s.venue.on_feed({true, 1, 2, "gap"});
    s.quote("2019-04-26", "2.30", "2.40");
    CHECK(s.said() == "nothing");
    s.venue.on_feed({false, 2, 2, "recovered"});
    s.quote("2019-04-26", "2.30", "2.40");
    CHECK(s.said() == "fill 2.40");
  }
}

TEST_CASE("combos trade at their net price, all legs or nothing", "[trading][venue]") {
  Bench b("1", FeeTable::simple(dec("0.65"), dec("1.00")));
  const auto market = [&](const char* wing_bid) {
    return std::vector<SmallQuote>{{"SPXW", expiration, P, "100", "2.40", "2.60"},
                                   {"SPXW", expiration, P, "90", wing_bid, "1.00"}};
  };
  b.quotes("2019-04-25", market("0.90"));
  const ContractId high = b.market.id("SPXW", expiration, P, "100"), low = b.market.id("SPXW", expiration, P, "90");
  const auto spread = [&](int lots, OrderType type, const char* limit, OrderIntent intent = OrderIntent::open) {
    OrderRequest o = b.order(1, type, limit, TimeInForce::gtc, intent);
    o.legs.clear();
    o.legs.push_back({high, -lots});
    o.legs.push_back({low, lots});
    return o;
  };
  b.venue.on_order(spread(2, OrderType::market, "0"), b.reports);
  const Fill fill = b.reports.at(0).get<Fill>();
  CHECK(fill.fees.to_string() == "3.60");  // 4 x 0.65 + 1
  CHECK(fill.quote_time == SmallMarket::close_of(day("2019-04-25")));
  CHECK(b.said() == "fill 2.40 1.00");
  // Natural credit is 1.40 for one spread, however many are sent.
  CHECK(b.send(spread(3, OrderType::limit, "-1.40")) == "fill 2.40 1.00");
  const OrderRequest waiting = spread(3, OrderType::limit, "-1.45");
  CHECK(b.send(waiting) == "accepted");
  b.venue.on_cancel({waiting.order}, b.reports);
  CHECK(b.said() == "cancelled none");
  // The wing has no bid: the short leg must not trade alone.
  b.quotes("2019-04-26", market("0"));
  OrderRequest out = spread(-2, OrderType::market, "0", OrderIntent::close);
  CHECK(b.send(out) == "rejected no_bid");
}

TEST_CASE("a restored venue goes on exactly", "[trading][venue]") {
  Bench b;
  b.quote("2019-04-25", "2.40", "2.60");
  CHECK(b.send(b.order(1, OrderType::limit, "2.50", TimeInForce::gtc)) == "accepted");
  CHECK(b.send(b.order(-2, OrderType::limit, "-2.55")) == "accepted");
  std::string bytes, again;
  encode_state(b.venue.state(), bytes);
  Venue copy(simple_rules("1"));
  copy.restore(decode_state<Venue::State>(bytes));
  encode_state(copy.state(), again);
  CHECK(bytes == again);
  Reports from_copy;
  const auto snapshot = b.market.at("2019-04-26", "110", {{"SPXW", expiration, P, "100", "2.45", "2.50"}}).second;
  b.venue.on_snapshot(snapshot, b.reports);
  copy.on_snapshot(snapshot, from_copy);
  REQUIRE(from_copy.size() == b.reports.size());
  for (std::size_t i = 0; i < from_copy.size(); ++i) CHECK(from_copy[i].to_json() == b.reports[i].to_json());
  CHECK(b.said() == "cancelled session_ended, fill 2.50");
}

TEST_CASE("fill oracle: limit orders", "[trading][venue][oracle]") {
  const auto table = read_oracle("rules/fills.csv");
  if (!table) return;
  int seen = 0;
  for (auto row : table->rows) {
    if (row["order"] != "limit") continue;
    Bench b(row["half_spread_fraction"].c_str());
    b.quote("2019-04-25", row["bid"], row["ask"]);
    const bool buy = row["side"] == "B";
    const std::string limit = (buy ? "" : "-") + row["limit"];
    const std::string got = b.send(b.order(buy ? 1 : -1, OrderType::limit, limit.c_str()));
    INFO(row["id"] << ": " << row["expected"]);
    const bool no_fill = row["expected"].rfind("NO FILL", 0) == 0;
    CHECK(got == (no_fill ? "accepted" : "fill " + row["expected"]));
    ++seen;
  }
  CHECK(seen >= 2);
}
