#pragma once
// The journal: an append-only file of everything the sequencer dispatched, in order. Self-contained:
// feeding its outside events to the same topology gives the same run, bit for bit.
//
// File = magic "OPTIXJ01", then frames: u32 payload length, u32 frame kind, u64 XXH3-64 of
// (kind, payload), payload. All integers little-endian. Kinds:
//   1 header  u64 schema hash, then the run's configuration as text (YAML)
//   2 tags    for each tag: i64 time, u32 round, u32 event count, then per event
//             u16 port, u16 source, u64 sequence, u16 message id, u32 body length, body
//             (length 0xffffffff: u32 n follows, the body is the one written n bodies ago),
//             then u64 rolling digest after the tag
//   3 end     u64 digest, u64 tags, u64 events: the run ended in good order
// A frame that was cut off by a crash is recognised and everything before it is readable.
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/sequencer/sequencer.hpp"
#include "messages/codec/buffer.hpp"
#include "messages/values/result.hpp"

namespace optix {

// Observer that writes the journal. Encoding happens on the run's thread, where the digest needs the
// same bytes anyway; checksums and the disk belong to a thread of its own. The queue between them
// is bounded: a slow disk slows the run down, it never loses an event. An I/O error is kept and
// reported by close().
class JournalWriter final : public Observer {
 public:
  static Result<std::unique_ptr<JournalWriter>> create(const std::filesystem::path& file, const std::string& config);
  ~JournalWriter() override;

  void on_events(Tag tag, std::span<const Event> events) override;
  void on_digest(Tag tag, std::uint64_t digest) override;

  // For live runs: hands what was observed to the writer thread after every tag, so that a crash
  // loses next to nothing, and has the disk confirm the whole at the end.
  void flush_every_tag(bool on) { flush_every_tag_ = on; }
  // Writes everything and the end frame (when `complete`) and closes.
  Status close(bool complete);

 private:
  using Payload = std::unique_ptr<Buffer>;
  // Where the body of an emission was last written: the copies that wires make of it refer to it.
  struct Written {
    std::uint64_t sequence = 0;
    std::uint64_t body = 0;  // number of the body, from 1; 0: nothing here
    std::uint16_t source = 0;
  };

  JournalWriter(int descriptor, std::string path);
  void append(const Event& event);
  void hand_over();
  void writer_main();
  void write_frame(std::uint32_t kind, std::string_view payload);
  void fail(const std::string& what);

  int descriptor_;
  std::string path_;
  bool flush_every_tag_ = false;
  bool tag_is_open_ = false;  // its events are written, its digest is not
  Payload filling_;
  std::vector<Written> written_;
  std::uint64_t bodies_ = 0;
  std::uint64_t last_digest_ = 0, tags_ = 0, events_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Payload> waiting_;    // guarded by mutex_
  std::vector<Payload> recycled_;  // guarded by mutex_
  bool finishing_ = false;         // guarded by mutex_
  std::string error_;              // guarded by mutex_
  std::thread thread_;
};

struct JournalTag {
  Tag tag;
  std::vector<Event> events;
  std::uint64_t digest = 0;
};

// Reads a journal tag by tag. A damaged frame is an Error with the file offset; it never yields a
// wrong event.
class JournalReader {
 public:
  static Result<std::unique_ptr<JournalReader>> open(const std::filesystem::path& file);

  const std::string& config() const { return config_; }
  // The next tag; nullptr at the end of the journal.
  Result<const JournalTag*> next();
  // After the end: true when the end frame is there, false when the run was cut off.
  bool complete() const { return complete_; }
  std::uint64_t final_digest() const { return final_digest_; }

 private:
  explicit JournalReader(std::string bytes, std::string path) : bytes_(std::move(bytes)), path_(std::move(path)) {}
  Result<std::string_view> next_frame(std::uint32_t& kind);
  Error damaged(const std::string& what, std::size_t offset) const;

  std::string bytes_;
  std::string path_;
  std::string config_;
  std::size_t offset_ = 0;  // of the next frame
  std::string_view frame_;  // rest of the current tags frame
  JournalTag current_;
  std::vector<MessageRef> recent_;
  std::uint64_t bodies_ = 0;
  bool complete_ = false;
  std::uint64_t final_digest_ = 0;
};

}  // namespace optix
