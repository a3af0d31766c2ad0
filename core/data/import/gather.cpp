#include "core/data/import/gather.hpp"

#include <algorithm>

namespace optix {

Gather::Batch::Batch(RawQuotes rows, std::shared_ptr<std::atomic<std::size_t>> counter)
    : quotes(std::move(rows)),
      bytes(quotes.rows.capacity() * sizeof(RawQuote) + quotes.rows.size() * sizeof(void*)),
      alive(std::move(counter)) {
  *alive += bytes;
}

Gather::Batch::~Batch() { *alive -= bytes; }

Gather::Gather(const ImportOptions& options, SessionPipeline& pipeline, SourceNames& names, RejectFile& rejects,
               const std::string& spill_folder, QualityReport& report)
    : options_(options),
      pipeline_(pipeline),
      names_(names),
      rejects_(rejects),
      report_(report),
      spilled_(spill_folder) {}

Status Gather::reject(const RejectedRow& row) { return rejects_.add(row); }

// Replaces the batch's root numbers by ours and says which names are wanted.
void Gather::number_names(RawQuotes& quotes, std::vector<char>& wanted_roots, std::vector<char>& wanted_underlyings) {
  const auto wanted = [](const std::vector<std::string>& names, Symbol name) {
    return static_cast<char>(names.empty() || std::find(names.begin(), names.end(), name.view()) != names.end());
  };
  std::vector<std::uint16_t> numbers;
  std::shared_ptr<std::vector<Symbol>> grown;
  for (const Symbol root : quotes.roots) {
    const std::vector<Symbol>& known = grown ? *grown : *roots_;
    const auto at = static_cast<std::size_t>(std::find(known.begin(), known.end(), root) - known.begin());
    if (at == known.size()) {
      if (!grown) grown = std::make_shared<std::vector<Symbol>>(*roots_);
      grown->push_back(root);
    }
    numbers.push_back(static_cast<std::uint16_t>(at));
    wanted_roots.push_back(wanted(options_.keep_roots, root));
  }
  if (grown) roots_ = std::move(grown);
  for (const Symbol underlying : quotes.underlyings)
    wanted_underlyings.push_back(wanted(options_.keep_underlyings, underlying));
  const std::uint16_t source = names_.add(quotes.source);
  for (RawQuote& row : quotes.rows) {
    const bool keep = wanted_roots[row.root] && wanted_underlyings[row.underlying] &&
                      (!options_.first || row.session >= *options_.first) &&
                      (!options_.last || row.session <= *options_.last);
    if (!keep) {
      ++report_.filtered;
      row.session = {INT32_MIN};
    }
    row.root = numbers[row.root];
    row.source = source;
  }
}

Gather::Bucket& Gather::bucket_of(const Key& key) {
  const auto [at, added] = buckets_.try_emplace(key);
  Bucket& bucket = at->second;
  if (added) {
    if (ordered_ && buckets_.size() <= 4) bucket.rows.reserve(usual_size_);
    if (closed_.count(key) != 0) {
      bucket.reopened = true;
      ordered_ = false;  // from now on sessions wait until the end
    }
  }
  return bucket;
}

Status Gather::take(RawQuotes quotes) {
  ++batch_;
  rows_ += quotes.rows.size();
  std::vector<char> wanted_roots, wanted_underlyings;
  number_names(quotes, wanted_roots, wanted_underlyings);
  const auto batch = std::make_shared<Batch>(std::move(quotes), alive_);
  Bucket* bucket = nullptr;
  Date session{INT32_MIN};
  std::uint16_t underlying = 0;
  for (const RawQuote& row : batch->quotes.rows) {
    if (row.session.days == INT32_MIN) continue;
    if (!bucket || row.session != session || row.underlying != underlying) {
      session = row.session;
      underlying = row.underlying;
      bucket = &bucket_of({session, batch->quotes.underlyings[underlying]});
      if (bucket->touched != batch_) bucket->keepers.push_back(batch);
      bucket->touched = batch_;
    }
    bucket->rows.push_back(&row);
  }
  if (ordered_)
    if (Status status = close_passed(); !status) return status;
  if (*alive_ > options_.memory_bytes)
    if (Status status = spill(); !status) return status;
  if (advance) advance();
  return {};
}

Status Gather::take(SessionQuotes session) {
  const Key key{session.session, session.underlying};
  if ((options_.first && session.session < *options_.first) || (options_.last && session.session > *options_.last))
    return {};
  for (const SnapshotQuotes& snapshot : session.snapshots) rows_ += snapshot.chain.strike.size();
  PendingSession pending;
  pending.underlying = session.underlying;
  pending.session = session.session;
  pending.whole = std::move(session);
  if (!closed_.insert(key).second || buckets_.count(key) != 0)
    return Error{"the session " + key.first.to_string() + " of " + key.second.to_string() + " is delivered twice", "",
                 "a provider of whole sessions gives each once"};
  if (Status status = pipeline_.push(std::move(pending)); !status) return status;
  if (advance) advance();
  return {};
}

// A session without a row in the last batch is behind us.
Status Gather::close_passed() {
  for (auto at = buckets_.begin(); at != buckets_.end();) {
    const auto next = std::next(at);
    if (at->second.touched != batch_)
      if (Status status = close(at); !status) return status;
    at = next;
  }
  return {};
}

Status Gather::close(std::map<Key, Bucket>::iterator at) {
  Bucket& bucket = at->second;
  PendingSession pending;
  pending.session = at->first.first;
  pending.underlying = at->first.second;
  pending.roots = roots_;
  pending.reopened = bucket.reopened;
  if (bucket.spilled) {
    auto rows = spilled_.take(file_of(at->first));
    if (!rows) return rows.error();
    auto kept = std::make_shared<const std::vector<RawQuote>>(std::move(*rows));
    pending.rows.reserve(kept->size() + bucket.rows.size());
    for (const RawQuote& row : *kept) pending.rows.push_back(&row);
    pending.keepers.push_back(std::move(kept));
  }
  pending.rows.insert(pending.rows.end(), bucket.rows.begin(), bucket.rows.end());
  for (auto& keeper : bucket.keepers) pending.keepers.push_back(std::move(keeper));
  usual_size_ = std::max(usual_size_, std::min<std::size_t>(pending.rows.size() + 64, 100'000));
  closed_.insert(at->first);
  buckets_.erase(at);
  return pipeline_.push(std::move(pending));
}

Status Gather::spill() {
  for (auto& [key, bucket] : buckets_) {
    if (bucket.rows.empty()) continue;
    if (Status status = spilled_.append(file_of(key), bucket.rows); !status) return status;
    bucket.spilled = true;
    std::vector<const RawQuote*>().swap(bucket.rows);
    bucket.keepers.clear();
    bucket.touched = 0;
  }
  usual_size_ = 0;
  return {};
}

std::string Gather::file_of(const Key& key) {
  // Symbols may hold any character: the number of the day and the bytes in hexadecimal.
  static constexpr char digits[] = "0123456789abcdef";
  std::string out = key.first.to_string() + "-";
  for (const char c : key.second.view()) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

Status Gather::finish() {
  while (!buckets_.empty())
    if (Status status = close(buckets_.begin()); !status) return status;
  return {};
}

}  // namespace optix
