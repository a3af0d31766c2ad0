#include "actors/transport/caf/caf_runtime.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>
#include <exception>
#include <future>
#include <thread>

#include "actors/transport/caf/caf_messages.hpp"

namespace optix {
namespace {

using StepAtom = caf::atom_constant<caf::atom("step")>;
using WaveAtom = caf::atom_constant<caf::atom("wave")>;
using DoneAtom = caf::atom_constant<caf::atom("done")>;

struct Config : caf::actor_system_config {
  explicit Config(const CafOptions& options) {
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    const int threads = options.threads > 0 ? options.threads : std::max(1, cores);
    set("scheduler.max-threads", static_cast<std::size_t>(threads));
    set("scheduler.policy", policy(options.scheduler));
    set("logger.console", caf::atom("none"));
    set("logger.file-verbosity", caf::atom("quiet"));
    register_messages(*this);
  }

  static caf::atom_value policy(CafOptions::Scheduler scheduler) {
    switch (scheduler) {
      case CafOptions::Scheduler::stealing: return caf::atom("stealing");
      case CafOptions::Scheduler::sharing: return caf::atom("sharing");
      case CafOptions::Scheduler::shuffled: return caf::atom("testing");
    }
    return caf::atom("stealing");
  }
};

}  // namespace

struct CafRuntime::State {
  // Shared by the sequencer actor and one group's actor; the mailbox hands it back and forth, so
  // only one of them touches it at a time.
  struct Group final : Host {
    Group(State& owner, std::string group_name, std::vector<NodeRunner*> runners)
        : state(owner), name(std::move(group_name)), by_rank(std::move(runners)) {}

    void begin(std::span<WaveTask* const> wave) override {
      tasks = wave;
      ++state.unanswered;
      caf::anon_send(actor, WaveAtom::value);
    }
    void finish() override {
      if (error) std::rethrow_exception(error);
    }

    State& state;
    std::string name;
    std::vector<NodeRunner*> by_rank;
    caf::actor actor;
    std::span<WaveTask* const> tasks;
    std::exception_ptr error;
  };

  explicit State(const CafOptions& wanted) : options(wanted), config(wanted), system(config) {}

  caf::behavior group_behavior(Group& group);
  caf::behavior sequencer_behavior(caf::event_based_actor* self);
  void advance();
  void finish(std::exception_ptr error);
  void drive_shuffled(std::future<void>& finished);

  CafOptions options;
  std::vector<std::unique_ptr<Group>> groups;  // outlives the system: an actor may still be in a wave
  Config config;
  caf::actor_system system;
  RunLoop* loop = nullptr;
  std::size_t unanswered = 0;
  bool over = false;
  caf::actor sequencer;
  std::promise<void> promise;
};

caf::behavior CafRuntime::State::group_behavior(Group& group) {
  return {[this, &group](WaveAtom) {
    try {
      for (WaveTask* task : group.tasks) group.by_rank[task->node]->run(*task);
    } catch (...) {
      group.error = std::current_exception();
    }
    caf::anon_send(sequencer, DoneAtom::value);
  }};
}

caf::behavior CafRuntime::State::sequencer_behavior(caf::event_based_actor* self) {
  for (const auto& group : groups) self->monitor(group->actor);
  self->set_down_handler([this](const caf::down_msg& down) {
    if (over) return;
    for (const auto& group : groups)
      if (group->actor.address() == down.source)
        return finish(std::make_exception_ptr(
            NodeFailure(group->name, group->tasks.empty() ? Tag{} : group->tasks.front()->tag, "its actor died")));
  });
  return {[this](StepAtom) { advance(); },
          [this](DoneAtom) {
            if (over || --unanswered != 0) return;
            try {
              loop->end_step();
            } catch (...) {
              return finish(std::current_exception());
            }
            advance();
          }};
}

// Goes on until answers are outstanding or the run is over. Tags that only inline nodes see never
// leave this loop.
void CafRuntime::State::advance() {
  try {
    while (loop->begin_step()) {
      if (unanswered != 0) return;
      loop->end_step();
    }
  } catch (...) {
    return finish(std::current_exception());
  }
  finish(nullptr);
}

void CafRuntime::State::finish(std::exception_ptr error) {
  if (std::exchange(over, true)) return;
  if (error)
    promise.set_exception(error);
  else
    promise.set_value();
}

void CafRuntime::State::drive_shuffled(std::future<void>& finished) {
  auto& coordinator = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  std::uint64_t drawn = 0;
  while (finished.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    auto& jobs = coordinator.jobs;
    if (jobs.empty()) throw SequencerError("the actor system has no job left but the run is not over");
    const auto pick = static_cast<std::ptrdiff_t>(draw(options.shuffle_seed, 0, drawn++) % jobs.size());
    std::rotate(jobs.begin(), jobs.begin() + pick, jobs.begin() + pick + 1);
    coordinator.run_once();
  }
}

CafRuntime::CafRuntime(const CafOptions& options) : state_(std::make_unique<State>(options)) {}

CafRuntime::~CafRuntime() {
  for (const auto& group : state_->groups) caf::anon_send_exit(group->actor, caf::exit_reason::user_shutdown);
  if (state_->sequencer) caf::anon_send_exit(state_->sequencer, caf::exit_reason::user_shutdown);
  if (state_->options.scheduler == CafOptions::Scheduler::shuffled)
    dynamic_cast<caf::scheduler::test_coordinator&>(state_->system.scheduler()).run();
  for (const auto& group : state_->groups) group->actor = nullptr;
  state_->sequencer = nullptr;
}

Host& CafRuntime::add_group(std::string name, std::vector<NodeRunner*> by_rank) {
  State& state = *state_;
  state.groups.push_back(std::make_unique<State::Group>(state, std::move(name), std::move(by_rank)));
  State::Group& group = *state.groups.back();
  // Passed as arguments, not captured: CAF dereferences a null tuple when there are none.
  group.actor = state.system.spawn([](caf::event_based_actor*, State* owner,
                                      State::Group* mine) -> caf::behavior { return owner->group_behavior(*mine); },
                                   &state, &group);
  return group;
}

void CafRuntime::run(RunLoop& loop) {
  State& state = *state_;
  state.loop = &loop;
  std::future<void> finished = state.promise.get_future();
  const auto behavior = [](caf::event_based_actor* self, State* owner) -> caf::behavior {
    return owner->sequencer_behavior(self);
  };
  state.sequencer =
      state.options.live ? state.system.spawn<caf::detached>(behavior, &state) : state.system.spawn(behavior, &state);
  caf::anon_send(state.sequencer, StepAtom::value);
  if (state.options.scheduler == CafOptions::Scheduler::shuffled) state.drive_shuffled(finished);
  finished.get();
}

}  // namespace optix
