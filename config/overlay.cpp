#include "config/overlay.hpp"

#include <algorithm>
#include <filesystem>

#include "config/check.hpp"
#include "config/scalar.hpp"
#include "config/suggest.hpp"
#include "config/yaml.hpp"

namespace optix {
namespace {

bool is_map(const Value& v) { return v.kind() == Value::Kind::map; }

bool type_changes(const Value& base, const Value& overlay) {
  const Value* before = base.find("type");
  const Value* after = overlay.find("type");
  return before && after && before->kind() == Value::Kind::scalar && after->kind() == Value::Kind::scalar &&
         before->text() != after->text();
}

void append_list(Value& out, const std::string& key, const Value& more, const SourcePosition& key_where,
                 const std::string& path, Diagnostics& errors) {
  const std::string target = key.substr(0, key.size() - 1);
  const Value* inherited = out.find(target);
  const bool has_list = inherited == nullptr || inherited->is_null() || inherited->kind() == Value::Kind::list;
  if (more.kind() != Value::Kind::list || !has_list) {
    errors.add(code::bad_extends, key_where, join_path(path, key), "a key ending in + appends a list to a list",
               has_list ? "write `" + key + ": [..]`" : "the inherited `" + target + "` is not a list");
    return;
  }
  std::vector<Value> items = inherited ? inherited->items() : std::vector<Value>{};
  items.insert(items.end(), more.items().begin(), more.items().end());
  out.set(target, Value::list(std::move(items), more.where()), key_where);
}

struct Reader {
  const std::string& family;
  const Presets& presets;
  Diagnostics& errors;
  std::vector<std::string>* files;
  std::vector<std::string> open;  // files on the way down, outermost first

  std::optional<Value> read(const std::string& file, const SourcePosition& named_at) {
    const std::string identity = std::filesystem::path(file).lexically_normal().string();
    if (std::find(open.begin(), open.end(), identity) != open.end()) {
      std::string circle;
      for (const std::string& step : open) circle += step + " -> ";
      errors.add(code::extends_cycle, named_at, "extends", "files extend each other in a circle: " + circle + identity);
      return std::nullopt;
    }
    if (open.size() >= 16) {
      errors.add(code::extends_cycle, named_at, "extends", "more than 16 files extend each other");
      return std::nullopt;
    }
    std::optional<Value> own = read_yaml_file(file, errors);
    if (!own) return std::nullopt;
    if (files) files->push_back(file);
    const Value* extends = own->find("extends");
    Value base = Value::map({}, own->where());
    if (extends && !extends->is_null()) {
      if (extends->kind() != Value::Kind::scalar) {
        errors.add(code::bad_extends, extends->where(), "extends", "expected one file or preset name");
        return std::nullopt;
      }
      const auto parent = find_config(*extends, family, presets, "extends", errors);
      if (!parent) return std::nullopt;
      open.push_back(identity);
      const auto inherited = read(*parent, extends->where());
      open.pop_back();
      if (!inherited) return std::nullopt;
      base = *inherited;
    }
    own->erase("extends");
    return merge(base, *own, {}, errors);
  }
};

std::optional<std::size_t> index_of(const std::string& step) {
  if (step.size() < 3 || step.front() != '[') return std::nullopt;
  const auto value = parse_integer(std::string_view(step).substr(1, step.size() - 2));
  if (!value || *value < 0) return std::nullopt;
  return static_cast<std::size_t>(*value);
}

// "legs[0].delta" -> {"legs", "[0]", "delta"}; empty when it does not read so.
std::vector<std::string> split_path(std::string_view text) {
  std::vector<std::string> steps;
  std::size_t i = 0;
  while (i < text.size()) {
    if (text[i] == '[') {
      const std::size_t end = text.find(']', i);
      if (end == std::string_view::npos || steps.empty()) return {};
      steps.emplace_back(text.substr(i, end - i + 1));
      if (!index_of(steps.back())) return {};
      i = end + 1;
      if (i < text.size() && text[i] != '.' && text[i] != '[') return {};
      if (i < text.size() && text[i] == '.' && ++i == text.size()) return {};
    } else {
      const std::size_t end = std::min(text.find_first_of(".[", i), text.size());
      if (end == i) return {};
      steps.emplace_back(text.substr(i, end - i));
      i = end;
      if (i < text.size() && text[i] == '.' && ++i == text.size()) return {};
    }
  }
  return steps;
}

}  // namespace

Value merge(const Value& base, const Value& overlay, const std::string& path, Diagnostics& errors) {
  if (!is_map(overlay)) return overlay;
  const bool fresh = !is_map(base) || type_changes(base, overlay);
  // The overlay's own place: a missing key is best shown where the last writer was.
  Value out = Value::map({}, overlay.where());
  if (!fresh)
    for (const auto& [key, member] : base.members()) out.set(key, member, base.key_where(key));
  for (const auto& [key, member] : overlay.members()) {
    const SourcePosition& where = overlay.key_where(key);
    if (key.size() > 1 && key.back() == '+') {
      append_list(out, key, member, where, path, errors);
    } else if (member.is_null() && out.find(key) != nullptr) {
      out.erase(key);
    } else if (const Value* inherited = out.find(key); is_map(member)) {
      out.set(key, merge(inherited ? *inherited : Value(), member, join_path(path, key), errors), where);
    } else {
      out.set(key, member, where);
    }
  }
  return out;
}

std::vector<std::string> preset_names(const std::string& family, const Presets& presets) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(presets.root) / family, ignored))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<std::string> find_config(const Value& name, const std::string& family, const Presets& presets,
                                       const std::string& path, Diagnostics& errors) {
  const std::string& text = name.text();
  std::error_code ignored;
  const bool is_file = text.find('/') != std::string::npos || text.ends_with(".yaml") || text.ends_with(".yml");
  const std::string file = is_file ? resolve_path(text, name.where())
                                   : (std::filesystem::path(presets.root) / family / (text + ".yaml")).string();
  if (!text.empty() && std::filesystem::is_regular_file(file, ignored)) return file;
  if (is_file)
    errors.add(code::file_not_found, name.where(), path, "there is no file " + printable(file),
               "a file name is relative to the file it is written in");
  else
    errors.add(code::file_not_found, name.where(), path,
               "there is no preset `" + printable(text, 60) + "` in " + family,
               name_hint(text, preset_names(family, presets), "presets") + "; a file name ends in .yaml");
  return std::nullopt;
}

std::optional<Value> read_with_extends(const std::string& file, const std::string& family, const Presets& presets,
                                       Diagnostics& errors, std::vector<std::string>* files) {
  Reader reader{family, presets, errors, files, {}};
  return reader.read(file, {file, 0, 0});
}

std::optional<Override> parse_override(std::string_view text, Diagnostics& errors) {
  const SourcePosition where{"--set", 0, 0};
  const std::size_t equals = text.find('=');
  Override change;
  change.text = std::string(text);
  if (equals != std::string_view::npos) change.path = split_path(text.substr(0, equals));
  if (change.path.empty()) {
    errors.add(code::bad_override, where, printable(text, 80), "does not read as path=value",
               "for example --set nodes.book.cash=50000 or --set legs[0].delta.target=0.2");
    return std::nullopt;
  }
  auto value = parse_yaml_value(text.substr(equals + 1), where);
  if (!value) {
    errors.add(code::bad_override, where, printable(text, 80), "the value is not valid YAML",
               "quote it: a.b='\"text\"'");
    return std::nullopt;
  }
  change.value = std::move(*value);
  return change;
}

bool apply_override(Value& root, const Override& change, Diagnostics& errors) {
  const SourcePosition where{"--set", 0, 0};
  Value* place = &root;
  std::string done;
  const auto misses = [&](const std::string& message) {
    errors.add(code::override_misses, where, printable(change.text, 80), message);
    return false;
  };
  for (std::size_t i = 0; i < change.path.size(); ++i) {
    const std::string& step = change.path[i];
    const bool last = i + 1 == change.path.size();
    if (const auto index = index_of(step)) {
      if (place->kind() != Value::Kind::list) return misses("`" + done + "` is not a list");
      if (*index >= place->items().size())
        return misses("`" + done + "` has " + std::to_string(place->items().size()) + " items; they count from [0]");
      place = &place->items()[*index];
      done += step;
      if (last) *place = is_map(*place) ? merge(*place, change.value, done, errors) : change.value;
      continue;
    }
    if (place->is_null()) *place = Value::map({}, where);
    if (!is_map(*place)) return misses("`" + done + "` is not a map, it has no `" + step + "`");
    done = join_path(done, step);
    if (last) {
      Value patch = Value::map({}, place->where());
      patch.set(step, change.value, where);
      *place = merge(*place, patch, {}, errors);
    } else {
      if (place->find(step) == nullptr) place->set(step, Value::map({}, where), where);
      place = place->find(step);
    }
  }
  return true;
}

bool apply_set(Value& root, std::string_view text, Diagnostics& errors) {
  const auto change = parse_override(text, errors);
  return change && apply_override(root, *change, errors);
}

}  // namespace optix
