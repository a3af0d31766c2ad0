#pragma once
// Reading the worked smile cases: rows as slices, and the worst error of a column in tolerances.
#include <cmath>
#include <cstdio>
#include <string>

#include "core/volatility/svi.hpp"
#include "tests/support/oracle_csv.hpp"

namespace optix {

using OracleRow = std::map<std::string, std::string>;

inline double number(const OracleRow& row, const std::string& column) {
  const std::string& text = row.at(column);
  return text.empty() ? std::nan("") : std::stod(text);
}

inline SviParameters raw_slice(const OracleRow& row) {
  return {number(row, "a"), number(row, "b"), number(row, "rho"), number(row, "m"), number(row, "sigma")};
}

// Collects |error|/tolerance of one output over a file.
class WorstRatio {
 public:
  explicit WorstRatio(std::string name) : name_(std::move(name)) {}
  void add(double ours, double theirs, double tolerance, const std::string& id) {
    ++rows_;
    const double ratio = std::fabs(ours - theirs) / tolerance;
    if (!(ratio <= worst_)) {
      worst_ = ratio;
      where_ = id;
    }
    if (!(ratio <= 1)) std::printf("%s %s: %.17g, expected %.17g\n", name_.c_str(), id.c_str(), ours, theirs);
  }
  double worst() const { return worst_; }
  bool report() const {
    std::printf("%s: %d rows, worst error/tolerance %.3g (%s)\n", name_.c_str(), rows_, worst_, where_.c_str());
    return worst_ <= 1;
  }

 private:
  std::string name_;
  std::string where_ = "none";
  double worst_ = 0;
  int rows_ = 0;
};

}  // namespace optix
