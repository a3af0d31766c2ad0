#include "core/store/csv_text.hpp"
#include "core/store/result_files.hpp"
#include "messages/risk.hpp"

namespace optix {
namespace {

std::string amount(Decimal value) { return value.is_none() ? std::string() : value.to_string(); }
std::string model_usd(double value) { return Decimal::from_double(value).to_string(); }
template <class T>
std::string whole(T value) {
  return std::to_string(value);
}

}  // namespace

std::string trades_csv(const RunView& view) {
  CsvText csv(
      "entry_date,exit_date,expiration,dte_entry,legs,entry_cost,exit_proceeds,pnl,status,position,exit_reason,"
      "opened,closed,days_held,dte_exit,entry_cost_usd,exit_proceeds_usd,fees_usd,mae_usd,mfe_usd,estimated,symbols,"
      "quantities,entry_prices,exit_prices,income_usd,pnl_touch,pnl_mid");
  for (const MessageRef& message : view.record().results.trades) {
    const TradeClosed& t = message.get<TradeClosed>();
    std::string symbols, quantities, entries, exits;
    for (const TradeLeg& leg : t.legs) {
      const char* gap = symbols.empty() ? "" : "|";
      symbols += gap + view.symbol(leg);
      quantities += gap + whole(leg.quantity);
      entries += gap + amount(leg.entry_price);
      exits += gap + amount(leg.exit_price);
    }
    const auto unit = per_share(view, t);
    csv.row({t.entry_session.to_string(),
             t.exit_session.to_string(),
             t.expiration.to_string(),
             whole(t.expiration - t.entry_session),
             legs_text(view, t),
             unit ? amount(unit->entry_cost) : "",
             unit ? amount(unit->exit_proceeds) : "",
             amount(t.pnl),
             trade_status(t),
             whole(t.position),
             enum_name(t.exit_reason),
             t.opened.to_string(),
             t.closed.to_string(),
             whole(t.exit_session - t.entry_session),
             whole(t.expiration - t.exit_session),
             amount(t.entry_cost),
             amount(t.exit_proceeds),
             amount(t.fees),
             amount(t.worst),
             amount(t.best),
             t.estimated ? "1" : "0",
             symbols,
             quantities,
             entries,
             exits,
             amount(t.income),
             amount(t.pnl_touch),
             amount(t.pnl_mid)});
  }
  return csv.take();
}

std::string fills_csv(const RunView& view) {
  CsvText csv(
      "session,quote_time,order,position,intent,reason,leg,symbol,quantity,price,bid,ask,fees_usd,touch,model,mid,"
      "execution,remaining");
  for (const MessageRef& message : view.record().results.fills) {
    const Fill& f = message.get<Fill>();
    int number = 0;
    for (const FillLeg& leg : f.legs) {
      ++number;
      csv.row({f.session.to_string(), f.quote_time.to_string(), whole(f.order), whole(f.position), enum_name(f.intent),
               enum_name(f.reason), whole(number), view.symbol(leg), whole(leg.quantity), amount(leg.price),
               amount(leg.bid), amount(leg.ask), number == 1 ? amount(f.fees) : amount(Decimal{}), amount(leg.touch),
               amount(leg.model), amount(leg.mid), whole(f.execution), whole(f.remaining)});
    }
  }
  return csv.take();
}

std::string equity_csv(const RunView& view) {
  CsvText csv(
      "session,time,equity,cash,market_value,realised,unrealised,fees,open_positions,open_contracts,stale_marks,"
      "underlying,income,liquidation_value,mid_value,initial_margin,maintenance_margin,margin_excess");
  const auto& margins = view.record().results.margin;
  std::size_t next = 0;
  const MarginState* margin = nullptr;  // where it was computed at this mark
  for (const Equity* e : view.marks()) {
    margin = nullptr;
    while (next < margins.size() && margins[next].get<MarginState>().time <= e->time)
      margin = &margins[next++].get<MarginState>();
    if (margin && margin->time != e->time) margin = nullptr;
    const auto price = view.price_at(e->time);
    csv.row({e->session.to_string(), e->time.to_string(), amount(e->equity), amount(e->cash), amount(e->market_value),
             amount(e->realised), amount(e->unrealised), amount(e->fees), whole(e->open_positions),
             whole(e->open_contracts), whole(e->stale_marks), price ? amount(*price) : "", amount(e->income),
             amount(e->liquidation_value), amount(e->mid_value), margin ? amount(margin->initial) : "",
             margin ? amount(margin->maintenance) : "", margin ? amount(margin->excess) : ""});
  }
  return csv.take();
}

std::string attribution_csv(const RunView& view) {
  CsvText csv("session,time,total,delta,gamma,vega,theta,vanna,volga,rho,trading,residual,unexplained");
  for (const MessageRef& message : view.record().results.attribution) {
    const Attribution& a = message.get<Attribution>();
    csv.row({a.session.to_string(), a.time.to_string(), model_usd(a.total), model_usd(a.delta), model_usd(a.gamma),
             model_usd(a.vega), model_usd(a.theta), model_usd(a.vanna), model_usd(a.volga), model_usd(a.rho),
             model_usd(a.trading), model_usd(a.residual), whole(a.unexplained)});
  }
  return csv.take();
}

}  // namespace optix
