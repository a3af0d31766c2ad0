#pragma once
// What it takes to rebuild a worker: the states its nodes last reported and every wave since.
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "actors/transport/zeromq/frames.hpp"

namespace optix::zeromq {

class WaveLog {
 public:
  // A new wave, encoded; its number is last() + 1. The log keeps the bytes.
  void append(Buffer frame) {
    bytes_ += frame.size();
    waves_.push_back({std::move(frame), 0});
  }
  // The answer to wave last() was accepted. With states, everything up to it is forgotten.
  void commit(std::uint64_t content_hash, std::span<const NodeState> states) {
    waves_.back().content_hash = content_hash;
    if (states.empty()) return;
    states_.clear();
    for (const NodeState& state : states) states_.emplace_back(state.node, state.state);
    snapshot_wave_ = last();
    waves_.clear();
    bytes_ = 0;
  }

  std::uint64_t snapshot_wave() const { return snapshot_wave_; }
  std::uint64_t last() const { return snapshot_wave_ + waves_.size(); }
  const Buffer& frame(std::uint64_t wave) const { return waves_[wave - snapshot_wave_ - 1].frame; }
  // 0 until the wave is committed; wave must be after the snapshot.
  std::uint64_t content_hash(std::uint64_t wave) const { return waves_[wave - snapshot_wave_ - 1].content_hash; }
  std::size_t waves() const { return waves_.size(); }
  std::size_t bytes() const { return bytes_; }
  // nullptr before the first snapshot.
  const std::string* state_of(NodeRank node) const {
    for (const auto& [rank, bytes] : states_)
      if (rank == node) return &bytes;
    return nullptr;
  }

 private:
  struct Logged {
    Buffer frame;
    std::uint64_t content_hash;
  };
  std::uint64_t snapshot_wave_ = 0;
  std::vector<std::pair<NodeRank, std::string>> states_;
  std::deque<Logged> waves_;
  std::size_t bytes_ = 0;
};

}  // namespace optix::zeromq
