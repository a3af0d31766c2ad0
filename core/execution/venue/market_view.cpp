#include "core/execution/venue/market_view.hpp"

#include <algorithm>
#include <utility>

#include "core/contracts/row_hint.hpp"
#include "core/contracts/shares.hpp"

namespace optix {

void MarketView::on_snapshot(const MessageRef& snapshot) {
  const Symbol underlying = snapshot.get<ChainSnapshot>().underlying;
  MessageRef previous;
  if (keeps_previous_ || !taken_.empty())
    for (const MessageRef& known : chains_.snapshots())
      if (known.get<ChainSnapshot>().underlying == underlying) previous = known;
  if (keeps_previous_ && previous) previous_.update(previous);
  chains_.update(snapshot);
  const ChainSnapshot* before = previous.get_if<ChainSnapshot>();
  if (taken_.empty()) return;
  const bool later = !before || before->session != snapshot.get<ChainSnapshot>().session;
  if (later) {
    taken_.erase(
        std::remove_if(taken_.begin(), taken_.end(), [&](const Taken& t) { return t.underlying == underlying; }),
        taken_.end());
    return;
  }
  for (Taken& taken : taken_)
    if (taken.underlying == underlying) taken.now = 0;
}

bool MarketView::past_last_trade(const WorkingOrder& order) const {
  for (const WorkingLeg& leg : order.legs)
    if (const ChainSnapshot* chain = chains_.find(leg.underlying); chain && chain->time > leg.last_trade) return true;
  return false;
}

RejectReason MarketView::closed_for(const WorkingOrder& order) const {
  for (const WorkingLeg& leg : order.legs) {
    const ChainSnapshot* chain = chains_.find(leg.underlying);
    if (!chain) return RejectReason::no_quote;
    if (chain->time > leg.last_trade) return RejectReason::market_closed;
    if (chain->halted) return RejectReason::halted;
    if (is_stale(*chain) && (stale_ == StaleQuotes::nothing || order.request.intent == OrderIntent::open))
      return RejectReason::stale_book;
  }
  return RejectReason::none;
}

std::int64_t MarketView::traded_since(const ChainSnapshot& chain, WorkingLeg& leg, std::int64_t volume) const {
  const ChainSnapshot* before = previous_.find(leg.underlying);
  if (!before || before->session != chain.session) return volume;
  if (!find_row_again(*before, instruments_, leg.contract, leg.old_row)) return volume;
  return std::max<std::int64_t>(0, volume - before->volume[leg.old_row]);
}

std::optional<LegMarket> MarketView::quote(WorkingLeg& leg) const {
  const ChainSnapshot* chain = chains_.find(leg.underlying);
  if (!chain) return std::nullopt;
  LegMarket market;
  market.underlying_price = chain->underlying_price;
  if (is_shares(leg.contract)) {
    if (chain->underlying_price.is_none()) return std::nullopt;
    market.quote = {chain->underlying_price - share_half_spread_, chain->underlying_price + share_half_spread_};
    market.delta = 1;
    if (market.quote.bid < Decimal{}) market.quote.bid = Decimal{};
    return market;
  }
  if (!find_row_again(*chain, instruments_, leg.contract, leg.row)) return std::nullopt;
  const std::size_t row = leg.row;
  market.quote = quote_at(*chain, row);
  market.iv = chain->iv[row];
  market.delta = chain->delta[row];
  market.volume = chain->volume[row];
  market.traded_since = keeps_previous_ ? traded_since(*chain, leg, market.volume) : market.volume;
  if (!chain->bid_size.empty()) market.bid_size = chain->bid_size[row];
  if (!chain->ask_size.empty()) market.ask_size = chain->ask_size[row];
  market.session = chain->session;
  market.root = chain->group_root[group_of_row(*chain, row)];
  if (const Taken* before = taken(leg)) {
    market.taken_now = before->now;
    market.taken_session = before->session;
  }
  return market;
}

const MarketView::Taken* MarketView::taken(const WorkingLeg& leg) const {
  for (const Taken& taken : taken_)
    if (taken.contract == leg.contract && taken.underlying == leg.underlying && taken.buy == leg.buys()) return &taken;
  return nullptr;
}

void MarketView::take(const WorkingLeg& leg, std::int64_t quantity) {
  if (!keeps_taken_ || is_shares(leg.contract)) return;
  Taken* known = const_cast<Taken*>(taken(leg));
  if (!known) {
    taken_.push_back({leg.contract, leg.underlying, leg.buys()});
    known = &taken_.back();
  }
  known->now += quantity;
  known->session += quantity;
}

MarketView::State MarketView::state() const {
  return {instruments_.batches(), chains_.snapshots(), previous_.snapshots(), taken_, feed_stale_};
}

void MarketView::restore(State state) {
  instruments_ = {};
  for (const MessageRef& batch : state.instruments) instruments_.add(batch);
  chains_ = LatestChains(std::move(state.snapshots));
  previous_ = LatestChains(std::move(state.previous));
  taken_ = std::move(state.taken);
  feed_stale_ = state.feed_stale;
}

}  // namespace optix
