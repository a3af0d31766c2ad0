// optix data export and facts.
#include <nlohmann/json.hpp>

#include "core/data/arrow_export.hpp"
#include "core/data/replay/dataset_source.hpp"
#include "core/data/simulation/stylised_facts.hpp"
#include "core/store/file_writer.hpp"
#include "tools/optix/data_command.hpp"
#include "tools/optix/exit_codes.hpp"

namespace optix {
namespace {

struct ExportArguments {
  std::string dataset, file, prices = "float64";
  DateRangeArguments dates;
  std::vector<std::string> underlyings;
  bool zstd = false;
};

int export_quotes(const ExportArguments& a, const Console& console) {
  ExportOptions options;
  if (a.file.ends_with(".csv"))
    options.format = ExportFormat::csv;
  else if (!a.file.ends_with(".arrow") && !a.file.ends_with(".feather")) {
    console.complain(Error{"the file's name does not say its form", a.file, "end it in .csv or .arrow"});
    return exit_code::usage;
  }
  const auto range = date_range(a.dates);
  if (!range) {
    console.complain(range.error());
    return exit_code::usage;
  }
  options.first = range->first;
  options.last = range->last;
  options.underlyings = a.underlyings;
  options.prices = a.prices == "decimal" ? ExportPrices::decimal : ExportPrices::float64;
  if (a.zstd) options.compression = arrow::Compression::zstd;
  const auto dataset = open_dataset(a.dataset, console);
  if (!dataset) return exit_code::data;
  const auto written = export_dataset(*dataset, a.file, options);
  if (!written) {
    console.complain(written.error());
    return exit_code::data;
  }
  if (console.json)
    console.result(nlohmann::ordered_json{
        {"file", a.file}, {"rows", written->rows}, {"snapshots", written->snapshots}, {"bytes", written->bytes}}
                       .dump());
  else
    console.result(a.file + ": " + std::to_string(written->rows) + " rows of " + std::to_string(written->snapshots) +
                   " snapshots, " + size_text(written->bytes));
  return exit_code::ok;
}

struct FactsArguments {
  std::vector<std::string> datasets;
  std::string svg, underlying;
  bool american = false;
  int threads = 2;
};

int facts(const FactsArguments& a, const Console& console) {
  std::vector<simulation::StylisedFacts> found;
  for (const std::string& name : a.datasets) {
    auto dataset = open_dataset(name, console);
    if (!dataset) return exit_code::data;
    const auto source = DatasetSource::open(replay_store(std::move(dataset)), {.frequency = Frequency::daily});
    if (!source) {
      console.complain(source.error());
      return exit_code::data;
    }
    simulation::FactsOptions options;
    options.exercise = a.american ? ExerciseStyle::american : ExerciseStyle::european;
    options.threads = a.threads;
    if (!a.underlying.empty()) {
      const auto symbol = Symbol::from(a.underlying);
      if (!symbol) {
        console.complain(Error{"'" + a.underlying + "' is not a symbol", "--underlying", "1 to 8 letters and digits"});
        return exit_code::usage;
      }
      options.underlying = *symbol;
    }
    auto one = simulation::stylised_facts(name, **source, options);
    if (!one) {
      console.complain(one.error());
      return exit_code::data;
    }
    found.push_back(std::move(*one));
  }
  if (!a.svg.empty()) {
    if (const Status written = write_file(a.svg, simulation::facts_svg(found)); !written) {
      console.complain(written.error());
      return exit_code::io;
    }
    console.note("picture: " + a.svg);
  }
  console.result(simulation::facts_text(found));
  return exit_code::ok;
}

}  // namespace

void add_data_export_command(CLI::App& data, Console& console, int& exit) {
  auto a = std::make_shared<ExportArguments>();
  CLI::App* command = data.add_subcommand("export", "Quotes of a dataset as one Arrow or CSV file");
  command->add_option("DATASET", a->dataset, "Name or folder")->required();
  command->add_option("FILE", a->file, "Ends in .arrow, .feather or .csv")->required();
  add_date_range(*command, a->dates, "the export");
  command->add_option("--underlyings", a->underlyings, "Only these, separated by commas")->delimiter(',');
  command->add_option("--prices", a->prices, "Arrow: float64 (default), or decimal: whole millionths of a dollar")
      ->check(CLI::IsMember({"float64", "decimal"}));
  command->add_flag("--zstd", a->zstd, "Arrow: compress");
  command->callback([a, &console, &exit] { exit = export_quotes(*a, console); });

  auto f = std::make_shared<FactsArguments>();
  CLI::App* describe = data.add_subcommand("facts", "Stylised facts of datasets, side by side");
  describe->add_option("DATASET", f->datasets, "One to three names or folders")->required()->expected(1, 3);
  describe->add_option("--svg", f->svg, "Draw them into this file");
  describe->add_option("--underlying", f->underlying, "Of this one, where a dataset has several");
  describe->add_flag("--american", f->american, "The options may be exercised early");
  describe->add_option("--threads", f->threads, "Threads that fit surfaces (default 2); the result is the same")
      ->check(CLI::Range(1, 64));
  describe->callback([f, &console, &exit] { exit = facts(*f, console); });
}

}  // namespace optix
