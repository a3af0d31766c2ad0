#include "core/data/events/stock_csv.hpp"

#include <array>
#include <optional>

#include "core/data/csv.hpp"
#include "core/data/events/event_text.hpp"

namespace optix {
namespace {

constexpr std::int64_t largest_ratio = 1000;

struct Ratio {
  std::int64_t part, whole;
};

// The smallest whole numbers whose ratio rounds to the factor as written (six decimals).
std::optional<Ratio> ratio_of(Decimal factor) {
  if (factor <= Decimal{}) return std::nullopt;
  for (std::int64_t whole = 1; whole <= largest_ratio; ++whole) {
    const std::int64_t scaled = factor.raw() * whole;
    const std::int64_t part = (scaled + Decimal::scale / 2) / Decimal::scale;
    if (part < 1 || part > largest_ratio) continue;
    const std::int64_t off = part * Decimal::scale - scaled;
    if (2 * (off < 0 ? -off : off) <= whole) return Ratio{part, whole};
  }
  return std::nullopt;
}

enum Column : std::size_t { symbol, date, open, high, low, close, volume, dividend, factor };
constexpr std::array<std::string_view, 9> names = {"symbol", "date",   "open",    "high",       "low",
                                                   "close",  "volume", "divCash", "splitFactor"};

// Vendors write doubles: what stands behind the sixth decimal is rounding noise of theirs.
const char* read_price(std::string_view text, Decimal& out) {
  if (const auto exact = read_decimal(text)) {
    out = *exact;
    return nullptr;
  }
  const auto v = read_double(text);
  if (!v || !(std::fabs(*v) < 1e9)) return "not a number";
  out = Decimal::from_double(*v);
  return nullptr;
}

}  // namespace

Result<StockHistory> stocks_from_tiingo_csv(const std::string& name, std::string_view text) {
  std::string padded(text);
  if (!padded.empty() && padded.back() != '\n') padded += '\n';
  const std::size_t size = padded.size();
  padded.append(CsvLines::padding, '\0');
  CsvLines lines(std::string_view(padded).substr(0, size), ',', true);
  std::array<std::size_t, names.size()> at{};
  std::size_t width = 0;
  std::vector<Bar> bars;
  std::vector<Dividend> dividends;
  std::vector<Split> splits;
  const auto place = [&](std::size_t column) {
    return name + ":" + std::to_string(lines.line()) +
           (column < names.size() ? " column " + std::string(names[column]) : "");
  };
  while (lines.next()) {
    const auto& fields = lines.fields();
    if (width == 0) {
      width = fields.size();
      for (std::size_t c = 0; c < names.size(); ++c) {
        const auto found = std::find(fields.begin(), fields.end(), names[c]);
        if (found == fields.end())
          return Error{"missing column: " + std::string(names[c]), name + ":1",
                       "layout tiingo_daily needs symbol, date, open, high, low, close, volume, divCash, splitFactor"};
        at[c] = static_cast<std::size_t>(found - fields.begin());
      }
      continue;
    }
    if (fields.size() != width)
      return Error{"the row has " + std::to_string(fields.size()) + " fields, the header " + std::to_string(width),
                   place(names.size()), "correct the row"};
    Bar bar;
    Decimal cash, split;
    const char* expected = nullptr;
    std::size_t c = 0;
    const auto read = [&](Column column, auto reader) {
      if (expected) return;
      c = column;
      expected = reader(fields[at[column]]);
    };
    read(symbol, [&](std::string_view t) { return read_event_value(t, bar.underlying); });
    read(date, [&](std::string_view t) { return read_event_value(t.substr(0, 10), bar.session); });
    read(open, [&](std::string_view t) { return read_price(t, bar.open); });
    read(high, [&](std::string_view t) { return read_price(t, bar.high); });
    read(low, [&](std::string_view t) { return read_price(t, bar.low); });
    read(close, [&](std::string_view t) { return read_price(t, bar.close); });
    read(volume, [&](std::string_view t) { return read_event_value(t, bar.volume); });
    read(dividend, [&](std::string_view t) { return read_price(t, cash); });
    read(factor, [&](std::string_view t) { return read_price(t, split); });
    if (expected) return Error{std::string(expected) + ": " + std::string(fields[at[c]].substr(0, 40)), place(c), ""};
    if (std::string wrong = bar.complete(); !wrong.empty()) return Error{std::move(wrong), place(names.size()), ""};
    bars.push_back(bar);
    if (cash != Decimal{}) {
      Dividend d;
      d.underlying = bar.underlying;
      d.ex = bar.session;
      d.amount = cash;
      if (std::string wrong = d.complete(); !wrong.empty()) return Error{std::move(wrong), place(dividend), ""};
      dividends.push_back(d);
    }
    if (split != Decimal::from_int(1)) {
      const auto ratio = ratio_of(split);
      if (!ratio)
        return Error{"not a ratio of whole numbers: " + split.to_string(), place(factor),
                     "1 is no split, 2 is two for one"};
      Split s;
      s.underlying = bar.underlying;
      s.ex = bar.session;
      s.new_shares = ratio->part;
      s.old_shares = ratio->whole;
      if (std::string wrong = s.complete(); !wrong.empty()) return Error{std::move(wrong), place(factor), ""};
      splits.push_back(s);
    }
  }
  if (!lines.problem().empty()) return Error{lines.problem(), place(names.size()), ""};
  if (width == 0) return Error{"the file is empty", name, "it needs a header line"};
  StockHistory out;
  auto b = EventTable<Bar>::from_rows(std::move(bars), name);
  if (!b) return b.error();
  auto d = EventTable<Dividend>::from_rows(std::move(dividends), name);
  if (!d) return d.error();
  auto s = EventTable<Split>::from_rows(std::move(splits), name);
  if (!s) return s.error();
  out.bars = std::move(*b);
  out.dividends = std::move(*d);
  out.splits = std::move(*s);
  return out;
}

Result<StockHistory> stocks_from_tiingo_csv_file(const std::string& path) {
  const auto text = read_whole_file(path);
  if (!text) return text.error();
  return stocks_from_tiingo_csv(path, *text);
}

}  // namespace optix
