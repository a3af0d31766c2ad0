#include "config/run_file.hpp"

#include <algorithm>
#include <filesystem>

#include "config/check.hpp"
#include "config/suggest.hpp"
#include "config/topology_schema.hpp"

namespace optix {
namespace {

bool is_map(const Value& v) { return v.kind() == Value::Kind::map; }
bool is_scalar(const Value& v) { return v.kind() == Value::Kind::scalar; }

std::string type_of(const Value& node) {
  const Value* type = node.find("type");
  return type ? type->text() : std::string();
}

// The first node whose type starts with one of `prefixes`; "" when there is none.
std::string node_of_type(const Value& topology, std::initializer_list<std::string_view> prefixes) {
  const Value* nodes = topology.find("nodes");
  if (!nodes) return {};
  for (const auto& [name, node] : nodes->members())
    for (const std::string_view prefix : prefixes)
      if (type_of(node).starts_with(prefix)) return name;
  return {};
}

std::string node_name_of(const std::string& use) {
  std::string name = std::filesystem::path(use).stem().string();
  for (char& c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-')) c = '_';
  return name.empty() ? "strategy" : name;
}

class Expander {
 public:
  Expander(const Value& run, const std::vector<std::string>& files, const Presets& presets, Diagnostics& errors)
      : run_(run), files_(files), presets_(presets), errors_(errors) {
    files_.emplace_back("--set");
  }

  std::optional<ExpandedRun> expand() {
    const std::size_t before = errors_.count();
    check_keys();
    const Value* named = run_.find("topology");
    const Value name = named ? *named : Value::scalar("standard");
    if (!is_scalar(name)) {
      errors_.add(code::wrong_kind, name.where(), "topology", "expected a preset name or a file");
      return std::nullopt;
    }
    topology_name_ = name.text();
    const auto file = find_config(name, "topologies", presets_, "topology", errors_);
    if (!file) return std::nullopt;
    const auto base = read_with_extends(*file, "topologies", presets_, errors_);
    if (!base) return std::nullopt;
    out_.topology = *base;
    place_strategies();
    place_data();
    place("cash", "portfolio.book", "cash");
    place("book", "portfolio.book", "");
    place("fill", "executor.simulated", "fill");
    place("fees", "executor.simulated", "fees");
    place("venue", "executor.simulated", "");
    place("risk", "risk.pretrade", "");
    for (const char* key : {"run", "bind", "nodes", "description"}) {
      const Value* value = run_.find(key);
      if (!value || value->is_null()) continue;
      patch_.set(key, *value, run_.key_where(key));
      out_.topology = merge(out_.topology, patch_, {}, errors_);
      patch_ = Value::map({});
    }
    expand_groups();
    if (errors_.count() != before) return std::nullopt;
    return std::move(out_);
  }

 private:
  void check_keys() {
    std::vector<std::string> names;
    for (const ParamSpec& spec : run_file_specs()) names.push_back(spec.name);
    for (const auto& [key, value] : run_.members())
      if (std::find(names.begin(), names.end(), key) == names.end())
        errors_.add(code::unknown_key, run_.key_where(key), key, "unknown key", name_hint(key, names, "keys"));
    if (!run_.has("strategy"))
      errors_.add(code::required_key, run_.where(), "strategy", "is missing; expected a strategy",
                  "presets: " + join_names(preset_names("strategies", presets_)));
    if (!run_.has("data") && !run_.has("topology"))
      errors_.add(code::required_key, run_.where(), "data", "is missing; expected where quotes come from",
                  "`data: {csv: chain.csv.gz}`, `data: {simulated: {}}`, or --set data.csv=chain.csv.gz");
  }

  // One entry of `strategy` as the node it becomes.
  void add_strategy(const Value& entry, const std::string& shown, const std::string& type, Value& nodes) {
    Value node = Value::map({}, entry.where());
    node.set("type", Value::scalar(type, entry.where()), entry.where());
    std::string name = "strategy";
    if (is_scalar(entry)) {
      node.set("use", entry, entry.where());
      name = node_name_of(entry.text());
    } else if (is_map(entry)) {
      for (const auto& [key, value] : entry.members()) node.set(key, value, entry.key_where(key));
      if (const Value* use = entry.find("use"); use && is_scalar(*use)) name = node_name_of(use->text());
      if (const Value* given = entry.find("name"); given && is_scalar(*given)) name = given->text();
    } else {
      errors_.add(code::wrong_kind, entry.where(), shown, "expected a preset name, a file or a map with `use`");
      return;
    }
    const Value* others = out_.topology.find("nodes");
    const bool taken = nodes.find(name) != nullptr || (name != template_ && others->find(name) != nullptr);
    if (taken) {
      errors_.add(code::conflict, entry.where(), shown, "there is already a node named " + name,
                  "give it another: {use: …, name: …}");
      return;
    }
    nodes.set(name, std::move(node), entry.where());
    out_.strategies.push_back(name);
    out_.aliases.push_back({files_, "nodes." + name, shown});
  }

  void place_strategies() {
    const Value* given = run_.find("strategy");
    if (!given || given->is_null()) return;
    template_ = node_of_type(out_.topology, {"strategy."});
    if (template_.empty()) return no_node("strategy", "strategy.…");
    const Value nodes = *out_.topology.find("nodes");
    const std::string type = type_of(*nodes.find(template_));
    Value strategies = Value::map({}, given->where());
    if (given->kind() == Value::Kind::list) {
      for (std::size_t i = 0; i < given->items().size(); ++i)
        add_strategy(given->items()[i], item_path("strategy", i), type, strategies);
      if (given->items().empty())
        errors_.add(code::required_key, given->where(), "strategy",
                    "the list is empty; expected at least one strategy");
    } else {
      add_strategy(*given, "strategy", type, strategies);
    }
    // The strategies take the template's place, and so its rank.
    Value placed = Value::map({}, nodes.where());
    for (const auto& [name, node] : nodes.members()) {
      if (name != template_) {
        placed.set(name, node, nodes.key_where(name));
        continue;
      }
      for (const auto& [strategy, made] : strategies.members())
        placed.set(strategy, made, strategies.key_where(strategy));
    }
    out_.topology.set("nodes", std::move(placed), out_.topology.key_where("nodes"));
    repeat_wires();
  }

  // `text` once for each strategy when it is an end at the template, else as it is.
  std::vector<Value> repeated(const Value& end) const {
    if (!is_scalar(end) || !end.text().starts_with(template_ + ".")) return {end};
    std::vector<Value> out;
    for (const std::string& name : out_.strategies)
      out.push_back(Value::scalar(name + end.text().substr(template_.size()), end.where()));
    return out;
  }

  void repeat_wires() {
    const Value* wires = out_.topology.find("wires");
    if (!wires || wires->kind() != Value::Kind::list) return;
    std::vector<Value> all;
    for (const Value& wire : wires->items()) {
      const Value* from = wire.find("from");
      const Value* to = wire.find("to");
      if (!from || !to) {
        all.push_back(wire);  // the checker says what is missing
        continue;
      }
      std::vector<Value> targets;
      const bool listed = to->kind() == Value::Kind::list;
      for (const Value& end : listed ? to->items() : std::vector<Value>{*to})
        for (Value& target : repeated(end)) targets.push_back(std::move(target));
      for (Value& sender : repeated(*from)) {
        Value copy = wire;
        copy.set("from", std::move(sender), wire.key_where("from"));
        copy.set("to", !listed && targets.size() == 1 ? targets.front() : Value::list(targets, to->where()),
                 wire.key_where("to"));
        all.push_back(std::move(copy));
      }
    }
    out_.topology.set("wires", Value::list(std::move(all), wires->where()), out_.topology.key_where("wires"));
  }

  void expand_groups() {
    Value* bind = out_.topology.find("bind");
    Value* groups = bind ? bind->find("groups") : nullptr;
    if (!groups || template_.empty()) return;
    const Value before = *groups;  // the loop changes the original
    for (const auto& [name, ignored] : before.members()) {
      Value* members = groups->find(name)->find("nodes");
      if (!members || members->kind() != Value::Kind::list) continue;
      std::vector<Value> items;
      for (const Value& item : members->items()) {
        if (item.text() != template_ || out_.strategies.empty()) {
          items.push_back(item);
          continue;
        }
        for (const std::string& strategy : out_.strategies) items.push_back(Value::scalar(strategy, item.where()));
      }
      *members = Value::list(std::move(items), members->where());
    }
  }

  // Which of several sources in `data` counts: the one that was written last (--set, then the
  // outermost file). "" with an error when two stand side by side.
  std::string chosen_source(const Value& data) {
    const auto rank_of = [&](const std::string& kind) {
      const std::string& file = data.key_where(kind).file;
      if (file == "--set") return std::size_t{0};
      const auto found = std::find(files_.begin(), files_.end(), file);
      return static_cast<std::size_t>(found - files_.begin()) + 1;
    };
    std::string best;
    for (const std::string& kind : data_kinds()) {
      if (data.find(kind) == nullptr) continue;
      if (!best.empty() && rank_of(kind) == rank_of(best)) {
        errors_.add(code::conflict, data.key_where(kind), "data",
                    "both " + best + " and " + kind + " are given; keep one");
        return {};
      }
      if (best.empty() || rank_of(kind) < rank_of(best)) best = kind;
    }
    return best.empty() ? "csv" : best;
  }

  static const std::vector<std::string>& data_kinds() {
    static const std::vector<std::string> kinds{"dataset", "csv", "simulated", "feed"};
    return kinds;
  }
  static bool is_data_kind(const std::string& key) {
    return std::find(data_kinds().begin(), data_kinds().end(), key) != data_kinds().end();
  }

  void place_data() {
    const Value* data = run_.find("data");
    if (!data || data->is_null()) return;
    if (!is_map(*data)) {
      errors_.add(code::wrong_kind, data->where(), "data", "expected a map with dataset, csv, simulated or feed",
                  is_scalar(*data) ? "write `data: {csv: " + printable(data->text(), 60) + "}`" : "");
      return;
    }
    const std::string node = node_of_type(out_.topology, {"data.", "feed."});
    if (node.empty()) return no_node("data", "data.… or feed.…");
    const std::string kind = chosen_source(*data);
    if (kind.empty()) return;
    if (!data->has(kind) && (kind == "csv" || kind == "dataset")) {
      errors_.add(code::required_key, data->where(), "data.csv", "is missing; expected a file or folder",
                  "csv: a file of quotes; or dataset: a dataset by name or folder");
      return;
    }
    Value made = Value::map({}, data->where());
    const auto add_type = [&](const char* type) {
      made.set("type", Value::scalar(type, data->where()), data->where());
    };
    std::string shown = "data";
    if (kind == "csv" || kind == "dataset") {
      add_type("data.replay");
      for (const auto& [key, value] : data->members())
        if (key == kind || !is_data_kind(key)) made.set(key, value, data->key_where(key));
    } else {
      add_type(kind == "feed" ? "feed.zeromq" : "data.simulated");
      const Value& inner = *data->find(kind);
      shown += "." + kind;
      if (!is_map(inner) && !inner.is_null())
        errors_.add(code::wrong_kind, inner.where(), shown, "expected a map of parameters", "`{}` for the defaults");
      for (const auto& [key, value] : inner.members()) made.set(key, value, inner.key_where(key));
      for (const auto& [key, value] : data->members())
        if (!is_data_kind(key))
          errors_.add(code::unknown_key, data->key_where(key), "data." + key, "unknown key beside `" + kind + "`",
                      "put it inside: " + kind + ": {" + printable(key, 40) + ": …}");
    }
    if (kind == "feed") {
      Value clock = Value::map({});
      clock.set("clock", Value::scalar("wall", data->where()), data->where());
      patch_.set("run", std::move(clock), data->where());
    }
    patch_node(node, std::move(made), data->where(), shown);
  }

  // Moves `key` of the run file to parameter `param` of the node of `type` ("": its parameters).
  void place(const std::string& key, const std::string& type, const std::string& param) {
    const Value* value = run_.find(key);
    if (!value || value->is_null()) return;
    const std::string node = node_of_type(out_.topology, {type});
    if (node.empty()) return no_node(key, type);
    if (!param.empty()) {
      Value inner = Value::map({}, value->where());
      inner.set(param, *value, run_.key_where(key));
      out_.aliases.push_back({files_, "nodes." + node + "." + param, key});
      patch_node(node, std::move(inner), run_.key_where(key), {});
    } else if (is_map(*value)) {
      patch_node(node, *value, run_.key_where(key), key);
    } else {
      errors_.add(code::wrong_kind, value->where(), key, "expected a map of parameters of " + type);
    }
  }

  void patch_node(const std::string& node, Value change, const SourcePosition& where, const std::string& shown) {
    if (!shown.empty()) out_.aliases.push_back({files_, "nodes." + node, shown});
    Value nodes = Value::map({}, where);
    nodes.set(node, std::move(change), where);
    patch_.set("nodes", std::move(nodes), where);
    out_.topology = merge(out_.topology, patch_, {}, errors_);
    patch_ = Value::map({});
  }

  void no_node(const std::string& key, const std::string& type) {
    errors_.add(code::conflict, run_.key_where(key), key,
                "the topology " + topology_name_ + " has no node of type " + type + " to take it");
  }

  const Value& run_;
  std::vector<std::string> files_;
  const Presets& presets_;
  Diagnostics& errors_;
  ExpandedRun out_;
  Value patch_ = Value::map({});
  std::string template_;  // name of the topology's strategy node
  std::string topology_name_;
};

}  // namespace

std::optional<ExpandedRun> expand_run(const Value& run, const std::vector<std::string>& files, const Presets& presets,
                                      Diagnostics& errors) {
  return Expander(run, files, presets, errors).expand();
}

std::vector<PathAlias> expand_use(Value& topology, const Presets& presets, Diagnostics& errors) {
  std::vector<PathAlias> aliases;
  Value* nodes = topology.find("nodes");
  if (!nodes || !is_map(*nodes)) return aliases;
  const Value before = *nodes;  // the loop changes the original
  for (const auto& [name, node] : before.members()) {
    if (!is_map(node)) continue;
    const std::string path = "nodes." + name;
    const Value* use = node.find("use");
    const Value* params = node.find("params");
    if (!use && !params) continue;
    Value base = Value::map({}, node.where());
    if (use && !is_scalar(*use)) {
      errors.add(code::bad_extends, use->where(), path + ".use", "expected one preset name or file");
    } else if (use) {
      PathAlias alias{{}, path, {}};
      const auto file = find_config(*use, "strategies", presets, path + ".use", errors);
      const auto content = file ? read_with_extends(*file, "strategies", presets, errors, &alias.files) : std::nullopt;
      if (content) {
        base = *content;
        if (content->find("type"))
          errors.add(code::unknown_key, content->key_where("type"), "type", "unknown key",
                     "a strategy file holds parameters; the node that uses it names the type");
      }
      aliases.push_back(std::move(alias));
    }
    const SourcePosition home = base.where();
    Value own = node;
    for (const char* key : {"use", "params", "type"}) own.erase(key);
    Value merged = merge(base, own, path, errors);
    if (params && is_map(*params))
      merged = merge(merged, *params, path, errors);
    else if (params && !params->is_null())
      errors.add(code::wrong_kind, params->where(), path + ".params", "expected a map of parameters");
    // A key missing altogether is missing from the strategy file rather than from the node.
    Value made = Value::map({}, home);
    if (const Value* type = node.find("type")) made.set("type", *type, node.key_where("type"));
    for (const auto& [key, value] : merged.members())
      if (key != "type") made.set(key, value, merged.key_where(key));
    nodes->set(name, std::move(made), nodes->key_where(name));
  }
  return aliases;
}

}  // namespace optix
