#include "core/data/store/dataset_writer.hpp"

#include <algorithm>

#include "core/data/store/dataset_draft.hpp"
#include "core/data/store/staging.hpp"

namespace optix {

struct DatasetWriter::Impl {
  Impl(std::unique_ptr<stored::Staging> where, const WriteOptions& how)
      : staging(std::move(where)),
        draft(*staging, how.compression),
        before(staging->manifest()),
        next(staging->manifest()) {}

  std::unique_ptr<stored::Staging> staging;
  stored::DatasetDraft draft;
  Manifest before;
  Manifest next;  // without sessions and instruments, which the draft has
  std::vector<stored::Staging::Move> events;
  std::optional<Error> failed;  // of an earlier call: nothing more can be done
  bool committed = false;

  Status usable() const {
    if (failed) return *failed;
    if (committed) return Error{"the import has already been committed", staging->folder().string(), ""};
    return {};
  }
  template <class R>
  R remember(R result) {
    if (!result) failed = result.error();
    return result;
  }
  Result<Manifest> finish(const ImportedSource& source, const std::map<std::string, std::string>& policy,
                          const QualityReport& quality);
};

DatasetWriter::DatasetWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DatasetWriter::~DatasetWriter() = default;

Result<std::unique_ptr<DatasetWriter>> DatasetWriter::open(const std::string& folder, const WriteOptions& options) {
  auto staging = stored::Staging::open(folder, options.sync);
  if (!staging) return staging.error();
  return std::unique_ptr<DatasetWriter>(new DatasetWriter(std::make_unique<Impl>(*std::move(staging), options)));
}

const Manifest& DatasetWriter::before() const { return impl_->before; }

Status DatasetWriter::put(SessionQuotes session) {
  if (Status status = impl_->usable(); !status) return status;
  if (Status status = stored::check_session(session); !status) return status;
  return impl_->remember(impl_->draft.put(std::move(session)));
}

Result<SessionQuotes> DatasetWriter::current(Symbol underlying, Date session) const {
  if (Status status = impl_->usable(); !status) return status.error();
  return impl_->draft.current(underlying, session);
}

Status DatasetWriter::describe(const std::string& time_meaning, const std::vector<ColumnNote>& columns) {
  if (Status status = impl_->usable(); !status) return status;
  const Manifest& before = impl_->before;
  if (!before.partitions.empty() && before.time_meaning != time_meaning)
    return Error{
        "the times of these quotes mean `" + time_meaning + "`, those of the dataset `" + before.time_meaning + "`",
        impl_->staging->folder().string(), "import into another folder"};
  impl_->next.time_meaning = time_meaning;
  impl_->next.columns = columns;
  return {};
}

Status DatasetWriter::put_events(const std::string& kind, const std::string& bytes) {
  if (Status status = impl_->usable(); !status) return status;
  if (!stored::is_event_kind(kind))
    return Error{"'" + kind + "' is no name for a kind of events", impl_->staging->folder().string(),
                 "use lower-case letters, digits, '_' and '-'"};
  StoredFile file{"", bytes.size(), stored::content_hash(bytes)};
  const auto old = impl_->before.events.find(kind);
  const bool had = old != impl_->before.events.end();
  file.path = stored::events_path(kind, file.hash);
  if (had && old->second.hash != file.hash && old->second.path == file.path)
    file.path = stored::events_path(kind, file.hash, file.hash.size());
  std::erase_if(impl_->events, [&](const stored::Staging::Move& move) {
    const bool replaced = move.second == impl_->next.events[kind].path;
    if (replaced) impl_->staging->drop(move.first);
    return replaced;
  });
  if (had && old->second.hash == file.hash && stored::is_intact(impl_->staging->folder(), old->second)) {
    impl_->next.events[kind] = old->second;
    return {};
  }
  auto staged = impl_->staging->add(bytes);
  if (!staged) return impl_->remember(Status(staged.error()));
  impl_->events.emplace_back(*staged, file.path);
  impl_->next.events[kind] = file;
  return {};
}

Result<Manifest> DatasetWriter::commit(const ImportedSource& source, const std::map<std::string, std::string>& policy,
                                       const QualityReport& quality) {
  if (Status status = impl_->usable(); !status) return status.error();
  auto manifest = impl_->remember(impl_->finish(source, policy, quality));
  impl_->committed = manifest.ok();
  return manifest;
}

Result<Manifest> DatasetWriter::Impl::finish(const ImportedSource& source,
                                             const std::map<std::string, std::string>& policy,
                                             const QualityReport& quality) {
  next.calendar = "US options 2005-2099";
  if (std::find(next.sources.begin(), next.sources.end(), source) == next.sources.end()) next.sources.push_back(source);
  for (const auto& [key, value] : policy) next.policy[key] = value;
  next.quality = quality;
  std::vector<stored::Staging::Move> moves = events;
  if (Status status = draft.finish(next, moves); !status) return status.error();
  const std::string text = to_json(next);
  if (text == staging->manifest_text() && moves.empty()) return next;
  // What cannot be read again must not replace what can.
  auto again = manifest_from_json((staging->folder() / stored::manifest_name).string(), text);
  if (!again) return again.error();
  if (Status status = staging->publish(moves, *again, text); !status) return status.error();
  return again;
}

}  // namespace optix
