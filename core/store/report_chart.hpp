#pragma once
// Charts as inline SVG: axes, ticks, legend, and a <title> on each point for hovering. Colours are
// classes of the page's style sheet, so light, dark and print need nothing here.
#include <string>
#include <string_view>
#include <vector>

#include "messages/values/time.hpp"

namespace optix {

struct ChartLine {
  std::string label;
  std::string_view css_class;  // "run", "benchmark", "drawdown"
  std::vector<double> values;  // one for each date; NaN leaves a gap
};

struct LineChart {
  std::string title;        // for screen readers
  std::vector<Date> dates;  // ascending, at least two
  std::vector<ChartLine> lines;
  bool percent = false;         // the axis shows per cent of fractions, otherwise whole numbers
  bool area_from_zero = false;  // fills between the first line and zero
  int height = 300;
  std::vector<std::string> hover;  // text for each date
};
std::string line_chart(const LineChart& chart);

struct ChartBar {
  double value = 0;
  std::string hover;
};
// Bars up and down from zero, in order.
std::string bar_chart(std::string_view title, const std::vector<ChartBar>& bars, int height);

// 1, 2 or 5 times a power of ten, such that [low, high] has about `count` steps.
double nice_step(double low, double high, int count);

}  // namespace optix
