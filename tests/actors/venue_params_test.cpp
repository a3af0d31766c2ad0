// The parameters `fill` and `fees` of a simulated venue.
#include <catch2/catch.hpp>

#include "actors/fee_params.hpp"
#include "actors/fill_params.hpp"
#include "config/check.hpp"
#include "config/yaml.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

// The parameter's value after the checker, or what it says.
std::variant<Value, std::string> checked(const ParamSpec& spec, const std::string& yaml) {
  Diagnostics errors;
  const auto value = parse_yaml_value(yaml, {"test", 1, 1});
  if (!value) throw std::runtime_error("not YAML: " + yaml);
  Value map = Value::map({{spec.name, *value}});
  Value out = check_map(map, {spec}, "", errors);
  if (!errors.empty()) return errors.render();
  return out.at(spec.name);
}

FillRules rules_of(const std::string& yaml) { return *fill_rules(std::get<Value>(checked(fill_param(), yaml))); }
FeeTable fees_of(const std::string& yaml) { return *fee_table(std::get<Value>(checked(fees_param(), yaml))); }

template <class T>
std::string refusal(const Result<T>& result) {
  return result ? "accepted" : result.error().what;
}

FeeLeg ten(bool buy, const char* price = "2.50") {
  FeeLeg leg;
  leg.buy = buy;
  leg.quantity = 10;
  leg.price = dec(price);
  return leg;
}

Decimal cost(const std::string& yaml, bool buy, const char* price = "2.50") {
  return fees_of(yaml).fees(std::vector{ten(buy, price)}, day("2025-03-10"));
}

}  // namespace

TEST_CASE("fill parameters", "[trading][fills]") {
  const FillRules usual = rules_of("{}");
  CHECK(usual.fraction_by_legs[0] == dec("1"));
  CHECK(usual.fraction_by_legs[7] == dec("1"));
  CHECK(usual.ticks == TickClass::none);
  CHECK_FALSE(usual.product_ticks);
  CHECK(usual.impact == 0);
  CHECK(usual.size_share.is_none());
  CHECK(usual.volume_share.is_none());
  CHECK(usual.resting == RestingPolicy::model);
  CHECK(usual.resting_probability == 1);
  CHECK(usual.queue_ahead == -1);

  CHECK(rules_of("mid").fraction_by_legs[3] == dec("0"));
  CHECK(rules_of("{model: effective_adjusted, fraction: 0.2}").fraction_by_legs[0] == dec("0.58"));
  CHECK(rules_of("{model: spread_fraction, fraction: 0.2}").fraction_by_legs[7] == dec("0.2"));
  const FillRules legs = rules_of("{by_legs: [0.5, 0.4, 0.3]}");
  CHECK(legs.fraction_by_legs[0] == dec("0.5"));
  CHECK(legs.fraction_by_legs[1] == dec("0.4"));
  CHECK(legs.fraction_by_legs[2] == dec("0.3"));
  CHECK(legs.fraction_by_legs[7] == dec("0.3"));

  const FillRules full = rules_of(
      "{tick: by_product, penny_classes: [AAPL, MSFT], impact: 0.8, size_share: 0.5, volume_share: 0.1, "
      "resting: {policy: queue, queue_ahead: 25, probability: 0.3}}");
  CHECK(full.product_ticks);
  CHECK(full.penny_classes == std::vector{sym("AAPL"), sym("MSFT")});
  CHECK(full.impact == 0.8);
  CHECK(full.size_share == dec("0.5"));
  CHECK(full.volume_share == dec("0.1"));
  CHECK(full.resting == RestingPolicy::queue);
  CHECK(full.queue_ahead == 25);
  CHECK(full.resting_probability == 0.3);
  CHECK(rules_of("{tick: nickel, resting: touch}").ticks == TickClass::nickel);
  CHECK(rules_of("{resting: touch}").resting == RestingPolicy::touch);
}

TEST_CASE("fill parameters that do not go together", "[trading][fills]") {
  const auto refused = [](const std::string& yaml) {
    return refusal(fill_rules(std::get<Value>(checked(fill_param(), yaml))));
  };
  CHECK(refused("{model: touch, by_legs: [0.5]}") == "fill: by_legs does not go with the model touch");
  CHECK(refused("{by_legs: []}") == "fill: by_legs has 0 fractions");
  CHECK(refused("{by_legs: [1, 1, 1, 1, 1, 1, 1, 1]}") == "accepted");
  CHECK(refused("{by_legs: [1, 1, 1, 1, 1, 1, 1, 1, 1]}") == "fill: by_legs has 9 fractions");
  CHECK(refused("{penny_classes: [TOOLONGROOT]}") == "fill: 'TOOLONGROOT' is not an option root");
  for (const char* yaml : {"{by_legs: [1.5]}", "{size_share: 2}", "{volume_share: -0.1}", "{impact: -1}", "best",
                           "{resting: sometimes}", "{tick: dime}", "{resting: {probability: 1.5}}"}) {
    INFO(yaml);
    CHECK(std::holds_alternative<std::string>(checked(fill_param(), yaml)));
  }
}

TEST_CASE("fee parameters", "[trading][fees]") {
  CHECK(cost("{}", true) == Decimal{});
  CHECK(fees_of("{}").lines().empty());
  CHECK(cost("0.65", true) == dec("6.50"));
  CHECK(cost("{per_contract: 0.65, per_order: 1}", true) == dec("7.50"));
  CHECK(cost("{per_order: 1}", true) == dec("1"));
  CHECK(cost("{schedule: ibkr}", false) == dec("7.1289"));
  CHECK(cost("{schedule: ibkr, rounding: half_up}", false) == dec("7.13"));
  CHECK(cost("{schedule: ibkr, rounding: ceil}", false) == dec("7.14"));
  CHECK(cost("{schedule: regulatory, per_contract: 0.65}", false) == dec("7.1289"));
  const char* const own =
      "{lines: [{name: exchange, from: 2025-01-01, until: 2025-12-31, side: sell, products: options, rate: 0.4, "
      "rounding: half_up}, {name: surcharge, basis: per_order, rate: 2, cap_per_order: 1.5}]}";
  CHECK(cost(own, false) == dec("5.50"));
  CHECK(cost(own, true) == dec("1.50"));
  CHECK(fees_of(own).fees(std::vector{ten(false)}, day("2026-01-01")) == dec("1.50"));
  const char* const banded =
      "{lines: [{name: commission, intent: open, bands: [{from: 0, rate: 0.25}, {from: 0.05, rate: 0.5}], "
      "minimum: 3, cap_per_leg: 4, roots: [SPXW, XYZ]}]}";
  FeeLeg leg = ten(true, "0.04");
  leg.root = sym("XYZ");
  CHECK(fees_of(banded).fees(std::vector{leg}, day("2025-03-10")) == dec("3"));
  leg.price = dec("0.05");
  CHECK(fees_of(banded).fees(std::vector{leg}, day("2025-03-10")) == dec("4"));
  leg.opens = false;
  CHECK(fees_of(banded).fees(std::vector{leg}, day("2025-03-10")) == Decimal{});
}

TEST_CASE("fee parameters that cannot be meant", "[trading][fees]") {
  const auto refused = [](const std::string& yaml) {
    return refusal(fee_table(std::get<Value>(checked(fees_param(), yaml))));
  };
  CHECK(refused("{lines: [{name: a, from: 2025-01-02, until: 2025-01-01}]}") == "the line ends before it begins");
  CHECK(refused("{lines: [{name: a, bands: [{from: 1, rate: 1}]}]}") == "the first premium band must begin at 0");
  CHECK(refused("{lines: [{name: a, roots: [TOOLONGROOT]}]}") == "fees: 'TOOLONGROOT' is not an option root");
  for (const char* yaml : {"{lines: [{rate: 1}]}", "-1", "{schedule: free}", "{lines: [{name: a, rate: -1}]}",
                           "{lines: [{name: a, basis: per_day}]}", "{rounding: down}"}) {
    INFO(yaml);
    CHECK(std::holds_alternative<std::string>(checked(fees_param(), yaml)));
  }
}
