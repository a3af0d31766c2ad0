#pragma once
// Key files of feeds: two lines of Z85, the public key and the secret key. The file must not be
// readable by others.
#include <string>

#include "actors/transport/zeromq/curve.hpp"
#include "config/value.hpp"
#include "messages/values/result.hpp"

namespace optix::zeromq {

// 40 characters of Z85.
bool is_key(const std::string& text);
Result<KeyPair> read_key_file(const std::string& path);
// Makes a new pair and writes it with mode 0600; refuses to replace a file.
Result<KeyPair> write_key_file(const std::string& path);
// The path in a parameter: relative ones start at the file that names them.
std::string path_beside(const Value& path);

}  // namespace optix::zeromq
