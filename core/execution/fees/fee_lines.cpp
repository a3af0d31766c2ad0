#include "core/execution/fees/fee_lines.hpp"

#include <algorithm>
#include <stdexcept>

#include "messages/values/wide.hpp"

namespace optix {
namespace {

// Amounts while they are added up: 1e-18 USD.
constexpr int128 per_raw = 1'000'000'000'000;  // of a Decimal's 1e-6
constexpr int128 per_cent = per_raw * 10'000;

bool product_matches(FeeProducts products, FeeProduct product) {
  switch (products) {
    case FeeProducts::all: return true;
    case FeeProducts::options: return product != FeeProduct::shares;
    case FeeProducts::equity_options: return product == FeeProduct::equity_option;
    case FeeProducts::index_options: return product == FeeProduct::index_option;
    case FeeProducts::shares: return product == FeeProduct::shares;
    case FeeProducts::equities: return product != FeeProduct::index_option;
  }
  throw std::logic_error("fee products out of range");
}

bool basis_matches(FeeBasis basis, FeeProduct product) {
  if (basis == FeeBasis::per_contract) return product != FeeProduct::shares;
  if (basis == FeeBasis::per_share) return product == FeeProduct::shares;
  return true;
}

bool applies(const FeeLine& line, const FeeLeg& leg) {
  if (line.side != FeeSide::both && leg.buy != (line.side == FeeSide::buy)) return false;
  if (line.intent != FeeIntent::any && leg.opens != (line.intent == FeeIntent::open)) return false;
  if (!product_matches(line.products, leg.product) || !basis_matches(line.basis, leg.product)) return false;
  return line.roots.empty() || std::find(line.roots.begin(), line.roots.end(), leg.root) != line.roots.end();
}

Decimal rate_at(const FeeLine& line, Decimal price) {
  Decimal rate = line.rate;
  for (const FeeBand& band : line.bands)
    if (price >= band.from) rate = band.rate;
  return rate;
}

int128 leg_amount(const FeeLine& line, const FeeLeg& leg) {
  if (leg.quantity <= 0) throw std::invalid_argument("a fee needs a quantity above zero");
  if (leg.price.is_none()) throw std::invalid_argument("a fee needs a price");
  const int128 rate = rate_at(line, leg.price).raw();
  if (line.basis == FeeBasis::per_million) return rate * leg.price.raw() * leg.quantity * leg.multiplier;
  return rate * leg.quantity * per_raw;
}

// The legs of earlier fills of an order and those of this one.
struct OrderLegsSoFar {
  std::span<const FeeLeg> before;
  std::span<const FeeLeg> now;
  std::size_t size() const { return before.size() + now.size(); }
  const FeeLeg& operator[](std::size_t i) const { return i < before.size() ? before[i] : now[i - before.size()]; }
};

// Entry i, with a cap together with the later entries of the same leg; 0 when an earlier one has counted it.
int128 capped_leg(const FeeLine& line, const OrderLegsSoFar& legs, std::size_t i) {
  if (line.cap_per_leg.is_none()) return leg_amount(line, legs[i]);
  const std::int32_t key = legs[i].leg;
  int128 sum = 0;
  for (std::size_t j = key < 0 ? i : 0; j < (key < 0 ? i + 1 : legs.size()); ++j) {
    if (legs[j].leg != key || !applies(line, legs[j])) continue;
    if (j < i) return 0;
    sum += leg_amount(line, legs[j]);
  }
  return std::min(sum, line.cap_per_leg.raw() * per_raw);
}

Decimal rounded(FeeRounding rounding, int128 amount) {
  const int128 unit = rounding == FeeRounding::exact ? per_raw : per_cent;
  const int128 up = rounding == FeeRounding::ceil ? unit - 1 : unit / 2;
  const int128 raw = (amount + up) / unit * (unit / per_raw);
  if (raw > INT64_MAX) throw std::overflow_error("the fee exceeds 9.2e12");
  return Decimal::from_raw(static_cast<std::int64_t>(raw));
}

struct Charge {
  bool applies = false;
  Decimal amount;
};

Charge charge(const FeeLine& line, const OrderLegsSoFar& legs) {
  int128 sum = 0;
  bool any = false;
  for (std::size_t i = 0; i < legs.size(); ++i) {
    if (!applies(line, legs[i])) continue;
    any = true;
    if (line.basis != FeeBasis::per_order) sum += capped_leg(line, legs, i);
  }
  if (!any) return {};
  if (line.basis == FeeBasis::per_order) sum = line.rate.raw() * per_raw;
  sum = std::max(sum, line.minimum.raw() * per_raw);
  if (!line.cap_per_order.is_none()) sum = std::min(sum, line.cap_per_order.raw() * per_raw);
  return {true, rounded(line.rounding, sum)};
}

bool in_force(const FeeLine& line, Date date) { return line.from <= date && date <= line.until; }

bool below_zero(Decimal amount) { return amount < Decimal{}; }  // a missing one too

std::string_view defect(const FeeLine& line) {
  if (line.name.empty()) return "a fee line needs a name";
  if (line.until < line.from) return "the line ends before it begins";
  if (below_zero(line.rate)) return "the rate is below zero";
  if (below_zero(line.minimum)) return "the minimum is below zero";
  if (!line.cap_per_leg.is_none() && below_zero(line.cap_per_leg)) return "the cap of a leg is below zero";
  if (!line.cap_per_order.is_none() && line.cap_per_order < line.minimum) return "the cap is below the minimum";
  if (!line.bands.empty() && line.basis == FeeBasis::per_order) return "an amount for the order has no premium bands";
  if (!line.bands.empty() && line.bands.front().from != Decimal{}) return "the first premium band must begin at 0";
  for (std::size_t i = 0; i < line.bands.size(); ++i) {
    if (below_zero(line.bands[i].rate)) return "the rate of a premium band is below zero";
    if (i > 0 && line.bands[i].from <= line.bands[i - 1].from) return "premium bands must ascend";
  }
  return {};
}

}  // namespace

Result<FeeTable> FeeTable::from_lines(std::vector<FeeLine> lines) {
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (const std::string_view what = defect(lines[i]); !what.empty())
      return Error{std::string(what), "fee line " + std::to_string(i + 1) + " (" + lines[i].name + ")", {}};
  FeeTable out;
  out.lines_ = std::move(lines);
  return out;
}

FeeTable FeeTable::simple(Decimal per_contract, Decimal per_order) {
  FeeLine contract;
  contract.name = "commission per contract";
  contract.rate = per_contract;
  FeeLine order;
  order.name = "commission per order";
  order.basis = FeeBasis::per_order;
  order.rate = per_order;
  auto table = from_lines({contract, order});
  if (!table) throw std::invalid_argument(table.error().to_string());
  return *std::move(table);
}

FeeTable FeeTable::with(const FeeTable& more) const {
  FeeTable out = *this;
  out.lines_.insert(out.lines_.end(), more.lines_.begin(), more.lines_.end());
  return out;
}

Decimal FeeTable::fees(std::span<const FeeLeg> legs, Date date) const {
  Decimal sum;
  for (const FeeLine& line : lines_)
    if (in_force(line, date)) sum += charge(line, {{}, legs}).amount;
  return sum;
}

std::vector<FeeItem> FeeTable::itemised(std::span<const FeeLeg> legs, Date date) const {
  std::vector<FeeItem> out;
  for (const FeeLine& line : lines_) {
    if (!in_force(line, date)) continue;
    if (const Charge one = charge(line, {{}, legs}); one.applies) out.push_back({line.name, one.amount});
  }
  return out;
}

Decimal FeeTable::fees_after(std::span<const FeeLeg> before, std::span<const FeeLeg> legs, Date date) const {
  Decimal sum;
  for (const FeeLine& line : lines_)
    if (in_force(line, date)) sum += charge(line, {before, legs}).amount - charge(line, {{}, before}).amount;
  return sum;
}

}  // namespace optix
