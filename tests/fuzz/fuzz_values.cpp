// Text of a decimal, date, instant or symbol: what parses prints a text that parses to the same
// value; and eight bytes taken as a raw value print a text that parses back.
#include <cstdint>
#include <cstring>

#include "messages/values/decimal.hpp"
#include "messages/values/symbol.hpp"
#include "messages/values/time.hpp"
#include "tests/fuzz/check.hpp"

namespace {

template <class T>
void check_text(const T& value) {
  const std::string text = value.to_string();
  const auto again = T::parse(text);
  optix::fuzz::check(again.has_value() && *again == value, "does not read back: " + text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace optix;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto decimal = Decimal::parse(text)) {
    fuzz::check(!decimal->is_none(), "a text parsed to the missing price");
    check_text(*decimal);
  }
  if (const auto date = Date::parse(text)) check_text(*date);
  if (const auto instant = Timestamp::parse(text)) check_text(*instant);
  if (const auto symbol = Symbol::from(text)) fuzz::check(symbol->view() == text, "a symbol lost bytes");
  if (size == 8) {
    std::int64_t raw = 0;
    std::memcpy(&raw, data, sizeof raw);
    check_text(Timestamp{raw});
    if (const Decimal decimal = Decimal::from_raw(raw); !decimal.is_none()) check_text(decimal);
    const Date::Civil civil = Date{static_cast<std::int32_t>(raw)}.civil();
    fuzz::check(Date::from_civil(civil.year, civil.month, civil.day).days == static_cast<std::int32_t>(raw),
                "civil date differs");
  }
  return 0;
}
