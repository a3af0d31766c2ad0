#include "actors/csv_layout_params.hpp"

#include "actors/param_specs.hpp"

namespace optix {
namespace {

template <class T>
struct TextParam {
  const char* name;
  const char* doc;
  std::string T::*member;
};

constexpr TextParam<CsvColumns> columns[] = {
    {"session", "exchange session date", &CsvColumns::session},
    {"time", "when the quote was taken, see time_format", &CsvColumns::time},
    {"underlying", "underlying symbol", &CsvColumns::underlying},
    {"underlying_price", "price of the underlying, USD", &CsvColumns::underlying_price},
    {"underlying_bid", "bid of the underlying: its price is the middle when there is no underlying_price",
     &CsvColumns::underlying_bid},
    {"underlying_ask", "ask of the underlying", &CsvColumns::underlying_ask},
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
    {"bid_size", "contracts bid for; empty: unknown", &CsvColumns::bid_size},
    {"ask_size", "contracts offered; empty: unknown", &CsvColumns::ask_size},
};

constexpr TextParam<CsvQuoteColumns> quote_columns[] = {
    {"underlying_price", "price of the underlying", &CsvQuoteColumns::underlying_price},
    {"underlying_bid", "bid of the underlying", &CsvQuoteColumns::underlying_bid},
    {"underlying_ask", "ask of the underlying", &CsvQuoteColumns::underlying_ask},
    {"bid", "bid", &CsvQuoteColumns::bid},
    {"ask", "ask", &CsvQuoteColumns::ask},
    {"iv", "implied volatility", &CsvQuoteColumns::iv},
    {"delta", "delta", &CsvQuoteColumns::delta},
    {"gamma", "gamma", &CsvQuoteColumns::gamma},
    {"volume", "volume", &CsvQuoteColumns::volume},
    {"open_interest", "open interest", &CsvQuoteColumns::open_interest},
    {"bid_size", "contracts bid for", &CsvQuoteColumns::bid_size},
    {"ask_size", "contracts offered", &CsvQuoteColumns::ask_size},
};

constexpr TextParam<CsvLayout> texts[] = {
    {"underlying", "underlying symbol when no column says it", &CsvLayout::underlying},
    {"root", "option root when no column says it; the underlying's symbol when absent", &CsvLayout::root},
    {"osi_prefix", "what stands before every option symbol", &CsvLayout::osi_prefix},
};

struct FlagParam {
  const char* name;
  const char* doc;
  bool CsvLayout::*member;
};
constexpr FlagParam flags[] = {
    {"zero_greeks_are_unknown", "an implied volatility of 0 means that it is not known",
     &CsvLayout::zero_greeks_are_unknown},
    {"trim", "blanks around fields mean nothing", &CsvLayout::trim},
    {"caret_marks_index", "^SPX is the index SPX", &CsvLayout::caret_marks_index},
    {"session_from_name", "the file's name holds the session date", &CsvLayout::session_from_name},
    {"contract_from_name", "the names of the files in a zip say which contract they hold",
     &CsvLayout::contract_from_name},
    {"carry", "a contract without a row in a later snapshot of the session keeps its last quote", &CsvLayout::carry},
};

struct CountParam {
  const char* name;
  const char* doc;
  double min, max;
  int CsvLayout::*member;
};
constexpr CountParam counts[] = {
    {"price_decimals", "bid and ask are whole numbers of 10^-n USD", 0, 6, &CsvLayout::price_decimals},
    {"strike_decimals", "the strike is a whole number of 10^-n USD", 0, 6, &CsvLayout::strike_decimals},
    {"time_offset", "seconds from the time written to when the quote was known; for bars, their length", -86'400,
     86'400, &CsvLayout::time_offset},
    {"sample_seconds", "ticks: the last of each so many seconds counts, known at their end; 0: every one", 0, 86'400,
     &CsvLayout::sample_seconds},
};

template <class T, std::size_t N>
void add_texts(std::vector<ParamSpec>& out, const TextParam<T> (&params)[N]) {
  for (const TextParam<T>& p : params) out.push_back(param(p.name, ParamKind::text, p.doc));
}

template <class T, std::size_t N>
void read_texts(const Value& in, const TextParam<T> (&params)[N], T& out) {
  for (const TextParam<T>& p : params)
    if (const Value* text = in.find(p.name); text && text->kind() == Value::Kind::scalar) out.*p.member = text->text();
}

ParamSpec map_of(std::string name, std::string doc, std::vector<ParamSpec> children, std::string shorthand = {}) {
  ParamSpec spec = param(std::move(name), ParamKind::map, std::move(doc));
  spec.children = std::move(children);
  spec.shorthand = std::move(shorthand);
  return spec;
}

ParamSpec list_of(std::string name, std::string doc, ParamSpec item) {
  ParamSpec spec = param(std::move(name), ParamKind::list, std::move(doc));
  spec.children = {std::move(item)};
  return spec;
}

std::vector<ParamSpec> terms_params() {
  return {choice<Settlement>("settlement", "am: opening print, pm: close"),
          choice<ExerciseStyle>("exercise", "european or american"),
          count("multiplier", "shares or dollars per contract", std::nullopt, 1, 1'000'000)};
}

void read_terms(const Value& in, RootTerms& out) {
  read_choice(in, "settlement", out.settlement);
  read_choice(in, "exercise", out.exercise);
  if (in.has("multiplier")) out.multiplier = static_cast<std::int32_t>(in.at("multiplier").as_int());
}

ParamSpec quote_time_param(std::string doc) {
  return map_of("quote_time", std::move(doc),
                {param("at", ParamKind::text, "close, index_close, product_close or hh:mm, New York time"),
                 param("early", ParamKind::text, "hh:mm on sessions that close early"),
                 param("early_from", ParamKind::date, "the first session on which `early` holds")},
                "at");
}

Result<QuoteTime> read_quote_times(const Value& in) {
  QuoteTime out;
  if (in.has("at")) {
    auto at = read_quote_time(in.at("at"));
    if (!at) return at;
    out = *at;
  }
  if (in.has("early")) {
    auto early = read_quote_time(in.at("early"));
    if (!early) return early;
    if (out.kind != QuoteTime::Kind::clock || early->kind != QuoteTime::Kind::clock)
      return Error{"quote_time: `early` needs times of day", in.at("early").where().to_string(),
                   "for example {at: \"15:45\", early: \"12:45\"}"};
    out.early_seconds = early->seconds;
  }
  if (in.has("early_from")) out.early_from = in.at("early_from").as_date();
  return out;
}

Result<CsvQuoteColumns> read_quote(const Value& in) {
  CsvQuoteColumns out;
  read_texts(in, quote_columns, out);
  if (in.has("right")) out.right = choice_value<Right>(in.at("right").text());
  if (!in.has("quote_time")) return out;
  const auto time = read_quote_times(in.at("quote_time"));
  if (!time) return time.error();
  out.time = *time;
  return out;
}

}  // namespace

Result<QuoteTime> read_quote_time(const Value& text) {
  if (const auto time = QuoteTime::parse(text.text())) return *time;
  return Error{"quote_time: '" + text.text() + "' is not a time of day", text.where().to_string(),
               "close, index_close, product_close or hh:mm in New York, for example \"15:45\""};
}

std::vector<ParamSpec> csv_layout_params() {
  ParamSpec preset = param("preset", ParamKind::choice, "known layout to start from");
  preset.choices = csv_layout_names();
  preset.default_text = "cboe_historical";
  ParamSpec names =
      map_of("columns", "header names that differ from the preset's; an empty text means no such column", {});
  add_texts(names.children, columns);
  ParamSpec quote = map_of("quote", "one quote of a row that holds several",
                           {choice<Right>("right", "when the columns, not the row, say whether it is a call"),
                            quote_time_param("when it was taken, else the layout's")});
  add_texts(quote.children, quote_columns);
  ParamSpec roots = param("roots", ParamKind::any_map, "what option roots mean: AM or PM, exercise, multiplier");
  roots.children = {map_of("root", "terms of the contracts with this root", terms_params())};

  std::vector<ParamSpec> out{
      preset,
      param("delimiter", ParamKind::text, "the character between fields"),
      choice<DateOrder>("dates", "how dates are written"),
      names,
      list_of("quotes", "columns of each quote, when a row holds several: two instants, a call beside its put", quote),
      list_of("header", "names of the columns, for files without a header line",
              param("name", ParamKind::text, "a column")),
      roots,
      map_of("default_terms", "what roots mean that are not named", terms_params()),
      choice<TimeFormat>("time_format", "how the column `time` is written"),
      param("session", ParamKind::date, "the session of all rows, for files that do not say it"),
      quote_time_param("when in the session the quotes were taken, when no column says it"),
      choice<SpotSource>("spot", "where the underlying's price comes from"),
      choice<OpenInterestKnown>("open_interest", "when open interest was published"),
      number("iv_unit", "what 1 in the file means per 1.00 of volatility; 0.01 for percent", std::nullopt, 1e-6, 100)};
  add_texts(out, texts);
  for (const FlagParam& p : flags) out.push_back(param(p.name, ParamKind::boolean, p.doc));
  for (const CountParam& p : counts) out.push_back(count(p.name, p.doc, std::nullopt, p.min, p.max));
  return out;
}

Result<CsvLayout> read_csv_layout(const Value& in) {
  auto made = csv_layout_preset(in.at("preset").text());
  if (!made) return made.error();
  CsvLayout layout = std::move(*made);
  if (in.has("columns")) read_texts(in.at("columns"), columns, layout.columns);
  if (in.has("delimiter")) {
    const std::string& text = in.at("delimiter").text();
    if (text.size() != 1 || text[0] == '"' || text[0] == '\n')
      return Error{"delimiter: expected one character, not '" + text + "'", in.at("delimiter").where().to_string(),
                   "for example \",\" or \";\""};
    layout.delimiter = text[0];
  }
  read_texts(in, texts, layout);
  for (const FlagParam& p : flags)
    if (in.has(p.name)) layout.*p.member = in.at(p.name).as_bool();
  for (const CountParam& p : counts)
    if (in.has(p.name)) layout.*p.member = static_cast<int>(in.at(p.name).as_int());
  read_choice(in, "dates", layout.dates);
  read_choice(in, "time_format", layout.time_format);
  read_choice(in, "spot", layout.spot);
  read_choice(in, "open_interest", layout.open_interest);
  if (in.has("iv_unit")) layout.iv_unit = in.at("iv_unit").as_double();
  if (in.has("session")) layout.session = in.at("session").as_date();
  if (in.has("header")) {
    layout.header.clear();
    for (const Value& name : in.at("header").items()) layout.header.push_back(name.text());
  }
  if (in.has("quote_time")) {
    const auto time = read_quote_times(in.at("quote_time"));
    if (!time) return time.error();
    layout.quote_time = *time;
  }
  if (in.has("quotes")) {
    layout.quotes.clear();
    for (const Value& item : in.at("quotes").items()) {
      auto quote = read_quote(item);
      if (!quote) return quote.error();
      layout.quotes.push_back(std::move(*quote));
    }
  }
  if (in.has("default_terms")) read_terms(in.at("default_terms"), layout.default_terms);
  if (in.has("roots"))
    for (const auto& [name, terms] : in.at("roots").members()) {
      RootTerms known = layout.terms_of(name);
      read_terms(terms, known);
      layout.roots[name] = known;
    }
  for (const auto& [key, value] : in.members())
    if (key != "preset" && !value.is_null() && !layout.name.ends_with(" with changes")) layout.name += " with changes";
  return layout;
}

}  // namespace optix
