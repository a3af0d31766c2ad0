// The picture of stylised facts: six small charts, one colour per market.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <stdexcept>

#include "core/data/simulation/stylised_facts.hpp"
#include "core/pricing/elementary.hpp"
#include "core/store/report_chart.hpp"
#include "core/store/report_text.hpp"
#include "core/store/svg_elements.hpp"

namespace optix::simulation {
namespace {

using svg::number;

constexpr double width = 1200, height = 850, panel_width = 400, panel_height = 335;
constexpr std::array<const char*, 3> colours{"one", "two", "three"};

// Blue, orange and grey are told apart without red-green vision, and by their dashes.
constexpr const char* style = R"(<style>
svg { --page: #ffffff; --ink: #16202c; --soft: #5a6675; --rule: #dfe4ea; --one: #1f5fbf; --two: #b4450f; --three: #6d7683; }
@media (prefers-color-scheme: dark) { svg { --page: #18202a; --ink: #e8edf3; --soft: #9fadbd; --rule: #2c3743; --one: #6aa9ff; --two: #ff9a5c; --three: #a9b4c1; } }
text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", Arial, sans-serif; fill: var(--soft); font-variant-numeric: tabular-nums; }
.title { font-size: 17px; font-weight: 600; fill: var(--ink); } .panel { font-size: 13.5px; font-weight: 600; fill: var(--ink); }
.page { fill: var(--page); } .grid { stroke: var(--rule); } .zero { stroke: var(--soft); stroke-dasharray: 3 3; }
.line { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
.one { stroke: var(--one); } .two { stroke: var(--two); stroke-dasharray: 7 3; } .three { stroke: var(--three); stroke-dasharray: 2 3; }
.dot.one, .bar.one { fill: var(--one); stroke: none; } .dot.two, .bar.two { fill: var(--two); stroke: none; } .dot.three, .bar.three { fill: var(--three); stroke: none; }
</style>
)";

// One curve; x in the panel's units.
struct Curve {
  std::vector<double> x, y;
  std::size_t colour = 0;
  std::string hover;
};

struct Panel {
  std::string title, x_title;
  std::vector<Curve> curves;
  std::vector<std::pair<double, std::string>> ticks;  // on the x axis
  std::function<std::string(double, double)> y_text;  // value, step
  bool from_zero = false, dots = true;
  double mark = NAN;  // a dashed vertical line
};

std::string percent_tick(double value, double step) { return percent_text(value, step < 0.01 ? 1 : 0); }

int digits(double step) { return step >= 1 ? 0 : step >= 0.1 ? 1 : 2; }

std::string draw(const Panel& panel, double left, double top) {
  double x_low = INFINITY, x_high = -INFINITY, y_low = panel.from_zero ? 0 : INFINITY, y_high = -INFINITY;
  for (const Curve& c : panel.curves)
    for (std::size_t i = 0; i < c.x.size(); ++i) {
      if (!std::isfinite(c.y[i])) continue;
      x_low = std::min(x_low, c.x[i]), x_high = std::max(x_high, c.x[i]);
      y_low = std::min(y_low, c.y[i]), y_high = std::max(y_high, c.y[i]);
    }
  std::string out = svg::text("panel", left, top - 12, "start", panel.title);
  if (!(x_low < x_high) || !std::isfinite(y_high)) return out + svg::text("tick", left, top + 20, "start", "no data");
  if (!(y_high > y_low)) y_high = y_low + 1e-6;
  const double step = nice_step(y_low, y_high, 5);
  y_low = std::floor(y_low / step + 1e-9) * step;
  y_high = std::ceil(y_high / step - 1e-9) * step;
  const double bottom = top + panel_height - 62, right = left + panel_width - 44, plot = left + 36;
  const auto at_x = [&](double x) { return plot + (x - x_low) / (x_high - x_low) * (right - plot); };
  const auto at_y = [&](double y) { return bottom - (y - y_low) / (y_high - y_low) * (bottom - top); };
  for (double k = 0; k <= std::round((y_high - y_low) / step); ++k) {
    const double y = y_low + k * step;
    out += svg::line("grid", plot, at_y(y), right, at_y(y));
    out += svg::text("tick", plot - 6, at_y(y) + 4, "end", panel.y_text(y, step));
  }
  for (const auto& [x, words] : panel.ticks) {
    if (x < x_low - 1e-9 || x > x_high + 1e-9) continue;
    out += svg::line("grid", at_x(x), bottom, at_x(x), bottom + 4);
    out += svg::text("tick", at_x(x), bottom + 18, "middle", words);
  }
  out += svg::text("tick", (plot + right) / 2, bottom + 36, "middle", panel.x_title);
  if (panel.mark > x_low && panel.mark < x_high)
    out += svg::line("zero", at_x(panel.mark), top, at_x(panel.mark), bottom);
  for (const Curve& c : panel.curves) {
    std::string path, dots;
    bool pen_down = false;
    for (std::size_t i = 0; i < c.x.size(); ++i) {
      const bool known = std::isfinite(c.y[i]);
      if (known) path += (pen_down ? "L" : "M") + number(at_x(c.x[i])) + " " + number(at_y(c.y[i]));
      pen_down = known;
      if (known && panel.dots)
        dots += "<circle class=\"dot " + std::string(colours[c.colour]) + "\" cx=\"" + number(at_x(c.x[i])) +
                "\" cy=\"" + number(at_y(c.y[i])) + "\" r=\"2.6\"><title>" +
                escape_html(c.hover + ": " + panel.y_text(c.y[i], step / 20)) + "</title></circle>\n";
    }
    out += "<path class=\"line " + std::string(colours[c.colour]) + "\" d=\"" + path + "\"/>\n" + dots;
  }
  return out;
}

template <class F>
void add_curves(Panel& panel, std::span<const StylisedFacts> markets, std::size_t points, F&& point) {
  for (std::size_t m = 0; m < markets.size(); ++m) {
    Curve curve{{}, {}, m, markets[m].name};
    for (std::size_t i = 0; i < points; ++i) {
      const auto [x, y] = point(markets[m], i);
      curve.x.push_back(x);
      curve.y.push_back(y);
    }
    panel.curves.push_back(std::move(curve));
  }
}

// Markets of different dates share the panel: sessions are counted from each one's first.
Panel level_panel(std::span<const StylisedFacts> markets) {
  Panel panel{"At the money, 30 days, through time", "sessions", {}, {}, percent_tick, false, false};
  std::size_t longest = 0;
  for (std::size_t m = 0; m < markets.size(); ++m) {
    longest = std::max(longest, markets[m].level.size());
    Curve curve{{}, markets[m].level, m, markets[m].name};
    for (std::size_t i = 0; i < markets[m].level.size(); ++i) curve.x.push_back(static_cast<double>(i));
    panel.curves.push_back(std::move(curve));
  }
  const double step = nice_step(0, static_cast<double>(longest), 5);
  for (double x = 0; x <= static_cast<double>(longest); x += step) panel.ticks.emplace_back(x, grouped(x, 0));
  return panel;
}

Panel smile_panel(std::span<const StylisedFacts> markets) {
  Panel panel{"Mean smile, 30 days", "strike against the forward, standard deviations", {}, {}, percent_tick};
  panel.mark = 0;
  add_curves(panel, markets, facts_smile_points, [](const StylisedFacts& f, std::size_t i) {
    return std::pair(facts_smile_from + facts_smile_step * static_cast<double>(i), f.smile[i] * f.level_mean);
  });
  for (int z = -4; z <= 3; ++z) panel.ticks.emplace_back(z, grouped(z, 0));
  return panel;
}

// By the root of the term, which spreads the short ones.
double at_term(int days) { return std::sqrt(static_cast<double>(days)); }

void term_ticks(Panel& panel) {
  for (const int days : {7, 30, 90, 180, 365, 730}) panel.ticks.emplace_back(at_term(days), std::to_string(days));
}

Panel term_panel(std::span<const StylisedFacts> markets) {
  Panel panel{"Mean term structure, at the money", "days", {}, {}, percent_tick};
  add_curves(panel, markets, facts_terms.size(),
             [](const StylisedFacts& f, std::size_t i) { return std::pair(at_term(facts_terms[i]), f.term[i]); });
  term_ticks(panel);
  return panel;
}

Panel skew_panel(std::span<const StylisedFacts> markets) {
  Panel panel{"Mean skew: 25-delta put less call", "days", {}, {}, percent_tick, true};
  add_curves(panel, markets, facts_terms.size(),
             [](const StylisedFacts& f, std::size_t i) { return std::pair(at_term(facts_terms[i]), f.term_skew[i]); });
  term_ticks(panel);
  return panel;
}

// Middles of the delta buckets, evenly spaced, with the bounds as words.
void delta_ticks(Panel& panel) {
  for (std::size_t i = 0; i < facts_deltas.size(); ++i)
    panel.ticks.emplace_back(static_cast<double>(i), facts_delta_name(i).substr(6));
}

Panel spread_panel(std::span<const StylisedFacts> markets) {
  Panel panel{"Median spread, 8-30 days, USD", "|delta|, per cent", {}, {}, {}, true};
  panel.y_text = [](double v, double step) { return grouped(v, digits(step)); };
  add_curves(panel, markets, facts_deltas.size(), [](const StylisedFacts& f, std::size_t i) {
    return std::pair(static_cast<double>(i), f.cells[1][i].spread);
  });
  delta_ticks(panel);
  return panel;
}

Panel volume_panel(std::span<const StylisedFacts> markets) {
  Panel panel{"Share of volume by delta", "|delta|, per cent", {}, {}, percent_tick, true};
  add_curves(panel, markets, facts_deltas.size(), [](const StylisedFacts& f, std::size_t i) {
    return std::pair(static_cast<double>(i), f.by_delta[i].volume_share);
  });
  delta_ticks(panel);
  return panel;
}

}  // namespace

std::string facts_svg(std::span<const StylisedFacts> markets) {
  if (markets.empty() || markets.size() > colours.size())
    throw std::invalid_argument("a picture of stylised facts shows one to three markets");
  std::string title = "Stylised facts: ";
  for (std::size_t m = 0; m < markets.size(); ++m) title += (m == 0 ? "" : " and ") + markets[m].name;
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + number(width) + " " + number(height) +
                    "\" width=\"" + number(width) + "\" height=\"" + number(height) + "\" role=\"img\" aria-label=\"" +
                    escape_html(title) + "\">\n" + style + "<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n" +
                    svg::text("title", 36, 38, "start", title);
  double at = 36;
  for (std::size_t m = 0; m < markets.size(); ++m) {
    const StylisedFacts& f = markets[m];
    const std::string words = f.name + ", " + f.dates.front().to_string() + " to " + f.dates.back().to_string() + ", " +
                              std::to_string(f.sessions) + " sessions";
    out += svg::line("line " + std::string(colours[m]), at, 60, at + 30, 60);
    out += svg::text("tick", at + 38, 64, "start", words);
    at += 60 + 6.4 * static_cast<double>(words.size());
  }
  const std::array panels{level_panel(markets), smile_panel(markets),  term_panel(markets),
                          skew_panel(markets),  spread_panel(markets), volume_panel(markets)};
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const std::size_t column = i % 3, row = i / 3;
    out += draw(panels[i], 36 + 385 * static_cast<double>(column), 122 + 385 * static_cast<double>(row));
  }
  return out + "</svg>\n";
}

}  // namespace optix::simulation
