#include "actors/transport/zeromq/spawn.hpp"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace optix::zeromq {
namespace {

constexpr std::string_view first_line = "optix-worker 1";

std::string invitation_text(const WorkerInvitation& invitation) {
  std::string out(first_line);
  for (const std::string& line : {invitation.endpoint, invitation.server_public_key, invitation.public_key,
                                  invitation.secret_key, invitation.group, std::to_string(invitation.instance)})
    out += "\n" + line;
  return out + "\n";
}

// One line, byte by byte: nothing after it may be consumed.
bool read_line(int fd, std::string& line) {
  line.clear();
  for (;;) {
    char byte = 0;
    const ssize_t got = ::read(fd, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got != 1 || line.size() > 4096) return false;
    if (byte == '\n') return true;
    line += byte;
  }
}

[[noreturn]] void fail(const std::string& what, int error) {
  throw std::runtime_error("cannot start a worker process: " + what + ": " + std::strerror(error));
}

// Owns the spawn attributes for one call.
struct SpawnSettings {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  SpawnSettings(int control_read) {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&files, control_read, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
};

}  // namespace

Result<WorkerInvitation> read_invitation(int control_fd) {
  WorkerInvitation invitation;
  std::string line, instance;
  const Error error{"the control channel does not carry an invitation", "standard input",
                    "worker processes are started by `optix run`, not by hand"};
  if (!read_line(control_fd, line) || line != first_line) return error;
  for (std::string* part : {&invitation.endpoint, &invitation.server_public_key, &invitation.public_key,
                            &invitation.secret_key, &invitation.group, &instance})
    if (!read_line(control_fd, *part)) return error;
  if (instance.empty() || instance.size() > 19 || instance.find_first_not_of("0123456789") != std::string::npos)
    return error;
  invitation.instance = std::stoull(instance);
  return invitation;
}

WorkerProcess::WorkerProcess(const std::vector<std::string>& command, const WorkerInvitation& invitation) {
  // A socket rather than a pipe: writing to a child that died must not raise SIGPIPE.
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail("control channel", errno);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  int error = 0;
  {
    SpawnSettings settings(ends[0]);
    error = ::posix_spawnp(&pid_, command.front().c_str(), &settings.files, &settings.attributes, arguments.data(),
                           environ);
  }
  ::close(ends[0]);
  control_ = ends[1];
  if (error != 0) {
    close_all();
    fail(command.front(), error);
  }
  ended_ = false;
  exit_fd_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  // Far below the channel's capacity, so this cannot block; a child that died already shows later.
  const std::string text = invitation_text(invitation);
  if (::send(control_, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size()) && errno != EPIPE) {
    const int why = errno;
    kill_now();
    close_all();
    fail("control channel", why);
  }
}

WorkerProcess::~WorkerProcess() {
  kill_now();
  close_all();
}

WorkerProcess::WorkerProcess(WorkerProcess&& other) noexcept { *this = std::move(other); }

WorkerProcess& WorkerProcess::operator=(WorkerProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(control_, other.control_);
  std::swap(exit_fd_, other.exit_fd_);
  std::swap(exit_status_, other.exit_status_);
  std::swap(ended_, other.ended_);
  std::swap(ending_, other.ending_);
  return *this;
}

void WorkerProcess::close_all() {
  for (int* fd : {&control_, &exit_fd_})
    if (*fd >= 0) ::close(std::exchange(*fd, -1));
}

bool WorkerProcess::reap(bool block) {
  if (ended_) return true;
  int status = 0;
  pid_t got = 0;
  do got = ::waitpid(pid_, &status, block ? 0 : WNOHANG);
  while (got < 0 && errno == EINTR);
  if (got == 0) return false;
  ended_ = true;
  if (got < 0)
    ending_ = "is gone";
  else if (WIFSIGNALED(status))
    ending_ = "was killed by signal " + std::to_string(WTERMSIG(status));
  else
    ending_ = "exited with status " + std::to_string(exit_status_ = WEXITSTATUS(status));
  return true;
}

bool WorkerProcess::running() { return !reap(false); }

void WorkerProcess::kill_now() {
  if (reap(false)) return;
  ::kill(pid_, SIGKILL);
  reap(true);
}

void WorkerProcess::wait_or_kill(int milliseconds) {
  if (reap(false)) return;
  if (exit_fd_ >= 0) {
    pollfd ended{exit_fd_, POLLIN, 0};
    ::poll(&ended, 1, milliseconds);
  } else {
    for (int waited = 0; waited < milliseconds && !reap(false); waited += 10) ::usleep(10'000);
  }
  kill_now();
}

}  // namespace optix::zeromq
