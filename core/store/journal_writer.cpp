#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/store/journal.hpp"
#include "core/store/journal_format.hpp"
#include "messages/codec/hash.hpp"

namespace optix {
namespace {

template <class T>
void put(Buffer& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.write(bytes, sizeof value);
}

}  // namespace

JournalWriter::JournalWriter(int descriptor, std::string path)
    : descriptor_(descriptor),
      path_(std::move(path)),
      filling_(std::make_unique<Buffer>()),
      written_(journal_format::window) {
  thread_ = std::thread([this] { writer_main(); });
}

Result<std::unique_ptr<JournalWriter>> JournalWriter::create(const std::filesystem::path& file,
                                                             const std::string& config) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0)
    return Error{std::string("cannot create the journal: ") + std::strerror(errno), file.string(),
                 "choose a folder you may write to with --out"};
  std::unique_ptr<JournalWriter> writer(new JournalWriter(descriptor, file.string()));
  // The writer thread has nothing to do yet: writing the header here cannot race with it.
  Buffer head;
  put(head, schema_hash());
  head.write(config.data(), config.size());
  if (::write(descriptor, journal_format::magic.data(), journal_format::magic.size()) !=
      static_cast<ssize_t>(journal_format::magic.size()))
    writer->fail(std::strerror(errno));
  writer->write_frame(journal_format::header_frame, head.view());
  return writer;
}

JournalWriter::~JournalWriter() {
  if (thread_.joinable()) static_cast<void>(close(false));
}

void JournalWriter::on_events(Tag tag, std::span<const Event> events) {
  tag_is_open_ = true;
  put(*filling_, tag.time_ns);
  put(*filling_, tag.round);
  put(*filling_, static_cast<std::uint32_t>(events.size()));
  for (const Event& event : events) append(event);
  ++tags_;
  events_ += events.size();
}

void JournalWriter::append(const Event& event) {
  Buffer& out = *filling_;
  const std::size_t head_at = out.size();
  char head[18];
  const MessageId id = event.message.id();
  std::memcpy(head, &event.port, 2);
  std::memcpy(head + 2, &event.source, 2);
  std::memcpy(head + 4, &event.sequence, 8);
  std::memcpy(head + 12, &id, 2);
  Written& slot = written_[(event.sequence * 31 + event.source) % journal_format::window];
  const bool known = slot.body != 0 && slot.sequence == event.sequence && slot.source == event.source &&
                     bodies_ - slot.body < journal_format::window;
  if (known) {
    std::memcpy(head + 14, &journal_format::back_reference, 4);
    out.write(head, sizeof head);
    put(out, static_cast<std::uint32_t>(bodies_ - slot.body + 1));
    return;
  }
  out.write(head, sizeof head);
  const std::size_t body_at = out.size();
  event.message.encode(out);
  const std::size_t size = out.size() - body_at;
  const auto length = static_cast<std::uint32_t>(size);
  std::memcpy(out.data() + head_at + 14, &length, sizeof length);
  // Saves the digest from encoding the message once more.
  if (!event.message.hash_known()) static_cast<void>(event.message.hash_of_encoded(out.data() + body_at, size));
  slot = {event.sequence, ++bodies_, event.source};
}

void JournalWriter::on_digest(Tag, std::uint64_t digest) {
  tag_is_open_ = false;
  last_digest_ = digest;
  put(*filling_, digest);
  if (flush_every_tag_ || filling_->size() >= journal_format::frame_target) hand_over();
}

void JournalWriter::hand_over() {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.size() < journal_format::max_waiting_frames; });
    waiting_.push_back(std::move(filling_));
    if (!recycled_.empty()) {
      filling_ = std::move(recycled_.back());
      recycled_.pop_back();
    }
  }
  changed_.notify_all();
  if (!filling_) filling_ = std::make_unique<Buffer>();
}

void JournalWriter::writer_main() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return !waiting_.empty() || finishing_; });
    if (waiting_.empty()) return;
    Payload payload = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    changed_.notify_all();
    write_frame(journal_format::tags_frame, payload->view());
    payload->clear();
    lock.lock();
    recycled_.push_back(std::move(payload));
  }
}

void JournalWriter::write_frame(std::uint32_t kind, std::string_view payload) {
  char head[journal_format::frame_head];
  const auto length = static_cast<std::uint32_t>(payload.size());
  // The kind takes part in the checksum: a flipped kind is damage, not another frame.
  const std::uint64_t sum = hash_bytes(payload) ^ (std::uint64_t{kind} * 0x9E3779B97F4A7C15ull);
  std::memcpy(head, &length, 4);
  std::memcpy(head + 4, &kind, 4);
  std::memcpy(head + 8, &sum, 8);
  for (std::string_view part : {std::string_view(head, sizeof head), payload})
    while (!part.empty()) {
      const ssize_t written = ::write(descriptor_, part.data(), part.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return fail(std::strerror(errno));
      part.remove_prefix(static_cast<std::size_t>(written));
    }
}

void JournalWriter::fail(const std::string& what) {
  const std::lock_guard lock(mutex_);
  if (error_.empty()) error_ = what;
}

Status JournalWriter::close(bool complete) {
  // The tag at which a run failed is the one people want to see: it is kept, without a digest.
  if (tag_is_open_) put(*filling_, std::uint64_t{0});
  if (filling_->size() != 0) hand_over();
  {
    const std::lock_guard lock(mutex_);
    finishing_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (descriptor_ >= 0) {
    if (complete) {
      Buffer end;
      put(end, last_digest_);
      put(end, tags_);
      put(end, events_);
      write_frame(journal_format::end_frame, end.view());
    }
    // A simulation that a power cut takes away can be run again; a live session cannot.
    if (flush_every_tag_ && ::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) fail(std::strerror(errno));
    if (::close(descriptor_) != 0) fail(std::strerror(errno));
    descriptor_ = -1;
  }
  if (!error_.empty()) return Error{"writing the journal failed: " + error_, path_, "free some space and run again"};
  return {};
}

}  // namespace optix
