#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/pricing/elementary.hpp"
#include "core/pricing/european.hpp"
#include "core/pricing/parity_line.hpp"

namespace optix {
namespace {

// A pair of numbers of the market: forward and discount, or their logarithms.
struct Market {
  double forward = 0, discount = 0;
};

Market operator-(const Market& a, const Market& b) { return {a.forward - b.forward, a.discount - b.discount}; }
double dot(const Market& a, const Market& b) { return a.forward * b.forward + a.discount * b.discount; }

// Rounds in which outliers may change; after them the rows stay as they are, for a choice made anew
// each round could alternate for ever.
constexpr std::size_t rounds_that_choose = 8;

class DeAmericanisation {
 public:
  DeAmericanisation(ParityRows rows, const AmericanParityTerms& terms) : all_(std::move(rows)), terms_(terms) {
    const std::size_t n = all_.rows.size();
    for (const ParityRow& row : all_.rows) {
      strike_.push_back(row.strike);
      strike_.push_back(row.strike);
      price_.push_back(row.call);
      price_.push_back(row.put);
      right_.push_back(Right::call);
      right_.push_back(Right::put);
    }
    vol_.resize(2 * n);
    status_.resize(2 * n);
    dropped_.resize(n, 0);
  }

  // The rows with European differences under the market's rate and yield. Rows without a volatility
  // are left out.
  ParityRows european_rows(const Market& market) {
    const double rate = -math::log(market.discount) / terms_.years;
    const double yield = rate - math::log(market.forward / terms_.spot) / terms_.years;
    american_implied_vol_chain(terms_.scheme, terms_.spot, rate, yield, terms_.years, strike_, price_, right_, vol_,
                               status_);
    ParityRows out{{}, all_.known_scale, all_.unusable};
    shown_.clear();
    for (std::size_t i = 0; i < all_.rows.size(); ++i) {
      const bool known = status_[2 * i] == ImpliedVolStatus::ok && status_[2 * i + 1] == ImpliedVolStatus::ok;
      if (!known || dropped_[i]) {
        out.unusable += known ? 0 : 1;
        continue;
      }
      shown_.push_back(i);
      BlackScholesInput in{terms_.spot, strike_[2 * i], rate, yield, terms_.years, vol_[2 * i]};
      ParityRow row = all_.rows[i];
      row.call = european(Right::call, in).price;
      in.vol = vol_[2 * i + 1];
      row.put = european(Right::put, in).price;
      row.difference = row.call - row.put;
      out.rows.push_back(row);
    }
    return out;
  }

  // From now on only the rows that `use` marks among those last given.
  void keep_only(const std::vector<char>& use) {
    std::fill(dropped_.begin(), dropped_.end(), 1);
    for (std::size_t i = 0; i < use.size(); ++i)
      if (use[i]) dropped_[shown_[i]] = 0;
  }

 private:
  ParityRows all_;
  AmericanParityTerms terms_;
  std::vector<double> strike_, price_, vol_;
  std::vector<Right> right_;
  std::vector<ImpliedVolStatus> status_;
  std::vector<char> dropped_;
  std::vector<std::size_t> shown_;
};

}  // namespace

Result<ParityForward> parity_forward_american(std::span<const ParityQuote> quotes, const AmericanParityTerms& terms,
                                              const ParityOptions& options) {
  if (!(terms.spot > 0) || !std::isfinite(terms.spot) || !(terms.years > 0) || !std::isfinite(terms.years))
    return Error{"spot and time to expiry must be positive", "american parity", ""};
  if (terms.maximum_iterations == 0 || !(terms.tolerance > 0))
    return Error{"maximum_iterations and tolerance must be positive", "american parity", ""};
  if (const Status status = check_parity_options(options); !status) return status.error();
  const ParityRows american = parity_rows(quotes);
  auto fit = fit_parity(american, options);
  if (american.rows.empty()) return fit;
  // Early exercise makes the line of American quotes too flat or too steep; a discount above 1 from it
  // is no reason to try negative rates.
  Market market{terms.spot, options.known_discount.value_or(1.0)};
  if (fit) market = {fit->forward, options.known_discount.value_or(std::min(fit->discount, 1.0))};
  DeAmericanisation prices(american, terms);
  ParityOptions current = options;
  std::vector<char> use;
  std::size_t outliers = 0;
  Market last_step, last_fitted;
  for (std::size_t iteration = 1; iteration <= terms.maximum_iterations; ++iteration) {
    fit = fit_parity(prices.european_rows(market), current, &use);
    if (!fit) return fit;
    fit->iterations = iteration;
    fit->outliers += outliers;
    const Market fitted{math::log(fit->forward), math::log(fit->discount)};
    const Market step = fitted - Market{math::log(market.forward), math::log(market.discount)};
    if (std::fabs(step.forward) <= terms.tolerance && std::fabs(step.discount) <= terms.tolerance) return fit;
    market = {fit->forward, fit->discount};
    if (iteration > 1) {
      // One step of Anderson's method ("Iterative Procedures for Nonlinear Integral Equations", 1965):
      // the mix of the last two rounds whose step would be shortest if steps were linear.
      const Market bend = step - last_step;
      const double mix = dot(step, bend) / dot(bend, bend);
      if (mix > -3 && mix < 0.5) {
        market.forward *= math::exp(-mix * (fitted.forward - last_fitted.forward));
        market.discount *= math::exp(-mix * (fitted.discount - last_fitted.discount));
      }
    }
    last_step = step;
    last_fitted = fitted;
    if (iteration == rounds_that_choose) {
      prices.keep_only(use);
      outliers = fit->outliers;
      current.outlier_limit = std::numeric_limits<double>::infinity();
    }
  }
  return Error{"forward and discount did not settle in " + std::to_string(terms.maximum_iterations) + " rounds; last " +
                   std::to_string(market.forward) + " and " + std::to_string(market.discount),
               "american parity", "give known_discount and set fix_discount"};
}

}  // namespace optix
