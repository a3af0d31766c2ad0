#include "core/data/events/event_store.hpp"

namespace optix {
namespace {

// f(table) for every table of the store.
template <class Store, class F>
Status for_each_table(Store& store, F&& f) {
  Status status = f(store.bars);
  if (status) status = f(store.dividends);
  if (status) status = f(store.splits);
  if (status) status = f(store.rates);
  if (status) status = f(store.earnings);
  if (status) status = f(store.settlements);
  return status;
}

template <class Row>
std::string kind_of(const EventTable<Row>&) {
  return std::string(Row::kind);
}

template <class Row>
Status load(const DatasetFolder& folder, EventTable<Row>& table) {
  const auto& files = folder.manifest().events;
  const auto file = files.find(kind_of(table));
  if (file == files.end()) return {};
  const auto bytes = folder.read(file->second);
  if (!bytes) return bytes.error();
  auto read = events_from_arrow<Row>(folder.path() + "/" + file->second.path, *bytes);
  if (!read) return read.error();
  table = std::move(*read);
  return {};
}

template <class Row>
Status put(DatasetWriter& writer, const EventTable<Row>& table) {
  if (table.empty()) return {};
  return writer.put_events(kind_of(table), events_to_arrow(table));
}

template <class Row>
Status unite(const EventTable<Row>& a, const EventTable<Row>& b, const std::string& name, EventTable<Row>& out) {
  auto both = united(a, b, name);
  if (!both) return both.error();
  out = std::move(*both);
  return {};
}

}  // namespace

Result<EventStore> load_events(const DatasetFolder& folder) {
  EventStore store;
  const Status status = for_each_table(store, [&](auto& table) { return load(folder, table); });
  if (!status) return status.error();
  return store;
}

Result<EventStore> load_announcements(const DatasetFolder& folder) {
  EventStore store;
  Status status = load(folder, store.dividends);
  if (status) status = load(folder, store.splits);
  if (status) status = load(folder, store.rates);
  if (status) status = load(folder, store.settlements);
  if (!status) return status.error();
  return store;
}

Status put_events(DatasetWriter& writer, const EventStore& events) {
  return for_each_table(events, [&](const auto& table) { return put(writer, table); });
}

template <class Row>
Result<EventTable<Row>> united(const EventTable<Row>& a, const EventTable<Row>& b, const std::string& name) {
  std::vector<Row> rows(a.all().begin(), a.all().end());
  rows.insert(rows.end(), b.all().begin(), b.all().end());
  auto out = EventTable<Row>::from_rows(std::move(rows), name);
  if (!out) return out.error();
  out->notes = a.notes;
  for (const auto& [key, value] : b.notes) {
    const auto [at, fresh] = out->notes.try_emplace(key, value);
    if (!fresh && at->second != value)
      return Error{std::string(Row::kind) + " with " + key + " '" + at->second + "' and '" + value +
                       "' do not belong in one table",
                   name, ""};
  }
  return out;
}

Result<EventStore> united(const EventStore& a, const EventStore& b, const std::string& name) {
  EventStore out;
  Status status = unite(a.bars, b.bars, name, out.bars);
  if (status) status = unite(a.dividends, b.dividends, name, out.dividends);
  if (status) status = unite(a.splits, b.splits, name, out.splits);
  if (status) status = unite(a.rates, b.rates, name, out.rates);
  if (status) status = unite(a.earnings, b.earnings, name, out.earnings);
  if (status) status = unite(a.settlements, b.settlements, name, out.settlements);
  if (!status) return status.error();
  return out;
}

template Result<EventTable<Bar>> united(const EventTable<Bar>&, const EventTable<Bar>&, const std::string&);
template Result<EventTable<Dividend>> united(const EventTable<Dividend>&, const EventTable<Dividend>&,
                                             const std::string&);
template Result<EventTable<Split>> united(const EventTable<Split>&, const EventTable<Split>&, const std::string&);
template Result<EventTable<RateQuote>> united(const EventTable<RateQuote>&, const EventTable<RateQuote>&,
                                              const std::string&);
template Result<EventTable<Earnings>> united(const EventTable<Earnings>&, const EventTable<Earnings>&,
                                             const std::string&);
template Result<EventTable<PublishedSettlement>> united(const EventTable<PublishedSettlement>&,
                                                        const EventTable<PublishedSettlement>&, const std::string&);

}  // namespace optix
