#include "actors/portfolio_book.hpp"

#include "actors/lifecycle_params.hpp"
#include "actors/param_specs.hpp"
#include "actors/ports.hpp"
#include "messages/codec/state.hpp"

namespace optix {

void PortfolioBook::on_wave(const Wave& wave, Context& out) {
  for (const WaveEvent& event : wave.events) {
    switch (event.message->id()) {
      case ChainSnapshot::info.id: book_.on_snapshot(*event.message, outputs_); break;
      case UnderlyingPrice::info.id: book_.on_underlying(event.get<UnderlyingPrice>(), outputs_); break;
      case Fill::info.id: book_.on_fill(event.get<Fill>(), outputs_); break;
      case InstrumentBatch::info.id: book_.on_instruments(*event.message); break;
      case DividendNotice::info.id: book_.on_dividend(event.get<DividendNotice>()); break;
      case SplitNotice::info.id: book_.on_split(event.get<SplitNotice>(), outputs_); break;
      case ContractsAdjusted::info.id: book_.on_adjusted(event.get<ContractsAdjusted>(), outputs_); break;
      case SettlementPublished::info.id: book_.on_settlement(event.get<SettlementPublished>()); break;
      case RatesPublished::info.id: book_.on_rates(event.get<RatesPublished>()); break;
      case ExerciseInstruction::info.id: book_.on_instruction(event.get<ExerciseInstruction>(), outputs_); break;
      case Start::info.id: book_.on_start(outputs_); break;
      case Stop::info.id:
        if (!event.get<Stop>().last) book_.on_end(outputs_);
        break;
      default: break;
    }
  }
  book_.end_of_wave(outputs_);
  for (BookOutput& output : outputs_) out.emit(output.stream, std::move(output.message));
  outputs_.clear();
}

void PortfolioBook::save(std::string& out) const { encode_state(book_.state(), out); }
void PortfolioBook::load(std::string_view bytes) { book_.restore(decode_state<Book::State>(bytes)); }

namespace {

ParamSpec at_least_zero(std::string name, std::string doc, std::string fallback) {
  ParamSpec spec = param(std::move(name), ParamKind::decimal, std::move(doc));
  spec.default_text = std::move(fallback);
  spec.min = 0;
  return spec;
}

ParamSpec lots_param() {
  ParamSpec order =
      param("order", ParamKind::list,
            "specific: numbers of lots in the order they are closed; 1 is the first a position opened in a "
            "contract; the rest follow oldest first");
  order.default_text = "[]";
  order.children = {count("", "number of a lot", std::nullopt, 1, 1e9)};
  ParamSpec lots = param("lots", ParamKind::map, "cost of what is closed, and with it realised profit");
  lots.shorthand = "method";
  lots.default_text = "{}";
  lots.children = {choice("method",
                          "average: one cost for all; fifo, lifo, highest_cost, lowest_cost, specific: tax lots, "
                          "each of which reports when it is closed",
                          LotMethod::average),
                   order};
  return lots;
}

ParamSpec rate_param(std::string name, std::string doc) {
  ParamSpec spec = param(std::move(name), ParamKind::decimal, std::move(doc));
  spec.min = -1;
  spec.max = 1;
  spec.hint = "rates are fractions: 0.05 is five percent";
  return spec;
}

ParamSpec interest_param() {
  ParamSpec interest = param("interest", ParamKind::map,
                             "interest on cash: simple, Act/365, credited for the calendar days between sessions");
  interest.shorthand = "rate";
  interest.default_text = "{}";
  interest.children = {rate_param("rate", "per year; without it the shortest rate that the data publishes, else 0"),
                       rate_param("debit_rate", "on negative cash; without it as on positive cash")};
  return interest;
}

ParamSpec borrow_param() {
  ParamSpec rate = rate_param("rate", "per year, on the value of short shares");
  rate.default_text = "0";
  rate.min = 0;
  ParamSpec borrow =
      param("borrow", ParamKind::map, "cost of borrowed shares, paid for the calendar days between sessions");
  borrow.shorthand = "rate";
  borrow.default_text = "{}";
  borrow.children = {rate};
  return borrow;
}

Decimal rate_of(const Value& map, std::string_view key) {
  return map.has(key) ? map.at(key).as_decimal() : Decimal::none();
}

}  // namespace

NodeType portfolio_book_node_type() {
  NodeType type;
  type.schema.name = "portfolio.book";
  type.schema.doc = "exact ledger: cash, positions, marks, settlement at expiry, closed trades";
  type.schema.inputs = {{"market", market_messages(), "quotes for marks, prices for settlement", true},
                        {"reports", report_messages(), "fills", true}};
  type.schema.outputs = {
      {"account", account_messages(), "equity after every snapshot and fill; changes of cash and positions"},
      {"settled", {ContractSettled::info.id}, "contracts that expired"},
      {"trades", {TradeClosed::info.id}, "multi-leg positions as they end"},
      {"ledger", ledger_messages(), "every entry of the ledger, tax lots, profit by greek"}};
  type.schema.params = {
      at_least_zero("cash", "deposit at the start, USD", "100000"),
      choice("mark",
             "price of open positions: mid; touch, the side they could be liquidated at; model, mid where both sides "
             "are quoted and otherwise Black-Scholes at the contract's last implied volatility",
             MarkMode::mid),
      choice("liquidation", "exit price of trades still open when the data ends", MarkMode::touch)};
  for (ParamSpec& spec : lifecycle_params()) type.schema.params.push_back(std::move(spec));
  type.schema.params.insert(type.schema.params.end(), {lots_param(), interest_param(), borrow_param()});
  type.schema.params.push_back(choice("attribution",
                                      "profit by greek: off, or daily for an Attribution of every session on the "
                                      "ledger port",
                                      BookRules{}.attribution));
  ParamSpec ledger = param("ledger", ParamKind::boolean, "send every entry and closed lot on the ledger port");
  ledger.default_text = "true";
  ParamSpec shares = param("shares", ParamKind::map, "how shares are quoted");
  shares.default_text = "{}";
  shares.children = {at_least_zero("half_spread", "USD per share around the underlying's price", "0.01")};
  type.schema.params.insert(type.schema.params.end(), {ledger, shares});

  type.make = [](const NodeSetup& setup) -> Result<std::unique_ptr<Node>> {
    const Value& p = setup.params;
    BookRules rules;
    rules.cash = p.at("cash").as_decimal();
    rules.mark = choice_value<MarkMode>(p.at("mark").text());
    rules.liquidation = choice_value<MarkMode>(p.at("liquidation").text());
    rules.lifecycle = lifecycle_rules(p, setup.run.seed);
    rules.lots.method = choice_value<LotMethod>(p.at("lots").at("method").text());
    for (const Value& number : p.at("lots").at("order").items()) rules.lots.order.push_back(number.as_int());
    rules.carry.cash_rate = rate_of(p.at("interest"), "rate");
    rules.carry.debit_rate = rate_of(p.at("interest"), "debit_rate");
    rules.carry.borrow_rate = p.at("borrow").at("rate").as_decimal();
    rules.attribution = choice_value<AttributionMode>(p.at("attribution").text());
    rules.ledger = p.at("ledger").as_bool();
    rules.share_half_spread = p.at("shares").at("half_spread").as_decimal();
    return std::unique_ptr<Node>(std::make_unique<PortfolioBook>(std::move(rules)));
  };
  return type;
}

}  // namespace optix
