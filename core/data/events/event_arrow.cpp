#include <memory>
#include <vector>

#include "core/data/arrow/ipc.hpp"
#include "core/data/events/event_table.hpp"
#include "core/data/events/event_text.hpp"

namespace optix {
namespace {

constexpr arrow::Type type_of(const Date*) { return arrow::Type::date32; }
constexpr arrow::Type type_of(const Timestamp*) { return arrow::Type::timestamp_ns; }
constexpr arrow::Type type_of(const Decimal*) { return arrow::Type::int64; }
constexpr arrow::Type type_of(const std::int64_t*) { return arrow::Type::int64; }
constexpr arrow::Type type_of(const double*) { return arrow::Type::float64; }
constexpr arrow::Type type_of(const void*) { return arrow::Type::utf8; }  // symbols and names

template <class Row, class T>
arrow::Field field_of(const EventColumn<Row, T>& column) {
  arrow::Field field;
  field.name = column.name;
  field.type = type_of(static_cast<const T*>(nullptr));
  field.nullable = !column.required;
  field.metadata["meaning"] = column.meaning;
  if constexpr (std::is_same_v<T, Decimal>) field.metadata["scale"] = std::to_string(Decimal::scale);
  return field;
}

template <class Row>
arrow::Schema schema_of(const std::map<std::string, std::string>& notes) {
  arrow::Schema schema;
  for_each_event_column<Row>([&](const auto& column) { schema.fields.push_back(field_of(column)); });
  schema.metadata = notes;
  schema.metadata["kind"] = Row::kind;
  return schema;
}

bool absent(Date v) { return v == no_date; }
bool absent(Timestamp v) { return v == no_time; }
template <class T>
bool absent(const T&) {
  return false;
}

// What FileWriter::Column points at.
struct Storage {
  std::vector<std::int32_t> days;
  std::vector<std::int64_t> longs;
  std::vector<double> doubles;
  std::vector<std::string> strings;
  std::vector<std::string_view> texts;
  std::unique_ptr<bool[]> valid;

  void add(Date v) { days.push_back(v.days); }
  void add(Timestamp v) { longs.push_back(v.ns); }
  void add(Decimal v) { longs.push_back(v.raw()); }
  void add(std::int64_t v) { longs.push_back(v); }
  void add(double v) { doubles.push_back(v); }
  template <class T>
  void add(const T& v) {
    strings.push_back(event_value_text(v));
  }
  arrow::FileWriter::Column column(std::size_t rows) {
    arrow::FileWriter::Column out;
    if (!days.empty()) out.values = std::as_bytes(std::span(std::as_const(days)));
    if (!longs.empty()) out.values = std::as_bytes(std::span(std::as_const(longs)));
    if (!doubles.empty()) out.values = std::as_bytes(std::span(std::as_const(doubles)));
    texts.assign(strings.begin(), strings.end());
    out.texts = texts;
    if (valid) out.valid = {valid.get(), rows};
    return out;
  }
};

void take(const arrow::ColumnData& data, std::size_t row, Date& out) { out = {data.as<std::int32_t>()[row]}; }
void take(const arrow::ColumnData& data, std::size_t row, Timestamp& out) { out = {data.as<std::int64_t>()[row]}; }
void take(const arrow::ColumnData& data, std::size_t row, Decimal& out) {
  out = Decimal::from_raw(data.as<std::int64_t>()[row]);
}
void take(const arrow::ColumnData& data, std::size_t row, std::int64_t& out) { out = data.as<std::int64_t>()[row]; }
void take(const arrow::ColumnData& data, std::size_t row, double& out) { out = data.as<double>()[row]; }

}  // namespace

template <class Row>
std::string events_to_arrow(const EventTable<Row>& table) {
  const auto rows = table.all();
  arrow::FileWriter writer(schema_of<Row>(table.notes));
  std::vector<Storage> storage;
  for_each_event_column<Row>([&](const auto& column) {
    Storage& s = storage.emplace_back();
    if (!column.required) s.valid = std::make_unique<bool[]>(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto& value = rows[i].*column.member;
      s.add(value);
      if (s.valid) s.valid[i] = !absent(value);
    }
  });
  std::vector<arrow::FileWriter::Column> columns;
  for (Storage& s : storage) columns.push_back(s.column(rows.size()));
  writer.write(rows.size(), columns);
  return writer.finish();
}

template <class Row>
Result<EventTable<Row>> events_from_arrow(const std::string& name, std::string_view bytes) {
  auto reader = arrow::FileReader::open(name, std::as_bytes(std::span(bytes.data(), bytes.size())), nullptr);
  if (!reader) return reader.error();
  const arrow::Schema& schema = reader->schema();
  if (const auto kind = schema.metadata.find("kind"); kind == schema.metadata.end() || kind->second != Row::kind)
    return Error{"not a file of " + std::string(Row::kind), name, ""};
  std::optional<Error> problem;
  std::vector<int> at;
  for_each_event_column<Row>([&](const auto& column) {
    const int index = schema.find(column.name);
    if (index < 0)
      problem = Error{"the column '" + std::string(column.name) + "' is missing", name, ""};
    else if (schema.fields[static_cast<std::size_t>(index)].type != field_of(column).type)
      problem = Error{"the column '" + std::string(column.name) + "' has another type", name, ""};
    at.push_back(index);
  });
  if (problem) return *problem;
  std::vector<Row> rows;
  for (std::size_t b = 0; b < reader->batches(); ++b) {
    const auto batch = reader->batch(b);
    if (!batch) return batch.error();
    const std::size_t first = rows.size();
    rows.resize(first + batch->rows);
    std::size_t c = 0;
    for_each_event_column<Row>([&](const auto& column) {
      const arrow::ColumnData& data = batch->columns[static_cast<std::size_t>(at[c++])];
      for (std::size_t i = 0; i < batch->rows && !problem; ++i) {
        if (!data.valid[i]) continue;
        auto& value = rows[first + i].*column.member;
        using T = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<T, Symbol> || std::is_enum_v<T>) {
          if (const char* expected = read_event_value(data.texts[i], value))
            problem = Error{expected,
                            name + ": row " + std::to_string(first + i) + " column " + std::string(column.name), ""};
        } else {
          take(data, i, value);
        }
      }
    });
    if (problem) return *problem;
  }
  auto table = EventTable<Row>::from_rows(std::move(rows), name);
  if (!table) return table.error();
  table->notes = schema.metadata;
  table->notes.erase("kind");
  return table;
}

template std::string events_to_arrow(const EventTable<Bar>&);
template std::string events_to_arrow(const EventTable<Dividend>&);
template std::string events_to_arrow(const EventTable<Split>&);
template std::string events_to_arrow(const EventTable<RateQuote>&);
template std::string events_to_arrow(const EventTable<Earnings>&);
template std::string events_to_arrow(const EventTable<PublishedSettlement>&);
template Result<EventTable<Bar>> events_from_arrow(const std::string&, std::string_view);
template Result<EventTable<Dividend>> events_from_arrow(const std::string&, std::string_view);
template Result<EventTable<Split>> events_from_arrow(const std::string&, std::string_view);
template Result<EventTable<RateQuote>> events_from_arrow(const std::string&, std::string_view);
template Result<EventTable<Earnings>> events_from_arrow(const std::string&, std::string_view);
template Result<EventTable<PublishedSettlement>> events_from_arrow(const std::string&, std::string_view);

}  // namespace optix
