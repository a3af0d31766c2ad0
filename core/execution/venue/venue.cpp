#include "core/execution/venue/venue.hpp"

#include <algorithm>
#include <numeric>

namespace optix {
namespace {

std::string quote_text(const Quote& quote) { return quote.bid.to_string() + " / " + quote.ask.to_string(); }

}  // namespace

void Venue::on_snapshot(const MessageRef& message, Reports& reports) {
  const ChainSnapshot& chain = message.get<ChainSnapshot>();
  chains_.update(message);
  if (resting_.empty()) return;

  std::size_t kept = 0;
  for (std::size_t i = 0; i < resting_.size(); ++i) {
    Resting& resting = resting_[i];
    const OrderRequest& order = resting.order;
    bool done = false;
    if (order.time_in_force == TimeInForce::day && chain.session > resting.session) {
      reports.push_back(
          make_message(OrderCancelled{order.order, order.position, order.intent, RejectReason::session_ended}));
      done = true;
    } else if (instruments_.at(order.legs.front().contract).underlying == chain.underlying) {
      Attempt attempted;
      attempt(order, false, attempted);
      if (attempted.refused == RejectReason::none && attempted.within_limit) {
        reports.push_back(make_message(std::move(attempted.fill)));
        done = true;
      }
    }
    if (done) continue;
    if (kept != i) resting_[kept] = std::move(resting_[i]);
    ++kept;
  }
  resting_.resize(kept);
}

RejectReason Venue::request_defect(const OrderRequest& order) const {
  if (order.legs.empty() || order.legs.size() > 64) return RejectReason::bad_request;
  if (order.type == OrderType::limit && order.limit.is_none()) return RejectReason::bad_request;
  for (std::size_t i = 0; i < order.legs.size(); ++i) {
    if (!instruments_.contains(order.legs[i].contract)) return RejectReason::unknown_contract;
    if (order.legs[i].quantity == 0) return RejectReason::bad_request;
    for (std::size_t j = 0; j < i; ++j)
      if (order.legs[i].contract == order.legs[j].contract) return RejectReason::bad_request;
  }
  for (const Resting& resting : resting_)
    if (resting.order.order == order.order) return RejectReason::bad_request;
  return RejectReason::none;
}

void Venue::reject(const OrderRequest& order, RejectReason reason, std::string detail, Reports& reports) const {
  reports.push_back(make_message(OrderRejected{order.order, order.position, order.intent, reason, std::move(detail)}));
}

void Venue::on_order(const OrderRequest& order, Reports& reports) {
  if (const RejectReason defect = request_defect(order); defect != RejectReason::none)
    return reject(order, defect, "the request is malformed, repeats a working order or names an unknown contract",
                  reports);
  Attempt attempted;
  attempt(order, true, attempted);
  if (attempted.refused == RejectReason::none && attempted.within_limit) {
    reports.push_back(make_message(std::move(attempted.fill)));
    return;
  }
  if (order.type == OrderType::market) {
    std::string detail;
    if (attempted.refused == RejectReason::stale_book) {
      detail = "the market is stale: no opening orders";
    } else {
      const Contract contract = instruments_.at(attempted.contract);
      detail = describe(contract);
      const ChainSnapshot* chain = chains_.find(contract.underlying);
      const auto row = chain ? find_row(*chain, contract) : std::nullopt;
      detail += row ? " at " + quote_text(quote_at(*chain, *row)) : " is not quoted";
    }
    return reject(order, attempted.refused, std::move(detail), reports);
  }
  if (order.time_in_force == TimeInForce::ioc) {
    reports.push_back(make_message(OrderCancelled{order.order, order.position, order.intent, RejectReason::none}));
    return;
  }
  const ChainSnapshot* chain = chains_.find(instruments_.at(order.legs.front().contract).underlying);
  if (!chain) return reject(order, RejectReason::no_quote, "no market data yet", reports);
  resting_.push_back({order, chain->session});
  reports.push_back(make_message(OrderAccepted{order.order, order.position}));
}

void Venue::on_cancel(const OrderCancel& cancel, Reports& reports) {
  const auto found = std::find_if(resting_.begin(), resting_.end(),
                                  [&](const Resting& resting) { return resting.order.order == cancel.order; });
  if (found == resting_.end()) {
    reports.push_back(make_message(OrderRejected{cancel.order, 0, OrderIntent::open, RejectReason::unknown_order,
                                                 "there is no working order with this id"}));
    return;
  }
  reports.push_back(
      make_message(OrderCancelled{found->order.order, found->order.position, found->order.intent, RejectReason::none}));
  resting_.erase(found);
}

void Venue::attempt(const OrderRequest& order, bool arrival, Attempt& out) const {
  const auto refuse = [&](RejectReason reason, ContractId contract) {
    out.refused = reason;
    out.contract = contract;
  };
  std::int64_t unit = 0;
  for (const OrderLeg& leg : order.legs) unit = std::gcd(unit, std::int64_t{leg.quantity});
  Decimal at_model, at_touch;  // net debit for one unit
  for (const OrderLeg& leg : order.legs) {
    const Contract contract = instruments_.at(leg.contract);
    const ChainSnapshot* chain = chains_.find(contract.underlying);
    if (!chain) return refuse(RejectReason::no_quote, leg.contract);
    if (order.intent == OrderIntent::open && (chain->stale || feed_stale_))
      return refuse(RejectReason::stale_book, leg.contract);
    const auto row = chain->time >= contract.settles ? std::nullopt : find_row(*chain, contract);
    if (!row) return refuse(RejectReason::no_quote, leg.contract);
    const Quote quote = quote_at(*chain, *row);
    const bool buy = leg.quantity > 0;
    const FillPrice priced = fill_price(model_, quote, buy);
    if (priced.refused != RejectReason::none) return refuse(priced.refused, leg.contract);
    at_model += priced.price * (leg.quantity / unit);
    at_touch += (buy ? quote.ask : quote.bid) * (leg.quantity / unit);
    const Decimal touch = buy ? quote.ask : quote.bid;
    const Decimal mid = quote.bid.is_none() || !quote.has_ask() ? Decimal::none() : (quote.bid + quote.ask).half();
    out.fill.legs.push_back(
        {leg.contract, leg.quantity, priced.price, quote.bid, quote.ask, {}, touch, priced.price, mid});
    out.fill.session = chain->session;
    out.fill.quote_time = chain->time;
  }
  out.within_limit = order.type == OrderType::market || (arrival ? at_touch : at_model) <= order.limit;
  if (!out.within_limit) return;
  out.fill.order = order.order;
  out.fill.position = order.position;
  out.fill.intent = order.intent;
  out.fill.reason = order.reason;
  out.fill.fees = fees_.fees(contracts_in(order.legs));
}

Venue::State Venue::state() const { return {instruments_.batches(), chains_.snapshots(), resting_, feed_stale_}; }

void Venue::restore(State state) {
  instruments_ = {};
  for (const MessageRef& batch : state.instruments) instruments_.add(batch);
  chains_ = LatestChains(std::move(state.snapshots));
  resting_ = std::move(state.resting);
  feed_stale_ = state.feed_stale;
}

}  // namespace optix
