// The book and the life of what it holds, together.
#include <catch2/catch.hpp>

#include "tests/core/portfolio/desk.hpp"

using namespace optix;

namespace {

const Right C = Right::call, P = Right::put;

Desk xyz() { return Desk({dec("100000"), MarkMode::mid, MarkMode::touch, {}}, "XYZ"); }

std::string cash_of(const Desk& desk, CashCause cause) {
  Decimal sum;
  for (const CashChanged& c : desk.all<CashChanged>())
    if (c.cause == cause) sum += c.change;
  return sum.to_string();
}

}  // namespace

TEST_CASE("a spread whose short leg is assigned leaves shares", "[trading][lifecycle]") {
  Desk d = xyz();
  d.quotes("2024-05-16", "108",
           {{"XYZ", "2024-05-17", C, "105", "3", "3.2"}, {"XYZ", "2024-05-17", C, "115", "0.1", "0.2"}});
  const ContractId near = d.market.id("XYZ", "2024-05-17", C, "105"), far = d.market.id("XYZ", "2024-05-17", C, "115");
  d.fill(7, "2024-05-16", {{near, -1, "3", "3", "3.2"}, {far, 1, "0.2", "0.1", "0.2"}}, "2");
  d.quotes("2024-05-17", "110", {});
  REQUIRE(d.all<ContractSettled>().size() == 2);
  CHECK(cash_of(d, CashCause::delivery) == "10500.00");
  CHECK(d.all<TradeClosed>().empty());
  CHECK(d.equity().cash == dec("110778"));   // 100000 + 280 − 2 + 10500
  CHECK(d.equity().equity == dec("99778"));  // 100 shares short at 110
  d.quotes("2024-05-20", "103", {});         // the weekend's gap
  CHECK(d.equity().equity == dec("100478"));
  d.fill(7, "2024-05-20", {{shares_contract, 100, "103.01", "102.99", "103.01", sym("XYZ")}}, "1", TradeReason::manual);
  REQUIRE(d.all<TradeClosed>().size() == 1);
  CHECK(d.all<TradeClosed>()[0].pnl == dec("476"));  // 280 − 2 + (105 − 103.01) × 100 − 1
  CHECK(d.equity().equity == dec("100476"));
  CHECK(d.equity().cash == d.equity().equity);
}

TEST_CASE("shares bought on the ex-date get no dividend, with nothing held before", "[trading][lifecycle]") {
  Desk d = xyz();
  d.book.on_dividend({sym("XYZ"), DividendType::ordinary, day("2024-05-16"), day("2024-05-16"), dec("1")});
  d.quotes("2024-05-15", "100", {});
  d.quotes("2024-05-16", "99", {});
  d.fill(7, "2024-05-16", {{shares_contract, 100, "99.01", "98.99", "99.01", sym("XYZ")}});
  d.quotes("2024-05-17", "99", {});
  CHECK(cash_of(d, CashCause::dividend) == "0.00");
}

TEST_CASE("a split in the middle of a position moves no equity", "[trading][lifecycle]") {
  Desk d = xyz();
  d.quotes("2024-05-15", "101",
           {{"XYZ", "2024-06-21", C, "100", "5", "5.2"}, {"XYZ", "2024-06-21", P, "50", "0.1", "0.3"}});
  const ContractId c100 = d.market.id("XYZ", "2024-06-21", C, "100");
  d.fill(7, "2024-05-15", {{c100, -3, "5", "5", "5.2"}, {shares_contract, 301, "101", "100.99", "101.01", sym("XYZ")}});
  const Decimal before = d.equity().equity;
  // Defines the contract after the split; its quotes come only with the next snapshot.
  const auto [batch, chain] = d.market.at("2024-05-16", "50.5", {{"XYZ", "2024-06-21", C, "50", "2.5", "2.6"}});
  d.book.on_instruments(batch);
  const ContractId c50 = d.market.id("XYZ", "2024-06-21", C, "50");
  d.book.on_split({sym("XYZ"), day("2024-05-16"), 2, 1}, d.out);
  d.book.on_adjusted({sym("XYZ"), day("2024-05-16"), {c100}, {c50}, {2}, {1}, {sym("XYZ")}, {dec("100")}, {dec("0")}},
                     d.out);
  d.book.end_of_wave(d.out);
  CHECK(d.equity().equity == before);
  const auto moved = d.all<HoldingAdjusted>();
  REQUIRE(moved.size() == 2);
  CHECK(moved[0].quantity_after == 602);
  CHECK(moved[1].quantity_after == -6);
  d.book.on_snapshot(chain, d.out);
  CHECK(d.equity().equity == before);  // 5.1 × 300 against 2.55 × 600
}
