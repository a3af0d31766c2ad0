#include "core/portfolio/ledger.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <map>

#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

Contract contract_of(ContractId id, std::int32_t multiplier) {
  Contract c;
  c.id = id;
  c.underlying = sym("XYZ");
  c.root = sym("XYZ");
  c.multiplier = multiplier;
  return c;
}

}  // namespace

TEST_CASE("average cost and realised profit", "[trading][ledger]") {
  struct Trade {
    int quantity;
    const char* price;
    const char* realised;  // in total, afterwards
    int held;
    const char* cost;  // of what is held
  };
  struct Case {
    const char* what;
    std::vector<Trade> trades;
  };
  const Case cases[] = {
      {"long, bought twice, sold in parts",
       {{1, "2.00", "0", 1, "200"},
        {2, "3.50", "0", 3, "900"},
        {-1, "4.00", "100", 2, "600"},
        {-2, "1.00", "-300", 0, "0"}}},
      {"short, bought back",
       {{-2, "3.10", "0", -2, "-620"}, {1, "4.25", "-115", -1, "-310"}, {1, "0.05", "190", 0, "0"}}},
      {"through zero", {{2, "1.00", "0", 2, "200"}, {-5, "1.50", "100", -3, "-450"}, {3, "1.00", "250", 0, "0"}}},
      {"a cost that does not divide leaves nothing behind",
       {{3, "0.333333", "0", 3, "99.9999"},
        {-1, "0", "-33.3333", 2, "66.6666"},
        {-1, "0", "-66.6666", 1, "33.3333"},
        {-1, "0", "-99.9999", 0, "0"}}},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    Ledger ledger;
    ledger.deposit(dec("1000"));
    BookPosition& position = ledger.position(1);
    for (const Trade& t : c.trades) {
      const auto change = ledger.trade(position, contract_of(0, 100), t.quantity, dec(t.price));
      INFO(t.quantity << " at " << t.price);
      CHECK(ledger.state().realised == dec(t.realised));
      CHECK(change.quantity == t.held);
      CHECK(change.cost == dec(t.cost));
      CHECK(change.cash == -(dec(t.price) * t.quantity * 100));
      ledger.audit();
    }
    CHECK(position.flat());
    CHECK(ledger.equity() == dec("1000") + ledger.state().realised);
    ledger.close(1);
    ledger.audit();
    CHECK(ledger.state().closed_profit == ledger.state().realised);
    CHECK(ledger.positions().empty());
  }
}

TEST_CASE("a trade marks a holding only where it turns it around", "[trading][ledger]") {
  struct Trade {
    int quantity;
    const char *price, *mark;
  };
  for (const int side : {1, -1}) {
    Ledger ledger;
    ledger.deposit(dec("10000"));
    BookPosition& position = ledger.position(1);
    ledger.trade(position, contract_of(0, 100), side, dec("5"));
    CHECK(position.legs.at(0).mark == dec("5"));
    ledger.mark(position.legs.at(0), dec("7"));
    for (const Trade& t : {Trade{1, "6", "7"}, {-1, "6", "7"}, {-2, "6", "6"}, {-1, "5", "6"}, {2, "4", "6"}}) {
      ledger.trade(position, contract_of(0, 100), t.quantity * side, dec(t.price));
      INFO(t.quantity * side << " at " << t.price);
      CHECK(position.legs.at(0).mark == dec(t.mark));
      ledger.audit();
    }
    CHECK(position.flat());
  }
}

TEST_CASE("what is held is counted", "[trading][ledger]") {
  Ledger ledger;
  ledger.deposit(dec("100000"));
  BookPosition& position = ledger.position(1);
  ledger.trade(position, contract_of(0, 100), 3, dec("2"));
  ledger.trade(position, contract_of(1, 100), -2, dec("1"));
  ledger.trade(position, contract_of(2, 100), 1, dec("1"));
  ledger.trade(position, contract_of(2, 100), -1, dec("1"));
  ledger.trade(position, shares_terms(sym("XYZ")), 100, dec("50"));
  ledger.trade(ledger.position(2), contract_of(0, 100), -4, dec("2"));
  BookPosition& first = *ledger.find(1);
  first.find(0, {})->stale = first.find(2, {})->stale = true;
  first.legs.back().stale = true;  // the shares
  const Ledger::Counts counts = ledger.count();
  CHECK(counts.positions == 2);
  CHECK(counts.holdings == 4);
  CHECK(counts.contracts == 9);
  CHECK(counts.shares == 1);
  CHECK(counts.stale == 2);
}

TEST_CASE("a ledger that does not add up is refused with its numbers", "[trading][ledger]") {
  Ledger ledger;
  ledger.deposit(dec("1000"));
  Ledger::State state = ledger.state();
  state.cash += dec("0.000001");
  ledger.restore(state, {});
  CHECK_THROWS_WITH(ledger.check(), Catch::Contains("1000.000001 against 1000.00"));
  state = Ledger{}.state();
  state.market_value = dec("5");
  state.cost = dec("5");
  state.cash = dec("-5");
  state.traded = dec("-5");
  state.accounts[static_cast<std::size_t>(LedgerAccount::cash)] = dec("-5");
  state.accounts[static_cast<std::size_t>(LedgerAccount::holdings)] = dec("5");
  ledger.restore(state, {});
  CHECK_NOTHROW(ledger.check());
  CHECK_THROWS_WITH(ledger.audit(), Catch::Contains("market value"));
  CHECK_THROWS_AS(ledger.close(9), std::logic_error);
  ledger.trade(ledger.position(9), contract_of(0, 100), 1, dec("1"));
  CHECK_THROWS_WITH(ledger.close(9), Catch::Contains("not flat"));
}

TEST_CASE("every event posts its entry", "[trading][ledger]") {
  struct Case {
    const char* what;
    std::function<void(Ledger&)> act;
    CashCause cause;
    std::map<LedgerAccount, const char*> postings;  // summed by account
  };
  using A = LedgerAccount;
  const Contract option = contract_of(0, 100);
  const Symbol xyz = sym("XYZ");
  const auto held = [](Ledger& l) -> Holding& { return l.position(1).legs.at(0); };
  // Before each: 1000 deposited, 2 contracts sold at 3.10 and 10 shares bought at 50 in position 1.
  const Case cases[] = {
      {"deposit", [](Ledger& l) { l.deposit(dec("7")); }, CashCause::deposit, {{A::cash, "7"}, {A::capital, "-7"}}},
      {"fees",
       [](Ledger& l) { l.pay_fees(l.position(1), dec("1.36")); },
       CashCause::fee,
       {{A::cash, "-1.36"}, {A::fees, "1.36"}}},
      {"interest",
       [](Ledger& l) { l.interest(dec("-0.41")); },
       CashCause::interest,
       {{A::cash, "-0.41"}, {A::interest, "0.41"}}},
      {"dividend",
       [](Ledger& l) { l.dividend(&l.position(1), dec("4.50")); },
       CashCause::dividend,
       {{A::cash, "4.50"}, {A::dividends, "-4.50"}}},
      {"dividend of a position that has ended",
       [](Ledger& l) { l.dividend(nullptr, dec("4.50")); },
       CashCause::dividend,
       {{A::cash, "4.50"}, {A::dividends, "-4.50"}}},
      {"borrow",
       [](Ledger& l) { l.pay_borrow(l.position(1), dec("2")); },
       CashCause::borrow,
       {{A::cash, "-2"}, {A::borrow, "2"}}},
      {"opening trade",
       [&](Ledger& l) { l.trade(l.position(1), option, -1, dec("4")); },
       CashCause::trade,
       {{A::cash, "400"}, {A::holdings, "-400"}}},
      {"closing trade",
       [&](Ledger& l) { l.trade(l.position(1), option, 1, dec("4")); },
       CashCause::trade,
       {{A::cash, "-400"}, {A::holdings, "310"}, {A::realised, "90"}}},
      {"a trade through zero",
       [&](Ledger& l) { l.trade(l.position(1), option, 3, dec("4")); },
       CashCause::trade,
       {{A::cash, "-1200"}, {A::holdings, "1020"}, {A::realised, "180"}}},
      {"settlement of a part",
       [&](Ledger& l) { l.settle(l.position(1), held(l), -1, dec("5.25")); },
       CashCause::settlement,
       {{A::cash, "-525"}, {A::holdings, "310"}, {A::realised, "215"}}},
      {"worthless",
       [&](Ledger& l) { l.settle(l.position(1), held(l), -2, dec("0")); },
       CashCause::settlement,
       {{A::cash, "0"}, {A::holdings, "620"}, {A::realised, "-620"}}},
      {"assignment of a put: shares come in at the strike",
       [&](Ledger& l) { l.deliver(l.position(1), &held(l), -1, xyz, 100, dec("-6000"), dec("50")); },
       CashCause::delivery,
       {{A::cash, "-6000"}, {A::holdings, "6310"}, {A::realised, "-310"}}},
      {"assignment of a call: shares held go out, the rest is short",
       [&](Ledger& l) { l.deliver(l.position(1), &held(l), -1, xyz, -100, dec("6000"), dec("50")); },
       CashCause::delivery,
       {{A::cash, "6000"}, {A::holdings, "-5590"}, {A::realised, "-410"}}},
      {"a further security of the deliverable",
       [&](Ledger& l) { l.deliver(l.position(1), nullptr, 0, sym("ABC"), 5, dec("0"), dec("20")); },
       CashCause::delivery,
       {{A::cash, "0"}, {A::holdings, "0"}}},
      {"a deliverable of cash alone",
       [&](Ledger& l) { l.deliver(l.position(1), &held(l), -1, xyz, 0, dec("-80"), dec("50")); },
       CashCause::delivery,
       {{A::cash, "-80"}, {A::holdings, "310"}, {A::realised, "-230"}}},
      {"split with cash in lieu",
       [&](Ledger& l) { l.convert(l.position(1), l.position(1).legs.at(1), shares_terms(xyz), 3, dec("16.67")); },
       CashCause::settlement,
       {{A::cash, "16.67"}, {A::holdings, "-16.67"}}},
      {"nothing left of the shares but cash",
       [&](Ledger& l) { l.convert(l.position(1), l.position(1).legs.at(1), shares_terms(xyz), 0, dec("480")); },
       CashCause::settlement,
       {{A::cash, "480"}, {A::holdings, "-500"}, {A::realised, "20"}}},
      {"nothing left, and the cash is what they cost",
       [&](Ledger& l) { l.convert(l.position(1), l.position(1).legs.at(1), shares_terms(xyz), 0, dec("500")); },
       CashCause::settlement,
       {{A::cash, "500"}, {A::holdings, "-500"}}},
  };
  for (const LotMethod method : {LotMethod::average, LotMethod::fifo}) {
    for (const Case& c : cases) {
      INFO(enum_name(method) << ": " << c.what);
      Ledger ledger({method, {}}, true);
      ledger.deposit(dec("1000"));
      ledger.trade(ledger.position(1), option, -2, dec("3.10"));
      ledger.trade(ledger.position(1), shares_terms(xyz), 10, dec("50"));
      ledger.take_entries();
      c.act(ledger);
      ledger.audit();
      const auto entries = ledger.take_entries();
      REQUIRE(entries.size() == 1);
      CHECK(entries[0].cause == c.cause);
      CHECK(entries[0].number == 4);
      std::map<LedgerAccount, Decimal> sums;
      for (const Posting& posting : entries[0].postings) sums[posting.account] += posting.amount;
      REQUIRE(sums.size() == c.postings.size());
      for (const auto& [account, amount] : c.postings) {
        INFO(enum_name(account));
        CHECK(sums[account] == dec(amount));
      }
    }
  }
}

TEST_CASE("a corporate action keeps cost, value and lots", "[trading][ledger]") {
  struct Case {
    const char* what;
    int before;
    const char *price, *mark;
    int after;
    const char *cash, *cost, *value, *mark_after;
  };
  const Case cases[] = {
      {"two for one", 100, "50", "60", 200, "0", "5000", "6000", "30"},
      {"three for one at a price that does not divide", 100, "50", "100.01", 300, "0", "5000", "10001", "33.336667"},
      {"three for two with cash in lieu", 15, "50", "60", 22, "20", "730", "880", "40"},
      {"one for ten, short", -105, "50", "60", -10, "-300", "-4950", "-6000", "600"},
  };
  for (const Case& c : cases) {
    for (const LotMethod method : {LotMethod::average, LotMethod::lifo}) {
      INFO(c.what);
      Ledger ledger({method, {}});
      ledger.deposit(dec("100000"));
      const Contract shares = shares_terms(sym("XYZ"));
      BookPosition& position = ledger.position(1);
      ledger.trade(position, shares, c.before - c.before / 3, dec(c.price));
      ledger.trade(position, shares, c.before / 3, dec(c.price));
      Holding& held = position.legs.at(0);
      ledger.mark(held, dec(c.mark));
      const Decimal equity = ledger.equity(), cash = ledger.state().cash;
      const auto change = ledger.convert(position, held, shares, c.after, dec(c.cash));
      ledger.audit();
      CHECK(ledger.equity() == equity);
      CHECK(ledger.state().cash == cash + dec(c.cash));
      CHECK(change.quantity == c.after);
      CHECK(held.cost == dec(c.cost));
      CHECK(held.value == dec(c.value));
      CHECK(held.opened == c.after);
      CHECK(held.mark == dec(c.mark_after));
      CHECK(held.touch == dec(c.mark_after));
      CHECK(held.mid == dec(c.mark_after));
      CHECK(ledger.state().realised == Decimal{});
      CHECK(held.carried);
      ledger.mark(held, held.mark);  // the next mark counts by price again
      CHECK_FALSE(held.carried);
      CHECK(held.value == held.mark * c.after);
      ledger.audit();
      ledger.trade(position, shares, -c.after, dec("40"));
      ledger.audit();
      CHECK(ledger.state().cost == Decimal{});
      CHECK(ledger.equity() == ledger.state().cash);
    }
  }
  SECTION("into another contract, its marks with it") {
    struct To {
      int after;
      const char *mark, *touch, *mid;
    };
    for (const To& to : {To{4, "2", "1.75", "2.1"}, {2, "4", "3.5", "4.2"}, {1, "8", "7", "8.4"}}) {
      INFO("2 become " << to.after);
      Ledger ledger;
      ledger.deposit(dec("1000"));
      BookPosition& position = ledger.position(1);
      ledger.trade(position, contract_of(0, 100), 2, dec("3"));
      ledger.mark(position.legs.at(0), dec("4"), {dec("3.5"), dec("4.2")});
      ledger.convert(position, position.legs.at(0), contract_of(1, 100), to.after, Decimal{});
      ledger.audit();
      const Holding& held = *position.find(1, {});
      CHECK(held.quantity == to.after);
      CHECK(held.cost == dec("600"));
      CHECK(held.mark == dec(to.mark));
      CHECK(held.touch == dec(to.touch));
      CHECK(held.mid == dec(to.mid));
      CHECK(ledger.equity() == dec("1200"));
      CHECK(ledger.state().liquidation_value == dec("700"));
    }
  }
  SECTION("into a contract that is held already, of either side") {
    for (const int held : {2, -1, -3}) {
      Ledger ledger;
      ledger.deposit(dec("1000"));
      BookPosition& position = ledger.position(1);
      ledger.trade(position, contract_of(0, 100), 3, dec("2"));
      ledger.trade(position, contract_of(1, 100), held, dec("1"));
      ledger.convert(position, position.legs.at(0), contract_of(1, 100), 3, dec("0"));
      ledger.audit();
      CHECK(position.find(0, {})->quantity == 0);
      CHECK(position.find(0, {})->opened == 0);
      CHECK(position.find(1, {})->quantity == 3 + held);
    }
  }
}

TEST_CASE("every broken invariant is named with its numbers", "[trading][ledger]") {
  const auto account = [](LedgerAccount a) { return static_cast<std::size_t>(a); };
  struct Case {
    const char* text;
    std::function<void(Ledger::State&)> spoil;
  };
  const Decimal bit = dec("0.000001");
  const Case cases[] = {
      {"accounts sum to 0", [&](auto& s) { s.accounts[account(LedgerAccount::fees)] += bit; }},
      {"cash = balance", [&](auto& s) { s.cash += bit; }},
      {"cost of holdings = balance", [&](auto& s) { s.cost += bit; }},
      {"realised = balance", [&](auto& s) { s.realised += bit; }},
      {"cash = deposits", [&](auto& s) { s.traded += bit; }},
      {"cash = deposits", [&](auto& s) { s.dividends -= bit; }},
      {"at most the value at mid", [&](auto& s) { s.liquidation_value = s.mid_value + bit; }},
      {"market value = sum", [&](auto& s) { s.market_value += bit; }},
      {"liquidation value = sum", [&](auto& s) { s.liquidation_value -= bit; }},
      {"value at mid = sum", [&](auto& s) { s.mid_value += bit; }},
      {"value = mark x quantity", [&](auto& s) { s.positions[0].legs[0].value += bit; }},
      {"cost = sum over holdings",
       [&](auto& s) {
         s.positions[0].legs[0].lots.clear();
         s.positions[0].legs[0].cost += bit;
       }},
      {"cash of a position", [&](auto& s) { s.positions[0].flows += bit; }},
      {"profit of closed and open", [&](auto& s) { s.closed_profit += bit; }},
      {"quantity = sum of its lots", [&](auto& s) { s.positions[0].legs[0].lots[0].quantity += 1; }},
      {"cost = sum of its lots", [&](auto& s) { s.positions[0].legs[0].lots[0].cost += bit; }},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    Ledger ledger({LotMethod::fifo, {}});
    ledger.deposit(dec("1000"));
    ledger.trade(ledger.position(1), shares_terms(sym("XYZ")), 2, dec("100"));
    Ledger::State state = ledger.state();
    c.spoil(state);
    Ledger spoiled({LotMethod::fifo, {}});
    spoiled.restore(state, {});
    CHECK_THROWS_WITH(spoiled.audit(), Catch::Contains(c.text));
  }
}
