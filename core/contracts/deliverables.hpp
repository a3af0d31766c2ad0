#pragma once
// What one contract of an option root delivers, by date. Ordinary roots deliver 100 shares of their
// underlying; splits, mergers and special dividends leave adjusted roots (XYZ1) that deliver something
// else. Ordinary dividends adjust nothing.
//
// A root's deliverable says nothing about its strike or premium: those are multiplied by `multiplier`.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time/calendar.hpp"
#include "messages/values/decimal.hpp"
#include "messages/values/result.hpp"
#include "messages/values/symbol.hpp"

namespace optix {

struct DeliveredShares {
  Symbol security;
  Decimal shares;  // per contract, > 0; may be a fraction
  bool operator==(const DeliveredShares&) const = default;
};

struct Deliverable {
  Symbol root;
  Symbol underlying;                     // whose chain the root belongs to
  Date from, until = calendar_last_day;  // first and last day of these terms
  std::int32_t multiplier = 100;         // of strike and premium: USD per contract for a price of 1
  std::vector<DeliveredShares> shares;   // in the order of the table
  Decimal cash;                          // USD per contract, ≥ 0
  bool operator==(const Deliverable&) const = default;
};

class DeliverableTable {
 public:
  DeliverableTable() = default;
  // Refuses terms of one root that overlap in time, a period that ends before it begins, a multiplier
  // or a number of shares that is not positive, and a deliverable of nothing.
  static Result<DeliverableTable> from_rows(std::vector<Deliverable> rows);

  // Text with a header and one line per root and period:
  //   root,underlying,from,until,multiplier,deliverable
  //   XYZ1,XYZ,2020-03-16,,100,10 XYZ + 5 ABC + 12.50 USD
  // An empty `until` means that the terms go on. Lines that begin with '#' and empty ones are passed
  // over. Errors name file, line, column and what was expected.
  static Result<DeliverableTable> parse(const std::string& name, std::string_view text);
  // The same text; parse() of it gives the same table.
  std::string to_csv() const;

  // The terms of a root on a day; nullptr when the table has none.
  const Deliverable* find(Symbol root, Date on) const;
  // Ordered by root, then `from`.
  const std::vector<Deliverable>& rows() const { return rows_; }

 private:
  std::vector<Deliverable> rows_;
};

// What an ordinary root delivers: 100 shares of the security of that name.
Deliverable ordinary_deliverable(Symbol root);

// USD that one contract's deliverable is worth: shares × price, rounded half away from zero to a
// millionth, plus cash. `price` gives none for a security that it does not know: an Error that names it.
Result<Decimal> deliverable_value(const Deliverable& deliverable,
                                  const std::function<std::optional<Decimal>(Symbol)>& price);

}  // namespace optix
