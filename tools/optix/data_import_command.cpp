// optix data import: what a researcher has, into a dataset. Also: layouts, the file forms known by name.
#include <nlohmann/json.hpp>

#include "core/data/events/event_store.hpp"
#include "core/data/events/stock_csv.hpp"
#include "core/data/store/dataset_names.hpp"
#include "tools/optix/data_command.hpp"
#include "tools/optix/data_import_params.hpp"
#include "tools/optix/data_import_run.hpp"
#include "tools/optix/exit_codes.hpp"

namespace optix {
namespace {

struct ImportArguments {
  std::string dataset, events;
  ImportSpec spec;
};

int import_quotes(const ImportArguments& a, const Console& console) {
  Diagnostics errors;
  auto prepared = prepare_import(a.spec, errors);
  if (!errors.empty()) {
    console.complain(errors);
    return exit_code::config;
  }
  if (!prepared) {
    console.complain(prepared.error());
    return exit_code::usage;
  }
  return run_import(a.dataset, *prepared->provider, std::move(prepared->options), console);
}

template <class Row>
Status read_into(EventTable<Row>& table, const std::string& file) {
  auto rows = events_from_csv_file<Row>(file);
  if (!rows) return rows.error();
  table = std::move(*rows);
  return {};
}

struct EventKind {
  const char* name;
  const char* doc;
  Status (*read)(EventStore&, const std::string& file);
};
constexpr EventKind event_kinds[] = {
    {"bars", "open, high, low, close and volume",
     [](EventStore& s, const std::string& f) { return read_into(s.bars, f); }},
    {"dividends", "cash dividends", [](EventStore& s, const std::string& f) { return read_into(s.dividends, f); }},
    {"splits", "splits", [](EventStore& s, const std::string& f) { return read_into(s.splits, f); }},
    {"rates", "points of interest rate curves",
     [](EventStore& s, const std::string& f) { return read_into(s.rates, f); }},
    {"earnings", "earnings dates", [](EventStore& s, const std::string& f) { return read_into(s.earnings, f); }},
    {"settlements", "settlement values of indexes",
     [](EventStore& s, const std::string& f) { return read_into(s.settlements, f); }},
    {"tiingo_daily", "bars, dividends and splits side by side",
     [](EventStore& s, const std::string& f) -> Status {
       auto stocks = stocks_from_tiingo_csv_file(f);
       if (!stocks) return stocks.error();
       s.bars = std::move(stocks->bars);
       s.dividends = std::move(stocks->dividends);
       s.splits = std::move(stocks->splits);
       return {};
     }},
};

std::size_t size_of(const EventStore& s) {
  return s.bars.size() + s.dividends.size() + s.splits.size() + s.rates.size() + s.earnings.size() +
         s.settlements.size();
}

// Adds the events of the files to those the dataset has, and commits.
Result<std::size_t> add_events(const EventKind& kind, const ImportArguments& a) {
  EventStore store;
  const std::string place = place_for_dataset(a.dataset);
  if (find_dataset(a.dataset)) {
    const auto folder = DatasetFolder::open(place);
    if (!folder) return folder.error();
    auto before = load_events(**folder);
    if (!before) return before.error();
    store = std::move(*before);
  }
  const std::size_t had = size_of(store);
  for (const std::string& file : a.spec.sources) {
    EventStore more;
    if (const Status read = kind.read(more, file); !read) return read.error();
    auto both = united(store, more, file);
    if (!both) return both.error();
    store = std::move(*both);
  }
  const std::size_t added = size_of(store) - had;
  if (const Status put = replace_events(place, store, {a.spec.sources.front(), kind.name, added}); !put)
    return put.error();
  return added;
}

int import_events(const ImportArguments& a, const Console& console) {
  std::string known;
  for (const EventKind& kind : event_kinds) {
    known += (known.empty() ? "" : ", ") + std::string(kind.name);
    if (a.events != kind.name) continue;
    const auto added = add_events(kind, a);
    if (!added) {
      console.complain(added.error());
      return exit_code::data;
    }
    const std::string place = place_for_dataset(a.dataset);
    console.result(console.json ? nlohmann::ordered_json{{"dataset", place}, {"events_added", *added}}.dump()
                                : place + ": " + std::to_string(*added) + " events added");
    return exit_code::ok;
  }
  console.complain(Error{"there are no events called '" + a.events + "'", "--events", "known: " + known});
  return exit_code::usage;
}

std::string layout_list() {
  std::string out;
  for (const std::string& name : csv_layout_names())
    out +=
        name + std::string(name.size() < 24 ? 24 - name.size() : 1, ' ') + std::string(csv_layout_meaning(name)) + "\n";
  return out;
}

}  // namespace

void add_data_import_command(CLI::App& data, Console& console, int& exit) {
  auto a = std::make_shared<ImportArguments>();
  CLI::App* command = data.add_subcommand("import", "Import quotes or events into a dataset, new or existing");
  command->add_option("DATASET", a->dataset, "Name (in the folder `data`) or folder of the dataset")->required();
  command
      ->add_option("SOURCE", a->spec.sources,
                   "CSV files (.csv, .gz, .zst, .zip), .arrow files, sqlite:///FILE, postgresql://USER@HOST/DB, or "
                   "https://…")
      ->required();
  command->add_option("--layout", a->spec.layout,
                      "How the data is laid out: a name of `optix data layouts`, or a YAML file");
  command->add_option("--spec", a->spec.spec_file, "A YAML file with layout, policy, http, table and more");
  command
      ->add_option("--set", a->spec.sets,
                   "One key of the spec: layout.underlying=GOOG, policy.crossed=drop; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--rejects", a->spec.reject_file, "Write the rows left out, with reasons, into this CSV file");
  command->add_option("--events", a->events,
                      "The files hold events: bars, dividends, splits, rates, earnings, settlements, tiingo_daily");
  command->callback(
      [a, &console, &exit] { exit = a->events.empty() ? import_quotes(*a, console) : import_events(*a, console); });

  CLI::App* layouts = data.add_subcommand("layouts", "The layouts of files that are known by name");
  layouts->callback([&console, &exit] {
    console.result(layout_list());
    exit = exit_code::ok;
  });
}

}  // namespace optix
