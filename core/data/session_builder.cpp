#include "core/data/session_builder.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/time/calendar.hpp"

namespace optix {
namespace {

bool present(Decimal price) { return !price.is_none() && price > Decimal{}; }

std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 32;
  x *= 0xD6E8FEB86659FD93ull;
  x ^= x >> 32;
  return x * 0xD6E8FEB86659FD93ull ^ x >> 29;
}

}  // namespace

SessionBuilder::SessionBuilder(const LoadOptions& options, std::string file, std::vector<Symbol> roots,
                               std::vector<Symbol> underlyings)
    : options_(options),
      file_(std::move(file)),
      roots_(std::move(roots)),
      underlyings_(std::move(underlyings)),
      table_(1 << 12) {
  std::vector<std::uint16_t> by_name(roots_.size());
  std::iota(by_name.begin(), by_name.end(), std::uint16_t{0});
  std::sort(by_name.begin(), by_name.end(), [&](auto a, auto b) { return roots_[a] < roots_[b]; });
  root_rank_.resize(roots_.size());
  for (std::size_t i = 0; i < by_name.size(); ++i) root_rank_[by_name[i]] = static_cast<std::uint16_t>(i);
  for (const Symbol& root : roots_) terms_.push_back(options_.layout.terms_of(root.view()));
}

bool SessionBuilder::before(const QuoteRow& a, const QuoteRow& b) const {
  if (a.expiration != b.expiration) return a.expiration < b.expiration;
  if (a.root != b.root) return root_rank_[a.root] < root_rank_[b.root];
  if (a.right != b.right) return a.right < b.right;
  return a.strike < b.strike;
}

// Files mostly come as runs that are in order already: sort the runs, and rows only where runs of
// one group interleave. Equal contracts keep the order of the file.
void SessionBuilder::sort(const std::vector<QuoteRow>& rows) {
  std::vector<Run> runs;
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    const bool continues = i > 0 && same_group(rows[i - 1], rows[i]) && rows[i - 1].strike <= rows[i].strike;
    if (!continues) runs.push_back({i, i});
    runs.back().end = i + 1;
  }
  std::stable_sort(runs.begin(), runs.end(),
                   [&](const Run& a, const Run& b) { return before(rows[a.begin], rows[b.begin]); });
  order_.clear();
  order_.reserve(rows.size());
  bool interleaved = false;
  for (const Run& run : runs) {
    interleaved = interleaved || (!order_.empty() && before(rows[run.begin], rows[order_.back()]));
    for (std::uint32_t i = run.begin; i < run.end; ++i) order_.push_back(i);
  }
  if (interleaved)
    std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return before(rows[a], rows[b]) || (!before(rows[b], rows[a]) && a < b);
    });
}

Status SessionBuilder::remove_duplicates(const std::vector<QuoteRow>& rows, RowParser& parser, QualityReport& report) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const QuoteRow& row = rows[order_[i]];
    if (kept > 0 && !before(rows[order_[kept - 1]], row)) {
      const std::string what = "the contract " + roots_[row.root].to_string() + " " + row.expiration.to_string() + " " +
                               std::string(enum_name(row.right)) + " " + row.strike.to_string(0) +
                               " is already on line " + std::to_string(rows[order_[kept - 1]].line) +
                               " for this session";
      if (options_.policy.duplicates == Duplicates::stop)
        return Error{what, file_ + ":" + std::to_string(row.line),
                     "remove one of the rows, or set `duplicates: keep_first`"};
      parser.note(Defect::duplicate, row.line, "", what);
      ++report.rows_skipped;
      continue;
    }
    order_[kept++] = order_[i];
  }
  order_.resize(kept);
  return {};
}

void SessionBuilder::count(const std::vector<QuoteRow>& rows, SessionQuality& quality, Timestamp time) const {
  QuoteCounts& c = quality.counts;
  c.rows = order_.size();
  std::vector<std::pair<Right, Decimal>> keys;  // of one expiration
  std::uint16_t first_root = 0;
  bool several_roots = false;
  const auto count_shared = [&] {
    if (several_roots) {
      std::sort(keys.begin(), keys.end());
      for (std::size_t i = 0; i < keys.size();) {
        std::size_t j = i + 1;
        while (j < keys.size() && keys[j] == keys[i]) ++j;
        c.shared_keys += j - i > 1 ? 1 : 0;
        i = j;
      }
    }
    keys.clear();
    several_roots = false;
  };
  Date expiration;
  Timestamp settles;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const QuoteRow& row = rows[order_[i]];
    if (i == 0 || row.expiration != expiration) {
      count_shared();
      expiration = row.expiration;
      first_root = row.root;
    }
    if (i == 0 || !same_group(row, rows[order_[i - 1]]))
      settles = settlement_instant(row.expiration, terms_[row.root].settlement);
    several_roots = several_roots || row.root != first_root;
    keys.emplace_back(row.right, row.strike);
    const bool bid = present(row.bid), ask = present(row.ask);
    if (!bid && !ask) {
      ++c.no_quote;
    } else if (!ask || row.bid.is_none()) {
      ++c.one_sided;
    } else if (!bid) {
      ++c.zero_bid;
    } else if (row.bid >= row.ask) {
      ++(row.bid == row.ask ? c.locked : c.crossed);
    }
    c.unknown_iv += std::isnan(row.iv);
    c.unknown_delta += std::isnan(row.delta);
    if (row.expiration < quality.session)
      ++c.expired;
    else if (settles < time)
      ++c.after_settlement;
    quality.volume += static_cast<std::uint64_t>(row.volume);
  }
  count_shared();
}

SessionBuilder::Slot& SessionBuilder::slot(const QuoteRow& row) {
  const std::uint64_t hash =
      mix(static_cast<std::uint64_t>(row.strike.raw()) ^ static_cast<std::uint64_t>(row.expiration.days) << 44 ^
          static_cast<std::uint64_t>(row.root) << 33 ^ static_cast<std::uint64_t>(row.right) << 32);
  for (std::size_t i = hash & (table_.size() - 1);; i = (i + 1) & (table_.size() - 1)) {
    Slot& s = table_[i];
    if (!s.used || (s.strike == row.strike.raw() && s.expiration == row.expiration.days && s.root == row.root &&
                    s.right == row.right))
      return s;
  }
}

void SessionBuilder::grow() {
  std::vector<Slot> old(table_.size() * 2);
  old.swap(table_);
  for (const Slot& s : old) {
    if (!s.used) continue;
    QuoteRow key;
    key.expiration = {s.expiration};
    key.root = s.root;
    key.right = s.right;
    key.strike = Decimal::from_raw(s.strike);
    slot(key) = s;
  }
}

void SessionBuilder::compare_with_last(const std::vector<QuoteRow>& rows, SessionQuality& quality) {
  if (session_number_ == 0) return;
  for (const std::uint32_t i : order_) {
    const Slot& s = slot(rows[i]);
    if (!s.used || known_[s.id].last_session != session_number_) continue;
    ++quality.compared;
    quality.unchanged += known_[s.id].bid == rows[i].bid && known_[s.id].ask == rows[i].ask;
  }
}

void SessionBuilder::emit(const SessionRows& session, Timestamp time, std::vector<DatasetStep>& steps) {
  ++session_number_;
  times_.push_back(time);
  const Symbol underlying = underlyings_[session.context.underlying];
  InstrumentBatch batch;
  batch.first_id = static_cast<ContractId>(known_.size());
  ChainSnapshot chain;
  chain.underlying = underlying;
  chain.time = time;
  chain.session = session.context.session;
  chain.underlying_price = session.context.underlying_price;
  const std::size_t n = order_.size();
  chain.contract.reserve(n);
  chain.strike.reserve(n);
  chain.bid.reserve(n);
  chain.ask.reserve(n);
  chain.iv.reserve(n);
  chain.delta.reserve(n);
  chain.gamma.reserve(n);
  chain.volume.reserve(n);
  chain.open_interest.reserve(n);
  const QuoteRow* previous = nullptr;
  for (const std::uint32_t index : order_) {
    const QuoteRow& row = session.rows[index];
    const RootTerms& terms = terms_[row.root];
    if (!previous || !same_group(*previous, row)) {
      chain.group_root.push_back(roots_[row.root]);
      chain.group_expiration.push_back(row.expiration);
      chain.group_settles.push_back(settlement_instant(row.expiration, terms.settlement));
      chain.group_right.push_back(row.right);
      chain.group_settlement.push_back(terms.settlement);
      chain.group_begin.push_back(static_cast<std::uint32_t>(chain.contract.size()));
    }
    previous = &row;
    if ((known_.size() + 1) * 2 > table_.size()) grow();
    Slot& s = slot(row);
    if (!s.used) {
      s = {row.strike.raw(), row.expiration.days, row.root, row.right, true, static_cast<ContractId>(known_.size())};
      known_.push_back({row.expiration, chain.group_settles.back(), session_number_, {}, {}});
      batch.root.push_back(roots_[row.root]);
      batch.underlying.push_back(underlying);
      batch.expiration.push_back(row.expiration);
      batch.settles.push_back(chain.group_settles.back());
      batch.strike.push_back(row.strike);
      batch.right.push_back(row.right);
      batch.settlement.push_back(terms.settlement);
      batch.exercise.push_back(terms.exercise);
      batch.multiplier.push_back(terms.multiplier);
    }
    Known& known = known_[s.id];
    gaps_ += known.last_session + 1 < session_number_;
    known.last_session = session_number_;
    known.bid = row.bid;
    known.ask = row.ask;
    chain.contract.push_back(s.id);
    chain.strike.push_back(row.strike);
    chain.bid.push_back(row.bid);
    chain.ask.push_back(row.ask);
    chain.iv.push_back(row.iv);
    chain.delta.push_back(row.delta);
    chain.gamma.push_back(row.gamma);
    chain.volume.push_back(row.volume);
    chain.open_interest.push_back(row.open_interest);
  }
  chain.group_begin.push_back(static_cast<std::uint32_t>(n));
  DatasetStep step;
  if (!batch.root.empty()) step.instruments = make_message(std::move(batch));
  step.underlying =
      make_message(UnderlyingPrice{underlying, time, session.context.session, session.context.underlying_price});
  step.snapshot = make_message(std::move(chain));
  steps.push_back(std::move(step));
}

Status SessionBuilder::add(SessionRows& session, RowParser& parser, std::vector<DatasetStep>& steps,
                           QualityReport& report) {
  const Date date = session.context.session;
  SessionQuality quality;
  quality.session = date;
  const std::string_view closed = closed_reason(date);
  if (!closed.empty()) {
    if (options_.policy.closed == ClosedSessions::stop)
      return Error{"the exchange was closed on " + date.to_string() + " (" + std::string(closed) +
                       "), but the data has a chain for it",
                   file_ + ":" + std::to_string(session.rows.front().line),
                   "stale holiday snapshots are usual in vendor files: set `closed_sessions: drop` to leave them out"};
    quality.closed_reason = closed;
    if (options_.policy.closed == ClosedSessions::drop) quality.use = SessionUse::dropped_closed;
  }
  sort(session.rows);
  if (Status status = remove_duplicates(session.rows, parser, report); !status) return status;
  // On a closed day the quotes are dated by the hours of an ordinary session.
  const Timestamp time = options_.layout.quote_time.at(date);
  count(session.rows, quality, time);
  compare_with_last(session.rows, quality);
  if (quality.use == SessionUse::used) emit(session, time, steps);
  report.sessions.push_back(std::move(quality));
  return {};
}

void SessionBuilder::finish(QualityReport& report) {
  report.contracts = known_.size();
  report.gaps = gaps_;
  for (const Known& known : known_) {
    if (known.last_session == session_number_) continue;
    report.vanished += times_[known.last_session] <= known.settles;  // the session after its last
  }
  std::vector<std::uint64_t> volumes;
  for (const SessionQuality& s : report.sessions)
    if (s.use == SessionUse::used) volumes.push_back(s.volume);
  if (volumes.size() >= 3) {
    const auto middle = volumes.begin() + static_cast<std::ptrdiff_t>(volumes.size() / 2);
    std::nth_element(volumes.begin(), middle, volumes.end());
    const double limit = QualityReport::low_volume_share * static_cast<double>(*middle);
    for (SessionQuality& s : report.sessions)
      s.low_volume = s.use == SessionUse::used && static_cast<double>(s.volume) < limit;
  }
  std::size_t next = 0;
  if (!report.sessions.empty())
    for (Date d = report.sessions.front().session; d <= report.sessions.back().session; d = d + 1) {
      const bool there = report.sessions[next].session == d;
      if (there) ++next;
      if (!there && is_session(d)) report.missing_sessions.push_back(d);
    }
}

}  // namespace optix
