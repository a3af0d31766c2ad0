#include "core/execution/fill_model.hpp"

#include <catch2/catch.hpp>

#include "core/sequencer/random.hpp"
#include "tests/support/oracle_csv.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

TEST_CASE("fill prices", "[trading][fills]") {
  struct Case {
    const char* bid;
    const char* ask;
    char side;
    const char* fraction;
    TickClass ticks;
    const char* price;  // or the reason
  };
  const TickClass none = TickClass::none, penny = TickClass::penny, nickel = TickClass::nickel;
  const Case cases[] = {
      {"2.40", "2.60", 'B', "1", none, "2.60"},
      {"2.40", "2.60", 'S', "1", none, "2.40"},
      {"2.40", "2.60", 'B', "0", none, "2.50"},
      {"2.40", "2.60", 'S', "0", none, "2.50"},
      {"2.40", "2.60", 'S', "0.77", none, "2.423"},
      {"2.40", "2.60", 'B', "0.58", none, "2.558"},
      {"2.40", "2.60", 'S', "0.77", penny, "2.42"},
      {"2.40", "2.60", 'B', "0.58", penny, "2.56"},
      {"3.10", "3.40", 'B', "0.31", penny, "3.30"},  // 3.2965
      {"3.10", "3.40", 'B', "0.31", nickel, "3.30"},
      {"2.63", "2.67", 'B', "1", nickel, "2.67"},           // the touch is never moved
      {"2.63", "2.64", 'B', "0.5", nickel, "2.64"},         // 2.65 would be outside
      {"0.01", "0.02", 'B', "0.333333", none, "0.016667"},  // 0.016666665
      {"2.50", "2.50", 'B', "1", none, "2.50"},
      {"2.50", "2.50", 'S', "0.5", none, "2.50"},
      {"0", "0.05", 'B', "1", none, "0.05"},
      {"0", "0.05", 'B', "0", none, "0.025"},
      {"0", "0.05", 'S', "1", none, "no_bid"},
      {"0", "0.05", 'S', "0", none, "no_bid"},
      {"", "2.60", 'B', "0.5", none, "2.60"},
      {"", "2.60", 'S', "0.5", none, "no_bid"},
      {"2.40", "", 'S', "0.5", none, "2.40"},
      {"2.40", "", 'B', "0.5", none, "no_ask"},
      {"2.40", "0", 'B', "0.5", none, "no_ask"},
      {"2.61", "2.60", 'B', "1", none, "crossed_quote"},
      {"2.61", "2.60", 'S', "0", none, "crossed_quote"},
      {"", "", 'B', "1", none, "no_quote"},
      {"-1", "0", 'S', "1", none, "no_quote"},
      {"0", "0", 'B', "1", none, "no_ask"},
      {"1000000.01", "1000000.03", 'B', "0.5", none, "1000000.025"},
  };
  for (const Case& c : cases) {
    INFO(c.bid << " / " << c.ask << " " << c.side << " at " << c.fraction << " tick " << enum_name(c.ticks));
    const FillPrice got = fill_price({dec(c.fraction), c.ticks}, {dec(c.bid), dec(c.ask)}, c.side == 'B');
    CHECK((got.refused == RejectReason::none ? got.price.to_string() : std::string(enum_name(got.refused))) == c.price);
    CHECK(got.price.is_none() == (got.refused != RejectReason::none));
  }
}

TEST_CASE("fill prices lie inside the quote and grow with the fraction", "[trading][fills]") {
  for (std::uint64_t i = 0; i < 5'000; ++i) {
    const auto number = [&](std::uint64_t stream, std::int64_t below) {
      return static_cast<std::int64_t>(draw(7, stream, i) % static_cast<std::uint64_t>(below));
    };
    const Decimal bid = Decimal::from_raw(number(1, 50'000) * 1'000),
                  ask = bid + Decimal::from_raw((number(2, 3'000) + 1) * 1'000);
    const auto ticks = static_cast<TickClass>(number(3, 4));
    Decimal before = (bid + ask).half();
    for (const char* fraction : {"0.1", "0.31", "0.58", "0.77", "1"}) {
      const FillPrice buy = fill_price({dec(fraction), TickClass::none}, {bid, ask}, true);
      const FillPrice rounded = fill_price({dec(fraction), ticks}, {bid, ask}, true);
      const FillPrice sell = fill_price({dec(fraction), TickClass::none}, {bid, ask}, false);
      INFO(bid.to_string() << " / " << ask.to_string() << " at " << fraction);
      CHECK((buy.price >= before && buy.price <= ask));
      CHECK((rounded.price >= bid && rounded.price <= ask));
      if (bid > Decimal{}) {
        const std::int64_t gap = ((buy.price - bid) - (ask - sell.price)).raw();
        CHECK((gap >= -1 && gap <= 1));  // symmetric about the mid up to one rounding
      }
      before = buy.price;
    }
    CHECK(before == ask);
  }
}

TEST_CASE("ticks", "[trading][fills]") {
  struct Case {
    TickClass ticks;
    const char* price;
    const char* tick;
    const char* rounded;
  };
  const Case cases[] = {{TickClass::penny_all, "5.24", "0.01", "5.24"}, {TickClass::penny, "2.99", "0.01", "2.99"},
                        {TickClass::penny, "3.01", "0.05", "3.00"},     {TickClass::penny, "3.03", "0.05", "3.05"},
                        {TickClass::nickel, "2.97", "0.05", "2.95"},    {TickClass::nickel, "3.00", "0.10", "3.00"},
                        {TickClass::nickel, "12.35", "0.10", "12.40"},  {TickClass::nickel, "-2.975", "0.05", "-3.00"},
                        {TickClass::none, "2.9712", "0.00", "2.9712"}};
  for (const Case& c : cases) {
    INFO(enum_name(c.ticks) << " " << c.price);
    CHECK(tick_size(c.ticks, dec(c.price)).to_string() == c.tick);
    CHECK(round_to_tick(c.ticks, dec(c.price)).to_string() == c.rounded);
  }
}

TEST_CASE("fill models by name", "[trading][fills]") {
  CHECK(find_fill_model("touch")->fraction == dec("1"));
  CHECK(find_fill_model("mid")->fraction == dec("0"));
  CHECK_FALSE(find_fill_model("spread_fraction")->fraction);
  CHECK(find_fill_model("guess") == nullptr);
}

// Limit orders of the same table are in venue_test.cpp.
TEST_CASE("fill oracle: market orders", "[trading][fills][oracle]") {
  const auto table = read_oracle("rules/fills.csv");
  if (!table) return;
  int seen = 0;
  for (auto row : table->rows) {
    if (row["order"] != "market") continue;
    const TickClass ticks = row["tick_class"] == "penny" ? TickClass::penny : TickClass::nickel;
    const FillPrice got =
        fill_price({dec(row["half_spread_fraction"]), ticks}, {dec(row["bid"]), dec(row["ask"])}, row["side"] == "B");
    INFO(row["id"] << ": " << row["note"]);
    CHECK((got.refused == RejectReason::none ? got.price.to_string() : "NO FILL") == row["expected"]);
    ++seen;
  }
  CHECK(seen >= 9);
}
