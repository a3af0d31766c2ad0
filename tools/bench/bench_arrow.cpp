// Arrow files of quotes: writing them, and reading them mapped, in the columns of a dataset's quotes
// and in record batches of 10,000 rows. Prints one JSON object; MB are millions of bytes of the file
// (of zstd: of what it inflates to).
//
//   bench_arrow [ROWS [PASSES]]     1,000,000 rows, 5 passes; the best counts
//
// `open_and_touch` opens the mapped file and adds up the nine columns that a replay maps; beside it
// the same sums over plain arrays of the same size, and memcpy of the file.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/data/arrow/ipc.hpp"
#include "core/data/store/files.hpp"

using namespace optix;
using arrow::Type;

namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

constexpr std::size_t batch_rows = 10'000;
constexpr std::size_t mapped_columns = 9;

double seconds_since(Clock::time_point begun) { return std::chrono::duration<double>(Clock::now() - begun).count(); }

// The columns of one batch. Prices move by cents from a level, as quotes do, so that zstd has
// something to find.
struct Columns {
  std::vector<std::uint32_t> contract;
  std::vector<std::int64_t> bid, ask, strike, time, underlying;
  std::vector<double> iv, delta, gamma;
  std::vector<std::int32_t> volume, interest, expiration;
  std::vector<std::string_view> root, right;

  Columns() {
    std::uint64_t state = 1;
    const auto below = [&](std::uint64_t n) {
      state = state * 6364136223846793005ull + 1442695040888963407ull;
      return (state >> 33) % n;
    };
    for (std::size_t i = 0; i < batch_rows; ++i) {
      const auto price = static_cast<std::int64_t>(below(20'000)) * 10'000;
      contract.push_back(static_cast<std::uint32_t>(i));
      bid.push_back(price);
      ask.push_back(price + static_cast<std::int64_t>(below(40)) * 10'000);
      strike.push_back(static_cast<std::int64_t>(2'000 + i % 200 * 5) * 1'000'000);
      time.push_back(1'556'222'400'000'000'000);
      underlying.push_back(2'930'250'000);
      iv.push_back(0.1 + static_cast<double>(below(4'000)) / 1e4);
      delta.push_back(static_cast<double>(below(10'000)) / 1e4);
      gamma.push_back(static_cast<double>(below(1'000)) / 1e6);
      volume.push_back(below(3) ? 0 : static_cast<std::int32_t>(below(500)));
      interest.push_back(static_cast<std::int32_t>(below(5'000)));
      expiration.push_back(18'000 + static_cast<std::int32_t>(i / 400) * 7);
      root.push_back(i % 2 ? "SPXW" : "SPX");
      right.push_back(i / 200 % 2 ? "P" : "C");
    }
  }
};

arrow::Schema schema() {
  const auto price = [](const char* name, bool nullable) {
    return arrow::Field{name, Type::int64, nullable, {{"unit", "USD"}, {"scale", "1000000"}}};
  };
  return {{{"contract", Type::uint32},
           price("bid", true),
           price("ask", true),
           {"iv", Type::float64, true},
           {"delta", Type::float64, true},
           {"gamma", Type::float64, true},
           {"volume", Type::int32},
           {"open_interest", Type::int32},
           price("strike", false),
           {"expiration", Type::date32},
           {"root", Type::dictionary},
           {"right", Type::dictionary},
           {"time", Type::timestamp_ns},
           price("underlying_price", true)},
          {}};
}

std::string file_of(const Columns& c, std::size_t batches, arrow::Compression compression) {
  arrow::FileWriter writer(schema(), compression);
  std::vector<arrow::FileWriter::Column> columns;
  const auto plain = [&]<class T>(const std::vector<T>& values) {
    columns.push_back({.values = std::as_bytes(std::span<const T>(values)), .texts = {}, .valid = {}});
  };
  const auto text = [&](const std::vector<std::string_view>& values) {
    columns.push_back({.values = {}, .texts = values, .valid = {}});
  };
  plain(c.contract);
  plain(c.bid);
  plain(c.ask);
  plain(c.iv);
  plain(c.delta);
  plain(c.gamma);
  plain(c.volume);
  plain(c.interest);
  plain(c.strike);
  plain(c.expiration);
  text(c.root);
  text(c.right);
  plain(c.time);
  plain(c.underlying);
  for (std::size_t i = 0; i < batches; ++i) writer.write(batch_rows, columns);
  return writer.finish();
}

template <class T>
T sum_of(std::span<const T> values) {
  T sum = 0;
  for (const T value : values) sum += value;
  return sum;
}

template <class Get>
double touch(Get&& get) {
  const auto whole = [&]<class T>(std::size_t column, T) {
    return static_cast<double>(sum_of(get(column).template as<T>()));
  };
  double sum = 0;
  for (const std::size_t c : {1u, 2u, 8u}) sum += whole(c, std::int64_t{});
  for (const std::size_t c : {3u, 4u, 5u}) sum += whole(c, double{});
  for (const std::size_t c : {6u, 7u}) sum += whole(c, std::int32_t{});
  return sum + whole(0, std::uint32_t{});
}

double open_and_touch(std::span<const std::byte> bytes) {
  std::vector<std::size_t> wanted(mapped_columns);
  for (std::size_t i = 0; i < mapped_columns; ++i) wanted[i] = i;
  double sum = 0;
  const auto file = arrow::FileReader::open("bench.arrow", bytes, nullptr);
  for (std::size_t b = 0; b < file.value().batches(); ++b) {
    const auto batch = file->batch(b, wanted);
    sum += touch([&](std::size_t c) -> const arrow::ColumnData& { return batch.value().columns[c]; });
  }
  return sum;
}

double volatile sink;

// MB a second of the best of `passes`.
template <class Work>
double best(int passes, std::size_t bytes, Work&& work) {
  double seconds = 1e9;
  for (int i = 0; i < passes; ++i) {
    const auto begun = Clock::now();
    sink = work();
    seconds = std::min(seconds, seconds_since(begun));
  }
  return std::round(static_cast<double>(bytes) / seconds / 1e6);
}

}  // namespace

int main(int count, char** arguments) {
  const std::size_t rows = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 1'000'000;
  const int passes = count > 2 ? std::atoi(arguments[2]) : 5;
  const std::size_t batches = std::max<std::size_t>(rows / batch_rows, 1);
  const Columns columns;
  const std::string plain = file_of(columns, batches, arrow::Compression::none);
  const std::string packed = file_of(columns, batches, arrow::Compression::zstd);
  const auto path = std::filesystem::temp_directory_path() / ("optix_bench_" + std::to_string(rows) + ".arrow");
  std::ofstream(path, std::ios::binary) << plain;
  const auto mapped = stored::MappedFile::open(path);
  std::filesystem::remove(path);
  if (!mapped) {
    std::fprintf(stderr, "bench_arrow: %s\n", mapped.error().to_string().c_str());
    return 1;
  }
  const std::span<const std::byte> bytes = (*mapped)->bytes();
  const std::size_t touched = batches * batch_rows * (4 + 3 * 8 + 3 * 8 + 2 * 4);

  // The same arrays as the batches' columns, one after the other.
  std::vector<std::vector<std::uint64_t>> arrays(mapped_columns);
  const std::size_t widths[mapped_columns] = {4, 8, 8, 8, 8, 8, 4, 4, 8};
  for (std::size_t c = 0; c < mapped_columns; ++c) arrays[c].resize(batches * batch_rows * widths[c] / 8, 1);
  std::string copy(plain.size(), '\0');

  Json out{{"rows", batches * batch_rows}, {"batches", batches}, {"file_bytes", plain.size()}};
  out["zstd_bytes"] = packed.size();
  out["write_mb_per_s"] =
      best(passes, plain.size(), [&] { return double(file_of(columns, batches, arrow::Compression::none).size()); });
  out["write_zstd_mb_per_s"] =
      best(passes, plain.size(), [&] { return double(file_of(columns, batches, arrow::Compression::zstd).size()); });
  out["open_and_touch_mb_per_s"] = best(passes, touched, [&] { return open_and_touch(bytes); });
  out["plain_arrays_mb_per_s"] = best(passes, touched, [&] {
    double sum = 0;
    for (std::size_t b = 0; b < batches; ++b)
      sum += touch([&](std::size_t c) {
        const auto* start = reinterpret_cast<const std::byte*>(arrays[c].data()) + b * batch_rows * widths[c];
        return arrow::ColumnData{.values = {start, batch_rows * widths[c]}, .texts = {}, .valid = {}, .keeper = {}};
      });
    return sum;
  });
  out["memcpy_mb_per_s"] = best(passes, plain.size(), [&] {
    std::memcpy(copy.data(), bytes.data(), bytes.size());
    return double(copy[copy.size() / 2]);
  });
  out["open_and_touch_zstd_mb_per_s"] =
      best(passes, touched, [&] { return open_and_touch(std::as_bytes(std::span<const char>(packed))); });
  const double open_us = static_cast<double>(plain.size()) / best(passes, plain.size(), [&] {
                           return double(arrow::FileReader::open("bench.arrow", bytes, nullptr).value().batches());
                         });
  out["open_us"] = std::round(open_us * 10) / 10;
  std::printf("%s\n", out.dump(2).c_str());
}
