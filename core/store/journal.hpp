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

// Observer that writes the journal on a thread of its own. The queue to it is bounded: a slow disk
// slows the run down, it never loses an event. An I/O error is kept and reported by close().
class JournalWriter final : public Observer {
 public:
  static Result<std::unique_ptr<JournalWriter>> create(const std::filesystem::path& file, const std::string& config);
  ~JournalWriter() override;

  void on_events(Tag tag, std::span<const Event> events) override;
  void on_digest(Tag tag, std::uint64_t digest) override;

  // Hands what was observed so far to the writer thread; a live run calls it after every tag so
  // that a crash loses next to nothing.
  void flush_every_tag(bool on) { flush_every_tag_ = on; }
  // Writes everything and the end frame (when `complete`), syncs and closes.
  Status close(bool complete);

 private:
  struct Batch {
    struct TagRecord {
      Tag tag;
      std::uint32_t events;
      std::uint64_t digest;
    };
    std::vector<TagRecord> tags;
    std::vector<Event> events;
  };

  JournalWriter(int descriptor, std::string path);
  void hand_over();
  void writer_main();
  void write_batch(const Batch& batch);
  void write_frame(std::uint32_t kind, std::string_view payload);
  void fail(const std::string& what);

  int descriptor_;
  std::string path_;
  bool flush_every_tag_ = false;
  Batch filling_;
  std::uint64_t last_digest_ = 0, tags_ = 0, events_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> waiting_;       // guarded by mutex_
  std::vector<Batch> recycled_;     // guarded by mutex_
  bool finishing_ = false;          // guarded by mutex_
  std::string error_;               // guarded by mutex_
  std::thread thread_;

  // Writer thread only.
  Buffer payload_;
  std::vector<MessageRef> recent_;  // the last bodies written, for back references
  std::uint64_t bodies_ = 0;
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
  std::size_t offset_ = 0;         // of the next frame
  std::string_view frame_;         // rest of the current tags frame
  JournalTag current_;
  std::vector<MessageRef> recent_;
  std::uint64_t bodies_ = 0;
  bool complete_ = false;
  std::uint64_t final_digest_ = 0;
};

}  // namespace optix
