#pragma once
// What must hold between the columns of a message before anyone may index into it. Decoders call
// these; a source that builds snapshots itself should too.
#include <optional>

#include "messages/market.hpp"
#include "messages/values/result.hpp"

namespace optix {

// Equal column lengths.
std::optional<Error> find_fault(const InstrumentBatch& batch);
// Equal lengths of row columns and of group columns; group_begin starts at 0, never falls and ends
// at the row count; strikes ascend strictly within a group and are there.
std::optional<Error> find_fault(const ChainSnapshot& chain);
// Messages without columns have nothing to disagree about.
template <Message M>
std::optional<Error> find_fault(const M&) {
  return std::nullopt;
}

}  // namespace optix
