#pragma once
// What an order costs beyond its price: a table of fee lines, each with the dates, the side and the
// products it applies to, its rate, cap, minimum and rounding. Exact USD.
//
//   leg    rate × contracts, rate × shares, or rate × notional / 1,000,000, at most cap_per_leg
//   line   the sum over its legs, or the rate once an order; at least `minimum`, at most cap_per_order;
//          then rounded
//   order  the sum of its lines
//
// Amounts before rounding are exact (1e-18 USD); FeeRounding::exact keeps the ledger's 1e-6.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/field.hpp"
#include "messages/values/decimal.hpp"
#include "messages/values/result.hpp"
#include "messages/values/symbol.hpp"
#include "messages/values/time.hpp"

namespace optix {

enum class FeeProduct : std::uint8_t { equity_option, index_option, shares };
constexpr auto enum_names(FeeProduct) {
  return std::to_array<std::string_view>({"equity_option", "index_option", "shares"});
}

// One leg of a fill.
struct FeeLeg {
  FeeProduct product = FeeProduct::equity_option;
  Symbol root = {};
  bool buy = true;
  bool opens = true;
  std::int64_t quantity = 0;  // contracts or shares, > 0
  Decimal price;              // USD per share
  std::int32_t multiplier = 100;
  // Which leg of the order, for orders that trade in parts: entries of one leg share its cap. −1: a leg
  // of its own.
  std::int32_t leg = -1;

  static constexpr auto fields() {
    using M = FeeLeg;
    return std::tuple(
        field("product", &M::product, "what it is"), field("root", &M::root, "root of the contract"),
        field("buy", &M::buy, "bought"), field("opens", &M::opens, "by an opening order"),
        field("quantity", &M::quantity, "contracts or shares"), field("price", &M::price, "USD per share"),
        field("multiplier", &M::multiplier, "shares of a contract"), field("leg", &M::leg, "which leg of the order"));
  }
};

struct FeeItem {
  std::string_view line;  // its name, held by the table
  Decimal amount;
};

enum class FeeSide : std::uint8_t { both, buy, sell };
constexpr auto enum_names(FeeSide) { return std::to_array<std::string_view>({"both", "buy", "sell"}); }

enum class FeeIntent : std::uint8_t { any, open, close };
constexpr auto enum_names(FeeIntent) { return std::to_array<std::string_view>({"any", "open", "close"}); }

enum class FeeProducts : std::uint8_t { all, options, equity_options, index_options, shares, equities };
constexpr auto enum_names(FeeProducts) {
  return std::to_array<std::string_view>({"all", "options", "equity_options", "index_options", "shares", "equities"});
}

enum class FeeBasis : std::uint8_t {
  per_contract,  // of options
  per_share,     // of shares
  per_million,   // USD of price × quantity × multiplier
  per_order,
};
constexpr auto enum_names(FeeBasis) {
  return std::to_array<std::string_view>({"per_contract", "per_share", "per_million", "per_order"});
}

enum class FeeRounding : std::uint8_t { exact, half_up, ceil };  // to 1e-6, to the cent, up to the cent
constexpr auto enum_names(FeeRounding) { return std::to_array<std::string_view>({"exact", "half_up", "ceil"}); }

// From a price of `from` on, instead of the line's rate.
struct FeeBand {
  Decimal from;
  Decimal rate;
};

struct FeeLine {
  std::string name;
  Date from = Date{INT32_MIN};   // first day
  Date until = Date{INT32_MAX};  // last day
  FeeSide side = FeeSide::both;
  FeeIntent intent = FeeIntent::any;
  FeeProducts products = FeeProducts::all;  // `equities`: shares and options on them, not on indices
  std::vector<Symbol> roots = {};           // only these; empty: all
  FeeBasis basis = FeeBasis::per_contract;
  Decimal rate;
  std::vector<FeeBand> bands = {};  // by the leg's price, ascending, the first from 0
  Decimal minimum;                  // USD of an order the line applies to
  Decimal cap_per_leg = Decimal::none();
  Decimal cap_per_order = Decimal::none();
  FeeRounding rounding = FeeRounding::exact;
};

// A schedule by name, for lists and documentation.
struct NamedFeeSchedule {
  std::string_view name;
  std::string_view doc;
};

class FeeTable {
 public:
  // Charges nothing.
  FeeTable() = default;
  // Refuses lines that cannot be meant: no name, negative amounts, bands out of order, a minimum above
  // the cap, an end before the beginning.
  static Result<FeeTable> from_lines(std::vector<FeeLine> lines);
  // See fee_schedules.cpp for the numbers, their dates and sources.
  static Result<FeeTable> named(std::string_view name);
  static std::span<const NamedFeeSchedule> schedules();
  // So much for each option contract, and for each order. Throws std::invalid_argument for a negative amount.
  static FeeTable simple(Decimal per_contract, Decimal per_order);
  // These lines, then those of `more`.
  FeeTable with(const FeeTable& more) const;

  // Fees of an order that trades `legs` on `date` and nothing else.
  Decimal fees(std::span<const FeeLeg> legs, Date date) const;
  // The same, line by line, for lines that apply.
  std::vector<FeeItem> itemised(std::span<const FeeLeg> legs, Date date) const;
  // What `legs` add to an order that has traded `before`: the fees of both together less those of
  // `before`, so amounts for the order, minima, caps and rounding are those of the whole order. Both are
  // taken at the lines in force on `date`: the parts of an order that works over several days add up to
  // what it costs whole as long as the lines stay the same, and are never below zero when they do not.
  Decimal fees_after(std::span<const FeeLeg> before, std::span<const FeeLeg> legs, Date date) const;

  const std::vector<FeeLine>& lines() const { return lines_; }

 private:
  std::vector<FeeLine> lines_;
};

}  // namespace optix
