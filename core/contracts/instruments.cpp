#include "core/contracts/instruments.hpp"

#include <algorithm>
#include <stdexcept>

namespace optix {

void InstrumentTable::add(const MessageRef& message) {
  const auto* batch = message ? message.get_if<InstrumentBatch>() : nullptr;
  if (!batch) throw std::invalid_argument("instrument table: the message is not an InstrumentBatch");
  const std::size_t n = batch->root.size();
  const bool equal = batch->underlying.size() == n && batch->expiration.size() == n && batch->settles.size() == n &&
                     batch->strike.size() == n && batch->right.size() == n && batch->settlement.size() == n &&
                     batch->exercise.size() == n && batch->multiplier.size() == n;
  if (!equal) throw std::invalid_argument("instrument table: the columns of a batch differ in length");
  if (batch->first_id != size_)
    throw std::invalid_argument("instrument table: the next contract id must be " + std::to_string(size_) +
                                ", but a batch starts at " + std::to_string(batch->first_id));
  if (n == 0) return;
  batches_.push_back(message);
  first_.push_back(batch->first_id);
  size_ += n;
}

Contract InstrumentTable::at(ContractId id) const {
  if (!contains(id))
    throw std::out_of_range("contract " + std::to_string(id) + " is not defined (" + std::to_string(size_) + " are)");
  const auto after = std::upper_bound(first_.begin(), first_.end(), id);
  const auto index = static_cast<std::size_t>(after - first_.begin()) - 1;
  const auto& b = batches_[index].get<InstrumentBatch>();
  const std::size_t row = id - b.first_id;
  return {id,           b.root[row],       b.underlying[row], b.expiration[row], b.settles[row], b.strike[row],
          b.right[row], b.settlement[row], b.exercise[row],   b.multiplier[row]};
}

std::string describe(const Contract& c) {
  return c.root.to_string() + " " + c.expiration.to_string() + " " + std::string(enum_name(c.right)) + " " +
         c.strike.to_string(0);
}

}  // namespace optix
