#include "core/portfolio/marks.hpp"

#include <catch2/catch.hpp>

#include "tests/core/portfolio/desk.hpp"

using namespace optix;

TEST_CASE("touch and mid follow what a quote says", "[trading][marks]") {
  struct Case {
    const char *what, *bid, *ask;
    bool is_long;
    const char *touch, *mid;  // from 4.00 (long) or 6.00 (short) and 5.00
  };
  const Case cases[] = {
      {"two-sided, long", "1", "2", true, "1", "1.5"},
      {"two-sided, short", "1", "2", false, "2", "1.5"},
      {"locked", "2", "2", true, "2", "2"},
      {"zero bid", "0", "0.05", true, "0", "0.025"},
      {"crossed", "2", "1.99", true, "4", "5"},
      {"empty, long", "", "", true, "4", "5"},
      {"empty, short", "", "", false, "6", "5"},
      {"ask of zero is none", "", "0", false, "6", "5"},
      {"no bid, long", "", "7", true, "0", "5"},
      {"no bid, long, below mid", "", "3", true, "0", "3"},
      {"no bid, short", "", "3", false, "3", "3"},
      {"no ask, long", "4.5", "", true, "4.5", "5"},
      {"no ask, long, above mid", "8", "", true, "8", "8"},
      {"no ask, short", "4.5", "", false, "6", "5"},
      {"no ask, short, above all", "8", "", false, "8", "8"},
      {"negative bid is none", "-1", "7", true, "0", "5"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const auto now = touch_and_mid({dec(c.bid), dec(c.ask)}, c.is_long, {dec(c.is_long ? "4" : "6"), dec("5")});
    CHECK(now.touch == dec(c.touch));
    CHECK(now.mid == dec(c.mid));
    CHECK((c.is_long ? now.touch <= now.mid : now.touch >= now.mid));
  }
}

TEST_CASE("a halt flags marks, shares are marked at the underlying's price", "[trading][marks]") {
  Desk d({dec("100000"), MarkMode::touch, MarkMode::touch, {}}, "XYZ");
  const std::vector<SmallQuote> list{{"XYZ", "2024-06-21", Right::put, "100", "5", "5.20"}};
  d.quotes("2024-06-03", "97", list);
  d.fill(1, "2024-06-03", {{0, 1, "5.10", "5", "5.20"}, {shares_contract, -10, "97", "96.99", "97.01", sym("XYZ")}});
  const auto [none, snapshot] = d.market.at("2024-06-04", "98", list);
  ChainSnapshot halted = snapshot.get<ChainSnapshot>();
  halted.halted = true;
  d.book.on_snapshot(make_message(halted), d.out);
  CHECK(d.equity().stale_marks == 2);
  CHECK(d.equity().market_value == dec("500") - dec("980.10"));
  d.quotes("2024-06-05", "98", list);
  CHECK(d.equity().stale_marks == 0);
  // A security without a chain follows its own price.
  d.fill(2, "2024-06-05", {{shares_contract, 5, "20", "20", "20", sym("ABC")}});
  d.book.on_underlying({sym("ABC"), SmallMarket::close_of(day("2024-06-06")), day("2024-06-06"), dec("21")}, d.out);
  d.quotes("2024-06-06", "98", list);
  CHECK(d.equity().market_value == dec("500") - dec("980.10") + dec("104.95"));
  CHECK(d.equity().mid_value == dec("510") - dec("980") + dec("105"));
  d.book.ledger().audit();
}

TEST_CASE("model marks price what has no two-sided quote", "[trading][marks]") {
  BookRules rules{dec("100000"), MarkMode::model, MarkMode::touch, {}};
  Desk d(rules, "XYZ");
  // At the money, 91 days, 20 %: 100 · 0.0398 ≈ 3.98 without interest.
  const auto list = [](const char* bid, const char* ask) {
    return std::vector<SmallQuote>{{"XYZ", "2024-09-20", Right::call, "100", "3.90", "4.06"},
                                   {"XYZ", "2024-09-20", Right::put, "100", bid, ask}};
  };
  d.quotes("2024-06-21", "100", list("3.90", "4.06"));
  const ContractId put = d.market.id("XYZ", "2024-09-20", Right::put, "100");
  d.fill(1, "2024-06-21", {{put, 1, "3.98", "3.90", "4.06"}});
  d.quotes("2024-06-24", "100", list("3.90", "4.06"));
  CHECK(d.equity().market_value == dec("398"));  // mid while both sides are quoted
  const auto marked = [&] { return d.equity().market_value.to_double() / 100; };
  d.quotes("2024-06-25", "98", list("", "9"));
  CHECK(marked() == Approx(5.0).margin(0.25));  // delta −0.48, gamma 0.04, two points down
  CHECK(d.equity().stale_marks == 1);
  d.quotes("2024-06-25", "98", list("", "4.50"));
  CHECK(marked() == Approx(4.50));  // never above the ask
  d.quotes("2024-06-25", "98", list("5.75", ""));
  CHECK(marked() == Approx(5.75));  // nor below the bid
  CHECK(d.equity().liquidation_value <= d.equity().mid_value);
  d.book.ledger().audit();
}
