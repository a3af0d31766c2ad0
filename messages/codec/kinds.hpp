#pragma once
// What kinds of member a field table may name. Every codec dispatches on these.
#include <boost/container/small_vector.hpp>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "messages/field.hpp"
#include "messages/values/decimal.hpp"
#include "messages/values/series.hpp"
#include "messages/values/symbol.hpp"
#include "messages/values/time.hpp"

namespace optix::codec {

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

// Values of a fixed size without padding: a vector of them is a column, stored as one blob.
template <class T>
concept ColumnValue = Integer<T> || std::same_as<T, double> || std::same_as<T, Decimal> || std::same_as<T, Date> ||
    std::same_as<T, Timestamp> || std::same_as<T, Symbol> || NamedEnum<T>;

namespace detail {
template <class T>
inline constexpr bool is_sequence = false;
template <class T>
inline constexpr bool is_sequence<std::vector<T>> = true;
template <class T>
inline constexpr bool is_sequence<Series<T>> = true;
template <class T, std::size_t N>
inline constexpr bool is_sequence<boost::container::small_vector<T, N>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class K, class V>
inline constexpr bool is_map<std::map<K, V>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
}  // namespace detail

template <class T>
concept Column = detail::is_sequence<T> && ColumnValue<typename T::value_type>;
template <class T>
concept Rows = detail::is_sequence<T> && !ColumnValue<typename T::value_type>;
// In node state only.
template <class T>
concept Map = detail::is_map<T>;
template <class T>
concept Optional = detail::is_optional<T>;

template <NamedEnum E>
inline constexpr std::size_t enum_size = enum_names(E{}).size();

// The one NaN that is written: the sign and payload of a NaN depend on the compiler and the
// processor, and must not reach a digest.
inline constexpr std::uint64_t canonical_nan = 0x7ff8000000000000u;
static_assert(std::numeric_limits<double>::is_iec559);

}  // namespace optix::codec
