#pragma once
// Messages with arbitrary contents for property tests: every corner of every type, from a seed.
#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "messages/all.hpp"
#include "messages/codec/kinds.hpp"
#include "messages/codec/utf8.hpp"

namespace optix::test {

// SplitMix64 (Steele, Lea, Flood 2014).
class Prng {
 public:
  explicit Prng(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15ull;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return z ^ z >> 31;
  }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }

 private:
  std::uint64_t state_;
};

inline double random_double(Prng& prng) {
  constexpr double corners[] = {0.0,
                                -0.0,
                                1.0,
                                -1.0,
                                2.0,
                                1e300,
                                5e-324,
                                0.1,
                                1e17,
                                9007199254740993.0,
                                std::numeric_limits<double>::max(),
                                std::numeric_limits<double>::infinity(),
                                -std::numeric_limits<double>::infinity()};
  if (prng.below(3) == 0) return corners[prng.below(std::size(corners))];
  const double any = std::bit_cast<double>(prng.next());
  return std::isnan(any) || prng.below(8) == 0 ? std::bit_cast<double>(codec::canonical_nan) : any;
}

template <std::integral T>
T random_integer(Prng& prng) {
  constexpr T corners[] = {0, 1, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), 127, static_cast<T>(-1)};
  return prng.below(3) == 0 ? corners[prng.below(std::size(corners))] : static_cast<T>(prng.next());
}

inline std::string random_text(Prng& prng) {
  constexpr std::string_view pieces[] = {"",
                                         "gap",
                                         "\"quoted\"",
                                         "a\\b\n\t\r",
                                         std::string_view("\0\x1f\x7f", 3),
                                         "Grüße",
                                         "漢字",
                                         "😀",
                                         "\xff\xfe",
                                         "\xc0\x80",
                                         "\xed\xa0\x80",
                                         "\xf5",
                                         "\xe2\x82",
                                         "{\"hex\":\"00\"}"};
  std::string out;
  for (std::size_t n = prng.below(4); n > 0; --n) out += pieces[prng.below(std::size(pieces))];
  // Around the sizes at which the header of a text grows.
  constexpr std::size_t sizes[] = {31, 32, 255, 256, 65535, 65536};
  if (prng.below(10) == 0) out.resize(sizes[prng.below(std::size(sizes))], 'x');
  return out;
}

template <class T>
T random_value(Prng& prng) {
  if constexpr (std::same_as<T, bool>) {
    return prng.below(2) == 1;
  } else if constexpr (codec::Integer<T>) {
    return random_integer<T>(prng);
  } else if constexpr (std::same_as<T, double>) {
    return random_double(prng);
  } else if constexpr (std::same_as<T, Decimal>) {
    return Decimal::from_raw(random_integer<std::int64_t>(prng));
  } else if constexpr (std::same_as<T, Timestamp>) {
    return {random_integer<std::int64_t>(prng)};
  } else if constexpr (std::same_as<T, Date>) {
    return {random_integer<std::int32_t>(prng)};
  } else if constexpr (std::same_as<T, Symbol>) {
    Symbol symbol;
    const std::size_t size = prng.below(9);
    for (std::size_t i = 0; i < size; ++i)
      symbol.chars[i] = static_cast<char>(prng.below(4) == 0 ? 1 + prng.below(255) : 'A' + prng.below(26));
    return symbol;
  } else if constexpr (NamedEnum<T>) {
    return static_cast<T>(prng.below(codec::enum_size<T>));
  } else if constexpr (std::same_as<T, std::string>) {
    return random_text(prng);
  } else if constexpr (codec::detail::is_sequence<T>) {
    T out(prng.below(prng.below(8) == 0 ? 65 : 5));
    for (auto& element : out) element = random_value<typename T::value_type>(prng);
    return out;
  } else {
    T out;
    for_each_field<T>([&]<class F>(const F& row) { out.*row.member = random_value<typename F::Type>(prng); });
    return out;
  }
}

template <class T>
void fill_column(Prng& prng, Series<T>& column, std::size_t rows) {
  column.resize(rows);
  for (T& value : column) value = random_value<T>(prng);
}

// Columns must agree with each other: the table's columns all get `rows` rows.
template <>
inline InstrumentBatch random_value<InstrumentBatch>(Prng& prng) {
  InstrumentBatch out;
  const std::size_t rows = prng.below(40);
  for_each_field<InstrumentBatch>([&]<class F>(const F& row) {
    if constexpr (codec::Column<typename F::Type>)
      fill_column(prng, out.*row.member, rows);
    else
      out.*row.member = static_cast<typename F::Type>(prng.below(1'000'000));
  });
  return out;
}

template <>
inline ChainSnapshot random_value<ChainSnapshot>(Prng& prng) {
  ChainSnapshot out;
  const std::size_t groups = prng.below(5);
  out.group_begin = {0};
  std::vector<Decimal> strikes;
  for (std::size_t g = 0; g < groups; ++g) {
    Decimal strike = Decimal::from_raw(static_cast<std::int64_t>(prng.below(1000)) - 500);
    for (std::size_t rows = prng.below(12); rows > 0; --rows) {
      strike += Decimal::from_raw(1 + static_cast<std::int64_t>(prng.below(5'000'000)));
      strikes.push_back(strike);
    }
    out.group_begin.push_back(static_cast<std::uint32_t>(strikes.size()));
  }
  const Series<std::uint32_t> begin = out.group_begin;
  for_each_field<ChainSnapshot>([&]<class F>(const F& row) {
    if constexpr (codec::Column<typename F::Type>)
      fill_column(prng, out.*row.member, row.name.starts_with("group_") ? groups : strikes.size());
    else
      out.*row.member = random_value<typename F::Type>(prng);
  });
  out.group_begin = begin;
  out.strike = strikes;
  return out;
}

// Field by field, doubles by their bits: does not go through any codec.
template <class T>
bool same(const T& a, const T& b) {
  if constexpr (std::same_as<T, double>) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
  } else if constexpr (codec::detail::is_sequence<T>) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](const auto& x, const auto& y) { return same(x, y); });
  } else if constexpr (Tabled<T>) {
    return std::apply([&](const auto&... row) { return (same(a.*row.member, b.*row.member) && ...); }, T::fields());
  } else {
    return a == b;
  }
}

inline std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

}  // namespace optix::test
