#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
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
    : descriptor_(descriptor), path_(std::move(path)), recent_(journal_format::window) {
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
  filling_.tags.push_back({tag, static_cast<std::uint32_t>(events.size()), 0});
  filling_.events.insert(filling_.events.end(), events.begin(), events.end());
  ++tags_;
  events_ += events.size();
}

void JournalWriter::on_digest(Tag, std::uint64_t digest) {
  last_digest_ = filling_.tags.back().digest = digest;
  if (flush_every_tag_ || filling_.events.size() >= journal_format::batch_events) hand_over();
}

void JournalWriter::hand_over() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.size() < journal_format::max_waiting_batches; });
  waiting_.push_back(std::move(filling_));
  if (recycled_.empty()) {
    filling_ = {};
  } else {
    filling_ = std::move(recycled_.back());
    recycled_.pop_back();
  }
  lock.unlock();
  changed_.notify_all();
}

void JournalWriter::writer_main() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return !waiting_.empty() || finishing_; });
    if (waiting_.empty()) return;
    Batch batch = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    changed_.notify_all();
    write_batch(batch);
    batch.tags.clear();
    batch.events.clear();
    lock.lock();
    recycled_.push_back(std::move(batch));
  }
}

void JournalWriter::write_batch(const Batch& batch) {
  payload_.clear();
  std::size_t next = 0;
  for (const Batch::TagRecord& record : batch.tags) {
    put(payload_, record.tag.time_ns);
    put(payload_, record.tag.round);
    put(payload_, record.events);
    for (std::uint32_t i = 0; i < record.events; ++i) {
      const Event& event = batch.events[next++];
      put(payload_, event.port);
      put(payload_, event.source);
      put(payload_, event.sequence);
      put(payload_, event.message.id());
      std::uint32_t back = 0;
      const auto reach = static_cast<std::uint32_t>(std::min<std::uint64_t>(bodies_, journal_format::window));
      for (std::uint32_t n = 1; n <= reach && back == 0; ++n)
        if (recent_[(bodies_ - n) % journal_format::window].same_object(event.message)) back = n;
      if (back != 0) {
        put(payload_, journal_format::back_reference);
        put(payload_, back);
        continue;
      }
      const std::size_t length_at = payload_.size();
      put(payload_, std::uint32_t{0});
      event.message.encode(payload_);
      const auto length = static_cast<std::uint32_t>(payload_.size() - length_at - sizeof(std::uint32_t));
      std::memcpy(payload_.data() + length_at, &length, sizeof length);
      recent_[bodies_++ % journal_format::window] = event.message;
    }
    put(payload_, record.digest);
    if (payload_.size() >= journal_format::frame_target) {
      write_frame(journal_format::tags_frame, payload_.view());
      payload_.clear();
    }
  }
  if (payload_.size() != 0) write_frame(journal_format::tags_frame, payload_.view());
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
  if (!filling_.tags.empty()) hand_over();
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
    if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) fail(std::strerror(errno));
    if (::close(descriptor_) != 0) fail(std::strerror(errno));
    descriptor_ = -1;
  }
  if (!error_.empty()) return Error{"writing the journal failed: " + error_, path_, "free some space and run again"};
  return {};
}

}  // namespace optix
