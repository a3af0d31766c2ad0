#include <cmath>
#include <cstdio>
#include <cstring>

#include "core/portfolio/lifecycle/early_exercise.hpp"
#include "tests/core/portfolio/lifecycle/living_book.hpp"

using namespace optix;

namespace {

LifecycleRules model(AssignmentModel m) {
  LifecycleRules rules;
  rules.assignment = m;
  return rules;
}

// A short option over the night before 2024-01-11; what the morning tells.
struct Night {
  AssignmentModel model;
  char right;
  const char* strike;
  const char* close;  // of the underlying
  const char* bid;    // of the option itself
  const char* ask;
  const char* other_bid;  // of the other right; empty: not quoted
  const char* other_ask;
  const char* dividend;  // ex 2024-01-11
  double rate;
  const char* told;
};

std::string morning(const Night& n) {
  LivingBook book(model(n.model));
  const char other = n.right == 'C' ? 'P' : 'C';
  const ContractId own = book.define("XYZ", "2024-02-16", n.right, n.strike);
  const ContractId counter = book.define("XYZ", "2024-02-16", other, n.strike);
  book.hold(own, -1);
  if (n.rate != 0) book.flat_rate(n.rate);
  if (*n.dividend) book.dividend("2024-01-11", n.dividend);
  if (n.model != AssignmentModel::worst_case) book.see("2024-01-09", n.close);
  book.see("2024-01-10", n.close, {{own, "", ""}}, 60);
  std::vector<LivingQuote> quotes{{own, n.bid, n.ask, 0.2}};
  if (*n.other_ask) quotes.push_back({counter, n.other_bid, n.other_ask});
  book.see("2024-01-10", n.close, quotes);
  book.reload();
  CHECK(book.told().empty());
  book.see("2024-01-11", n.close);
  return book.told();
}

}  // namespace

TEST_CASE("short options whose holders gain by exercising are assigned", "[trading][lifecycle]") {
  const AssignmentModel none = AssignmentModel::none, optimal = AssignmentModel::optimal,
                        worst = AssignmentModel::worst_case;
  // A call at 90, 36 days and a bit from the ex-date; a put at 110, 37.
  const char* call = "early_assignment -1 at 100.00 -100XYZ 9000.00; dividend -100 ";
  const char* put = "early_assignment -1 at 100.00 100XYZ -11000.00";
  const std::string call_1 = std::string(call) + "-100.00", call_0_5 = std::string(call) + "-50.00";
  const Night cases[] = {
      // dividend against the put's mid, no interest
      {optimal, 'C', "90", "100", "9.9", "10.3", "0.40", "0.58", "0.5", 0, call_0_5.c_str()},
      {optimal, 'C', "90", "100", "9.9", "10.3", "0.40", "0.60", "0.5", 0, ""},  // equal: no gain
      {none, 'C', "90", "100", "9.9", "10.3", "0.40", "0.58", "0.5", 0, ""},
      {optimal, 'C', "90", "100", "9.9", "10.3", "0.00", "0.10", "", 0, ""},  // no dividend
      // interest of 90(1 − e^(−0.05·T)), T = 36.27 days: 0.446
      {optimal, 'C', "90", "100", "9.9", "10.3", "0.40", "0.58", "0.5", 0.05, ""},
      {optimal, 'C', "90", "100", "9.9", "10.3", "0.40", "0.58", "1", 0.05, call_1.c_str()},
      // without a quote of the put its model value: 0.66 at a volatility of 0.2
      {optimal, 'C', "90", "100", "9.9", "10.3", "", "", "0.5", 0, call_0_5.c_str()},
      {optimal, 'C', "100", "101", "3", "3.2", "", "", "0.5", 0, ""},
      // a crossed put says nothing: the model's value again
      {optimal, 'C', "90", "100", "9.9", "10.3", "5", "1", "0.5", 0, call_0_5.c_str()},
      // out of the money nobody exercises
      {worst, 'C', "100", "100", "2", "2.1", "0", "0.01", "5", 0, ""},
      // puts: interest of 110(1 − e^(−0.05·T)), T = 37 days: 0.556
      {optimal, 'P', "110", "100", "9.9", "10.3", "0.50", "0.60", "", 0.05, put},
      {optimal, 'P', "110", "100", "9.9", "10.3", "0.50", "0.62", "", 0.05, ""},
      {optimal, 'P', "110", "100", "9.9", "10.3", "", "", "", 0.05, ""},
      {optimal, 'P', "110", "100", "9.9", "10.3", "0", "0.02", "", 0, ""},
      {none, 'P', "110", "100", "9.9", "10.3", "0.50", "0.60", "", 0.05, ""},
      // the dividend that the holder of the shares still gets keeps him from it
      {optimal, 'P', "110", "100", "9.9", "10.3", "0.50", "0.60", "0.01", 0.05, ""},
      // worst case: whoever gets at most the exercise value for it exercises
      {worst, 'P', "110", "100", "10", "10.3", "", "", "", 0, put},
      {worst, 'P', "110", "100", "10.01", "10.3", "", "", "", 0, ""},
      {worst, 'P', "110", "100", "", "10.3", "", "", "", 0, put},
      {optimal, 'P', "110", "100", "", "10.3", "", "", "", 0, ""},
  };
  for (const Night& n : cases) {
    INFO(enum_name(n.model) << " " << n.right << n.strike << " at " << n.close << " bid " << n.bid << " other "
                            << n.other_bid << "/" << n.other_ask << " dividend " << n.dividend << " rate " << n.rate);
    Night shown = n;
    std::string told = morning(shown);
    if (const auto at = told.find("; dividend"); at != std::string::npos && !std::strstr(n.told, "dividend"))
      told.erase(at);
    CHECK(told == n.told);
  }
}

TEST_CASE("assigned over a weekend, at Friday's strike and Monday's price", "[trading][lifecycle]") {
  LivingBook book(model(AssignmentModel::optimal));
  const ContractId call = book.define("XYZ", "2024-02-16", 'C', "90");
  const ContractId put = book.define("XYZ", "2024-02-16", 'P', "90");
  book.hold(call, -2);
  book.hold_shares(100);
  book.dividend("2024-01-16", "1");  // Tuesday after a long weekend
  book.see("2024-01-12", "100", {{call, "9.9", "10.2"}, {put, "0.1", "0.2"}});
  CHECK(book.told().empty());
  book.see("2024-01-16", "104");
  // The shares were delivered before the ex-date: 100 are short then.
  CHECK(book.told() == "early_assignment -2 at 100.00 -200XYZ 18000.00; dividend -100 -100.00");
  CHECK(book.shares() == -100);
  CHECK(book.life.price_of(sym("XYZ")) == dec("104"));
}

TEST_CASE("a part of a short holding is assigned", "[trading][lifecycle]") {
  struct Case {
    const char* share;
    std::int64_t held, assigned;
  };
  const Case cases[] = {{"1", -7, 7}, {"0.5", -7, 4}, {"0.5", -1, 1}, {"0.49", -1, 0}, {"0", -7, 0}, {"0.35", -10, 4}};
  for (const Case& c : cases) {
    INFO(c.share << " of " << c.held);
    LifecycleRules rules = model(AssignmentModel::worst_case);
    rules.share = dec(c.share);
    LivingBook book(rules);
    const ContractId put = book.define("XYZ", "2024-02-16", 'P', "110");
    book.hold(put, c.held);
    book.see("2024-01-10", "100", {{put, "10", "10.1"}});
    book.see("2024-01-11", "100");
    CHECK(book.held(put) == c.held + c.assigned);
    CHECK(book.shares() == 100 * c.assigned);
  }
  // Drawn: the same seed the same way, and about the share of many.
  std::int64_t assigned[3] = {};
  for (int i = 0; i < 3; ++i) {
    LifecycleRules rules = model(AssignmentModel::worst_case);
    rules.share = dec("0.3");
    rules.random_share = true;
    rules.seed = i == 2 ? 8 : 7;
    LivingBook book(rules);
    const ContractId put = book.define("XYZ", "2024-02-16", 'P', "110");
    book.hold(put, -1000);
    book.see("2024-01-10", "100", {{put, "10", "10.1"}});
    book.see("2024-01-11", "100");
    assigned[i] = 1000 + book.held(put);
  }
  CHECK(assigned[0] == assigned[1]);
  CHECK(assigned[0] != assigned[2]);
  CHECK(assigned[0] > 240);
  CHECK(assigned[0] < 360);
  CHECK(assigned[0] == 291);
  CHECK(assigned[2] == 305);  // what a seed draws does not change from version to version
  for (const char* share : {"0", "1"}) {
    LifecycleRules rules = model(AssignmentModel::worst_case);
    rules.share = dec(share);
    rules.random_share = true;
    LivingBook book(rules);
    const ContractId put = book.define("XYZ", "2024-02-16", 'P', "110");
    book.hold(put, -7);
    book.see("2024-01-10", "100", {{put, "10", "10.1"}});
    book.see("2024-01-11", "100");
    CHECK(book.held(put) == (*share == '1' ? 0 : -7));
  }
}

TEST_CASE("assignments say what the holder weighed", "[trading][lifecycle]") {
  const auto reason = [](char right, double rate, const char* ex, const char* dividend, const char* counter_ask) {
    LivingBook book(model(AssignmentModel::optimal));
    const ContractId own = book.define("XYZ", "2024-02-16", right, right == 'C' ? "90" : "110");
    const ContractId counter = book.define("XYZ", "2024-02-16", right == 'C' ? 'P' : 'C', right == 'C' ? "90" : "110");
    book.hold(own, -1);
    if (rate != 0) book.flat_rate(rate);
    book.dividend(ex, dividend);
    book.see("2024-01-10", "100", {{own, "9.9", "10.3", 0.2}, {counter, "0.05", counter_ask}});
    book.see("2024-01-11", "100");
    return book.done.empty() ? std::string() : book.done.front().reason;
  };
  CHECK_THAT(reason('C', 0, "2024-01-11", "0.5", "0.07"),
             Catch::EndsWith(": the dividend of 0.5000 is worth more than interest of 0.0000 and a put of 0.0600"));
  // A dividend to come is discounted from its ex-date.
  const double years = years_between(session_close(day("2024-01-10")), session_open(day("2024-02-01")));
  char dividends[32];
  std::snprintf(dividends, sizeof dividends, "%.4f", 0.3 * std::exp(-0.05 * years));
  CHECK(std::string(dividends) == "0.2991");
  CHECK_THAT(reason('P', 0.05, "2024-02-01", "0.3", "0.07"),
             Catch::EndsWith(" is worth more than a call of 0.0600 and dividends of 0.2991"));
}

TEST_CASE("nobody is assigned on quotes that are not of the session before", "[trading][lifecycle]") {
  const auto night = [](bool stale, bool other_session) {
    LivingBook book(model(AssignmentModel::worst_case));
    const ContractId put = book.define("XYZ", "2024-02-16", 'P', "110");
    book.hold(put, -1);
    const MessageRef quoted = book.chain("2024-01-10", "100", {{put, "10", "10.1"}});
    ChainSnapshot chain = quoted.get<ChainSnapshot>();
    chain.stale = stale;
    book.see(make_message(std::move(chain)));
    if (other_session) book.see(book.chain("2024-01-11", "50", {}, 0, "ABC"));
    book.done.clear();
    book.see("2024-01-12", "100");
    return book.told();
  };
  CHECK(night(false, false) == "early_assignment -1 at 100.00 100XYZ -11000.00");
  CHECK(night(true, false).empty());
  CHECK(night(false, true).empty());
}

TEST_CASE("european options and longs wait", "[trading][lifecycle]") {
  LivingBook book(model(AssignmentModel::worst_case));
  const ContractId european = book.define("XYZ", "2024-02-16", 'P', "110", Settlement::pm, ExerciseStyle::european);
  const ContractId held = book.define("XYZ", "2024-02-16", 'P', "111");
  book.hold(european, -1);
  book.hold(held, 1);
  book.see("2024-01-10", "100", {{european, "5", "10.1"}, {held, "5", "11.1"}});
  book.see("2024-01-11", "100");
  CHECK(book.told().empty());
}

TEST_CASE("exercise decisions at their edges", "[trading][lifecycle]") {
  // No interest: the dividend against the put alone.
  CHECK_FALSE(call_before_dividend(100, 90, 0.5, 0, 0.1, 0.5).exercise);
  CHECK(call_before_dividend(100, 90, 0.5, 0, 0.1, 0.5 - 1e-6).exercise);
  CHECK_FALSE(call_before_dividend(100, 90, 0.5, 0, 0.1, 0.5 + 1e-6).exercise);
  CHECK(call_before_dividend(100, 90, 0.5, 0, 0.1, 0.25).gain == 0.25);
  CHECK(put_exercise(100, 0.05, 1, 4.87705, 0).exercise);
  CHECK_FALSE(put_exercise(100, 0.05, 1, 4.87706, 0).exercise);
  CHECK_FALSE(put_exercise(100, 0.05, 1, 4.0, 0.87706).exercise);
  CHECK(put_exercise(100, 0.05, 1, 4.0, 0.87705).exercise);
  CHECK_FALSE(put_exercise(100, 0, 1, 0, 0).exercise);
  CHECK(worth_exercising(dec("10"), dec("10")));
  CHECK_FALSE(worth_exercising(dec("10"), dec("10.000001")));
  CHECK(worth_exercising(dec("0.000001"), Decimal::none()));
  CHECK_FALSE(worth_exercising(Decimal{}, Decimal::none()));
  CHECK_FALSE(worth_exercising(dec("-1"), dec("0")));
  // Nothing left to model: what exercise would pay then.
  CHECK(put_after_dividend(100, 90, 1, 0.05, 0, 0.5) == 0);
  CHECK(put_after_dividend(100, 110, 1, 0, 0.2, 0) == 11);
  CHECK(put_after_dividend(1, 10, 2, 0, 0.2, 0.5) == 10);
  CHECK(put_after_dividend(100, 110, 1, 0, std::nan(""), 0.5) == 11);
  CHECK(put_after_dividend(100, 110, 1, 0.05, 0, 0.5) == Approx(8.28409).margin(1e-5));  // the strike discounted
  // Less than 1 of the price is left: it still has time value.
  CHECK(put_after_dividend(1, 1, 0.5, 0, 1, 1) == Approx(0.59531).margin(1e-4));
  CHECK(put_exercise(100, 0.05, 1, 3, 1).gain == Approx(0.877058).margin(1e-6));
}
