#pragma once
// One worker process and the socket that reaches it: starting, sending, receiving, noticing its
// end. What to say is the host's business (host.cpp). Transport only: brings in ZeroMQ.
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include <zmq.hpp>

#include "actors/transport/zeromq/curve.hpp"
#include "actors/transport/zeromq/faults.hpp"
#include "actors/transport/zeromq/spawn.hpp"

namespace optix::zeromq {

class WorkerChannel {
 public:
  WorkerChannel(std::string group, const std::string& endpoint, std::size_t largest_frame,
                const std::optional<LinkFaults>& faults);

  // Starts a new worker, ending the one before: another process, another key, another identity.
  void start(const std::vector<std::string>& command);
  void kill() { process_.kill_now(); }
  // The faults apply from here on: the handshake is over.
  void handshake_done() { lossy_ = faults_.has_value(); }

  // Each hands the frame to the socket without blocking; one that cannot be delivered is lost, and
  // the heartbeat finds that out. Only waves and their answers are subject to the faults.
  void send(std::string_view frame) { route(wave_identity_, frame); }
  void send_wave(std::string_view frame);
  void send_heartbeat(std::string_view frame);
  // Test only: kill -9 without waiting, as a crash would.
  void crash();

  enum class Got { frame, ended, nothing };
  // The next frame of the current worker, or the news that its process has ended and everything
  // it said was received. Blocks until `until` at most.
  Got receive(zmq::message_t& frame, SteadyTime until);

  std::uint64_t instance() const { return instance_; }
  WorkerProcess& process() { return process_; }
  const WorkerProcess& process() const { return process_; }
  const std::string& endpoint() const { return endpoint_; }
  const std::string& server_public_key() const { return server_.public_key; }
  std::uint64_t refused() const { return gate_.refused(); }
  std::uint64_t strangers() const { return strangers_; }  // frames of former workers

 private:
  bool take_from_socket(zmq::message_t& frame);
  void route(std::string_view target, std::string_view frame);
  void flush_due(SteadyTime now);

  std::string group_;
  zmq::context_t context_;
  Gate gate_;
  zmq::socket_t router_;
  KeyPair server_;
  std::string endpoint_;
  std::optional<LinkFaults> faults_;
  FaultyLink outbound_;
  FaultyLink inbound_;
  std::vector<FaultyLink::Item> arrived_;  // inbound frames that are due, latest first
  bool lossy_ = false;
  std::uint64_t instance_ = 0;
  std::string wave_identity_;
  std::string heart_identity_;
  std::uint64_t strangers_ = 0;
  WorkerProcess process_;
};

}  // namespace optix::zeromq
