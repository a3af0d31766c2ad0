// The profit curve at the first expiration: zeros, extremes, profitable prices.
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/pricing/elementary.hpp"
#include "core/pricing/strategy_value.hpp"

namespace optix {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double size_of(const OptionLeg& leg) {
  return static_cast<double>(std::int64_t{leg.terms.quantity} * leg.terms.multiplier);
}

// The profit at the first expiration as a function of the price of the underlying.
class ProfitCurve {
 public:
  ProfitCurve(const Strategy& strategy, const StrategyMarket& market)
      : strategy_(strategy), market_(market), first_(first_expiry(strategy)) {
    cost_ = strategy_cost(strategy).to_double();
    double gross = 0;
    for (const StockLeg& leg : strategy.stock) {
      slope_ += static_cast<double>(leg.shares);
      gross += std::fabs(static_cast<double>(leg.shares));
    }
    limit_ = at_zero_ = -cost_;
    for (const OptionLeg& leg : strategy.options) {
      const double left = leg.years - first_;
      const double paid = size_of(leg) * leg.terms.strike.to_double() * math::exp(-market.rate * left);
      gross += std::fabs(size_of(leg));
      if (leg.terms.right == Right::call) {
        slope_ += size_of(leg) * math::exp(-market.dividend_yield * left);
        limit_ -= paid;
      } else {
        at_zero_ += paid;
      }
    }
    if (std::fabs(slope_) <= 1e-12 * gross) slope_ = 0;
  }

  double operator()(double price) const {
    double profit = 0;
    StrategyColumns out;
    out.profit = {&profit, 1};
    strategy_rows(strategy_, market_, first_, 0, {&price, 1}, out);
    return profit;
  }
  std::vector<double> operator()(const std::vector<double>& prices) const {
    std::vector<double> profit(prices.size());
    StrategyColumns out;
    out.profit = profit;
    strategy_rows(strategy_, market_, first_, 0, prices, out);
    return profit;
  }

  double slope_beyond() const { return slope_; }
  double limit() const { return limit_; }      // as the price grows, when slope_beyond() is 0
  double at_zero() const { return at_zero_; }  // as the price goes to 0

  // The prices to scan, ascending: dense where a leg that lives on bends the curve.
  std::vector<double> scan() const {
    std::vector<double> prices;
    for (const OptionLeg& leg : strategy_.options) {
      const double strike = leg.terms.strike.to_double(), left = leg.years - first_;
      prices.push_back(strike);
      if (!(left > 0)) continue;
      const double vol = market_.vol ? market_.vol(leg, strike, left) : leg.vol;
      const double step = vol * std::sqrt(left) / 8;
      for (int j = -64; j <= 64; ++j) {
        const double price = strike * math::exp(j * step);
        if (price > 0 && std::isfinite(price)) prices.push_back(price);
      }
    }
    std::sort(prices.begin(), prices.end());
    prices.erase(std::unique(prices.begin(), prices.end()), prices.end());
    return prices;
  }

  // Where the curve changes sign between two prices with profits of opposite sign.
  double zero_between(double low, double high, bool rises) const {
    for (int i = 0; i < 2000; ++i) {
      const double mid = low + (high - low) / 2;
      if (!(mid > low && mid < high)) break;
      const double profit = (*this)(mid);
      if (profit == 0) return mid;
      ((profit < 0) == rises ? low : high) = mid;
    }
    return high;
  }

  // The highest profit between two prices; the lowest for sign = −1. Golden section.
  ProfitPoint extreme_between(double low, double high, double sign) const {
    constexpr double ratio = 0.6180339887498949;
    double a = low, b = high, c = b - ratio * (b - a), d = a + ratio * (b - a);
    double fc = sign * (*this)(c), fd = sign * (*this)(d);
    for (int i = 0; i < 60 && b - a > 1e-9 * b; ++i) {
      if (fc >= fd) {
        b = d, d = c, fd = fc;
        c = b - ratio * (b - a), fc = sign * (*this)(c);
      } else {
        a = c, c = d, fc = fd;
        d = a + ratio * (b - a), fd = sign * (*this)(d);
      }
    }
    return fc >= fd ? ProfitPoint{c, sign * fc} : ProfitPoint{d, sign * fd};
  }

 private:
  const Strategy& strategy_;
  const StrategyMarket& market_;
  double first_;
  double cost_ = 0, slope_ = 0, limit_ = 0, at_zero_ = 0;
};

// Profitable prices between zeros, judged in the middle of each stretch.
template <class Profit>
std::vector<PriceRange> profitable_ranges(const std::vector<double>& zeros, Profit profit) {
  std::vector<PriceRange> out;
  double from = 0;
  for (std::size_t i = 0; i <= zeros.size(); ++i) {
    const double to = i < zeros.size() ? zeros[i] : infinity;
    const double inside = std::isfinite(to) ? from + (to - from) / 2 : 2 * from + 1;
    if (to > from && profit(inside) > 0) {
      if (!out.empty() && out.back().to == from)
        out.back().to = to;  // the curve only touched zero
      else
        out.push_back({from, to});
    }
    from = to;
  }
  return out;
}

StrategyProfile exact_profile(const Strategy& strategy) {
  const ExpiryProfile exact = expiry_profile(strategy);
  StrategyProfile out;
  const auto [low, high] = std::minmax_element(exact.profit.begin(), exact.profit.end());
  const auto point = [&](std::vector<Decimal>::const_iterator at) {
    return ProfitPoint{exact.price[static_cast<std::size_t>(at - exact.profit.begin())].to_double(), at->to_double()};
  };
  out.worst = point(low);
  out.best = point(high);
  out.slope_beyond = static_cast<double>(exact.slope_beyond);
  out.unbounded_profit = exact.max_profit.is_none();
  out.unbounded_loss = exact.max_loss.is_none();
  out.scanned_to = exact.price.back().to_double();
  for (const BreakEven& zero : exact.break_evens) {
    out.break_evens.push_back(zero.from.to_double());
    if (!zero.to.is_none() && zero.to != zero.from) out.break_evens.push_back(zero.to.to_double());
  }
  out.profitable = profitable_ranges(out.break_evens, [&](double price) {
    return profit_at_expiry(strategy, Decimal::from_double(price)).to_double();
  });
  return out;
}

}  // namespace

StrategyProfile strategy_profile(const Strategy& strategy, const StrategyMarket& market) {
  if (const Status status = strategy_defect(strategy); !status) throw std::invalid_argument(status.error().what);
  if (single_expiry(strategy)) return exact_profile(strategy);

  const ProfitCurve curve(strategy, market);
  const std::vector<double> price = curve.scan();
  const std::vector<double> profit = curve(price);
  const std::size_t n = price.size();
  StrategyProfile out;
  out.slope_beyond = curve.slope_beyond();
  out.unbounded_profit = out.slope_beyond > 0;
  out.unbounded_loss = out.slope_beyond < 0;
  out.scanned_to = price.back();

  const auto crossing = [&](double low, double low_profit, double high, double high_profit) {
    if (low_profit == 0 || high_profit == 0 || (low_profit < 0) == (high_profit < 0)) return;
    out.break_evens.push_back(curve.zero_between(low, high, low_profit < 0));
  };
  crossing(0, curve.at_zero(), price[0], profit[0]);
  for (std::size_t i = 0; i < n; ++i) {
    if (profit[i] == 0) out.break_evens.push_back(price[i]);
    if (i + 1 < n) crossing(price[i], profit[i], price[i + 1], profit[i + 1]);
  }
  // Beyond the scan the curve is a line: past eight deviations no option has time value left.
  if (out.slope_beyond != 0 && profit[n - 1] != 0 && (profit[n - 1] < 0) == (out.slope_beyond > 0)) {
    double far = 2 * price[n - 1];
    while ((curve(far) < 0) == (profit[n - 1] < 0) && far < 1e300) far *= 2;
    crossing(price[n - 1], profit[n - 1], far, curve(far));
  }

  out.best = out.worst = {0, curve.at_zero()};
  const auto consider = [&](ProfitPoint p) {
    if (p.profit > out.best.profit) out.best = p;
    if (p.profit < out.worst.profit) out.worst = p;
  };
  for (std::size_t i = 0; i < n; ++i) {
    consider({price[i], profit[i]});
    for (const double sign : {1.0, -1.0}) {
      const bool turns = (i == 0 || sign * profit[i] >= sign * profit[i - 1]) &&
                         (i + 1 == n || sign * profit[i] >= sign * profit[i + 1]);
      if (!turns) continue;
      // A kink may sit on the scanned price itself: each side on its own.
      if (i > 0) consider(curve.extreme_between(price[i - 1], price[i], sign));
      if (i + 1 < n) consider(curve.extreme_between(price[i], price[i + 1], sign));
    }
  }
  if (out.slope_beyond == 0) consider({infinity, curve.limit()});
  out.profitable = profitable_ranges(out.break_evens, curve);
  return out;
}

double probability_of_profit(const StrategyProfile& profile, double years,
                             const std::function<double(double, double)>& probability_below) {
  double sum = 0;
  for (const PriceRange& range : profile.profitable) {
    const double above_from = range.from > 0 ? 1 - probability_below(years, range.from) : 1;
    const double above_to = std::isfinite(range.to) ? 1 - probability_below(years, range.to) : 0;
    sum += above_from - above_to;
  }
  return sum;
}

double lognormal_probability_below(double forward, double vol, double years, double price) {
  if (!(forward > 0 && vol > 0 && years > 0) || !std::isfinite(forward * vol * years))
    throw std::invalid_argument("a lognormal distribution needs a forward, a volatility and a time above 0");
  if (!(price > 0)) return 0;
  if (!std::isfinite(price)) return 1;
  const double deviation = vol * std::sqrt(years);
  return math::normal_cdf(math::log(price / forward) / deviation + deviation / 2);
}

}  // namespace optix
