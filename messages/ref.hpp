#pragma once
// MessageRef: a shared, immutable message of any type. Copying it shares the message; a chain
// snapshot is never copied within a process.
#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include "messages/field.hpp"
#include "messages/values/result.hpp"

namespace optix {

class Buffer;  // messages/codec/buffer.hpp
class MessageRef;
template <Message M>
MessageRef make_message(M message, std::uint64_t hash = 0);

// What can be done with a message without knowing its type.
struct MessageOps {
  MessageInfo info;
  void (*encode)(const void* message, Buffer& out);
  std::string (*to_json)(const void* message);
};

// The operations of M; defined for every M in AllMessages (messages/registry.cpp).
template <class M>
const MessageOps& message_ops();

class MessageBox {
 public:
  MessageBox(const MessageOps& ops, const void* message, std::uint64_t hash)
      : hash_(hash), ops_(&ops), message_(message) {}
  MessageBox(const MessageBox&) = delete;
  MessageBox& operator=(const MessageBox&) = delete;
  virtual ~MessageBox() = default;

 private:
  friend class MessageRef;
  std::atomic<std::uint32_t> references_{1};
  mutable std::atomic<std::uint64_t> hash_;  // 0: not computed yet
  const MessageOps* ops_;
  const void* message_;
};

template <class M>
class BoxOf final : public MessageBox {
 public:
  BoxOf(M&& message, std::uint64_t hash)
      : MessageBox(message_ops<M>(), &message_, hash), message_(std::move(message)) {}

 private:
  const M message_;
};

class MessageRef {
 public:
  MessageRef() = default;
  MessageRef(const MessageRef& o) noexcept : box_(o.box_) {
    if (box_) box_->references_.fetch_add(1, std::memory_order_relaxed);
  }
  MessageRef(MessageRef&& o) noexcept : box_(std::exchange(o.box_, nullptr)) {}
  MessageRef& operator=(MessageRef o) noexcept {
    std::swap(box_, o.box_);
    return *this;
  }
  ~MessageRef() {
    if (!box_) return;
    // The sole owner needs no locked decrement: nobody else is left who could add a reference.
    if (box_->references_.load(std::memory_order_acquire) == 1 ||
        box_->references_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      delete box_;
  }

  explicit operator bool() const { return box_ != nullptr; }
  MessageId id() const { return box_->ops_->info.id; }
  const MessageInfo& info() const { return box_->ops_->info; }
  template <Message M>
  const M* get_if() const {
    return box_ && id() == M::info.id ? static_cast<const M*>(box_->message_) : nullptr;
  }
  // The message, which must be an M.
  template <Message M>
  const M& get() const {
    return *static_cast<const M*>(box_->message_);
  }
  // Appends the canonical binary form (messages/codec/msgpack.hpp).
  void encode(Buffer& out) const { box_->ops_->encode(box_->message_, out); }
  std::string to_json() const { return box_->ops_->to_json(box_->message_); }
  // XXH3-64 of the canonical binary form, computed once and kept; never 0.
  std::uint64_t hash() const {
    const std::uint64_t known = box_->hash_.load(std::memory_order_relaxed);
    return known != 0 ? known : compute_hash();
  }
  // For a caller that has just encoded the message: the hash without encoding it again.
  std::uint64_t hash_of_encoded(const char* data, std::size_t size) const;
  bool hash_known() const { return box_->hash_.load(std::memory_order_relaxed) != 0; }
  bool same_object(const MessageRef& o) const { return box_ == o.box_; }

 private:
  template <Message M>
  friend MessageRef make_message(M message, std::uint64_t hash);
  std::uint64_t compute_hash() const;

  MessageBox* box_ = nullptr;
};

// `hash`: what hash() will return, when it is known already (it was computed of the same message
// before and stored with it); 0: not known.
template <Message M>
MessageRef make_message(M message, std::uint64_t hash) {
  MessageRef ref;
  ref.box_ = new BoxOf<M>(std::move(message), hash);
  return ref;
}

// Decodes the canonical form of message `id`: exact field counts, known enum values, equal column
// lengths, sizes within the limits of messages/codec/limits.hpp.
Result<MessageRef> decode_message(MessageId id, const char* data, std::size_t size);

// nullptr for an id that no message has.
const MessageInfo* message_info(MessageId id);
// Hash over every table of AllMessages: ids, versions, names, field names and types. Two programs
// with the same value can exchange messages.
std::uint64_t schema_hash();

}  // namespace optix
