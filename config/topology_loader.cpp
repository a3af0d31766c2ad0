#include "config/topology_loader.hpp"

#include <algorithm>
#include <filesystem>

#include "config/run_file.hpp"
#include "config/suggest.hpp"
#include "config/topology_check.hpp"
#include "config/yaml.hpp"

namespace optix {
namespace {

std::string family_of(ConfigForm form) {
  switch (form) {
    case ConfigForm::run: return "runs";
    case ConfigForm::strategy: return "strategies";
    case ConfigForm::topology: break;
  }
  return "topologies";
}

// When an override can be applied: to the file as written, to the expanded topology while nodes
// still say `use`, or to nodes with all their parameters in place.
enum class Stage { written, expanded, parameters };

Stage stage_of(const Override& change, ConfigForm form) {
  const auto& path = change.path;
  if (path[0] == "nodes" && path.size() > 2)
    return path[2] == "type" || path[2] == "use" ? Stage::expanded : Stage::parameters;
  if (path[0] == "nodes" || path[0] == "wires" || path[0] == "wires+") return Stage::expanded;
  if (form == ConfigForm::topology || path[0] != "strategy") return Stage::written;
  // strategy.use and strategy[1] change which strategy; strategy.legs… changes its parameters.
  const bool indexed = path.size() > 1 && path[1].front() == '[';
  const std::size_t rest = indexed ? 2 : 1;
  return path.size() > rest && path[rest] != "use" ? Stage::parameters : Stage::written;
}

class Loader {
 public:
  Loader(const ConfigOptions& options, const std::vector<NodeSchema>& types) : options_(options), types_(types) {}

  LoadedTopology load(const std::string& name, bool topology_only) {
    for (const std::string& text : options_.overrides)
      if (auto change = parse_override(text, errors())) changes_.push_back(std::move(*change));
    if (const auto merged = load_merged(name, topology_only); merged && errors().empty())
      out_.topology = check_topology(*merged, types_, errors());
    show_written_paths();
    return std::move(out_);
  }

 private:
  Diagnostics& errors() { return out_.diagnostics; }

  std::optional<Value> load_merged(const std::string& name, bool topology_only) {
    const auto file = locate(name, topology_only);
    if (!file) return std::nullopt;
    const auto written_form = form_along_extends(*file);
    if (!written_form) return std::nullopt;
    std::vector<std::string> files;
    auto root = read_with_extends(*file, family_of(*written_form), options_.presets, errors(), &files);
    if (!root) return std::nullopt;
    const ConfigForm form = form_of(*root).value_or(*written_form);
    if (topology_only && form != ConfigForm::topology) {
      errors().add(
          code::unknown_form, {*file, 0, 0}, {},
          form == ConfigForm::run ? "this is a run file, not a topology" : "this is a strategy, not a topology",
          "a topology has `nodes` and `wires`");
      return std::nullopt;
    }
    if (form == ConfigForm::strategy) {
      const bool reads_as_file =
          file->find('/') != std::string::npos || file->ends_with(".yaml") || file->ends_with(".yml");
      Value run = Value::map({}, {*file, 0, 0});
      run.set("strategy", Value::scalar(reads_as_file ? *file : "./" + *file, {*file, 0, 0}), {*file, 0, 0});
      root = std::move(run);
    }
    spell_out_scalars(*root);
    apply(*root, Stage::written, form);
    if (form != ConfigForm::topology) {
      auto expanded = expand_run(*root, files, options_.presets, errors());
      if (!expanded) return std::nullopt;
      root = std::move(expanded->topology);
      aliases_ = std::move(expanded->aliases);
      strategies_ = std::move(expanded->strategies);
    }
    apply(*root, Stage::expanded, form);
    for (PathAlias& alias : expand_use(*root, options_.presets, errors())) aliases_.push_back(std::move(alias));
    apply(*root, Stage::parameters, form);
    return root;
  }

  // The form of the file or, when its keys do not tell, of what it extends: it decides in which
  // family of presets a bare name in `extends` is looked up.
  std::optional<ConfigForm> form_along_extends(std::string file) {
    for (int steps = 0; steps < 16; ++steps) {
      const auto own = read_yaml_file(file, errors());
      if (!own) return std::nullopt;
      if (const auto form = form_of(*own)) return form;
      const Value* extends = own->find("extends");
      if (!extends || extends->kind() != Value::Kind::scalar) break;
      const std::string& name = extends->text();
      for (const ConfigForm form : {ConfigForm::run, ConfigForm::topology, ConfigForm::strategy}) {
        const auto names = preset_names(family_of(form), options_.presets);
        if (std::find(names.begin(), names.end(), name) != names.end()) return form;
      }
      Diagnostics later;  // read_with_extends reports what is wrong here
      const auto next = find_config(*extends, "runs", options_.presets, "extends", later);
      if (!next) break;
      file = *next;
    }
    return ConfigForm::topology;
  }

  std::optional<std::string> locate(const std::string& name, bool topology_only) {
    std::error_code ignored;
    const bool reads_as_file = name.find('/') != std::string::npos || name.ends_with(".yaml") || name.ends_with(".yml");
    // A folder does not count: that of a run may be called like its preset.
    if (reads_as_file || std::filesystem::is_regular_file(name, ignored)) return name;
    std::vector<std::string> known;
    for (const char* family : {"runs", "topologies", "strategies"}) {
      if (topology_only && std::string_view(family) != "topologies") continue;
      const auto names = preset_names(family, options_.presets);
      if (std::find(names.begin(), names.end(), name) != names.end())
        return (std::filesystem::path(options_.presets.root) / family / (name + ".yaml")).string();
      known.insert(known.end(), names.begin(), names.end());
    }
    errors().add(code::file_not_found, {}, {}, "there is no file or preset `" + printable(name, 80) + "`",
                 name_hint(name, known, "presets"));
    return std::nullopt;
  }

  // `bind: caf` stands for `bind: {default: caf}`; spelled out so that --set bind.… reaches inside.
  static void spell_out_scalars(Value& root) {
    Value* bind = root.find("bind");
    if (!bind || bind->kind() != Value::Kind::scalar) return;
    Value map = Value::map({}, bind->where());
    map.set("default", *bind, bind->where());
    *bind = std::move(map);
  }

  void apply(Value& root, Stage stage, ConfigForm form) {
    for (Override change : changes_) {
      if (stage_of(change, form) != stage) continue;
      if (stage == Stage::written && change.path[0] == "strategy") to_written_strategy(root, change);
      if (stage == Stage::parameters && !to_parameters(root, change)) continue;
      apply_override(root, change, errors());
      spell_out_scalars(root);
    }
  }

  // strategy.use=x on `strategy: y` replaces y.
  static void to_written_strategy(const Value& root, Override& change) {
    const Value* written = root.find("strategy");
    if (change.path.back() != "use" || !written) return;
    const bool scalar = change.path.size() == 2 && written->kind() == Value::Kind::scalar;
    if (scalar) change.path.pop_back();
  }

  // Turns strategy.legs[0]… into nodes.NAME.legs[0]…, drops `params` (already merged in), and
  // refuses a node that does not exist.
  bool to_parameters(const Value& root, Override& change) {
    auto& path = change.path;
    const auto miss = [&](const std::string& message, const std::string& hint) {
      errors().add(code::override_misses, {"--set", 0, 0}, printable(change.text, 80), message, hint);
      return false;
    };
    if (path[0] == "strategy") {
      std::size_t index = 0;
      const bool indexed = path[1].front() == '[';
      if (indexed) index = static_cast<std::size_t>(std::stoull(path[1].substr(1)));
      if (!indexed && strategies_.size() != 1)
        return miss("there are several strategies", "say which: strategy[0], strategy[1], …");
      if (index >= strategies_.size())
        return miss("there are " + std::to_string(strategies_.size()) + " strategies; they count from [0]", {});
      path.erase(path.begin(), path.begin() + (indexed ? 2 : 1));
      path.insert(path.begin(), {"nodes", strategies_[index]});
    }
    const Value* nodes = root.find("nodes");
    if (!nodes || nodes->find(path[1]) == nullptr) {
      std::vector<std::string> names;
      if (nodes)
        for (const auto& [name, ignored] : nodes->members()) names.push_back(name);
      return miss("there is no node \"" + printable(path[1], 60) + "\"", name_hint(path[1], names, "nodes"));
    }
    if (path.size() > 3 && path[2] == "params") path.erase(path.begin() + 2);
    return true;
  }

  // Errors name keys as the user wrote them, not as they stand in the expanded topology.
  void show_written_paths() {
    for (Diagnostic& d : errors().all()) {
      for (const PathAlias& alias : aliases_) {
        if (std::find(alias.files.begin(), alias.files.end(), d.where.file) == alias.files.end()) continue;
        if (!d.path.starts_with(alias.prefix)) continue;
        std::string rest = d.path.substr(alias.prefix.size());
        if (!rest.empty() && rest.front() != '.' && rest.front() != '[') continue;
        if (alias.shown.empty() && rest.starts_with('.')) rest.erase(0, 1);
        d.path = alias.shown + rest;
        break;
      }
    }
  }

  const ConfigOptions& options_;
  const std::vector<NodeSchema>& types_;
  LoadedTopology out_;
  std::vector<Override> changes_;
  std::vector<PathAlias> aliases_;
  std::vector<std::string> strategies_;
};

}  // namespace

std::optional<ConfigForm> form_of(const Value& file) {
  for (const char* key : {"strategy", "data", "cash", "fill", "risk", "topology"})
    if (file.find(key)) return ConfigForm::run;
  for (const char* key : {"nodes", "wires", "wires+"})
    if (file.find(key)) return ConfigForm::topology;
  for (const char* key : {"legs", "entry", "exit"})
    if (file.find(key)) return ConfigForm::strategy;
  return std::nullopt;
}

LoadedTopology load_run(const std::string& file, const ConfigOptions& options, const std::vector<NodeSchema>& types) {
  return Loader(options, types).load(file, false);
}

LoadedTopology load_topology(const std::string& file, const ConfigOptions& options,
                             const std::vector<NodeSchema>& types) {
  return Loader(options, types).load(file, true);
}

}  // namespace optix
