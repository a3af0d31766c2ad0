#include "core/data/store/manifest.hpp"

#include <algorithm>

#include "core/data/store/files.hpp"
#include "core/data/store/layout.hpp"
#include "core/data/store/manifest_json.hpp"

namespace optix {
namespace {

using stored::Json;
using stored::JsonReader;
using stored::JsonWriter;
using stored::Refused;

// The text starts with these three pieces; the hash covers everything after it.
const std::string before_hash = "{\n\"format\": " + std::to_string(Manifest::format) + ",\n\"hash\": \"";
const std::string after_hash = "\"";
constexpr std::size_t hash_digits = 32;

// One key or list entry per line, so that people can read and compare manifests; entries of lists
// stay on their line.
void write_lines(std::string& out, const Json& value, int depth) {
  const auto compact = [&out](const Json& json) { out += json.dump(-1, ' ', false, Json::error_handler_t::replace); };
  if (value.empty() || depth == 0 || !(value.is_object() || value.is_array())) return compact(value);
  const bool object = value.is_object();
  out += object ? "{\n" : "[\n";
  bool first = true;
  for (const auto& entry : value.items()) {
    if (!first) out += ",\n";
    first = false;
    if (object) {
      compact(entry.key());
      out += ": ";
      write_lines(out, entry.value(), depth - 1);
    } else {
      compact(entry.value());
    }
  }
  out += object ? "\n}" : "\n]";
}

// Discarded when it is not JSON, or nested deeper than a manifest is.
Json parse(std::string_view text) {
  constexpr int deepest = 8;
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      quoted = c != '"';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      if (++depth > deepest) return Json(Json::value_t::discarded);
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return Json::parse(text, nullptr, false);
}

// What depends on the data alone.
std::string data_text(const Manifest& manifest) {
  Json data = Json::array();
  data.push_back(JsonWriter::of(manifest.partitions));
  data.push_back(JsonWriter::of(manifest.instruments));
  data.push_back(JsonWriter::of(manifest.events));
  return data.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool is_hash(const std::string& text) {
  return text.size() == hash_digits &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// A file's path follows from what it is: nothing outside the folder can be named.
void check_file(const StoredFile& file, const std::string& key, const std::string& short_path,
                const std::string& long_path) {
  if (!is_hash(file.hash)) throw Refused{"should be 32 hexadecimal digits", key + ".hash"};
  if (file.path != short_path && file.path != long_path)
    throw Refused{"the file should be called " + short_path, key + ".path"};
}

void check_partitions(const Manifest& m) {
  struct Last {
    Timestamp time;
    std::uint32_t contracts = 0;
  };
  std::map<Symbol, Last> last;  // by underlying
  for (std::size_t i = 0; i < m.partitions.size(); ++i) {
    const Partition& p = m.partitions[i];
    const std::string key = "partitions[" + std::to_string(i) + "]";
    if (!stored::is_storable(p.underlying)) throw Refused{"should be printable ASCII", key + ".underlying"};
    if (i > 0 &&
        std::pair(p.session, p.underlying) <= std::pair(m.partitions[i - 1].session, m.partitions[i - 1].underlying))
      throw Refused{"is not after the one before it, by session and then underlying", key};
    for (const auto& [file, name] : {std::pair(&p.quotes, ".quotes"), std::pair(&p.groups, ".groups")}) {
      const auto path = file == &p.quotes ? stored::quotes_path : stored::groups_path;
      check_file(*file, key + name, path(p.underlying, p.session, file->hash, 8),
                 path(p.underlying, p.session, file->hash, hash_digits));
    }
    if (p.snapshots == 0 || p.rows < p.snapshots) throw Refused{"should have a row in each of its snapshots", key};
    if (p.last < p.first || (p.snapshots == 1) != (p.first == p.last))
      throw Refused{"its first and last times contradict its number of snapshots", key};
    if (p.contracts == 0) throw Refused{"should be 1 or more", key + ".contracts"};
    const auto [seen, is_first] = last.try_emplace(p.underlying);
    if (!is_first && (p.first <= seen->second.time || p.contracts < seen->second.contracts))
      throw Refused{"its time or contracts fall behind those of the session before", key};
    seen->second = {p.last, p.contracts};
    if (!m.instruments.contains(p.underlying.to_string()))
      throw Refused{"the contracts of " + p.underlying.to_string() + " are missing", "instruments"};
  }
  for (const auto& [name, file] : m.instruments) {
    const auto underlying = Symbol::from(name);
    if (!underlying || !last.contains(*underlying))
      throw Refused{"no session has this underlying", "instruments." + name};
    check_file(file, "instruments." + name, stored::instruments_path(*underlying, file.hash, 8),
               stored::instruments_path(*underlying, file.hash, hash_digits));
  }
  for (const auto& [kind, file] : m.events) {
    if (!stored::is_event_kind(kind)) throw Refused{"is no name of a kind of events", "events." + kind};
    check_file(file, "events." + kind, stored::events_path(kind, file.hash, 8),
               stored::events_path(kind, file.hash, hash_digits));
  }
}

Manifest read_manifest(const std::string& name, std::string_view text) {
  const Json json = parse(text);
  if (json.is_discarded()) throw Refused{"is not JSON", ""};
  JsonReader reader(json, "");
  reader.take("format");
  reader.take("hash");
  Manifest manifest;
  stored::members(reader, manifest);
  const Json& quality = reader.take("quality");
  reader.done();
  check_partitions(manifest);
  auto report = quality_from_json(name + " key quality", quality.dump());
  if (!report) throw Refused{report.error().what, report.error().where};
  manifest.quality = *std::move(report);
  return manifest;
}

}  // namespace

std::string Manifest::dataset_hash() const { return stored::content_hash(data_text(*this)); }

std::string to_json(const Manifest& manifest) {
  Json json = Json::object();
  JsonWriter writer;
  stored::members(writer, manifest);
  json = std::move(writer.out);
  json["quality"] = Json::parse(to_json(manifest.quality));
  std::string body = after_hash + ",\n";
  std::string lines;
  write_lines(lines, json, 3);
  body.append(lines, 2);  // without its "{\n"
  body += '\n';
  return before_hash + stored::content_hash(body) + body;
}

Result<Manifest> manifest_from_json(const std::string& name, std::string_view text) {
  const char* const again = "the file was changed or damaged: restore it from a copy, or import into a new folder";
  const auto refused = [&](const std::string& what, const std::string& key) {
    return Error{what, key.empty() ? name : name + " key " + key, again};
  };
  if (!text.starts_with(before_hash)) {
    const Json json = parse(text);
    if (json.is_object() && json.contains("format") && json["format"].is_number() && json["format"] != Manifest::format)
      return Error{"format " + json["format"].dump() + " is not known; this program reads format " +
                       std::to_string(Manifest::format),
                   name, "use the version of the program that wrote the dataset, or import again"};
    return refused("is not a dataset's manifest as this program writes it", "");
  }
  const std::size_t hash_end = before_hash.size() + hash_digits;
  if (text.size() < hash_end ||
      stored::content_hash(text.substr(hash_end)) != text.substr(before_hash.size(), hash_digits))
    return refused("its content does not match its own hash", "hash");
  try {
    Manifest manifest = read_manifest(name, text);
    if (to_json(manifest) != text) return refused("is not written as this program writes it", "");
    return manifest;
  } catch (const Refused& r) {
    return refused(r.what, r.key);
  }
}

}  // namespace optix
