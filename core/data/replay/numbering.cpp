#include "core/data/replay/numbering.hpp"

#include <stdexcept>
#include <string>

namespace optix {

Numbering::Numbering(const std::vector<std::uint32_t>& contracts) {
  for (const std::uint32_t count : contracts) run_id_.emplace_back(count, unknown);
}

void Numbering::add(std::size_t u, std::span<const ContractId> contracts) {
  std::vector<ContractId>& ids = run_id_[u];
  for (const ContractId contract : contracts) {
    if (contract >= ids.size())
      throw std::runtime_error("contract " + std::to_string(contract) + " is used, but the dataset defines only " +
                               std::to_string(ids.size()) + " of this underlying");
    if (ids[contract] != unknown) continue;
    ids[contract] = static_cast<ContractId>(numbered_.size());
    numbered_.push_back({static_cast<std::uint32_t>(u), contract});
  }
}

}  // namespace optix
