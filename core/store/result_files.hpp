#pragma once
// The files of a run folder, as text. Money is exact decimal, dates are ISO, instants are UTC,
// contracts are OSI symbols. A field with a comma, a quote or a line break is quoted (RFC 4180).
#include <filesystem>
#include <string>

#include "core/store/run_view.hpp"
#include "messages/values/result.hpp"

namespace optix {

inline constexpr int result_schema_version = 1;

// {"schema": "optix.result", "schema_version": 1, …}: provenance, period, metrics by name
// (value null with a reason when undefined), counts, rejections, warnings, data quality, timings,
// configuration.
std::string result_json(const RunView& view);

// One row a trade. entry_cost and exit_proceeds are USD per share for one of each leg (debit and
// receipt positive); columns ending in _usd are for the whole trade.
std::string trades_csv(const RunView& view);
// One row a leg; fees of the order stand on its first leg.
std::string fills_csv(const RunView& view);
// One row a mark; margin columns are filled where margin was computed at that mark.
std::string equity_csv(const RunView& view);
// One row a session: its profit by greek. A model's values, rounded to a millionth of a dollar.
std::string attribution_csv(const RunView& view);

// Writes result.json, trades.csv, fills.csv, equity.csv, attribution.csv and report.html into `folder`, which is
// created when missing. result.json comes last: where it is, the others are complete.
Status write_result_files(const std::filesystem::path& folder, const RunRecord& record);

}  // namespace optix
