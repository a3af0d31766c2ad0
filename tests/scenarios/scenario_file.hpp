#pragma once
// Scenarios as they are written (README.md has the notation), and the messages that they stand for.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/value.hpp"
#include "core/contracts/instruments.hpp"
#include "messages/all.hpp"

namespace optix::scenarios {

struct Step {
  Timestamp at;
  bool has_market = false;             // a price or a chain: what a trader waits for
  std::vector<MessageRef> market;      // what the market says, in order
  std::vector<MessageRef> sent;        // what the trader sends after it
  std::vector<MessageRef> operations;  // the operator's kill switch
  Value expect;                        // null: nothing is expected beyond "no surprise"
  SourcePosition where;
};

struct Scenario {
  std::string file, name;
  SourcePosition where;
  Symbol underlying;
  std::map<std::string, Contract> contracts;  // by the name they have in the file
  Value nodes;                                // parameters by node, null when there are none
  Value wires;                                // replaces the wires of the topology when given
  std::vector<Step> steps;
  Value end;          // what is expected after the last step
  std::string fails;  // text of the error that ends the run; empty: it ends well

  // Shares for the name of an underlying, else the contract of that name; throws std::runtime_error.
  ContractId id_of(const std::string& name) const;
};

// All scenarios of a file; throws std::runtime_error that says where and what.
std::vector<Scenario> read_scenarios(const std::string& path);

// "2024-06-03" (the close of that session), "2024-06-03 09:45" (New York), or UTC "2024-06-03T20:00:00Z".
Timestamp parse_instant(const Value& value);

// [file:line:column] and what is wrong there.
[[noreturn]] void fail_at(const SourcePosition& where, const std::string& what);

}  // namespace optix::scenarios
