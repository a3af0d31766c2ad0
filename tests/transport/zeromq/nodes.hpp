#pragma once
// Node types of the transport tests, known to the tests and to the worker program alike.
#include "actors/node_type.hpp"

namespace optix::testing {

// "test.ticker" sets itself an alarm a microsecond ahead and emits an UnderlyingPrice at each, 100
// of them. Parameters: `mode`, what goes wrong, and `at`, with which tick:
//   sound      nothing
//   throw      the handler throws
//   exit       the process ends
//   sleep      takes `ms` milliseconds
//   wrong      emits a message that the output does not carry
//   unsteady   emits a number that differs from process to process
//   refuse     the node cannot be built
// "test.listener" adds up what it hears.
const std::vector<NodeType>& transport_test_types();

// The types above and those of tests/determinism.
const NodeType* find_test_type(std::string_view name);

}  // namespace optix::testing
