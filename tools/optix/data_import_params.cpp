#include "tools/optix/data_import_params.hpp"

#include "actors/csv_layout_params.hpp"
#include "actors/param_specs.hpp"
#include "config/check.hpp"
#include "config/overlay.hpp"
#include "config/yaml.hpp"
#include "core/data/providers/arrow_provider.hpp"
#include "core/data/providers/csv_provider.hpp"
#include "core/data/providers/http_provider.hpp"
#include "core/data/providers/sql_provider.hpp"

namespace optix {
namespace {

struct HttpText {
  const char* name;
  const char* doc;
  std::string& (*member)(HttpSource&);
};
constexpr HttpText http_texts[] = {
    {"rows", "where the rows are in the answer: names joined by dots; empty: the answer itself",
     [](HttpSource& s) -> std::string& { return s.shape.rows; }},
    {"next", "where the next page's address or cursor is", [](HttpSource& s) -> std::string& { return s.shape.next; }},
    {"parameter", "query parameter of the cursor or page number",
     [](HttpSource& s) -> std::string& { return s.paging.parameter; }},
    {"key_file", "file whose first line is the key", [](HttpSource& s) -> std::string& { return s.key.file; }},
    {"key_header", "header that carries the key", [](HttpSource& s) -> std::string& { return s.key.header; }},
    {"key_prefix", "what stands before the key there: \"Bearer \"",
     [](HttpSource& s) -> std::string& { return s.key.prefix; }},
    {"key_parameter", "query parameter that carries the key",
     [](HttpSource& s) -> std::string& { return s.key.parameter; }},
    {"ca_file", "certificates to trust instead of the system's",
     [](HttpSource& s) -> std::string& { return s.ca_file; }},
    {"proxy", "proxy to go through", [](HttpSource& s) -> std::string& { return s.proxy; }},
    {"resume", "folder that keeps pages, so that an interrupted download goes on where it was",
     [](HttpSource& s) -> std::string& { return s.resume_folder; }},
};

ParamSpec map_of(std::string name, std::string doc, std::vector<ParamSpec> children) {
  ParamSpec spec = param(std::move(name), ParamKind::map, std::move(doc));
  spec.children = std::move(children);
  return spec;
}
ParamSpec names(std::string name, std::string doc) {
  ParamSpec spec = param(std::move(name), ParamKind::list, std::move(doc));
  spec.children = {param("name", ParamKind::text, "a name")};
  return spec;
}
ParamSpec texts_by_name(std::string name, std::string doc) {
  ParamSpec spec = param(std::move(name), ParamKind::any_map, std::move(doc));
  spec.children = {param("value", ParamKind::text, "its value")};
  return spec;
}

ParamSpec http_param() {
  std::vector<ParamSpec> keys;
  for (const HttpText& text : http_texts) keys.push_back(param(text.name, ParamKind::text, text.doc));
  keys.push_back(choice<JsonForm>("form", "rows as objects, or one array per column", JsonForm::objects));
  keys.push_back(choice<HttpPaging::Kind>("paging", "how one page leads to the next", HttpPaging::Kind::none));
  keys.push_back(count("first_page", "paging number: the first page", "1", 0, 1e9));
  keys.push_back(number("requests_per_second", "at most; 0: no limit", "0", 0, 1e6));
  keys.push_back(count("attempts", "of one request, the first counted", "6", 1, 100));
  keys.push_back(number("longest_wait", "seconds between two attempts, at most", "120", 0, 86'400));
  keys.push_back(param("not_found_is_empty", ParamKind::boolean, "status 404 is a session without data"));
  keys.push_back(
      choice<ResumeCheck>("resume_check", "pages kept that are compared with the service's", ResumeCheck::last));
  keys.push_back(texts_by_name("headers", "sent with every request"));
  return map_of("http", "how a service is asked", std::move(keys));
}

Status read_http(const Value& in, HttpSource& out) {
  for (const HttpText& text : http_texts)
    if (in.has(text.name)) text.member(out) = in.at(text.name).text();
  read_choice(in, "form", out.shape.form);
  read_choice(in, "paging", out.paging.kind);
  read_choice(in, "resume_check", out.resume_check);
  if (in.has("first_page")) out.paging.first = in.at("first_page").as_int();
  if (in.has("requests_per_second")) out.patience.requests_per_second = in.at("requests_per_second").as_double();
  if (in.has("attempts")) out.patience.attempts = static_cast<int>(in.at("attempts").as_int());
  if (in.has("longest_wait"))
    out.patience.longest =
        std::chrono::milliseconds(static_cast<std::int64_t>(in.at("longest_wait").as_double() * 1e3));
  if (in.has("not_found_is_empty")) out.not_found_is_empty = in.at("not_found_is_empty").as_bool();
  if (in.has("headers"))
    for (const auto& [name, value] : in.at("headers").members()) out.headers.emplace_back(name, value.text());
  return {};
}

std::vector<std::string> texts_of(const Value& in, std::string_view key) {
  std::vector<std::string> out;
  if (in.has(key))
    for (const Value& item : in.at(key).items()) out.push_back(item.text());
  return out;
}

enum class Kind : std::uint8_t { csv, arrow, sql, http };

Kind kind_of(const std::string& source) {
  const auto begins = [&](std::string_view with) { return source.starts_with(with); };
  if (begins("sqlite:") || begins("postgresql:") || begins("postgres:")) return Kind::sql;
  if (begins("http:") || begins("https:")) return Kind::http;
  if (source.ends_with(".arrow") || source.ends_with(".feather")) return Kind::arrow;
  return Kind::csv;
}

Result<std::unique_ptr<MarketDataProvider>> provider_of(const ImportSpec& spec, const Value& in,
                                                        const CsvLayout& layout, const ImportOptions& options) {
  const Kind kind = kind_of(spec.sources.front());
  for (const std::string& source : spec.sources)
    if (kind_of(source) != kind)
      return Error{"files and addresses cannot be mixed", source, "import one kind after the other"};
  if (kind != Kind::csv && kind != Kind::arrow && spec.sources.size() > 1)
    return Error{"one address at a time", spec.sources[1], "import one after the other"};
  if (kind == Kind::arrow)
    return std::unique_ptr<MarketDataProvider>(
        std::make_unique<ArrowProvider>(ArrowSource{spec.sources, layout, options.policy}));
  if (kind == Kind::sql) {
    SqlSource source;
    source.connection = spec.sources.front();
    if (in.has("password_file")) source.password_file = in.at("password_file").text();
    if (in.has("table")) source.table = in.at("table").text();
    if (in.has("select")) source.select = in.at("select").text();
    source.layout = layout;
    source.policy = options.policy;
    return make_sql_provider(std::move(source));
  }
  if (kind == Kind::http) {
    HttpSource source;
    source.url = spec.sources.front();
    source.first = options.first;
    source.last = options.last;
    source.layout = layout;
    source.policy = options.policy;
    if (in.has("http"))
      if (const Status read = read_http(in.at("http"), source); !read) return read.error();
    return make_http_provider(std::move(source));
  }
  CsvProviderOptions csv;
  csv.policy = options.policy;
  if (in.has("threads")) csv.threads = static_cast<unsigned>(in.at("threads").as_int());
  return std::unique_ptr<MarketDataProvider>(std::make_unique<CsvProvider>(spec.sources, layout, csv));
}

// `broken_*` and `duplicate_row` are decided while rows are read, everything else by the checks.
Status read_policy(const Value& in, ImportOptions& options) {
  for (const auto& [name, value] : in.members()) {
    const std::string& action = value.text();
    const auto choose = [&action, &name = name, &value = value](auto& out) -> Status {
      using E = std::remove_reference_t<decltype(out)>;
      const auto known = enum_names(E{});
      std::string list;
      for (std::size_t i = 0; i < known.size(); ++i) {
        if (known[i] == action) {
          out = static_cast<E>(i);
          return {};
        }
        list += (list.empty() ? "" : ", ") + std::string(known[i]);
      }
      return Error{name + " cannot be '" + action + "'", value.where().to_string(), "one of " + list};
    };
    Status set;
    if (name == "broken_row")
      set = choose(options.policy.rows);
    else if (name == "broken_quote")
      set = choose(options.policy.quotes);
    else if (name == "broken_value")
      set = choose(options.policy.values);
    else if (name == "duplicate_row")
      set = choose(options.policy.duplicates);
    else if (set = options.quality.set(name, action); !set)
      set = Error{set.error().what, value.where().to_string(), set.error().hint};
    if (!set) return set;
  }
  return {};
}

// The keys given: the spec file, then the layout that is named, then single values.
std::optional<Value> given(const ImportSpec& spec, Diagnostics& errors) {
  Value in = Value::map({});
  if (!spec.spec_file.empty()) {
    auto read = read_yaml_file(spec.spec_file, errors);
    if (!read) return std::nullopt;
    in = std::move(*read);
  }
  if (spec.layout.ends_with(".yaml") || spec.layout.ends_with(".yml")) {
    auto layout = read_yaml_file(spec.layout, errors);
    if (!layout) return std::nullopt;
    in.set("layout", std::move(*layout));
  } else if (!spec.layout.empty()) {
    if (!apply_set(in, "layout.preset=" + spec.layout, errors)) return std::nullopt;
  }
  for (const std::string& set : spec.sets)
    if (!apply_set(in, set, errors)) return std::nullopt;
  return in;
}

}  // namespace

std::vector<ParamSpec> import_params() {
  ParamSpec layout =
      map_of("layout", "how the data is laid out: a preset, or a preset with changes", csv_layout_params());
  layout.shorthand = "preset";
  return {std::move(layout),
          param("from", ParamKind::date, "first session to import"),
          param("to", ParamKind::date, "last session to import"),
          names("underlyings", "to import; all when absent"),
          names("roots", "option roots to import; all when absent"),
          texts_by_name("policy", "what to do about each check: flag, drop or stop; and its limits"),
          param("zstd", ParamKind::boolean, "compress the dataset's files"),
          count("threads", "that parse; 0: one per core", "0", 0, 64),
          param("table", ParamKind::text, "of a database"),
          param("select", ParamKind::text, "one SELECT instead of a table"),
          param("password_file", ParamKind::path, "file whose first line is the database's password"),
          http_param()};
}

Result<PreparedImport> prepare_import(const ImportSpec& spec, Diagnostics& errors) {
  const auto raw = given(spec, errors);
  if (!raw) return Error{"the import is not described well", "", ""};
  const Value in = check_map(*raw, import_params(), "", errors);
  if (!errors.empty()) return Error{"the import is not described well", "", ""};
  if (!in.has("layout"))
    return Error{"no layout is given", "--layout", "optix data layouts lists them; or write one in a YAML file"};
  const auto layout = read_csv_layout(in.at("layout"));
  if (!layout) return layout.error();

  PreparedImport out;
  out.options = import_options(*layout);
  if (in.has("from")) out.options.first = in.at("from").as_date();
  if (in.has("to")) out.options.last = in.at("to").as_date();
  out.options.keep_underlyings = texts_of(in, "underlyings");
  out.options.keep_roots = texts_of(in, "roots");
  out.options.reject_file = spec.reject_file;
  if (in.has("zstd") && in.at("zstd").as_bool()) out.options.write.compression = arrow::Compression::zstd;
  if (in.has("policy"))
    if (const Status read = read_policy(in.at("policy"), out.options); !read) return read.error();
  auto provider = provider_of(spec, in, *layout, out.options);
  if (!provider) return provider.error();
  out.provider = std::move(*provider);
  return out;
}

}  // namespace optix
