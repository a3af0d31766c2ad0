#include "core/sequencer/host.hpp"

#include "messages/codec/hash.hpp"

namespace optix {

void NodeRunner::run(WaveTask& task) {
  task.out.clear();
  Context context(task.tag, rank_, seed_, stream_, task.out);
  try {
    node_->on_wave({task.tag, task.events}, context);
    if (task.want_state_hash) {
      std::string state;
      node_->save(state);
      task.state_hash = hash_bytes(state);
    }
  } catch (const NodeFailure&) {
    throw;
  } catch (const std::exception& error) {
    throw NodeFailure(name_, task.tag, error.what());
  }
}

}  // namespace optix
