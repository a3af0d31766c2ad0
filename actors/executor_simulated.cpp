#include "actors/executor_simulated.hpp"

#include "actors/fee_params.hpp"
#include "actors/fill_params.hpp"
#include "actors/ports.hpp"
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
  type.schema.outputs = {{"reports", report_messages(), "what became of each order", false, true}};

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
      fill_param(),
      fees_param(),
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
    VenueRules rules;
    auto fills = fill_rules(setup.params.at("fill"));
    if (!fills) return fills.error();
    rules.fills = std::move(*fills);
    auto fees = fee_table(setup.params.at("fees"));
    if (!fees) return fees.error();
    rules.fees = std::move(*fees);
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
