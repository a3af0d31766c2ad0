#include "actors/replay.hpp"

#include "actors/enrich_params.hpp"

namespace optix {
namespace {

ParamSpec param(std::string name, ParamKind kind, std::string doc) {
  ParamSpec spec;
  spec.name = std::move(name);
  spec.kind = kind;
  spec.doc = std::move(doc);
  return spec;
}

template <class E>
std::vector<std::string> choices_of() {
  std::vector<std::string> out;
  for (const std::string_view name : enum_names(E{})) out.emplace_back(name);
  return out;
}

template <class E>
ParamSpec choice(std::string name, std::string doc, std::optional<E> fallback) {
  ParamSpec spec = param(std::move(name), ParamKind::choice, std::move(doc));
  spec.choices = choices_of<E>();
  if (fallback) spec.default_text = std::string(enum_name(*fallback));
  return spec;
}

template <class E>
void read_choice(const Value& map, std::string_view key, E& out) {
  if (!map.has(key)) return;
  const auto names = enum_names(E{});
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == map.at(key).text()) out = static_cast<E>(i);
}

struct ColumnParam {
  const char* name;
  const char* doc;
  std::string CsvColumns::*column;
};
constexpr ColumnParam column_params[] = {
    {"session", "exchange session date", &CsvColumns::session},
    {"underlying", "underlying symbol", &CsvColumns::underlying},
    {"underlying_price", "price of the underlying, USD", &CsvColumns::underlying_price},
    {"osi", "option symbol, with or without padding", &CsvColumns::osi},
    {"root", "option root", &CsvColumns::root},
    {"expiration", "expiration date", &CsvColumns::expiration},
    {"right", "call or put", &CsvColumns::right},
    {"strike", "strike, USD per share", &CsvColumns::strike},
    {"bid", "bid, USD per share; empty for none", &CsvColumns::bid},
    {"ask", "ask, USD per share; empty for none", &CsvColumns::ask},
    {"iv", "implied volatility per 1.00 a year", &CsvColumns::iv},
    {"delta", "signed delta", &CsvColumns::delta},
    {"gamma", "gamma per USD", &CsvColumns::gamma},
    {"volume", "contracts traded this session", &CsvColumns::volume},
    {"open_interest", "open contracts", &CsvColumns::open_interest},
};

ParamSpec layout_param() {
  ParamSpec preset = param("preset", ParamKind::choice, "known layout to start from");
  preset.choices = csv_layout_names();
  preset.default_text = "cboe_historical";

  ParamSpec columns = param("columns", ParamKind::map,
                            "header names that differ from the preset's; an empty text means no such column");
  for (const ColumnParam& c : column_params) columns.children.push_back(param(c.name, ParamKind::text, c.doc));

  ParamSpec multiplier = param("multiplier", ParamKind::integer, "shares or dollars per contract");
  multiplier.min = 1;
  multiplier.max = 1'000'000;
  ParamSpec terms = param("root", ParamKind::map, "terms of the contracts with this root");
  terms.children = {choice<Settlement>("settlement", "am: opening print, pm: close", std::nullopt),
                    choice<ExerciseStyle>("exercise", "european or american", std::nullopt), multiplier};
  ParamSpec roots = param("roots", ParamKind::any_map, "what option roots mean: AM or PM, exercise, multiplier");
  roots.children = {terms};

  ParamSpec layout = param("layout", ParamKind::map, "how the file is laid out: a preset, or a preset with changes");
  layout.shorthand = "preset";
  layout.default_text = "cboe_historical";
  layout.children = {
      preset,
      param("delimiter", ParamKind::text, "the character between fields"),
      choice<DateOrder>("dates", "how dates are written", std::nullopt),
      columns,
      param("underlying", ParamKind::text, "underlying symbol when no column says it"),
      param("root", ParamKind::text, "option root when no column says it"),
      roots,
      param("zero_greeks_are_unknown", ParamKind::boolean, "an implied volatility of 0 means that it is not known")};
  return layout;
}

Result<CsvLayout> read_layout(const Value& in) {
  auto made = csv_layout_preset(in.at("preset").text());
  if (!made) return made.error();
  CsvLayout layout = *made;
  if (const Value* columns = in.find("columns"); columns && !columns->is_null())
    for (const ColumnParam& c : column_params)
      if (const Value* name = columns->find(c.name); name && name->kind() == Value::Kind::scalar)
        layout.columns.*c.column = name->text();
  if (in.has("delimiter")) {
    const std::string& text = in.at("delimiter").text();
    if (text.size() != 1 || text[0] == '"' || text[0] == '\n')
      return Error{"delimiter: expected one character, not '" + text + "'", in.at("delimiter").where().to_string(),
                   "for example \",\" or \";\""};
    layout.delimiter = text[0];
  }
  read_choice(in, "dates", layout.dates);
  if (in.has("underlying")) layout.underlying = in.at("underlying").text();
  if (in.has("root")) layout.root = in.at("root").text();
  if (in.has("zero_greeks_are_unknown")) layout.zero_greeks_are_unknown = in.at("zero_greeks_are_unknown").as_bool();
  if (const Value* roots = in.find("roots"); roots && !roots->is_null())
    for (const auto& [name, terms] : roots->members()) {
      RootTerms known = layout.terms_of(name);
      read_choice(terms, "settlement", known.settlement);
      read_choice(terms, "exercise", known.exercise);
      if (terms.has("multiplier")) known.multiplier = static_cast<std::int32_t>(terms.at("multiplier").as_int());
      layout.roots[name] = known;
    }
  if (in.has("columns") || in.has("roots")) layout.name += " with changes";
  return layout;
}

std::vector<ParamSpec> replay_params() {
  ParamSpec csv = param("csv", ParamKind::path, "the file: CSV, plain or gzip, one row per contract and session");
  csv.required = true;
  ParamSpec roots = param("roots", ParamKind::list, "option roots to keep; all when empty");
  roots.children = {param("root", ParamKind::text, "option root")};
  ParamSpec quote_time = param("quote_time", ParamKind::text,
                               "when in the session the quotes were taken: close (16:00, or 13:00 on early closes), "
                               "index_close (15 minutes later) or hh:mm, New York time");
  quote_time.default_text = "close";
  const DefectPolicy usual;
  return {
      csv,
      layout_param(),
      start_param("first session, inclusive; the run's start when absent"),
      end_param("last session, inclusive; the run's end when absent"),
      param("underlying", ParamKind::text, "the underlying to keep, for files with several"),
      roots,
      quote_time,
      choice<BrokenRow>("broken_rows", "rows whose field count, date or contract cannot be read", usual.rows),
      choice<BrokenValue>("broken_quotes", "negative or unreadable bid or ask; flag keeps the row without that price",
                          usual.quotes),
      choice<BrokenValue>("broken_values",
                          "unreadable volatility, greek, volume or open interest; flag keeps the row without it",
                          usual.values),
      choice<Duplicates>("duplicates", "the same contract twice in a session", usual.duplicates),
      choice<ClosedSessions>("closed_sessions", "chains dated on days on which the exchange was closed", usual.closed),
      enrich_ahead_param()};
}

}  // namespace

Result<LoadOptions> load_options(const Value& p, const SessionRange& range) {
  LoadOptions options;
  auto layout = read_layout(p.at("layout"));
  if (!layout) return layout.error();
  options.layout = std::move(*layout);
  const auto time = QuoteTime::parse(p.at("quote_time").text());
  if (!time)
    return Error{"quote_time: '" + p.at("quote_time").text() + "' is not a time of day",
                 p.at("quote_time").where().to_string(),
                 "close, index_close or hh:mm in New York, for example \"15:45\""};
  options.layout.quote_time = *time;
  options.first = range.first;
  options.last = range.last;
  if (p.has("underlying")) options.underlying = p.at("underlying").text();
  if (p.has("roots"))
    for (const Value& root : p.at("roots").items()) options.roots.push_back(root.text());
  read_choice(p, "broken_rows", options.policy.rows);
  read_choice(p, "broken_quotes", options.policy.quotes);
  read_choice(p, "broken_values", options.policy.values);
  read_choice(p, "duplicates", options.policy.duplicates);
  read_choice(p, "closed_sessions", options.policy.closed);
  return options;
}

NodeType replay_node_type() {
  NodeType type;
  type.schema = {"data.replay",
                 "plays a CSV file of option chains, one snapshot per session",
                 {},
                 market_output(),
                 replay_params(),
                 true};
  type.make = [](const NodeSetup& setup) -> Result<std::unique_ptr<Node>> {
    const auto range = session_range(setup);
    if (!range) return range.error();
    const auto options = load_options(setup.params, *range);
    if (!options) return options.error();
    auto data = load_csv(setup.params.at("csv").text(), *options);
    if (!data) return data.error();
    return std::unique_ptr<Node>(std::make_unique<DatasetPlayer>(enrich_ahead(std::move(*data), setup.params)));
  };
  return type;
}

}  // namespace optix
