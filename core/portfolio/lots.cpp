#include "core/portfolio/lots.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "messages/values/wide.hpp"

namespace optix {
namespace {

// By signed cost per contract: of shorts the one that brought least is the highest.
int compare_cost(const Lot& a, const Lot& b) {
  const int128 left = int128{a.cost.raw()} * std::abs(b.quantity), right = int128{b.cost.raw()} * std::abs(a.quantity);
  return left < right ? -1 : left > right ? 1 : 0;
}

std::size_t place_in(const std::vector<std::int64_t>& order, std::int64_t number) {
  return static_cast<std::size_t>(std::find(order.begin(), order.end(), number) - order.begin());
}

// Whether `a` is closed before `b`; `a` is older.
bool older_goes_first(const LotRules& rules, const Lot& a, const Lot& b) {
  switch (rules.method) {
    case LotMethod::lifo: return false;
    case LotMethod::highest_cost: return compare_cost(a, b) >= 0;
    case LotMethod::lowest_cost: return compare_cost(a, b) <= 0;
    case LotMethod::specific: return place_in(rules.order, a.number) <= place_in(rules.order, b.number);
    default: return true;
  }
}

}  // namespace

std::vector<LotPart> take_lots(std::vector<Lot>& lots, const LotRules& rules, std::int64_t quantity) {
  if (rules.method == LotMethod::average) throw std::logic_error("lots: average cost has none to take from");
  std::vector<LotPart> parts;
  while (quantity != 0) {
    if (lots.empty()) throw std::logic_error("lots: " + std::to_string(quantity) + " more closed than were open");
    std::size_t next = 0;
    for (std::size_t i = 1; i < lots.size(); ++i)
      if (!older_goes_first(rules, lots[next], lots[i])) next = i;
    Lot& lot = lots[next];
    if (std::abs(quantity) < std::abs(lot.quantity)) {
      const Decimal cost = lot.cost.mul_div(std::abs(quantity), std::abs(lot.quantity));
      parts.push_back({lot.opened, quantity, cost});
      lot.quantity -= quantity;
      lot.cost -= cost;
      break;
    }
    parts.push_back({lot.opened, lot.quantity, lot.cost});
    quantity -= lot.quantity;
    lots.erase(lots.begin() + static_cast<std::ptrdiff_t>(next));
  }
  return parts;
}

void convert_lots(std::vector<Lot>& lots, std::int64_t after, Decimal returned) {
  std::int64_t before = 0, seen = 0, given = 0;
  Decimal total;
  for (const Lot& lot : lots) before += lot.quantity, total += lot.cost;
  Decimal cost_seen, cost_given;
  std::vector<Lot> out;
  for (Lot lot : lots) {
    seen += lot.quantity;
    cost_seen += lot.cost;
    const auto upto = static_cast<std::int64_t>(int128{after} * seen / before);
    if (upto == given) continue;  // its cost goes to the next that keeps something
    const Decimal cost_upto = cost_seen - returned.mul_div(std::abs(seen), std::abs(before));
    lot.quantity = upto - given;
    lot.cost = cost_upto - cost_given;
    given = upto;
    cost_given = cost_upto;
    out.push_back(lot);
  }
  if (!out.empty()) out.back().cost += total - returned - cost_given;
  lots = std::move(out);
}

}  // namespace optix
