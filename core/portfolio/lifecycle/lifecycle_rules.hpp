#pragma once
// What is assumed about the life of contracts where the market leaves room: who exercises early, what
// happens near the strike at expiry, what stands in for a settlement value that is missing.
#include <cstdint>
#include <string_view>

#include "core/portfolio/lifecycle/settlement.hpp"

namespace optix {

// Which short american options are assigned before expiry.
enum class AssignmentModel : std::uint8_t {
  none,        // none
  optimal,     // those whose holders gain by exercising; see early_exercise.hpp
  worst_case,  // those and, at every close, all whose exercise pays as much as selling them at the bid
};
constexpr auto enum_names(AssignmentModel) {
  return std::to_array<std::string_view>({"none", "optimal", "worst_case"});
}

// Short options within `pin_band` of the strike at expiry: nobody can know whether they are assigned.
enum class PinMode : std::uint8_t {
  automatic,  // by the threshold, as everywhere else
  assigned,   // all of them
  expired,    // none of them
};
constexpr auto enum_names(PinMode) { return std::to_array<std::string_view>({"auto", "assigned", "expired"}); }

enum class DeliveryRule : std::uint8_t {
  automatic,  // as the product specifies: see core/contracts/products.hpp
  cash,       // everything is settled in cash at its exercise value
};
constexpr auto enum_names(DeliveryRule) { return std::to_array<std::string_view>({"auto", "cash"}); }

struct LifecycleRules {
  SettlementRules settlement;
  DeliveryRule delivery = DeliveryRule::automatic;
  AssignmentModel assignment = AssignmentModel::optimal;
  // Part of a short holding that is assigned when its holders exercise early, in [0, 1]: of n contracts
  // the nearest whole number to n × share; or, with `random_share`, each contract with this probability.
  Decimal share = Decimal::from_int(1);
  bool random_share = false;
  std::uint64_t seed = 0;
  double rate = 0;   // continuous, Act/365, until a curve is published
  Decimal pin_band;  // USD per share
  PinMode pin = PinMode::automatic;
};

}  // namespace optix
