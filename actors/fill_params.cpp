#include "actors/fill_params.hpp"

#include "actors/param_specs.hpp"

namespace optix {
namespace {

constexpr std::string_view by_product = "by_product";

std::string part_doc(std::string_view name) {
  for (const FillPart& part : fill_parts())
    if (part.name == name) return std::string(part.doc);
  throw std::logic_error("there is no part of a fill named " + std::string(name));
}

ParamSpec share_param(const std::string& name) {
  ParamSpec spec = param(name, ParamKind::decimal, part_doc(name));
  spec.min = 0;
  spec.max = 1;
  spec.hint = "a share is a fraction: 0.1 is a tenth";
  return spec;
}

ParamSpec resting_param() {
  ParamSpec spec = param("resting", ParamKind::map, part_doc("resting"));
  spec.shorthand = "policy";
  spec.default_text = "{}";
  const FillRules usual;
  ParamSpec policy = choice<RestingPolicy>(
      "policy",
      "touch: a later quote's touch is within the limit; model: the model's own price on a later quote is; "
      "probability: by chance, the likelier the deeper the limit is in the spread; queue: when the volume traded "
      "since has used up what stood before it",
      usual.resting);
  spec.children = {policy,
                   number("probability",
                          "probability: per snapshot, of a limit at the far touch; less in proportion "
                          "to how far from the near touch it is",
                          "1", 0, 1),
                   count("queue_ahead", "queue: contracts before the order; without it the displayed size",
                         std::nullopt, 0, 1'000'000'000)};
  return spec;
}

}  // namespace

ParamSpec fill_param() {
  ParamSpec spec = param("fill", ParamKind::map, "at what price, and how much, orders trade");
  spec.default_text = "{}";
  spec.shorthand = "model";

  ParamSpec model = param("model", ParamKind::choice, "price model");
  model.default_text = "spread_fraction";
  for (const NamedFillModel& named : named_fill_models()) {
    model.doc += (model.choices.empty() ? ": " : "; ") + std::string(named.name) + " = " + std::string(named.doc);
    model.choices.emplace_back(named.name);
  }
  ParamSpec fraction = param("fraction", ParamKind::decimal,
                             "share of the half-spread paid, for spread_fraction: 1 is the touch, 0 the mid");
  fraction.default_text = "1.0";
  fraction.min = 0;
  fraction.max = 1;
  fraction.hint = "1 buys at the ask and sells at the bid; 0 trades the mid";
  ParamSpec each = fraction;
  each.default_text.reset();
  ParamSpec by_legs = param("by_legs", ParamKind::list, "for spread_fraction: " + part_doc("by_legs"));
  by_legs.children = {each};
  ParamSpec tick = choice<TickClass>("tick", part_doc("tick"), TickClass::none);
  tick.choices.emplace_back(by_product);
  ParamSpec penny = param("penny_classes", ParamKind::list,
                          "by_product: option roots in the Penny Interval Program, beside SPY, QQQ and IWM");
  penny.children = {param("root", ParamKind::text, "option root")};
  spec.children = {model,
                   fraction,
                   by_legs,
                   tick,
                   penny,
                   number("impact", part_doc("impact"), "0", 0, 100),
                   share_param("size_share"),
                   share_param("volume_share"),
                   resting_param()};
  return spec;
}

Result<FillRules> fill_rules(const Value& params) {
  FillRules out;
  const std::string& name = params.at("model").text();
  const NamedFillModel* model = find_fill_model(name);
  if (!model) throw std::logic_error("unknown fill model " + name);
  out.fraction_by_legs = same_for_all_legs(model->fraction.value_or(params.at("fraction").as_decimal()));
  if (params.has("by_legs")) {
    const Value& list = params.at("by_legs");
    const std::size_t given = list.items().size();
    if (model->fraction)
      return Error{"fill: by_legs does not go with the model " + name, list.where().to_string(),
                   "leave the model out, or name spread_fraction"};
    if (given == 0 || given > out.fraction_by_legs.size())
      return Error{"fill: by_legs has " + std::to_string(given) + " fractions", list.where().to_string(),
                   "give one for each number of legs, at most " + std::to_string(out.fraction_by_legs.size())};
    for (std::size_t i = 0; i < out.fraction_by_legs.size(); ++i)
      out.fraction_by_legs[i] = list.items()[std::min(i, given - 1)].as_decimal();
  }
  const std::string& tick = params.at("tick").text();
  out.product_ticks = tick == by_product;
  if (!out.product_ticks) out.ticks = choice_value<TickClass>(tick);
  if (params.has("penny_classes"))
    for (const Value& root : params.at("penny_classes").items()) {
      const auto symbol = Symbol::from(root.text());
      if (!symbol)
        return Error{"fill: '" + root.text() + "' is not an option root", root.where().to_string(),
                     "at most eight characters, as SPXW"};
      out.penny_classes.push_back(*symbol);
    }
  out.impact = params.at("impact").as_double();
  if (params.has("size_share")) out.size_share = params.at("size_share").as_decimal();
  if (params.has("volume_share")) out.volume_share = params.at("volume_share").as_decimal();
  const Value& resting = params.at("resting");
  read_choice(resting, "policy", out.resting);
  out.resting_probability = resting.at("probability").as_double();
  if (resting.has("queue_ahead")) out.queue_ahead = resting.at("queue_ahead").as_int();
  return out;
}

}  // namespace optix
