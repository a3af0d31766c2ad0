#include "core/data/store/session_file.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "core/contracts/chain_view.hpp"
#include "core/data/store/columns.hpp"
#include "messages/codec/limits.hpp"

namespace optix::stored {
namespace {

using arrow::Type;

// The first nine are a snapshot's own; the rest says the same for readers that do not know groups.
constexpr std::size_t own_columns = 9;

const std::vector<arrow::Field>& quotes_fields() {
  static const std::vector<arrow::Field> fields = {
      plain("contract", Type::uint32, {{"meaning", "row of the instruments file"}}),
      maybe("bid", Type::int64, price_metadata()),
      maybe("ask", Type::int64, price_metadata()),
      maybe("iv", Type::float64, {{"unit", "1.00 a year"}}),
      maybe("delta", Type::float64, {{"unit", "1"}}),
      maybe("gamma", Type::float64, {{"unit", "1/USD"}}),
      plain("volume", Type::int32, {{"unit", "contracts"}}),
      plain("open_interest", Type::int32, {{"unit", "contracts"}}),
      plain("strike", Type::int64, price_metadata()),
      plain("expiration", Type::date32),
      plain("root", Type::dictionary),
      plain("right", Type::dictionary, {{"meaning", "C call, P put"}}),
      plain("time", Type::timestamp_ns),
      maybe("underlying_price", Type::int64, price_metadata()),
  };
  return fields;
}

// After those, in sessions whose source has sizes; a snapshot without them has no value in any row.
const std::vector<arrow::Field>& size_fields() {
  static const std::vector<arrow::Field> fields = {
      maybe("bid_size", Type::int32, {{"unit", "contracts"}}),
      maybe("ask_size", Type::int32, {{"unit", "contracts"}}),
  };
  return fields;
}

const std::vector<arrow::Field>& groups_fields() {
  static const std::vector<arrow::Field> fields = {
      plain("root", Type::dictionary),
      plain("expiration", Type::date32),
      plain("settles", Type::timestamp_ns),
      plain("right", Type::dictionary, {{"meaning", "C call, P put"}}),
      plain("settlement", Type::dictionary),
      plain("begin", Type::uint32, {{"meaning", "first row of the group in the batch of the same number in quotes"}}),
      plain("time", Type::timestamp_ns),
      maybe("underlying_price", Type::int64, price_metadata()),
      plain("stale", Type::boolean),
      plain("message_hash", Type::uint64),
  };
  return fields;
}

arrow::Schema schema(std::string_view kind, std::vector<arrow::Field> fields, const ChainSnapshot& first) {
  return {std::move(fields),
          {{"dataset", std::string(kind)},
           {"underlying", first.underlying.to_string()},
           {"session", first.session.to_string()}}};
}

// Every NaN becomes the same one: its bits must not depend on where a value came from.
void copy_canonical(const Series<double>& from, std::vector<double>& to) {
  to.assign(from.begin(), from.end());
  for (double& x : to)
    if (std::isnan(x)) x = std::numeric_limits<double>::quiet_NaN();
}

// Thrown within this file, returned as an Error.
struct Defective {
  std::string file, what;
};

class Decoder {
 public:
  Decoder(const SessionSource& source, bool check) : source_(source), check_(check) {}

  std::vector<StoredSnapshot> all(const arrow::FileReader& quotes, const arrow::FileReader& groups) const {
    const Partition& p = source_.partition;
    if (quotes.batches() != p.snapshots || groups.batches() != p.snapshots)
      throw Defective{quotes.batches() != p.snapshots ? source_.quotes_name : source_.groups_name,
                      "it does not have the " + std::to_string(p.snapshots) + " snapshots the manifest says"};
    std::vector<StoredSnapshot> out;
    out.reserve(p.snapshots);
    std::uint64_t rows = 0;
    for (std::size_t i = 0; i < p.snapshots; ++i) {
      out.push_back(snapshot(i, quotes, groups));
      rows += out.back().chain.rows();
      if (i > 0 && out[i - 1].chain.time >= out[i].chain.time)
        bad(source_.groups_name, i, "its time is not after the one before");
    }
    if (rows != p.rows) throw Defective{source_.quotes_name, "it does not have the rows the manifest says"};
    if (out.front().chain.time != p.first || out.back().chain.time != p.last)
      throw Defective{source_.groups_name, "its times are not those the manifest says"};
    return out;
  }

 private:
  static Series<std::int32_t> sizes(const arrow::ColumnData& column) {
    const auto values = column.as<std::int32_t>();
    const bool any = std::any_of(values.begin(), values.end(), [](std::int32_t size) { return size >= 0; });
    return any ? view<std::int32_t>(column) : Series<std::int32_t>();
  }
  [[noreturn]] static void bad(const std::string& file, std::size_t snapshot, const std::string& what) {
    throw Defective{file, "snapshot " + std::to_string(snapshot) + ": " + what};
  }

  StoredSnapshot snapshot(std::size_t number, const arrow::FileReader& quotes, const arrow::FileReader& groups) const {
    const std::size_t sizes_at = quotes_fields().size();
    const std::size_t wanted[own_columns + 2] = {0, 1, 2, 3, 4, 5, 6, 7, 8, sizes_at, sizes_at + 1};
    const bool sized = quotes.schema().fields.size() >= sizes_at + 2;
    auto rows = quotes.batch(number, std::span(wanted).first(sized ? own_columns + 2 : own_columns));
    if (!rows) throw rows.error();
    auto table = groups.batch(number);
    if (!table) throw table.error();
    const std::size_t n = rows->rows;
    if (table->rows == 0) bad(source_.groups_name, number, "it has no groups");
    if (n > limits::column_rows) bad(source_.quotes_name, number, "it has more rows than a message may have");

    StoredSnapshot out;
    ChainSnapshot& c = out.chain;
    const auto& q = rows->columns;
    c.contract = view<ContractId>(q[0]);
    c.bid = view<Decimal>(q[1]);
    c.ask = view<Decimal>(q[2]);
    c.iv = view<double>(q[3]);
    c.delta = view<double>(q[4]);
    c.gamma = view<double>(q[5]);
    c.volume = view<std::int32_t>(q[6]);
    c.open_interest = view<std::int32_t>(q[7]);
    c.strike = view<Decimal>(q[8]);
    if (sized) {
      c.bid_size = sizes(q[sizes_at]);
      c.ask_size = sizes(q[sizes_at + 1]);
    }

    const auto& g = table->columns;
    c.underlying = source_.partition.underlying;
    c.session = source_.partition.session;
    c.time = {g[6].as<std::int64_t>()[0]};
    c.underlying_price = Decimal::from_raw(g[7].as<std::int64_t>()[0]);
    const std::uint8_t stale = g[8].as<std::uint8_t>()[0];
    c.stale = stale != 0;
    out.hash = g[9].as<std::uint64_t>()[0];
    auto root = symbols(g[0]);
    auto right = enums<Right>(g[3], right_names);
    auto settlement = enums<Settlement>(g[4], settlement_names);
    if (!root || !right || !settlement)
      bad(source_.groups_name, number, "a root, right or settlement is not one that is known");
    c.group_root = *std::move(root);
    c.group_expiration = view<Date>(g[1]);
    c.group_settles = view<Timestamp>(g[2]);
    c.group_right = *std::move(right);
    c.group_settlement = *std::move(settlement);
    const auto begin = g[5].as<std::uint32_t>();
    std::vector<std::uint32_t> bounds(begin.begin(), begin.end());
    bounds.push_back(static_cast<std::uint32_t>(n));
    c.group_begin = std::move(bounds);
    if (check_) check(number, std::as_const(c), out.hash, *table);
    return out;
  }

  void check(std::size_t number, const ChainSnapshot& c, std::uint64_t hash, const arrow::Batch& table) const {
    const auto same = [](const auto& values) {
      return std::all_of(values.begin(), values.end(), [&](const auto& v) { return v == values[0]; });
    };
    const auto& g = table.columns;
    if (!same(g[6].as<std::int64_t>()) || !same(g[7].as<std::int64_t>()) || !same(g[8].as<std::uint8_t>()) ||
        !same(g[9].as<std::uint64_t>()))
      bad(source_.groups_name, number, "its groups disagree about what the snapshot says as a whole");
    if (hash == 0) bad(source_.groups_name, number, "the hash of its message is missing");
    if (!std::is_sorted(c.group_begin.begin(), c.group_begin.end()))
      bad(source_.groups_name, number, "its groups do not cover the rows");
    if (const auto defect = chain_defect(c)) bad(source_.quotes_name, number, *defect);
    for (std::size_t i = 0; i < c.groups(); ++i)
      if (c.strike[c.group_begin[i]].is_none()) bad(source_.quotes_name, number, "a strike is missing");
    ContractId largest = 0;
    for (const ContractId id : c.contract) largest = std::max(largest, id);
    if (largest >= source_.partition.contracts)
      bad(source_.quotes_name, number, "contract " + std::to_string(largest) + " is not defined up to this session");
  }

  const SessionSource& source_;
  bool check_;
};

}  // namespace

struct SessionEncoder::Impl {
  using Column = arrow::FileWriter::Column;

  void write_quotes(const ChainSnapshot& c, bool sized, arrow::FileWriter& quotes) {
    const std::size_t n = c.rows();
    copy_canonical(c.iv, iv_);
    copy_canonical(c.delta, delta_);
    copy_canonical(c.gamma, gamma_);
    expiration_.clear();
    root_.clear();
    right_.clear();
    for (std::size_t g = 0; g < c.groups(); ++g) {
      const std::size_t end = c.group_begin[g + 1];
      expiration_.resize(end, c.group_expiration[g]);
      root_.resize(end, c.group_root[g].view());
      right_.resize(end, right_names[static_cast<std::size_t>(c.group_right[g])]);
    }
    time_.assign(n, c.time);
    price_.assign(n, c.underlying_price);
    const bool* const no_price = c.underlying_price.is_none() ? none(n) : nullptr;
    const Column columns[] = {
        {raw(c.contract), {}, {}},
        {raw(c.bid), {}, present_[0].fill(n, [&](std::size_t r) { return !c.bid[r].is_none(); })},
        {raw(c.ask), {}, present_[1].fill(n, [&](std::size_t r) { return !c.ask[r].is_none(); })},
        {raw(iv_), {}, present_[2].fill(n, [&](std::size_t r) { return !std::isnan(iv_[r]); })},
        {raw(delta_), {}, present_[3].fill(n, [&](std::size_t r) { return !std::isnan(delta_[r]); })},
        {raw(gamma_), {}, present_[4].fill(n, [&](std::size_t r) { return !std::isnan(gamma_[r]); })},
        {raw(c.volume), {}, {}},
        {raw(c.open_interest), {}, {}},
        {raw(c.strike), {}, {}},
        {raw(expiration_), {}, {}},
        {{}, root_, {}},
        {{}, right_, {}},
        {raw(time_), {}, {}},
        {raw(price_), {}, {no_price, no_price ? n : 0}},
        size_column(c.bid_size, n, bid_size_, present_[6]),
        size_column(c.ask_size, n, ask_size_, present_[7]),
    };
    quotes.write(n, std::span(columns).first(std::size(columns) - (sized ? 0 : 2)));
  }

  static Column size_column(const Series<std::int32_t>& sizes, std::size_t n, std::vector<std::int32_t>& values,
                            Present& present) {
    if (sizes.empty())
      values.assign(n, -1);
    else
      values.assign(sizes.begin(), sizes.end());
    return {raw(values), {}, present.fill(n, [&](std::size_t r) { return values[r] >= 0; })};
  }

  void write_groups(const ChainSnapshot& c, std::uint64_t hash, arrow::FileWriter& groups) {
    const std::size_t n = c.groups();
    root_.clear();
    right_.clear();
    settlement_.clear();
    for (std::size_t g = 0; g < n; ++g) {
      root_.push_back(c.group_root[g].view());
      right_.push_back(right_names[static_cast<std::size_t>(c.group_right[g])]);
      settlement_.push_back(settlement_names[static_cast<std::size_t>(c.group_settlement[g])]);
    }
    time_.assign(n, c.time);
    price_.assign(n, c.underlying_price);
    stale_.assign(n, c.stale ? 1 : 0);
    hash_.assign(n, hash);
    const bool* const no_price = c.underlying_price.is_none() ? none(n) : nullptr;
    const Column columns[] = {
        {{}, root_, {}},
        {raw(c.group_expiration), {}, {}},
        {raw(c.group_settles), {}, {}},
        {{}, right_, {}},
        {{}, settlement_, {}},
        {raw(c.group_begin).first(n * sizeof(std::uint32_t)), {}, {}},
        {raw(time_), {}, {}},
        {raw(price_), {}, {no_price, no_price ? n : 0}},
        {raw(stale_), {}, {}},
        {raw(hash_), {}, {}},
    };
    groups.write(n, columns);
  }

  // `n` times false.
  const bool* none(std::size_t n) {
    return present_[5].fill(n, [](std::size_t) { return false; }).data();
  }

  arrow::Compression compression;
  Present present_[8];
  std::vector<double> iv_, delta_, gamma_;
  std::vector<Date> expiration_;
  std::vector<std::string_view> root_, right_, settlement_;
  std::vector<Timestamp> time_;
  std::vector<Decimal> price_;
  std::vector<std::uint8_t> stale_;
  std::vector<std::uint64_t> hash_;
  std::vector<std::int32_t> bid_size_, ask_size_;
};

SessionEncoder::SessionEncoder(arrow::Compression compression) : impl_(new Impl{.compression = compression}) {}
SessionEncoder::~SessionEncoder() = default;

SessionBytes SessionEncoder::encode(std::span<const MessageRef> snapshots) {
  const auto& first = snapshots.front().get<ChainSnapshot>();
  const bool sized = std::any_of(snapshots.begin(), snapshots.end(), [](const MessageRef& snapshot) {
    const auto& chain = snapshot.get<ChainSnapshot>();
    return !chain.bid_size.empty() || !chain.ask_size.empty();
  });
  std::vector<arrow::Field> fields = quotes_fields();
  if (sized) fields.insert(fields.end(), size_fields().begin(), size_fields().end());
  arrow::FileWriter quotes(schema("quotes", std::move(fields), first), impl_->compression);
  arrow::FileWriter groups(schema("groups", groups_fields(), first), impl_->compression);
  SessionBytes out;
  for (const MessageRef& snapshot : snapshots) {
    const auto& chain = snapshot.get<ChainSnapshot>();
    out.rows += chain.rows();
    impl_->write_quotes(chain, sized, quotes);
    impl_->write_groups(chain, snapshot.hash(), groups);
  }
  out.quotes = quotes.finish();
  out.groups = groups.finish();
  return out;
}

Result<std::vector<StoredSnapshot>> decode_session(const SessionSource& source, bool check) {
  auto quotes = open_columns(source.quotes_name, source.quotes->bytes(), source.quotes, quotes_fields());
  if (!quotes) return quotes.error();
  auto groups = open_columns(source.groups_name, source.groups->bytes(), source.groups, groups_fields());
  if (!groups) return groups.error();
  try {
    return Decoder(source, check).all(*quotes, *groups);
  } catch (const Error& error) {
    return error;
  } catch (const Defective& defective) {
    return Error{defective.what, defective.file, "the file was not written by this program's import: import again"};
  }
}

}  // namespace optix::stored
