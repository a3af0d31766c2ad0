#pragma once
// Starting and watching one worker process.
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "messages/values/result.hpp"

namespace optix::zeromq {

// What a worker must know to connect. It travels over the control channel, which is the worker's
// standard input: never on a command line or in the environment, where other programs can read it.
struct WorkerInvitation {
  std::string endpoint;
  std::string server_public_key;  // Z85
  std::string public_key;         // the worker's own pair, made for this one process
  std::string secret_key;
  std::string group;
  std::uint64_t instance = 0;
};

// Reads one invitation from `control_fd`; the descriptor stays open, and its end of file later
// means that the sequencer's process is gone.
Result<WorkerInvitation> read_invitation(int control_fd);

// A child process with a control channel on its standard input. Its standard output goes to our
// standard error; it runs in a process group of its own, so that Ctrl-C reaches only us.
class WorkerProcess {
 public:
  WorkerProcess() = default;
  // Throws std::runtime_error when the program cannot be started.
  WorkerProcess(const std::vector<std::string>& command, const WorkerInvitation& invitation);
  ~WorkerProcess();  // kills and reaps
  WorkerProcess(WorkerProcess&& other) noexcept;
  WorkerProcess& operator=(WorkerProcess&& other) noexcept;

  bool running();   // reaps a child that has ended
  void kill_now();  // SIGKILL, and waits for the end
  // Waits for a voluntary end, then kills.
  void wait_or_kill(int milliseconds);
  pid_t pid() const { return pid_; }
  // Readable once the process has ended; -1 where the system has no such descriptor.
  int exit_fd() const { return exit_fd_; }
  // "was killed by signal 9", "exited with status 3"; empty while it runs.
  const std::string& ending() const { return ending_; }
  int exit_status() const { return exit_status_; }  // of a voluntary end; -1 otherwise

 private:
  void close_all();
  bool reap(bool block);

  pid_t pid_ = -1;
  int control_ = -1;
  int exit_fd_ = -1;
  int exit_status_ = -1;
  bool ended_ = true;
  std::string ending_;
};

}  // namespace optix::zeromq
