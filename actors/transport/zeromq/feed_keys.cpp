#include "actors/transport/zeromq/feed_keys.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace optix::zeromq {

bool is_key(const std::string& text) {
  std::array<std::uint8_t, 32> raw{};
  return text.size() == 40 && zmq_z85_decode(raw.data(), text.c_str()) != nullptr;
}

Result<KeyPair> read_key_file(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0)
    return Error{std::strerror(errno), path, "make one with `optix feed key FILE`"};
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return Error{"others may read this secret key", path, "chmod 600 " + path};
  std::ifstream in(path);
  KeyPair keys;
  std::string rest;
  if (!std::getline(in, keys.public_key) || !std::getline(in, keys.secret_key) || (in >> rest) ||
      !is_key(keys.public_key) || !is_key(keys.secret_key))
    return Error{"not a key file: expected a public and a secret key, a line each", path,
                 "make one with `optix feed key FILE`"};
  std::array<char, 41> derived{};
  if (zmq_curve_public(derived.data(), keys.secret_key.c_str()) != 0 || keys.public_key != derived.data())
    return Error{"the two keys do not belong together", path, "make a new file with `optix feed key FILE`"};
  return keys;
}

Result<KeyPair> write_key_file(const std::string& path) {
  const KeyPair keys = make_key_pair();
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0)
    return Error{std::strerror(errno), path, errno == EEXIST ? "keys are not replaced: choose another name" : ""};
  const std::string text = keys.public_key + "\n" + keys.secret_key + "\n";
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (::close(file) != 0 || !written) return Error{"the key could not be written", path, ""};
  return keys;
}

std::string path_beside(const Value& path) {
  const std::filesystem::path named(path.text());
  if (named.is_absolute() || path.where().line == 0) return named.string();
  return (std::filesystem::path(path.where().file).parent_path() / named).string();
}

}  // namespace optix::zeromq
