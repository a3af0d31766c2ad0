#pragma once
// What a run says on the terminal.
#include <string>
#include <vector>

#include "core/data/quality.hpp"
#include "core/store/run_view.hpp"

namespace optix {

// One sentence for each thing in the data that a reader of the result must know.
std::vector<std::string> quality_warnings(const QualityReport& report);

// The twelve key figures, where the files are and how long it took.
std::string summary_text(const RunView& view, const std::string& folder, double seconds);

}  // namespace optix
