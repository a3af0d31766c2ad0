#include "core/data/store/instruments_file.hpp"

#include <numeric>

#include "core/data/store/columns.hpp"

namespace optix::stored {
namespace {

using arrow::Type;

std::vector<arrow::Field> instruments_fields() {
  return {
      plain("contract", Type::uint32, {{"meaning", "the row's number, from 0"}}),
      plain("root", Type::dictionary),
      plain("underlying", Type::dictionary),
      plain("expiration", Type::date32),
      plain("settles", Type::timestamp_ns),
      plain("strike", Type::int64, price_metadata()),
      plain("right", Type::dictionary, {{"meaning", "C call, P put"}}),
      plain("settlement", Type::dictionary),
      plain("exercise", Type::dictionary),
      plain("multiplier", Type::int32, {{"meaning", "shares or dollars a contract"}}),
  };
}

template <class E>
std::vector<std::string_view> texts(const Series<E>& values, std::span<const std::string_view> names) {
  std::vector<std::string_view> out;
  out.reserve(values.size());
  for (const E value : values) out.push_back(names[static_cast<std::size_t>(value)]);
  return out;
}

std::vector<std::string_view> texts(const Series<Symbol>& values) {
  std::vector<std::string_view> out;
  out.reserve(values.size());
  for (const Symbol& value : values) out.push_back(value.view());
  return out;
}

// The same values as a view, so that a range of the rows is one as well.
template <class T>
Series<T> shared(Series<T> values) {
  const auto keeper = std::make_shared<const Series<T>>(std::move(values));
  return Series<T>::view(*keeper, keeper);
}

}  // namespace

std::string encode_instruments(const InstrumentBatch& b, arrow::Compression compression) {
  const std::size_t n = b.root.size();
  arrow::FileWriter writer({instruments_fields(), {{"dataset", "instruments"}}}, compression);
  std::vector<ContractId> ids(n);
  std::iota(ids.begin(), ids.end(), 0u);
  const auto root = texts(b.root), underlying = texts(b.underlying), right = texts(b.right, right_names),
             settlement = texts(b.settlement, settlement_names), exercise = texts(b.exercise, exercise_names);
  const arrow::FileWriter::Column columns[] = {
      {raw(ids), {}, {}},       {{}, root, {}},
      {{}, underlying, {}},     {raw(b.expiration), {}, {}},
      {raw(b.settles), {}, {}}, {raw(b.strike), {}, {}},
      {{}, right, {}},          {{}, settlement, {}},
      {{}, exercise, {}},       {raw(b.multiplier), {}, {}},
  };
  writer.write(n, columns);
  return writer.finish();
}

Result<InstrumentBatch> decode_instruments(const std::string& name, Symbol underlying,
                                           const std::shared_ptr<const MappedFile>& file) {
  const auto bad = [&](std::string what) {
    return Error{std::move(what), name, "the file was not written by this program's import: import again"};
  };
  auto reader = open_columns(name, file->bytes(), file, instruments_fields());
  if (!reader) return reader.error();
  if (reader->batches() != 1) return bad("it should have one record batch");
  auto batch = reader->batch(0);
  if (!batch) return batch.error();
  const auto& c = batch->columns;
  const auto ids = c[0].as<ContractId>();
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (ids[i] != i) return bad("contract ids should be the rows' numbers, but row " + std::to_string(i) + " differs");
  auto root = symbols(c[1]), tickers = symbols(c[2]);
  auto right = enums<Right>(c[6], right_names);
  auto settlement = enums<Settlement>(c[7], settlement_names);
  auto exercise = enums<ExerciseStyle>(c[8], exercise_names);
  if (!root || !tickers || !right || !settlement || !exercise)
    return bad("a root, underlying, right, settlement or exercise is not one that is known");
  for (const Symbol& ticker : std::as_const(*tickers))
    if (ticker != underlying) return bad("it has contracts of " + ticker.to_string());
  InstrumentBatch out;
  out.root = shared(*std::move(root));
  out.underlying = shared(*std::move(tickers));
  out.expiration = view<Date>(c[3]);
  out.settles = view<Timestamp>(c[4]);
  out.strike = view<Decimal>(c[5]);
  out.right = shared(*std::move(right));
  out.settlement = shared(*std::move(settlement));
  out.exercise = shared(*std::move(exercise));
  out.multiplier = view<std::int32_t>(c[9]);
  return out;
}

}  // namespace optix::stored
