// Profit by greek: where holdings stand by the latest snapshots, and when their explanation starts anew.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/portfolio/book.hpp"
#include "core/portfolio/quote_model.hpp"
#include "core/time/calendar.hpp"

namespace optix {

HoldingPoint Book::point_of(const Holding& holding) {
  const Contract& terms = holding.terms;
  const ChainSnapshot* chain = chains_.find(holding.market);
  HoldingPoint point;
  point.shares = holding.shares();
  point.right = terms.right;
  point.strike = terms.strike.to_double();
  point.at.time = chain ? chain->time : time_;
  point.at.price = holding.mark.to_double();
  point.at.spot = chain && !chain->underlying_price.is_none() ? chain->underlying_price.to_double() : point.at.price;
  point.at.vol = std::numeric_limits<double>::quiet_NaN();
  if (!chain || point.shares) return point;
  point.years = years_between(point.at.time, terms.settles);
  point.at.rate = lifecycle_.rate(point.years);
  auto known = std::find_if(yields_.begin(), yields_.end(), [&](const ExpiryYield& y) {
    return y.root == terms.root && y.expiration == terms.expiration;
  });
  if (known == yields_.end()) {
    yields_.push_back({terms.root, terms.expiration, implied_yield(*chain, terms, point.at.rate, point.years)});
    known = yields_.end() - 1;
  }
  point.dividend_yield = known->yield;
  const bool hinted = holding.row_hint < chain->rows() && chain->contract[holding.row_hint] == holding.contract;
  const auto row = hinted ? std::optional<std::size_t>(holding.row_hint) : find_row(*chain, terms);
  if (row)
    point.at.vol = row_vol(*chain, *row, terms, point.at.price, point.at.rate, point.dividend_yield, point.years);
  return point;
}

void Book::explain_until(const BookPosition& position, const Holding& holding, const LifecycleAction* settled) {
  yields_.clear();
  GreekPoint at = point_of(holding).at;
  const bool at_expiry = settled && !settled->settlement_price.is_none() &&
                         settled->cause != SettlementCause::early_exercise &&
                         settled->cause != SettlementCause::early_assignment;
  if (at_expiry) {  // up to what it was worth at its settlement instant
    at.time = holding.terms.settles;
    at.price = settled->intrinsic.to_double();
    at.spot = settled->settlement_price.to_double();
    at.vol = std::numeric_limits<double>::quiet_NaN();
  }
  attributor_.explain_until(position.id, holding.contract, holding.underlying, at);
}

void Book::explain_from(const BookPosition& position, const Holding& holding, bool known) {
  if (holding.quantity == 0) {
    attributor_.forget(position.id, holding.contract, holding.underlying);
    return;
  }
  yields_.clear();
  points_.assign(1, point_of(holding));
  if (!known) points_[0].at.vol = std::numeric_limits<double>::quiet_NaN();
  greeks_.compute(points_, values_);
  if (!known) values_[0].delta = std::numeric_limits<double>::quiet_NaN();
  attributor_.begin(position.id, holding.contract, holding.underlying, holding.units, points_[0].at, values_[0]);
}

void Book::attribute_session(BookOutputs& out) {
  yields_.clear();
  points_.clear();
  for (const BookPosition& position : ledger_.positions())
    for (const Holding& leg : position.legs)
      if (leg.quantity != 0) points_.push_back(point_of(leg));
  greeks_.compute(points_, values_);
  std::size_t i = 0;
  for (const BookPosition& position : ledger_.positions()) {
    for (const Holding& leg : position.legs) {
      if (leg.quantity == 0) continue;
      const GreekPoint& at = points_[i].at;
      const EuropeanValue& greeks = values_[i++];
      const ExplainedHolding* line = attributor_.find(position.id, leg.contract, leg.underlying);
      if (line && leg.stale && line->price == at.price) {
        attributor_.carry();
        continue;
      }
      attributor_.explain_until(position.id, leg.contract, leg.underlying, at);
      attributor_.begin(position.id, leg.contract, leg.underlying, leg.units, at, greeks);
    }
  }
  put(out, BookOutput::ledger, attributor_.close_session(time_, session_, ledger_.equity() - ledger_.state().deposits));
}

}  // namespace optix
