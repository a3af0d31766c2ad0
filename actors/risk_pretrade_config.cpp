// The parameters of risk.pretrade: their table, and RiskRules from a checked map.
#include "actors/ports.hpp"
#include "actors/risk_pretrade.hpp"

namespace optix {
namespace {

ParamSpec whole_limit(std::string name, std::string doc) {
  ParamSpec spec = count(std::move(name), std::move(doc), "0", 0, 1e9);
  spec.hint = "0 means no limit";
  return spec;
}

ParamSpec map_of(std::string name, std::string doc, std::vector<ParamSpec> children, std::string shorthand = {}) {
  ParamSpec spec = param(std::move(name), ParamKind::map, std::move(doc));
  spec.default_text = "{}";
  spec.children = std::move(children);
  spec.shorthand = std::move(shorthand);
  return spec;
}

ParamSpec usd(std::string name, std::string doc) {
  ParamSpec spec = param(std::move(name), ParamKind::decimal, std::move(doc));
  spec.min = 0;
  spec.max = 1e12;
  return spec;
}

ParamSpec share(std::string name, std::string doc, double most) {
  ParamSpec spec = usd(std::move(name), std::move(doc));
  spec.max = most;
  spec.hint = "a fraction: 0.05 is 5 %";
  return spec;
}

ParamSpec limits_of_scope(LimitScope scope, std::string doc) {
  static constexpr const char* const docs[] = {
      "option contracts, summed over legs",
      "multi-leg positions",
      "price of the underlying x multiplier x contracts, USD",
      "|delta| x price x multiplier, USD for a move by 100 %",
      "|gamma| x price^2 x multiplier / 100, USD of delta for a move by 1 %",
      "|vega|, USD per 1.00 of volatility",
      "|theta|, USD a calendar day",
  };
  std::vector<ParamSpec> children;
  for (const LimitKind& kind : limit_kinds()) {
    if (scope == LimitScope::order && kind.measure == LimitMeasure::positions) continue;
    children.push_back(
        number(std::string(enum_name(kind.measure)), docs[static_cast<std::size_t>(kind.measure)], {}, 0, 1e15));
  }
  return map_of(std::string(enum_name(scope)), std::move(doc), std::move(children));
}

ParamSpec margin_spec() {
  ParamSpec account = choice<AccountKind>(
      "account", "margin rule; reg_t unless undefined_reserve is given. none: see undefined_reserve");
  account.choices.insert(account.choices.begin(), "none");
  ParamSpec classes = param("classes", ParamKind::any_map, "underlyings whose margin class is not that of the table");
  classes.default_text = "{}";
  ParamSpec leverage = param("leverage", ParamKind::decimal, "of a leveraged fund, without sign");
  leverage.min = 1;
  leverage.max = 10;
  ParamSpec one = map_of("symbol", "an underlying",
                         {choice<MarginClass>("class", "percentage of naked shorts: 20 %, or 15 % for broad ones"),
                          choice<ScanRange>("scan", "range of the portfolio scan"), leverage},
                         "class");
  classes.children = {one};
  return map_of(
      "margin", "what the account must have for what it holds",
      {account,
       choice("every", "when margin is computed, beside orders, changes and possible calls", MarginEvery::order),
       map_of("call", "when the maintenance requirement is not met",
              {choice("action", "report, or liquidate: close positions until it is met", CallAction::report),
               choice("policy", "which positions first", LiquidationPolicy::cheapest_first)},
              "action"),
       classes, number("rate", "continuous rate a year of vega, theta and the portfolio scan", "0", -1, 1)},
      "account");
}

std::vector<ParamSpec> risk_params() {
  ParamSpec check_cash =
      param("check_cash", ParamKind::boolean,
            "an opening order must be covered by buying power, or by free cash without a margin rule");
  check_cash.default_text = "true";
  ParamSpec undefined =
      param("allow_undefined_risk", ParamKind::boolean, "allow short contracts without a long behind them");
  undefined.default_text = "true";
  ParamSpec reserve = share("undefined_reserve",
                            "cash put aside for them without a margin rule, as a fraction of strike x multiplier; "
                            "0.20 when margin is none",
                            10);
  ParamSpec on_loss = param("on_loss", ParamKind::boolean,
                            "a loss above its limit engages the switch; false: it refuses openings while it lasts");
  on_loss.default_text = "true";
  ParamSpec flatten = param("flatten", ParamKind::boolean, "close every position when it is engaged");
  flatten.default_text = "false";
  return {whole_limit("max_contracts", "contracts in one opening order, summed over legs; 0: no limit"),
          whole_limit("max_open_contracts", "contracts open in all positions; 0: no limit"),
          whole_limit("max_positions", "multi-leg positions open at a time; 0: no limit"),
          map_of("limits", "largest values that an opening order may lead to; absent: no limit",
                 {limits_of_scope(LimitScope::order, "of one order"),
                  limits_of_scope(LimitScope::strategy, "of everything one strategy holds and has on its way"),
                  limits_of_scope(LimitScope::book, "of everything held and on its way")}),
          usd("max_daily_loss", "largest loss since the end of the session before, USD"),
          share("max_daily_loss_fraction", "the same as a share of the equity then", 1),
          usd("max_drawdown", "largest loss from the highest equity, USD"),
          share("max_drawdown_fraction", "the same as a share of the highest equity", 1),
          map_of("concentration", "largest share of one underlying",
                 {share("max", "the share", 100),
                  choice("of", "of its requirement in equity or in all requirements, of its notional in all notional",
                         ConcentrationOf::equity)},
                 "max"),
          share("max_margin_use", "largest initial requirement with the order, as a share of equity", 100),
          map_of("order_rate", "orders that may pass in an interval of market time",
                 {whole_limit("orders", "how many; 0: no limit"),
                  number("seconds", "length of the interval", "60", 1e-3, 1e9)},
                 "orders"),
          map_of("kill_switch", "what engages it, and what it does", {on_loss, flatten}),
          check_cash,
          undefined,
          reserve,
          margin_spec()};
}

void add_limit(RiskRules& rules, LimitScope scope, LimitMeasure measure, std::int64_t most) {
  if (most > 0) rules.limits.push_back({scope, measure, static_cast<double>(most)});
}

void read_limits(const Value& p, RiskRules& rules) {
  add_limit(rules, LimitScope::order, LimitMeasure::contracts, p.at("max_contracts").as_int());
  add_limit(rules, LimitScope::book, LimitMeasure::contracts, p.at("max_open_contracts").as_int());
  add_limit(rules, LimitScope::book, LimitMeasure::positions, p.at("max_positions").as_int());
  for (const LimitScope scope : {LimitScope::order, LimitScope::strategy, LimitScope::book}) {
    const Value& of_scope = p.at("limits").at(enum_name(scope));
    for (const LimitKind& kind : limit_kinds())
      if (of_scope.has(enum_name(kind.measure)))
        rules.limits.push_back({scope, kind.measure, of_scope.at(enum_name(kind.measure)).as_double()});
  }
}

Decimal decimal_or_none(const Value& p, std::string_view key) {
  return p.has(key) ? p.at(key).as_decimal() : Decimal::none();
}

std::optional<Error> read_margin(const Value& p, RiskRules& rules) {
  const Value& margin = p.at("margin");
  MarginRules& out = rules.margin;
  const bool reserve = p.has("undefined_reserve");
  if (margin.has("account")) {
    const Value& account = margin.at("account");
    out.account.reset();
    if (account.text() != "none") out.account = choice_value<AccountKind>(account.text());
    if (reserve && out.account)
      return Error{"undefined_reserve is a stand-in for a margin rule, and margin.account is " + account.text(),
                   p.at("undefined_reserve").where().to_string(), "leave one of them out"};
  } else if (reserve) {
    out.account.reset();
  }
  if (reserve) rules.undefined_reserve = p.at("undefined_reserve").as_decimal();
  out.every = choice_value<MarginEvery>(margin.at("every").text());
  out.action = choice_value<CallAction>(margin.at("call").at("action").text());
  out.policy = choice_value<LiquidationPolicy>(margin.at("call").at("policy").text());
  out.rate = margin.at("rate").as_double();
  for (const auto& [name, value] : margin.at("classes").members()) {
    const auto symbol = Symbol::from(name);
    if (!symbol)
      return Error{"'" + name + "' is not a symbol", value.where().to_string(), "one to eight characters, e.g. SPX"};
    MarginOverride other;
    other.symbol = *symbol;
    if (value.has("class")) other.margin_class = choice_value<MarginClass>(value.at("class").text());
    if (value.has("scan")) other.scan = choice_value<ScanRange>(value.at("scan").text());
    if (value.has("leverage")) other.leverage = value.at("leverage").as_decimal();
    out.overrides.push_back(other);
  }
  return std::nullopt;
}

Result<RiskRules> rules_of(const Value& p) {
  RiskRules rules;
  read_limits(p, rules);
  rules.losses.max_daily_loss = decimal_or_none(p, "max_daily_loss");
  rules.losses.max_daily_loss_fraction = decimal_or_none(p, "max_daily_loss_fraction");
  rules.losses.max_drawdown = decimal_or_none(p, "max_drawdown");
  rules.losses.max_drawdown_fraction = decimal_or_none(p, "max_drawdown_fraction");
  rules.losses.engage = p.at("kill_switch").at("on_loss").as_bool();
  rules.flatten = p.at("kill_switch").at("flatten").as_bool();
  const Value& concentration = p.at("concentration");
  if (concentration.has("max")) rules.concentration = concentration.at("max").as_decimal().to_double();
  rules.concentration_of = choice_value<ConcentrationOf>(concentration.at("of").text());
  if (p.has("max_margin_use")) rules.margin_use = p.at("max_margin_use").as_decimal().to_double();
  rules.rate_orders = p.at("order_rate").at("orders").as_int();
  rules.rate_seconds = p.at("order_rate").at("seconds").as_double();
  rules.check_cash = p.at("check_cash").as_bool();
  rules.allow_undefined_risk = p.at("allow_undefined_risk").as_bool();
  if (auto error = read_margin(p, rules)) return *error;
  const bool by_requirement = rules.concentration && rules.concentration_of != ConcentrationOf::notional;
  if (!rules.margin.account && (rules.margin_use || by_requirement))
    return Error{"max_margin_use and concentration of a requirement need a margin rule, and margin.account is none",
                 p.at("margin").where().to_string(), "set margin: {account: reg_t}, or concentration: {of: notional}"};
  return rules;
}

}  // namespace

NodeType risk_pretrade_node_type() {
  NodeType type;
  type.schema.name = "risk.pretrade";
  type.schema.doc = "refuses orders that break a limit, watches losses and margin, closes positions when it must";
  type.schema.inputs = {
      {"orders", order_messages(), "orders from strategies", true},
      {"market", market_messages(), "contracts, quotes and staleness", true},
      {"reports", report_messages(), "what became of approved orders", true},
      {"account", account_messages(), "deposits and equity; needed for cash, margin and losses", false},
      {"settled", {ContractSettled::info.id}, "expired contracts; without it they count as open", false},
      {"control", risk_messages(), "engages or releases the kill switch", false}};
  type.schema.outputs = {{"approved", order_messages(), "orders that may go to the venue, and its own closing orders"},
                         {"rejected", {OrderRejected::info.id}, "orders that may not"},
                         {"state", risk_messages(), "margin, margin calls, the kill switch"}};
  type.schema.params = risk_params();
  type.make = [](const NodeSetup& setup) -> Result<std::unique_ptr<Node>> {
    auto rules = rules_of(setup.params);
    if (!rules) return rules.error();
    return std::unique_ptr<Node>(std::make_unique<PretradeRisk>(std::move(*rules)));
  };
  return type;
}

}  // namespace optix
