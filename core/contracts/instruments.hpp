#pragma once
// What each contract id means: built from the InstrumentBatch messages of a run, which it shares.
#include <cstddef>
#include <vector>

#include "messages/market.hpp"
#include "messages/ref.hpp"

namespace optix {

// The terms of one contract.
struct Contract {
  ContractId id = 0;
  Symbol root;
  Symbol underlying;
  Date expiration;
  Timestamp settles;
  Decimal strike;
  Right right = Right::call;
  Settlement settlement = Settlement::pm;
  ExerciseStyle exercise = ExerciseStyle::european;
  std::int32_t multiplier = 100;
};

class InstrumentTable {
 public:
  // Takes the next batch. Throws std::invalid_argument when the message is not an InstrumentBatch,
  // its columns differ in length, or its ids do not follow on from those known (a gap or an overlap).
  void add(const MessageRef& batch);

  std::size_t size() const { return size_; }
  bool contains(ContractId id) const { return id < size_; }
  // O(log batches). Throws std::out_of_range for an id that no batch defined.
  Contract at(ContractId id) const;

  // Node state: save these messages, and add() them again in order.
  const std::vector<MessageRef>& batches() const { return batches_; }

 private:
  std::vector<MessageRef> batches_;
  std::vector<ContractId> first_;  // parallel to batches_
  std::size_t size_ = 0;
};

// For people: "SPXW 2019-05-31 put 2835".
std::string describe(const Contract& contract);

}  // namespace optix
