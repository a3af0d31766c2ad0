#include "actors/replay.hpp"

#include "actors/csv_layout_params.hpp"
#include "actors/enrich_params.hpp"
#include "actors/param_specs.hpp"
#include "config/check.hpp"
#include "core/data/store/dataset_names.hpp"

namespace optix {
namespace {

// Keys that only one kind of source reads; given with the other they are an error.
constexpr const char* csv_only[] = {"layout",        "underlying",    "quote_time", "broken_rows",
                                    "broken_quotes", "broken_values", "duplicates", "closed_sessions"};
constexpr const char* dataset_only[] = {"frequency", "underlyings", "warm_up", "prefetch"};
constexpr std::size_t default_prefetch = 4;
constexpr std::size_t prefetch_threads = 2;

std::vector<ParamSpec> replay_params() {
  ParamSpec layout = param("layout", ParamKind::map, "csv: how the file is laid out: a preset, or one with changes");
  layout.shorthand = "preset";
  layout.children = csv_layout_params();
  ParamSpec roots = param("roots", ParamKind::list, "option roots to keep; all when empty");
  roots.children = {param("root", ParamKind::text, "option root")};
  ParamSpec underlyings =
      param("underlyings", ParamKind::list, "dataset: the underlyings to play, merged into one order; all when empty");
  underlyings.children = {param("underlying", ParamKind::text, "underlying symbol")};
  ParamSpec events = param("events", ParamKind::map,
                           "CSV files of events to send when they become known, beside those of the dataset");
  events.children = {
      param("dividends", ParamKind::path, "columns underlying, type, declared, ex, pay, amount, known_at"),
      param("splits", ParamKind::path, "columns underlying, declared, ex, new_shares, old_shares, known_at"),
      param("rates", ParamKind::path, "columns curve, date, years, rate, known_at"),
      param("settlements", ParamKind::path, "columns symbol, date, value, known_at")};
  const DefectPolicy usual;
  const auto policy = [](const char* name, const char* doc, auto fallback) {
    ParamSpec spec = choice<decltype(fallback)>(name, doc);
    spec.doc += "; " + std::string(enum_name(fallback)) + " when absent";
    return spec;
  };
  return {
      param("csv", ParamKind::path, "the file: CSV, plain or gzip, one row per contract and session"),
      param("dataset", ParamKind::text, "an imported dataset: its folder, or its name in the folder `data`"),
      layout,
      start_param("first session, inclusive; the run's start when absent"),
      end_param("last session, inclusive; the run's end when absent"),
      count("warm_up",
            "dataset: so many sessions are sent ahead of `start`, on which nothing may be opened; without `start` the "
            "first ones of the run",
            std::nullopt, 0, 10'000),
      choice<Frequency>("frequency",
                        "dataset: how often snapshots are sent; at each instant of the grid, from the session's open "
                        "to its close, the last one that is new; native, as they are, when absent"),
      underlyings,
      param("underlying", ParamKind::text, "csv: the underlying to keep, for files with several"),
      roots,
      param("quote_time", ParamKind::text,
            "csv: when in the session the quotes were taken: close (16:00, or 13:00 on early closes), index_close "
            "(15 minutes later) or hh:mm, New York time; the layout's when absent"),
      policy("broken_rows", "csv: rows whose field count, date or contract cannot be read", usual.rows),
      policy("broken_quotes", "csv: negative or unreadable bid or ask; flag keeps the row without that price",
             usual.quotes),
      policy("broken_values",
             "csv: unreadable volatility, greek, volume or open interest; flag keeps the row without it", usual.values),
      policy("duplicates", "csv: the same contract twice in a session", usual.duplicates),
      policy("closed_sessions", "csv: chains dated on days on which the exchange was closed", usual.closed),
      count("prefetch",
            "dataset: sessions mapped and verified ahead in helper threads, 4 when absent; what comes out is the same",
            std::nullopt, 0, 1'000),
      events,
      calendar_param(),
      enrich_ahead_param()};
}

template <class Row>
Status read_events(const Value& files, const char* key, EventTable<Row>& out) {
  if (!files.has(key)) return {};
  auto rows = events_from_csv_file<Row>(files.at(key).text());
  if (!rows) return rows.error();
  auto both = united(out, *rows, files.at(key).text());
  if (!both) return both.error();
  out = std::move(*both);
  return {};
}

// `source` with the events of `store` and of the files that `params` names.
Result<NoticedSource> noticed(std::shared_ptr<const SnapshotSource> source, EventStore store,
                              const std::vector<Symbol>& underlyings, const Value& params) {
  if (params.has("events")) {
    const Value& files = params.at("events");
    Status status = read_events(files, "dividends", store.dividends);
    if (status) status = read_events(files, "splits", store.splits);
    if (status) status = read_events(files, "rates", store.rates);
    if (status) status = read_events(files, "settlements", store.settlements);
    if (!status) return status.error();
  }
  return with_notices(std::move(source), store, underlyings);
}

std::vector<std::string> texts_of(const Value& params, const char* key) {
  std::vector<std::string> out;
  if (params.has(key))
    for (const Value& item : params.at(key).items()) out.push_back(item.text());
  return out;
}

// Exactly one of `csv` and `dataset`, and only keys that go with it.
Status check_source(const Value& p) {
  if (p.has("csv") == p.has("dataset"))
    return Error{p.has("csv") ? "both `csv` and `dataset` are given" : "neither `dataset` nor `csv` is given",
                 p.has("csv") ? p.at("csv").where().to_string() : p.where().to_string(),
                 "give one: `dataset: NAME` for an imported dataset, `csv: FILE` for a file"};
  const auto refuse = [&](const char* key, const char* other) {
    return Error{std::string(key) + ": only with `" + other + "`", p.at(key).where().to_string(),
                 p.has("dataset") ? "a dataset was checked when it was imported; leave the key out"
                                  : "import the file with `optix data import` and replay the dataset"};
  };
  if (p.has("dataset")) {
    for (const char* key : csv_only)
      if (p.has(key)) return refuse(key, "csv");
  } else {
    for (const char* key : dataset_only)
      if (p.has(key)) return refuse(key, "dataset");
  }
  return {};
}

Result<std::string> folder_of(const Value& dataset) {
  const std::string beside = resolve_path(dataset.text(), dataset.where());
  if (beside != dataset.text())
    if (auto found = find_dataset(beside)) return found;
  auto found = find_dataset(dataset.text());
  if (found) return found;
  Error error = found.error();
  return Error{"dataset: " + error.what, dataset.where().to_string() + ": " + error.where, error.hint};
}

}  // namespace

Result<LoadOptions> load_options(const Value& p, const SessionRange& range) {
  LoadOptions options;
  if (p.has("layout")) {
    auto layout = read_csv_layout(p.at("layout"));
    if (!layout) return layout.error();
    options.layout = std::move(*layout);
  } else {
    options.layout = csv_layout_preset("cboe_historical").value();
  }
  if (p.has("quote_time")) {
    const auto time = read_quote_time(p.at("quote_time"));
    if (!time) return time.error();
    options.layout.quote_time = *time;
  }
  options.first = range.first;
  options.last = range.last;
  if (p.has("underlying")) options.underlying = p.at("underlying").text();
  options.roots = texts_of(p, "roots");
  read_choice(p, "broken_rows", options.policy.rows);
  read_choice(p, "broken_quotes", options.policy.quotes);
  read_choice(p, "broken_values", options.policy.values);
  read_choice(p, "duplicates", options.policy.duplicates);
  read_choice(p, "closed_sessions", options.policy.closed);
  return options;
}

Result<NoticedSource> open_dataset(const Value& p, const NodeSetup& setup) {
  const auto range = session_range(setup);
  if (!range) return range.error();
  const auto folder = folder_of(p.at("dataset"));
  if (!folder) return folder.error();
  auto opened = DatasetFolder::open(*folder);
  if (!opened) return opened.error();
  auto events = load_announcements(**opened);
  if (!events) return events.error();
  ReplayOptions options;
  options.first = range->first;
  options.last = range->last;
  options.underlyings = texts_of(p, "underlyings");
  options.roots = texts_of(p, "roots");
  read_choice(p, "frequency", options.frequency);
  if (p.has("warm_up")) options.warm_up = static_cast<std::size_t>(p.at("warm_up").as_int());
  options.warm_up_inside = !p.has("start");
  options.prefetch = p.has("prefetch") ? static_cast<std::size_t>(p.at("prefetch").as_int()) : default_prefetch;
  if (options.prefetch > 0) {
    const std::size_t waiting = 4 * options.prefetch;
    options.pool = setup.prefetch_pool ? setup.prefetch_pool(prefetch_threads, waiting)
                                       : thread_prefetch_pool(prefetch_threads, waiting);
  }
  auto source = DatasetSource::open(replay_store(std::move(*opened)), options);
  if (!source) {
    Error error = source.error();
    if (error.where.empty()) error.where = p.at("dataset").where().to_string() + ": " + *folder;
    return error;
  }
  if (setup.run.start && options.warm_up > 0 && (*source)->time(0) < *setup.run.start)
    return Error{"warm_up: the sessions before `start` are before the run's start, " + setup.run.start->to_string(),
                 p.at("warm_up").where().to_string(), "give the run an earlier start, or none"};
  std::vector<Symbol> underlyings;
  for (const std::string& name : options.underlyings) underlyings.push_back(*Symbol::from(name));
  if (underlyings.empty())
    for (const auto& [name, file] : (*source)->manifest().instruments) underlyings.push_back(*Symbol::from(name));
  return noticed(std::move(*source), std::move(*events), underlyings, p);
}

NodeType replay_node_type() {
  NodeType type;
  type.schema = {"data.replay",
                 "plays recorded option chains: an imported dataset, or a CSV file with one snapshot per session",
                 {},
                 market_and_calendar_outputs(),
                 replay_params(),
                 true};
  type.make = [](const NodeSetup& setup) -> Result<std::unique_ptr<Node>> {
    const Value& p = setup.params;
    if (Status status = check_source(p); !status) return status.error();
    NoticedSource data;
    if (p.has("dataset")) {
      auto opened = open_dataset(p, setup);
      if (!opened) return opened.error();
      data = std::move(*opened);
    } else {
      const auto range = session_range(setup);
      if (!range) return range.error();
      const auto options = load_options(p, *range);
      if (!options) return options.error();
      auto loaded = load_csv(p.at("csv").text(), *options);
      if (!loaded) return loaded.error();
      std::vector<Symbol> underlyings;
      if ((*loaded)->steps() > 0) underlyings.push_back((*loaded)->step(0).snapshot.get<ChainSnapshot>().underlying);
      auto with_events = noticed(std::move(*loaded), {}, underlyings, p);
      if (!with_events) return with_events.error();
      data = std::move(*with_events);
    }
    return std::unique_ptr<Node>(
        std::make_unique<DatasetPlayer>(enrich_ahead(std::move(data.source), p, setup.prefetch_pool),
                                        p.at("calendar").as_bool(), std::move(data.notices)));
  };
  return type;
}

}  // namespace optix
