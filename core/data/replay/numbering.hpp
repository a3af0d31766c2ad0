#pragma once
// Contract ids of a run when they are not the dataset's own: dense from 0 over all underlyings, in
// order of first appearance in what is sent.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "messages/market.hpp"

namespace optix {

class Numbering {
 public:
  static constexpr ContractId unknown = static_cast<ContractId>(-1);

  // contracts[u]: how many contracts the dataset knows of underlying u.
  explicit Numbering(const std::vector<std::uint32_t>& contracts);

  // Numbers those of `contracts`, ids of the dataset for underlying u, that have no number yet, in
  // their order. Throws std::runtime_error for an id that the dataset does not know.
  void add(std::size_t u, std::span<const ContractId> contracts);
  // The id of the run, `unknown` when it has none yet.
  ContractId of(std::size_t u, ContractId contract) const { return run_id_[u][contract]; }
  std::size_t size() const { return numbered_.size(); }

  struct Known {
    std::uint32_t underlying = 0;
    ContractId contract = 0;
  };
  // What run id `id` stands for in the dataset.
  Known at(ContractId id) const { return numbered_[id]; }

 private:
  std::vector<std::vector<ContractId>> run_id_;  // by underlying, then contract of the dataset
  std::vector<Known> numbered_;                  // by run id
};

}  // namespace optix
