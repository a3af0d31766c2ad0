#include "core/store/surface_chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <stdexcept>

#include "core/store/report_chart.hpp"
#include "core/store/report_text.hpp"
#include "core/store/svg_elements.hpp"

namespace optix {
namespace {

using svg::number;

constexpr double width = 960;

// The colours of the report: calls blue, puts orange, told apart without red-green vision.
constexpr const char* style = R"(<style>
svg { --page: #ffffff; --ink: #16202c; --soft: #5a6675; --rule: #dfe4ea; --fit: #16202c; --call: #1f5fbf; --put: #b4450f; }
@media (prefers-color-scheme: dark) { svg { --page: #18202a; --ink: #e8edf3; --soft: #9fadbd; --rule: #2c3743; --fit: #e8edf3; --call: #6aa9ff; --put: #ff9a5c; } }
text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", Arial, sans-serif; fill: var(--soft); font-variant-numeric: tabular-nums; }
.title { font-size: 17px; font-weight: 600; fill: var(--ink); } .axis-title, .cell { font-size: 12px; }
.page { fill: var(--page); } .grid { stroke: var(--rule); } .forward { stroke: var(--soft); stroke-dasharray: 4 4; }
.fit { fill: none; stroke: var(--fit); stroke-width: 2; }
.call { stroke: var(--call); fill: var(--call); } .put { stroke: var(--put); fill: var(--put); }
.unused { opacity: .3; } .bar { stroke-width: 1.2; fill: none; } .hover { fill: transparent; stroke: none; }
.cell.light { fill: #16202c; } .cell.dark { fill: #ffffff; } .beyond { opacity: .38; }
</style>
)";

std::string open_svg(const std::string& title, const std::string& subtitle, double height) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + number(width) + " " + number(height) +
         "\" width=\"" + number(width) + "\" height=\"" + number(height) + "\" role=\"img\" aria-label=\"" +
         escape_html(title) + "\">\n" + style + "<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n" +
         svg::text("title", 24, 32, "start", title) + svg::text("subtitle", 24, 53, "start", subtitle);
}

struct Scale {
  double low, high, from, to;  // values to pixels
  double at(double v) const { return from + (v - low) / (high - low) * (to - from); }
};

int decimals_for(double step) {
  return step >= 1 ? 0 : std::min(6, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
}

// A whisker from bid to ask and a dot at the mid; an ask alone is an open wedge pointing down.
std::string quote_mark(const SmileChartQuote& q, const Scale& x, const Scale& y) {
  const double at = x.at(q.strike);
  if (q.bid > y.high || q.ask < y.low) return {};  // all of it is outside the frame
  std::string out = "<g class=\"" + std::string(q.call ? "call" : "put") + (q.used ? "" : " unused") + "\">";
  const auto bar = [&](double x1, double y1, double x2, double y2) { out += svg::line("bar", x1, y1, x2, y2); };
  const auto inside = [&](double v) { return std::isfinite(v) && v >= y.low && v <= y.high; };
  if (std::isfinite(q.bid) && std::isfinite(q.ask)) {
    const double top = y.at(std::min(q.ask, y.high)), bottom = y.at(std::max(q.bid, y.low));
    bar(at, top, at, bottom);
    if (inside(q.ask)) bar(at - 2.5, top, at + 2.5, top);
    if (inside(q.bid)) bar(at - 2.5, bottom, at + 2.5, bottom);
  } else if (inside(q.ask)) {
    bar(at - 3, y.at(q.ask) - 4, at, y.at(q.ask));
    bar(at, y.at(q.ask), at + 3, y.at(q.ask) - 4);
  }
  if (inside(q.mid)) out += "<circle cx=\"" + number(at) + "\" cy=\"" + number(y.at(q.mid)) + "\" r=\"2.2\"/>";
  out += svg::rectangle("hover", at - 3, y.to, 6, y.from - y.to, q.hover);
  return out + "</g>\n";
}

using Colour = std::array<double, 3>;
// From low to high volatility: pale yellow, orange, purple, nearly black; brightness falls all the
// way, so it reads in grey too.
constexpr Colour ramp[] = {{255, 245, 214}, {253, 200, 120}, {236, 120, 83},
                           {178, 57, 108},  {104, 30, 113},  {40, 16, 70}};

Colour colour_at(double share) {
  const double at = std::clamp(share, 0.0, 1.0) * (std::size(ramp) - 1);
  const auto i = std::min(static_cast<std::size_t>(at), std::size(ramp) - 2);
  Colour out{};
  for (std::size_t c = 0; c < 3; ++c)
    out[c] = ramp[i][c] + (at - static_cast<double>(i)) * (ramp[i + 1][c] - ramp[i][c]);
  return out;
}

std::string hex(const Colour& colour) {
  char text[8];
  std::snprintf(text, sizeof text, "#%02x%02x%02x", static_cast<unsigned>(std::lround(colour[0])),
                static_cast<unsigned>(std::lround(colour[1])), static_cast<unsigned>(std::lround(colour[2])));
  return text;
}

bool is_dark(const Colour& colour) { return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2] < 140; }

}  // namespace

std::string smile_svg(const SmileChart& chart) {
  if (chart.strike.size() < 2 || chart.strike.size() != chart.vol.size())
    throw std::invalid_argument("a smile needs a curve of at least two points");
  constexpr double height = 560, left = 74, right = 24, top = 96, bottom = 62;
  double low = INFINITY, high = -INFINITY;
  const auto include = [&](double v) {
    if (std::isfinite(v)) low = std::min(low, v), high = std::max(high, v);
  };
  for (const double v : chart.vol) include(v);
  const double curve_low = low, curve_high = high, room = std::max(0.02, curve_high - curve_low);
  for (const SmileChartQuote& q : chart.quotes)
    for (const double v : {q.bid, q.mid, q.ask})
      // A far quote with a huge spread must not flatten the rest: its bar is cut at the edge.
      if (std::isfinite(v)) include(std::clamp(v, curve_low - 0.25 * room, curve_high + 0.25 * room));
  if (high - low < 0.002) low -= 0.001, high += 0.001;
  const double step = nice_step(low, high, 6);
  const Scale y{std::floor(low / step) * step, std::ceil(high / step) * step, height - bottom, top};
  const Scale x{chart.strike.front(), chart.strike.back(), left, width - right};

  std::string out = open_svg(chart.title, chart.subtitle, height);
  const double lines = std::round((y.high - y.low) / step);
  for (double k = 0; k <= lines; ++k) {
    const double v = y.low + k * step;
    out += svg::line("grid", left, y.at(v), width - right, y.at(v));
    out += svg::text("tick", left - 8, y.at(v) + 4, "end", percent_text(v, decimals_for(step * 100)));
  }
  const double strike_step = nice_step(x.low, x.high, 9);
  for (double s = std::ceil(x.low / strike_step) * strike_step; s <= x.high; s += strike_step) {
    out += svg::line("grid", x.at(s), height - bottom, x.at(s), height - bottom + 5);
    out += svg::text("tick", x.at(s), height - bottom + 21, "middle", grouped(s, decimals_for(strike_step)));
  }
  out += svg::text("axis-title", (left + width - right) / 2, height - 16, "middle", "strike");
  out += svg::text("axis-title", left, top - 14, "start", "implied volatility");
  if (chart.forward > x.low && chart.forward < x.high) {
    out += svg::line("forward", x.at(chart.forward), top, x.at(chart.forward), height - bottom);
    out += svg::text("axis-title", x.at(chart.forward) + 6, top + 12, "start", "forward " + grouped(chart.forward, 2));
  }
  for (const SmileChartQuote& q : chart.quotes)
    if (q.strike >= x.low && q.strike <= x.high) out += quote_mark(q, x, y);
  std::string path;
  for (std::size_t i = 0; i < chart.strike.size(); ++i)
    if (std::isfinite(chart.vol[i]))
      path += (path.empty() ? "M" : "L") + number(x.at(chart.strike[i])) + " " + number(y.at(chart.vol[i]));
  out += "<path class=\"fit\" d=\"" + path + "\"/>\n";
  // Legend, right-aligned above the plot.
  double at = width - right - 386;
  const auto key = [&](const char* css, const char* words, double room_for) {
    out += svg::line(css, at, top - 18, at + 22, top - 18);
    out += svg::text("axis-title", at + 29, top - 14, "start", words);
    at += room_for;
  };
  key("put bar", "puts, bid to ask", 142);
  key("call bar", "calls, bid to ask", 145);
  key("fit", "fitted smile", 0);
  return out + "</svg>\n";
}

std::string heat_svg(const HeatChart& chart) {
  const std::size_t n = chart.columns.size(), m = chart.rows.size();
  if (n == 0 || m == 0 || chart.values.size() != n * m || chart.extrapolated.size() != n * m)
    throw std::invalid_argument("a heat map needs a value for each row and column");
  constexpr double left = 150, right = 24, top = 110, bottom = 84;
  const double cell_height = m > 30 ? 18 : 24, cell_width = (width - left - right) / static_cast<double>(n);
  const double height = top + bottom + cell_height * static_cast<double>(m);
  double low = INFINITY, high = -INFINITY;
  for (std::size_t i = 0; i < chart.values.size(); ++i)
    if (std::isfinite(chart.values[i]) && !chart.extrapolated[i])
      low = std::min(low, chart.values[i]), high = std::max(high, chart.values[i]);
  if (!std::isfinite(low)) throw std::invalid_argument("a heat map needs a value that is not extrapolated");
  if (high - low < 1e-6) high = low + 1e-6;

  std::string out = open_svg(chart.title, chart.subtitle, height);
  out += svg::text("axis-title", left - 12, top - 12, "end", chart.row_title);
  for (std::size_t c = 0; c < n; ++c)
    out += svg::text("tick", left + (static_cast<double>(c) + 0.5) * cell_width, top - 12, "middle", chart.columns[c]);
  out += svg::text("axis-title", (left + width - right) / 2, top - 32, "middle", chart.column_title);
  for (std::size_t r = 0; r < m; ++r) {
    const double y = top + static_cast<double>(r) * cell_height;
    out += svg::text("tick", left - 12, y + cell_height / 2 + 4.5, "end", chart.rows[r]);
    for (std::size_t c = 0; c < n; ++c) {
      const double v = chart.values[r * n + c];
      if (!std::isfinite(v)) continue;
      const bool beyond = chart.extrapolated[r * n + c];
      const Colour colour = colour_at((v - low) / (high - low));
      const double x = left + static_cast<double>(c) * cell_width;
      const std::string words =
          chart.rows[r] + ", " + chart.columns[c] + ": " + percent_text(v) + (beyond ? " (beyond the quotes)" : "");
      out += svg::rectangle(beyond ? "beyond" : "", x + 0.5, y + 0.5, cell_width - 1, cell_height - 1, words,
                            "fill=\"" + hex(colour) + "\"");
      const bool dark = is_dark(colour) && !beyond;
      const std::string css = beyond ? "cell beyond" : dark ? "cell dark" : "cell light";
      out += svg::text(css, x + cell_width / 2, y + cell_height / 2 + 4, "middle", grouped(v * 100, 1));
    }
  }
  // The scale.
  const double bar_left = left, bar_width = 300, y = height - bottom + 30;
  for (int i = 0; i < 60; ++i)
    out += "<rect x=\"" + number(bar_left + i * bar_width / 60) + "\" y=\"" + number(y) + "\" width=\"" +
           number(bar_width / 60 + 0.4) + "\" height=\"12\" fill=\"" + hex(colour_at((i + 0.5) / 60)) + "\"/>\n";
  out += svg::text("axis-title", bar_left, y + 28, "start", percent_text(low, 1));
  out += svg::text("axis-title", bar_left + bar_width, y + 28, "end", percent_text(high, 1));
  out += svg::text("axis-title", bar_left + bar_width + 24, y + 11, "start",
                   "implied volatility, %; faint: beyond the quoted strikes");
  return out + "</svg>\n";
}

}  // namespace optix
