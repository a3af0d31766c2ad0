#pragma once
// Lots and net prices of combos.
//
// A lot is the smallest part of an order that trades as a whole: all quantities divided by their
// greatest common divisor. The net price is quoted for one *price unit*: the quantities divided by
// the greatest common divisor of those of its options alone (of all when it has none), in USD per
// share that an option stands for:
//
//   net = Σ options price × quantity / divisor  +  Σ shares price × quantity / (multiplier × divisor)
//
// with the multiplier of the first option leg. Without shares a lot is a price unit, and the net of
// one leg is its price (negative for a sale). A covered call (+100 shares at 50.00, −1 call at 2.00) has
// the net 48.00, whether one or ten are bought; +37 shares against −1 call the net 16.50.
#include <cstdint>
#include <optional>
#include <span>

#include "core/contracts/instruments.hpp"
#include "messages/orders.hpp"
#include "messages/values/wide.hpp"

namespace optix {

struct OrderUnits {
  std::int64_t lots = 0;         // gcd of all quantities
  std::int64_t price_units = 0;  // gcd of the options' quantities; `lots` when all legs are shares
  std::int32_t multiplier = 1;   // of the first option leg; 1 when all legs are shares
  static constexpr auto fields() {
    using M = OrderUnits;
    return std::tuple(field("lots", &M::lots, "greatest common divisor of all quantities"),
                      field("price_units", &M::price_units, "of the options' quantities"),
                      field("multiplier", &M::multiplier, "of the first option leg"));
  }
};

// `legs` must not be empty, nor a quantity 0; every option must be in the table.
OrderUnits units_of(std::span<const OrderLeg> legs, const InstrumentTable& instruments);

// Adds up a net price, exactly until the end.
class NetPrice {
 public:
  explicit NetPrice(const OrderUnits& units) : units_(units) {}
  // `quantity` contracts or shares at `price`, signed.
  void add(bool shares, Decimal price, std::int64_t quantity) { add_amount(shares, price.raw(), quantity); }
  // The same for what has traded: `amount` is the sum of price × quantity.
  void add_traded(bool shares, Decimal amount) { add_amount(shares, amount.raw(), 1); }
  // The net for one price unit, when all the order's legs were added with `part` of `of` lots of their
  // quantities; 1e-6, rounded half away from zero. Throws std::overflow_error beyond ±9.2e12.
  Decimal per_unit(std::int64_t part = 1, std::int64_t of = 1) const;
  // Whether that is at most `limit`, without rounding.
  bool within(Decimal limit, std::int64_t part = 1, std::int64_t of = 1) const;

 private:
  using Wide = int128;
  void add_amount(bool shares, std::int64_t raw, std::int64_t quantity) {
    total_ += static_cast<Wide>(raw) * quantity * (shares ? 1 : units_.multiplier);
  }
  Wide scale() const { return static_cast<Wide>(units_.multiplier) * units_.price_units; }

  OrderUnits units_;
  Wide total_ = 0;  // price × quantity × multiplier, shares with multiplier 1
};

}  // namespace optix
