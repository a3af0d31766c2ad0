#include "core/metrics/drawdown.hpp"

#include <algorithm>

namespace optix {

std::vector<double> drawdown_curve(std::span<const double> curve) {
  std::vector<double> out;
  out.reserve(curve.size());
  double peak = 1;
  for (const double level : curve) {
    peak = std::max(peak, level);
    out.push_back(level / peak - 1);
  }
  return out;
}

namespace {

void set_dates(DrawdownSpell& spell, const ReturnSeries& series) {
  if (series.dates.empty()) return;
  spell.peak_date = series.dates[spell.first == 0 ? 0 : spell.first - 1];
  spell.valley_date = series.dates[spell.valley];
  spell.end_date = spell.recovery ? series.dates[*spell.recovery] : series.dates.back();
  spell.calendar_days = spell.end_date - spell.peak_date;
}

}  // namespace

std::vector<DrawdownSpell> drawdown_spells(const ReturnSeries& series) {
  const std::vector<double> depth = drawdown_curve(series.curve);
  std::vector<DrawdownSpell> out;
  bool open = false;
  for (std::size_t i = 0; i < depth.size(); ++i) {
    if (depth[i] < 0) {
      if (!open) out.push_back({i, i, std::nullopt, depth[i], 0, {}, {}, {}, 0});
      open = true;
      DrawdownSpell& spell = out.back();
      ++spell.periods;
      if (depth[i] < spell.depth) {
        spell.depth = depth[i];
        spell.valley = i;
      }
    } else if (open) {
      out.back().recovery = i;
      open = false;
    }
  }
  for (DrawdownSpell& spell : out) set_dates(spell, series);
  return out;
}

std::vector<DrawdownSpell> deepest_spells(std::vector<DrawdownSpell> spells, std::size_t count) {
  std::stable_sort(spells.begin(), spells.end(),
                   [](const DrawdownSpell& a, const DrawdownSpell& b) { return a.depth < b.depth; });
  if (spells.size() > count) spells.resize(count);
  return spells;
}

}  // namespace optix
