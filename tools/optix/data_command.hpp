#pragma once
// `optix data`: import, check, list, show, coverage, generate, export. One file per group of commands.
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "core/data/events/event_store.hpp"
#include "core/data/store/dataset_folder.hpp"
#include "tools/optix/console.hpp"

namespace optix {

void add_data_command(CLI::App& app, Console& console, int& exit);

// What the files of this command share.
void add_data_inspect_commands(CLI::App& data, Console& console, int& exit);
void add_data_import_command(CLI::App& data, Console& console, int& exit);
void add_data_generate_command(CLI::App& data, Console& console, int& exit);
void add_data_export_command(CLI::App& data, Console& console, int& exit);

// Opens a dataset by name or path; nullptr after saying why not.
std::shared_ptr<const DatasetFolder> open_dataset(const std::string& name, const Console& console);

// Puts the events in place of those the dataset has, and commits; nothing else of it changes.
Status replace_events(const std::string& folder, const EventStore& events, const ImportedSource& source);

// --from and --to of several commands: dates as text, checked.
struct DateRangeArguments {
  std::string from, to;
};
void add_date_range(CLI::App& command, DateRangeArguments& range, const std::string& what);
struct DateRange {
  std::optional<Date> first, last;
  bool contains(Date d) const { return (!first || d >= *first) && (!last || d <= *last); }
};
Result<DateRange> date_range(const DateRangeArguments& arguments);

// "1.2 GB".
std::string size_text(std::uint64_t bytes);

}  // namespace optix
