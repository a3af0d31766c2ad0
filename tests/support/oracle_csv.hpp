#pragma once
// Reads a table of ../shared/oracles (plain or gzip). When the folder is not there, prints a visible
// "skipped" line and gives nullopt. Independent of the project's own CSV reader.
#include <zlib.h>

#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace optix {

inline std::string shared_path(const std::string& name) { return OPTIX_SOURCE_DIR "/../shared/" + name; }

inline bool shared_file_exists(const std::string& name) {
  std::FILE* file = std::fopen(shared_path(name).c_str(), "rb");
  if (!file) {
    std::printf("skipped: %s is not on this machine\n", name.c_str());
    return false;
  }
  std::fclose(file);
  return true;
}

struct OracleTable {
  std::vector<std::map<std::string, std::string>> rows;
};

inline std::vector<std::string> split_csv_line(const std::string& line) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      out.emplace_back();
    else
      out.back() += c;
  }
  return out;
}

inline std::optional<OracleTable> read_oracle(const std::string& name) {
  const std::string path = "oracles/" + name;
  if (!shared_file_exists(path)) return std::nullopt;
  std::string text;
  gzFile file = gzopen(shared_path(path).c_str(), "rb");
  char buffer[1 << 16];
  for (int n = gzread(file, buffer, sizeof buffer); n > 0; n = gzread(file, buffer, sizeof buffer))
    text.append(buffer, static_cast<std::size_t>(n));
  gzclose(file);
  OracleTable table;
  std::vector<std::string> header;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find('\n', at);
    if (end == std::string::npos) end = text.size();
    std::string line = text.substr(at, end - at);
    at = end + 1;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    auto fields = split_csv_line(line);
    if (header.empty()) {
      header = fields;
      continue;
    }
    fields.resize(header.size());
    auto& row = table.rows.emplace_back();
    for (std::size_t i = 0; i < header.size(); ++i) row[header[i]] = fields[i];
  }
  return table;
}

}  // namespace optix
