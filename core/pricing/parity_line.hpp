#pragma once
// What European and de-Americanised parity share: usable rows and the line through them.
#include <cstddef>
#include <span>
#include <vector>

#include "core/pricing/parity.hpp"

namespace optix {

struct ParityRow {
  double strike = 0;
  double call = 0, put = 0;  // mids
  double difference = 0;     // C − P, of European prices
  double deviation = 0;      // standard deviation of the difference
};

struct ParityRows {
  std::vector<ParityRow> rows;  // ascending strikes
  bool known_scale = false;     // deviations come from spreads; else all are 1
  std::size_t unusable = 0;
};

Status check_parity_options(const ParityOptions& options);
ParityRows parity_rows(std::span<const ParityQuote> quotes);
// `use`, where given, is set to 1 for each row in the last fit, else 0.
Result<ParityForward> fit_parity(const ParityRows& in, const ParityOptions& options, std::vector<char>* use = nullptr);

}  // namespace optix
