#include "core/data/csv_fields.hpp"

#include "core/contracts/products.hpp"
#include "core/data/csv_rows.hpp"
#include "core/data/numbers.hpp"
#include "core/time/calendar.hpp"

namespace optix {
namespace {

bool two_digits(const char* p, int& value) {
  const unsigned tens = static_cast<unsigned char>(p[0]) - unsigned{'0'},
                 ones = static_cast<unsigned char>(p[1]) - unsigned{'0'};
  value = static_cast<int>(tens * 10 + ones);
  return tens <= 9 && ones <= 9;
}

std::optional<Date> civil_date(int year, int month, int day) {
  if (!Date::valid_civil(year, month, day)) return std::nullopt;
  return Date::from_civil(year, month, day);
}

// m/d/yyyy with one or two digits each.
std::optional<Date> loose_date(std::string_view t) {
  int parts[3] = {}, digits = 0, part = 0;
  for (const char c : t) {
    if (c == '/' && digits > 0 && part < 2) {
      ++part;
      digits = 0;
    } else if (c >= '0' && c <= '9' && digits < (part < 2 ? 2 : 4)) {
      parts[part] = parts[part] * 10 + (c - '0');
      ++digits;
    } else {
      return std::nullopt;
    }
  }
  if (part != 2 || digits != 4) return std::nullopt;
  return civil_date(parts[2], parts[0], parts[1]);
}

// Seconds past midnight of "hh:mm", "hh:mm:ss" (a fraction is passed over), or hhmm.
std::optional<int> clock_field(std::string_view t, bool compact) {
  int hour = 0, minute = 0, second = 0;
  if (compact) {
    if (t.size() != 4 || !two_digits(&t[0], hour) || !two_digits(&t[2], minute)) return std::nullopt;
  } else {
    if (t.size() < 5 || t[2] != ':' || !two_digits(&t[0], hour) || !two_digits(&t[3], minute)) return std::nullopt;
    if (t.size() > 5 && (t.size() < 8 || t[5] != ':' || !two_digits(&t[6], second))) return std::nullopt;
    if (t.size() > 8) {
      if (t[8] != '.') return std::nullopt;
      for (const char c : t.substr(9))
        if (c < '0' || c > '9') return std::nullopt;
    }
  }
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return clock_seconds(hour, minute) + second;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  const auto n = plain_number(text);
  if (n && n->decimals == 0 && n->digits >= 0) return n->digits;
  // Nanosecond epochs have nineteen digits.
  if (text.size() != 19) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || __builtin_mul_overflow(value, std::int64_t{10}, &value) ||
        __builtin_add_overflow(value, std::int64_t{c - '0'}, &value))
      return std::nullopt;
  }
  return value;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string_view base_name(std::string_view path) {
  const std::size_t at = path.find_last_of("/\\#");
  return at == std::string_view::npos ? path : path.substr(at + 1);
}

std::optional<Date> date_in_name(std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name.size() - i >= 10)
      if (const auto date = date_field(DateOrder::iso, name.substr(i, 10))) return date;
    if (name.size() - i < 8) break;
    const bool starts = i == 0 || name[i - 1] < '0' || name[i - 1] > '9';
    const bool ends = i + 8 == name.size() || name[i + 8] < '0' || name[i + 8] > '9';
    if (starts && ends)
      if (const auto date = date_field(DateOrder::compact, name.substr(i, 8))) return date;
  }
  return std::nullopt;
}

// [yyyymmdd_]UNDERLYING[_minute]_quote_american_call_2100000_20150117.csv
bool contract_in_name(std::string_view name, SourceFacts& facts) {
  if (const std::size_t dot = name.rfind('.'); dot != std::string_view::npos) name = name.substr(0, dot);
  std::vector<std::string_view> parts(1);
  for (std::size_t i = 0, begin = 0; i <= name.size(); ++i)
    if (i == name.size() || name[i] == '_') {
      parts.back() = name.substr(begin, i - begin);
      begin = i + 1;
      if (i < name.size()) parts.emplace_back();
    }
  std::size_t at = 0;
  if (parts.size() > 6 && date_field(DateOrder::compact, parts[0])) ++at;
  if (parts.size() < at + 6) return false;
  facts.underlying = upper(parts[at]);
  const std::string_view right = parts[parts.size() - 3];
  if (right != "call" && right != "put") return false;
  facts.right = right == "call" ? Right::call : Right::put;
  facts.strike = read_decimal(parts[parts.size() - 2], 4);
  facts.expiration = date_field(DateOrder::compact, parts.back());
  return facts.strike && *facts.strike > Decimal{} && facts.expiration && calendar_covers(*facts.expiration) &&
         parts[parts.size() - 5] == "quote";
}

}  // namespace

std::string shown_field(std::string_view text) {
  if (text.empty()) return "(empty)";
  std::string out;
  for (const char c : text.substr(0, 40)) out += c >= ' ' && c < 127 ? c : '?';
  return text.size() > 40 ? out + "..." : out;
}

std::optional<Date> date_field(DateOrder order, std::string_view t) {
  const std::size_t length = order == DateOrder::compact ? 8 : 10;
  if (t.size() > length && t.size() >= length + 6 && (t[length] == ' ' || t[length] == 'T') &&
      clock_field(t.substr(length + 1), false))
    t = t.substr(0, length);
  int century = 0, year = 0, month = 0, day = 0;
  bool ok = false;
  switch (order) {
    case DateOrder::iso:
      ok = t.size() == 10 && t[4] == '-' && t[7] == '-' && two_digits(&t[0], century) && two_digits(&t[2], year) &&
           two_digits(&t[5], month) && two_digits(&t[8], day);
      break;
    case DateOrder::month_day_year:
      if (t.size() != 10) return loose_date(t);
      ok = t[2] == '/' && t[5] == '/' && two_digits(&t[6], century) && two_digits(&t[8], year) &&
           two_digits(&t[0], month) && two_digits(&t[3], day);
      break;
    case DateOrder::compact:
      ok = t.size() == 8 && two_digits(&t[0], century) && two_digits(&t[2], year) && two_digits(&t[4], month) &&
           two_digits(&t[6], day);
      break;
  }
  if (!ok) return std::nullopt;
  return civil_date(century * 100 + year, month, day);
}

std::optional<Timestamp> time_field(TimeFormat format, DateOrder dates, std::string_view text, Date session) {
  const auto epoch = [&](std::int64_t unit) -> std::optional<Timestamp> {
    const auto n = whole_number(text);
    std::int64_t ns = 0;
    if (!n || __builtin_mul_overflow(*n, unit, &ns)) return std::nullopt;
    return Timestamp{ns};
  };
  const auto new_york = [](Date date, std::optional<int> seconds) -> std::optional<Timestamp> {
    if (!seconds || !calendar_covers(date)) return std::nullopt;
    return new_york_time(date, *seconds);
  };
  switch (format) {
    case TimeFormat::none: break;
    case TimeFormat::clock: return new_york(session, clock_field(text, false));
    case TimeFormat::compact: return new_york(session, clock_field(text, true));
    case TimeFormat::date_time: {
      const std::size_t length = dates == DateOrder::compact ? 8 : 10;
      if (text.size() < length + 6 || (text[length] != ' ' && text[length] != 'T')) return std::nullopt;
      const auto date = date_field(dates, text.substr(0, length));
      return date ? new_york(*date, clock_field(text.substr(length + 1), false)) : std::nullopt;
    }
    case TimeFormat::day_ms: {
      const auto ms = whole_number(text);
      if (!ms || *ms >= 86'400'000) return std::nullopt;
      const auto midnight = new_york(session, static_cast<int>(*ms / 1000));
      if (!midnight) return std::nullopt;
      return *midnight + *ms % 1000 * 1'000'000;
    }
    case TimeFormat::epoch_s: return epoch(nanos_per_second);
    case TimeFormat::epoch_ms: return epoch(1'000'000);
    case TimeFormat::epoch_us: return epoch(1'000);
    case TimeFormat::epoch_ns: return epoch(1);
  }
  return std::nullopt;
}

std::string_view underlying_of_root(std::string_view root, Date on) {
  const Product* product = find_product(root, on);
  return product ? product->underlying : root;
}

Result<SourceFacts> facts_of_name(const CsvLayout& layout, const std::string& name) {
  SourceFacts facts;
  const std::string_view base = base_name(name);
  if (layout.session_from_name && !layout.session) {
    facts.session = date_in_name(base);
    if (!facts.session || !calendar_covers(*facts.session))
      return Error{"the name holds no session date", name,
                   "layout '" + layout.name + "' takes the session from the name: yyyymmdd or yyyy-mm-dd"};
  }
  if (layout.contract_from_name && !contract_in_name(base, facts))
    return Error{"the name does not say which contract it is", name,
                 "layout '" + layout.name +
                     "' expects names like 20140606_aapl_minute_quote_american_call_6450000_20140613.csv"};
  return facts;
}

}  // namespace optix
