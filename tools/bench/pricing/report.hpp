#pragma once
// What the pricing benchmark's programs share: timing, and rows printed as JSON lines.
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

namespace optix::bench {

// One line of the result table: ours against the baseline in the same process.
struct Row {
  std::string work;      // "european chain, price + 5 greeks"
  std::string variant;   // vector target or scheme: "avx2", "avx3", "fast", …
  std::string workload;  // how many rows of what
  double ours_ns = 0;    // per row (option, fit, …)
  std::string baseline;  // "QuantLib BlackCalculator"; empty: none
  double baseline_ns = 0;
  double ours_error = 0;  // maximum error; error_of says of what, against what
  double baseline_error = 0;
  std::string error_of;     // "price relative to spot, against 106-bit arithmetic"
  double target_ns = 0;     // 0: no target
  double target_error = 0;  // 0: no target
};

class Report {
 public:
  // Prints one JSON object on its own line: the row, ratio and whether the targets are met.
  void add(const Row& row);
  // A remark on a line of its own, as {"note": …}.
  void note(const std::string& text);
  // Whether every row so far met its targets.
  bool all_met() const { return all_met_; }

 private:
  bool all_met_ = true;
};

// Nanoseconds per item: the best of `repetitions` runs of work(), each of which handles `items`. The
// minimum is what the hardware needs; the rest is what else the machine was doing.
template <class Work>
double best_ns(std::size_t items, int repetitions, Work&& work) {
  double best = 1e300;
  for (int i = 0; i < repetitions; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    if (took.count() < best) best = took.count();
  }
  return best / static_cast<double>(items);
}

// Keeps the compiler from dropping a computation whose result nobody reads.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

}  // namespace optix::bench

namespace optix {

void bench_european(bench::Report& report);
void bench_implied_vol(bench::Report& report);
void bench_american(bench::Report& report);
void bench_american_dividends(bench::Report& report);
void bench_svi_fit(bench::Report& report);

}  // namespace optix
