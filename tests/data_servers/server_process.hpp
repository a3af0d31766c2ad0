#pragma once
// A server of tests/data_servers that lives as long as this object: it serves until its standard
// input ends, which happens whatever becomes of the test.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

extern char** environ;

namespace optix::test {

class ServerProcess {
 public:
  // Starts the script with Python and reads its first line: an object. When that has "skipped", or
  // Python is not there, skipped() says why and nothing runs.
  explicit ServerProcess(const std::string& script, const std::vector<std::string>& arguments = {}) {
    std::array<int, 2> in{}, out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) return;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in[0], 0);
    posix_spawn_file_actions_adddup2(&files, out[1], 1);
    std::vector<std::string> words{"python3", "-B", std::string(OPTIX_SOURCE_DIR) + "/tests/data_servers/" + script};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const int failed = ::posix_spawnp(&pid_, "python3", &files, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    ::close(in[0]);
    ::close(out[1]);
    input_ = in[1];
    std::string line;
    if (failed) {
      pid_ = -1;
      skipped_ = "python3 cannot be started";
    } else {
      for (char c = 0; ::read(out[0], &c, 1) == 1 && c != '\n';) line += c;
    }
    ::close(out[0]);
    if (pid_ < 0) return;
    about_ = nlohmann::json::parse(line, nullptr, false);
    if (!about_.is_object())
      problem_ = script + " did not start: " + line;
    else if (about_.contains("skipped"))
      skipped_ = about_["skipped"].get<std::string>();
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  ~ServerProcess() { stop(); }

  void stop() {
    if (input_ >= 0) ::close(std::exchange(input_, -1));
    if (pid_ > 0) ::waitpid(std::exchange(pid_, -1), nullptr, 0);
  }
  void kill() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    stop();
  }

  const nlohmann::json& about() const { return about_; }
  const std::string& skipped() const { return skipped_; }
  const std::string& problem() const { return problem_; }

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  nlohmann::json about_;
  std::string skipped_, problem_;
};

}  // namespace optix::test
