#include <array>
#include <vector>

#include "core/data/bytes.hpp"
#include "core/data/csv.hpp"
#include "core/data/events/event_table.hpp"
#include "core/data/events/event_text.hpp"

namespace optix {
namespace {

std::string shown(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 40)) out += c >= ' ' && c < 127 ? c : '?';
  return out.empty() ? "(empty)" : out;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

template <class Row>
constexpr std::size_t column_count = std::tuple_size_v<decltype(Row::columns())>;

// Where each of the row's columns stands in the file.
struct Source {
  int field = -1;             // -1: not in the file
  std::string name;           // in the file
  std::string_view constant;  // when the layout gives one
};

template <class Row>
Result<std::array<Source, column_count<Row>>> bind_fields(const std::string& name, const EventCsv& layout,
                                                          const std::vector<std::string>& header) {
  std::array<Source, column_count<Row>> out;
  std::vector<std::string> missing, known;
  std::size_t i = 0;
  for_each_event_column<Row>([&](const auto& column) {
    Source& source = out[i++];
    const std::string ours(column.name);
    known.push_back(ours);
    const auto renamed = layout.columns.find(ours);
    source.name = renamed == layout.columns.end() ? ours : renamed->second;
    if (const auto constant = layout.constants.find(ours); constant != layout.constants.end()) {
      source.constant = constant->second;
      return;
    }
    for (std::size_t f = 0; f < header.size(); ++f)
      if (header[f] == source.name) source.field = static_cast<int>(f);
    if (source.field < 0 && (column.required || renamed != layout.columns.end())) missing.push_back(source.name);
  });
  const auto check_names = [&](const std::map<std::string, std::string>& map) -> std::string {
    for (const auto& [ours, theirs] : map)
      if (std::find(known.begin(), known.end(), ours) == known.end()) return ours;
    return {};
  };
  for (const auto* map : {&layout.columns, &layout.constants})
    if (const std::string unknown = check_names(*map); !unknown.empty())
      return Error{std::string(Row::kind) + " have no column '" + unknown + "'", name, "columns: " + joined(known)};
  if (!missing.empty())
    return Error{"missing column: " + joined(missing), name + ":1",
                 "the header has: " + shown(joined(header)) + "; rename columns in the mapping"};
  return out;
}

}  // namespace

template <class Row>
Result<EventTable<Row>> events_from_csv(const std::string& name, std::string_view text, const EventCsv& layout) {
  std::string padded(text);
  if (!padded.empty() && padded.back() != '\n') padded += '\n';
  const std::size_t size = padded.size();
  padded.append(CsvLines::padding, '\0');
  CsvLines lines(std::string_view(padded).substr(0, size), layout.delimiter, true);
  const auto place = [&](std::string_view column = {}) {
    return name + ":" + std::to_string(lines.line()) + (column.empty() ? "" : " column " + std::string(column));
  };
  std::optional<std::array<Source, column_count<Row>>> sources;
  std::size_t width = 0;
  std::vector<Row> rows;
  while (lines.next()) {
    const auto& fields = lines.fields();
    if (!sources) {
      std::vector<std::string> header(fields.begin(), fields.end());
      if (header[0].compare(0, 3, "\xEF\xBB\xBF") == 0) header[0].erase(0, 3);  // byte order mark
      auto bound = bind_fields<Row>(name, layout, header);
      if (!bound) return bound.error();
      sources = std::move(*bound);
      width = fields.size();
      continue;
    }
    if (fields.size() != width)
      return Error{"the row has " + std::to_string(fields.size()) + " fields, the header " + std::to_string(width),
                   place(), "correct the row"};
    Row row;
    std::size_t i = 0;
    std::optional<Error> problem;
    for_each_event_column<Row>([&](const auto& column) {
      const Source& source = (*sources)[i++];
      if (problem) return;
      const std::string_view field =
          source.field >= 0 ? fields[static_cast<std::size_t>(source.field)] : source.constant;
      if (field.empty()) {
        if (column.required)
          problem = Error{std::string(column.name) + " is empty", place(source.name), std::string(column.meaning)};
        return;
      }
      if (const char* expected = read_event_value(field, row.*column.member))
        problem = Error{std::string(expected) + ": " + shown(field), place(source.name),
                        std::string(column.name) + ": " + std::string(column.meaning)};
    });
    if (problem) return *problem;
    if (std::string wrong = row.complete(); !wrong.empty())
      return Error{std::move(wrong), place(), "correct the row or leave it out"};
    rows.push_back(row);
  }
  if (!lines.problem().empty()) return Error{lines.problem(), place(), ""};
  if (!sources) return Error{"the file is empty", name, "it needs a header line"};
  return EventTable<Row>::from_rows(std::move(rows), name);
}

Result<std::string> read_whole_file(const std::string& path) {
  auto source = open_file(path);
  if (!source) return source.error();
  std::string text;
  std::vector<char> block(1 << 16);
  for (;;) {
    const auto n = (*source)->read(block.data(), block.size());
    if (!n) return n.error();
    if (*n == 0) return text;
    text.append(block.data(), *n);
  }
}

template <class Row>
Result<EventTable<Row>> events_from_csv_file(const std::string& path, const EventCsv& layout) {
  const auto text = read_whole_file(path);
  if (!text) return text.error();
  return events_from_csv<Row>(path, *text, layout);
}

template Result<EventTable<Bar>> events_from_csv(const std::string&, std::string_view, const EventCsv&);
template Result<EventTable<Dividend>> events_from_csv(const std::string&, std::string_view, const EventCsv&);
template Result<EventTable<Split>> events_from_csv(const std::string&, std::string_view, const EventCsv&);
template Result<EventTable<RateQuote>> events_from_csv(const std::string&, std::string_view, const EventCsv&);
template Result<EventTable<Earnings>> events_from_csv(const std::string&, std::string_view, const EventCsv&);
template Result<EventTable<PublishedSettlement>> events_from_csv(const std::string&, std::string_view, const EventCsv&);
template Result<EventTable<Bar>> events_from_csv_file(const std::string&, const EventCsv&);
template Result<EventTable<Dividend>> events_from_csv_file(const std::string&, const EventCsv&);
template Result<EventTable<Split>> events_from_csv_file(const std::string&, const EventCsv&);
template Result<EventTable<RateQuote>> events_from_csv_file(const std::string&, const EventCsv&);
template Result<EventTable<Earnings>> events_from_csv_file(const std::string&, const EventCsv&);
template Result<EventTable<PublishedSettlement>> events_from_csv_file(const std::string&, const EventCsv&);

}  // namespace optix
