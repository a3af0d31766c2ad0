#pragma once
// Normal random numbers, alone and correlated, from the counter-based generator.
#include <cstdint>
#include <string_view>
#include <vector>

#include "messages/values/result.hpp"
#include "messages/values/symbol.hpp"

namespace optix::simulation {

// What a number is for. One underlying's numbers never change another's.
std::uint64_t shock_stream(Symbol underlying, std::string_view purpose);

// Standard normal, by the inverse of its distribution.
double standard_normal(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter);

// The lower triangle L with L·Lᵀ = matrix, row by row (Cholesky). Error: not square with `count`
// rows, not symmetric, a diagonal that is not 1, not positive definite (the row is named).
Result<std::vector<double>> cholesky(const std::vector<double>& correlation, std::size_t count);

}  // namespace optix::simulation
