#include "actors/executor_simulated.hpp"

#include "actors/ports.hpp"
#include "core/execution/fills/fill_models.hpp"
#include "messages/codec/state.hpp"

namespace optix {

void SimulatedExecutor::on_wave(const Wave& wave, Context& out) {
  for (const WaveEvent& event : wave.events) {
    switch (event.message->id()) {
      case ChainSnapshot::info.id: venue_.on_snapshot(*event.message, reports_); break;
      case OrderRequest::info.id: venue_.on_order(event.get<OrderRequest>(), reports_); break;
      case OrderCancel::info.id: venue_.on_cancel(event.get<OrderCancel>(), reports_); break;
      case OrderReplace::info.id: venue_.on_replace(event.get<OrderReplace>(), reports_); break;
      case OrderQuery::info.id: venue_.on_query(event.get<OrderQuery>(), reports_); break;
      case ExerciseInstruction::info.id: venue_.on_exercise(*event.message, reports_); break;
      case KillSwitch::info.id: venue_.on_kill_switch(event.get<KillSwitch>(), reports_); break;
      case ContractsAdjusted::info.id: venue_.on_adjusted(event.get<ContractsAdjusted>(), reports_); break;
      case SplitNotice::info.id: venue_.on_split(event.get<SplitNotice>(), reports_); break;
      case InstrumentBatch::info.id: venue_.on_instruments(*event.message); break;
      case FeedState::info.id: venue_.on_feed(event.get<FeedState>()); break;
      default: break;
    }
  }
  for (MessageRef& report : reports_) out.emit(0, std::move(report));
  reports_.clear();
}

void SimulatedExecutor::save(std::string& out) const { encode_state(venue_.state(), out); }
void SimulatedExecutor::load(std::string_view bytes) { venue_.restore(decode_state<Venue::State>(bytes)); }

NodeType executor_simulated_node_type() {
  NodeType type;
  type.schema.name = "executor.simulated";
  type.schema.doc = "simulated venue: fills orders against the latest chain at a chosen price model";
  type.schema.inputs = {{"market", market_messages(), "quotes to trade against", true},
                        {"orders", order_messages(), "orders, after risk", true},
                        {"control", risk_messages(), "the kill switch", false}};
  type.schema.outputs = {{"reports", report_messages(), "what became of each order"}};

  std::vector<std::string> models;
  std::string doc = "price model";
  for (const NamedFillModel& model : named_fill_models()) {
    models.emplace_back(model.name);
    doc += (models.size() == 1 ? ": " : "; ") + models.back() + " = " + std::string(model.doc);
  }
  const ParamSpec fill{
      .name = "fill",
      .kind = ParamKind::map,
      .doc = "at what price orders trade",
      .default_text = "{}",
      .children = {{.name = "model",
                    .kind = ParamKind::choice,
                    .doc = doc,
                    .default_text = "spread_fraction",
                    .choices = models},
                   {.name = "fraction",
                    .kind = ParamKind::decimal,
                    .doc = "share of the half-spread paid, for spread_fraction: 1 is the touch, 0 the mid",
                    .default_text = "1.0",
                    .min = 0,
                    .max = 1,
                    .hint = "1 buys at the ask and sells at the bid; 0 trades the mid"},
                   {.name = "tick",
                    .kind = ParamKind::choice,
                    .doc = "round prices inside the spread to the tick of this class",
                    .default_text = "none",
                    .choices = choices_of<TickClass>()}},
      .shorthand = "model"};
  const auto fee = [](std::string name, std::string text) {
    return ParamSpec{
        .name = std::move(name), .kind = ParamKind::decimal, .doc = std::move(text), .default_text = "0", .min = 0};
  };
  const ParamSpec fees{.name = "fees",
                       .kind = ParamKind::map,
                       .doc = "commission",
                       .default_text = "{}",
                       .children = {fee("per_contract", "USD for each contract of each leg"),
                                    fee("per_order", "USD for each filled order")},
                       .shorthand = "per_contract"};
  const ParamSpec shares{.name = "shares",
                         .kind = ParamKind::map,
                         .doc = "how shares are quoted",
                         .default_text = "{}",
                         .children = {{.name = "half_spread",
                                       .kind = ParamKind::decimal,
                                       .doc = "bid and ask are the underlying's price less and plus this, USD",
                                       .default_text = "0.01",
                                       .min = 0}},
                         .shorthand = "half_spread"};
  const ParamSpec faults{
      .name = "faults",
      .kind = ParamKind::map,
      .doc = "answers that get lost, to see what a strategy does with an unknown order",
      .default_text = "{}",
      .children = {
          number("lose_answers", "probability per order that its answer is lost", "0", 0, 1),
          count("resolve_after", "snapshots of its underlying until the truth comes out by itself", "1", 1, 1e9)}};
  ParamSpec check_ticks = param("check_ticks", ParamKind::boolean,
                                "refuse limits, stops and trails that are no multiple of the price increment");
  check_ticks.default_text = "false";
  type.schema.params = {
      fill,
      fees,
      choice("fill_on",
             "quotes that an order trades against at once: same_snapshot, those it was decided on (end-of-day "
             "research); next_snapshot, the next ones (the time of a fill is after that of its signal)",
             FillOn::same_snapshot),
      choice("stale_quotes", "what trades against quotes nobody vouches for: nothing, or closing orders",
             StaleQuotes::nothing),
      shares,
      check_ticks,
      faults};

  type.make = [](const NodeSetup& setup) -> Result<std::unique_ptr<Node>> {
    const Value& params = setup.params.at("fill");
    const NamedFillModel* named = find_fill_model(params.at("model").text());
    if (!named) throw std::logic_error("unknown fill model");
    VenueRules rules;
    rules.fills.fraction_by_legs = same_for_all_legs(named->fraction.value_or(params.at("fraction").as_decimal()));
    rules.fills.ticks = choice_value<TickClass>(params.at("tick").text());
    const Value& charges = setup.params.at("fees");
    rules.fees = FeeTable::simple(charges.at("per_contract").as_decimal(), charges.at("per_order").as_decimal());
    rules.fill_on = choice_value<FillOn>(setup.params.at("fill_on").text());
    rules.stale = choice_value<StaleQuotes>(setup.params.at("stale_quotes").text());
    rules.share_half_spread = setup.params.at("shares").at("half_spread").as_decimal();
    rules.check_ticks = setup.params.at("check_ticks").as_bool();
    rules.faults = {setup.params.at("faults").at("lose_answers").as_double(),
                    setup.params.at("faults").at("resolve_after").as_int()};
    rules.seed = setup.run.seed;
    rules.stream = stream_of(setup.name);
    return std::unique_ptr<Node>(std::make_unique<SimulatedExecutor>(std::move(rules)));
  };
  return type;
}

}  // namespace optix
