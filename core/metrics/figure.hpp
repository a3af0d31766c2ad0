#pragma once
// One figure of a summary: a number, or the reason why there is none. An undefined figure is never
// written as 0, infinity or NaN.
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

namespace optix {

// Why a figure is undefined. The words are part of the result format.
namespace reason_code {
inline constexpr std::string_view no_observations = "no_observations";
inline constexpr std::string_view too_few_observations = "too_few_observations";
inline constexpr std::string_view zero_volatility = "zero_volatility";
inline constexpr std::string_view zero_denominator = "zero_denominator";
inline constexpr std::string_view no_losses = "no_losses";
inline constexpr std::string_view no_wins = "no_wins";
inline constexpr std::string_view no_downside = "no_downside";
inline constexpr std::string_view no_drawdown = "no_drawdown";
inline constexpr std::string_view equity_not_positive = "equity_not_positive";
inline constexpr std::string_view not_above_benchmark = "not_above_benchmark";
inline constexpr std::string_view no_benchmark = "no_benchmark";
inline constexpr std::string_view negative_variance = "negative_variance";
inline constexpr std::string_view no_dates = "no_dates";
inline constexpr std::string_view no_closed_trades = "no_closed_trades";
inline constexpr std::string_view fewer_than_30_trades = "fewer_than_30_trades";
inline constexpr std::string_view overflow = "overflow";
}  // namespace reason_code

struct Figure {
  bool defined = false;
  double value = 0;
  std::uint64_t n = 0;        // observations it is computed on
  std::string_view why = {};  // a word of `reason_code` when undefined

  static Figure of(double value, std::uint64_t n) {
    if (!std::isfinite(value)) return undefined(reason_code::overflow, n);
    return {true, value, n, {}};
  }
  static Figure undefined(std::string_view why, std::uint64_t n) { return {false, 0, n, why}; }
};

// A figure with its name, unit (fraction, ratio, usd, count, days, periods) and basis.
struct NamedFigure {
  std::string name;
  std::string_view unit;
  std::string basis;
  Figure figure;
};

}  // namespace optix
