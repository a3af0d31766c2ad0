#include "core/portfolio/book.hpp"

#include <catch2/catch.hpp>

#include "core/sequencer/random.hpp"
#include "messages/codec/state.hpp"
#include "tests/core/portfolio/desk.hpp"

using namespace optix;

namespace {

constexpr Right C = Right::call, P = Right::put;

}  // namespace

TEST_CASE("expiry settles in cash at exercise value", "[trading][book]") {
  struct Case {
    const char* what;
    Right right;
    const char* strike;
    int quantity;
    const char* settlement;
    const char* cash;  // received at expiry
    const char* pnl;
  };
  // Entered at 5.00 in every case.
  const Case cases[] = {
      {"long call in the money", C, "2700", 2, "2712.34", "2468.00", "1468.00"},
      {"short call in the money", C, "2700", -2, "2712.34", "-2468.00", "-1468.00"},
      {"long put out of the money", P, "2700", 1, "2712.34", "0.00", "-500.00"},
      {"short put out of the money", P, "2700", -1, "2712.34", "0.00", "500.00"},
      {"long put in the money", P, "2700", 3, "2650.11", "14967.00", "13467.00"},
      {"short put in the money", P, "2700", -1, "2650.11", "-4989.00", "-4489.00"},
      {"one cent in the money", C, "2700", 1, "2700.01", "1.00", "-499.00"},
      {"less than a cent", C, "2700", 1, "2700.009", "0.00", "-500.00"},
      {"at the money", P, "2700", -1, "2700", "0.00", "500.00"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    Desk d;
    d.quotes("2019-05-30", "2700", {{"SPXW", "2019-05-31", c.right, c.strike, "4.90", "5.10"}});
    d.fill(1, "2019-05-30", {{0, c.quantity, "5.00", "4.90", "5.10"}});
    d.quotes("2019-05-31", c.settlement, {{"SPXW", "2019-05-31", c.right, c.strike, "1.00", "1.10"}});
    const auto settled = d.all<ContractSettled>();
    REQUIRE(settled.size() == 1);
    CHECK(settled[0].cash.to_string() == c.cash);
    CHECK(settled[0].quantity == c.quantity);
    CHECK(settled[0].settlement_price == dec(c.settlement));
    const auto trades = d.all<TradeClosed>();
    REQUIRE(trades.size() == 1);
    CHECK(trades[0].pnl.to_string() == c.pnl);
    CHECK(trades[0].exit_reason == TradeReason::expiration);
    CHECK(trades[0].exit_session == day("2019-05-31"));
    CHECK_FALSE(trades[0].still_open);
    CHECK(d.equity().equity == dec("100000") + dec(c.pnl));
    CHECK(d.equity().cash == d.equity().equity);
    CHECK(d.equity().open_contracts == 0);
    // Nothing lingers and nothing settles twice.
    d.quotes("2019-06-03", "2744", {{"SPXW", "2019-06-28", P, "2700", "1", "2"}});
    CHECK(d.all<ContractSettled>().size() == 1);
  }
}

TEST_CASE("a spread loses its width less the credit at most", "[trading][book]") {
  Desk d;
  d.quotes("2019-05-30", "2700",
           {{"SPXW", "2019-05-31", P, "2700", "9.90", "10.10"}, {"SPXW", "2019-05-31", P, "2650", "3.90", "4.10"}});
  const ContractId high = d.market.id("SPXW", "2019-05-31", P, "2700"),
                   low = d.market.id("SPXW", "2019-05-31", P, "2650");
  d.fill(1, "2019-05-30", {{high, -1, "9.90", "9.90", "10.10"}, {low, 1, "4.10", "3.90", "4.10"}}, "1.30");
  d.quotes("2019-05-31", "2000", {{"SPXW", "2019-06-28", P, "2000", "1", "2"}});
  const auto trades = d.all<TradeClosed>();
  REQUIRE(trades.size() == 1);
  CHECK(trades[0].pnl.to_string() == "-4421.30");  // 5.80 credit - 50.00 - 1.30
  CHECK(trades[0].entry_cost.to_string() == "-580.00");
  CHECK(trades[0].exit_proceeds.to_string() == "-5000.00");
  CHECK(trades[0].legs[0].exit_price.to_string() == "700.00");
  CHECK(trades[0].worst == trades[0].pnl);
  CHECK(d.all<ContractSettled>().size() == 2);
  CHECK(d.equity().cash.to_string() == "95578.70");
}

TEST_CASE("what cannot be settled stops the run", "[trading][book]") {
  SECTION("opening-print settlement") {
    Desk d;
    d.market.settlement = Settlement::am;
    d.quotes("2019-05-16", "2870", {{"SPX", "2019-05-17", C, "2850", "20", "21"}});
    d.fill(1, "2019-05-16", {{0, 1, "21", "20", "21"}});
    CHECK_THROWS_WITH(d.quotes("2019-05-17", "2860", {{"SPX", "2019-06-21", C, "2850", "20", "21"}}),
                      Catch::Contains("SPX 2019-05-17 call 2850") && Catch::Contains("am_settlement"));
  }
  SECTION("the session is missing") {
    Desk d;
    d.quotes("2019-05-30", "2700", {{"SPXW", "2019-05-31", C, "2600", "99", "101"}});
    d.fill(1, "2019-05-30", {{0, 1, "101", "99", "101"}});
    CHECK_THROWS_WITH(d.quotes("2019-06-03", "2744", {{"SPXW", "2019-06-28", C, "2600", "99", "101"}}),
                      Catch::Contains("SPXW 2019-05-31 call 2600") && Catch::Contains("missing_settlement"));
  }
  SECTION("a substitute is flagged") {
    Desk d({dec("100000"), MarkMode::mid, MarkMode::touch, {{AmSettlement::error, MissingSettlement::last_price}}});
    d.quotes("2019-05-30", "2700", {{"SPXW", "2019-05-31", C, "2600", "99", "101"}});
    d.fill(1, "2019-05-30", {{0, 1, "101", "99", "101"}});
    d.quotes("2019-06-03", "2744", {{"SPXW", "2019-06-28", C, "2600", "99", "101"}});
    CHECK(d.all<ContractSettled>().at(0).estimated);
    CHECK(d.all<TradeClosed>().at(0).estimated);
    CHECK(d.all<TradeClosed>().at(0).pnl.to_string() == "-100.00");
  }
}

TEST_CASE("marks", "[trading][book]") {
  struct Case {
    const char* what;
    MarkMode mode;
    int quantity;
    const char *bid, *ask;
    bool listed, stale;
    const char* value;
    int stale_marks;
  };
  const MarkMode mid = MarkMode::mid, touch = MarkMode::touch;
  // Held since a fill at 5.00 against 5.00 / 5.00.
  const Case cases[] = {
      {"mid", mid, 1, "4.00", "4.10", true, false, "405.00", 0},
      {"touch of a long", touch, 1, "4.00", "4.10", true, false, "400.00", 0},
      {"touch of a short", touch, -1, "4.00", "4.10", true, false, "-410.00", 0},
      {"not quoted: carried", mid, 1, "", "", false, false, "500.00", 1},
      {"one-sided has no mid: carried", mid, 1, "", "4.10", true, false, "500.00", 1},
      {"one-sided at the touch", touch, -1, "", "4.10", true, false, "-410.00", 0},
      {"crossed: carried", mid, 1, "4.20", "4.10", true, false, "500.00", 1},
      {"zero bid: nothing at the touch", touch, 1, "0", "0.05", true, false, "0.00", 0},
      {"a stale chain flags its marks", mid, 1, "4.00", "4.10", true, true, "405.00", 1},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    Desk d({dec("100000"), c.mode, MarkMode::touch, {}});
    d.quotes("2019-05-01", "2700", {{"SPXW", "2019-05-31", P, "2700", "5", "5"}});
    d.fill(1, "2019-05-01", {{0, c.quantity, "5", "5", "5"}});
    const SmallQuote other{"SPXW", "2019-05-31", P, "2600", "1", "1.10"};
    std::vector<SmallQuote> list{other};
    if (c.listed) list.push_back({"SPXW", "2019-05-31", P, "2700", c.bid, c.ask});
    d.quotes("2019-05-02", "2700", list, c.stale);
    CHECK(d.equity().market_value.to_string() == c.value);
    CHECK(d.equity().stale_marks == c.stale_marks);
    CHECK(d.equity().session == day("2019-05-02"));
  }
}

TEST_CASE("trades still open at the end are valued at liquidation", "[trading][book]") {
  for (const MarkMode liquidation : {MarkMode::touch, MarkMode::mid}) {
    Desk d({dec("100000"), MarkMode::mid, liquidation, {}});
    d.quotes("2019-05-01", "2700", {{"SPXW", "2019-05-31", P, "2700", "20.60", "20.90"}});
    d.fill(1, "2019-05-01", {{0, -1, "20.60", "20.60", "20.90"}}, "0.65");
    d.quotes("2019-05-02", "2700", {{"SPXW", "2019-05-31", P, "2700", "16.80", "17.20"}});
    d.book.on_end(d.out);
    const TradeClosed trade = d.all<TradeClosed>().at(0);
    CHECK(trade.still_open);
    CHECK(trade.exit_reason == TradeReason::end_of_data);
    CHECK(trade.pnl.to_string() == (liquidation == MarkMode::touch ? "339.35" : "359.35"));
    CHECK(trade.best.to_string() == "359.35");
    CHECK(d.equity().equity.to_string() == "100359.35");
  }
}

TEST_CASE("one Equity per snapshot and one per wave with fills", "[trading][book]") {
  Desk d;
  d.quotes("2019-05-01", "2700", {{"SPXW", "2019-05-31", P, "2700", "5", "5"}});
  CHECK(d.all<Equity>().size() == 1);
  d.fill(1, "2019-05-01", {{0, 1, "5", "5", "5"}}, "0.65");
  CHECK(d.all<Equity>().size() == 2);
  CHECK(d.all<CashChanged>().size() == 3);  // deposit, trade, fee
  CHECK(d.all<CashChanged>().back().balance == d.equity().cash);
  CHECK(d.all<PositionChanged>().at(0).cost == dec("500"));
}

namespace {

// Independent of the ledger: recomputes everything from the stream of fills and settlements.
struct Recount {
  std::map<std::pair<std::uint64_t, ContractId>, std::int64_t> held;
  std::map<ContractId, Decimal> mid;
  Decimal cash = dec("100000");

  void apply(const Fill& f) {
    for (const FillLeg& leg : f.legs) {
      held[{f.position, leg.contract}] += leg.quantity;
      cash = cash - leg.price * leg.quantity * 100;
      if (!leg.bid.is_none() && !leg.ask.is_none()) mid[leg.contract] = (leg.bid + leg.ask).half();
    }
    cash = cash - f.fees;
  }
  void apply(const ChainSnapshot& chain) {
    for (std::size_t r = 0; r < chain.rows(); ++r)
      if (!chain.bid[r].is_none() && !chain.ask[r].is_none() && chain.bid[r] <= chain.ask[r])
        mid[chain.contract[r]] = (chain.bid[r] + chain.ask[r]).half();
  }
  Decimal value() const {
    Decimal sum;
    for (const auto& [key, quantity] : held)
      if (quantity != 0) sum += mid.at(key.second) * quantity * 100;
    return sum;
  }
};

}  // namespace

TEST_CASE("random fills and markets keep the book in balance", "[trading][book][property]") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    INFO("seed " << seed);
    std::uint64_t counter = 0;
    const auto pick = [&](std::uint64_t below) { return static_cast<int>(draw(seed, 99, counter++) % below); };
    Desk d;
    Recount recount;
    std::size_t settled_seen = 0;
    Decimal closed;
    const char* strikes[] = {"2600", "2650", "2700", "2750"};
    Date session = day("2019-05-01");
    for (int step = 0; step < 40; ++step, session = session + 1) {
      std::vector<SmallQuote> list;
      std::vector<std::string> texts;
      for (const char* expiration : {"2019-05-20", "2019-06-28"}) {
        if (session > day(expiration)) continue;
        for (const char* strike : strikes) {
          if (pick(10) == 0 && step > 0) continue;  // not quoted today
          const Decimal bid = Decimal::from_raw(pick(4000) * 10'000),
                        ask = bid + Decimal::from_raw((pick(50) + 1) * 10'000);
          list.push_back({"SPXW", expiration, P, strike, pick(15) == 0 ? "" : bid.to_string(), ask.to_string()});
        }
      }
      const std::string price = std::to_string(2550 + pick(300)) + "." + std::to_string(10 + pick(90));
      const auto [instruments, snapshot] = d.market.at(session.to_string(), price, list);
      if (instruments) d.book.on_instruments(instruments);
      d.book.on_snapshot(snapshot, d.out);
      const auto settled = d.all<ContractSettled>();
      for (; settled_seen < settled.size(); ++settled_seen) {
        const ContractSettled& s = settled[settled_seen];
        auto& held = recount.held[{s.position, s.contract}];
        CHECK(held == s.quantity);
        held = 0;
        recount.cash += s.cash;
      }
      const auto& chain = snapshot.get<ChainSnapshot>();
      recount.apply(chain);
      CHECK(d.equity().cash == recount.cash);
      CHECK(d.equity().market_value == recount.value());

      for (int n = pick(4); n > 0; --n) {
        Fill f;
        f.order = d.next_order++;
        f.position = static_cast<std::uint64_t>(1 + pick(5));
        f.session = chain.session;
        f.quote_time = chain.time;
        f.fees = Decimal::from_raw(pick(300) * 10'000);
        for (int leg = 1 + pick(3); leg > 0; --leg) {
          const auto row = static_cast<std::size_t>(pick(chain.rows()));
          if (chain.time >= chain.group_settles[group_of_row(chain, row)] || chain.bid[row].is_none()) continue;
          const int quantity = pick(9) - 4;
          const bool again = std::any_of(f.legs.begin(), f.legs.end(),
                                         [&](const FillLeg& l) { return l.contract == chain.contract[row]; });
          if (quantity == 0 || again) continue;
          f.legs.push_back({chain.contract[row], quantity, quantity > 0 ? chain.ask[row] : chain.bid[row],
                            chain.bid[row], chain.ask[row]});
        }
        if (f.legs.empty()) continue;
        d.book.on_fill(f, d.out);
        recount.apply(f);
      }
      d.book.end_of_wave(d.out);
      d.book.ledger().audit();
      CHECK(d.equity().cash == recount.cash);
      CHECK(d.equity().market_value == recount.value());
      CHECK(d.equity().equity == recount.cash + recount.value());

      // A book restored from bytes is the same book.
      std::string bytes, again;
      encode_state(d.book.state(), bytes);
      Book copy({dec("100000"), MarkMode::mid, MarkMode::touch, {}});
      copy.restore(decode_state<Book::State>(bytes));
      encode_state(copy.state(), again);
      CHECK(bytes == again);
      if (step % 7 == 3) d.book = copy;
    }
    for (const TradeClosed& trade : d.all<TradeClosed>()) closed += trade.pnl;
    CHECK(closed == d.book.ledger().state().closed_profit);
  }
}
