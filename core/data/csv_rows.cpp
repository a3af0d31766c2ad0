#include "core/data/csv_rows.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "core/contracts/osi.hpp"
#include "core/contracts/products.hpp"
#include "core/data/csv_fields.hpp"
#include "core/data/numbers.hpp"
#include "core/time/calendar.hpp"

namespace optix {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t osi_tail = 15;

std::optional<Right> right_of(std::string_view t) {
  if (t == "call" || t == "C" || t == "c" || t == "Call" || t == "CALL") return Right::call;
  if (t == "put" || t == "P" || t == "p" || t == "Put" || t == "PUT") return Right::put;
  return std::nullopt;
}

}  // namespace

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

std::string place(const std::string& file, std::uint64_t line, const std::string& column) {
  return file + ":" + std::to_string(line) + (column.empty() ? "" : " column " + column);
}

void note_defect(QualityReport& report, Defect defect, const std::string& file, std::uint64_t line,
                 const std::string& column, std::string what) {
  if (report.defects[static_cast<std::size_t>(defect)]++ < QualityReport::examples_per_defect)
    report.examples.push_back({defect, place(file, line, column), std::move(what)});
}

std::optional<std::uint16_t> RowReader::NameTable::find_or_add(std::string_view text) {
  if (!names->empty() && text == last_text) return last;
  const auto symbol = Symbol::from(text);
  if (!symbol) return std::nullopt;
  auto [at, added] = index.try_emplace(std::string(text), static_cast<std::uint16_t>(names->size()));
  if (added) {
    if (names->size() == std::numeric_limits<std::uint16_t>::max()) {
      index.erase(at);
      return std::nullopt;
    }
    names->push_back(*symbol);
  }
  last_text = text;
  return last = at->second;
}

RowReader::RowReader(const CsvLayout& layout, const CsvBinding& binding, const SourceFacts& facts,
                     const DefectPolicy& policy)
    : layout_(layout),
      binding_(binding),
      facts_(facts),
      policy_(policy),
      times_(binding.quotes.size()),
      spot_texts_(binding.quotes.size()),
      spots_(binding.quotes.size()) {
  roots_.names = &out_.roots;
  underlyings_.names = &out_.underlyings;
}

RowReader::Next RowReader::settle(Defect defect, Action action) {
  issues_.push_back({defect, line_, name_of(problem_.column), std::move(problem_.what), action == Action::drop});
  return action == Action::stop ? Next::stop : action == Action::flag ? Next::go_on : Next::skip;
}

bool RowReader::keep_date(int column, std::string_view text, Date date, DateMemo& memo) {
  if (!calendar_covers(date)) {
    problem_ = {column, "the date is outside the exchange calendar (" + calendar_first_day.to_string() + " to " +
                            calendar_last_day.to_string() + "): " + shown_field(text)};
    return false;
  }
  memo.text = text;
  memo.date = date;
  const auto [year, month, day] = date.civil();
  const int parts[] = {year % 100, month, day};
  for (int i = 0; i < 3; ++i) {
    memo.yymmdd[2 * i] = static_cast<char>('0' + parts[i] / 10);
    memo.yymmdd[2 * i + 1] = static_cast<char>('0' + parts[i] % 10);
  }
  return true;
}

bool RowReader::read_date(int column, DateMemo& memo) {
  const std::string_view text = field(column);
  if (!memo.text.empty() && text == memo.text) return true;
  const auto date = date_field(layout_.dates, text);
  if (!date) {
    problem_ = {column, "not a date (" + std::string(enum_name(layout_.dates)) + "): " + shown_field(text)};
    return false;
  }
  return keep_date(column, text, *date, memo);
}

// The session from its column, the layout or the file's name; read_time() when only a time has it.
bool RowReader::read_session(RawQuote& row) {
  if (binding_.session >= 0) {
    if (!read_date(binding_.session, session_)) return false;
    row.session = session_.date;
  } else if (layout_.session || facts_.session) {
    row.session = layout_.session ? *layout_.session : *facts_.session;
  }
  return binding_.time < 0 || read_time(row);
}

bool RowReader::read_time(RawQuote& row) {
  const std::string_view text = field(binding_.time);
  const auto time = time_field(layout_.time_format, layout_.dates, text, row.session);
  if (!time) {
    problem_ = {binding_.time,
                "not a time (" + std::string(enum_name(layout_.time_format)) + "): " + shown_field(text)};
    return false;
  }
  const Date day = new_york_date(*time);
  const bool dated = binding_.session >= 0 || layout_.session || facts_.session;
  if (!calendar_covers(day)) {
    problem_ = {binding_.time, "the date is outside the exchange calendar (" + calendar_first_day.to_string() + " to " +
                                   calendar_last_day.to_string() + "): " + shown_field(text)};
    return false;
  }
  if (!dated) row.session = day;
  row_time_ = *time + layout_.time_offset * nanos_per_second;
  if (layout_.sample_seconds > 0) {
    const std::int64_t period = layout_.sample_seconds * nanos_per_second;
    row_time_.ns = (row_time_.ns + period - 1) / period * period;
  }
  return true;
}

bool RowReader::read_underlying(RawQuote& row) {
  std::string_view name;
  if (binding_.underlying >= 0)
    name = field(binding_.underlying);
  else if (!facts_.underlying.empty())
    name = facts_.underlying;
  else if (!layout_.underlying.empty())
    name = layout_.underlying;
  else  // what the root stands for
    name = underlying_of_root(out_.roots[row.root].view(), row.session);
  const bool caret = layout_.caret_marks_index && name.substr(0, 1) == "^";
  if (caret) name.remove_prefix(1);
  index_ = caret;
  const auto index = underlyings_.find_or_add(name);
  if (!index) {
    problem_ = {binding_.underlying, "not a symbol of one to eight characters: " + shown_field(name)};
    return false;
  }
  row.underlying = *index;
  return true;
}

bool RowReader::read_contract(RawQuote& row) {
  if (layout_.contract_from_name) {
    row.expiration = *facts_.expiration;
    row.right = *facts_.right;
    row.strike = *facts_.strike;
  } else if (binding_.osi >= 0 && (binding_.expiration < 0 || binding_.right < 0 || binding_.strike < 0)) {
    return read_osi_only(row, field(binding_.osi));
  } else {
    if (!read_date(binding_.expiration, expiration_)) return false;
    row.expiration = expiration_.date;
    if (binding_.right >= 0) {
      const auto right = right_of(field(binding_.right));
      if (!right) {
        problem_ = {binding_.right, "neither call nor put: " + shown_field(field(binding_.right))};
        return false;
      }
      row.right = *right;
    }
    const std::string_view text = field(binding_.strike);
    const auto strike = read_decimal(text, layout_.strike_decimals);
    if (!strike || *strike <= Decimal{}) {
      problem_ = {binding_.strike,
                  (strike ? "the strike must be positive: " : "the strike is not a number: ") + shown_field(text)};
      return false;
    }
    row.strike = *strike;
  }
  std::string_view root = binding_.root >= 0 ? field(binding_.root) : std::string_view(layout_.root);
  if (binding_.osi >= 0) {
    const std::string_view osi = field(binding_.osi);
    root = osi.substr(0, osi.size() > osi_tail ? osi.size() - osi_tail : 0);
    while (!root.empty() && root.back() == ' ') root.remove_suffix(1);
    if (!agrees_with_osi(row, osi)) return false;
  } else if (binding_.root < 0 && root.empty()) {
    root = !facts_.underlying.empty() ? std::string_view(facts_.underlying)
           : binding_.underlying >= 0 ? field(binding_.underlying)
                                      : std::string_view(layout_.underlying);
  }
  const auto index = roots_.find_or_add(root);
  if (!index) {
    problem_ = {binding_.osi >= 0 ? binding_.osi : binding_.root,
                "not an option root of one to eight characters: " + shown_field(root)};
    return false;
  }
  row.root = *index;
  return true;
}

// The symbol repeats the terms; a file that contradicts itself cannot be trusted.
bool RowReader::agrees_with_osi(const RawQuote& row, std::string_view osi) {
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
    problem_ = {binding_.osi, "the symbol " + shown_field(osi) + " does not agree with expiration " +
                                  row.expiration.to_string() + ", " + std::string(enum_name(row.right)) + ", strike " +
                                  row.strike.to_string(0)};
  return same;
}

bool RowReader::read_osi_only(RawQuote& row, std::string_view text) {
  std::string_view symbol_text = text;
  if (!layout_.osi_prefix.empty() && text.substr(0, layout_.osi_prefix.size()) == layout_.osi_prefix)
    symbol_text.remove_prefix(layout_.osi_prefix.size());
  auto symbol = parse_osi(symbol_text);
  if (!symbol) symbol = parse_osi_compact(symbol_text);
  if (!symbol) {
    problem_ = {binding_.osi, symbol.error().what};
    return false;
  }
  const auto index = roots_.find_or_add(symbol->root.view());
  if (!index || !calendar_covers(symbol->expiration)) {
    problem_ = {binding_.osi, "the contract is outside what can be represented: " + shown_field(text)};
    return false;
  }
  row.root = *index;
  row.expiration = symbol->expiration;
  row.right = symbol->right;
  row.strike = symbol->strike;
  return true;
}

// The underlying's price, or the middle of its bid and ask; none when the file has none.
bool RowReader::read_spot(const QuoteBinding& at, RawQuote& row) {
  const auto set = static_cast<std::size_t>(&at - binding_.quotes.data());
  row.underlying_price = Decimal::none();
  if (at.underlying_price >= 0) {
    const std::string_view text = field(at.underlying_price);
    if (spot_texts_[set].empty() || text != spot_texts_[set]) {
      const auto price = read_decimal(text);
      if (!price || *price <= Decimal{}) {
        problem_ = {
            at.underlying_price,
            "the price of the underlying must be a positive number with at most six decimals: " + shown_field(text)};
        return false;
      }
      spot_texts_[set] = text;
      spots_[set] = *price;
    }
    row.underlying_price = spots_[set];
  } else if (at.underlying_bid >= 0 && at.underlying_ask >= 0) {
    const auto bid = read_decimal(field(at.underlying_bid)), ask = read_decimal(field(at.underlying_ask));
    if (!bid || !ask || *bid <= Decimal{} || *ask < *bid) {
      problem_ = {at.underlying_bid, "bid and ask of the underlying must be positive numbers in order: " +
                                         shown_field(field(at.underlying_bid)) + " and " +
                                         shown_field(field(at.underlying_ask))};
      return false;
    }
    row.underlying_price = (*bid + *ask).half();
  }
  return true;
}

bool RowReader::read_price(int column, const char* what, Decimal& price) {
  price = Decimal::none();
  const std::string_view text = field(column);
  if (text.empty()) return true;
  const auto value = read_decimal(text, layout_.price_decimals);
  if (!value) {
    const bool number = read_double(text).has_value() && plain_number(text.substr(0, 1)).has_value();
    problem_ = {column, std::string("the ") + what + (number ? " has more than six decimals: " : " is not a number: ") +
                            shown_field(text)};
    return false;
  }
  if (*value < Decimal{}) {
    problem_ = {column, std::string("the ") + what + " is negative: " + shown_field(text)};
    return false;
  }
  price = *value;
  return true;
}

bool RowReader::read_values(const QuoteBinding& at, RawQuote& row) {
  bool ok = true;
  const auto number = [&](int column, double low, double high, double& out) {
    out = unknown;
    if (column < 0 || field(column).empty()) return;
    const auto value = read_double(field(column));
    if (value && *value >= low && *value <= high)
      out = *value;
    else if (std::exchange(ok, false))
      problem_ = {column, (!value      ? "not a number: "
                           : high == 1 ? "not from -1 to 1: "
                                       : "negative: ") +
                              shown_field(field(column))};
  };
  const auto count = [&](int column, std::int32_t& out, std::int32_t absent = 0) {
    out = absent;
    if (column < 0 || field(column).empty()) return;
    if (const auto value = read_count(field(column)))
      out = *value;
    else if (std::exchange(ok, false))
      problem_ = {column, "not a whole number from 0 to 2147483647: " + shown_field(field(column))};
  };
  constexpr double no_limit = std::numeric_limits<double>::max();
  number(at.iv, 0, no_limit, row.iv);
  number(at.delta, -1, 1, row.delta);
  number(at.gamma, 0, no_limit, row.gamma);
  count(at.volume, row.volume);
  count(at.open_interest, row.open_interest);
  count(at.bid_size, row.bid_size, -1);
  count(at.ask_size, row.ask_size, -1);
  // A price somebody stands behind has a size: vendors write 0 where they do not know it.
  if (row.bid_size == 0 && row.bid > Decimal{}) row.bid_size = -1;
  if (row.ask_size == 0 && row.ask > Decimal{}) row.ask_size = -1;
  if (layout_.zero_greeks_are_unknown && row.iv == 0) {
    row.iv = unknown;
    if (row.delta == 0) row.delta = row.gamma = unknown;
  }
  if (layout_.iv_unit != 1) row.iv *= layout_.iv_unit;
  return ok;
}

// Of ticks, the last of a contract and period counts; neighbours are replaced here, so that a day of
// them need not be kept.
void RowReader::append(const RawQuote& row) {
  if (layout_.sample_seconds > 0 && !out_.rows.empty()) {
    RawQuote& last = out_.rows.back();
    if (last.time == row.time && last.strike == row.strike && last.right == row.right &&
        last.expiration == row.expiration && last.root == row.root && last.underlying == row.underlying) {
      last = row;
      ++sampled_away_;
      return;
    }
  }
  out_.rows.push_back(row);
}

bool RowReader::read(const std::vector<std::string_view>& fields, std::uint64_t line) {
  fields_ = &fields;
  line_ = line;
  RawQuote row;
  row.line = line;
  const Action broken_row = policy_.rows == BrokenRow::stop ? Action::stop : Action::drop;
  if (fields.size() != binding_.width) {
    problem_ = {
        -1, "the row has " + std::to_string(fields.size()) + " fields, the header " + std::to_string(binding_.width)};
    return settle(Defect::field_count, broken_row) != Next::stop;
  }
  if (!read_session(row)) return settle(Defect::date, broken_row) != Next::stop;
  if (!read_contract(row))
    return settle(binding_.expiration >= 0 && problem_.column == binding_.expiration ? Defect::date : Defect::contract,
                  broken_row) != Next::stop;
  if (!read_underlying(row)) return settle(Defect::value, broken_row) != Next::stop;
  if (binding_.time < 0 && (row.session != timed_session_ || index_ != timed_index_)) {
    for (std::size_t i = 0; i < times_.size(); ++i) {
      const bool own = i < layout_.quotes.size() && layout_.quotes[i].time;
      times_[i] = (own ? *layout_.quotes[i].time : layout_.quote_time).at(row.session, index_);
    }
    timed_session_ = row.session;
    timed_index_ = index_;
  }
  if (binding_.time >= 0 && layout_.sample_seconds > 0 && is_session(row.session)) {
    if (row_time_ > index_option_close(row.session)) {
      ++sampled_away_;
      return true;
    }
    row_time_ = std::max(row_time_, session_open(row.session));
  }
  const auto action = [](BrokenValue policy) {
    return policy == BrokenValue::stop ? Action::stop : policy == BrokenValue::flag ? Action::flag : Action::drop;
  };
  for (std::size_t i = 0; i < binding_.quotes.size(); ++i) {
    const QuoteBinding& at = binding_.quotes[i];
    if (binding_.time < 0 && !times_[i]) continue;
    row.time = binding_.time >= 0 ? row_time_ : *times_[i];
    if (i < layout_.quotes.size() && layout_.quotes[i].right) row.right = *layout_.quotes[i].right;
    Next next = Next::go_on;
    const auto check = [&](bool ok, Defect defect, Action what) {
      if (!ok && next == Next::go_on) next = settle(defect, what);
      return next == Next::go_on;
    };
    if (check(read_spot(at, row), Defect::value, broken_row) &&
        check(read_price(at.bid, "bid", row.bid), Defect::quote, action(policy_.quotes)) &&
        check(read_price(at.ask, "ask", row.ask), Defect::quote, action(policy_.quotes)) &&
        check(read_values(at, row), Defect::value, action(policy_.values)))
      append(row);
    if (next == Next::stop) return false;
  }
  return true;
}

}  // namespace optix
