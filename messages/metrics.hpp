#pragma once
// Results of a run as messages: one value each, with its unit and basis.
#include <cstdint>
#include <string>

#include "messages/field.hpp"

namespace optix {

struct MetricValue {
  static constexpr MessageInfo info{40, 1, "metrics.value", "one figure of the summary"};

  std::string name;
  bool defined = false;
  double value = 0;
  std::string unit;
  std::string basis;
  std::uint64_t n = 0;
  std::string reason;

  static constexpr auto fields() {
    using M = MetricValue;
    return std::tuple(field("name", &M::name, "metric, e.g. sharpe"),
                      field("defined", &M::defined, "false: value is meaningless, see reason"),
                      field("value", &M::value, "the figure"),
                      field("unit", &M::unit, "fraction, usd, ratio, count, days"),
                      field("basis", &M::basis, "what it is computed on, e.g. daily returns, 252 a year"),
                      field("n", &M::n, "observations"), field("reason", &M::reason, "why it is undefined"));
  }
};
static_assert(table_is_complete<MetricValue>);

}  // namespace optix
