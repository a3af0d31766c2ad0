#pragma once
// All events of a dataset, and their place in its folder: one Arrow file per kind, named in the
// manifest.
#include <string>

#include "core/data/events/event_table.hpp"
#include "core/data/store/dataset_folder.hpp"
#include "core/data/store/dataset_writer.hpp"

namespace optix {

struct EventStore {
  EventTable<Bar> bars;
  EventTable<Dividend> dividends;
  EventTable<Split> splits;
  EventTable<RateQuote> rates;
  EventTable<Earnings> earnings;
  EventTable<PublishedSettlement> settlements;
};

// Reads the kinds that the manifest names; the others stay empty. Kinds this version does not know are
// left alone.
Result<EventStore> load_events(const DatasetFolder& folder);
// The same without bars and earnings: what a run is told of.
Result<EventStore> load_announcements(const DatasetFolder& folder);
// Puts every table that has rows; the folder's other files of events stay as they are.
Status put_events(DatasetWriter& writer, const EventStore& events);
// The rows of both; the same row in both counts once. An error when they contradict each other.
template <class Row>
Result<EventTable<Row>> united(const EventTable<Row>& a, const EventTable<Row>& b, const std::string& name);
Result<EventStore> united(const EventStore& a, const EventStore& b, const std::string& name);

}  // namespace optix
