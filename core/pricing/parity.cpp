#include "core/pricing/parity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "core/pricing/elementary.hpp"
#include "core/pricing/parity_line.hpp"

namespace optix {
namespace {

bool two_sided(double bid, double ask) { return bid > 0 && ask >= bid && std::isfinite(ask); }

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// y = intercept + slope·x.
struct Line {
  double intercept = 0, slope = 0;
  double at(double x) const { return std::fma(slope, x, intercept); }
};

struct WeightedFit {
  Line line;
  double center = 0;           // weighted mean strike: there value and slope are uncorrelated
  double center_value = 0;     // the line there
  double center_variance = 0;  // of center_value
  double slope_variance = 0;
  double chi_square = 0;
};

// Least squares with weights 1/deviation²; with a fixed slope only the level is fitted.
WeightedFit weighted_fit(std::span<const ParityRow> rows, std::span<const char> use, const double* fixed_slope) {
  double weight = 0, x = 0, y = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!use[i]) continue;
    const double w = 1 / (rows[i].deviation * rows[i].deviation);
    weight += w;
    x += w * rows[i].strike;
    y += w * rows[i].difference;
  }
  WeightedFit fit;
  fit.center = x / weight;
  fit.center_value = y / weight;
  double xx = 0, xy = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!use[i]) continue;
    const double w = 1 / (rows[i].deviation * rows[i].deviation), dx = rows[i].strike - fit.center;
    xx += w * dx * dx;
    xy += w * dx * (rows[i].difference - fit.center_value);
  }
  const double slope = fixed_slope ? *fixed_slope : xy / xx;
  fit.line = {fit.center_value - slope * fit.center, slope};
  fit.center_variance = 1 / weight;
  fit.slope_variance = fixed_slope ? 0 : 1 / xx;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!use[i]) continue;
    const double error =
        (rows[i].difference - fit.center_value - slope * (rows[i].strike - fit.center)) / rows[i].deviation;
    fit.chi_square += error * error;
  }
  return fit;
}

// The median of the slopes between up to 25 rows spread over the strikes, and the median level.
Line median_line(std::span<const ParityRow> rows, const double* fixed_slope) {
  Line line{0, fixed_slope ? *fixed_slope : 0};
  std::vector<double> values;
  if (!fixed_slope) {
    constexpr std::size_t sample = 25;
    const std::size_t count = std::min(rows.size(), sample);
    const auto pick = [&](std::size_t i) -> const ParityRow& {
      return rows[count < 2 ? 0 : i * (rows.size() - 1) / (count - 1)];
    };
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t j = i + 1; j < count; ++j)
        if (pick(j).strike > pick(i).strike)
          values.push_back((pick(j).difference - pick(i).difference) / (pick(j).strike - pick(i).strike));
    if (!values.empty()) line.slope = median(values);
  }
  values.clear();
  for (const ParityRow& row : rows) values.push_back(row.difference - line.slope * row.strike);
  line.intercept = median(values);
  return line;
}

// Distance to the line in deviations that half the rows stay within, as a standard deviation.
double robust_scale(std::span<const ParityRow> rows, const Line& line) {
  std::vector<double> distances;
  distances.reserve(rows.size());
  for (const ParityRow& row : rows)
    distances.push_back(std::fabs(row.difference - line.at(row.strike)) / row.deviation);
  return 1.4826 * median(distances);
}

std::size_t select(std::span<const ParityRow> rows, const Line& line, double limit, std::vector<char>& use) {
  std::size_t used = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    use[i] = std::fabs(rows[i].difference - line.at(rows[i].strike)) <= limit * rows[i].deviation ? 1 : 0;
    used += use[i] ? 1 : 0;
  }
  return used;
}

std::size_t distinct_strikes(std::span<const ParityRow> rows) {
  std::size_t count = rows.empty() ? 0 : 1;
  for (std::size_t i = 1; i < rows.size(); ++i) count += rows[i].strike != rows[i - 1].strike ? 1 : 0;
  return count;
}

// Forward and discount from rows in order of strike. known_scale: the deviations are those of the
// quotes, not a common 1 for want of spreads.
ParityForward fit_line(const ParityRows& in, double outlier_limit, const double* discount, std::vector<char>* kept) {
  const std::span<const ParityRow> rows = in.rows;
  const double slope = discount ? -*discount : 0;
  const double* fixed_slope = discount ? &slope : nullptr;
  // Rounding must not make outliers of exact quotes.
  double largest = 0;
  for (const ParityRow& row : rows) largest = std::max(largest, std::fabs(row.difference) + row.strike);
  const double floor = in.known_scale ? 1.0 : 1e-12 * largest;
  std::vector<char> use(rows.size(), 1), before;
  Line line = median_line(rows, fixed_slope);
  std::size_t used = select(rows, line, 2 * outlier_limit * std::max(floor, robust_scale(rows, line)), use);
  WeightedFit fit;
  for (int round = 0; round < 10 && use != before; ++round) {
    before = use;
    fit = weighted_fit(rows, use, fixed_slope);
    used = select(rows, fit.line, outlier_limit * std::max(floor, robust_scale(rows, fit.line)), use);
    // A fit through too few rows has no say about the others.
    if (used < std::min<std::size_t>(rows.size(), discount ? 1 : 3)) {
      use = before;
      used = static_cast<std::size_t>(std::count(use.begin(), use.end(), 1));
    }
  }
  const std::size_t fitted = discount ? 1 : 2;
  used = static_cast<std::size_t>(std::count(before.begin(), before.end(), 1));
  const double freedom = used > fitted ? static_cast<double>(used - fitted) : 1.0;
  const double inflation = in.known_scale ? std::max(1.0, fit.chi_square / freedom) : fit.chi_square / freedom;
  ParityForward out;
  out.discount = -fit.line.slope;
  out.forward = fit.center + fit.center_value / out.discount;
  const double lever = (out.forward - fit.center) / out.discount;
  out.discount_error = std::sqrt(fit.slope_variance * inflation);
  out.forward_error =
      std::sqrt(inflation * (fit.center_variance / (out.discount * out.discount) + lever * lever * fit.slope_variance));
  out.used = used;
  out.unusable = in.unusable;
  out.outliers = rows.size() - used;
  out.scatter = std::sqrt(fit.chi_square / freedom);
  out.method = discount ? ParityMethod::known_discount : ParityMethod::regression;
  if (kept) *kept = before;
  return out;
}

}  // namespace

Status check_parity_options(const ParityOptions& options) {
  if (options.known_discount && (!(*options.known_discount > 0) || !std::isfinite(*options.known_discount)))
    return Error{"known discount is not positive: " + std::to_string(*options.known_discount), "parity", ""};
  if (options.fix_discount && !options.known_discount)
    return Error{"the discount is to be fixed but none is given", "parity", "set known_discount from a rate curve"};
  if (options.minimum_strikes < 2)
    return Error{"a fitted discount needs at least two strikes", "parity", "set minimum_strikes to 2 or more"};
  if (!(options.outlier_limit > 0) || !(options.maximum_discount_error > 0))
    return Error{"outlier_limit and maximum_discount_error must be positive", "parity", ""};
  return {};
}

ParityRows parity_rows(std::span<const ParityQuote> quotes) {
  ParityRows out;
  for (const ParityQuote& q : quotes) {
    if (!(q.strike > 0) || !std::isfinite(q.strike) || !two_sided(q.call_bid, q.call_ask) ||
        !two_sided(q.put_bid, q.put_ask)) {
      ++out.unusable;
      continue;
    }
    const double call_spread = q.call_ask - q.call_bid, put_spread = q.put_ask - q.put_bid;
    const double call = 0.5 * (q.call_bid + q.call_ask), put = 0.5 * (q.put_bid + q.put_ask);
    const double variance = (call_spread * call_spread + put_spread * put_spread) / 12;  // of two uniform errors
    out.rows.push_back({q.strike, call, put, call - put, std::sqrt(variance)});
  }
  std::stable_sort(out.rows.begin(), out.rows.end(),
                   [](const ParityRow& a, const ParityRow& b) { return a.strike < b.strike; });
  if (out.rows.empty()) return out;
  // A locked quote is not exact: no row counts for more than a hundred middling ones.
  std::vector<double> deviations;
  for (const ParityRow& row : out.rows)
    if (row.deviation > 0) deviations.push_back(row.deviation);
  out.known_scale = !deviations.empty();
  const double middle = out.known_scale ? median(deviations) : 1;
  for (ParityRow& row : out.rows) row.deviation = out.known_scale ? std::max(row.deviation, 0.1 * middle) : 1;
  return out;
}

Result<ParityForward> fit_parity(const ParityRows& in, const ParityOptions& options, std::vector<char>* use) {
  if (in.rows.empty())
    return Error{"no strike has a bid and an ask for both call and put", "parity",
                 "take the forward from the spot, a rate curve and dividends"};
  const bool line = !options.fix_discount && distinct_strikes(in.rows) >= options.minimum_strikes;
  std::string reason = std::to_string(in.rows.size()) + " usable strikes, " + std::to_string(options.minimum_strikes) +
                       " needed for a discount";
  if (line) {
    const ParityForward fitted = fit_line(in, options.outlier_limit, nullptr, use);
    const bool sound = fitted.discount > 0 && std::isfinite(fitted.discount) && fitted.forward > 0 &&
                       std::isfinite(fitted.forward) && fitted.used >= options.minimum_strikes;
    if (sound && (!options.known_discount || fitted.discount_error <= options.maximum_discount_error)) return fitted;
    reason = "the quotes give discount " + std::to_string(fitted.discount) + " and forward " +
             std::to_string(fitted.forward) + " from " + std::to_string(fitted.used) + " strikes";
  }
  if (!options.known_discount) return Error{reason, "parity", "give known_discount from a rate curve"};
  const ParityForward fitted = fit_line(in, options.outlier_limit, &*options.known_discount, use);
  if (!(fitted.forward > 0) || !std::isfinite(fitted.forward))
    return Error{"the quotes give forward " + std::to_string(fitted.forward), "parity", "check the quotes"};
  return fitted;
}

Result<ParityForward> parity_forward(std::span<const ParityQuote> quotes, const ParityOptions& options) {
  if (const Status status = check_parity_options(options); !status) return status.error();
  return fit_parity(parity_rows(quotes), options);
}

Result<VixForward> vix_forward(std::span<const ParityQuote> quotes, double rate, double years) {
  if (!std::isfinite(rate) || !std::isfinite(years) || years < 0)
    return Error{"rate and time to expiry must be numbers, the time not negative", "vix forward", ""};
  const ParityRows in = parity_rows(quotes);
  if (in.rows.empty()) return Error{"no strike has a bid and an ask for both call and put", "vix forward", ""};
  const ParityRow* best = &in.rows.front();
  for (const ParityRow& row : in.rows)
    if (std::fabs(row.difference) < std::fabs(best->difference)) best = &row;
  VixForward out{std::fma(math::exp(rate * years), best->difference, best->strike), best->strike, 0};
  for (const ParityQuote& q : quotes)
    if (std::isfinite(q.strike) && q.strike <= out.forward) out.k0 = std::max(out.k0, q.strike);
  if (!(out.k0 > 0))
    return Error{"no strike is at or below the forward " + std::to_string(out.forward), "vix forward", ""};
  return out;
}

}  // namespace optix
