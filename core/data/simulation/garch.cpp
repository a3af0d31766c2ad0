#include "core/data/simulation/garch.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include "core/pricing/elementary.hpp"

namespace optix::simulation {
namespace {

using Point = std::array<double, 3>;

// Nelder & Mead, "A simplex method for function minimization", Computer Journal 7 (1965), with the
// usual coefficients 1, 2, ½, ½. Deterministic: ties keep the order.
template <class F>
Point nelder_mead(F&& f, const Point& start, double size, int iterations) {
  struct Vertex {
    Point x;
    double value;
  };
  std::array<Vertex, 4> v;
  v[0] = {start, f(start)};
  for (std::size_t i = 0; i < 3; ++i) {
    Point x = start;
    x[i] += size;
    v[i + 1] = {x, f(x)};
  }
  const auto along = [](const Point& from, const Point& to, double t) {
    Point x{};
    for (std::size_t i = 0; i < 3; ++i) x[i] = from[i] + t * (to[i] - from[i]);
    return x;
  };
  for (int iteration = 0; iteration < iterations; ++iteration) {
    std::stable_sort(v.begin(), v.end(), [](const Vertex& a, const Vertex& b) { return a.value < b.value; });
    double spread = 0;
    for (std::size_t i = 0; i < 3; ++i) spread = std::max(spread, std::fabs(v[3].x[i] - v[0].x[i]));
    if (spread < 1e-9 && v[3].value - v[0].value < 1e-10) break;
    Point centre{};
    for (std::size_t k = 0; k < 3; ++k)
      for (std::size_t i = 0; i < 3; ++i) centre[i] += v[k].x[i] / 3;
    Vertex reflected{along(v[3].x, centre, 2), 0};
    reflected.value = f(reflected.x);
    if (reflected.value < v[0].value) {
      Vertex expanded{along(v[3].x, centre, 3), 0};
      expanded.value = f(expanded.x);
      v[3] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < v[2].value) {
      v[3] = reflected;
    } else {
      const bool outside = reflected.value < v[3].value;
      Vertex contracted{along(v[3].x, centre, outside ? 1.5 : 0.5), 0};
      contracted.value = f(contracted.x);
      if (contracted.value < std::min(reflected.value, v[3].value)) {
        v[3] = contracted;
      } else {
        for (std::size_t k = 1; k < 4; ++k) {
          v[k].x = along(v[0].x, v[k].x, 0.5);
          v[k].value = f(v[k].x);
        }
      }
    }
  }
  return std::min_element(v.begin(), v.end(), [](const Vertex& a, const Vertex& b) { return a.value < b.value; })->x;
}

double sigmoid(double x) { return 1 / (1 + math::exp(-x)); }

double variance_of(std::span<const double> returns, double mean) {
  double sum = 0;
  for (const double r : returns) sum += (r - mean) * (r - mean);
  return sum / static_cast<double>(returns.size());
}

struct Terms {
  double omega, alpha, beta;
};
Terms terms_of(const Point& x) {
  const double persistence = 0.9999 * sigmoid(x[1]), share = sigmoid(x[2]);
  return {math::exp(x[0]) * (1 - persistence), persistence * share, persistence * (1 - share)};
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> out;
  while (true) {
    const auto comma = line.find(',');
    out.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return out;
    line.remove_prefix(comma + 1);
  }
}

}  // namespace

double garch_log_likelihood(std::span<const double> returns, double mean, double omega, double alpha, double beta) {
  double variance = variance_of(returns, mean), sum = 0;
  for (const double r : returns) {
    const double e = r - mean;
    sum -= 0.5 * (math::log(variance) + e * e / variance);
    variance = omega + alpha * e * e + beta * variance;
  }
  return sum;
}

Result<GarchFit> fit_garch(std::span<const double> returns) {
  const auto refuse = [](std::string what) {
    return Error{std::move(what), "GARCH fit", "give a longer series of closes"};
  };
  if (returns.size() < 100) return refuse(std::to_string(returns.size()) + " returns are fewer than 100");
  GarchFit fit;
  for (const double r : returns) {
    if (!std::isfinite(r)) return refuse("a return is not a finite number");
    fit.mean += r;
  }
  fit.mean /= static_cast<double>(returns.size());
  const double sample = variance_of(returns, fit.mean);
  if (!(sample > 1e-16)) return refuse("the returns do not vary");

  const auto cost = [&](const Point& x) {
    const Terms t = terms_of(x);
    const double value = -garch_log_likelihood(returns, fit.mean, t.omega, t.alpha, t.beta);
    return std::isfinite(value) ? value : 1e300;
  };
  Point best{math::log(sample), 3.0, -2.5};
  for (const double size : {0.7, 0.3, 0.1}) best = nelder_mead(cost, best, size, 500);  // restarts leave false minima
  const Terms t = terms_of(best);
  fit.omega = t.omega;
  fit.alpha = t.alpha;
  fit.beta = t.beta;
  fit.log_likelihood = -cost(best);

  double variance = sample;
  for (const double r : returns) {
    const double e = r - fit.mean;
    fit.residual.push_back(e / std::sqrt(variance));
    variance = t.omega + t.alpha * e * e + t.beta * variance;
  }
  fit.last_variance = variance;
  double mean = 0, square = 0;
  for (const double z : fit.residual) mean += z / static_cast<double>(returns.size());
  for (const double z : fit.residual) square += (z - mean) * (z - mean) / static_cast<double>(returns.size());
  for (double& z : fit.residual) z = (z - mean) / std::sqrt(square);
  std::sort(fit.residual.begin(), fit.residual.end());
  return fit;
}

Result<std::vector<double>> returns_of_closes(std::string_view name, std::string_view csv) {
  std::vector<double> out;
  std::size_t column = 0, number = 0;
  double last = 0;
  while (!csv.empty()) {
    const auto end = csv.find('\n');
    std::string_view line = csv.substr(0, end);
    csv.remove_prefix(end == std::string_view::npos ? csv.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    ++number;
    if (line.empty()) continue;
    const auto fields = fields_of(line);
    const auto where = std::string(name) + ":" + std::to_string(number);
    if (number == 1) {
      const auto at = std::find(fields.begin(), fields.end(), "close");
      if (at == fields.end() && fields.size() > 1)
        return Error{"there is no column `close`", where, "the first line names the columns"};
      column = at == fields.end() ? 0 : static_cast<std::size_t>(at - fields.begin());
      continue;
    }
    if (column >= fields.size()) return Error{"the line has no field for the close", where, "columns as in the header"};
    const std::string_view text = fields[column];
    double close = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), close);
    if (error != std::errc{} || stop != text.data() + text.size() || !(close > 0) || !std::isfinite(close))
      return Error{"the close '" + std::string(text) + "' is not a positive number", where + " column close", ""};
    if (last > 0) out.push_back(math::log(close / last));
    last = close;
  }
  if (out.size() < 2) return Error{"there are fewer than three closes", std::string(name), "a line for each session"};
  return out;
}

}  // namespace optix::simulation
