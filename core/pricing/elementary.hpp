#pragma once
// Elementary functions whose bits do not depend on the machine, its C library or the vector width.
//
// Only exactly rounded operations (+, −, ×, ÷, √, fused multiply-add) in a fixed order, so every
// x86-64-v3 machine gives the same result; Exp and LogNormal of elementary-inl.hpp give in each vector
// lane what exp and log give. Errors below are in units of the last place, measured against 40 digits.
//
// NaN gives NaN everywhere; other special values as in C's functions of the same name.
namespace optix::math {

double exp(double x);            // < 1
double expm1(double x);          // < 1.5
double log(double x);            // < 1, also next to 1
double log1p(double x);          // < 1.5
double pow(double x, double y);  // < 1 for x ≥ 0; negative x only with an integer y
double sin(double x);            // < 1 for |x| ≤ 2^20; std::invalid_argument beyond
double cos(double x);            // as sin

double erfcx(double x);       // e^(x²)·erfc(x); < 2 for x ≥ −1
double normal_pdf(double x);  // e^(−x²/2)/√(2π); < 2
// < 2 over the whole lower tail, down to the denormals near −38.5.
double normal_cdf(double x);
// N(−x)·e^(x²/2) for x ≥ 0, NaN below; < 2. The vector kernels' ScaledTail is a faster version of it
// with other bits.
double scaled_normal_tail(double x);
// Inverse of normal_cdf: NaN outside [0, 1], ∓infinity at 0 and 1. < 4; for p near 1 it is as
// exact as p allows: pass 1 − p and negate where that is known better.
double normal_quantile(double p);

}  // namespace optix::math
