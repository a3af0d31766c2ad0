#include "tools/bench/pricing/report.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

namespace optix::bench {
namespace {

using Json = nlohmann::ordered_json;

std::string machine() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

double rounded(double value, int digits) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*g", digits, value);
  return std::stod(buffer.data());
}

}  // namespace

void Report::add(const Row& row) {
  static const std::string name = machine();
  Json line;
  line["work"] = row.work;
  line["variant"] = row.variant;
  line["workload"] = row.workload;
  line["machine"] = name;
  line["ours_ns"] = rounded(row.ours_ns, 4);
  if (!row.baseline.empty()) {
    line["baseline"] = row.baseline;
    line["baseline_ns"] = rounded(row.baseline_ns, 4);
    line["ratio"] = rounded(row.baseline_ns / row.ours_ns, 4);
  }
  line["ours_max_error"] = rounded(row.ours_error, 3);
  if (!row.baseline.empty()) line["baseline_max_error"] = rounded(row.baseline_error, 3);
  line["error_of"] = row.error_of;
  bool met = true;
  if (row.target_ns > 0) {
    line["target_ns"] = row.target_ns;
    met = met && row.ours_ns <= row.target_ns;
  }
  if (row.target_error > 0) {
    line["target_error"] = row.target_error;
    met = met && row.ours_error <= row.target_error;
  }
  if (row.target_ns > 0 || row.target_error > 0) line["met"] = met;
  all_met_ = all_met_ && met;
  std::cout << line.dump() << std::endl;
}

void Report::note(const std::string& text) { std::cout << Json{{"note", text}}.dump() << std::endl; }

}  // namespace optix::bench
