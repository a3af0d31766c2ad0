#include "core/store/svg_elements.hpp"

#include <cstdio>

#include "core/store/report_text.hpp"

namespace optix::svg {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string line(std::string_view css, double x1, double y1, double x2, double y2) {
  return "<line class=\"" + std::string(css) + "\" x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" +
         number(x2) + "\" y2=\"" + number(y2) + "\"/>\n";
}

std::string text(std::string_view css, double x, double y, std::string_view anchor, std::string_view words) {
  return "<text class=\"" + std::string(css) + "\" x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" +
         std::string(anchor) + "\">" + escape_html(words) + "</text>\n";
}

std::string rectangle(std::string_view css, double x, double y, double width, double height, std::string_view hover,
                      std::string_view attributes) {
  return "<rect class=\"" + std::string(css) + "\" x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" +
         number(width) + "\" height=\"" + number(height) + "\"" + (attributes.empty() ? "" : " ") +
         std::string(attributes) + "><title>" + escape_html(hover) + "</title></rect>\n";
}

}  // namespace optix::svg
