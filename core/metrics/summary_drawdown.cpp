// Depth and length of drawdowns, and the ratios built on them.
#include <algorithm>

#include "core/metrics/summary_guard.hpp"

namespace optix {
namespace summary {

double lowest_drawdown(const SummaryInput& in) { return in.sorted_drawdown.empty() ? 0 : in.sorted_drawdown.front(); }

}  // namespace summary

namespace {

using namespace summary;

Figure of_curve(const SummaryInput& in, double v) { return Figure::of(v, in.series.size()); }

Figure max_drawdown(const SummaryInput& in) {
  return with_curve(in, [&] { return of_curve(in, lowest_drawdown(in)); });
}

Figure current_drawdown(const SummaryInput& in) {
  return with_curve(in, [&] { return of_curve(in, in.drawdown.back()); });
}

Figure drawdown_count(const SummaryInput& in) {
  return with_curve(in, [&] { return of_curve(in, static_cast<double>(in.spells.size())); });
}

Figure time_under_water(const SummaryInput& in) {
  return with_curve(in, [&] {
    std::size_t under = 0;
    for (const DrawdownSpell& s : in.spells) under += s.periods;
    return of_curve(in, static_cast<double>(under) / static_cast<double>(in.series.size()));
  });
}

Figure longest_periods(const SummaryInput& in) {
  return with_curve(in, [&] {
    std::size_t longest = 0;
    for (const DrawdownSpell& s : in.spells) longest = std::max(longest, s.periods);
    return of_curve(in, static_cast<double>(longest));
  });
}

Figure longest_days(const SummaryInput& in) {
  return with_curve(in, [&] {
    if (in.series.dates.empty()) return undefined(in, reason_code::no_dates);
    int longest = 0;
    for (const DrawdownSpell& s : in.spells) longest = std::max(longest, s.calendar_days);
    return of_curve(in, longest);
  });
}

Figure average_depth(const SummaryInput& in) {
  return with_curve(in, [&] {
    if (in.spells.empty()) return undefined(in, reason_code::no_drawdown);
    double sum = 0;
    for (const DrawdownSpell& s : in.spells) sum += s.depth;
    return Figure::of(sum / static_cast<double>(in.spells.size()), in.spells.size());
  });
}

double squares(const SummaryInput& in) {
  double sum = 0;
  for (const double d : in.drawdown) sum += d * d;
  return sum;
}

double ulcer(const SummaryInput& in) { return std::sqrt(squares(in) / static_cast<double>(in.drawdown.size())); }

Figure ulcer_index(const SummaryInput& in) {
  return with_curve(in, [&] { return of_curve(in, ulcer(in)); });
}

Figure ulcer_index_sample(const SummaryInput& in) {
  return with_curve(in, [&] {
    if (in.drawdown.size() < 2) return undefined(in, reason_code::too_few_observations);
    return of_curve(in, std::sqrt(squares(in) / static_cast<double>(in.drawdown.size() - 1)));
  });
}

Figure pain_index(const SummaryInput& in) {
  return with_curve(in, [&] { return of_curve(in, -mean(in.drawdown)); });
}

double conditional_drawdown(const SummaryInput& in) { return mean_of_smallest(in.sorted_drawdown, 0.05); }

Figure cdar_95(const SummaryInput& in) {
  return with_curve(in, [&] { return of_curve(in, conditional_drawdown(in)); });
}

Figure per(const SummaryInput& in, const Figure& numerator, double denominator) {
  return numerator.defined ? ratio(in, numerator.value, denominator, reason_code::no_drawdown) : numerator;
}

Figure calmar(const SummaryInput& in) { return per(in, cagr(in), -lowest_drawdown(in)); }

Figure martin(const SummaryInput& in) {
  return with_curve(in, [&] { return per(in, cagr(in), ulcer(in)); });
}

Figure recovery(const SummaryInput& in) {
  return with_curve(in, [&] { return ratio(in, total_return(in), -lowest_drawdown(in), reason_code::no_drawdown); });
}

// Return over ulcer × pitfall, pitfall = |CDaR| / volatility, everything annualised.
Figure serenity(const SummaryInput& in) {
  return with_returns(in, 2, [&] {
    if (in.deviation == 0) return undefined(in, reason_code::zero_volatility);
    const double pitfall = -conditional_drawdown(in) / (in.deviation * std::sqrt(annual(in)));
    return ratio(in, in.mean * annual(in), ulcer(in) * pitfall, reason_code::no_drawdown);
  });
}

constexpr SummaryRow rows[] = {
    {"max_drawdown", "fraction", "marks at the end of each period", "lowest E_t / highest E so far - 1", max_drawdown},
    {"current_drawdown", "fraction", "last mark", "E_n / highest E - 1", current_drawdown},
    {"drawdowns", "count", "spells under water, one still open included", "number of spells", drawdown_count},
    {"average_drawdown", "fraction", "mean depth of all spells", "mean of the spells' depths", average_depth},
    {"time_under_water", "fraction", "share of periods", "periods below the highest equity / periods",
     time_under_water},
    {"longest_drawdown_periods", "periods", "longest spell, one still open included", "periods under water",
     longest_periods},
    {"longest_drawdown_days", "days", "peak to recovery, or to the last mark", "calendar days", longest_days},
    {"ulcer_index", "fraction", "all periods", "sqrt(mean(drawdown^2))", ulcer_index},
    {"ulcer_index_sample", "fraction", "all periods, n - 1", "sqrt(sum(drawdown^2) / (n - 1))", ulcer_index_sample},
    {"pain_index", "fraction", "all periods", "mean(|drawdown|)", pain_index},
    {"cdar_95", "fraction", "historical, worst 5 % of periods",
     "mean of the floor((n - 1) * 0.05) + 1 deepest drawdowns", cdar_95},
    {"calmar", "ratio", "periods, {A} a year", "CAGR / |max drawdown|", calmar},
    {"martin", "ratio", "periods, {A} a year", "CAGR / ulcer index", martin},
    {"serenity", "ratio", "annualised, {A} a year", "mean(r) * A / (ulcer index * |CDaR| / volatility)", serenity},
    {"recovery_factor", "ratio", "signed", "total return / |max drawdown|", recovery},
};

}  // namespace

std::span<const SummaryRow> drawdown_rows() { return rows; }

}  // namespace optix
