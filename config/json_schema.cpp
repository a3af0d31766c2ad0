#include "config/json_schema.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "config/scalar.hpp"
#include "config/topology_check.hpp"
#include "config/topology_schema.hpp"

namespace optix {
namespace {

using Json = nlohmann::ordered_json;

Json kind_schema(const ParamSpec& spec);

// Whole numbers without a fraction, so that an integer's bounds read as integers.
Json bound(double value) {
  if (std::abs(value) < 9e15 && value == std::floor(value)) return static_cast<std::int64_t>(value);
  return value;
}

void add_bounds(Json& out, const ParamSpec& spec, const char* low, const char* high) {
  if (std::isfinite(spec.min)) out[low] = bound(spec.min);
  if (std::isfinite(spec.max)) out[high] = bound(spec.max);
}

Json properties_of(const std::vector<ParamSpec>& specs);

Json map_schema(const std::vector<ParamSpec>& specs, bool mark_required) {
  Json out{{"type", "object"}, {"properties", properties_of(specs)}};
  Json required = Json::array();
  for (const ParamSpec& spec : specs)
    if (spec.required && mark_required) required.push_back(spec.name);
  if (!required.empty()) out["required"] = std::move(required);
  out["additionalProperties"] = false;
  return out;
}

Json param_schema(const ParamSpec& spec) {
  Json out = kind_schema(spec);
  if (!spec.doc.empty()) out["description"] = spec.doc;
  if (spec.default_text) {
    // Numbers and booleans as such; everything else as the text of the table.
    const std::string& text = *spec.default_text;
    if (spec.kind == ParamKind::boolean && parse_boolean(text))
      out["default"] = *parse_boolean(text);
    else if (spec.kind == ParamKind::integer && parse_integer(text))
      out["default"] = *parse_integer(text);
    else if (spec.kind == ParamKind::number && parse_number(text))
      out["default"] = *parse_number(text);
    else if (text == "{}")
      out["default"] = Json::object();
    else if (text == "[]")
      out["default"] = Json::array();
    else if (text != "~")
      out["default"] = text;
  }
  return out;
}

Json properties_of(const std::vector<ParamSpec>& specs) {
  Json out = Json::object();
  for (const ParamSpec& spec : specs) out[spec.name] = param_schema(spec);
  return out;
}

Json kind_schema(const ParamSpec& spec) {
  Json out = Json::object();
  switch (spec.kind) {
    case ParamKind::boolean: out["type"] = "boolean"; break;
    case ParamKind::integer:
      out["type"] = "integer";
      add_bounds(out, spec, "minimum", "maximum");
      break;
    case ParamKind::number:
    case ParamKind::decimal:
      out["type"] = "number";
      add_bounds(out, spec, "minimum", "maximum");
      break;
    // A bare word may look like a number (a root called 100): text takes any scalar.
    case ParamKind::text: out["type"] = Json::array({"string", "number", "boolean"}); break;
    case ParamKind::date:
      out["type"] = "string";
      out["format"] = "date";
      break;
    case ParamKind::timestamp:
      out["type"] = "string";
      out["pattern"] = "^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?Z)?$";
      break;
    case ParamKind::choice: out["enum"] = spec.choices; break;
    case ParamKind::path: out["type"] = "string"; break;
    case ParamKind::list:
      out["type"] = "array";
      if (!spec.children.empty()) out["items"] = param_schema(spec.children[0]);
      add_bounds(out, spec, "minItems", "maxItems");
      break;
    case ParamKind::map:
      if (spec.shorthand.empty()) {
        out = map_schema(spec.children, true);
      } else {
        const ParamSpec& stands_for = find_spec(spec.children, spec.shorthand);
        out["anyOf"] = Json::array({kind_schema(stands_for), map_schema(spec.children, true)});
      }
      break;
    case ParamKind::any_map:
      out["type"] = "object";
      if (!spec.children.empty()) out["additionalProperties"] = param_schema(spec.children[0]);
      break;
    case ParamKind::any: break;
  }
  return out;
}

Json document(const std::string& title) {
  return Json{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
}

const Json& extends_schema() {
  static const Json schema{{"type", "string"}, {"description", "a preset name, or a file relative to this one"}};
  return schema;
}

// One node: `type` decides which other keys there may be. An overlay may leave `type` out.
Json node_schema(const std::vector<NodeSchema>& types) {
  Json names = Json::array();
  Json cases = Json::array();
  for (const NodeSchema& type : types) {
    names.push_back(type.name);
    Json keys =
        Json{{"type", Json{{"const", type.name}, {"description", type.doc}}},
             {"use", Json{{"type", "string"}, {"description", "a strategy file or preset whose parameters to take"}}},
             {"params",
              Json{{"type", "object"}, {"properties", properties_of(type.params)}, {"additionalProperties", false}}}};
    const Json params = properties_of(type.params);  // items() refers to it
    for (const auto& [name, schema] : params.items()) keys[name] = schema;
    cases.push_back(Json{
        {"if", Json{{"properties", Json{{"type", Json{{"const", type.name}}}}}, {"required", Json::array({"type"})}}},
        {"then", Json{{"properties", std::move(keys)}, {"additionalProperties", false}}}});
  }
  Json out{{"type", Json::array({"object", "null"})}, {"properties", Json{{"type", Json{{"enum", std::move(names)}}}}}};
  if (!cases.empty()) out["allOf"] = std::move(cases);
  return out;
}

}  // namespace

std::string topology_json_schema(const std::vector<NodeSchema>& types) {
  Json out = document("OPTIX topology");
  out["type"] = "object";
  out["properties"] = properties_of(topology_specs());
  Json& properties = out["properties"];
  properties["extends"] = extends_schema();
  properties["nodes"]["additionalProperties"] = Json{{"$ref", "#/$defs/node"}};
  Json end{{"type", "string"}, {"pattern", "^[A-Za-z0-9_-]+\\.[A-Za-z0-9_]+$"}};
  Json& to = properties["wires"]["items"]["properties"]["to"];
  to["anyOf"] = Json::array({end, Json{{"type", "array"}, {"items", end}}});
  properties["wires+"] = properties["wires"];
  properties["wires+"]["description"] = "wires to add to those of the file that is extended";
  out["additionalProperties"] = false;
  out["$defs"] = Json{{"node", node_schema(types)}};
  return out.dump(2) + "\n";
}

std::string run_json_schema(const std::vector<NodeSchema>& types) {
  const auto params = [&](const char* type) {
    const NodeSchema* schema = find_schema(types, type);
    return schema ? properties_of(schema->params) : Json::object();
  };
  const auto map_of = [](Json properties) {
    return Json{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  };
  const auto described = [](Json schema, const std::string& doc) {
    schema["description"] = doc;
    return schema;
  };
  Json out = document("OPTIX run file");
  out["type"] = "object";
  out["properties"] = properties_of(run_file_specs());
  Json& properties = out["properties"];
  properties["extends"] = extends_schema();
  // The checked form of `data`: csv and the parameters of data.replay beside it, or one of the maps.
  Json data = properties["data"]["properties"];
  const Json replay = params("data.replay");  // items() refers to it
  for (const auto& [name, schema] : replay.items()) data[name] = schema;
  if (find_schema(types, "data.simulated"))
    data["simulated"] = described(map_of(params("data.simulated")), "parameters of data.simulated");
  if (find_schema(types, "feed.zeromq"))
    data["feed"] = described(map_of(params("feed.zeromq")), "parameters of feed.zeromq");
  properties["data"] = described(map_of(std::move(data)), find_spec(run_file_specs(), "data").doc);
  constexpr std::pair<const char*, const char*> whole_nodes[] = {
      {"risk", "risk.pretrade"}, {"book", "portfolio.book"}, {"venue", "executor.simulated"}};
  for (const auto& [key, type] : whole_nodes)
    if (find_schema(types, type))
      properties[key] = described(map_of(params(type)), find_spec(run_file_specs(), key).doc);
  const Json executor = params("executor.simulated");
  for (const char* key : {"fill", "fees"})
    if (executor.contains(key)) properties[key] = executor[key];
  if (find_schema(types, "strategy.rules")) {
    Json keys = params("strategy.rules");
    keys["use"] = Json{{"type", "string"}, {"description", "a strategy file or preset"}};
    keys["name"] = Json{{"type", "string"}, {"description", "name of the strategy"}};
    const Json one{{"anyOf", Json::array({Json{{"type", "string"}}, map_of(std::move(keys))})}};
    Json several{{"type", "array"}, {"items", one}, {"minItems", 1}};
    properties["strategy"] = described(Json{{"anyOf", Json::array({one["anyOf"][0], one["anyOf"][1], several})}},
                                       find_spec(run_file_specs(), "strategy").doc);
  }
  out["additionalProperties"] = false;
  return out.dump(2) + "\n";
}

std::string params_json_schema(const NodeSchema& type, const std::string& title) {
  Json out = document(title);
  out.update(map_schema(type.params, false));
  out["properties"]["extends"] = extends_schema();
  return out.dump(2) + "\n";
}

}  // namespace optix
