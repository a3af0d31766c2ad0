// Everything that is derived from the table of all messages at once.
#include <algorithm>
#include <array>

#include "messages/all.hpp"
#include "messages/codec/hash.hpp"
#include "messages/codec/json_write.hpp"
#include "messages/codec/msgpack.hpp"
#include "messages/codec/schema.hpp"
#include "messages/codec/validate.hpp"
#include "messages/ref.hpp"

namespace optix {
namespace {

// Flattened: every field's few stores in one function, the write position in a register.
template <Message M>
[[gnu::flatten]] void encode_erased(const void* message, Buffer& out) {
  codec::encode(*static_cast<const M*>(message), out, codec::message_bounds<M>);
}

template <Message M>
std::string json_erased(const void* message) {
  std::string out;
  codec::write_json(out, *static_cast<const M*>(message));
  return out;
}

template <Message M>
Result<MessageRef> decode_as(std::string_view bytes) {
  M message;
  if (auto error = codec::decode(bytes, message, M::info.name, codec::message_bounds<M>)) return *std::move(error);
  if (auto error = find_fault(message)) return *std::move(error);
  return make_message(std::move(message));
}

struct Entry {
  const MessageOps& (*ops)() = nullptr;
  Result<MessageRef> (*decode)(std::string_view bytes) = nullptr;
};

template <class... M>
constexpr std::size_t largest_id(TypeList<M...>) {
  return std::max({std::size_t{M::info.id}...});
}

}  // namespace

template <class M>
const MessageOps& message_ops() {
  static constexpr MessageOps ops{M::info, &encode_erased<M>, &json_erased<M>};
  return ops;
}

namespace {

// Indexed by id. Taking the address of message_ops<M> here is also what instantiates it for the
// rest of the program.
[[gnu::used]] constinit const auto entries = [] {
  std::array<Entry, largest_id(AllMessages{}) + 1> table{};
  for_each_message(AllMessages{}, [&]<class M>() { table[M::info.id] = {&message_ops<M>, &decode_as<M>}; });
  return table;
}();

}  // namespace

Result<MessageRef> decode_message(MessageId id, const char* data, std::size_t size) {
  if (id >= entries.size() || entries[id].decode == nullptr)
    return Error{"no message has the id " + std::to_string(id), "",
                 "the sender's program has other message definitions"};
  return entries[id].decode({data, size});
}

const MessageInfo* message_info(MessageId id) {
  return id < entries.size() && entries[id].ops != nullptr ? &entries[id].ops().info : nullptr;
}

std::uint64_t schema_hash() {
  static const std::uint64_t hash = [] {
    std::string text;
    for_each_message(AllMessages{}, [&]<class M>() { text += codec::schema_text<M>(); });
    return hash_bytes(text);
  }();
  return hash;
}

std::uint64_t MessageRef::hash_of_encoded(const char* data, std::size_t size) const {
  const std::uint64_t hash = hash_bytes({data, size});
  box_->hash_.store(hash, std::memory_order_relaxed);
  return hash;
}

std::uint64_t MessageRef::compute_hash() const {
  // Kept per thread, so that hashing a small message allocates nothing; a buffer that one huge
  // message has grown is not kept.
  constexpr std::size_t keep = std::size_t{4} << 20;
  thread_local Buffer buffer;
  buffer.clear();
  encode(buffer);
  const std::uint64_t hash = hash_of_encoded(buffer.data(), buffer.size());
  if (buffer.capacity() > keep) buffer = Buffer();
  return hash;
}

}  // namespace optix
