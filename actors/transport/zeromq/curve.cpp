#include "actors/transport/zeromq/curve.hpp"

#include <array>
#include <stdexcept>
#include <vector>

namespace optix::zeromq {

KeyPair make_key_pair() {
  std::array<char, 41> public_key{}, secret_key{};
  if (zmq_curve_keypair(public_key.data(), secret_key.data()) != 0)
    throw std::runtime_error("libzmq was built without CURVE: workers in other processes need it");
  return {public_key.data(), secret_key.data()};
}

void use_as_server(zmq::socket_t& socket, const KeyPair& server) {
  socket.set(zmq::sockopt::zap_domain, "optix");
  socket.set(zmq::sockopt::curve_server, true);
  socket.set(zmq::sockopt::curve_secretkey, server.secret_key);
}

void use_as_client(zmq::socket_t& socket, const KeyPair& client, const std::string& server_public_key) {
  socket.set(zmq::sockopt::curve_serverkey, server_public_key);
  socket.set(zmq::sockopt::curve_publickey, client.public_key);
  socket.set(zmq::sockopt::curve_secretkey, client.secret_key);
}

Gate::Gate(zmq::context_t& context) : socket_(context, zmq::socket_type::rep) {
  socket_.set(zmq::sockopt::linger, 0);
  socket_.bind("inproc://zeromq.zap.01");
}

void Gate::admit(const std::string& public_key) {
  admitted_.assign(32, '\0');
  if (zmq_z85_decode(reinterpret_cast<std::uint8_t*>(admitted_.data()), public_key.c_str()) == nullptr)
    throw std::invalid_argument("not a Z85 key");
}

void Gate::answer_pending() {
  for (;;) {
    std::vector<zmq::message_t> request;
    do {
      if (!socket_.recv(request.emplace_back(), zmq::recv_flags::dontwait)) return;
    } while (request.back().more());
    // version, request id, domain, address, identity, mechanism, credentials…
    const bool known = request.size() == 7 && request[5].to_string_view() == "CURVE" && !admitted_.empty() &&
                       request[6].to_string_view() == admitted_;
    if (!known) ++refused_;
    const auto send = [&](std::string_view text, bool more) {
      socket_.send(zmq::buffer(text), more ? zmq::send_flags::sndmore : zmq::send_flags::none);
    };
    send("1.0", true);
    send(request.size() > 1 ? request[1].to_string_view() : std::string_view{}, true);
    send(known ? "200" : "400", true);
    send(known ? "OK" : "unknown key", true);
    send("", true);   // user id
    send("", false);  // metadata
  }
}

}  // namespace optix::zeromq
