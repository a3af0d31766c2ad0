#include "core/data/import/snapshot_builder.hpp"

#include <algorithm>
#include <numeric>

#include "core/data/import/implied_spot.hpp"
#include "core/time/calendar.hpp"

namespace optix {

SnapshotBuilder::SnapshotBuilder(SnapshotOptions options, std::function<std::string(const RawQuote&)> source_name)
    : options_(std::move(options)), source_name_(std::move(source_name)), terms_of_{INT32_MIN} {}

bool SnapshotBuilder::before(const RawQuote& a, const RawQuote& b) const {
  if (a.expiration != b.expiration) return a.expiration < b.expiration;
  if (a.root != b.root) return root_rank_[a.root] < root_rank_[b.root];
  if (a.right != b.right) return a.right < b.right;
  return a.strike < b.strike;
}

void SnapshotBuilder::rank(const std::vector<Symbol>& roots, Date session) {
  const bool grown = roots.size() != roots_.size();
  if (grown) {
    roots_ = roots;
    std::vector<std::uint16_t> by_name(roots_.size());
    std::iota(by_name.begin(), by_name.end(), std::uint16_t{0});
    std::sort(by_name.begin(), by_name.end(), [&](auto a, auto b) { return roots_[a] < roots_[b]; });
    root_rank_.resize(roots_.size());
    for (std::size_t i = 0; i < by_name.size(); ++i) root_rank_[by_name[i]] = static_cast<std::uint16_t>(i);
  }
  if (!grown && terms_of_ == session) return;
  terms_.clear();
  for (const Symbol& root : roots_) terms_.push_back(options_.terms(root, session));
  terms_of_ = session;
}

// Sources mostly come as runs that are in order already: sort the runs, and rows only where runs of
// one group interleave. Rows of one contract keep the source's order.
void SnapshotBuilder::sort(const RawQuote** begin, const RawQuote** end) {
  const auto count = static_cast<std::uint32_t>(end - begin);
  runs_.clear();
  for (std::uint32_t i = 0; i < count; ++i) {
    const bool continues = i > 0 && same_group(*begin[i - 1], *begin[i]) && begin[i - 1]->strike <= begin[i]->strike;
    if (!continues) runs_.push_back({i, i});
    runs_.back().end = i + 1;
  }
  std::stable_sort(runs_.begin(), runs_.end(),
                   [&](const Run& a, const Run& b) { return before(*begin[a.begin], *begin[b.begin]); });
  order_.clear();
  order_.reserve(count);
  bool interleaved = false;
  for (const Run& run : runs_) {
    interleaved = interleaved || (!order_.empty() && before(*begin[run.begin], *order_.back()));
    order_.insert(order_.end(), begin + run.begin, begin + run.end);
  }
  if (!interleaved) return;
  order_.assign(begin, end);
  std::stable_sort(order_.begin(), order_.end(), [&](const RawQuote* a, const RawQuote* b) { return before(*a, *b); });
}

Status SnapshotBuilder::remove_duplicates(const LeftOut& left_out) {
  std::size_t kept = 0;
  for (const RawQuote* row : order_) {
    if (kept == 0 || before(*order_[kept - 1], *row)) {
      order_[kept++] = row;
      continue;
    }
    if (options_.last_wins) {
      order_[kept - 1] = row;
      continue;
    }
    std::string what = "the contract " + roots_[row->root].to_string() + " " + row->expiration.to_string() + " " +
                       std::string(enum_name(row->right)) + " " + row->strike.to_string(0) + " is already on line " +
                       std::to_string(order_[kept - 1]->line) + " for this session";
    if (options_.duplicates == Duplicates::stop)
      return Error{std::move(what), place(source_name_(*row), row->line, ""), remedy(Defect::duplicate)};
    left_out(*row, Defect::duplicate, std::move(what));
  }
  order_.resize(kept);
  return {};
}

// The one price that the rows of a snapshot agree on; none when they have none.
Result<Decimal> SnapshotBuilder::spot_of(std::span<const RawQuote* const> rows) const {
  const RawQuote& first = *rows.front();
  for (const RawQuote* row : rows)
    if (row->underlying_price != first.underlying_price)
      return Error{"the price of the underlying is " +
                       (row->underlying_price.is_none() ? "missing" : row->underlying_price.to_string()) +
                       " here and " +
                       (first.underlying_price.is_none() ? "missing" : first.underlying_price.to_string()) +
                       " on line " + std::to_string(first.line) + " of the same session",
                   place(source_name_(*row), row->line, ""),
                   "a layout with one quote time needs one underlying price per session"};
  return first.underlying_price;
}

// Puts the new rows over those carried from the snapshots before.
void SnapshotBuilder::carry_over() {
  merged_.clear();
  std::size_t i = 0, j = 0;
  while (i < current_.size() && j < order_.size()) {
    if (before(*current_[i], *order_[j])) {
      merged_.push_back(current_[i++]);
    } else {
      i += !before(*order_[j], *current_[i]);
      merged_.push_back(order_[j++]);
    }
  }
  merged_.insert(merged_.end(), current_.begin() + static_cast<std::ptrdiff_t>(i), current_.end());
  merged_.insert(merged_.end(), order_.begin() + static_cast<std::ptrdiff_t>(j), order_.end());
  current_.swap(merged_);
  order_ = current_;
}

// Empty when no row says.
Series<std::int32_t> SnapshotBuilder::sizes(std::int32_t RawQuote::*size) const {
  if (std::all_of(order_.begin(), order_.end(), [size](const RawQuote* row) { return row->*size < 0; })) return {};
  std::vector<std::int32_t> out;
  out.reserve(order_.size());
  for (const RawQuote* row : order_) out.push_back(row->*size);
  return out;
}

SnapshotQuotes SnapshotBuilder::emit(Symbol underlying, Date session, Timestamp time) const {
  SnapshotQuotes out;
  ChainSnapshot& chain = out.chain;
  chain.underlying = underlying;
  chain.time = time;
  chain.session = session;
  const std::size_t n = order_.size();
  std::vector<Decimal> strike(n), bid(n), ask(n);
  std::vector<double> iv(n), delta(n), gamma(n);
  std::vector<std::int32_t> volume(n), open_interest(n);
  const RawQuote* previous = nullptr;
  for (std::size_t i = 0; i < n; ++i) {
    const RawQuote& row = *order_[i];
    if (!previous || !same_group(*previous, row)) {
      const RootTerms& terms = terms_[row.root];
      chain.group_root.push_back(roots_[row.root]);
      chain.group_expiration.push_back(row.expiration);
      chain.group_settles.push_back(settlement_instant(row.expiration, terms.settlement));
      chain.group_right.push_back(row.right);
      chain.group_settlement.push_back(terms.settlement);
      chain.group_begin.push_back(static_cast<std::uint32_t>(i));
      out.group_exercise.push_back(terms.exercise);
      out.group_multiplier.push_back(terms.multiplier);
    }
    previous = &row;
    strike[i] = row.strike;
    bid[i] = row.bid;
    ask[i] = row.ask;
    iv[i] = row.iv;
    delta[i] = row.delta;
    gamma[i] = row.gamma;
    volume[i] = row.volume;
    open_interest[i] = row.open_interest;
  }
  chain.group_begin.push_back(static_cast<std::uint32_t>(n));
  chain.strike = std::move(strike);
  chain.bid = std::move(bid);
  chain.ask = std::move(ask);
  chain.iv = std::move(iv);
  chain.delta = std::move(delta);
  chain.gamma = std::move(gamma);
  chain.volume = std::move(volume);
  chain.open_interest = std::move(open_interest);
  chain.bid_size = sizes(&RawQuote::bid_size);
  chain.ask_size = sizes(&RawQuote::ask_size);
  return out;
}

Result<SessionQuotes> SnapshotBuilder::build(Symbol underlying, Date session, std::vector<const RawQuote*>& rows,
                                             const std::vector<Symbol>& roots, const LeftOut& left_out) {
  rank(roots, session);
  const auto earlier = [](const RawQuote* a, const RawQuote* b) { return a->time < b->time; };
  if (!std::is_sorted(rows.begin(), rows.end(), earlier)) std::stable_sort(rows.begin(), rows.end(), earlier);
  SessionQuotes out;
  out.underlying = underlying;
  out.session = session;
  current_.clear();
  Decimal last_spot = Decimal::none();
  std::size_t unpriced = 0;
  for (std::size_t i = 0, j = 0; i < rows.size(); i = j) {
    while (j < rows.size() && rows[j]->time == rows[i]->time) ++j;
    const auto spot = spot_of({rows.data() + i, j - i});
    if (!spot) return spot.error();
    const Timestamp time = rows[i]->time;
    sort(rows.data() + i, rows.data() + j);
    if (Status status = remove_duplicates(left_out); !status) return status.error();
    if (options_.carry) carry_over();
    SnapshotQuotes snapshot = emit(underlying, session, time);
    Decimal price = *spot;
    if (price.is_none() && options_.underlying_price)
      price = options_.underlying_price(underlying, time).value_or(Decimal::none());
    if (price.is_none() && options_.spot == SpotSource::parity) {
      price = implied_spot(snapshot.chain).value_or(last_spot);
    } else if (price.is_none()) {
      return Error{"there is no price of the underlying " + underlying.to_string() + " at " + time.to_string(),
                   place(source_name_(*rows[i]), rows[i]->line, ""),
                   "have it taken from put-call parity (`spot: parity`), or import bars of the underlying first"};
    }
    last_spot = price;
    if (price.is_none()) {
      ++unpriced;
      continue;
    }
    snapshot.chain.underlying_price = price;
    out.snapshots.push_back(std::move(snapshot));
  }
  if (unpriced != 0 && out.snapshots.empty())
    return Error{"put-call parity gives no price of the underlying " + underlying.to_string() + " on " +
                     session.to_string() + ": no strike has a sound bid and ask of both call and put",
                 place(source_name_(*rows.front()), rows.front()->line, ""),
                 "import bars of the underlying first, or map a column with its price"};
  return out;
}

RawQuotes rows_of(const SessionQuotes& session) {
  RawQuotes out;
  out.underlyings = {session.underlying};
  for (const SnapshotQuotes& snapshot : session.snapshots) {
    const ChainSnapshot& c = snapshot.chain;
    for (std::size_t g = 0; g < c.groups(); ++g) {
      auto root = std::find(out.roots.begin(), out.roots.end(), c.group_root[g]);
      if (root == out.roots.end()) root = out.roots.insert(root, c.group_root[g]);
      RawQuote row;
      row.time = c.time;
      row.session = c.session;
      row.underlying_price = c.underlying_price;
      row.root = static_cast<std::uint16_t>(root - out.roots.begin());
      row.expiration = c.group_expiration[g];
      row.right = c.group_right[g];
      for (std::size_t i = c.group_begin[g]; i < c.group_begin[g + 1]; ++i) {
        row.strike = c.strike[i];
        row.bid = c.bid[i];
        row.ask = c.ask[i];
        row.iv = c.iv[i];
        row.delta = c.delta[i];
        row.gamma = c.gamma[i];
        row.volume = c.volume[i];
        row.open_interest = c.open_interest[i];
        row.bid_size = c.bid_size.empty() ? -1 : c.bid_size[i];
        row.ask_size = c.ask_size.empty() ? -1 : c.ask_size[i];
        out.rows.push_back(row);
      }
    }
  }
  return out;
}

}  // namespace optix
