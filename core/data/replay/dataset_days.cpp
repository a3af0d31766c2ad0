// Which sessions and snapshots of a dataset are replayed: the part of DatasetSource that is done once.
#include <algorithm>

#include "core/data/replay/dataset_source.hpp"

namespace optix {
namespace {

std::string joined(const std::vector<Symbol>& names) {
  std::string out;
  for (const Symbol name : names) out += (out.empty() ? "" : ", ") + name.to_string();
  return out;
}

Result<std::vector<Symbol>> symbols_of(const std::vector<std::string>& names, const char* key) {
  std::vector<Symbol> out;
  for (const std::string& name : names) {
    const auto symbol = Symbol::from(name);
    if (!symbol) return Error{std::string(key) + ": '" + name + "' is not a symbol", "", "one to eight characters"};
    if (std::find(out.begin(), out.end(), *symbol) == out.end()) out.push_back(*symbol);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Result<std::shared_ptr<const DatasetSource>> DatasetSource::open(std::shared_ptr<const ReplayStore> store,
                                                                 ReplayOptions options) {
  std::shared_ptr<DatasetSource> source(new DatasetSource(std::move(store), std::move(options)));
  if (Status status = source->choose_days(); !status) return status.error();
  if (Status status = source->count_steps(); !status) return status.error();
  if (!source->options_.pool) source->options_.prefetch = 0;
  const std::size_t days_open = 2 + source->options_.prefetch;
  source->open_ = std::make_shared<OpenSessions>(source->store_, days_open * source->underlyings_.size());
  return std::shared_ptr<const DatasetSource>(std::move(source));
}

Status DatasetSource::choose_days() {
  const Manifest& manifest = store_->manifest();
  std::vector<Symbol> there;
  for (const Partition& p : manifest.partitions) there.push_back(p.underlying);
  std::sort(there.begin(), there.end());
  there.erase(std::unique(there.begin(), there.end()), there.end());
  if (there.empty()) return Error{"the dataset is empty", "", "import quotes into it first"};
  auto wanted = symbols_of(options_.underlyings, "underlyings");
  if (!wanted) return wanted.error();
  auto roots = symbols_of(options_.roots, "roots");
  if (!roots) return roots.error();
  roots_ = std::move(*roots);
  for (const Symbol name : *wanted)
    if (!std::binary_search(there.begin(), there.end(), name))
      return Error{"underlyings: the dataset has no " + name.to_string(), "", "it has " + joined(there)};
  underlyings_ = wanted->empty() ? there : std::move(*wanted);

  // Partitions are by session, then underlying: days and parts come in their order.
  std::vector<std::uint32_t> contracts(underlyings_.size());
  std::size_t before_first = 0;  // days of the dataset before `first`
  for (std::size_t i = 0; i < manifest.partitions.size(); ++i) {
    const Partition& p = manifest.partitions[i];
    const auto found = std::lower_bound(underlyings_.begin(), underlyings_.end(), p.underlying);
    if (found == underlyings_.end() || *found != p.underlying) continue;
    const auto u = static_cast<std::uint32_t>(found - underlyings_.begin());
    const std::uint32_t known = std::exchange(contracts[u], p.contracts);
    if (options_.last && p.session > *options_.last) continue;
    if (days_.empty() || days_.back().session != p.session) {
      before_first += options_.first && p.session < *options_.first;
      days_.emplace_back();
      days_.back().session = p.session;
    }
    days_.back().parts.push_back({i, u, known, p.contracts, false});
  }
  if (!options_.first || options_.warm_up_inside) before_first += options_.warm_up;
  const std::string range = "it has sessions from " + manifest.partitions.front().session.to_string() + " to " +
                            manifest.partitions.back().session.to_string();
  if (days_.size() <= before_first)
    return Error{"the dataset has no session of " + joined(underlyings_) + " in the chosen range", "", range};
  if (before_first < options_.warm_up)
    return Error{"warm_up: " + std::to_string(options_.warm_up) +
                     " sessions are wanted before the start, the dataset has " + std::to_string(before_first),
                 "", range};
  keeps_ids_ = underlyings_.size() == 1 && roots_.empty() && before_first == options_.warm_up;
  days_.erase(days_.begin(), days_.begin() + static_cast<std::ptrdiff_t>(before_first - options_.warm_up));
  numbers_.emplace(contracts);
  numbered_.push_back(0);
  return check_order();
}

Status DatasetSource::check_order() const {
  const Manifest& manifest = store_->manifest();
  for (std::size_t d = 1; d < days_.size(); ++d)
    for (const Part& late : days_[d].parts)
      for (const Part& early : days_[d - 1].parts) {
        const Partition &a = manifest.partitions[early.partition], &b = manifest.partitions[late.partition];
        if (a.last >= b.first)
          return Error{"sessions overlap: " + a.underlying.to_string() + " on " + a.session.to_string() +
                           " lasts until " + a.last.to_string() + ", " + b.underlying.to_string() + " on " +
                           b.session.to_string() + " begins at " + b.first.to_string(),
                       "", "import the data again with the right sessions"};
      }
  return {};
}

// Nothing is opened where the manifest says enough: every snapshot, or the last one of each session.
Status DatasetSource::count_steps() {
  const Manifest& manifest = store_->manifest();
  bool all = true;  // every snapshot of every session is sent
  std::size_t steps = 0;
  std::vector<Day> kept;
  for (Day& day : days_) {
    std::uint64_t snapshots = 0;
    for (Part& part : day.parts) {
      snapshots += manifest.partitions[part.partition].snapshots;
      part.whole = manifest.partitions[part.partition].snapshots == 1;
    }
    day.first_step = steps;
    if (options_.frequency == Frequency::native) {
      day.steps = snapshots;
    } else if (options_.frequency == Frequency::daily && has_session_hours(day.session)) {
      day.steps = day.parts.size();
    } else {
      const auto schedule = make_schedule(day);
      if (!schedule) return schedule.error();
      day.steps = schedule->sent.size();
    }
    all = all && day.steps == snapshots;
    steps += day.steps;
    if (kept.size() < options_.warm_up) warm_up_steps_ = steps;
    kept.push_back(std::move(day));
  }
  std::erase_if(kept, [](const Day& day) { return day.steps == 0; });
  if (steps == warm_up_steps_)
    return Error{"no snapshot is left at the frequency " + std::string(enum_name(options_.frequency)), "",
                 "snapshots after the session's close are on no grid: use `native` or `daily`"};
  days_ = std::move(kept);
  keeps_ids_ = keeps_ids_ && all;
  return {};
}

Result<DatasetSource::Schedule> DatasetSource::make_schedule(const Day& day) const {
  const Manifest& manifest = store_->manifest();
  Schedule out;
  out.known.resize(day.parts.size());
  std::vector<Timestamp> times;
  for (std::size_t i = 0; i < day.parts.size(); ++i) {
    const Partition& partition = manifest.partitions[day.parts[i].partition];
    std::uint32_t first = 0;
    times.clear();
    if (day.parts[i].whole) {
      times.push_back(partition.first);
    } else if (options_.frequency == Frequency::daily && has_session_hours(day.session)) {
      times.push_back(partition.last);
      first = partition.snapshots - 1;
    } else {
      const auto view = store_->session(day.parts[i].partition);
      if (!view) return view.error();
      for (std::size_t s = 0; s < (*view)->snapshots(); ++s) times.push_back((*view)->time(s));
    }
    for (const Pick& pick : pick_snapshots(day.session, times, options_.frequency))
      out.sent.push_back({pick.at, static_cast<std::uint32_t>(i), first + pick.snapshot});
  }
  // Parts are by underlying and each ascends in time.
  std::stable_sort(out.sent.begin(), out.sent.end(), [](const Sent& a, const Sent& b) { return a.at < b.at; });
  return out;
}

}  // namespace optix
