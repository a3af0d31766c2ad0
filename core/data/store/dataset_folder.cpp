#include "core/data/store/dataset_folder.hpp"

#include <algorithm>
#include <mutex>

#include "core/data/store/instruments_file.hpp"
#include "core/data/store/layout.hpp"
#include "core/data/store/session_file.hpp"

namespace optix {
namespace {

namespace fs = std::filesystem;

class MappedSession final : public SessionView {
 public:
  explicit MappedSession(std::vector<stored::StoredSnapshot> snapshots) {
    times_.reserve(snapshots.size());
    messages_.reserve(snapshots.size());
    for (stored::StoredSnapshot& s : snapshots) {
      times_.push_back(s.chain.time);
      messages_.push_back(make_message(std::move(s.chain), s.hash));
    }
  }
  std::size_t snapshots() const override { return messages_.size(); }
  Timestamp time(std::size_t snapshot) const override { return times_.at(snapshot); }
  MessageRef snapshot(std::size_t snapshot) const override { return messages_.at(snapshot); }

 private:
  std::vector<Timestamp> times_;
  std::vector<MessageRef> messages_;  // their columns keep the mapping
};

}  // namespace

struct DatasetFolder::Impl {
  // What is known of a session. It stays mapped only while somebody has it; that its files are
  // good is remembered.
  struct Session {
    std::mutex mutex;
    bool good = false;
    std::weak_ptr<const SessionView> view;
  };
  struct Instruments {
    std::mutex mutex;
    std::optional<InstrumentBatch> table;
  };

  Impl(const Manifest& manifest, Verify how)
      : check(how == Verify::first_use), sessions(new Session[manifest.partitions.size()]) {
    for (const auto& entry : manifest.instruments) instruments.try_emplace(entry.first);
  }

  bool check;
  std::unique_ptr<Session[]> sessions;
  std::map<std::string, Instruments> instruments;  // by underlying; no entries are added later
};

DatasetFolder::DatasetFolder(std::string path, Manifest manifest, std::unique_ptr<Impl> impl)
    : path_(std::move(path)), manifest_(std::move(manifest)), impl_(std::move(impl)) {}
DatasetFolder::~DatasetFolder() = default;

Result<std::shared_ptr<const DatasetFolder>> DatasetFolder::open(const std::string& folder, Verify verify) {
  const fs::path file = fs::path(folder) / stored::manifest_name;
  std::error_code failed;
  if (!fs::is_directory(folder, failed))
    return Error{"there is no such folder", folder, "import data into it first: optix data import"};
  if (!fs::exists(file, failed))
    return Error{"is not a dataset: it has no " + std::string(stored::manifest_name), folder,
                 "import data into it first: optix data import"};
  auto text = stored::read_file(file);
  if (!text) return text.error();
  auto manifest = manifest_from_json(file.string(), *text);
  if (!manifest) return manifest.error();
  auto impl = std::make_unique<Impl>(*manifest, verify);
  return std::shared_ptr<const DatasetFolder>(new DatasetFolder(folder, *std::move(manifest), std::move(impl)));
}

Result<std::shared_ptr<const SessionView>> DatasetFolder::session(std::size_t partition) const {
  if (partition >= manifest_.partitions.size())
    return Error{"there is no session number " + std::to_string(partition), path_, ""};
  const Partition& p = manifest_.partitions[partition];
  Impl::Session& session = impl_->sessions[partition];
  const std::lock_guard lock(session.mutex);
  if (auto view = session.view.lock()) return view;
  const bool check_hash = impl_->check && !session.good;
  auto quotes = stored::map_stored(path_, p.quotes, check_hash);
  if (!quotes) return quotes.error();
  auto groups = stored::map_stored(path_, p.groups, check_hash);
  if (!groups) return groups.error();
  const stored::SessionSource source{p, (fs::path(path_) / p.quotes.path).string(),
                                     (fs::path(path_) / p.groups.path).string(), *std::move(quotes),
                                     *std::move(groups)};
  auto snapshots = stored::decode_session(source, !session.good);
  if (!snapshots) return snapshots.error();
  session.good = true;
  std::shared_ptr<const SessionView> view = std::make_shared<MappedSession>(*std::move(snapshots));
  session.view = view;
  return view;
}

Result<InstrumentBatch> DatasetFolder::instruments(Symbol underlying, std::uint32_t first, std::uint32_t last) const {
  const auto found = impl_->instruments.find(underlying.to_string());
  if (found == impl_->instruments.end()) return Error{"there are no contracts of " + underlying.to_string(), path_, ""};
  Impl::Instruments& entry = found->second;
  const std::lock_guard lock(entry.mutex);
  if (!entry.table) {
    const StoredFile& file = manifest_.instruments.at(found->first);
    auto mapped = stored::map_stored(path_, file, impl_->check);
    if (!mapped) return mapped.error();
    auto table = stored::decode_instruments((fs::path(path_) / file.path).string(), underlying, *mapped);
    if (!table) return table.error();
    entry.table = *std::move(table);
  }
  const InstrumentBatch& all = *entry.table;
  if (first > last || last > all.root.size())
    return Error{"contracts " + std::to_string(first) + " to " + std::to_string(last) + " of " +
                     underlying.to_string() + " were asked for; there are " + std::to_string(all.root.size()),
                 (fs::path(path_) / manifest_.instruments.at(found->first).path).string(), ""};
  InstrumentBatch out;
  out.first_id = first;
  // The columns are views or share their memory: a part of one is a view as well.
  const auto part = [&]<class T>(const Series<T>& column) {
    const auto keeper = std::make_shared<const Series<T>>(column);
    return Series<T>::view(std::span<const T>(*keeper).subspan(first, last - first), keeper);
  };
  out.root = part(all.root);
  out.underlying = part(all.underlying);
  out.expiration = part(all.expiration);
  out.settles = part(all.settles);
  out.strike = part(all.strike);
  out.right = part(all.right);
  out.settlement = part(all.settlement);
  out.exercise = part(all.exercise);
  out.multiplier = part(all.multiplier);
  return out;
}

Result<std::string> DatasetFolder::read(const StoredFile& file) const {
  const auto files = stored::files_of(manifest_);
  if (std::none_of(files.begin(), files.end(), [&](const StoredFile* f) { return *f == file; }))
    return Error{"the file " + file.path + " is not part of the dataset", path_, ""};
  auto mapped = stored::map_stored(path_, file, true);
  if (!mapped) return mapped.error();
  const auto bytes = (*mapped)->bytes();
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

Status DatasetFolder::verify_all() const {
  for (const StoredFile* file : stored::files_of(manifest_))
    if (auto mapped = stored::map_stored(path_, *file, true); !mapped) return mapped.error();
  return {};
}

}  // namespace optix
