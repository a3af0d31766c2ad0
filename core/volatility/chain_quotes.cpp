#include "core/volatility/chain_quotes.hpp"

#include <algorithm>

#include "core/time/calendar.hpp"

namespace optix {
namespace {

// Copies one group against the strikes of the slice, which contain all of the group's.
void fill_side(const ChainQuotes& chain, RowRange rows, const std::vector<double>& strikes, SideQuotes& side) {
  side.row.assign(strikes.size(), no_row);
  side.bid.assign(strikes.size(), 0.0);
  side.ask.assign(strikes.size(), 0.0);
  std::size_t i = 0;
  for (std::size_t row = rows.begin; row < rows.end; ++row) {
    while (strikes[i] < chain.strike[row]) ++i;
    side.row[i] = static_cast<std::uint32_t>(row);
    const RowState state = chain.state[row];
    if (state == RowState::two_sided) side.bid[i] = chain.bid[row];
    if (state == RowState::two_sided || state == RowState::ask_only) side.ask[i] = chain.ask[row];
  }
}

void merge_strikes(const ChainQuotes& chain, RowRange calls, RowRange puts, std::vector<double>& out) {
  out.resize(calls.size() + puts.size());
  const auto at = [&](std::size_t row) { return chain.strike.begin() + static_cast<std::ptrdiff_t>(row); };
  const auto end = std::set_union(at(calls.begin), at(calls.end), at(puts.begin), at(puts.end), out.begin());
  out.erase(end, out.end());
}

}  // namespace

RowState row_state(const Quote& quote) {
  if (!quote.has_ask()) return quote.has_bid() ? RowState::bid_only : RowState::no_quote;
  if (!quote.has_bid()) return RowState::ask_only;
  return quote.bid > quote.ask ? RowState::crossed : RowState::two_sided;
}

void RowCounts::add(RowState state) {
  switch (state) {
    case RowState::two_sided: ++two_sided; break;
    case RowState::ask_only: ++ask_only; break;
    case RowState::bid_only: ++bid_only; break;
    case RowState::crossed: ++crossed; break;
    case RowState::no_quote: ++no_quote; break;
  }
}

RowCounts& RowCounts::operator+=(const RowCounts& other) {
  two_sided += other.two_sided;
  ask_only += other.ask_only;
  bid_only += other.bid_only;
  crossed += other.crossed;
  no_quote += other.no_quote;
  return *this;
}

Result<ChainQuotes> chain_quotes(const ChainSnapshot& chain, const YearClock& clock, bool allow_stale) {
  const std::string where = chain.underlying.to_string() + " chain of " + chain.time.to_string();
  if (chain.stale && !allow_stale)
    return Error{"the snapshot is marked stale", where, "allow stale snapshots to read it all the same"};
  if (chain.underlying_price.is_none() || chain.underlying_price <= Decimal{})
    return Error{"the snapshot has no price of the underlying", where, ""};

  ChainQuotes out;
  out.underlying = chain.underlying;
  out.time = chain.time;
  out.session = chain.session;
  out.spot = chain.underlying_price.to_double();
  const std::size_t rows = chain.rows();
  out.strike.resize(rows);
  out.bid.resize(rows);
  out.ask.resize(rows);
  out.state.resize(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    const Quote quote = quote_at(chain, row);
    out.strike[row] = chain.strike[row].to_double();
    out.bid[row] = quote.has_bid() ? quote.bid.to_double() : 0.0;
    out.ask[row] = quote.has_ask() ? quote.ask.to_double() : 0.0;
    out.state[row] = row_state(quote);
  }

  for (std::size_t g = 0; g < chain.groups();) {
    SliceQuotes slice;
    slice.root = chain.group_root[g];
    slice.expiration = chain.group_expiration[g];
    slice.settlement = chain.group_settlement[g];
    slice.settles = chain.group_settles[g];
    for (; g < chain.groups() && chain.group_root[g] == slice.root && chain.group_expiration[g] == slice.expiration;
         ++g)
      (chain.group_right[g] == Right::call ? slice.call_rows : slice.put_rows) = group_rows(chain, g);
    const std::size_t count = slice.call_rows.size() + slice.put_rows.size();
    slice.calendar_years = years_between(chain.time, slice.settles);
    slice.years = clock.years(chain.time, slice.settles);
    if (!(slice.calendar_years > 0) || !(slice.years > 0)) {
      out.expired_rows += count;
      ++out.expired_slices;
      continue;
    }
    for (const RowRange& range : {slice.call_rows, slice.put_rows})
      for (std::size_t row = range.begin; row < range.end; ++row) slice.counts.add(out.state[row]);
    out.counts += slice.counts;
    merge_strikes(out, slice.call_rows, slice.put_rows, slice.strike);
    fill_side(out, slice.call_rows, slice.strike, slice.call);
    fill_side(out, slice.put_rows, slice.strike, slice.put);
    out.slices.push_back(std::move(slice));
  }
  if (out.slices.empty()) return Error{"the snapshot has no option that is still alive", where, ""};
  std::stable_sort(out.slices.begin(), out.slices.end(), [](const SliceQuotes& a, const SliceQuotes& b) {
    return a.settles != b.settles ? a.settles < b.settles : a.root < b.root;
  });
  return out;
}

}  // namespace optix
