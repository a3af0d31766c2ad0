#include "core/store/report_chart.hpp"

#include <algorithm>
#include <cmath>

#include "core/store/report_text.hpp"
#include "core/store/svg_elements.hpp"

namespace optix {
namespace {

using svg::number;

constexpr double width = 960, left = 74, right = 16, top = 14, bottom = 28;
constexpr std::size_t most_points = 1200, most_hovers = 400;

struct Frame {
  double low, high;  // values
  double height;
  double y(double v) const { return top + (high - v) / (high - low) * (height - top - bottom); }
};

std::string svg_open(std::string_view title, double height) {
  return "<div class=\"scroll\"><svg class=\"chart\" viewBox=\"0 0 " + number(width) + " " + number(height) +
         "\" role=\"img\" aria-label=\"" + escape_html(title) + "\">\n";
}

// Widens [low, high] to whole steps, draws the grid and its labels, returns the frame.
Frame value_axis(std::string& out, double low, double high, bool percent, double height) {
  if (high - low < 1e-12 * std::max(1.0, std::fabs(high))) {
    const double room = percent ? 0.01 : std::max(1.0, std::fabs(high) * 0.01);
    low -= room;
    high += room;
  }
  const double step = nice_step(low, high, 5);
  const double first = std::floor(low / step), last = std::ceil(high / step);
  const Frame frame{first * step, last * step, height};
  const double shown = percent ? step * 100 : step;
  const int decimals = shown >= 1 ? 0 : static_cast<int>(std::ceil(-std::log10(shown) - 1e-9));
  for (double k = first; k <= last; ++k) {
    const double v = k * step, y = frame.y(v);
    out += svg::line(k == 0 ? "axis" : "grid", left, y, width - right, y);
    out += svg::text("tick", left - 8, y + 4, "end", percent ? percent_text(v, decimals) : grouped(v, decimals));
  }
  return frame;
}

constexpr const char* month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct DateTick {
  Date date;
  std::string label;
};

std::vector<DateTick> date_ticks(Date first, Date last) {
  std::vector<DateTick> ticks;
  const int days = last - first;
  if (days < 130) {
    const int step = days < 8 ? 1 : days < 30 ? 7 : 14;
    for (Date d = first; d <= last; d = d + step) {
      const Date::Civil c = d.civil();
      ticks.push_back({d, std::to_string(c.day) + " " + month_names[c.month - 1]});
    }
    return ticks;
  }
  int months = 1;
  for (const int step : {1, 2, 3, 6, 12, 24, 60, 120, 240}) {
    months = step;
    if (days / 30.44 / step <= 12) break;
  }
  const Date::Civil c = first.civil();
  for (int m = c.year * 12 + c.month - 1;; ++m) {
    const Date d = Date::from_civil(m / 12, m % 12 + 1, 1);
    if (d > last) return ticks;
    if (d < first || m % 12 % std::min(months, 12) != 0 || (months > 12 && m / 12 % (months / 12) != 0)) continue;
    ticks.push_back(
        {d, months >= 12 ? std::to_string(m / 12) : std::string(month_names[m % 12]) + " " + std::to_string(m / 12)});
  }
}

double x_of(Date date, const std::vector<Date>& dates) {
  const double share = static_cast<double>(date - dates.front()) / std::max(1, dates.back() - dates.front());
  return left + share * (width - left - right);
}

// Every point, or for a long line the lowest and highest of each bucket so that no extreme is lost.
std::vector<std::size_t> points_of(const std::vector<double>& values) {
  std::vector<std::size_t> keep;
  const std::size_t n = values.size();
  if (n <= most_points) {
    for (std::size_t i = 0; i < n; ++i) keep.push_back(i);
    return keep;
  }
  const std::size_t bucket = (2 * n + most_points - 1) / most_points;
  for (std::size_t begin = 0; begin < n; begin += bucket) {
    std::size_t low = begin, high = begin;
    for (std::size_t i = begin; i < std::min(n, begin + bucket); ++i) {
      if (values[i] < values[low]) low = i;
      if (values[i] > values[high]) high = i;
    }
    keep.push_back(std::min(low, high));
    if (low != high) keep.push_back(std::max(low, high));
  }
  if (keep.back() != n - 1) keep.push_back(n - 1);
  return keep;
}

std::string path_of(const LineChart& chart, const ChartLine& line, const Frame& frame) {
  std::string path;
  bool pen_down = false;
  for (const std::size_t i : points_of(line.values)) {
    if (!std::isfinite(line.values[i])) {
      pen_down = false;
      continue;
    }
    path += (pen_down ? "L" : "M") + number(x_of(chart.dates[i], chart.dates)) + " " + number(frame.y(line.values[i]));
    pen_down = true;
  }
  return path;
}

std::string hover_bands(const LineChart& chart, double height) {
  std::string out = "<g class=\"hover\">\n";
  const std::size_t n = std::min(chart.dates.size(), chart.hover.size());
  const std::size_t stride = std::max<std::size_t>(1, (n + most_hovers - 1) / most_hovers);
  for (std::size_t i = 0; i < n; i += stride) {
    const double x = x_of(chart.dates[i], chart.dates);
    const double before = i == 0 ? x : (x_of(chart.dates[i - stride], chart.dates) + x) / 2;
    const double after = i + stride >= n ? width - right : (x_of(chart.dates[i + stride], chart.dates) + x) / 2;
    out += "<rect x=\"" + number(before) + "\" y=\"" + number(top) + "\" width=\"" +
           number(std::max(0.5, after - before)) + "\" height=\"" + number(height - top - bottom) + "\"><title>" +
           escape_html(chart.hover[i]) + "</title></rect>\n";
  }
  return out + "</g>\n";
}

}  // namespace

double nice_step(double low, double high, int count) {
  const double raw = (high - low) / count;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (raw <= factor * power * (1 + 1e-9)) return factor * power;
  return 10 * power;
}

std::string line_chart(const LineChart& chart) {
  double low = chart.area_from_zero ? 0 : INFINITY, high = chart.area_from_zero ? 0 : -INFINITY;
  for (const ChartLine& line : chart.lines)
    for (const double v : line.values)
      if (std::isfinite(v)) low = std::min(low, v), high = std::max(high, v);
  if (!std::isfinite(low) || chart.dates.size() < 2) return "<p class=\"empty\">Not enough marks for a chart.</p>\n";

  std::string out;
  if (chart.lines.size() > 1) {
    out += "<div class=\"legend\">";
    for (const ChartLine& line : chart.lines)
      out += "<span><i class=\"key " + std::string(line.css_class) + "\"></i>" + escape_html(line.label) + "</span>";
    out += "</div>\n";
  }
  const double height = chart.height;
  out += svg_open(chart.title, height);
  const Frame frame = value_axis(out, low, high, chart.percent, height);
  for (const DateTick& tick : date_ticks(chart.dates.front(), chart.dates.back())) {
    const double x = x_of(tick.date, chart.dates);
    out += svg::line("grid", x, height - bottom, x, height - bottom + 5);
    // Labels at the edges would be cut in half.
    const std::string_view anchor = x < left + 30 ? "start" : x > width - right - 30 ? "end" : "middle";
    out += svg::text("tick", x, height - bottom + 20, anchor, tick.label);
  }
  if (chart.area_from_zero && !chart.lines.empty()) {
    const std::string path = path_of(chart, chart.lines.front(), frame);
    out += "<path class=\"area " + std::string(chart.lines.front().css_class) + "\" d=\"M" + number(left) + " " +
           number(frame.y(0)) + "L" + (path.empty() ? "" : path.substr(1)) + "L" + number(width - right) + " " +
           number(frame.y(0)) + "Z\"/>\n";
  }
  // The first line is drawn last, on top.
  for (auto line = chart.lines.rbegin(); line != chart.lines.rend(); ++line)
    out += "<path class=\"line " + std::string(line->css_class) + "\" d=\"" + path_of(chart, *line, frame) + "\"/>\n";
  return out + hover_bands(chart, height) + "</svg></div>\n";
}

std::string bar_chart(std::string_view title, const std::vector<ChartBar>& bars, int height) {
  if (bars.empty()) return {};
  double low = 0, high = 0;
  for (const ChartBar& b : bars) low = std::min(low, b.value), high = std::max(high, b.value);
  std::string out = svg_open(title, height);
  const Frame frame = value_axis(out, low, high, false, height);
  const double pitch = (width - left - right) / static_cast<double>(bars.size());
  const double thick = std::min(28.0, pitch * 0.72);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const double x = left + (static_cast<double>(i) + 0.5) * pitch - thick / 2;
    const double from = frame.y(std::max(0.0, bars[i].value)), to = frame.y(std::min(0.0, bars[i].value));
    out += bars[i].value < 0 ? "<rect class=\"bar loss\" x=\"" : "<rect class=\"bar gain\" x=\"";
    out += number(x) + "\" y=\"" + number(from) + "\" width=\"" + number(thick) + "\" height=\"" +
           number(std::max(0.8, to - from)) + "\"><title>" + escape_html(bars[i].hover) + "</title></rect>\n";
  }
  return out + "</svg></div>\n";
}

}  // namespace optix
