#pragma once
#include <cstdint>

#include "core/contracts/chain_view.hpp"

namespace optix {

// find_row for a contract that is looked up in one snapshot after another: where it was last time
// is tried first. `row` is the hint, and the answer when true.
inline bool find_row_again(const ChainSnapshot& chain, const InstrumentTable& instruments, ContractId contract,
                           std::uint32_t& row) {
  if (row < chain.rows() && chain.contract[row] == contract) return true;
  const auto found = find_row(chain, instruments.at(contract));
  if (found) row = static_cast<std::uint32_t>(*found);
  return found.has_value();
}

}  // namespace optix
