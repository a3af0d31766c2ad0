#include "tools/optix/data_command.hpp"

#include "core/data/store/dataset_names.hpp"
#include "tools/optix/option_arguments.hpp"

namespace optix {

void add_data_command(CLI::App& app, Console& console, int& exit) {
  CLI::App* data = app.add_subcommand("data", "Import, check, show and make market data")->require_subcommand(1);
  add_data_import_command(*data, console, exit);
  add_data_inspect_commands(*data, console, exit);
  add_data_generate_command(*data, console, exit);
  add_data_export_command(*data, console, exit);
}

std::shared_ptr<const DatasetFolder> open_dataset(const std::string& name, const Console& console) {
  const auto folder = find_dataset(name);
  if (!folder) {
    console.complain(folder.error());
    return nullptr;
  }
  auto opened = DatasetFolder::open(*folder);
  if (!opened) {
    console.complain(opened.error());
    return nullptr;
  }
  return std::move(*opened);
}

Status replace_events(const std::string& folder, const EventStore& events, const ImportedSource& source) {
  auto writer = DatasetWriter::open(folder, {});
  if (!writer) return writer.error();
  if (Status put = put_events(**writer, events); !put) return put;
  const Manifest before = (*writer)->before();
  const auto manifest = (*writer)->commit(source, before.policy, before.quality);
  return manifest ? Status{} : Status{manifest.error()};
}

void add_date_range(CLI::App& command, DateRangeArguments& range, const std::string& what) {
  command.add_option("--from", range.from, "First session of " + what + ", yyyy-mm-dd");
  command.add_option("--to", range.to, "Last session of " + what + ", inclusive");
}

Result<DateRange> date_range(const DateRangeArguments& arguments) {
  DateRange range;
  struct End {
    const std::string& text;
    const char* option;
    std::optional<Date>& date;
  };
  for (const End& end : {End{arguments.from, "--from", range.first}, End{arguments.to, "--to", range.last}}) {
    if (end.text.empty()) continue;
    end.date = Date::parse(end.text);
    if (!end.date) return Error{"'" + end.text + "' is not a date", end.option, "write it as 2019-04-25"};
  }
  if (range.first && range.last && *range.last < *range.first)
    return Error{range.last->to_string() + " is before --from " + range.first->to_string(), "--to", ""};
  return range;
}

std::string size_text(std::uint64_t bytes) {
  constexpr const char* units[] = {"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < std::size(units)) {
    value /= 1000;
    ++unit;
  }
  return fixed(value, unit == 0 ? 0 : 1) + " " + units[unit];
}

}  // namespace optix
