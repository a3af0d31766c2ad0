#include "core/data/simulation/shocks.hpp"

#include <cmath>
#include <string>

#include "core/pricing/elementary.hpp"
#include "core/sequencer/random.hpp"

namespace optix::simulation {

std::uint64_t shock_stream(Symbol underlying, std::string_view purpose) {
  return stream_of(underlying.to_string() + "/" + std::string(purpose));
}

double standard_normal(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter) {
  return math::normal_quantile(draw_uniform(seed, stream, counter));
}

Result<std::vector<double>> cholesky(const std::vector<double>& m, std::size_t n) {
  const auto refuse = [](std::string what, std::string hint = {}) {
    return Error{std::move(what), "correlation matrix", std::move(hint)};
  };
  if (m.size() != n * n)
    return refuse(std::to_string(m.size()) + " numbers for " + std::to_string(n) + " underlyings",
                  std::to_string(n) + " rows of " + std::to_string(n));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      const std::string at = "row " + std::to_string(i + 1) + ", column " + std::to_string(j + 1);
      if (i == j ? m[i * n + j] != 1 : !(std::fabs(m[i * n + j]) <= 1))
        return refuse(at + " is " + std::to_string(m[i * n + j]), "the diagonal is 1, all others are within -1 and 1");
      if (m[i * n + j] != m[j * n + i]) return refuse(at + " differs from its mirror image");
    }
  std::vector<double> l(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = m[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= l[i * n + k] * l[j * n + k];
      if (i == j) {
        if (!(sum > 1e-12))
          return refuse("it is not positive definite: row " + std::to_string(i + 1) + " follows from those above",
                        "no market can have these correlations at once; lower some of them");
        l[i * n + i] = std::sqrt(sum);
      } else {
        l[i * n + j] = sum / l[j * n + j];
      }
    }
  return l;
}

}  // namespace optix::simulation
