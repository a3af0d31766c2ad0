#pragma once
// The quotes of a chain as columns per slice, one slice per (expiration, root): an AM-settled and a
// PM-settled root of one date are two slices, with two settlement instants and two forwards.
//
// Cleaning rules
//  - A side that is none or ≤ 0 is not there. A zero bid says nothing about the value from below:
//    such a row is ask-only, an upper bound and no mid.
//  - Crossed rows (bid > ask), rows with a bid but no ask, and rows without either are counted and
//    their prices are not used. A locked row (bid = ask) is two-sided.
//  - A snapshot marked stale, a slice that is expired at the snapshot's time: refused, with a reason.
// Prices are per share, as quoted.
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "core/contracts/chain_view.hpp"
#include "core/volatility/year_clock.hpp"
#include "messages/market.hpp"
#include "messages/values/result.hpp"

namespace optix {

enum class RowState : std::uint8_t { two_sided, ask_only, bid_only, crossed, no_quote };
constexpr auto enum_names(RowState) {
  return std::to_array<std::string_view>({"two_sided", "ask_only", "bid_only", "crossed", "no_quote"});
}
RowState row_state(const Quote& quote);

// Rows of a slice or chain by state; sums to the number of rows.
struct RowCounts {
  std::size_t two_sided = 0, ask_only = 0, bid_only = 0, crossed = 0, no_quote = 0;
  std::size_t rows() const { return two_sided + ask_only + bid_only + crossed + no_quote; }
  void add(RowState state);
  RowCounts& operator+=(const RowCounts& other);
};

inline constexpr std::uint32_t no_row = std::numeric_limits<std::uint32_t>::max();

// One side (calls or puts) against the strikes of the slice. Index i belongs to strike[i].
struct SideQuotes {
  std::vector<std::uint32_t> row;  // row of the snapshot; no_row when this strike is not listed
  std::vector<double> bid, ask;    // 0: not there (also for crossed rows and bids without an ask)

  bool two_sided(std::size_t i) const { return bid[i] > 0; }
  double mid(std::size_t i) const { return 0.5 * (bid[i] + ask[i]); }  // of a two-sided row
};

// One (expiration, root).
struct SliceQuotes {
  Symbol root;
  Date expiration;
  Settlement settlement = Settlement::pm;
  Timestamp settles;
  double years = 0;           // of the clock; > 0
  double calendar_years = 0;  // Act/365; > 0
  RowRange call_rows, put_rows;
  std::vector<double> strike;  // every strike listed on either side, ascending, unique
  SideQuotes call, put;
  RowCounts counts;

  const SideQuotes& side(Right right) const { return right == Right::call ? call : put; }
  std::size_t size() const { return strike.size(); }
};

// The slices of one chain, ascending by settlement instant and then root.
struct ChainQuotes {
  Symbol underlying;
  Timestamp time;
  Date session;
  double spot = 0;
  std::vector<SliceQuotes> slices;
  std::vector<double> strike, bid, ask;  // per row of the snapshot; 0: not there
  std::vector<RowState> state;           // per row
  RowCounts counts;                      // of the slices
  std::size_t expired_rows = 0;          // rows of groups that settle at or before the snapshot's time
  std::size_t expired_slices = 0;
};

// Error: stale snapshot (unless `allow_stale`), no price of the underlying, no row that lives.
Result<ChainQuotes> chain_quotes(const ChainSnapshot& chain, const YearClock& clock = {}, bool allow_stale = false);

}  // namespace optix
