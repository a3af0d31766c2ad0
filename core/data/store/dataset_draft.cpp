#include "core/data/store/dataset_draft.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "core/contracts/chain_view.hpp"
#include "core/data/store/instruments_file.hpp"
#include "messages/codec/limits.hpp"

namespace optix::stored {
namespace {

namespace fs = std::filesystem;
constexpr ContractId no_id = UINT32_MAX;

// Sizes none of which is known are stored as none at all, and read so.
void drop_unknown(Series<std::int32_t>& sizes) {
  const Series<std::int32_t>& s = sizes;
  if (std::all_of(s.begin(), s.end(), [](std::int32_t size) { return size < 0; })) sizes.clear();
}

std::optional<std::string> snapshot_defect(SnapshotQuotes& snapshot, const SessionQuotes& session) {
  ChainSnapshot& chain = snapshot.chain;
  if (chain.underlying != session.underlying || chain.session != session.session)
    return "it is of another underlying or session";
  const std::size_t rows = std::as_const(chain).strike.size();
  if (rows == 0) return "it has no quotes";
  if (rows > limits::column_rows) return "it has more rows than a message may have";
  chain.contract = Series<ContractId>(rows);
  const ChainSnapshot& c = chain;
  if (!std::is_sorted(c.group_begin.begin(), c.group_begin.end())) return "group bounds do not cover the rows";
  if (auto defect = chain_defect(c)) return defect;
  drop_unknown(chain.bid_size);
  drop_unknown(chain.ask_size);
  for (std::size_t g = 0; g < c.groups(); ++g) {
    if (c.strike[c.group_begin[g]].is_none()) return "a strike is missing";
    if (!is_storable(c.group_root[g])) return "an option root is not printable ASCII";
    if (Date::parse(c.group_expiration[g].to_string()) != c.group_expiration[g]) return "an expiration is no date";
  }
  if (snapshot.group_exercise.size() != c.groups() || snapshot.group_multiplier.size() != c.groups())
    return "exercise styles or multipliers are not one per group";
  return std::nullopt;
}

GroupTerms terms_of(const SnapshotQuotes& s, std::size_t g) {
  const ChainSnapshot& c = s.chain;
  return {c.group_root[g],       c.group_expiration[g], c.group_right[g],     c.group_settles[g],
          c.group_settlement[g], s.group_exercise[g],   s.group_multiplier[g]};
}

}  // namespace

Status check_session(SessionQuotes& session) {
  const std::string where = "quotes of " + session.underlying.to_string() + " on " + session.session.to_string();
  const char* const hint = "the provider of these quotes has an error";
  if (!is_storable(session.underlying)) return Error{"the underlying's name is not printable ASCII", where, hint};
  if (Date::parse(session.session.to_string()) != session.session) return Error{"the session is no date", where, hint};
  if (session.snapshots.empty()) return Error{"there are none", where, hint};
  for (std::size_t i = 0; i < session.snapshots.size(); ++i) {
    const std::string at = where + ", snapshot " + std::to_string(i);
    if (i > 0 && session.snapshots[i - 1].chain.time >= session.snapshots[i].chain.time)
      return Error{"its time is not after the one before", at, hint};
    if (const auto defect = snapshot_defect(session.snapshots[i], session)) return Error{*defect, at, hint};
  }
  return {};
}

DatasetDraft::DatasetDraft(Staging& staging, arrow::Compression compression)
    : staging_(staging), compression_(compression), encoder_(compression) {
  for (const Partition& p : staging.manifest().partitions)
    underlyings_[p.underlying].sessions[p.session] = Session{p, {}, {}};
}

Status DatasetDraft::load_contracts(Symbol name, Underlying& underlying) {
  if (underlying.numbered) return {};
  const auto& files = staging_.manifest().instruments;
  if (const auto at = files.find(name.to_string()); at != files.end()) {
    auto mapped = map_stored(staging_.folder(), at->second, true);
    if (!mapped) {
      Error error = mapped.error();
      error.hint = "restore the file from a copy, or import everything into a new folder";
      return error;
    }
    const std::string path = (staging_.folder() / at->second.path).string();
    auto batch = decode_instruments(path, name, *mapped);
    if (!batch) return batch.error();
    const InstrumentBatch& b = *batch;
    for (ContractId id = 0; id < b.root.size(); ++id) {
      const GroupTerms terms{b.root[id],       b.expiration[id], b.right[id],     b.settles[id],
                             b.settlement[id], b.exercise[id],   b.multiplier[id]};
      ContractId given = no_id;
      underlying.numbers.number(terms, {&b.strike[id], 1}, {&given, 1});
      if (given != id)
        return Error{"contract " + std::to_string(id) + " is there twice", path,
                     "the file was not written by this program's import: import again"};
    }
  }
  underlying.numbered = true;
  return {};
}

fs::path DatasetDraft::where(const fs::path& staged, const StoredFile& file) const {
  return staged.empty() ? staging_.folder() / file.path : staged;
}

Result<std::vector<StoredSnapshot>> DatasetDraft::read(const Session& session) const {
  const Partition& p = session.partition;
  std::shared_ptr<const MappedFile> files[2];
  for (int i = 0; i < 2; ++i) {
    const fs::path& staged = i == 0 ? session.quotes : session.groups;
    const StoredFile& file = i == 0 ? p.quotes : p.groups;
    auto mapped = staged.empty() ? map_stored(staging_.folder(), file, true) : MappedFile::open(staged);
    if (!mapped) return mapped.error();
    files[i] = *std::move(mapped);
  }
  return decode_session(
      {p, where(session.quotes, p.quotes).string(), where(session.groups, p.groups).string(), files[0], files[1]},
      true);
}

bool DatasetDraft::same_content(const Session& session, const SessionBytes& bytes) const {
  const Partition& p = session.partition;
  if (p.quotes.hash != content_hash(bytes.quotes) || p.groups.hash != content_hash(bytes.groups)) return false;
  return !session.quotes.empty() || (is_intact(staging_.folder(), p.quotes) && is_intact(staging_.folder(), p.groups));
}

Status DatasetDraft::stage(Session& session, const SessionBytes& bytes) {
  Partition& p = session.partition;
  staging_.drop(session.quotes);
  staging_.drop(session.groups);
  auto quotes = staging_.add(bytes.quotes);
  if (!quotes) return quotes.error();
  auto groups = staging_.add(bytes.groups);
  if (!groups) return groups.error();
  session.quotes = *quotes;
  session.groups = *groups;
  const auto& named = staging_.manifest().partitions;
  const auto before = std::lower_bound(named.begin(), named.end(), p, [](const Partition& a, const Partition& b) {
    return std::pair(a.session, a.underlying) < std::pair(b.session, b.underlying);
  });
  const bool had = before != named.end() && before->session == p.session && before->underlying == p.underlying;
  const auto file = [&](const std::string& content, auto path, const StoredFile* old) {
    StoredFile out{"", content.size(), content_hash(content)};
    out.path = path(p.underlying, p.session, out.hash, 8);
    // Two contents whose hashes start alike: the old file must stay until the new manifest is there.
    if (old && old->path == out.path && old->hash != out.hash)
      out.path = path(p.underlying, p.session, out.hash, out.hash.size());
    return out;
  };
  p.quotes = file(bytes.quotes, quotes_path, had ? &before->quotes : nullptr);
  p.groups = file(bytes.groups, groups_path, had ? &before->groups : nullptr);
  p.rows = bytes.rows;
  return {};
}

Status DatasetDraft::put(SessionQuotes quotes) {
  Underlying& underlying = underlyings_[quotes.underlying];
  if (Status status = load_contracts(quotes.underlying, underlying); !status) return status;
  ContractNumbers& numbers = underlying.numbers;
  std::vector<MessageRef> snapshots;
  snapshots.reserve(quotes.snapshots.size());
  for (SnapshotQuotes& s : quotes.snapshots) {
    const ChainSnapshot& c = s.chain;
    const std::span<ContractId> ids(s.chain.contract.data(), c.rows());
    for (std::size_t g = 0; g < c.groups(); ++g) {
      const std::size_t begin = c.group_begin[g], size = c.group_begin[g + 1] - begin;
      numbers.number(terms_of(s, g), std::span<const Decimal>(c.strike).subspan(begin, size), ids.subspan(begin, size));
    }
    snapshots.push_back(make_message(std::move(s.chain)));
  }
  const SessionBytes bytes = encoder_.encode(snapshots);

  const auto last = underlying.sessions.rbegin();
  const bool appended = last == underlying.sessions.rend() || last->first < quotes.session;
  const auto found = underlying.sessions.find(quotes.session);
  if (found != underlying.sessions.end() && same_content(found->second, bytes)) return {};
  Session& session = underlying.sessions[quotes.session];
  Partition& p = session.partition;
  p.underlying = quotes.underlying;
  p.session = quotes.session;
  p.snapshots = static_cast<std::uint32_t>(snapshots.size());
  p.first = snapshots.front().get<ChainSnapshot>().time;
  p.last = snapshots.back().get<ChainSnapshot>().time;
  p.contracts = numbers.size();
  underlying.changed = true;
  if (!appended && (!underlying.renumber_from || quotes.session < *underlying.renumber_from))
    underlying.renumber_from = quotes.session;
  return stage(session, bytes);
}

Result<SessionQuotes> DatasetDraft::current(Symbol name, Date date) {
  SessionQuotes out{name, date, {}};
  const auto at = underlyings_.find(name);
  if (at == underlyings_.end()) return out;
  const auto session = at->second.sessions.find(date);
  if (session == at->second.sessions.end()) return out;
  if (Status status = load_contracts(name, at->second); !status) return status.error();
  auto snapshots = read(session->second);
  if (!snapshots) return snapshots.error();
  for (StoredSnapshot& stored : *snapshots) {
    SnapshotQuotes& s = out.snapshots.emplace_back();
    const ChainSnapshot& c = stored.chain;
    for (std::size_t g = 0; g < c.groups(); ++g) {
      const ContractId id = c.contract[c.group_begin[g]];
      if (id >= at->second.numbers.size())
        return Error{"contract " + std::to_string(id) + " is not defined",
                     (staging_.folder() / session->second.partition.quotes.path).string(), "import again"};
      s.group_exercise.push_back(at->second.numbers.terms(id).exercise);
      s.group_multiplier.push_back(at->second.numbers.terms(id).multiplier);
    }
    s.chain = std::move(stored.chain);
    s.chain.contract.clear();
  }
  return out;
}

Status DatasetDraft::renumber(Session& session, std::vector<ContractId>& final_ids, std::vector<ContractId>& order) {
  auto snapshots = read(session);
  if (!snapshots) return snapshots.error();
  bool same = true;
  for (StoredSnapshot& s : *snapshots) {
    const ChainSnapshot& c = s.chain;
    std::vector<ContractId> ids(c.rows());
    for (std::size_t r = 0; r < ids.size(); ++r) {
      const ContractId id = c.contract[r];
      if (id >= final_ids.size())
        return Error{"contract " + std::to_string(id) + " is not defined",
                     where(session.quotes, session.partition.quotes).string(), "import again"};
      ContractId& final_id = final_ids[id];
      if (final_id == no_id) {
        final_id = static_cast<ContractId>(order.size());
        order.push_back(id);
      }
      ids[r] = final_id;
      same = same && final_id == id;
    }
    s.chain.contract = std::move(ids);
  }
  session.partition.contracts = static_cast<std::uint32_t>(order.size());
  if (same) return {};
  std::vector<MessageRef> messages;
  messages.reserve(snapshots->size());
  for (StoredSnapshot& s : *snapshots) messages.push_back(make_message(std::move(s.chain)));
  return stage(session, encoder_.encode(messages));
}

Result<std::vector<ContractId>> DatasetDraft::renumber(Underlying& underlying) {
  const std::uint32_t known = underlying.numbers.size();
  std::vector<ContractId> order(known);
  std::iota(order.begin(), order.end(), 0u);
  if (underlying.numbers.ambiguous()) underlying.renumber_from = underlying.sessions.begin()->first;
  if (!underlying.renumber_from) return order;
  auto at = underlying.sessions.lower_bound(*underlying.renumber_from);
  const std::uint32_t first = at == underlying.sessions.begin() ? 0 : std::prev(at)->second.partition.contracts;
  order.resize(first);
  std::vector<ContractId> final_ids(known, no_id);
  std::copy(order.begin(), order.end(), final_ids.begin());
  for (; at != underlying.sessions.end(); ++at)
    if (Status status = renumber(at->second, final_ids, order); !status) return status.error();
  if (underlying.numbers.ambiguous())
    if (Status status = check_terms(underlying, order); !status) return status.error();
  return order;
}

Status DatasetDraft::check_terms(const Underlying& underlying, const std::vector<ContractId>& order) const {
  std::set<GroupTerms> used;
  for (const ContractId id : order) used.insert(underlying.numbers.terms(id));
  const GroupTerms* last = nullptr;
  for (const GroupTerms& terms : used) {
    if (last && last->root == terms.root && last->expiration == terms.expiration && last->right == terms.right)
      return Error{
          "a contract means different things in different sessions: " + describe(*last) + "; and " + describe(terms),
          staging_.folder().string(),
          "import every session with the same terms of its option roots, or into another folder"};
    last = &terms;
  }
  return {};
}

Status DatasetDraft::check_times(const Underlying& underlying) const {
  const Partition* last = nullptr;
  for (const auto& entry : underlying.sessions) {
    const Partition& p = entry.second.partition;
    if (last && p.first <= last->last)
      return Error{"session " + p.session.to_string() + " of " + p.underlying.to_string() + " starts at " +
                       p.first.to_string() + ", but the session before it, " + last->session.to_string() +
                       ", ends at " + last->last.to_string(),
                   staging_.folder().string(), "check the dates and times of the quotes"};
    last = &p;
  }
  return {};
}

Status DatasetDraft::finish(Symbol name, Underlying& underlying, Manifest& manifest,
                            std::vector<Staging::Move>& moves) {
  auto order = renumber(underlying);
  if (!order) return order.error();
  if (Status status = check_times(underlying); !status) return status;
  for (const auto& entry : underlying.sessions) {
    const Session& s = entry.second;
    if (!s.quotes.empty()) moves.emplace_back(s.quotes, s.partition.quotes.path);
    if (!s.groups.empty()) moves.emplace_back(s.groups, s.partition.groups.path);
  }
  const std::string bytes = encode_instruments(underlying.numbers.table(name, *order), compression_);
  StoredFile file{"", bytes.size(), content_hash(bytes)};
  file.path = instruments_path(name, file.hash);
  const auto before = staging_.manifest().instruments.find(name.to_string());
  if (before != staging_.manifest().instruments.end()) {
    if (before->second.hash == file.hash && is_intact(staging_.folder(), before->second)) return {};
    if (before->second.hash != file.hash && before->second.path == file.path)
      file.path = instruments_path(name, file.hash, file.hash.size());
  }
  auto staged = staging_.add(bytes);
  if (!staged) return staged.error();
  moves.emplace_back(*staged, file.path);
  manifest.instruments[name.to_string()] = file;
  return {};
}

Status DatasetDraft::finish(Manifest& manifest, std::vector<Staging::Move>& moves) {
  manifest.partitions.clear();
  for (auto& [name, underlying] : underlyings_) {
    if (underlying.changed)
      if (Status status = finish(name, underlying, manifest, moves); !status) return status;
    for (const auto& entry : underlying.sessions) manifest.partitions.push_back(entry.second.partition);
  }
  std::sort(manifest.partitions.begin(), manifest.partitions.end(), [](const Partition& a, const Partition& b) {
    return std::pair(a.session, a.underlying) < std::pair(b.session, b.underlying);
  });
  return {};
}

}  // namespace optix::stored
