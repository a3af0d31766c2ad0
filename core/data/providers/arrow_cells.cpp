#include "core/data/providers/arrow_cells.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/data/providers/sql_text.hpp"
#include "core/time/calendar.hpp"

namespace optix {
namespace {

using arrow::Type;

// The power of ten that `text` is; -1 for anything else.
int power_of_ten(std::string_view text) {
  if (text.empty() || text.size() > 19 || text.front() != '1') return -1;
  return text.find_first_not_of('0', 1) == std::string_view::npos ? static_cast<int>(text.size()) - 1 : -1;
}

bool is_integer(Type type) { return type <= Type::uint64; }

// The bits of a value, sign-extended where it has a sign.
std::uint64_t bits_of(Type type, const arrow::ColumnData& column, std::size_t row) {
  const auto extended = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
  switch (type) {
    case Type::int8: return extended(column.as<std::int8_t>()[row]);
    case Type::uint8:
    case Type::boolean: return column.as<std::uint8_t>()[row];
    case Type::int16: return extended(column.as<std::int16_t>()[row]);
    case Type::uint16: return column.as<std::uint16_t>()[row];
    case Type::int32:
    case Type::date32: return extended(column.as<std::int32_t>()[row]);
    case Type::uint32:
    case Type::float32: return column.as<std::uint32_t>()[row];
    case Type::int64:
    case Type::uint64:
    case Type::float64:
    case Type::timestamp_ns: return column.as<std::uint64_t>()[row];
    case Type::utf8:
    case Type::dictionary: break;
  }
  return 0;
}

}  // namespace

Result<ArrowCells> ArrowCells::of(const arrow::Field& field, Role role, DateOrder dates) {
  int decimals = 0;
  const auto scale = field.metadata.find("scale");
  if (is_integer(field.type) && scale != field.metadata.end()) {
    decimals = power_of_ten(scale->second);
    if (decimals < 0)
      return Error{"the field's metadata say `scale: " + scale->second.substr(0, 40) + "`, which is no power of ten",
                   "column " + field.name, "leave `scale` away, or give 1, 10, 100, …"};
  }
  return ArrowCells(field, role, dates, decimals);
}

ArrowCells::ArrowCells(const arrow::Field& field, Role role, DateOrder dates, int decimals)
    : type_(field.type), role_(role), dates_(dates), zoned_(!field.zone.empty()), decimals_(decimals) {}

void ArrowCells::write_integer(std::uint64_t size, bool negative) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, size).ptr;
  text_.assign(digits, end);
  if (decimals_ > 0) {
    const auto places = static_cast<std::size_t>(decimals_);
    if (text_.size() <= places) text_.insert(0, places + 1 - text_.size(), '0');
    text_.insert(text_.size() - places, 1, '.');
    while (text_.back() == '0') text_.pop_back();
    if (text_.back() == '.') text_.pop_back();
  }
  if (negative) text_.insert(0, 1, '-');
}

void ArrowCells::write_float(double value, bool narrow) {
  if (std::isnan(value)) return;
  if (!narrow) {
    text_ = shortest_text(value);
    return;
  }
  char digits[64];
  const auto end = std::to_chars(digits, digits + sizeof digits, static_cast<float>(value));
  text_ = plain_decimal_text({digits, static_cast<std::size_t>(end.ptr - digits)});
}

void ArrowCells::write_timestamp(std::int64_t ns) {
  const Timestamp time{ns};
  const Date day = Date::of(time);
  if (role_ == Role::date) {
    const bool midnight = time.ns % nanos_per_day == 0;
    const bool elsewhere = zoned_ && !midnight && calendar_covers(day);
    text_ = date_text((elsewhere ? new_york_date(time) : day).to_string(), dates_);
  } else if (zoned_) {
    // An instant without a calendar is no time of a quote; as text, errors show when it is.
    text_ = calendar_covers(day) ? std::to_string(ns) : time.to_string();
  } else {  // the clock as it stands: "2019-04-25T15:45:00" without the zone's letter
    std::string clock = time.to_string();
    clock.pop_back();
    const auto at = clock.find('T');
    text_ = date_text(clock.substr(0, at), dates_) + " " + clock.substr(at + 1);
  }
}

std::string_view ArrowCells::text(const arrow::ColumnData& column, std::size_t row) {
  if (!column.valid[row]) return {};
  if (type_ == Type::utf8 || type_ == Type::dictionary) return column.texts[row];
  const std::uint64_t bits = bits_of(type_, column, row);
  if (std::exchange(known_, true) && bits == last_) return text_;
  last_ = bits;
  text_.clear();
  const auto number = static_cast<std::int64_t>(bits);
  switch (type_) {
    case Type::float32:
      write_float(static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits))), true);
      break;
    case Type::float64: write_float(std::bit_cast<double>(bits), false); break;
    case Type::date32: text_ = date_text(Date{static_cast<std::int32_t>(number)}.to_string(), dates_); break;
    case Type::timestamp_ns: write_timestamp(number); break;
    case Type::uint64: write_integer(bits, false); break;
    default: write_integer(number < 0 ? 0 - bits : bits, number < 0);
  }
  return text_;
}

}  // namespace optix
