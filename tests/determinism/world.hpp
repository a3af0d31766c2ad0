#pragma once
// Random worlds: topologies of chattering nodes drawn from a seed, for comparing bindings. And the
// same nodes with bugs planted in them, which the comparison must catch.
#include <cstdint>
#include <vector>

#include "actors/node_type.hpp"
#include "config/topology.hpp"

namespace optix::testing {

enum class PlantedBug : std::uint8_t {
  none,
  arrival_order,    // outputs numbered by a counter that all nodes share: whoever answers first
  shared_random,    // one random generator for all nodes
  wall_clock,       // reads the real time
  address_order,    // decides by the address of a heap object
  forgotten_state,  // a counter that save() leaves out
  shared_memory,    // reads what another node wrote
};

// Node types of the worlds: "world.sound", one per planted bug ("world.arrival_order", …), and
// "world.source", a sound one whose emissions count as coming from outside the run.
const std::vector<NodeType>& world_types();
std::string world_type_name(PlantedBug bug);

// Puts what the planted bugs share back to its start, so that a difference comes from the order in
// which nodes ran and not from an earlier run.
void reset_planted_state();

// A world of 2–9 nodes with random wires, rounds, latencies and chatter; all nodes inline.
Topology random_world(std::uint64_t seed, PlantedBug bug = PlantedBug::none);

// Puts every node of `topology` on a binding; with `groups` > 0 nodes are dealt into that many
// groups by `seed`, otherwise each node is its own group.
void bind_world(Topology& topology, Binding binding, std::uint64_t seed, int groups, int threads);

}  // namespace optix::testing
