#include "core/data/providers/arrow_provider.hpp"

#include <optional>

#include "core/data/arrow/ipc.hpp"
#include "core/data/providers/arrow_cells.hpp"
#include "core/data/providers/row_feed.hpp"
#include "core/data/store/files.hpp"

namespace optix {
namespace {

using arrow::Type;

// Says which file and record batch the rows' numbers count in.
class NamedSink final : public QuoteSink {
 public:
  NamedSink(QuoteSink& sink, std::string name) : sink_(sink), name_(std::move(name)) {}
  Status take(RawQuotes quotes) override {
    quotes.source = name_;
    return sink_.take(std::move(quotes));
  }
  Status take(SessionQuotes session) override { return sink_.take(std::move(session)); }
  Status reject(const RejectedRow& row) override {
    RejectedRow named = row;
    named.source = name_;
    return sink_.reject(named);
  }

 private:
  QuoteSink& sink_;
  std::string name_;
};

std::string without_mark(const std::string& name) {
  return !name.empty() && name.front() == '?' ? name.substr(1) : name;
}

// The layout for this file: how its time column is written is known from the type.
CsvLayout fitted(CsvLayout layout, const arrow::Schema& schema) {
  const bool named = !layout.columns.time.empty();
  const std::string name = named ? without_mark(layout.columns.time) : "time";
  const int at = schema.find(name);
  if (at < 0 || schema.fields[static_cast<std::size_t>(at)].type != Type::timestamp_ns) return layout;
  layout.columns.time = name;
  layout.time_format =
      schema.fields[static_cast<std::size_t>(at)].zone.empty() ? TimeFormat::date_time : TimeFormat::epoch_ns;
  return layout;
}

// One column that is read, at its place in the rows.
struct Wanted {
  std::size_t field;
  ArrowCells cells;
};

Result<std::vector<Wanted>> wanted_columns(const CsvLayout& layout, const arrow::Schema& schema) {
  std::vector<Wanted> out;
  for (const LayoutColumn& column : layout_columns(layout)) {
    const int at = schema.find(column.name);
    if (at < 0) continue;  // the feed says which are missing
    const arrow::Field& field = schema.fields[static_cast<std::size_t>(at)];
    const auto is = [&](const std::string& named) { return without_mark(named) == column.name; };
    const bool date = is(layout.columns.session) || is(layout.columns.expiration);
    if (field.metadata.contains("scale") && (layout.price_decimals != 0 || layout.strike_decimals != 0))
      return Error{"both the field's metadata and the layout say in which unit prices are", "column " + column.name,
                   "leave price_decimals and strike_decimals out of the layout"};
    auto cells = ArrowCells::of(field,
                                is(layout.columns.time) ? ArrowCells::Role::time
                                : date                  ? ArrowCells::Role::date
                                                        : ArrowCells::Role::value,
                                layout.dates);
    if (!cells) return cells.error();
    out.push_back({static_cast<std::size_t>(at), std::move(*cells)});
  }
  return out;
}

}  // namespace

std::string ArrowProvider::description() const {
  std::string out = "arrow";
  for (std::size_t i = 0; i < source_.paths.size() && i < 3; ++i) out += " " + source_.paths[i];
  if (source_.paths.size() > 3) out += " and " + std::to_string(source_.paths.size() - 3) + " more";
  return out;
}

Status ArrowProvider::read_file(const std::string& path, std::size_t number, QuoteSink& sink, QualityReport& report) {
  const auto file = stored::MappedFile::open(path);
  if (!file) return file.error();
  const auto reader = arrow::FileReader::open(path, (*file)->bytes(), *file);
  if (!reader) return reader.error();
  const arrow::Schema& schema = reader->schema();
  const CsvLayout layout = fitted(source_.layout, schema);
  auto wanted = wanted_columns(layout, schema);
  if (!wanted) {
    Error error = wanted.error();
    error.where = path + " " + error.where;
    return error;
  }
  std::vector<std::string> header;
  for (const arrow::Field& field : schema.fields) header.push_back(field.name);
  std::vector<std::size_t> fields_read;
  for (const Wanted& column : *wanted) fields_read.push_back(column.field);
  std::vector<std::string_view> fields(header.size());
  // A file without batches is still asked for its columns.
  for (std::size_t b = 0; b < std::max<std::size_t>(reader->batches(), 1); ++b) {
    const std::string where = path + " record batch " + std::to_string(b + 1);
    NamedSink named(sink, where);
    auto feed = RowFeed::open(layout, header, source_.policy, {.source = where}, named, report);
    if (!feed) {
      Error error = feed.error();
      error.where = path;  // it is about the columns
      return error;
    }
    if (b == reader->batches()) break;
    const auto batch = reader->batch(b, fields_read);
    if (!batch) return batch.error();
    for (std::size_t row = 0; row < batch->rows; ++row) {
      for (Wanted& column : *wanted) fields[column.field] = column.cells.text(batch->columns[column.field], row);
      if (Status status = (*feed)->add(fields, row + 1); !status) return status;
    }
    share_ = (static_cast<double>(number) + static_cast<double>(b + 1) / static_cast<double>(reader->batches())) /
             static_cast<double>(source_.paths.size());
    if (Status status = (*feed)->flush(); !status) return status;
  }
  return {};
}

Status ArrowProvider::read(QuoteSink& sink, QualityReport& report) {
  report.source = description();
  report.layout = source_.layout.name;
  if (source_.paths.empty())
    return Error{"there is no file to read", description(), "give the path of at least one Arrow file"};
  for (std::size_t i = 0; i < source_.paths.size(); ++i)
    if (Status status = read_file(source_.paths[i], i, sink, report); !status) return status;
  return {};
}

}  // namespace optix
