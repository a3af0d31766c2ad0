// The parameters of strategy.rules: their table, and StrategyRules from a checked map.
#include "actors/ports.hpp"
#include "actors/strategy_rules.hpp"
#include "messages/metrics.hpp"

namespace optix {
namespace {

ParamSpec fraction(std::string name, std::string doc, std::optional<std::string> fallback = {}) {
  return {.name = std::move(name),
          .kind = ParamKind::number,
          .doc = std::move(doc),
          .default_text = std::move(fallback),
          .min = 0,
          .max = 1,
          .hint = "deltas are fractions without sign"};
}

ParamSpec multiple(std::string name, std::string doc) {
  return {.name = std::move(name),
          .kind = ParamKind::decimal,
          .doc = std::move(doc),
          .min = 0,
          .max = 1000,
          .hint = "0.5 is half the entry price, 2 is twice"};
}

ParamSpec map(std::string name, std::string doc, std::optional<std::string> fallback, std::vector<ParamSpec> children,
              std::string shorthand = {}) {
  return {.name = std::move(name),
          .kind = ParamKind::map,
          .doc = std::move(doc),
          .default_text = std::move(fallback),
          .children = std::move(children),
          .shorthand = std::move(shorthand)};
}

ParamSpec leg_spec() {
  ParamSpec right{.name = "right",
                  .kind = ParamKind::choice,
                  .doc = "call or put",
                  .required = true,
                  .choices = choices_of<Right>()};
  ParamSpec side{.name = "side",
                 .kind = ParamKind::choice,
                 .doc = "what the entry does",
                 .required = true,
                 .choices = {"buy", "sell"}};
  ParamSpec points{.name = "points",
                   .kind = ParamKind::decimal,
                   .doc = "strike distance, USD; negative is below",
                   .required = true,
                   .min = -1e6,
                   .max = 1e6};
  return map("leg", "one contract of the position; give delta or strike_offset", {},
             {right, side, count("quantity", "contracts", "1", 1, 1'000'000),
              map("delta", "the strike whose |delta| is nearest to target within the band", {},
                  {required(fraction("target", "|delta| wanted")), fraction("min", "smallest |delta| taken", "0"),
                   fraction("max", "largest |delta| taken", "1"),
                   choice("tie", "which of two equally near", StrikeTie::lowest_strike)},
                  "target"),
              map("strike_offset", "the listed strike nearest to another leg's strike + points", {},
                  {required(count("from", "the other leg, counted from 0", std::nullopt, 0, 63)), points})});
}

ParamSpec size_spec() {
  ParamSpec of_budget = fraction("fraction", "budget: share of equity, or of buying power; kelly: part of full Kelly");
  of_budget.kind = ParamKind::decimal;
  of_budget.max = 100;
  of_budget.hint = "0.02 is 2 %";
  ParamSpec cap = fraction("cap", "kelly: largest share of equity at stake", "1");
  cap.kind = ParamKind::decimal;
  cap.hint = "0.25 is 25 %";
  return map("size", "how many units of the legs an entry has", "{}",
             {choice("model", "what the number of units follows from; see docs/risk.md", SizingModel::fixed),
              count("units", "fixed: how many; kelly: how many while too few trades are closed", "1", 1, 1'000'000),
              of_budget, count("max_units", "never more", "1000000", 1, 1'000'000),
              count("min_trades", "kelly: closed trades that it takes", "30", 1, 1'000'000), cap,
              number("confidence", "var: probability that the loss stays below", "0.95", 0.5, 0.99999),
              number("days", "var: trading days ahead", "1", 0.01, 1000)},
             "units");
}

std::vector<ParamSpec> strategy_params() {
  const std::vector<ParamSpec> days = {
      required(count("target", "calendar days to expiration wanted", std::nullopt, 0, 10'000)),
      count("min", "fewest days taken", "0", 0, 10'000), count("max", "most days taken", "10000", 0, 10'000),
      choice("tie", "which of two equally near", ExpiryTie::smaller)};
  ParamSpec legs{.name = "legs",
                 .kind = ParamKind::list,
                 .doc = "the contracts of the position",
                 .required = true,
                 .min = 1,
                 .max = max_rule_legs,
                 .children = {leg_spec()}};
  ParamSpec roots{.name = "roots",
                  .kind = ParamKind::list,
                  .doc = "option roots to choose from; empty: all",
                  .default_text = "[]",
                  .children = {{.name = "root", .kind = ParamKind::text, .doc = "an option root, for example SPXW"}}};
  ParamSpec min_bid{.name = "min_bid",
                    .kind = ParamKind::decimal,
                    .doc = "bid and ask of every leg must be above this, USD per share",
                    .default_text = "0.05",
                    .min = 0};
  return {{.name = "name", .kind = ParamKind::text, .doc = "for people", .default_text = ""},
          {.name = "underlying",
           .kind = ParamKind::text,
           .doc = "symbol; empty: that of the first snapshot",
           .default_text = ""},
          roots,
          map("positions", "how much at a time", "{}",
              {count("max_open", "positions open at a time", "1", 1, 100'000), size_spec()}, "max_open"),
          required(map(
              "entry", "when and where to enter", {},
              {required(map("days_to_expiry", "which expiration: calendar days from the session", {}, days, "target")),
               min_bid, count("every", "fewest sessions from one entry to the next; 0: no limit", "1", 0, 10'000)})),
          legs,
          map("exit", "when to leave; the first rule that applies", "{}",
              {count("days_to_expiry", "on the first day with at most this many calendar days left", std::nullopt, 0,
                     10'000),
               multiple("profit_target", "profit at the touch, as a multiple of the entry credit or debit"),
               multiple("stop_loss", "loss at the touch, as a multiple of the entry credit or debit"),
               count("max_days_held", "calendar days after the entry", std::nullopt, 0, 10'000),
               {.name = "at_expiry",
                .kind = ParamKind::boolean,
                .doc = "carry positions through expiration, as they are when no rule applies; not with days_to_expiry",
                .default_text = "false"}}),
          choice("assignment",
                 "shares delivered by assignment or exercise: sold or bought back at the next snapshot, "
                 "or held until an exit rule applies",
                 AssignedShares::close_shares),
          map("order", "how entries and exits are sent", "{}",
              {choice("type", "market or limit", OrderType::market),
               choice("limit", "net price of a limit order, from the quotes it was decided on", LimitPrice::mid),
               choice("time_in_force", "of a limit order", TimeInForce::day)},
              "type")};
}

Result<Symbol> symbol_of(const Value& value, const char* key) {
  if (const auto symbol = Symbol::from(value.text())) return *symbol;
  return Error{std::string(key) + ": '" + value.text() + "' is not a symbol", value.where().to_string(),
               "one to eight characters, for example SPX"};
}

LegRule leg_of(const Value& value) {
  LegRule leg;
  leg.right = choice_value<Right>(value.at("right").text());
  const auto quantity = static_cast<std::int32_t>(value.at("quantity").as_int());
  leg.quantity = value.at("side").text() == "buy" ? quantity : -quantity;
  if (value.has("delta")) {
    const Value& delta = value.at("delta");
    leg.delta = DeltaRule{delta.at("target").as_double(), delta.at("min").as_double(), delta.at("max").as_double(),
                          choice_value<StrikeTie>(delta.at("tie").text())};
  }
  if (value.has("strike_offset")) {
    const Value& offset = value.at("strike_offset");
    leg.offset = OffsetRule{static_cast<std::size_t>(offset.at("from").as_int()), offset.at("points").as_decimal()};
  }
  return leg;
}

std::optional<Error> read_size(const Value& value, SizingRules& size) {
  size.model = choice_value<SizingModel>(value.at("model").text());
  size.units = value.at("units").as_int();
  size.max_units = value.at("max_units").as_int();
  size.min_trades = value.at("min_trades").as_int();
  size.cap = value.at("cap").as_decimal();
  size.confidence = value.at("confidence").as_double();
  size.days = value.at("days").as_double();
  if (value.has("fraction")) size.fraction = value.at("fraction").as_decimal();
  const bool needs_fraction = size.model != SizingModel::fixed && size.model != SizingModel::kelly;
  if (needs_fraction && !value.has("fraction"))
    return Error{"positions.size: " + value.at("model").text() + " needs a fraction",
                 value.at("model").where().to_string(), "for example fraction: 0.02"};
  return std::nullopt;
}

Result<StrategyRules> rules_of(const Value& params) {
  StrategyRules rules;
  const Value& underlying = params.at("underlying");
  if (!underlying.is_null() && !underlying.text().empty()) {
    auto symbol = symbol_of(underlying, "underlying");
    if (!symbol) return symbol.error();
    rules.underlying = *symbol;
  }
  for (const Value& root : params.at("roots").items()) {
    auto symbol = symbol_of(root, "roots");
    if (!symbol) return symbol.error();
    rules.selection.roots.push_back(*symbol);
  }
  rules.max_open = static_cast<std::int32_t>(params.at("positions").at("max_open").as_int());
  const Value& entry = params.at("entry");
  const Value& days = entry.at("days_to_expiry");
  rules.selection.expiry = {static_cast<int>(days.at("min").as_int()), static_cast<int>(days.at("max").as_int()),
                            static_cast<int>(days.at("target").as_int()),
                            choice_value<ExpiryTie>(days.at("tie").text())};
  rules.selection.min_bid = entry.at("min_bid").as_decimal();
  rules.every = static_cast<std::int32_t>(entry.at("every").as_int());
  for (const Value& leg : params.at("legs").items()) rules.selection.legs.push_back(leg_of(leg));
  if (const auto defect = rule_defect(rules.selection))
    return Error{*defect, params.at("legs").where().to_string(), {}};

  const Value& exit = params.at("exit");
  if (exit.has("days_to_expiry")) rules.exits.days_to_expiry = static_cast<int>(exit.at("days_to_expiry").as_int());
  if (exit.has("profit_target")) rules.exits.profit_target = exit.at("profit_target").as_decimal();
  if (exit.has("stop_loss")) rules.exits.stop_loss = exit.at("stop_loss").as_decimal();
  if (exit.has("max_days_held")) rules.exits.max_days_held = static_cast<int>(exit.at("max_days_held").as_int());
  if (exit.at("at_expiry").as_bool() && rules.exits.days_to_expiry)
    return Error{"exit.at_expiry carries positions through expiration, and exit.days_to_expiry closes them before",
                 exit.at("at_expiry").where().to_string(), "leave one of them out"};
  rules.assigned = choice_value<AssignedShares>(params.at("assignment").text());
  if (auto error = read_size(params.at("positions").at("size"), rules.size)) return *error;
  const Value& order = params.at("order");
  rules.order_type = choice_value<OrderType>(order.at("type").text());
  rules.limit = choice_value<LimitPrice>(order.at("limit").text());
  rules.time_in_force = choice_value<TimeInForce>(order.at("time_in_force").text());
  return rules;
}

}  // namespace

NodeType strategy_rules_node_type() {
  NodeType type;
  type.schema.name = "strategy.rules";
  type.schema.doc = "enters and leaves multi-leg positions by rules on delta, days to expiry and profit";
  type.schema.inputs = {{"market", market_messages(), "chains to decide on", true},
                        {"reports", report_messages(), "what became of its orders", true},
                        {"settled", {ContractSettled::info.id}, "its contracts that expired", false},
                        {"account", account_messages(), "equity for sizing, holdings after corporate actions", false}};
  type.schema.outputs = {{"orders", order_messages(), "entries and exits"},
                         {"values", {MetricValue::info.id}, "entries that sizing gave no unit, when the run ends"}};
  type.schema.params = strategy_params();
  type.make = [](const NodeSetup& setup) -> Result<std::unique_ptr<Node>> {
    auto rules = rules_of(setup.params);
    if (!rules) return rules.error();
    return std::unique_ptr<Node>(std::make_unique<RulesStrategy>(std::move(*rules)));
  };
  return type;
}

}  // namespace optix
