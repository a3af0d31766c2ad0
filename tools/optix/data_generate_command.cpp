// optix data generate: a simulated market as a dataset.
#include <algorithm>

#include "config/suggest.hpp"
#include "core/data/simulation/garch.hpp"
#include "core/data/simulation/parameters.hpp"
#include "core/data/simulation/simulation_events.hpp"
#include "core/data/simulation/simulation_provider.hpp"
#include "tools/optix/data_command.hpp"
#include "tools/optix/data_import_run.hpp"
#include "tools/optix/exit_codes.hpp"
#include "tools/optix/option_arguments.hpp"

namespace optix {
namespace {

struct GenerateArguments {
  std::string dataset, preset = "spx-like";
  DateRangeArguments dates;
  std::vector<std::string> underlyings, sets;
  std::string returns;
  double correlation = 0;
  std::uint64_t seed = 1;
  int threads = 2;
  bool zstd = false, no_events = false, list = false;
};

std::string parameter_list() {
  std::string out = "presets:\n";
  for (const simulation::Preset& p : simulation::presets())
    out += "  " + std::string(p.name) + std::string(p.name.size() < 14 ? 14 - p.name.size() : 1, ' ') +
           std::string(p.doc) + "\n";
  out += "\nparameters (--set NAME=VALUE; NDX.spot=7000 for one of several underlyings):\n";
  const simulation::Params usual;
  for (const simulation::Parameter& p : simulation::parameter_table())
    out += "  " + std::string(p.name) + "  (" + simulation::parameter_kind(p) + ", default " +
           simulation::parameter_text(p, usual) + ")\n      " + std::string(p.doc) + "\n";
  return out;
}

// "NAME=VALUE" or "UNDERLYING.NAME=VALUE".
Status apply_set(std::vector<simulation::Params>& markets, const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos)
    return Error{"'" + text + "' has no =", "--set", "write NAME=VALUE; --parameters lists them"};
  std::string name = text.substr(0, equals);
  const std::string value = text.substr(equals + 1);
  std::string only;
  if (const auto dot = name.find('.'); dot != std::string::npos) {
    only = name.substr(0, dot);
    name = name.substr(dot + 1);
  }
  std::vector<std::string> known;
  for (const simulation::Parameter& p : simulation::parameter_table()) known.emplace_back(p.name);
  if (std::find(known.begin(), known.end(), name) == known.end())
    return Error{"there is no parameter '" + name + "'", "--set " + text, name_hint(name, known, "parameters")};
  bool any = false;
  for (simulation::Params& market : markets) {
    if (!only.empty() && market.underlying.view() != only) continue;
    any = true;
    if (Status set = simulation::set_parameter(market, name, value); !set) return set;
  }
  if (!any) return Error{"there is no underlying '" + only + "'", "--set " + text, "name it in --underlyings"};
  return {};
}

Result<simulation::Setup> setup_of(const GenerateArguments& a) {
  const auto base = simulation::preset(a.preset);
  if (!base) return base.error();
  const auto range = date_range(a.dates);
  if (!range) return range.error();
  simulation::Setup setup;
  setup.seed = a.seed;
  simulation::Params params = *base;
  if (range->first) params.first = *range->first;
  if (range->last) params.last = *range->last;
  if (a.underlyings.empty()) setup.markets.push_back(params);
  for (const std::string& name : a.underlyings) {
    const auto symbol = Symbol::from(name);
    if (!symbol) return Error{"'" + name + "' is not a symbol", "--underlyings", "1 to 8 letters and digits"};
    params.underlying = *symbol;
    setup.markets.push_back(params);
  }
  for (const std::string& set : a.sets)
    if (const Status applied = apply_set(setup.markets, set); !applied) return applied.error();
  if (!a.returns.empty()) {
    const auto text = read_whole_file(a.returns);
    if (!text) return text.error();
    auto returns = simulation::returns_of_closes(a.returns, *text);
    if (!returns) return returns.error();
    setup.returns = std::move(*returns);
  }
  if (setup.markets.size() > 1) setup.correlation = simulation::equal_correlation(setup.markets.size(), a.correlation);
  if (const Status sound = simulation::check(setup); !sound) return sound.error();
  return setup;
}

int generate(const GenerateArguments& a, const Console& console) {
  if (a.list) {
    console.result(parameter_list());
    return exit_code::ok;
  }
  if (a.dataset.empty()) {
    console.complain(Error{"DATASET is missing", "optix data generate", "name the dataset to make"});
    return exit_code::usage;
  }
  const auto setup = setup_of(a);
  if (!setup) {
    console.complain(setup.error());
    return exit_code::usage;
  }
  auto provider = simulation::SimulationProvider::make(
      *setup, {a.threads, "simulated " + a.preset + ", seed " + std::to_string(a.seed)});
  if (!provider) {
    console.complain(provider.error());
    return exit_code::usage;
  }
  ImportOptions options;
  options.layout = a.preset;
  options.time_meaning = simulation::time_meaning(setup->markets.front());
  if (a.zstd) options.write.compression = arrow::Compression::zstd;
  // What the paths know besides quotes: bars, dividends, opening prints, the rate.
  const auto events = simulation::simulation_events((*provider)->markets());
  if (!events) {
    console.complain(events.error());
    return exit_code::data;
  }
  if (!a.no_events) options.add_to = [&events](DatasetWriter& writer) { return put_events(writer, *events); };
  return run_import(a.dataset, **provider, std::move(options), console);
}

}  // namespace

void add_data_generate_command(CLI::App& data, Console& console, int& exit) {
  auto a = std::make_shared<GenerateArguments>();
  CLI::App* command = data.add_subcommand("generate", "Make a dataset of a simulated market");
  command->add_option("DATASET", a->dataset, "Name (in the folder `data`) or folder of the dataset");
  command->add_option("--preset", a->preset, "What the market is like (default spx-like); --parameters lists them");
  add_date_range(*command, a->dates, "the market");
  command->add_option("--underlyings", a->underlyings, "Names of several underlyings, separated by commas")
      ->delimiter(',');
  command->add_option("--correlation", a->correlation, "Of each pair of underlyings (default 0)");
  command->add_option("--seed", a->seed, "Another seed, another market (default 1)");
  command->add_option("--set", a->sets, "Change a parameter: vol=0.2, NDX.spot=7000; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--returns", a->returns, "For model=garch: a CSV file of closes whose returns are resampled");
  command->add_option("--threads", a->threads, "Threads that price sessions (default 2); the result is the same")
      ->check(CLI::Range(1, 64));
  command->add_flag("--zstd", a->zstd, "Compress the files: smaller, slower to replay");
  command->add_flag("--no-events", a->no_events, "Quotes only: no bars, dividends, rates and settlement values");
  command->add_flag("--parameters", a->list, "List presets and parameters");
  command->callback([a, &console, &exit] { exit = generate(*a, console); });
}

}  // namespace optix
