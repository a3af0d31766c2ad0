#pragma once
// The named parts a fill is composed of, as data: parameters, their documentation and the reference
// pages are made from these tables.
#include <optional>
#include <span>
#include <string_view>

#include "messages/values/decimal.hpp"

namespace optix {

// Where a number comes from.
enum class Evidence : std::uint8_t {
  rule,      // follows from how markets work or from an exchange's rule
  measured,  // published measurement on executed trades
  assumed,   // the user's choice
  bound,     // cannot be reached: a bound on what is possible
};
constexpr auto enum_names(Evidence) {
  return std::to_array<std::string_view>({"rule", "measured", "assumed", "bound"});
}

// A price between the mid and the touch: mid ± fraction × half-spread.
struct NamedFillModel {
  std::string_view name;
  std::optional<Decimal> fraction;  // of the half-spread; nullopt: given by the user
  std::string_view doc;
  Evidence evidence = Evidence::assumed;
};
std::span<const NamedFillModel> named_fill_models();
// nullptr for a name that is not in the table.
const NamedFillModel* find_fill_model(std::string_view name);

// What else a fill is made of.
struct FillPart {
  std::string_view name;     // as the parameter is called
  std::string_view formula;  // in the symbols of the doc
  std::string_view doc;
  Evidence evidence = Evidence::assumed;
};
std::span<const FillPart> fill_parts();

}  // namespace optix
