#include "actors/risk_pretrade.hpp"

#include "actors/ports.hpp"
#include "messages/codec/state.hpp"

namespace optix {

void PretradeRisk::on_wave(const Wave& wave, Context& out) {
  for (const WaveEvent& event : wave.events) {
    switch (event.message->id()) {
      case ChainSnapshot::info.id: gate_.on_snapshot(*event.message); break;
      case OrderRequest::info.id: {
        const auto& order = event.get<OrderRequest>();
        if (auto refusal = gate_.check(order))
          out.emit(
              1, OrderRejected{order.order, order.position, order.intent, refusal->reason, std::move(refusal->detail)});
        else
          out.emit(0, *event.message);
        break;
      }
      case OrderCancel::info.id: out.emit(0, *event.message); break;
      case Fill::info.id: gate_.on_fill(event.get<Fill>()); break;
      case OrderRejected::info.id: gate_.on_gone(event.get<OrderRejected>().order); break;
      case OrderCancelled::info.id: gate_.on_gone(event.get<OrderCancelled>().order); break;
      case ContractSettled::info.id: gate_.on_settled(event.get<ContractSettled>()); break;
      case CashChanged::info.id: {
        const auto& cash = event.get<CashChanged>();
        if (cash.cause == CashCause::deposit) gate_.on_deposit(cash.change);
        break;
      }
      case InstrumentBatch::info.id: gate_.on_instruments(*event.message); break;
      case FeedState::info.id: gate_.on_feed(event.get<FeedState>()); break;
      default: break;
    }
  }
}

void PretradeRisk::save(std::string& out) const { encode_state(gate_.state(), out); }
void PretradeRisk::load(std::string_view bytes) { gate_.restore(decode_state<RiskGate::State>(bytes)); }

NodeType risk_pretrade_node_type() {
  NodeType type;
  type.schema.name = "risk.pretrade";
  type.schema.doc = "refuses orders that break a limit on contracts, positions or cash";
  type.schema.inputs = {
      {"orders", order_messages(), "orders from strategies", true},
      {"market", market_messages(), "contracts, quotes and staleness", true},
      {"reports", report_messages(), "what became of approved orders", true},
      {"account", account_messages(), "deposits; needed for the cash check", false},
      {"settled", {ContractSettled::info.id}, "expired contracts; without it they count as open", false},
      {"control", {KillSwitch::info.id}, "engages or releases the kill switch", false}};
  type.schema.outputs = {{"approved", order_messages(), "orders that may go to the venue"},
                         {"rejected", {OrderRejected::info.id}, "orders that may not"},
                         {"state", risk_messages(), "margin, margin calls, the kill switch"}};
  const auto limit = [](std::string name, std::string doc) {
    return ParamSpec{.name = std::move(name),
                     .kind = ParamKind::integer,
                     .doc = std::move(doc),
                     .default_text = "0",
                     .min = 0,
                     .max = 1e9,
                     .hint = "0 means no limit"};
  };
  type.schema.params = {
      limit("max_contracts", "contracts in one opening order, summed over legs; 0: no limit"),
      limit("max_open_contracts", "contracts open in all positions; 0: no limit"),
      limit("max_positions", "multi-leg positions open at a time; 0: no limit"),
      {.name = "check_cash",
       .kind = ParamKind::boolean,
       .doc = "an opening order's worst case must be covered by free cash",
       .default_text = "true"},
      {.name = "allow_undefined_risk",
       .kind = ParamKind::boolean,
       .doc = "allow short contracts without a long behind them",
       .default_text = "true"},
      {.name = "undefined_reserve",
       .kind = ParamKind::decimal,
       .doc = "cash reserved for them, as a fraction of strike x multiplier; a simple stand-in for margin",
       .default_text = "0.20",
       .min = 0,
       .max = 10}};
  type.make = [](const NodeSetup& setup) -> Result<std::unique_ptr<Node>> {
    const Value& p = setup.params;
    RiskLimits limits;
    limits.max_contracts = p.at("max_contracts").as_int();
    limits.max_open_contracts = p.at("max_open_contracts").as_int();
    limits.max_positions = p.at("max_positions").as_int();
    limits.check_cash = p.at("check_cash").as_bool();
    limits.allow_undefined_risk = p.at("allow_undefined_risk").as_bool();
    limits.undefined_reserve = p.at("undefined_reserve").as_decimal();
    return std::unique_ptr<Node>(std::make_unique<PretradeRisk>(limits));
  };
  return type;
}

}  // namespace optix
