// Every row of the worked cases on exercise, settlement and adjustment, and on early exercise.
#include <cmath>
#include <cstdio>
#include <functional>

#include "core/data/corporate_actions/adjustments.hpp"
#include "core/portfolio/lifecycle/early_exercise.hpp"
#include "tests/core/portfolio/lifecycle/living_book.hpp"
#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

struct Outcome {
  Decimal cash;
  std::int64_t shares = 0;
  std::int64_t contracts = 0;  // still held
};

// One option held to expiry at one closing price.
Outcome at_expiry(const char* expiration, const char* strike, const char* close, bool leave = false) {
  LivingBook book;
  const ContractId call = book.define("XYZ", expiration, 'C', strike);
  book.hold(call, 1);
  if (leave) book.instruct(call, 1, ExerciseChoice::do_not_exercise);
  book.see(session_on_or_before(day(expiration)).to_string(), close);
  return {book.cash, book.shares(), book.held(call)};
}

Outcome index_settles(const char* root, Settlement settlement, const char* strike, std::int64_t quantity,
                      const std::vector<std::array<const char*, 2>>& closes, const char* set = "") {
  LivingBook book;
  const char* underlying = std::string(root) == "XSP" ? "XSP" : "SPX";
  const ContractId call = book.define(root, "2024-01-19", 'C', strike, settlement, ExerciseStyle::european, underlying);
  book.hold(call, quantity);
  for (const auto& [session, price] : closes) {
    if (*set && std::string(session) == "2024-01-19") book.publish("SET", "2024-01-19", set);
    book.see(book.chain(session, price, {}, 0, underlying));
  }
  return {book.cash, book.shares(), book.held(call)};
}

AdjustedContract ordinary(const char* strike) {
  AdjustedContract out;
  out.terms.root = out.terms.underlying = sym("XYZ");
  out.terms.strike = dec(strike);
  out.shares = Decimal::from_int(100);
  return out;
}

// The cash, in cents, and what is held afterwards against what the case says.
struct Case {
  const char* id;
  std::function<Outcome()> run;
  Outcome expected;
};

std::vector<Case> cases() {
  const auto usd = [](const char* text) { return dec(text); };
  return {
      {"EX01", [] { return at_expiry("2024-01-19", "100", "100.01"); }, {usd("-10000.00"), 100, 0}},
      {"EX02", [] { return at_expiry("2024-01-19", "100", "100.00"); }, {{}, 0, 0}},
      {"EX04", [] { return at_expiry("2024-01-19", "100", "100.009"); }, {{}, 0, 0}},
      {"EX05", [] { return at_expiry("2007-05-19", "25", "25.04"); }, {{}, 0, 0}},
      {"EX07", [] { return at_expiry("2006-10-21", "25", "25.05"); }, {usd("-2500.00"), 100, 0}},
      {"EX08", [] { return at_expiry("2024-01-19", "100", "100.50", true); }, {{}, 0, 0}},
      {"EX10",
       [] {
         return index_settles("SPXW", Settlement::pm, "5000", 2, {{"2024-01-19", "5012.34"}});
       },
       {usd("2468.00"), 0, 0}},
      {"EX11",
       [] {
         return index_settles("SPX", Settlement::am, "5000", 1, {{"2024-01-18", "5040"}, {"2024-01-19", "5060"}},
                              "4990.00");
       },
       {{}, 0, 0}},
      {"EX13",
       [] {
         return index_settles("XSP", Settlement::pm, "500", 1, {{"2024-01-19", "501.23"}});
       },
       {usd("123.00"), 0, 0}},
      {"EX14",
       [] {
         LivingBook book;
         const ContractId before = book.define("XYZ", "2024-01-19", 'C', "5");
         const ContractId after = book.define("XYZ1", "2024-01-19", 'C', "5");
         book.hold(before, 1);
         book.see("2024-01-10", "5.20");
         const AdjustedContract now = after_split(ordinary("5"), 1, 10, dec("5.20"), sym("XYZ1"));
         CHECK(now.terms.strike == dec("5"));
         CHECK(now.terms.root == sym("XYZ1"));
         book.adjust({sym("XYZ"),
                      day("2024-01-11"),
                      {before},
                      {after},
                      {now.quantity_new},
                      {now.quantity_old},
                      {sym("XYZ")},
                      {now.shares},
                      {now.cash}});
         book.see("2024-01-19", "55.00");
         CHECK(book.done.back().intrinsic == dec("0.50"));
         return Outcome{book.cash, book.shares(), book.held(after)};
       },
       {usd("-500.00"), 10, 0}},
      {"EX16",
       [] {
         const AdjustedContract now = after_split(ordinary("100"), 2, 1, dec("101"), sym("XYZ1"));
         CHECK(now.terms.strike == dec("50"));
         CHECK(now.terms.root == sym("XYZ"));
         CHECK(now.shares == Decimal::from_int(100));
         return Outcome{{}, 0, 3 * now.quantity_new / now.quantity_old};
       },
       {{}, 0, 6}},
      {"EX17",
       [] {
         const auto now = after_special_dividend(ordinary("100"), dec("7.00"), sym("XYZ1"));
         REQUIRE(now);
         CHECK(now->terms.strike == dec("93.00"));
         CHECK(now->terms.root == sym("XYZ"));
         return Outcome{{}, 0, now->quantity_new};
       },
       {{}, 0, 1}},
      {"EX19",
       [] {
         LivingBook book;
         const ContractId call = book.define("XYZ", "2024-03-15", 'C', "100");
         book.hold(call, 1);
         book.dividend("2024-01-11", "1.24");
         book.see("2024-01-10", "90");
         book.see("2024-01-11", "89");
         return Outcome{book.cash, 0, book.held(call)};
       },
       {{}, 0, 1}},
      {"EX20",
       [] {
         LivingBook book;
         const ContractId short_call = book.define("XYZ", "2024-01-19", 'C', "105");
         const ContractId long_call = book.define("XYZ", "2024-01-19", 'C', "115");
         book.hold(short_call, -1);
         book.hold(long_call, 1);
         book.see("2024-01-19", "110");
         return Outcome{book.cash, book.shares(), book.held(short_call) + book.held(long_call)};
       },
       {usd("10500.00"), -100, 0}},
      {"EX22", [] { return Outcome{}; }, {}},  // the early exercise cases
  };
}

}  // namespace

TEST_CASE("worked cases: exercise and settlement", "[trading][lifecycle][oracle]") {
  const auto oracle = read_oracle("rules/exercise.csv");
  if (!oracle) return;
  std::size_t checked = 0;
  Decimal worst;
  const auto known = cases();
  for (const auto& row : oracle->rows) {
    INFO(row.at("id") << ": " << row.at("inputs") << " -> " << row.at("result"));
    const auto found = std::find_if(known.begin(), known.end(), [&](const Case& c) { return row.at("id") == c.id; });
    REQUIRE(found != known.end());
    const Outcome got = found->run();
    CHECK(got.cash == found->expected.cash);
    CHECK(got.shares == found->expected.shares);
    CHECK(got.contracts == found->expected.contracts);
    worst = std::max(worst, (got.cash - found->expected.cash).abs());
    ++checked;
  }
  std::printf("exercise.csv: %zu rows checked, worst difference %.2f cents\n", checked, worst.to_double() * 100);
}

TEST_CASE("worked cases: early exercise of calls before a dividend", "[trading][lifecycle][oracle]") {
  const auto oracle = read_oracle("rules/early_exercise.csv");
  if (!oracle) return;
  std::size_t checked = 0;
  double worst = 0;
  for (const auto& row : oracle->rows) {
    INFO(row.at("id") << ": " << row.at("note"));
    const auto at = [&](const char* column) { return std::stod(row.at(column)); };
    const double years = at("days_after_ex") / 365;
    const double put = put_after_dividend(at("S_cum"), at("K"), at("dividend"), at("r_cc"), at("sigma"), years);
    const CallBeforeDividend got = call_before_dividend(at("S_cum"), at("K"), at("dividend"), at("r_cc"), years, put);
    const auto close = [&](double value, const char* column) {
      // The table has ten significant digits.
      CHECK(value == Approx(at(column)).epsilon(6e-10));
      worst = std::max(worst, std::abs(value - at(column)) * 100);
    };
    close(got.hold_value, "hold_value_ex");
    close(got.exercise_value, "exercise_value");
    close(got.interest, "interest_on_strike");
    close(got.put, "put_ex");
    close(got.gain, "gain_per_share");
    CHECK(got.exercise == (row.at("exercise") == "1"));
    ++checked;
  }
  std::printf("early_exercise.csv: %zu rows checked, worst difference %.1e cents a share\n", checked, worst);
}
