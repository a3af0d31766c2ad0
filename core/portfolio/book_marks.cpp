// Marks: what each snapshot and each fill makes holdings worth. This runs for every holding at every
// snapshot, so nothing is allocated and the usual quote takes a short way.
#include <algorithm>
#include <bit>
#include <cmath>

#include "core/portfolio/book.hpp"
#include "core/portfolio/quote_model.hpp"
#include "core/time/calendar.hpp"

namespace optix {
namespace {

// Where the snapshot lists a holding: where the last one did, as far on as its neighbour moved, or
// wherever a search finds it.
bool find_listed(const ChainSnapshot& chain, Holding& holding, std::uint32_t& shift) {
  const auto at = [&](std::uint32_t row) { return row < chain.rows() && chain.contract[row] == holding.contract; };
  if (at(holding.row_hint)) return true;
  std::uint32_t row = holding.row_hint + shift;  // wraps: a move toward the front
  if (!at(row)) {
    const auto found = find_row(chain, holding.terms);
    if (!found) return false;
    row = static_cast<std::uint32_t>(*found);
    shift = row - holding.row_hint;
  }
  holding.row_hint = row;
  return true;
}

// A snapshot is read for the first time here: its rows are asked for together rather than one by one.
void prefetch_rows(const ChainSnapshot& chain, const std::vector<BookPosition>& positions) {
  const std::size_t rows = chain.rows();
  for (const BookPosition& position : positions)
    for (const Holding& holding : position.legs) {
      if (holding.row_hint >= rows) continue;
      __builtin_prefetch(chain.contract.data() + holding.row_hint);
      __builtin_prefetch(chain.bid.data() + holding.row_hint);
      __builtin_prefetch(chain.ask.data() + holding.row_hint);
    }
}

// Symbols as whole numbers: comparing them byte by byte takes a call.
std::uint64_t key_of(Symbol symbol) { return std::bit_cast<std::uint64_t>(symbol.chars); }

}  // namespace

void Book::mark_all(const ChainSnapshot& chain) {
  const bool stale = chain.stale || chain.halted;
  const bool model = rules_.mark == MarkMode::model;
  const std::uint64_t market = key_of(chain.underlying);
  std::int32_t stale_marks = 0;
  std::uint32_t shift = 0;
  prefetch_rows(chain, ledger_.positions());
  for (BookPosition& position : ledger_.positions()) {
    bool touched = false;
    Decimal profit = position.flows;
    for (Holding& holding : position.legs) {
      if (holding.units != 0) {
        if (key_of(holding.market) == market) {
          touched = true;
          if (holding.shares())
            mark_share(holding, chain.underlying_price, stale);
          else if (const bool listed = find_listed(chain, holding, shift); model)
            mark_by_model(holding, chain, listed, stale);
          else if (listed)
            mark_by_quote(holding, quote_at(chain, holding.row_hint), stale);
          else
            holding.stale = true;
        }
        stale_marks += holding.stale ? 1 : 0;
      }
      profit += holding.value;
    }
    if (!touched) continue;
    position.worst = std::min(position.worst, profit);
    position.best = std::max(position.best, profit);
  }
  counts_.stale = stale_marks;
}

void Book::mark_by_quote(Holding& holding, const Quote& quote, bool stale) {
  const bool is_long = holding.units > 0;
  if (!quote.bid.is_none() && quote.bid >= Decimal{} && quote.has_ask() && quote.bid <= quote.ask) {
    const Decimal mid = (quote.bid + quote.ask).half(), touch = is_long ? quote.bid : quote.ask;
    holding.stale = stale;
    ledger_.mark(holding, rules_.mark == MarkMode::touch ? touch : mid, {touch, mid});
    return;
  }
  const Decimal price = mark_price(rules_.mark, quote, is_long);
  holding.stale = stale || price.is_none();
  ledger_.mark(holding, price.is_none() ? holding.mark : price,
               touch_and_mid(quote, is_long, {holding.touch, holding.mid}));
}

void Book::mark_by_model(Holding& holding, const ChainSnapshot& chain, bool listed, bool stale) {
  const Quote quote = listed ? quote_at(chain, holding.row_hint) : Quote{Decimal::none(), Decimal::none()};
  const Decimal mid = mark_price(MarkMode::mid, quote, true);
  if (chain.underlying_price.is_none()) {
    mark_by_quote(holding, quote, stale);
    return;
  }
  const Contract& terms = holding.terms;
  const double years = years_between(chain.time, terms.settles), rate = lifecycle_.rate(years);
  const double yield = implied_yield(chain, terms, rate, years);
  if (listed) {
    const double price = mid.is_none() ? std::nan("") : mid.to_double();
    if (const double vol = row_vol(chain, holding.row_hint, terms, price, rate, yield, years); vol > 0)
      holding.vol = vol;
    else
      stale = stale || mid.is_none();
  } else {
    stale = true;
  }
  mark_by_quote(holding, quote, stale);
  if (!mid.is_none() || !(holding.vol > 0)) return;
  const Decimal price = model_price(terms, quote, chain.underlying_price.to_double(), holding.vol, rate, yield, years);
  holding.stale = stale;
  ledger_.mark(holding, price, touch_and_mid(quote, holding.units > 0, {holding.touch, holding.mid}));
}

void Book::mark_share(Holding& holding, Decimal price, bool stale) {
  if (price.is_none())
    holding.stale = true;
  else
    mark_by_quote(holding, share_quote(price, rules_.share_half_spread), stale);
}

void Book::mark_shares(Symbol underlying, Decimal price) {
  for (BookPosition& position : ledger_.positions()) {
    Holding* holding = position.find(shares_contract, underlying);
    if (!holding || holding->quantity == 0) continue;
    counts_.stale -= holding->stale ? 1 : 0;
    mark_share(*holding, price, false);
    update_excursions(position);
  }
}

void Book::update_excursions(BookPosition& position) {
  const Decimal profit = position.profit();
  position.worst = std::min(position.worst, profit);
  position.best = std::max(position.best, profit);
}

}  // namespace optix
