#include "actors/portfolio_book.hpp"

#include "actors/ports.hpp"
#include "messages/codec/state.hpp"

namespace optix {

void PortfolioBook::on_wave(const Wave& wave, Context& out) {
  for (const WaveEvent& event : wave.events) {
    switch (event.message->id()) {
      case ChainSnapshot::info.id: book_.on_snapshot(*event.message, outputs_); break;
      case UnderlyingPrice::info.id: book_.on_underlying(event.get<UnderlyingPrice>()); break;
      case Fill::info.id: book_.on_fill(event.get<Fill>(), outputs_); break;
      case InstrumentBatch::info.id: book_.on_instruments(*event.message); break;
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
  const auto choice = [](std::string name, std::string doc, std::string fallback, std::vector<std::string> choices) {
    return ParamSpec{.name = std::move(name),
                     .kind = ParamKind::choice,
                     .doc = std::move(doc),
                     .default_text = std::move(fallback),
                     .choices = std::move(choices)};
  };
  type.schema.params = {
      {.name = "cash",
       .kind = ParamKind::decimal,
       .doc = "deposit at the start, USD",
       .default_text = "100000",
       .min = 0},
      choice("mark", "price of open positions: mid, or touch for the side they could be liquidated at", "mid",
             choices_of<MarkMode>()),
      choice("liquidation", "exit price of trades still open when the data ends", "touch", choices_of<MarkMode>()),
      choice("am_settlement",
             "value for contracts that settle on the opening print: error stops the run; prior_close and first_price "
             "substitute a price and flag the trade as estimated",
             "error", choices_of<AmSettlement>()),
      choice(
          "missing_settlement",
          "when the data lacks the expiration session: error stops the run; last_price takes the price before it and "
          "flags the trade as estimated",
          "error", choices_of<MissingSettlement>())};
  type.make = [](const NodeSetup& setup) -> Result<std::unique_ptr<Node>> {
    const Value& p = setup.params;
    BookRules rules;
    rules.cash = p.at("cash").as_decimal();
    rules.mark = choice_value<MarkMode>(p.at("mark").text());
    rules.liquidation = choice_value<MarkMode>(p.at("liquidation").text());
    rules.settlement.am = choice_value<AmSettlement>(p.at("am_settlement").text());
    rules.settlement.missing = choice_value<MissingSettlement>(p.at("missing_settlement").text());
    return std::unique_ptr<Node>(std::make_unique<PortfolioBook>(rules));
  };
  return type;
}

}  // namespace optix
