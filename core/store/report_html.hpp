#pragma once
// The report of one run: a single HTML file that needs no script, network or other file, prints on
// A4, and follows the reader's light or dark setting.
//
// Header with provenance and warnings · key figures · equity, benchmark, drawdown · monthly returns
// · drawdown table · trades · rejected orders · costs and settings · every figure with its
// definition. A part without content says so in words.
#include <string>

#include "core/store/run_view.hpp"

namespace optix {

std::string report_html(const RunView& view);

}  // namespace optix
