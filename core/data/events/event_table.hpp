#pragma once
// All events of one kind, in the order in which they became known. A query names its instant; what
// became known later is out of its reach.
#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/events/event_rows.hpp"
#include "messages/values/result.hpp"

namespace optix {

template <class Row>
class EventTable {
 public:
  EventTable() = default;
  // Completes the rows and sorts them. The same row twice counts once. Errors, with the row's key in
  // `where` after `name`: a row that is wrong in itself; two rows that say different things about one
  // event from the same instant on.
  static Result<EventTable> from_rows(std::vector<Row> rows, const std::string& name);

  std::size_t size() const { return rows_.size(); }
  bool empty() const { return rows_.empty(); }
  std::span<const Row> all() const { return rows_; }
  // What was known at an instant (known_at ≤ t), in order of known_at, then key.
  std::span<const Row> as_of(Timestamp t) const {
    const auto end =
        std::upper_bound(rows_.begin(), rows_.end(), t, [](Timestamp x, const Row& row) { return x < row.known_at; });
    return {rows_.data(), static_cast<std::size_t>(end - rows_.begin())};
  }
  // The state of one event at an instant: the last row of that key that was known; nullptr when none.
  const Row* latest(const decltype(Row{}.key()) & key, Timestamp t) const;
  // The states of all events at an instant whose key's first part is `first` (an underlying, a curve),
  // in order of key.
  std::vector<const Row*> current(Symbol first, Timestamp t) const;

  // Free text about the table that its file keeps: "basis" = "as traded" of bars.
  std::map<std::string, std::string> notes;

 private:
  std::vector<Row> rows_;              // by known_at, then key
  std::vector<std::uint32_t> by_key_;  // rows by key, then known_at
};

// ---- files ------------------------------------------------------------------------------------

// How a CSV file names its columns; without an entry a column has the name of Row::columns().
struct EventCsv {
  char delimiter = ',';
  std::map<std::string, std::string> columns;    // our name → the file's
  std::map<std::string, std::string> constants;  // our name → the same text for every row
};

// Dates as 2019-04-25, instants as 2019-04-25T20:00:00Z. `name` is what errors call the file: file,
// line, column, value and remedy. Nothing is kept of a file with an error.
template <class Row>
Result<EventTable<Row>> events_from_csv(const std::string& name, std::string_view text, const EventCsv& layout = {});
// Plain, gzip or zstd.
template <class Row>
Result<EventTable<Row>> events_from_csv_file(const std::string& path, const EventCsv& layout = {});

// The whole text of a file, inflated.
Result<std::string> read_whole_file(const std::string& path);

// An Arrow IPC file with one record batch, one column per member. The same rows give the same bytes.
template <class Row>
std::string events_to_arrow(const EventTable<Row>& table);
template <class Row>
Result<EventTable<Row>> events_from_arrow(const std::string& name, std::string_view bytes);

}  // namespace optix
