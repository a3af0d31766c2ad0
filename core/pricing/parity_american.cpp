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

// Rounds in which rows may come and go; after them they can only go, for a choice made anew each
// round could alternate for ever.
constexpr std::size_t rounds_that_choose = 4;
// Changes below this part of the standard error that spreads leave are not worth another round.
constexpr double needless = 0.01;

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
    state_.resize(n, Row::in);
  }

  // The rows with European differences under the market's rate and yield. Rows without a volatility
  // are left out.
  ParityRows european_rows(AmericanScheme scheme, const Market& market) {
    const double rate = -math::log(market.discount) / terms_.years;
    const double yield = rate - math::log(market.forward / terms_.spot) / terms_.years;
    american_implied_vol_chain(scheme, terms_.spot, rate, yield, terms_.years, strike_, price_, right_, vol_, status_);
    ParityRows out{{}, all_.known_scale, all_.unusable};
    shown_.clear();
    for (std::size_t i = 0; i < all_.rows.size(); ++i) {
      const bool known = status_[2 * i] == ImpliedVolStatus::ok && status_[2 * i + 1] == ImpliedVolStatus::ok;
      if (frozen_ && !known && state_[i] == Row::in) state_[i] = Row::no_volatility;
      if (!known || state_[i] != Row::in) {
        out.unusable += state_[i] == Row::outlier ? 0 : 1;
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

  // From now on only the rows that `use` marks among those last given; and of these, one that loses its
  // volatility stays out, or it would come and go.
  void keep_only(const std::vector<char>& use) {
    std::fill(state_.begin(), state_.end(), Row::no_volatility);
    for (std::size_t i = 0; i < use.size(); ++i) state_[shown_[i]] = use[i] ? Row::in : Row::outlier;
    frozen_ = true;
  }

 private:
  enum class Row : char { in, outlier, no_volatility };

  ParityRows all_;
  AmericanParityTerms terms_;
  std::vector<double> strike_, price_, vol_;
  std::vector<Right> right_;
  std::vector<ImpliedVolStatus> status_;
  std::vector<Row> state_;
  std::vector<std::size_t> shown_;
  bool frozen_ = false;
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
  // The fast scheme leads near, the wanted one finishes.
  AmericanScheme scheme = AmericanScheme::fast;
  Market last_step, last_fitted;
  bool mixing = false;
  for (std::size_t iteration = 1; iteration <= terms.maximum_iterations; ++iteration) {
    fit = fit_parity(prices.european_rows(scheme, market), current, &use);
    if (!fit) return fit;
    fit->iterations = iteration;
    fit->outliers += outliers;
    const Market fitted{math::log(fit->forward), math::log(fit->discount)};
    const Market step = fitted - Market{math::log(market.forward), math::log(market.discount)};
    const auto settled = [&](double tolerance) {
      double forward = tolerance, discount = tolerance;
      if (american.known_scale) {
        forward = std::max(forward, needless * fit->forward_error / fit->forward);
        discount = std::max(discount, needless * fit->discount_error / fit->discount);
      }
      return std::fabs(step.forward) <= forward && std::fabs(step.discount) <= discount;
    };
    if (scheme == terms.scheme && settled(terms.tolerance)) return fit;
    market = {fit->forward, fit->discount};
    if (mixing) {
      // One step of Anderson's method ("Iterative Procedures for Nonlinear Integral Equations", 1965):
      // the mix of the last two rounds whose step would be shortest if steps were linear.
      const Market bend = step - last_step;
      const double mix = dot(step, bend) / dot(bend, bend);
      if (mix > -3 && mix < 0.5) {
        market.forward *= math::exp(-mix * (fitted.forward - last_fitted.forward));
        market.discount *= math::exp(-mix * (fitted.discount - last_fitted.discount));
      }
    }
    mixing = true;
    last_step = step;
    last_fitted = fitted;
    if (scheme != terms.scheme && (settled(1e-5) || iteration >= rounds_that_choose)) {
      scheme = terms.scheme;
      mixing = false;  // steps of two schemes do not mix
    }
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
