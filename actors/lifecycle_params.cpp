#include "actors/lifecycle_params.hpp"

#include "actors/param_specs.hpp"

namespace optix {

std::vector<ParamSpec> lifecycle_params() {
  const LifecycleRules usual;
  ParamSpec share = param("share", ParamKind::decimal,
                          "part of a short holding that is assigned when its holders exercise early: of n contracts "
                          "the whole number nearest to n times this");
  share.default_text = "1";
  share.min = 0;
  share.max = 1;
  ParamSpec random = param("random", ParamKind::boolean, "each contract is assigned with probability `share` instead");
  random.default_text = "false";
  ParamSpec assignment =
      param("assignment", ParamKind::map, "which short american options are assigned before they expire");
  assignment.shorthand = "model";
  assignment.default_text = std::string(enum_name(usual.assignment));
  assignment.children = {
      choice("model",
             "none; optimal: calls when a dividend is worth more than interest on the strike and the put, puts when "
             "that interest is worth more than the call; worst_case: those and, at every close, all whose exercise "
             "pays as much as selling them at the bid",
             usual.assignment),
      share, random, number("rate", "interest rate until the data publishes one, continuous", "0", -1, 1)};
  ParamSpec band = param("band", ParamKind::decimal, "distance from the strike, USD per share");
  band.default_text = "0";
  band.min = 0;
  ParamSpec pin = param("pin", ParamKind::map, "short options that expire within a band around their strike");
  pin.default_text = std::string(enum_name(usual.pin));
  pin.shorthand = "mode";
  pin.children = {
      choice("mode", "auto: assigned when in the money by the threshold; assigned: all; expired: none", usual.pin),
      band};
  return {
      choice("am_settlement",
             "value for contracts that settle on the opening print when the data does not publish it: error stops the "
             "run; prior_close and first_price substitute a price and flag the trade as estimated",
             usual.settlement.am),
      choice("missing_settlement",
             "when the data lacks the expiration session: error stops the run; last_price takes the price before it "
             "and flags the trade as estimated",
             usual.settlement.missing),
      choice("delivery", "auto: shares or cash, as the product specifies; cash: exercise value in cash for all",
             usual.delivery),
      assignment, pin};
}

LifecycleRules lifecycle_rules(const Value& p, std::uint64_t seed) {
  LifecycleRules rules;
  rules.settlement.am = choice_value<AmSettlement>(p.at("am_settlement").text());
  rules.settlement.missing = choice_value<MissingSettlement>(p.at("missing_settlement").text());
  rules.delivery = choice_value<DeliveryRule>(p.at("delivery").text());
  const Value& assignment = p.at("assignment");
  rules.assignment = choice_value<AssignmentModel>(assignment.at("model").text());
  rules.share = assignment.at("share").as_decimal();
  rules.random_share = assignment.at("random").as_bool();
  rules.rate = assignment.at("rate").as_double();
  rules.seed = seed;
  rules.pin = choice_value<PinMode>(p.at("pin").at("mode").text());
  rules.pin_band = p.at("pin").at("band").as_decimal();
  return rules;
}

}  // namespace optix
