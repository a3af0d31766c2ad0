#include "core/contracts/deliverables.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace optix {
namespace {

constexpr std::array<std::string_view, 6> columns = {"root",  "underlying", "from",
                                                     "until", "multiplier", "deliverable"};
constexpr std::string_view header = "root,underlying,from,until,multiplier,deliverable";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0;;) {
    const std::size_t end = text.find(separator, at);
    out.push_back(trimmed(text.substr(at, end == std::string_view::npos ? end : end - at)));
    if (end == std::string_view::npos) return out;
    at = end + 1;
  }
}

std::string shown(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 40)) out += c >= ' ' && c < 127 ? c : '?';
  return out.empty() ? "(empty)" : out;
}

bool root_character(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// What is wrong with a row in itself; empty when nothing is.
std::string wrong_with(const Deliverable& d) {
  if (d.root.empty()) return "the root is empty";
  if (!calendar_covers(d.from) || !calendar_covers(d.until))
    return "the dates must lie between " + calendar_first_day.to_string() + " and " + calendar_last_day.to_string();
  if (d.until < d.from) return "the period ends on " + d.until.to_string() + ", before it begins";
  if (d.multiplier <= 0) return "the multiplier must be positive";
  if (d.shares.empty() && d.cash == Decimal{}) return "nothing is delivered";
  for (const DeliveredShares& s : d.shares)
    if (s.shares.is_none() || s.shares <= Decimal{})
      return "the shares of " + s.security.to_string() + " must be positive";
  if (d.cash.is_none() || d.cash < Decimal{}) return "the cash must not be negative";
  return {};
}

// "10 XYZ + 5 ABC + 12.50 USD"; what is wrong, or empty.
std::string read_deliverable(std::string_view text, Deliverable& out) {
  for (const std::string_view part : split(text, '+')) {
    const std::size_t blank = part.find(' ');
    const auto amount = Decimal::parse(part.substr(0, blank));
    const std::string_view name = blank == std::string_view::npos ? "" : trimmed(part.substr(blank));
    const auto security = Symbol::from(name);
    if (!amount || amount->is_none() || *amount <= Decimal{} || !security) return "not 'AMOUNT NAME': " + shown(part);
    if (name == "USD") {
      if (out.cash != Decimal{}) return "USD stands there twice";
      out.cash = *amount;
      continue;
    }
    for (const DeliveredShares& s : out.shares)
      if (s.security == *security) return shown(name) + " stands there twice";
    out.shares.push_back({*security, *amount});
  }
  return {};
}

std::string text_of(const Deliverable& d) {
  std::string out;
  for (const DeliveredShares& s : d.shares)
    out += (out.empty() ? "" : " + ") + s.shares.to_string(0) + " " + s.security.to_string();
  if (d.cash != Decimal{}) out += (out.empty() ? "" : " + ") + d.cash.to_string() + " USD";
  return out;
}

struct Placed {
  Deliverable row;
  std::string where;
};

bool earlier(const Placed& a, const Placed& b) {
  return a.row.root != b.row.root ? a.row.root < b.row.root : a.row.from < b.row.from;
}

// Sorts; the first pair of one root that overlaps is the error.
std::optional<Error> order(std::vector<Placed>& rows) {
  std::stable_sort(rows.begin(), rows.end(), earlier);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const Placed &a = rows[i - 1], &b = rows[i];
    if (a.row.root != b.row.root || a.row.until < b.row.from) continue;
    return Error{"two deliverables of " + a.row.root.to_string() + " overlap: " + a.row.from.to_string() + " to " +
                     a.row.until.to_string() + (a.where.empty() ? "" : " (" + a.where + ")") + " and from " +
                     b.row.from.to_string() + " on",
                 b.where, "end the earlier one the day before the later one begins"};
  }
  return std::nullopt;
}

}  // namespace

Result<DeliverableTable> DeliverableTable::from_rows(std::vector<Deliverable> rows) {
  std::vector<Placed> placed;
  for (Deliverable& row : rows) {
    if (std::string wrong = wrong_with(row); !wrong.empty())
      return Error{std::move(wrong), row.root.to_string() + " from " + row.from.to_string(), ""};
    placed.push_back({std::move(row), {}});
  }
  if (auto problem = order(placed)) return *problem;
  DeliverableTable table;
  for (Placed& p : placed) table.rows_.push_back(std::move(p.row));
  return table;
}

Result<DeliverableTable> DeliverableTable::parse(const std::string& name, std::string_view text) {
  std::vector<Placed> placed;
  bool titled = false;
  std::uint64_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = trimmed(text.substr(at, end - at));
    at = end + 1;
    ++number;
    if (line.empty() || line.front() == '#') continue;
    const std::string place = name + ":" + std::to_string(number);
    const auto fields = split(line, ',');
    if (!titled) {
      if (fields.size() != columns.size() || !std::equal(fields.begin(), fields.end(), columns.begin()))
        return Error{"the header is not that of a table of deliverables: " + shown(line), place,
                     "it reads " + std::string(header)};
      titled = true;
      continue;
    }
    if (fields.size() != columns.size())
      return Error{"the line has " + std::to_string(fields.size()) + " fields, not " + std::to_string(columns.size()),
                   place, std::string(header)};
    const auto bad = [&](std::size_t column, const std::string& what) {
      return Error{what, place + " column " + std::string(columns[column]),
                   column == 5 ? "as in: 10 XYZ + 5 ABC + 12.50 USD" : ""};
    };
    Deliverable d;
    const auto root = Symbol::from(fields[0]);
    if (!root || fields[0].size() > 6 || !std::all_of(fields[0].begin(), fields[0].end(), root_character))
      return bad(0, "not an option root of one to six characters A-Z and 0-9: " + shown(fields[0]));
    d.root = *root;
    const auto underlying = Symbol::from(fields[1]);
    if (!underlying) return bad(1, "not a symbol of one to eight characters: " + shown(fields[1]));
    d.underlying = *underlying;
    for (const std::size_t column : {std::size_t{2}, std::size_t{3}}) {
      if (column == 3 && fields[3].empty()) continue;
      const auto date = Date::parse(fields[column]);
      if (!date || !calendar_covers(*date))
        return bad(column, "not a date (yyyy-mm-dd) from " + calendar_first_day.to_string() + " to " +
                               calendar_last_day.to_string() + ": " + shown(fields[column]));
      (column == 2 ? d.from : d.until) = *date;
    }
    const char* const last = fields[4].data() + fields[4].size();
    const auto [stop, problem] = std::from_chars(fields[4].data(), last, d.multiplier);
    if (problem != std::errc{} || stop != last || d.multiplier <= 0)
      return bad(4, "not a whole number above 0: " + shown(fields[4]));
    if (std::string wrong = read_deliverable(fields[5], d); !wrong.empty()) return bad(5, wrong);
    if (std::string wrong = wrong_with(d); !wrong.empty()) return Error{std::move(wrong), place, ""};
    placed.push_back({std::move(d), place});
  }
  if (!titled) return Error{"the table is empty", name, "it begins with " + std::string(header)};
  if (auto problem = order(placed)) return *problem;
  DeliverableTable table;
  for (Placed& p : placed) table.rows_.push_back(std::move(p.row));
  return table;
}

std::string DeliverableTable::to_csv() const {
  std::string out(header);
  out += '\n';
  for (const Deliverable& d : rows_)
    out += d.root.to_string() + "," + d.underlying.to_string() + "," + d.from.to_string() + "," +
           (d.until == calendar_last_day ? "" : d.until.to_string()) + "," + std::to_string(d.multiplier) + "," +
           text_of(d) + "\n";
  return out;
}

const Deliverable* DeliverableTable::find(Symbol root, Date on) const {
  const auto after = std::partition_point(rows_.begin(), rows_.end(), [&](const Deliverable& d) {
    return d.root < root || (d.root == root && d.from <= on);
  });
  if (after == rows_.begin()) return nullptr;
  const Deliverable& d = *(after - 1);
  return d.root == root && on <= d.until ? &d : nullptr;
}

Deliverable ordinary_deliverable(Symbol root) {
  Deliverable d;
  d.root = d.underlying = root;
  d.from = calendar_first_day;
  d.shares = {{root, Decimal::from_int(100)}};
  return d;
}

Result<Decimal> deliverable_value(const Deliverable& deliverable,
                                  const std::function<std::optional<Decimal>(Symbol)>& price) {
  Decimal total = deliverable.cash;
  for (const DeliveredShares& s : deliverable.shares) {
    const auto p = price(s.security);
    if (!p || p->is_none())
      return Error{"there is no price of " + s.security.to_string() + ", which contracts of " +
                       deliverable.root.to_string() + " deliver",
                   "", "import its bars or settlement values"};
    total += p->mul_div(s.shares.raw(), Decimal::scale);
  }
  return total;
}

}  // namespace optix
