#pragma once
// Numbers and text as the report shows them. Everything that comes from outside goes through
// escape_html.
#include <string>
#include <string_view>

#include "messages/metrics.hpp"
#include "messages/values/decimal.hpp"

namespace optix {

// & < > " ' become entities; control characters other than line breaks and tabs become U+FFFD.
std::string escape_html(std::string_view text);

// "−1,234.50"; a true minus sign, thousands separated, `decimals` digits after the point.
std::string grouped(double value, int decimals);
std::string money_text(Decimal value);                        // "−$610.00"; "–" for none
std::string price_text(Decimal value);                        // "−19.20"
std::string percent_text(double fraction, int decimals = 2);  // "−2.31 %"

// A figure by its unit; undefined: "–".
std::string figure_text(const MetricValue& metric);
// "no_losses" as "no losses".
std::string reason_text(std::string_view reason);

}  // namespace optix
