#pragma once
// Four doubles at once with the AVX2 and FMA that every x86-64-v3 machine has. The number of lanes
// is fixed, and with it the order of every sum.
#include <immintrin.h>

#include <array>

namespace optix {

struct Quad {
  __m256d lanes;

  static Quad all(double x) { return {_mm256_set1_pd(x)}; }
  static Quad load(const double* p) { return {_mm256_loadu_pd(p)}; }
  void store(double* p) const { _mm256_storeu_pd(p, lanes); }

  friend Quad operator+(Quad x, Quad y) { return {_mm256_add_pd(x.lanes, y.lanes)}; }
  friend Quad operator-(Quad x, Quad y) { return {_mm256_sub_pd(x.lanes, y.lanes)}; }
  friend Quad operator*(Quad x, Quad y) { return {_mm256_mul_pd(x.lanes, y.lanes)}; }
  friend Quad operator/(Quad x, Quad y) { return {_mm256_div_pd(x.lanes, y.lanes)}; }
};

inline Quad square_root(Quad x) { return {_mm256_sqrt_pd(x.lanes)}; }
inline Quad multiply_add(Quad x, Quad y, Quad z) { return {_mm256_fmadd_pd(x.lanes, y.lanes, z.lanes)}; }  // xy + z
inline Quad negated_add(Quad x, Quad y, Quad z) { return {_mm256_fnmadd_pd(x.lanes, y.lanes, z.lanes)}; }  // z − xy
inline double sum(Quad x) {
  std::array<double, 4> lane{};
  x.store(lane.data());
  return (lane[0] + lane[2]) + (lane[1] + lane[3]);
}

}  // namespace optix
