#pragma once
// The quality report as one HTML page: no scripts, nothing loaded, readable on screen in light and
// dark and on paper. The same report gives the same bytes.
#include <string>
#include <utility>
#include <vector>

#include "core/data/quality.hpp"

namespace optix {

struct QualityPage {
  std::string title = "Data quality";
  // Shown at the top beside what the report itself knows: {"Dataset hash", "3f…"}.
  std::vector<std::pair<std::string, std::string>> facts;
};

std::string quality_html(const QualityReport& report, const QualityPage& page = {});

}  // namespace optix
