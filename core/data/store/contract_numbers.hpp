#pragma once
// Gives the contracts of one underlying their ids, in the order in which they are shown to it.
#include <compare>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/contracts/instruments.hpp"
#include "messages/market.hpp"

namespace optix::stored {

// What contracts have in common that differ only in strike.
struct GroupTerms {
  Symbol root;
  Date expiration;
  Right right = Right::call;
  Timestamp settles;
  Settlement settlement = Settlement::pm;
  ExerciseStyle exercise = ExerciseStyle::european;
  std::int32_t multiplier = 100;
  auto operator<=>(const GroupTerms&) const = default;
};

class ContractNumbers {
 public:
  // The ids of a group's contracts; `strikes` ascend strictly. Contracts that are new get the next
  // free ids, in order.
  void number(const GroupTerms& terms, std::span<const Decimal> strikes, std::span<ContractId> ids);

  std::uint32_t size() const { return static_cast<std::uint32_t>(strikes_.size()); }
  const GroupTerms& terms(ContractId id) const { return *groups_by_number_[group_of_[id]]; }
  Decimal strike(ContractId id) const { return strikes_[id]; }
  // Whether two groups of the same root, expiration and right were seen that differ in something
  // else: each has ids of its own then.
  bool ambiguous() const { return ambiguous_; }

  // The contracts ids[0], ids[1], … as rows 0, 1, …
  InstrumentBatch table(Symbol underlying, std::span<const ContractId> ids) const;

 private:
  struct Known {
    Decimal strike;
    ContractId id;
  };
  struct Group {
    std::uint32_t number = 0;
    std::vector<Known> contracts;  // strikes ascending
  };

  std::map<GroupTerms, Group> groups_;
  std::vector<const GroupTerms*> groups_by_number_;  // keys of groups_, which keep their places
  std::vector<std::uint32_t> group_of_;              // by id
  std::vector<Decimal> strikes_;                     // by id
  std::vector<Known> merged_;
  bool ambiguous_ = false;
};

// For people: "SPXW 2019-05-31 put settling 2019-05-31T20:00:00Z (pm), european, times 100".
std::string describe(const GroupTerms& terms);

}  // namespace optix::stored
