#pragma once
// CURVE keys, and the gate that decides which peer may speak at all. Transport only: this header
// brings in ZeroMQ.
#include <string>
#include <zmq.hpp>

namespace optix::zeromq {

// Z85 text of 40 characters each.
struct KeyPair {
  std::string public_key;
  std::string secret_key;
};
// A fresh pair. Throws std::runtime_error when libzmq was built without CURVE.
KeyPair make_key_pair();

void use_as_server(zmq::socket_t& socket, const KeyPair& server);
void use_as_client(zmq::socket_t& socket, const KeyPair& client, const std::string& server_public_key);

// Answers libzmq's authentication requests (ZAP, rfc.zeromq.org/spec/27) of one context. Only CURVE
// peers with the one admitted key pass; before that key is proven nothing of a peer's reaches the
// socket. Bind it before the first socket of the context is bound.
class Gate {
 public:
  explicit Gate(zmq::context_t& context);
  // From now on this key alone is admitted; connections made before stay.
  void admit(const std::string& public_key);
  // Answers what is waiting; never blocks. Call when socket() is readable.
  void answer_pending();
  zmq::socket_t& socket() { return socket_; }
  std::uint64_t refused() const { return refused_; }

 private:
  zmq::socket_t socket_;
  std::string admitted_;  // 32 raw bytes
  std::uint64_t refused_ = 0;
};

}  // namespace optix::zeromq
