#pragma once
// Drawings of a volatility surface as SVG files of their own: one smile with its quotes, and the
// whole surface as a heat map. Light and dark follow the reader's setting; numbers are in <title>s.
#include <string>
#include <vector>

namespace optix {

// One quote: volatilities per 1.00; NaN where there is none.
struct SmileChartQuote {
  double strike = 0;
  double bid = 0, mid = 0, ask = 0;
  bool call = false;
  bool used = true;  // took part in the fit
  std::string hover;
};

struct SmileChart {
  std::string title, subtitle;
  std::vector<SmileChartQuote> quotes;
  std::vector<double> strike, vol;  // the fitted curve, ascending strikes, at least two
  double forward = 0;
};
std::string smile_svg(const SmileChart& chart);

// Rows from the nearest expiration (top) to the farthest, columns of moneyness.
struct HeatChart {
  std::string title, subtitle;
  std::vector<std::string> columns;  // labels
  std::vector<std::string> rows;
  std::vector<double> values;      // per 1.00, row by row; NaN leaves a hole
  std::vector<bool> extrapolated;  // beyond the quotes: drawn faint
  std::string column_title, row_title;
};
std::string heat_svg(const HeatChart& chart);

}  // namespace optix
