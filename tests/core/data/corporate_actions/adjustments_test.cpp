#include "core/data/corporate_actions/adjustments.hpp"

#include <catch2/catch.hpp>

#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

AdjustedContract contract(const char* root, const char* strike, const char* shares = "100", const char* cash = "0") {
  AdjustedContract out;
  out.terms.id = 7;
  out.terms.root = sym(root);
  out.terms.underlying = sym("XYZ");
  out.terms.strike = dec(strike);
  out.shares = dec(shares);
  out.cash = dec(cash);
  return out;
}

// "XYZ 50.00 x2 100.00 + 0.00"
std::string text_of(const AdjustedContract& c) {
  CHECK(c.terms.id == 7);
  CHECK(c.quantity_old == 1);
  return c.terms.root.to_string() + " " + c.terms.strike.to_string() + " x" + std::to_string(c.quantity_new) + " " +
         c.shares.to_string() + " + " + c.cash.to_string();
}

}  // namespace

TEST_CASE("contracts after a split", "[data][corporate]") {
  struct Case {
    AdjustedContract before;
    std::int64_t new_shares, old_shares;
    const char* price;
    const char* after;
  };
  const Case cases[] = {
      {contract("XYZ", "100"), 2, 1, "101", "XYZ 50.00 x2 100.00 + 0.00"},
      {contract("XYZ", "100"), 4, 2, "101", "XYZ 50.00 x2 100.00 + 0.00"},
      {contract("XYZ", "100"), 3, 1, "101", "XYZ 33.33 x3 100.00 + 0.00"},
      {contract("XYZ", "50"), 3, 1, "101", "XYZ 16.67 x3 100.00 + 0.00"},
      {contract("XYZ", "100.05"), 2, 1, "101", "XYZ 50.03 x2 100.00 + 0.00"},  // half a cent goes up
      {contract("XYZ", "100"), 3, 2, "60", "ROOT 100.00 x1 150.00 + 0.00"},
      {contract("XYZ", "5"), 1, 10, "5.5", "ROOT 5.00 x1 10.00 + 0.00"},
      // a third of a share of 18 USD
      {contract("XYZ", "5"), 1, 3, "6", "ROOT 5.00 x1 33.00 + 6.00"},
      {contract("XYZ", "5"), 1, 3, "", "ROOT 5.00 x1 33.333333 + 0.00"},
      {contract("XYZ", "5"), 1, 1000, "0.5", "ROOT 5.00 x1 0.00 + 50.00"},
      // of what is adjusted already
      {contract("XYZ1", "5", "10"), 2, 1, "55", "XYZ1 2.50 x2 10.00 + 0.00"},
      {contract("XYZ1", "5", "10", "3"), 3, 2, "55", "ROOT 5.00 x1 15.00 + 3.00"},
  };
  for (const Case& c : cases) {
    INFO(text_of(c.before) << ", " << c.new_shares << " for " << c.old_shares);
    CHECK(text_of(after_split(c.before, c.new_shares, c.old_shares, dec(c.price), sym("ROOT"))) == c.after);
  }
}

TEST_CASE("contracts after a special dividend", "[data][corporate]") {
  struct Case {
    AdjustedContract before;
    const char* amount;
    const char* after;  // empty: not adjusted
  };
  const Case cases[] = {
      {contract("XYZ", "100"), "7", "XYZ 93.00 x1 100.00 + 0.00"},
      {contract("XYZ", "100"), "0.125", "XYZ 99.875 x1 100.00 + 0.00"},
      {contract("XYZ", "100"), "0.124999", ""},
      {contract("XYZ", "7.01"), "7", "XYZ 0.01 x1 100.00 + 0.00"},
      {contract("XYZ", "7"), "7", "ROOT 7.00 x1 100.00 + 700.00"},
      {contract("XYZ1", "5", "10", "2"), "7", "ROOT 5.00 x1 10.00 + 72.00"},
  };
  for (const Case& c : cases) {
    INFO(text_of(c.before) << ", " << c.amount);
    const auto after = after_special_dividend(c.before, dec(c.amount), sym("ROOT"));
    CHECK((after ? text_of(*after) : "") == c.after);
  }
}

TEST_CASE("adjusted contracts get the next free root", "[data][corporate]") {
  const auto root = [](const char* name, std::vector<std::string> taken) {
    return adjusted_root(sym(name),
                         [&](Symbol s) { return std::find(taken.begin(), taken.end(), s.to_string()) != taken.end(); })
        .to_string();
  };
  CHECK(root("XYZ", {}) == "XYZ1");
  CHECK(root("XYZ", {"XYZ", "XYZ1"}) == "XYZ2");
  CHECK(root("XYZ1", {"XYZ1"}) == "XYZ2");
  CHECK(root("XYZ1", {"XYZ1", "XYZ2"}) == "XYZ3");
  CHECK(root("ABCDEF", {}) == "ABCDE1");
  CHECK(root("7", {}) == "71");
}
