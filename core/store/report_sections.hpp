#pragma once
// The parts of the report, each an HTML fragment. Used by report_html.cpp only.
#include <string>

#include "core/store/run_view.hpp"

namespace optix::report {

extern const char* const style_sheet;  // report_style.cpp

// report_curves.cpp
std::string equity_section(const RunView& view);
std::string monthly_section(const RunView& view);
std::string drawdown_section(const RunView& view);

// report_trades.cpp
std::string trade_statistics_section(const RunView& view);
std::string trade_section(const RunView& view);
std::string order_section(const RunView& view);

// report_accounting.cpp; empty when there is nothing to say
std::string accounting_section(const RunView& view);

// report_figures.cpp
std::string key_figures(const RunView& view);
std::string cost_section(const RunView& view);
std::string figure_section(const RunView& view);

// <section><h2>title</h2>…</section>
std::string section(std::string_view title, std::string_view body);
// <td class="css">text</td>; the text is escaped.
std::string cell(std::string_view text, std::string_view css = {});
std::string head_cell(std::string_view text, std::string_view css = {});

}  // namespace optix::report
