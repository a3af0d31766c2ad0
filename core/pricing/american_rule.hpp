#pragma once
// The constants of one American scheme: where the exercise boundary is sampled, how the integrals
// over time are summed, how often the boundary is improved.
//
// Time runs over [0, τ]. With u = τ·cos²θ and τ − u = τ·sin²θ both √u (the boundary is smooth in it) and
// √(τ − u) (the integrand's density is singular in it) are analytic in θ ∈ [0, π/2], so few points do.
// Source of the method: Andersen, Lake & Offengenden (2015), sections 4 and 5; the substitution by θ
// replaces theirs by √(τ − u).
#include <cstddef>
#include <vector>

#include "core/pricing/american.hpp"

namespace optix {

// ∫₀^τ f(u) du ≈ τ·Σ weight·f(τ·cosine²); sine² is the share of τ between u and τ.
struct TimeQuadrature {
  std::vector<double> cosine, sine, weight;
  std::size_t size() const { return weight.size(); }
};
TimeQuadrature gauss_legendre(std::size_t points);
// Double-exponential rule with points at θ = π/4·(1 + tanh(π/2·sinh(k·step))), |k| ≤ reach.
TimeQuadrature tanh_sinh(std::size_t reach, double step);

// Which of the paper's two fixed-point equations is iterated. The density form (A) converges faster,
// but with m = (r − q)·√τ/σ above about 1 the iteration swings and diverges; the distribution form (B)
// converges for all m.
enum class BoundaryEquation : unsigned char { density, distribution };
BoundaryEquation boundary_equation(double put_rate, double put_yield, double years, double vol);

struct AmericanRule {
  BoundaryEquation equation = BoundaryEquation::density;
  std::size_t nodes = 0;
  // √(τ_i/τ) of the nodes: Chebyshev points of the second kind on [0, 1], descending from 1; the last
  // one, 0, where the boundary is known, is left out.
  std::vector<double> root_time;
  TimeQuadrature inner;  // for the boundary's equation at each node
  TimeQuadrature outer;  // for the price
  // Interpolation: the function with values f at the nodes (and 0 at time 0) is
  // Σ_k inner_weights[(i·inner.size() + j)·nodes + k]·f_k at √time root_time[i]·inner.cosine[j], and
  // Σ_k outer_weights[j·nodes + k]·f_k at outer.cosine[j].
  std::vector<double> inner_weights;
  std::vector<double> outer_weights;
  int start_steps = 0;   // Newton steps for the first guess at each node
  int newton_steps = 0;  // steps with the partial derivative
  int plain_steps = 0;   // at most so many further steps without
  // A boundary whose logarithm moves by no more than this in a step is left as it is; negative: all steps.
  double settled = -1;
};

// Built on first use; the same bits on every machine.
const AmericanRule& american_rule(AmericanScheme scheme, BoundaryEquation equation);

// Weights over a rule's nodes that interpolate at √(t/τ) = x in [0, 1].
void boundary_weights(const AmericanRule& rule, double x, double* weights);

}  // namespace optix
