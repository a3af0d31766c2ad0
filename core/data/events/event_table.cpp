#include "core/data/events/event_table.hpp"

#include <numeric>

#include "core/data/events/event_text.hpp"

namespace optix {

template <class Row>
Result<EventTable<Row>> EventTable<Row>::from_rows(std::vector<Row> rows, const std::string& name) {
  const auto place = [&](const Row& row) { return name + ": " + event_key_text(row); };
  for (Row& row : rows)
    if (std::string wrong = row.complete(); !wrong.empty()) return Error{std::move(wrong), place(row), ""};
  EventTable table;
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.known_at != b.known_at ? a.known_at < b.known_at : a.key() < b.key();
  });
  for (Row& row : rows) {
    if (!table.rows_.empty() && table.rows_.back().known_at == row.known_at && table.rows_.back().key() == row.key()) {
      if (event_text(table.rows_.back()) == event_text(row)) continue;
      return Error{"two rows say different things about one event, both known from " + row.known_at.to_string() +
                       " on: " + event_text(table.rows_.back()) + " and " + event_text(row),
                   place(row), "remove one of them, or give the later one its own known_at"};
    }
    table.rows_.push_back(std::move(row));
  }
  table.by_key_.resize(table.rows_.size());
  std::iota(table.by_key_.begin(), table.by_key_.end(), 0u);
  std::sort(table.by_key_.begin(), table.by_key_.end(), [&](std::uint32_t a, std::uint32_t b) {
    const Row &x = table.rows_[a], &y = table.rows_[b];
    return x.key() != y.key() ? x.key() < y.key() : a < b;
  });
  return table;
}

template <class Row>
const Row* EventTable<Row>::latest(const decltype(Row{}.key()) & key, Timestamp t) const {
  // The first row after (key, t) in order of key and known_at; the one before it is the answer.
  const auto after = std::partition_point(by_key_.begin(), by_key_.end(), [&](std::uint32_t i) {
    const Row& row = rows_[i];
    return row.key() < key || (row.key() == key && row.known_at <= t);
  });
  if (after == by_key_.begin()) return nullptr;
  const Row& row = rows_[*(after - 1)];
  return row.key() == key ? &row : nullptr;
}

template <class Row>
std::vector<const Row*> EventTable<Row>::current(Symbol first, Timestamp t) const {
  const auto begin = std::partition_point(by_key_.begin(), by_key_.end(),
                                          [&](std::uint32_t i) { return std::get<0>(rows_[i].key()) < first; });
  std::vector<const Row*> out;
  for (auto i = begin; i != by_key_.end() && std::get<0>(rows_[*i].key()) == first; ++i) {
    const Row& row = rows_[*i];
    if (row.known_at > t) continue;
    if (!out.empty() && out.back()->key() == row.key())
      out.back() = &row;
    else
      out.push_back(&row);
  }
  return out;
}

template class EventTable<Bar>;
template class EventTable<Dividend>;
template class EventTable<Split>;
template class EventTable<RateQuote>;
template class EventTable<Earnings>;
template class EventTable<PublishedSettlement>;

}  // namespace optix
