#include "core/execution/exits.hpp"

#include <catch2/catch.hpp>

#include "tests/support/small_market.hpp"

using namespace optix;

TEST_CASE("exit rules", "[trading][exits]") {
  struct Case {
    const char* what;
    ExitRules rules;
    const char* session;
    const char* entry_cost;   // debit positive
    const char* liquidation;  // empty: unknown
    const char* expected;
  };
  const auto rules = [](std::optional<int> dte, const char* target, const char* stop, std::optional<int> held) {
    ExitRules r;
    r.days_to_expiry = dte;
    if (*target) r.profit_target = dec(target);
    if (*stop) r.stop_loss = dec(stop);
    r.max_days_held = held;
    return r;
  };
  // Entered 2019-04-25, expires 2019-05-31.
  const Case cases[] = {
      {"no rules", rules({}, "", "", {}), "2019-05-31", "-200", "-1", "stay"},
      {"8 days left", rules(7, "", "", {}), "2019-05-23", "-200", "", "stay"},
      {"7 days left", rules(7, "", "", {}), "2019-05-24", "-200", "", "days_to_expiry"},
      {"over a weekend", rules(5, "", "", {}), "2019-05-28", "-200", "", "days_to_expiry"},
      {"held 9 of 10", rules({}, "", "", 10), "2019-05-04", "-200", "", "stay"},
      {"held 10", rules({}, "", "", 10), "2019-05-05", "-200", "", "max_days_held"},
      {"half the credit, a cent short", rules({}, "0.5", "", {}), "2019-05-01", "-200", "-100.01", "stay"},
      {"half the credit", rules({}, "0.5", "", {}), "2019-05-01", "-200", "-100", "profit_target"},
      {"twice the credit lost", rules({}, "0.5", "2", {}), "2019-05-01", "-200", "-600", "stop_loss"},
      {"a cent before the stop", rules({}, "0.5", "2", {}), "2019-05-01", "-200", "-599.99", "stay"},
      {"debit doubled", rules({}, "1", "0.5", {}), "2019-05-01", "150", "300", "profit_target"},
      {"debit halved", rules({}, "1", "0.5", {}), "2019-05-01", "150", "75", "stop_loss"},
      {"no price, no profit rule", rules({}, "0", "0", {}), "2019-05-01", "150", "", "stay"},
      {"profit comes before time", rules(7, "0.5", "2", 1), "2019-05-24", "-200", "0", "profit_target"},
      {"a zero entry has no multiple", rules({}, "0.5", "0.5", {}), "2019-05-01", "0", "50", "stay"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const auto got = exit_reason(
        c.rules, {day(c.session), day("2019-04-25"), day("2019-05-31"), dec(c.entry_cost), dec(c.liquidation)});
    CHECK((got ? std::string(enum_name(*got)) : "stay") == c.expected);
  }
}
