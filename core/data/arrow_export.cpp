#include "core/data/arrow_export.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "core/data/store/files.hpp"
#include "core/time/calendar.hpp"
#include "messages/ref.hpp"

namespace optix {
namespace {

using arrow::Field;
using arrow::FileWriter;
using arrow::Type;

// The file under its temporary name.
class PartFile {
 public:
  explicit PartFile(std::string path) : path_(std::move(path)), part_(path_ + ".part") {}
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  ~PartFile() {
    if (!file_) return;
    std::fclose(file_);
    std::error_code ignored;
    std::filesystem::remove(part_, ignored);
  }
  Status open() {
    file_ = std::fopen(part_.c_str(), "wb");
    return file_ ? Status{} : failed("cannot be written");
  }
  Status write(std::string_view bytes) {
    bytes_ += bytes.size();
    if (bytes.empty() || std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size()) return {};
    return failed("cannot be written");
  }
  Status finish() {
    if (std::fflush(file_) != 0) return failed("cannot be written");
    if (Status status = stored::sync_path(part_); !status) return status;
    std::fclose(std::exchange(file_, nullptr));
    return stored::rename_file(part_, path_);
  }
  std::uint64_t bytes() const { return bytes_; }

 private:
  Status failed(const std::string& what) const {
    return Error{"the file " + what + ": " + std::strerror(errno), path_, "check the folder and the space left"};
  }
  std::string path_, part_;
  std::FILE* file_ = nullptr;
  std::uint64_t bytes_ = 0;
};

// What groups and rows of a chain are checked for before anything of them is written.
std::optional<Error> shape_error(const ChainSnapshot& chain) {
  const std::size_t rows = chain.rows(), groups = chain.groups();
  bool ok = chain.group_begin.size() == groups + 1 && chain.group_expiration.size() == groups &&
            chain.group_right.size() == groups && chain.strike.size() == rows && chain.bid.size() == rows &&
            chain.ask.size() == rows && chain.iv.size() == rows && chain.delta.size() == rows &&
            chain.gamma.size() == rows && chain.volume.size() == rows && chain.open_interest.size() == rows &&
            (chain.bid_size.empty() || chain.bid_size.size() == rows) &&
            (chain.ask_size.empty() || chain.ask_size.size() == rows);
  for (std::size_t g = 0; ok && g < groups; ++g) ok = chain.group_begin[g] <= chain.group_begin[g + 1];
  if (ok && (groups == 0 ? rows == 0 : chain.group_begin[0] == 0 && chain.group_begin[groups] == rows))
    return std::nullopt;
  return Error{"the snapshot's columns do not fit each other",
               chain.underlying.to_string() + " " + chain.time.to_string(), ""};
}

// −1: unknown.
std::int32_t size_at(const Series<std::int32_t>& sizes, std::size_t row) { return sizes.empty() ? -1 : sizes[row]; }

class ArrowExport final : public QuoteExport {
 public:
  ArrowExport(const std::string& path, const ExportOptions& options)
      : file_(path),
        exact_(options.prices == ExportPrices::decimal),
        sizes_(options.sizes),
        writer_(schema(exact_, sizes_), options.compression) {}
  Status open() { return file_.open(); }

  Status add(const ChainSnapshot& chain) override {
    if (auto error = shape_error(chain)) return std::move(*error);
    for (std::size_t g = 0; g < chain.groups(); ++g)
      for (std::size_t i = chain.group_begin[g]; i < chain.group_begin[g + 1]; ++i) {
        session_.push_back(chain.session.days);
        time_.push_back(chain.time.ns);
        expiration_.push_back(chain.group_expiration[g].days);
        underlying_.push_back(chain.underlying);
        root_.push_back(chain.group_root[g]);
        right_.push_back(chain.group_right[g]);
        if (!underlying_price_.add(chain.underlying_price, exact_) || !strike_.add(chain.strike[i], exact_) ||
            !bid_.add(chain.bid[i], exact_) || !ask_.add(chain.ask[i], exact_))
          return Error{"a price above a thousand million dollars is not exact as float64",
                       chain.underlying.to_string() + " " + chain.time.to_string(), "export prices as decimals"};
      }
    iv_.insert(iv_.end(), chain.iv.begin(), chain.iv.end());
    delta_.insert(delta_.end(), chain.delta.begin(), chain.delta.end());
    gamma_.insert(gamma_.end(), chain.gamma.begin(), chain.gamma.end());
    volume_.insert(volume_.end(), chain.volume.begin(), chain.volume.end());
    open_interest_.insert(open_interest_.end(), chain.open_interest.begin(), chain.open_interest.end());
    for (std::size_t i = 0; sizes_ && i < chain.rows(); ++i) {
      bid_size_.push_back(size_at(chain.bid_size, i));
      ask_size_.push_back(size_at(chain.ask_size, i));
    }
    summary_.rows += chain.rows();
    ++summary_.snapshots;
    return session_.size() < batch_rows ? Status{} : flush();
  }

  Result<ExportSummary> finish() override {
    Status status = flush();
    if (status) status = file_.write(writer_.finish());
    if (status) status = file_.finish();
    if (!status) return status.error();
    summary_.bytes = file_.bytes();
    return summary_;
  }

 private:
  static constexpr std::size_t batch_rows = 100'000;

  struct Prices {
    std::vector<std::int64_t> raw;
    std::vector<double> dollars;
    bool add(Decimal price, bool exact) {
      constexpr std::int64_t exact_as_double = 1'000'000'000'000'000;  // fifteen digits
      raw.push_back(price.raw());
      if (exact) return true;
      dollars.push_back(price.is_none() ? std::nan("") : price.to_double());
      return price.is_none() || std::abs(price.raw()) <= exact_as_double;
    }
    void clear() {
      raw.clear();
      dollars.clear();
    }
  };

  static arrow::Schema schema(bool exact, bool sizes) {
    const auto price = [&](const char* name, bool nullable) {
      Field field{name, exact ? Type::int64 : Type::float64, nullable, {{"unit", "USD"}}};
      if (exact) field.metadata["scale"] = std::to_string(Decimal::scale);
      return field;
    };
    const auto field = [](const char* name, Type type, bool nullable = false) { return Field{name, type, nullable}; };
    arrow::Schema out{
        {field("session", Type::date32), field("time", Type::timestamp_ns), field("underlying", Type::utf8),
         price("underlying_price", true), field("root", Type::utf8), field("expiration", Type::date32),
         field("right", Type::utf8), price("strike", false), price("bid", true), price("ask", true),
         field("iv", Type::float64, true), field("delta", Type::float64, true), field("gamma", Type::float64, true),
         field("volume", Type::int32), field("open_interest", Type::int32)},
        {{"layout", "optix"}}};
    if (sizes)
      for (const char* name : {"bid_size", "ask_size"}) out.fields.push_back(field(name, Type::int32, true));
    return out;
  }

  Status flush() {
    const std::size_t rows = session_.size();
    if (rows == 0) return {};
    std::vector<FileWriter::Column> columns;
    std::vector<std::unique_ptr<bool[]>> flags;
    std::vector<std::vector<std::string_view>> texts;
    texts.reserve(3);
    const auto valid = [&](auto&& is_valid) {
      flags.emplace_back(new bool[rows]);
      for (std::size_t i = 0; i < rows; ++i) flags.back()[i] = is_valid(i);
      return std::span<const bool>(flags.back().get(), rows);
    };
    const auto plain = [&]<class T>(const std::vector<T>& values) {
      columns.push_back({.values = std::as_bytes(std::span<const T>(values)), .texts = {}, .valid = {}});
    };
    const auto prices = [&](const Prices& values, bool nullable) {
      if (exact_)
        plain(values.raw);
      else
        plain(values.dollars);
      if (nullable)
        columns.back().valid = valid([&](std::size_t i) { return !Decimal::from_raw(values.raw[i]).is_none(); });
    };
    const auto text = [&](auto&& text_of) {
      texts.emplace_back(rows);
      for (std::size_t i = 0; i < rows; ++i) texts.back()[i] = text_of(i);
      columns.push_back({.values = {}, .texts = texts.back(), .valid = {}});
    };
    const auto greek = [&](const std::vector<double>& values) {
      plain(values);
      columns.back().valid = valid([&](std::size_t i) { return !std::isnan(values[i]); });
    };
    plain(session_);
    plain(time_);
    text([&](std::size_t i) { return underlying_[i].view(); });
    prices(underlying_price_, true);
    text([&](std::size_t i) { return root_[i].view(); });
    plain(expiration_);
    text([&](std::size_t i) { return std::string_view(right_[i] == Right::call ? "C" : "P"); });
    prices(strike_, false);
    prices(bid_, true);
    prices(ask_, true);
    greek(iv_);
    greek(delta_);
    greek(gamma_);
    plain(volume_);
    plain(open_interest_);
    for (const auto* sizes : {&bid_size_, &ask_size_}) {
      if (!sizes_) break;
      plain(*sizes);
      columns.back().valid = valid([&](std::size_t i) { return (*sizes)[i] >= 0; });
    }
    writer_.write(rows, columns);
    clear();
    return file_.write(writer_.take());
  }

  void clear() {
    session_.clear();
    time_.clear();
    expiration_.clear();
    underlying_.clear();
    root_.clear();
    right_.clear();
    for (Prices* prices : {&underlying_price_, &strike_, &bid_, &ask_}) prices->clear();
    for (auto* greeks : {&iv_, &delta_, &gamma_}) greeks->clear();
    volume_.clear();
    open_interest_.clear();
    bid_size_.clear();
    ask_size_.clear();
  }

  PartFile file_;
  bool exact_;
  bool sizes_;
  FileWriter writer_;
  ExportSummary summary_;
  std::vector<std::int32_t> session_, expiration_, volume_, open_interest_, bid_size_, ask_size_;
  std::vector<std::int64_t> time_;
  std::vector<Symbol> underlying_, root_;
  std::vector<Right> right_;
  Prices underlying_price_, strike_, bid_, ask_;
  std::vector<double> iv_, delta_, gamma_;
};

class CsvExport final : public QuoteExport {
 public:
  CsvExport(const std::string& path, const ExportOptions& options) : file_(path), sizes_(options.sizes) {
    text_ =
        "session,time,underlying,underlying_price,root,expiration,right,strike,bid,ask,iv,delta,gamma,volume,"
        "open_interest";
    text_ += sizes_ ? ",bid_size,ask_size\n" : "\n";
  }
  Status open() { return file_.open(); }

  Status add(const ChainSnapshot& chain) override {
    if (auto error = shape_error(chain)) return std::move(*error);
    const std::string head = chain.session.to_string() + "," + clock(chain.time) + "," + chain.underlying.to_string() +
                             "," + price(chain.underlying_price) + ",";
    for (std::size_t g = 0; g < chain.groups(); ++g) {
      const std::string group = head + chain.group_root[g].to_string() + "," + chain.group_expiration[g].to_string() +
                                (chain.group_right[g] == Right::call ? ",C," : ",P,");
      for (std::size_t i = chain.group_begin[g]; i < chain.group_begin[g + 1]; ++i) {
        text_ += group;
        text_ += price(chain.strike[i]) + "," + price(chain.bid[i]) + "," + price(chain.ask[i]);
        for (const double value : {chain.iv[i], chain.delta[i], chain.gamma[i]}) append(value);
        text_ += "," + std::to_string(chain.volume[i]) + "," + std::to_string(chain.open_interest[i]);
        if (sizes_) text_ += "," + size(size_at(chain.bid_size, i)) + "," + size(size_at(chain.ask_size, i));
        text_ += '\n';
      }
      if (text_.size() > flush_bytes)
        if (Status status = flush(); !status) return status;
    }
    summary_.rows += chain.rows();
    ++summary_.snapshots;
    return {};
  }

  Result<ExportSummary> finish() override {
    Status status = flush();
    if (status) status = file_.finish();
    if (!status) return status.error();
    summary_.bytes = file_.bytes();
    return summary_;
  }

 private:
  static constexpr std::size_t flush_bytes = 1u << 20;

  static std::string price(Decimal value) { return value.is_none() ? "" : value.to_string(); }
  static std::string size(std::int32_t value) { return value < 0 ? "" : std::to_string(value); }
  // New York's clock; with a fraction of the second where there is one.
  static std::string clock(Timestamp time) {
    std::string text = (time + new_york_offset(time) * nanos_per_second).to_string();
    text.pop_back();
    text[text.find('T')] = ' ';
    return text;
  }
  void append(double value) {
    text_ += ',';
    if (std::isnan(value)) return;
    char digits[32];
    text_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  }
  Status flush() {
    Status status = file_.write(text_);
    text_.clear();
    return status;
  }

  PartFile file_;
  bool sizes_;
  std::string text_;
  ExportSummary summary_;
};

template <class Export>
Result<std::unique_ptr<QuoteExport>> opened(std::unique_ptr<Export> out) {
  if (Status status = out->open(); !status) return status.error();
  return std::unique_ptr<QuoteExport>(std::move(out));
}

}  // namespace

Result<std::unique_ptr<QuoteExport>> QuoteExport::open(const std::string& path, const ExportOptions& options) {
  if (options.format == ExportFormat::csv) return opened(std::make_unique<CsvExport>(path, options));
  return opened(std::make_unique<ArrowExport>(path, options));
}

Result<ExportSummary> export_dataset(const DatasetFolder& data, const std::string& path, const ExportOptions& options) {
  const std::vector<Partition>& partitions = data.manifest().partitions;
  std::vector<std::size_t> chosen;
  for (std::size_t p = 0; p < partitions.size(); ++p) {
    const Partition& partition = partitions[p];
    const auto wanted = [&](const std::string& name) { return partition.underlying.view() == name; };
    if ((options.first && partition.session < *options.first) || (options.last && partition.session > *options.last) ||
        (!options.underlyings.empty() && std::none_of(options.underlyings.begin(), options.underlyings.end(), wanted)))
      continue;
    chosen.push_back(p);
  }
  // f(chain) for every snapshot, while it gives true.
  const auto each = [&](auto&& f) -> Status {
    for (const std::size_t p : chosen) {
      const auto session = data.session(p);
      if (!session) return session.error();
      for (std::size_t i = 0; i < (*session)->snapshots(); ++i)
        if (const MessageRef snapshot = (*session)->snapshot(i); !f(snapshot.get<ChainSnapshot>())) return {};
    }
    return {};
  };
  ExportOptions decided = options;
  Status status = each([&decided](const ChainSnapshot& chain) {
    decided.sizes = decided.sizes || !chain.bid_size.empty() || !chain.ask_size.empty();
    return !decided.sizes;
  });
  if (!status) return status.error();
  auto out = QuoteExport::open(path, decided);
  if (!out) return out.error();
  Status added;
  status = each([&](const ChainSnapshot& chain) {
    added = (*out)->add(chain);
    return added.ok();
  });
  if (!status) return status.error();
  if (!added) return added.error();
  if (chosen.empty())
    return Error{"no session of the dataset is among those to export", data.path(),
                 "see `optix data show` for its sessions and underlyings"};
  return (*out)->finish();
}

}  // namespace optix
