// The reference cases of accounting, to the cent: the ledger step by step through the book, values at
// the touch and at mid, profit by greek.
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/pricing/european.hpp"
#include "tests/core/portfolio/desk.hpp"
#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

double cents(Decimal a, Decimal b) { return std::abs((a - b).to_double()) * 100; }

}  // namespace

TEST_CASE("ledger oracle, step by step", "[trading][ledger][oracle]") {
  if (!shared_file_exists("oracles/rules/ledger.json")) return;
  std::ifstream file(shared_path("oracles/rules/ledger.json"));
  const auto oracle = nlohmann::json::parse(file);
  const Symbol xyz = sym("XYZ");
  Desk d({dec("100000"), MarkMode::mid, MarkMode::touch, {}}, "XYZ");
  const auto mark = [&](const char* date, const char* option, const char* stock) {
    d.quotes(date, stock, {{"XYZ", "2024-06-21", Right::call, "100", option, option}});
  };
  // One contract is assigned: 100 shares leave at 100.
  const auto assign = [&](SettlementCause cause, const char* price) {
    LifecycleAction a;
    a.kind = LifecycleAction::deliver;
    a.position = 1;
    a.quantity = -1;
    a.cause = cause;
    a.settlement_price = dec(price);
    a.intrinsic = dec(price) - dec("100");
    a.shares = -100;
    a.security = xyz;
    a.cash = dec("10000");
    d.act(a);
  };
  const std::vector<std::function<void()>> steps = {
      [&] { mark("2024-06-03", "3.10", "99.50"); },
      [&] {
        d.fill(1, "2024-06-03", {{0, -2, "3.10", "3.10", "3.10"}}, "1.36");
      },
      [&] {
        d.fill(1, "2024-06-03", {{shares_contract, 100, "99.50", "99.50", "99.50", xyz}}, "1.00");
      },
      [&] { mark("2024-06-04", "4.25", "101.40"); },
      [&] {
        LifecycleAction a;
        a.kind = LifecycleAction::dividend;
        a.position = 1;
        a.cash = dec("45.00");
        d.act(a);
        mark("2024-06-04", "4.25", "100.95");
      },
      [&] { assign(SettlementCause::early_assignment, "100.95"); },
      [&] {
        mark("2024-06-20", "3.27", "103.27");
        assign(SettlementCause::assigned, "103.27");
      },
      [&] {
        d.fill(1, "2024-06-20", {{shares_contract, 100, "103.30", "103.30", "103.30", xyz}}, "1.00",
               TradeReason::manual);
      },
  };
  REQUIRE(oracle["steps"].size() == steps.size());
  double worst = 0;
  const auto compare = [&](Decimal ours, const nlohmann::json& theirs) {
    const Decimal expected = dec(theirs.get<std::string>());
    worst = std::max(worst, cents(ours, expected));
    CHECK(ours.to_string() == expected.to_string());
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& step = oracle["steps"][i];
    INFO(step["step"].get<std::string>());
    steps[i]();
    const Equity e = d.equity();
    compare(e.cash, step["cash"]);
    compare(e.market_value, step["market_value"]);
    compare(e.equity, step["equity"]);
    compare(e.fees, step["cum_fees"]);
    CHECK(e.equity - dec("100000") == e.realised + e.unrealised + e.income - e.fees);
    std::map<std::string, std::int64_t> held;
    for (const BookPosition& p : d.book.ledger().positions())
      for (const Holding& leg : p.legs)
        if (leg.quantity != 0) held[leg.shares() ? "XYZ" : "C100"] = leg.quantity;
    CHECK(nlohmann::json(held.empty() ? nlohmann::json::object() : nlohmann::json(held)) == step["positions"]);
  }
  CHECK(d.equity().equity.to_string() == oracle["final_equity"].get<std::string>());

  // Replaying the entries from nothing gives the same balances.
  std::map<LedgerAccount, Decimal> balances;
  std::uint64_t number = 0;
  for (const LedgerEntry& entry : d.all<LedgerEntry>()) {
    Decimal sum;
    CHECK(entry.number == ++number);
    for (const Posting& posting : entry.postings) sum += posting.amount, balances[posting.account] += posting.amount;
    CHECK(sum == Decimal{});
  }
  CHECK(number == d.book.ledger().state().entries);
  for (const auto& [account, balance] : balances) CHECK(balance == d.book.ledger().balance(account));
  const TradeClosed trade = d.all<TradeClosed>().at(0);
  CHECK(trade.exit_reason == TradeReason::assignment);
  CHECK(trade.pnl == dec("381.64"));
  CHECK(trade.income == dec("45"));
  std::printf("ledger.json: %zu steps, worst difference %.4f cents\n", steps.size(), worst);
}

TEST_CASE("value at the touch and at mid", "[trading][marks][oracle]") {
  const auto table = read_oracle("rules/liquidation.csv");
  if (!table) return;
  double worst = 0;
  for (auto row : table->rows) {
    INFO(row["id"] << ": " << row["legs"]);
    Desk d;
    std::vector<SmallQuote> quotes;
    std::vector<int> quantities;
    std::string text = row["legs"];
    for (char& c : text)
      if (c != '-' && c != '.' && (c < '0' || c > '9')) c = ' ';
    std::istringstream in(text);
    std::string quantity, bid, ask;
    while (in >> quantity >> bid >> ask) {
      quantities.push_back(std::stoi(quantity));
      quotes.push_back({"SPXW", "2019-05-31", Right::put, std::to_string(2600 + 10 * quotes.size()), bid, ask});
    }
    d.quotes("2019-05-01", "2700", quotes);
    std::vector<Desk::Leg> legs;
    for (std::size_t i = 0; i < quotes.size(); ++i)
      legs.push_back({static_cast<ContractId>(i), quantities[i], "1", quotes[i].bid, quotes[i].ask});
    d.fill(1, "2019-05-01", legs);
    d.quotes("2019-05-02", "2700", quotes);
    CHECK(d.equity().mid_value == dec(row["mid_value"]));
    CHECK(d.equity().liquidation_value == dec(row["liquidation_value"]));
    worst = std::max({worst, cents(d.equity().mid_value, dec(row["mid_value"])),
                      cents(d.equity().liquidation_value, dec(row["liquidation_value"]))});
  }
  std::printf("liquidation.csv: %zu rows, worst difference %.4f cents\n", table->rows.size(), worst);
}

TEST_CASE("profit by greek", "[trading][attribution][oracle]") {
  const auto table = read_oracle("rules/attribution.csv");
  if (!table) return;
  double worst = 0;
  for (auto row : table->rows) {
    INFO(row["id"] << " " << row["note"]);
    const auto number = [&](const char* name) { return std::stod(row[name]); };
    const Right right = row["right"] == "C" ? Right::call : Right::put;
    const auto point = [&](const char* spot, const char* vol, const char* days) {
      BlackScholesInput in;
      in.spot = number(spot);
      in.strike = number("K");
      in.rate = number("r");
      in.dividend_yield = number("q");
      in.years = number(days) / 365;
      in.vol = number(vol);
      return in;
    };
    const EuropeanValue start = european(right, point("S0", "vol0", "days0")),
                        end = european(right, point("S1", "vol1", "days1"));
    const auto at = [&](const EuropeanValue& value, const char* spot, const char* vol, double day) {
      return GreekPoint{{std::llround(day * static_cast<double>(nanos_per_day))},
                        value.price,
                        number(spot),
                        number(vol),
                        number("r")};
    };
    const GreekProfit p =
        explain(start, at(start, "S0", "vol0", 0), at(end, "S1", "vol1", number("days0") - number("days1")),
                std::stoll(row["qty"]) * 100);
    const std::pair<const char*, double> columns[] = {{"pnl_total", p.change},
                                                      {"pnl_delta", p.delta},
                                                      {"pnl_gamma", p.gamma},
                                                      {"pnl_vega", p.vega},
                                                      {"pnl_theta", p.theta},
                                                      {"pnl_vanna", p.vanna},
                                                      {"pnl_volga", p.volga},
                                                      {"residual_with_vanna_volga", p.residual},
                                                      {"residual_dgvt", p.residual + p.vanna + p.volga}};
    for (const auto& [name, ours] : columns) {
      INFO(name);
      worst = std::max(worst, std::abs(ours - number(name)) * 100);
      CHECK(ours == Approx(number(name)).epsilon(1e-9).margin(1e-6));
    }
    CHECK(p.rho == 0);
    CHECK(start.price == Approx(number("price0")).epsilon(1e-9));
  }
  std::printf("attribution.csv: %zu rows, 9 columns, worst difference %.2g cents\n", table->rows.size(), worst);
}
