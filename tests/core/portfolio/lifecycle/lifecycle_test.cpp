// What a lifecycle knows and forgets, and the corners of its rules.
#include <functional>

#include "tests/core/portfolio/lifecycle/living_book.hpp"

using namespace optix;

namespace {

LifecycleRules model(AssignmentModel m) {
  LifecycleRules rules;
  rules.assignment = m;
  return rules;
}

// A short call at 90 with the underlying at 100, over the night before 2024-01-11.
std::string night(const std::function<void(LivingBook&)>& tell, const std::vector<LivingQuote>& quotes,
                  AssignmentModel m = AssignmentModel::optimal, char right = 'C', double iv = 0.2) {
  LivingBook book(model(m));
  const ContractId own = book.define("XYZ", "2024-02-16", right, right == 'C' ? "90" : "110");
  book.define("XYZ", "2024-02-16", right == 'C' ? 'P' : 'C', right == 'C' ? "90" : "110");
  book.hold(own, -1);
  tell(book);
  std::vector<LivingQuote> all = quotes;
  if (std::none_of(all.begin(), all.end(), [&](const LivingQuote& q) { return q.contract == own; }))
    all.push_back({own, "10.5", "11", iv});
  book.see("2024-01-10", "100", all);
  book.see("2024-01-11", "100");
  const std::string told = book.told();
  return told.substr(0, told.find(' '));
}

}  // namespace

TEST_CASE("which dividends make holders exercise", "[trading][lifecycle]") {
  struct Case {
    const char* what;
    const char* underlying;
    DividendType type;
    const char* ex;
    const char* amount;
    bool assigned;
  };
  const DividendType ordinary = DividendType::ordinary, special = DividendType::special;
  const Case cases[] = {
      {"one that goes ex this session", "XYZ", ordinary, "2024-01-11", "1", true},
      {"one that went ex with the quotes", "XYZ", ordinary, "2024-01-10", "1", false},
      {"one of a later session", "XYZ", ordinary, "2024-01-12", "1", false},
      {"one of another underlying", "ABC", ordinary, "2024-01-11", "1", false},
      {"a small special one adjusts nothing", "XYZ", special, "2024-01-11", "0.124999", true},
      {"a larger one comes off the strike", "XYZ", special, "2024-01-11", "0.125", false},
      {"one that was withdrawn", "XYZ", ordinary, "2024-01-11", "0", false},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const auto tell = [&](LivingBook& book) {
      book.life.on_dividend({sym(c.underlying), c.type, day(c.ex), day(c.ex), dec(c.amount)});
    };
    CHECK(night(tell, {{1, "0.02", "0.06"}}) == (c.assigned ? "early_assignment" : ""));
  }
  // Two that go ex on one day count together: 0.3 + 0.1 against a put of 0.35.
  CHECK(night(
            [](LivingBook& book) {
              book.dividend("2024-01-11", "0.3");
              book.dividend("2024-01-11", "0.1", DividendType::special);
            },
            {{1, "0.34", "0.36"}}) == "early_assignment");
}

TEST_CASE("rates below zero make nobody exercise a call without a dividend", "[trading][lifecycle]") {
  CHECK(night([](LivingBook& book) { book.flat_rate(-0.05); }, {{1, "0", "0.02"}}).empty());
}

TEST_CASE("a rate of the rules makes holders of puts exercise as a published one does", "[trading][lifecycle]") {
  LifecycleRules rules = model(AssignmentModel::optimal);
  rules.rate = 0.05;
  LivingBook book(rules);
  const ContractId put = book.define("XYZ", "2024-02-16", 'P', "110");
  const ContractId call = book.define("XYZ", "2024-02-16", 'C', "110");
  book.hold(put, -1);
  book.see("2024-01-10", "100", {{put, "9.9", "10.3"}, {call, "0.50", "0.60"}});
  book.see("2024-01-11", "100");
  CHECK(book.told() == "early_assignment -1 at 100.00 100XYZ -11000.00");
}

TEST_CASE("the last quotes of a session count, whoever opens the next", "[trading][lifecycle]") {
  for (const char* bid : {"10", "10.01"}) {
    LivingBook book(model(AssignmentModel::worst_case));
    const ContractId put = book.define("XYZ", "2024-02-16", 'P', "110");
    book.hold(put, -1);
    book.see("2024-01-10", "100", {{put, std::string(bid) == "10" ? "10.01" : "10", "10.3"}}, 60);
    book.see("2024-01-10", "100", {{put, bid, "10.3"}});
    book.see(book.chain("2024-01-11", "50", {}, 0, "ABC"));
    CHECK(book.held(put) == (std::string(bid) == "10" ? 0 : -1));
  }
}

TEST_CASE("without a short american option no session is looked back at", "[trading][lifecycle]") {
  LivingBook book(model(AssignmentModel::worst_case));
  book.hold(book.define("XYZ", "2024-02-16", 'P', "110"), 1);
  book.hold(book.define("XYZ", "2024-02-16", 'P', "111", Settlement::pm, ExerciseStyle::european), -1);
  book.see("2024-01-10", "100");
  CHECK_FALSE(book.see("2024-01-11", "100"));
  CHECK_FALSE(book.see("2024-01-12", "100"));
  book.hold(book.define("XYZ", "2024-02-16", 'P', "90"), -1);
  CHECK(book.see("2024-01-16", "100"));
  CHECK(book.see("2024-01-17", "100"));
}

TEST_CASE("what the put is worth when it is quoted badly", "[trading][lifecycle]") {
  const auto pays = [](const char* amount) {
    return [amount](LivingBook& book) { book.dividend("2024-01-11", amount); };
  };
  // The model's put: some 0.15 at a volatility of 0.2, nothing at 0.08.
  struct Case {
    const char* what;
    std::vector<LivingQuote> quotes;
    double iv;
    const char* amount;
    bool assigned;
  };
  const double nan = std::nan("");
  const Case cases[] = {
      {"no ask", {{1, "0.1", "", nan}}, 0.2, "0.10", false},
      {"no ask", {{1, "0.1", "", nan}}, 0.2, "0.25", true},
      {"no bid", {{1, "", "0.1", nan}}, 0.2, "0.10", false},
      {"a bid of zero is one", {{1, "0", "0.1", nan}}, 0.2, "0.10", true},
      {"the volatility of the put when the call has none", {{1, "0.1", "", 0.08}}, 0, "0.10", true},
      {"the volatility of the put when the call has none", {{1, "0.1", "", 0.2}}, 0, "0.10", false},
      {"the call's volatility goes first", {{1, "0.1", "", 0.08}}, 0.2, "0.10", false},
      {"no volatility at all: what exercise of the put would pay", {{1, "0.1", "", nan}}, nan, "0.01", true},
  };
  for (const Case& c : cases) {
    INFO(c.what << ", dividend " << c.amount);
    CHECK(night(pays(c.amount), c.quotes, AssignmentModel::optimal, 'C', c.iv) ==
          (c.assigned ? "early_assignment" : ""));
  }
}

TEST_CASE("dividends after expiry do not keep a put", "[trading][lifecycle]") {
  const auto tell = [](const char* ex) {
    return [ex](LivingBook& book) {
      book.flat_rate(0.05);
      book.dividend(ex, "1");
    };
  };
  const std::vector<LivingQuote> quotes{{1, "0.10", "0.14"}};
  CHECK(night(tell("2024-02-17"), quotes, AssignmentModel::optimal, 'P') == "early_assignment");
  CHECK(night(tell("2024-02-16"), quotes, AssignmentModel::optimal, 'P') == "");
}

TEST_CASE("without quotes only the worst is assumed", "[trading][lifecycle]") {
  for (const AssignmentModel m : {AssignmentModel::optimal, AssignmentModel::worst_case}) {
    LivingBook book(model(m));
    const ContractId put = book.define("XYZ", "2024-02-16", 'P', "110");
    book.hold(put, -1);
    book.see("2024-01-10", "100");
    book.see("2024-01-11", "100");
    CHECK(book.held(put) == (m == AssignmentModel::optimal ? -1 : 0));
  }
  LivingBook book(model(AssignmentModel::worst_case));  // its underlying was never seen
  book.hold(book.define("XYZ", "2024-02-16", 'P', "110"), -1);
  book.see(book.chain("2024-01-10", "100", {}, 0, "ABC"));
  book.see(book.chain("2024-01-11", "100", {}, 0, "ABC"));
  CHECK(book.told().empty());
  LivingBook priceless(model(AssignmentModel::worst_case));
  priceless.hold(priceless.define("XYZ", "2024-02-16", 'P', "110"), -1);
  priceless.see("2024-01-10", "");
  priceless.see("2024-01-11", "");
  CHECK(priceless.told().empty());
}

TEST_CASE("adjusted contracts are exercised early by what they deliver", "[trading][lifecycle]") {
  LivingBook book(model(AssignmentModel::optimal));
  const ContractId before = book.define("XYZ", "2024-03-15", 'C', "5");
  const ContractId call = book.define("XYZ1", "2024-03-15", 'C', "5");
  const ContractId put = book.define("XYZ1", "2024-03-15", 'P', "5");
  book.hold(before, -1);
  book.see("2024-01-09", "6");
  book.adjust({sym("XYZ"), day("2024-01-10"), {before}, {call}, {1}, {1}, {sym("XYZ")}, {dec("10")}, {dec("0")}});
  book.dividend("2024-01-11", "0.5");  // 0.05 of a share of the strike
  book.see("2024-01-10", "60", {{call, "1", "1.1"}, {put, "0.03", "0.06"}});
  LivingBook dear = book;
  book.see("2024-01-11", "60");
  CHECK(book.told() == "split -1 -1 0.00; early_assignment -1 at 60.00 -10XYZ 500.00; dividend -10 -5.00");
  dear.see("2024-01-10", "60", {{call, "1", "1.1"}, {put, "0.05", "0.06"}});
  dear.see("2024-01-11", "60");
  CHECK(dear.told() == "split -1 -1 0.00");
}

TEST_CASE("what is published, corrected and forgotten", "[trading][lifecycle]") {
  LivingBook book;
  const auto count = [&](const char* symbol) {
    return std::count_if(book.life.state().settlements.begin(), book.life.state().settlements.end(),
                         [&](const KnownSettlement& s) { return s.symbol == sym(symbol); });
  };
  book.life.on_settlement({sym("SET"), day("2024-01-02"), Decimal::none()});
  book.publish("SET", "2024-01-19", "4999");
  CHECK(count("SET") == 1);  // the announcement has served
  book.publish("SET", "2024-01-19", "5001");
  CHECK(count("SET") == 1);
  book.publish("VRO", "2024-01-17", "13");
  book.publish("SET", "2024-02-18", "5100");
  CHECK(count("SET") == 2);
  book.publish("SET", "2024-02-19", "5100");
  CHECK(count("SET") == 2);  // 31 days: that of January is gone
  CHECK(count("VRO") == 1);
}

TEST_CASE("contracts under a root with other terms settle at their underlying's value", "[trading][lifecycle]") {
  LivingBook book;
  const ContractId odd = book.define("SPXW", "2024-01-19", 'C', "5000", Settlement::am, ExerciseStyle::european, "SPX");
  const ContractId own = book.define("SPX", "2024-01-19", 'C', "5000", Settlement::am, ExerciseStyle::european, "SPX");
  book.hold(odd, 1);
  book.hold(own, 1);
  book.publish("SPX", "2024-01-19", "5003");
  book.publish("SET", "2024-01-18", "1");
  book.publish("SET", "2024-01-19", "5007");
  book.see(book.chain("2024-01-19", "5050", {}, 380, "SPX"));
  CHECK(book.told() == "exercised 1 at 5003.00 pays 3.00; exercised 1 at 5007.00 pays 7.00");
}

TEST_CASE("rates: the curve of the currency, else that of the rules", "[trading][lifecycle]") {
  LifecycleRules rules;
  rules.rate = 0.01;
  LivingBook book(rules);
  CHECK(book.life.rate(0.5) == 0.01);
  book.life.on_rates({sym("EUR"), day("2024-01-02"), {1.0}, {0.5}});
  CHECK(book.life.rate(0.5) == 0.01);
  book.life.on_rates({sym("USD"), day("2024-01-02"), {0.25, 1.0}, {0.02, 0.05}});
  CHECK(book.life.rate(0.25) == Approx(0.02));
  CHECK(book.life.rate(1) == Approx(0.05));
  CHECK(book.life.rate(-1) == Approx(0.02));
  book.reload();
  CHECK(book.life.rate(1) == Approx(0.05));
  CHECK_THROWS_WITH(book.life.on_rates({sym("USD"), day("2024-01-03"), {0.0}, {0.02}}),
                    Catch::Contains("published rates"));
}

TEST_CASE("prices come from snapshots and between them", "[trading][lifecycle]") {
  LivingBook book;
  CHECK(book.life.price_of(sym("XYZ")).is_none());
  book.hold(book.define("XYZ", "2024-01-19", 'C', "100"), 1);
  book.see("2024-01-18", "99");
  book.life.on_underlying({sym("XYZ"), session_close(day("2024-01-19")), day("2024-01-19"), dec("102")});
  CHECK(book.life.price_of(sym("XYZ")) == dec("102"));
  book.life.on_underlying({sym("XYZ"), session_close(day("2024-01-18")), day("2024-01-18"), dec("50")});  // late
  CHECK(book.life.price_of(sym("XYZ")) == dec("102"));
  book.see(book.chain("2024-01-22", "7", {}, 0, "ABC"));
  CHECK(book.told() == "exercised 1 at 102.00 100XYZ -10000.00");
  // Of an underlying that was never seen.
  LivingBook blind;
  blind.hold(blind.define("XYZ", "2024-01-19", 'C', "100"), 1);
  CHECK_THROWS_WITH(blind.see(blind.chain("2024-01-22", "7", {}, 0, "ABC")),
                    Catch::Contains("no price of XYZ was seen"));
}

TEST_CASE("an instruction takes the place of the one before", "[trading][lifecycle]") {
  LivingBook book;
  const ContractId call = book.define("XYZ", "2024-01-19", 'C', "100");
  book.hold(call, 5, 1);
  book.hold(call, 5, 2);
  book.hold_shares(5, 1);
  const auto leave = ExerciseChoice::do_not_exercise;
  CHECK(book.instruct(call, 4, leave, 2).empty());
  CHECK(book.instruct(call, 3, leave, 1).empty());
  CHECK(book.instruct(call, 1, leave, 1).empty());
  CHECK_THAT(book.instruct(shares_contract, 1, leave, 1), Catch::Contains("no long option"));
  CHECK(book.life.state().wishes.size() == 2);
  book.see("2024-01-19", "101");
  CHECK(book.held(shares_contract, 1) == 405);
  CHECK(book.held(shares_contract, 2) == 100);
}

TEST_CASE("contracts adjusted again", "[trading][lifecycle]") {
  LivingBook book;
  const ContractId c = book.define("XYZ", "2024-03-15", 'C', "60");
  const ContractId c1 = book.define("XYZ1", "2024-03-15", 'C', "60");
  const ContractId c2 = book.define("XYZ2", "2024-03-15", 'C', "60");
  const ContractId other = book.define("XYZ", "2024-03-15", 'C', "70");
  const auto rows = [&](const char* ex, ContractId from, ContractId to, const char* shares) {
    return ContractsAdjusted{sym("XYZ"), day(ex), {from}, {to}, {1}, {1}, {sym("XYZ")}, {dec(shares)}, {dec("0")}};
  };
  book.hold(c, 1);
  book.hold(other, 1);
  book.hold_shares(10, 1);
  book.instruct(other, 1, ExerciseChoice::do_not_exercise);
  book.see("2024-01-10", "60");
  book.adjust(rows("2024-01-11", c, c1, "150"));
  book.adjust(rows("2024-01-11", c, c1, "160"));  // corrected
  REQUIRE(book.life.state().deliverables.size() == 1);
  CHECK(book.life.state().deliverables[0].shares == dec("160"));
  book.adjust(rows("2024-01-12", c1, c2, "80"));
  REQUIRE(book.life.state().deliverables.size() == 1);
  CHECK(book.life.state().deliverables[0].contract == c2);
  CHECK(book.held(other) == 1);
  CHECK(book.shares() == 10);
  book.done.clear();
  book.see("2024-03-15", "80");  // 6400 against 6000
  CHECK(book.told() == "expired 1 at 80.00; exercised 1 at 80.00 80XYZ -6000.00");
}

TEST_CASE("fractions of another security are paid at its price", "[trading][lifecycle]") {
  LivingBook book;
  const ContractId before = book.define("XYZ", "2024-03-15", 'C', "60");
  const ContractId after = book.define("XYZ1", "2024-03-15", 'C', "60");
  book.hold(before, 1);
  book.see("2024-01-10", "60");
  book.adjust({sym("XYZ"), day("2024-01-11"), {before}, {after}, {1}, {1}, {sym("ABC")}, {dec("62.5")}, {dec("0")}});
  book.done.clear();
  book.see(book.chain("2024-03-15", "100", {}, 0, "ABC"));
  book.see("2024-03-15", "1");
  CHECK(book.told() == "exercised 1 at 1.00 62ABC -5950.00");
}

TEST_CASE("dividends and splits pass by what is no longer held", "[trading][lifecycle]") {
  // 100 shares are called away in the night before the ex-date.
  for (const bool split : {false, true}) {
    LivingBook book(model(AssignmentModel::worst_case));
    const ContractId call = book.define("XYZ", "2024-03-15", 'C', "60");
    book.hold_shares(100);
    book.hold(call, -1);
    book.see("2024-01-10", "90", {{call, "29", "31"}});
    book.dividend("2024-01-11", "1");
    if (split) book.split("2024-01-11", 2, 1);
    book.see("2024-01-11", "90");
    CHECK(book.told() == "early_assignment -1 at 90.00 -100XYZ 6000.00");
  }
}

TEST_CASE("dividends are forgotten ten days after their ex-date", "[trading][lifecycle]") {
  LivingBook book;
  book.dividend("2024-01-10", "1");
  book.dividend("2024-01-20", "1");
  book.dividend("2024-01-21", "1");
  book.see("2024-01-10", "100");
  CHECK(book.life.state().dividends.size() == 3);
  book.see("2024-01-20", "100");
  CHECK(book.life.state().dividends.size() == 3);
  book.see("2024-01-21", "100");
  CHECK(book.life.state().dividends.size() == 2);
}

TEST_CASE("settlement dates of contracts whose instant is not known", "[trading][lifecycle]") {
  Contract c;
  c.expiration = day("2024-01-19");
  CHECK(settlement_session(c) == day("2024-01-19"));
  c.settles = Timestamp::parse("2024-01-18T21:00:00Z").value();
  CHECK(settlement_session(c) == day("2024-01-18"));
}
