#include "core/execution/fills/fill_rules.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/sequencer/random.hpp"
#include "tests/support/oracle_csv.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

FillRules rules_of(const char* fraction, TickClass ticks = TickClass::none) {
  FillRules rules;
  rules.fraction_by_legs = same_for_all_legs(dec(fraction));
  rules.ticks = ticks;
  return rules;
}

LegMarket quoted(const char* bid, const char* ask) {
  LegMarket market;
  market.quote = {dec(bid), dec(ask)};
  return market;
}

// A contract that moves 1.00 a day: |−0.5| × 1587.45 × 0.02 / √252.
LegMarket active(const char* bid, const char* ask, std::int64_t volume) {
  LegMarket market = quoted(bid, ask);
  market.underlying_price = dec("1587.450787");
  market.iv = 0.02;
  market.delta = -0.5;
  market.volume = volume;
  return market;
}

std::string text(const LegPrice& price) {
  return price.refused == RejectReason::none ? price.price.to_string() : std::string(enum_name(price.refused));
}

}  // namespace

TEST_CASE("fill prices", "[trading][fills]") {
  struct Case {
    const char *bid, *ask;
    char side;
    const char* fraction;
    TickClass ticks;
    const char* price;  // or the reason
    const char* mid;
  };
  const TickClass none = TickClass::none, penny = TickClass::penny, nickel = TickClass::nickel;
  const Case cases[] = {
      {"2.40", "2.60", 'B', "1", none, "2.60", "2.50"},
      {"2.40", "2.60", 'S', "1", none, "2.40", "2.50"},
      {"2.40", "2.60", 'B', "0", none, "2.50", "2.50"},
      {"2.40", "2.60", 'S', "0", none, "2.50", "2.50"},
      {"2.40", "2.60", 'S', "0.77", none, "2.423", "2.50"},
      {"2.40", "2.60", 'B', "0.58", none, "2.558", "2.50"},
      {"2.40", "2.60", 'S', "0.77", penny, "2.42", "2.50"},
      {"2.40", "2.60", 'B', "0.58", penny, "2.56", "2.50"},
      {"3.10", "3.40", 'B', "0.31", penny, "3.30", "3.25"},  // 3.2965
      {"3.10", "3.40", 'B', "0.31", nickel, "3.30", "3.25"},
      {"2.63", "2.67", 'B', "1", nickel, "2.67", "2.65"},  // the touch is never moved
      {"2.63", "2.67", 'S', "1", nickel, "2.63", "2.65"},
      {"2.63", "2.64", 'B', "0.5", nickel, "2.64", "2.635"},  // 2.65 would be outside
      {"2.66", "2.67", 'S', "0.5", nickel, "2.66", "2.665"},  // 2.65 would be outside
      {"3.00", "3.05", 'B', "0", penny, "3.05", "3.025"},     // not better than the mid
      {"3.00", "3.05", 'S', "0", penny, "3.00", "3.025"},
      {"3.00", "3.20", 'B', "0.1", nickel, "3.10", "3.10"},          // 3.11 down to the mid itself
      {"3.00", "3.24", 'S', "0.1", nickel, "3.10", "3.12"},          // 3.108
      {"3.00", "3.14", 'S', "0.1", nickel, "3.00", "3.07"},          // 3.063 would go up to 3.10
      {"3.00", "3.06", 'B', "0.1", nickel, "3.06", "3.03"},          // 3.033 would go down to 3.00
      {"0.01", "0.02", 'B', "0.333333", none, "0.016667", "0.015"},  // 0.016666665
      {"2.50", "2.50", 'B', "1", none, "2.50", "2.50"},
      {"2.50", "2.50", 'S', "0.5", none, "2.50", "2.50"},
      {"0", "0.05", 'B', "1", none, "0.05", "0.025"},
      {"0", "0.05", 'B', "0", none, "0.025", "0.025"},
      {"0", "0.05", 'S', "1", none, "no_bid", ""},
      {"0", "0.05", 'S', "0", none, "no_bid", ""},
      {"", "2.60", 'B', "0.5", none, "2.60", ""},
      {"", "2.60", 'B', "0.5", nickel, "2.60", ""},
      {"-1", "2.63", 'B', "0.5", nickel, "2.63", ""},
      {"", "2.60", 'S', "0.5", none, "no_bid", ""},
      {"nan", "2.60", 'S', "1", none, "no_bid", ""},
      {"2.40", "", 'S', "0.5", none, "2.40", ""},
      {"2.40", "", 'B', "0.5", none, "no_ask", ""},
      {"2.40", "0", 'B', "0.5", none, "no_ask", ""},
      {"2.40", "0", 'S', "0.5", none, "2.40", ""},
      {"2.61", "2.60", 'B', "1", none, "crossed_quote", ""},
      {"2.600001", "2.60", 'S', "0", none, "crossed_quote", ""},
      {"", "", 'B', "1", none, "no_quote", ""},
      {"-1", "0", 'S', "1", none, "no_quote", ""},
      {"0", "0", 'B', "1", none, "no_ask", ""},
      {"1000000.01", "1000000.03", 'B', "0.5", none, "1000000.025", "1000000.02"},
  };
  for (const Case& c : cases) {
    INFO(c.bid << " / " << c.ask << " " << c.side << " at " << c.fraction << " tick " << enum_name(c.ticks));
    const LegPrice got = price_leg(rules_of(c.fraction, c.ticks), quoted(c.bid, c.ask), c.side == 'B', 1, 1);
    CHECK(text(got) == c.price);
    CHECK(got.mid == dec(c.mid));
    CHECK(got.price.is_none() == (got.refused != RejectReason::none));
    CHECK((got.available == 0) == (got.refused != RejectReason::none));
    CHECK(got.missing.empty());
    if (got.refused == RejectReason::none) CHECK(got.touch == dec(c.side == 'B' ? c.ask : c.bid));
  }
}

TEST_CASE("stale and halted markets do not trade", "[trading][fills]") {
  LegMarket market = quoted("2.40", "2.60");
  market.stale = true;
  CHECK(price_leg(rules_of("1"), market, true, 1, 1).refused == RejectReason::stale_book);
  market.halted = true;
  CHECK(price_leg(rules_of("1"), market, false, 1, 1).refused == RejectReason::halted);
  CHECK(price_leg(rules_of("1"), market, false, 1, 1).price.is_none());
}

TEST_CASE("the fraction by number of legs", "[trading][fills]") {
  FillRules rules;
  CHECK(price_leg(rules, quoted("2.00", "3.00"), true, 1, 1).price == dec("3"));  // touch unless told
  const char* fractions[] = {"0.5", "0.4", "0.3", "0.2", "0.2", "0.2", "0.2", "0.1"};
  for (std::size_t i = 0; i < 8; ++i) rules.fraction_by_legs[i] = dec(fractions[i]);
  const char* prices[] = {"2.75", "2.70", "2.65", "2.60", "2.60", "2.60", "2.60", "2.55", "2.55"};
  for (std::size_t legs = 1; legs <= 9; ++legs) {
    INFO(legs << " legs");
    const LegPrice got = price_leg(rules, quoted("2.00", "3.00"), true, 1, legs);
    CHECK(got.price == dec(prices[legs - 1]));
    CHECK(got.model == got.price);
  }
  CHECK(price_leg(rules, quoted("2.00", "3.00"), true, 1, 64).price == dec("2.55"));
}

TEST_CASE("increments of the product and day", "[trading][fills]") {
  FillRules rules = rules_of("0.58", TickClass::none);
  rules.product_ticks = true;
  rules.penny_classes = {sym("AAPL")};
  LegMarket market = quoted("3.40", "3.62");  // 3.5738 to buy
  const auto price = [&](const char* root, const char* session) {
    market.root = sym(root);
    market.session = day(session);
    return price_leg(rules, market, true, 1, 1).price.to_string();
  };
  CHECK(price("SPY", "2024-06-03") == "3.57");
  CHECK(price("SPY", "2009-06-03") == "3.55");
  CHECK(price("AAPL", "2024-06-03") == "3.55");
  CHECK(price("SPXW", "2024-06-03") == "3.60");
}

TEST_CASE("caps on size", "[trading][fills]") {
  struct Case {
    const char *size_share, *volume_share;
    std::int64_t bid_size, ask_size, volume, taken_now, taken_session;
    std::int64_t buy, sell;  // available; 0: refused
    const char* missing;
  };
  const std::int64_t open = std::numeric_limits<std::int64_t>::max();
  const Case cases[] = {
      {"", "", -1, -1, 0, 7, 7, open, open, ""},
      {"1", "", 20, 30, 0, 0, 0, 30, 20, ""},
      {"0.5", "", 21, 30, 0, 0, 0, 15, 10, ""},
      {"0.5", "", 1, 2, 0, 0, 0, 1, 0, ""},
      {"0.5", "", 0, 1, 0, 0, 0, 0, 0, ""},
      {"1", "", 20, 30, 0, 19, 99, 11, 1, ""},
      {"1", "", 20, 30, 0, 20, 0, 10, 0, ""},
      {"1", "", 20, 30, 0, 31, 0, 0, 0, ""},
      {"1", "", -1, -1, 500, 0, 0, 0, 0, "displayed size"},
      {"", "0.1", -1, -1, 500, 0, 0, 50, 50, ""},
      {"", "0.1", -1, -1, 509, 99, 0, 50, 50, ""},
      {"", "0.1", -1, -1, 510, 0, 50, 1, 1, ""},
      {"", "0.1", -1, -1, 509, 0, 50, 0, 0, ""},
      {"", "0.1", -1, -1, 0, 0, 0, 0, 0, ""},
      {"0.5", "0.1", 40, 100, 300, 0, 0, 30, 20, ""},
      {"0.5", "0.1", 40, 50, 300, 0, 0, 25, 20, ""},
  };
  for (const Case& c : cases) {
    FillRules rules = rules_of("1");
    rules.size_share = dec(c.size_share);
    rules.volume_share = dec(c.volume_share);
    LegMarket market = quoted("2.40", "2.60");
    market.bid_size = c.bid_size;
    market.ask_size = c.ask_size;
    market.volume = c.volume;
    market.taken_now = c.taken_now;
    market.taken_session = c.taken_session;
    for (const bool buy : {true, false}) {
      INFO(c.size_share << " of the size, " << c.volume_share << " of the volume, buy " << buy);
      const LegPrice got = price_leg(rules, market, buy, 5, 1);
      CHECK(got.available == (buy ? c.buy : c.sell));
      CHECK(got.refused == (got.available == 0 ? RejectReason::unfilled : RejectReason::none));
      CHECK(got.price.is_none() == (got.available == 0));
      CHECK(got.missing == c.missing);
      CHECK(got.touch == dec(buy ? "2.60" : "2.40"));
    }
  }
}

TEST_CASE("square-root impact", "[trading][fills]") {
  struct Case {
    const char *bid, *ask, *fraction;
    TickClass ticks;
    double y;
    std::int64_t quantity, volume;
    const char *buy, *sell;
  };
  const TickClass none = TickClass::none, penny = TickClass::penny, nickel = TickClass::nickel;
  const Case cases[] = {
      {"9.00", "9.40", "1", none, 1, 1, 100, "9.50", "8.90"},  // √(1/100)
      {"9.00", "9.40", "1", none, 1, 4, 100, "9.60", "8.80"},  // twice that for four times as much
      {"9.00", "9.40", "1", none, 0.5, 4, 100, "9.50", "8.90"},
      {"9.00", "9.40", "0.5", none, 1, 1, 100, "9.40", "9.00"},      // from the model's price
      {"9.00", "9.40", "0.5", penny, 1, 1, 10'000, "9.30", "9.10"},  // 9.31 and 9.09
      {"9.00", "9.40", "0.5", penny, 1, 9, 10'000, "9.35", "9.05"},  // 9.33, 9.07
      {"9.02", "9.44", "1", nickel, 1, 1, 10'000, "9.50", "9.00"},   // 9.45 up, 9.01 down
      {"9.03", "9.43", "1", nickel, 1, 1, 10'000, "9.43", "9.00"},   // 9.44 would go back past the touch
      {"9.00", "9.00", "1", none, 1, 100, 100, "10.00", "8.00"},
      {"0.90", "1.10", "1", none, 1, 81, 100, "2.00", "no_bid"},  // 0.90 less 0.90
      {"0.90", "1.10", "1", none, 1, 80, 100, "1.994427", "0.005573"},
      {"0.90", "1.10", "1", nickel, 1, 80, 100, "2.00", "no_bid"},  // and no increment above zero
      {"", "1.10", "0.5", none, 1, 1, 100, "1.20", "no_bid"},
  };
  for (const Case& c : cases) {
    FillRules rules = rules_of(c.fraction, c.ticks);
    rules.impact = c.y;
    for (const bool buy : {true, false}) {
      INFO(c.quantity << " of " << c.volume << " at " << c.bid << " / " << c.ask << ", buy " << buy);
      const LegPrice got = price_leg(rules, active(c.bid, c.ask, c.volume), buy, c.quantity, 1);
      CHECK(text(got) == (buy ? c.buy : c.sell));
    }
  }
}

TEST_CASE("impact is that of what can trade", "[trading][fills]") {
  FillRules rules = rules_of("1");
  rules.impact = 1;
  rules.volume_share = dec("0.04");
  const LegPrice got = price_leg(rules, active("9.00", "9.40", 100), true, 50, 1);
  CHECK(got.available == 4);
  CHECK(got.price == dec("9.60"));
  CHECK(got.touch == dec("9.40"));
  CHECK(got.model == dec("9.40"));
}

TEST_CASE("impact is not made up", "[trading][fills]") {
  FillRules rules = rules_of("1");
  rules.impact = 1;
  const auto missing = [&](auto change) {
    LegMarket market = active("9.00", "9.40", 100);
    change(market);
    const LegPrice got = price_leg(rules, market, true, 1, 1);
    CHECK(got.refused == RejectReason::unfilled);
    CHECK(got.available == 0);
    return std::string(got.missing);
  };
  const std::string inputs = "volatility, delta or price of the underlying";
  CHECK(missing([](LegMarket& m) { m.volume = 0; }) == "volume of the session");
  CHECK(missing([](LegMarket& m) { m.volume = -1; }) == "volume of the session");
  CHECK(missing([](LegMarket& m) { m.iv = std::nan(""); }) == inputs);
  CHECK(missing([](LegMarket& m) { m.iv = -0.2; }) == inputs);
  CHECK(missing([](LegMarket& m) { m.delta = std::nan(""); }) == inputs);
  CHECK(missing([](LegMarket& m) { m.underlying_price = Decimal::none(); }) == inputs);
  LegMarket still = active("9.00", "9.40", 1);
  still.delta = 0;
  CHECK(price_leg(rules, still, true, 1, 1).price == dec("9.40"));
}

TEST_CASE("prices lie between the mid and the touch and grow with the fraction", "[trading][fills]") {
  for (std::uint64_t i = 0; i < 5'000; ++i) {
    const auto number = [&](std::uint64_t stream, std::int64_t below) {
      return static_cast<std::int64_t>(draw(7, stream, i) % static_cast<std::uint64_t>(below));
    };
    LegMarket market = quoted("1", "1");
    market.quote.bid = Decimal::from_raw(number(1, 50'000) * 1'000 + 1'000);
    market.quote.ask = market.quote.bid + Decimal::from_raw((number(2, 3'000) + 1) * 1'000);
    const auto ticks = static_cast<TickClass>(number(3, 4));
    Decimal before = (market.quote.bid + market.quote.ask).half();
    const Decimal mid = before;
    for (const char* fraction : {"0", "0.1", "0.31", "0.58", "0.77", "1"}) {
      INFO(market.quote.bid.to_string() << " / " << market.quote.ask.to_string() << " at " << fraction << " "
                                        << enum_name(ticks));
      const LegPrice buy = price_leg(rules_of(fraction), market, true, 1, 1);
      const LegPrice sell = price_leg(rules_of(fraction), market, false, 1, 1);
      CHECK((buy.price >= before && buy.price <= market.quote.ask));
      CHECK(buy.price == buy.model);
      const std::int64_t gap = ((buy.price - market.quote.bid) - (market.quote.ask - sell.price)).raw();
      CHECK((gap >= -1 && gap <= 1));  // symmetric about the mid up to one rounding
      const LegPrice up = price_leg(rules_of(fraction, ticks), market, true, 1, 1);
      const LegPrice down = price_leg(rules_of(fraction, ticks), market, false, 1, 1);
      CHECK((up.price >= mid && up.price <= market.quote.ask));
      CHECK((down.price <= mid && down.price >= market.quote.bid));
      CHECK((on_tick(ticks, up.price) || up.price == market.quote.ask));
      CHECK((on_tick(ticks, down.price) || down.price == market.quote.bid));
      CHECK((up.model == buy.model && up.mid == mid));
      before = buy.price;
    }
    CHECK(before == market.quote.ask);
  }
}

TEST_CASE("how deep a limit is in the spread", "[trading][fills]") {
  struct Case {
    const char *near, *far, *limit;
    double depth;
  };
  for (const Case& c : {Case{"2.40", "2.60", "2.39", 0},
                        {"2.40", "2.60", "2.40", 0},
                        {"2.40", "2.60", "2.45", 0.25},
                        {"2.40", "2.60", "2.50", 0.5},
                        {"2.40", "2.60", "2.60", 1},
                        {"2.40", "2.60", "2.70", 1},
                        {"-2.60", "-2.40", "-2.45", 0.75},
                        {"2.50", "2.50", "2.50", 1},
                        {"2.50", "2.50", "2.49", 0}}) {
    INFO(c.limit << " in " << c.near << " to " << c.far);
    CHECK(limit_depth(dec(c.near), dec(c.far), dec(c.limit)) == Approx(c.depth).margin(1e-15));
  }
}

TEST_CASE("resting orders by chance", "[trading][fills]") {
  FillRules rules;
  CHECK(trades_by_chance(rules, 1, 0.999999));
  CHECK_FALSE(trades_by_chance(rules, 0, 1e-9));
  CHECK(trades_by_chance(rules, 0.5, 0.499999));
  CHECK_FALSE(trades_by_chance(rules, 0.5, 0.5));
  rules.resting_probability = 0.4;
  CHECK(trades_by_chance(rules, 0.5, 0.199999));
  CHECK_FALSE(trades_by_chance(rules, 0.5, 0.200001));
  CHECK_FALSE(trades_by_chance(rules, 1, 0.400001));
}

TEST_CASE("the queue before a resting order", "[trading][fills]") {
  FillRules rules;
  LegMarket market = quoted("2.40", "2.60");
  CHECK(queue_at_start(rules, market, true) == -1);
  market.bid_size = 12;
  market.ask_size = 7;
  CHECK(queue_at_start(rules, market, true) == 12);
  CHECK(queue_at_start(rules, market, false) == 7);
  rules.queue_ahead = 0;
  CHECK(queue_at_start(rules, market, true) == 0);
  struct Case {
    std::int64_t ahead, traded, left, ours;
  };
  for (const Case& c : {Case{-1, 50, -1, 0},
                        {0, 0, 0, 0},
                        {0, 5, 0, 5},
                        {10, 0, 10, 0},
                        {10, 9, 1, 0},
                        {10, 10, 0, 0},
                        {10, 11, 0, 1}}) {
    INFO(c.traded << " traded with " << c.ahead << " ahead");
    const QueueStep step = advance_queue(c.ahead, c.traded);
    CHECK(step.ahead == c.left);
    CHECK(step.trades == c.ours);
  }
}

TEST_CASE("fill models and parts by name", "[trading][fills]") {
  CHECK(find_fill_model("touch")->fraction == dec("1"));
  CHECK(find_fill_model("mid")->fraction == dec("0"));
  CHECK(find_fill_model("mid")->evidence == Evidence::bound);
  CHECK(find_fill_model("effective")->fraction == dec("0.77"));
  CHECK(find_fill_model("effective_adjusted")->fraction == dec("0.58"));
  CHECK(find_fill_model("effective_timed")->fraction == dec("0.31"));
  CHECK_FALSE(find_fill_model("spread_fraction")->fraction);
  CHECK(find_fill_model("guess") == nullptr);
  for (const NamedFillModel& model : named_fill_models()) CHECK_FALSE(model.doc.empty());
  for (const FillPart& part : fill_parts())
    CHECK_FALSE((part.name.empty() || part.formula.empty() || part.doc.empty()));
}

// Which quotes a limit order is tried on is the venue's part of the table: here a limit is only held
// against the price.
TEST_CASE("fill oracle", "[trading][fills][oracle]") {
  const auto table = read_oracle("rules/fills.csv");
  if (!table) return;
  int rows = 0;
  std::int64_t worst = 0;
  for (auto row : table->rows) {
    INFO(row["id"] << ": " << row["note"]);
    const TickClass ticks = row["tick_class"] == "penny" ? TickClass::penny : TickClass::nickel;
    LegMarket market;
    market.quote = {dec(row["bid"]), dec(row["ask"])};
    const LegPrice got =
        price_leg(rules_of(row["half_spread_fraction"].c_str(), ticks), market, row["side"] == "B", 1, 1);
    const bool within = row["limit"].empty() || (!got.price.is_none() && got.price <= dec(row["limit"]));
    const bool fills = got.refused == RejectReason::none && within;
    if (row["expected"].substr(0, 7) == "NO FILL") {
      CHECK_FALSE(fills);
    } else {
      REQUIRE(fills);
      CHECK(got.price == dec(row["expected"]));
      worst = std::max(worst, (got.price - dec(row["expected"])).abs().raw());
    }
    ++rows;
  }
  std::printf("oracle fills.csv: %d rows, worst difference %.4f cents\n", rows, static_cast<double>(worst) / 1e4);
  CHECK(rows >= 11);
}
