#pragma once
// The few SVG elements that all drawings are made of. Text is escaped here.
#include <string>
#include <string_view>

namespace optix::svg {

// One decimal: a tenth of a pixel.
std::string number(double value);
std::string line(std::string_view css, double x1, double y1, double x2, double y2);
// anchor: start, middle or end.
std::string text(std::string_view css, double x, double y, std::string_view anchor, std::string_view words);
// With words for hovering; `attributes` go into the element as they are.
std::string rectangle(std::string_view css, double x, double y, double width, double height, std::string_view hover,
                      std::string_view attributes = {});

}  // namespace optix::svg
