#include "core/portfolio/ledger.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "tests/support/oracle_csv.hpp"
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
}

// Shares stand in as a contract with multiplier 1, an assignment as an option closed at 0 and
// shares sold at the strike, and the dividend (which the ledger has no account for) as a deposit.
TEST_CASE("ledger oracle, step by step", "[trading][ledger][oracle]") {
  if (!shared_file_exists("oracles/rules/ledger.json")) return;
  std::ifstream file(shared_path("oracles/rules/ledger.json"));
  const auto oracle = nlohmann::json::parse(file);
  const Contract call = contract_of(0, 100), shares = contract_of(1, 1);
  Ledger ledger;
  BookPosition* p = &ledger.position(1);
  const auto trade = [&](const Contract& c, int quantity, const char* price, const char* fee = "0") {
    ledger.trade(*p, c, quantity, dec(price));
    ledger.pay_fees(*p, dec(fee));
  };
  const std::vector<std::function<void()>> steps = {
      [&] { ledger.deposit(dec("100000")); },
      [&] { trade(call, -2, "3.10", "1.36"); },
      [&] { trade(shares, 100, "99.50", "1.00"); },
      [] {},
      [&] { ledger.deposit(dec("45")); },
      [&] { trade(call, 1, "0"), trade(shares, -100, "100"); },
      [&] { trade(call, 1, "0"), trade(shares, -100, "100"); },
      [&] { trade(shares, 100, "103.30", "1.00"); },
  };
  REQUIRE(oracle["steps"].size() == steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& step = oracle["steps"][i];
    INFO(step["step"].get<std::string>());
    steps[i]();
    for (Holding& holding : p->legs) {
      const char* name = holding.contract == 0 ? "C100" : "XYZ";
      CHECK(holding.quantity == (step["positions"].contains(name) ? step["positions"][name].get<int>() : 0));
      if (step["marks"].contains(name)) ledger.mark(holding, dec(step["marks"][name].get<std::string>()));
    }
    ledger.audit();
    CHECK(ledger.state().cash.to_string() == step["cash"].get<std::string>());
    CHECK(ledger.state().market_value.to_string() == step["market_value"].get<std::string>());
    CHECK(ledger.equity().to_string() == step["equity"].get<std::string>());
    CHECK(ledger.state().fees.to_string() == step["cum_fees"].get<std::string>());
  }
  CHECK(ledger.equity().to_string() == oracle["final_equity"].get<std::string>());
}
