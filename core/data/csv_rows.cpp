#include "core/data/csv_rows.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "core/contracts/osi.hpp"
#include "core/data/numbers.hpp"
#include "core/time/calendar.hpp"

namespace optix {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t osi_tail = 15;

std::string shown(std::string_view text) {
  if (text.empty()) return "(empty)";
  std::string out;
  for (const char c : text.substr(0, 40)) out += c >= ' ' && c < 127 ? c : '?';
  return text.size() > 40 ? out + "..." : out;
}

bool two_digits(const char* p, int& value) {
  const unsigned tens = static_cast<unsigned char>(p[0]) - unsigned{'0'},
                 ones = static_cast<unsigned char>(p[1]) - unsigned{'0'};
  value = static_cast<int>(tens * 10 + ones);
  return tens <= 9 && ones <= 9;
}

std::optional<Date> date_in(DateOrder order, std::string_view t) {
  int century = 0, year = 0, month = 0, day = 0;
  bool ok = false;
  switch (order) {
    case DateOrder::iso:
      ok = t.size() == 10 && t[4] == '-' && t[7] == '-' && two_digits(&t[0], century) && two_digits(&t[2], year) &&
           two_digits(&t[5], month) && two_digits(&t[8], day);
      break;
    case DateOrder::month_day_year:
      ok = t.size() == 10 && t[2] == '/' && t[5] == '/' && two_digits(&t[6], century) && two_digits(&t[8], year) &&
           two_digits(&t[0], month) && two_digits(&t[3], day);
      break;
    case DateOrder::compact:
      ok = t.size() == 8 && two_digits(&t[0], century) && two_digits(&t[2], year) && two_digits(&t[4], month) &&
           two_digits(&t[6], day);
      break;
  }
  if (!ok || !Date::valid_civil(century * 100 + year, month, day)) return std::nullopt;
  return Date::from_civil(century * 100 + year, month, day);
}

std::optional<Right> right_of(std::string_view t) {
  if (t == "call" || t == "C" || t == "c" || t == "Call" || t == "CALL") return Right::call;
  if (t == "put" || t == "P" || t == "p" || t == "Put" || t == "PUT") return Right::put;
  return std::nullopt;
}

const char* remedy(Defect defect) {
  switch (defect) {
    case Defect::quote:
      return "correct the row, or set `broken_quotes: drop` to leave such rows out, `flag` to keep them without the "
             "price";
    case Defect::value:
      return "correct the row, or set `broken_values: drop` to leave such rows out, `flag` to keep them without the "
             "value";
    case Defect::duplicate: return "remove one of the rows, or set `duplicates: keep_first`";
    case Defect::field_count:
    case Defect::date:
    case Defect::contract: break;
  }
  return "correct the row, or set `broken_rows: drop` to leave such rows out";
}

}  // namespace

std::optional<std::uint16_t> RowParser::NameTable::find_or_add(std::string_view text) {
  if (!names.empty() && text == last_text) return last;
  const auto symbol = Symbol::from(text);
  if (!symbol) return std::nullopt;
  auto [at, added] = index.try_emplace(std::string(text), static_cast<std::uint16_t>(names.size()));
  if (added) {
    if (names.size() == std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
    names.push_back(*symbol);
  }
  last_text = text;
  return last = at->second;
}

RowParser::RowParser(const CsvLayout& layout, CsvBinding binding, DefectPolicy policy, std::string file,
                     QualityReport& report)
    : layout_(layout), at_(binding), policy_(policy), file_(std::move(file)), report_(report) {}

void RowParser::note(Defect defect, std::uint64_t line, const std::string& column, std::string what) {
  if (report_.defects[static_cast<std::size_t>(defect)]++ < QualityReport::examples_per_defect)
    report_.examples.push_back(
        {defect, file_ + ":" + std::to_string(line) + (column.empty() ? "" : " column " + column), std::move(what)});
}

RowParser::Outcome RowParser::settle(Defect defect, Action action) {
  if (action == Action::stop) {
    error_ = {problem_.what,
              file_ + ":" + std::to_string(line_) + (problem_.column.empty() ? "" : " column " + problem_.column),
              remedy(defect)};
    return Outcome::failed;
  }
  note(defect, line_, problem_.column, problem_.what);
  if (action == Action::flag) return Outcome::row;
  ++report_.rows_skipped;
  return Outcome::skipped;
}

bool RowParser::read_date(int column, const std::string& name, DateMemo& memo) {
  const std::string_view text = field(column);
  if (!memo.text.empty() && text == memo.text) return true;
  const auto date = date_in(layout_.dates, text);
  if (!date) {
    problem_ = {name, "not a date (" + std::string(enum_name(layout_.dates)) + "): " + shown(text)};
    return false;
  }
  if (!calendar_covers(*date)) {
    problem_ = {name, "the date is outside the exchange calendar (" + calendar_first_day.to_string() + " to " +
                          calendar_last_day.to_string() + "): " + shown(text)};
    return false;
  }
  memo.text = text;
  memo.date = *date;
  const auto [year, month, day] = date->civil();
  const int parts[] = {year % 100, month, day};
  for (int i = 0; i < 3; ++i) {
    memo.yymmdd[2 * i] = static_cast<char>('0' + parts[i] / 10);
    memo.yymmdd[2 * i + 1] = static_cast<char>('0' + parts[i] % 10);
  }
  return true;
}

bool RowParser::read_underlying(RowContext& context) {
  const std::string_view name = at_.underlying >= 0 ? field(at_.underlying) : std::string_view(layout_.underlying);
  const auto index = underlyings_.find_or_add(name);
  if (!index) {
    problem_ = {layout_.columns.underlying, "not a symbol of one to eight characters: " + shown(name)};
    return false;
  }
  context.underlying = *index;
  const std::string_view text = field(at_.underlying_price);
  if (price_text_.empty() || text != price_text_) {
    const auto price = read_decimal(text);
    if (!price || *price <= Decimal{}) {
      problem_ = {layout_.columns.underlying_price,
                  "the price of the underlying must be a positive number with at most six decimals: " + shown(text)};
      return false;
    }
    price_text_ = text;
    price_ = *price;
  }
  context.underlying_price = price_;
  return true;
}

bool RowParser::read_contract(QuoteRow& row) {
  if (at_.expiration < 0 || at_.right < 0 || at_.strike < 0) return read_osi_only(row);
  if (!read_date(at_.expiration, layout_.columns.expiration, expiration_)) return false;
  row.expiration = expiration_.date;
  const auto right = right_of(field(at_.right));
  if (!right) {
    problem_ = {layout_.columns.right, "neither call nor put: " + shown(field(at_.right))};
    return false;
  }
  row.right = *right;
  const std::string_view text = field(at_.strike);
  const auto strike = read_decimal(text);
  if (!strike || *strike <= Decimal{}) {
    problem_ = {layout_.columns.strike,
                (strike ? "the strike must be positive: " : "the strike is not a number: ") + shown(text)};
    return false;
  }
  row.strike = *strike;
  std::string_view root = at_.root >= 0 ? field(at_.root) : std::string_view(layout_.root);
  if (at_.osi >= 0) {
    const std::string_view osi = field(at_.osi);
    root = osi.substr(0, osi.size() > osi_tail ? osi.size() - osi_tail : 0);
    while (!root.empty() && root.back() == ' ') root.remove_suffix(1);
    if (!agrees_with_osi(row, osi)) return false;
  }
  const auto index = roots_.find_or_add(root);
  if (!index) {
    problem_ = {at_.osi >= 0 ? layout_.columns.osi : layout_.columns.root,
                "not an option root of one to eight characters: " + shown(root)};
    return false;
  }
  row.root = *index;
  return true;
}

// The symbol repeats the terms; a file that contradicts itself cannot be trusted.
bool RowParser::agrees_with_osi(const QuoteRow& row, std::string_view osi) {
  bool same = osi.size() > osi_tail && osi.size() <= 21;
  if (same) {
    const char* tail = osi.data() + osi.size() - osi_tail;
    std::int64_t milli = 0;
    for (int i = 7; i < 15; ++i) {
      const unsigned digit = static_cast<unsigned char>(tail[i]) - unsigned{'0'};
      same = same && digit <= 9;
      milli = milli * 10 + digit;
    }
    same = same && std::string_view(tail, 6) == std::string_view(expiration_.yymmdd, 6) &&
           tail[6] == (row.right == Right::call ? 'C' : 'P') && milli * 1000 == row.strike.raw();
  }
  if (!same)
    problem_ = {layout_.columns.osi, "the symbol " + shown(osi) + " does not agree with expiration " +
                                         row.expiration.to_string() + ", " + std::string(enum_name(row.right)) +
                                         ", strike " + row.strike.to_string(0)};
  return same;
}

bool RowParser::read_osi_only(QuoteRow& row) {
  const std::string_view text = field(at_.osi);
  auto symbol = parse_osi(text);
  if (!symbol) symbol = parse_osi_compact(text);
  if (!symbol) {
    problem_ = {layout_.columns.osi, symbol.error().what};
    return false;
  }
  const auto index = roots_.find_or_add(symbol->root.view());
  if (!index || !calendar_covers(symbol->expiration)) {
    problem_ = {layout_.columns.osi, "the contract is outside what can be represented: " + shown(text)};
    return false;
  }
  row.root = *index;
  row.expiration = symbol->expiration;
  row.right = symbol->right;
  row.strike = symbol->strike;
  return true;
}

bool RowParser::read_quote(int column, const std::string& name, Decimal& price) {
  price = Decimal::none();
  const std::string_view text = field(column);
  if (text.empty()) return true;
  const auto value = read_decimal(text);
  if (!value) {
    const bool number = read_double(text).has_value() && plain_number(text.substr(0, 1)).has_value();
    problem_ = {name, "the " + name + (number ? " has more than six decimals: " : " is not a number: ") + shown(text)};
    return false;
  }
  if (*value < Decimal{}) {
    problem_ = {name, "the " + name + " is negative: " + shown(text)};
    return false;
  }
  price = *value;
  return true;
}

bool RowParser::read_values(QuoteRow& row) {
  bool ok = true;
  const auto number = [&](int column, const std::string& name, double low, double high, double& out) {
    out = unknown;
    if (column < 0 || field(column).empty()) return;
    const auto value = read_double(field(column));
    if (value && *value >= low && *value <= high)
      out = *value;
    else if (std::exchange(ok, false))
      problem_ = {name, (!value      ? "not a number: "
                         : high == 1 ? "not from -1 to 1: "
                                     : "negative: ") +
                            shown(field(column))};
  };
  const auto count = [&](int column, const std::string& name, std::int32_t& out) {
    out = 0;
    if (column < 0 || field(column).empty()) return;
    if (const auto value = read_count(field(column)))
      out = *value;
    else if (std::exchange(ok, false))
      problem_ = {name, "not a whole number from 0 to 2147483647: " + shown(field(column))};
  };
  constexpr double no_limit = std::numeric_limits<double>::max();
  number(at_.iv, layout_.columns.iv, 0, no_limit, row.iv);
  number(at_.delta, layout_.columns.delta, -1, 1, row.delta);
  number(at_.gamma, layout_.columns.gamma, 0, no_limit, row.gamma);
  count(at_.volume, layout_.columns.volume, row.volume);
  count(at_.open_interest, layout_.columns.open_interest, row.open_interest);
  if (layout_.zero_greeks_are_unknown && row.iv == 0) {
    row.iv = unknown;
    if (row.delta == 0) row.delta = row.gamma = unknown;
  }
  return ok;
}

RowParser::Outcome RowParser::parse(const std::vector<std::string_view>& fields, std::uint64_t line, QuoteRow& row,
                                    RowContext& context) {
  fields_ = &fields;
  line_ = line;
  row.line = static_cast<std::uint32_t>(line);
  const Action broken_row = policy_.rows == BrokenRow::stop ? Action::stop : Action::drop;
  if (fields.size() != at_.width) {
    problem_ = {"",
                "the row has " + std::to_string(fields.size()) + " fields, the header " + std::to_string(at_.width)};
    return settle(Defect::field_count, broken_row);
  }
  if (!read_date(at_.session, layout_.columns.session, session_)) return settle(Defect::date, broken_row);
  context.session = session_.date;
  if (!read_contract(row))
    return settle(problem_.column == layout_.columns.expiration ? Defect::date : Defect::contract, broken_row);
  if (!read_underlying(context)) return settle(Defect::value, broken_row);

  const auto action = [](BrokenValue policy) {
    return policy == BrokenValue::stop ? Action::stop : policy == BrokenValue::flag ? Action::flag : Action::drop;
  };
  if (!read_quote(at_.bid, layout_.columns.bid, row.bid))
    if (const Outcome o = settle(Defect::quote, action(policy_.quotes)); o != Outcome::row) return o;
  if (!read_quote(at_.ask, layout_.columns.ask, row.ask))
    if (const Outcome o = settle(Defect::quote, action(policy_.quotes)); o != Outcome::row) return o;
  if (!read_values(row))
    if (const Outcome o = settle(Defect::value, action(policy_.values)); o != Outcome::row) return o;
  return Outcome::row;
}

}  // namespace optix
