#include "tests/core/portfolio/lifecycle/living_book.hpp"

using namespace optix;

namespace {

// One row for each {from, to, new, old, shares, cash}.
struct Row {
  ContractId from, to;
  std::int32_t quantity_new, quantity_old;
  const char* shares;
  const char* cash = "0";
  const char* security = "XYZ";
};

ContractsAdjusted adjusted(const char* ex, const std::vector<Row>& rows) {
  ContractsAdjusted out;
  out.underlying = sym("XYZ");
  out.ex = day(ex);
  for (const Row& r : rows) {
    out.from.push_back(r.from);
    out.to.push_back(r.to);
    out.quantity_new.push_back(r.quantity_new);
    out.quantity_old.push_back(r.quantity_old);
    out.security.push_back(sym(r.security));
    out.shares.push_back(dec(r.shares));
    out.cash.push_back(dec(r.cash));
  }
  return out;
}

}  // namespace

TEST_CASE("dividends on shares, long and short", "[trading][lifecycle]") {
  LivingBook book;
  book.hold_shares(100, 1);
  book.hold_shares(-50, 2);
  book.hold_shares(10, 3, "ABC");
  book.dividend("2024-01-11", "0.45");
  book.dividend("2024-01-16", "1");
  book.dividend("2024-01-16", "0");  // withdrawn
  book.dividend("2024-01-17", "2", DividendType::special);
  CHECK_FALSE(book.see("2024-01-10", "99"));
  book.reload();
  CHECK(book.see("2024-01-11", "99", {}, 60));
  CHECK(book.told() == "dividend 100 45.00; dividend -50 -22.50");
  CHECK_FALSE(book.see("2024-01-11", "99"));
  book.dividend("2024-01-11", "0.45");  // told again: it has been paid
  CHECK_FALSE(book.see("2024-01-12", "99"));
  book.see("2024-01-16", "99");
  CHECK(book.told().empty());
  book.reload();
  CHECK(book.see("2024-01-18", "97"));  // the first snapshot since
  CHECK(book.told() == "dividend 100 200.00; dividend -50 -100.00");
  CHECK(book.cash == dec("122.50"));
  // One that becomes known after its ex-date has begun is not paid to who bought since.
  book.dividend("2024-01-18", "5");
  CHECK_FALSE(book.see("2024-01-19", "97"));
  CHECK(book.told().empty());
}

TEST_CASE("shares split, fractions are paid in cash", "[trading][lifecycle]") {
  struct Case {
    std::int64_t held, new_shares, old_shares;
    const char* told;
  };
  const Case cases[] = {
      {100, 2, 1, "split 100 200 0.00"},      {-100, 3, 2, "split -100 -150 0.00"},
      {101, 3, 2, "split 101 151 20.00"},  // half a new share at 60 × 2/3
      {-101, 3, 2, "split -101 -151 -20.00"}, {25, 1, 10, "split 25 2 300.00"},
      {7, 1, 3, "split 7 2 60.00"},
  };
  for (const Case& c : cases) {
    INFO(c.held << ": " << c.new_shares << " for " << c.old_shares);
    LivingBook book;
    book.hold_shares(c.held);
    book.hold_shares(5, 1, "ABC");
    book.see("2024-01-10", "60");
    book.split("2024-01-11", c.new_shares, c.old_shares);
    CHECK(book.told() == c.told);
    book.see("2024-01-11", "30");
    CHECK(book.told().empty());
  }
  LivingBook book;
  book.hold_shares(1);
  CHECK_THROWS_WITH(book.split("2024-01-11", 1, 2), Catch::Contains("no price was seen"));
  CHECK_THROWS_WITH(book.split("2024-01-11", 0, 2), Catch::Contains("is no ratio"));
  CHECK_THROWS_WITH(book.split("2024-01-11", 2, 0), Catch::Contains("is no ratio"));
}

TEST_CASE("a dividend of the day of a split is of the new shares", "[trading][lifecycle]") {
  LivingBook book;
  book.hold_shares(100);
  book.see("2024-01-10", "60");
  book.dividend("2024-01-11", "0.5");
  book.split("2024-01-11", 2, 1);
  book.dividend("2024-01-11", "0.5");
  book.see("2024-01-11", "30");
  CHECK(book.told() == "split 100 200 0.00; dividend 200 100.00");
}

TEST_CASE("what expired before a split settles before it", "[trading][lifecycle]") {
  LivingBook book;
  book.hold(book.define("XYZ", "2024-01-19", 'C', "50"), 1);
  book.see("2024-01-19", "60", {}, 15);
  book.split("2024-01-22", 2, 1);
  CHECK(book.told() == "exercised 1 at 60.00 100XYZ -5000.00; split 100 200 0.00");
}

TEST_CASE("whole splits multiply contracts, in an order in which none moves twice", "[trading][lifecycle]") {
  LivingBook book;
  const ContractId c100 = book.define("XYZ", "2024-03-15", 'C', "100");
  const ContractId c50 = book.define("XYZ", "2024-03-15", 'C', "50");
  const ContractId c25 = book.define("XYZ", "2024-03-15", 'C', "25");
  book.hold(c100, 3);
  book.hold(c50, -2);
  book.hold(c50, 7, 2);
  book.see("2024-01-10", "101");
  book.adjust(adjusted("2024-01-11", {{c100, c50, 2, 1, "100"}, {c50, c25, 2, 1, "100"}}));
  CHECK(book.told() == "split -2 -4 0.00; split 7 14 0.00; split 3 6 0.00");
  CHECK(book.held(c100) == 0);
  CHECK(book.held(c50) == 6);
  CHECK(book.held(c25) == -4);
  CHECK(book.held(c25, 2) == 14);
  CHECK(book.life.state().deliverables.empty());
  CHECK_THROWS_WITH(book.adjust(adjusted("2024-01-12", {{c50, c25, 1, 1, "100"}, {c25, c50, 1, 1, "100"}})),
                    Catch::Contains("in a circle"));
}

TEST_CASE("adjusted contracts deliver what they say", "[trading][lifecycle]") {
  LivingBook book;
  const ContractId c60 = book.define("XYZ", "2024-03-15", 'C', "60");
  const ContractId p60 = book.define("XYZ", "2024-03-15", 'P', "60");
  const ContractId c60_1 = book.define("XYZ1", "2024-03-15", 'C', "60");
  const ContractId p60_1 = book.define("XYZ1", "2024-03-15", 'P', "60");
  book.hold(c60, -1);
  book.hold(p60, 2, 2);
  book.instruct(p60, 1, ExerciseChoice::do_not_exercise, 2);
  book.see("2024-01-10", "60");
  // 33 shares and a third in cash.
  book.adjust(adjusted("2024-01-11", {{c60, c60_1, 1, 1, "33", "60.00"}, {p60, p60_1, 1, 1, "33", "60.00"}}));
  REQUIRE(book.done.size() == 2);
  CHECK(book.done[0].reason ==
        describe(book.contracts[c60]) + " adjusted on 2024-01-11: delivers 33 XYZ and 60.00 USD");
  CHECK(book.told() == "split -1 -1 0.00; split 2 2 0.00");
  book.reload();
  // 33 × 180 + 60 = 6000: at the money, and a millionth beside the threshold of 1 USD a contract.
  LivingBook above = book, below = book;
  book.see("2024-03-15", "180");
  CHECK(book.told() == "expired -1 at 180.00; expired 2 at 180.00");
  above.see("2024-03-15", "180.030304");  // 33 × 0.030304 = 1.000032
  CHECK(above.told() == "assigned -1 at 180.030304 -33XYZ 5940.00; expired 2 at 180.030304");
  below.see("2024-03-15", "179.969697");  // 33 × 0.030303 = 0.999999
  CHECK(below.told() == "expired -1 at 179.969697; expired 2 at 179.969697");
  CHECK(above.shares() == -33);
}

TEST_CASE("a fraction of a delivered share is paid at the settlement price", "[trading][lifecycle]") {
  LivingBook book;
  const ContractId before = book.define("XYZ", "2024-03-15", 'P', "60");
  const ContractId after = book.define("XYZ1", "2024-03-15", 'P', "60");
  book.hold(before, 3);
  book.see("2024-01-10", "60");
  book.adjust(adjusted("2024-01-11", {{before, after, 1, 1, "2.5"}}));
  book.see("2024-03-15", "100");
  // 7.5 shares go for 3 × 6000: seven, and half of 100 USD in cash.
  REQUIRE_FALSE(book.done.empty());
  CHECK(book.done[0].reason == describe(book.contracts[before]) + " adjusted on 2024-01-11: delivers 2.5 XYZ");
  CHECK(book.told() == "split 3 3 0.00; exercised 3 at 100.00 -7XYZ 17950.00");
}

TEST_CASE("a merger delivers another security", "[trading][lifecycle]") {
  const auto run = [](const char* price) {
    LivingBook book;
    const ContractId before = book.define("XYZ", "2024-03-15", 'C', "60");
    const ContractId after = book.define("XYZ1", "2024-03-15", 'C', "60");
    book.hold(before, 1);
    book.see("2024-01-10", "60");
    book.adjust(adjusted("2024-01-11", {{before, after, 1, 1, "50", "1000", "ABC"}}));
    if (*price) book.see(book.chain("2024-03-15", price, {}, 0, "ABC"));
    book.see("2024-03-15", "1");
    book.done.erase(book.done.begin());
    return book.told();
  };
  CHECK(run("101") == "exercised 1 at 1.00 50ABC -5000.00");  // 5050 + 1000 against 6000
  CHECK(run("100") == "expired 1 at 1.00");
  CHECK_THROWS_WITH(run(""), Catch::Contains("it delivers ABC, of which no price was seen"));
}

TEST_CASE("holders' wishes follow their contracts", "[trading][lifecycle]") {
  LivingBook book;
  const ContractId before = book.define("XYZ", "2024-03-15", 'C', "100");
  const ContractId after = book.define("XYZ", "2024-03-15", 'C', "50");
  book.hold(before, 3);
  book.see("2024-01-10", "101");
  book.instruct(before, 2, ExerciseChoice::do_not_exercise);
  book.adjust(adjusted("2024-01-11", {{before, after, 2, 1, "100"}}));
  book.see("2024-03-15", "60");
  CHECK(book.told() == "split 3 6 0.00; exercised 2 at 60.00 200XYZ -10000.00; expired 4 at 60.00");

  // 3 for 2, either wish.
  const auto wished = [](ExerciseChoice choice, const char* price) {
    LivingBook one;
    const ContractId old = one.define("XYZ", "2024-03-15", 'C', "75", Settlement::pm, ExerciseStyle::european);
    const ContractId now = one.define("XYZ", "2024-03-15", 'C', "50", Settlement::pm, ExerciseStyle::european);
    one.hold(old, 8);
    one.see("2024-01-10", "75");
    one.instruct(old, 4, choice);
    one.adjust(adjusted("2024-01-11", {{old, now, 3, 2, "100"}}));
    one.see("2024-03-15", price);
    return one.told();
  };
  CHECK(wished(ExerciseChoice::do_not_exercise, "60") ==
        "split 8 12 0.00; exercised 6 at 60.00 600XYZ -30000.00; expired 6 at 60.00");
  CHECK(wished(ExerciseChoice::exercise, "49.99") ==
        "split 8 12 0.00; exercised 6 at 49.99 600XYZ -30000.00; expired 6 at 49.99");
}
