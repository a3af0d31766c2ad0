// The pricing benchmark: JSON lines, one per row of the result table, ours and the baseline measured
// in the same process.
//
// usage: bench_pricing [--bits | european | implied_vol | american | american_dividends | svi_fit]...
//
// Without arguments: all of them. --bits compares one million rows of every vector target with the
// one-row functions.
#include <functional>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "tools/bench/pricing/bits.hpp"
#include "tools/bench/pricing/report.hpp"

namespace {

void bits(optix::bench::Report& report) {
  const optix::BitsReport r = optix::compare_bits(1000000, 1);
  std::string targets;
  for (const std::string& t : r.targets) targets += (targets.empty() ? "" : ", ") + t;
  report.note("bits: " + std::to_string(r.rows) + " random and corner rows, one row at a time against " + targets +
              ": " + std::to_string(r.compared) + " figures compared, " + std::to_string(r.different) + " differ, " +
              std::to_string(r.unwanted_nan) + " unwanted NaN" + (r.first.empty() ? "" : "; first: " + r.first));
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::pair<std::string, std::function<void(optix::bench::Report&)>>> groups = {
      {"--bits", bits},
      {"european", optix::bench_european},
      {"implied_vol", optix::bench_implied_vol},
      {"american", optix::bench_american},
      {"american_dividends", optix::bench_american_dividends},
      {"svi_fit", optix::bench_svi_fit}};
  std::vector<std::string> wanted(argv + 1, argv + argc);
  if (wanted.empty())
    for (const auto& [name, run] : groups) wanted.push_back(name);
  optix::bench::Report report;
  for (const std::string& want : wanted) {
    bool found = false;
    for (const auto& [name, run] : groups) {
      if (name != want) continue;
      found = true;
      run(report);
    }
    if (!found) {
      std::cerr << "bench_pricing: no group of rows is called " << want << "\n";
      return 2;
    }
  }
  return 0;
}
