#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>

#include "core/store/journal.hpp"
#include "core/store/journal_format.hpp"
#include "messages/codec/hash.hpp"

namespace optix {
namespace {

template <class T>
bool take(std::string_view& in, T& value) {
  if (in.size() < sizeof value) return false;
  std::memcpy(&value, in.data(), sizeof value);
  in.remove_prefix(sizeof value);
  return true;
}

}  // namespace

Error JournalReader::damaged(const std::string& what, std::size_t offset) const {
  return {"the journal is damaged: " + what, path_ + " at byte " + std::to_string(offset),
          "what came before this byte is sound; run again from the configuration to make a new journal"};
}

Result<std::unique_ptr<JournalReader>> JournalReader::open(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return Error{"cannot open the journal", file.string(), "a run writes journal.optix into its folder"};
  std::ostringstream all;
  all << in.rdbuf();
  std::unique_ptr<JournalReader> reader(new JournalReader(std::move(all).str(), file.string()));
  reader->recent_.resize(journal_format::window);
  if (!std::string_view(reader->bytes_).starts_with(journal_format::magic))
    return Error{"not a journal: it does not begin with " + std::string(journal_format::magic), file.string(),
                 "give the journal.optix of a run folder"};
  reader->offset_ = journal_format::magic.size();
  std::uint32_t kind = 0;
  auto head = reader->next_frame(kind);
  if (!head) return head.error();
  std::uint64_t schema = 0;
  std::string_view payload = *head;
  if (kind != journal_format::header_frame || !take(payload, schema))
    return reader->damaged("no header", journal_format::magic.size());
  if (schema != schema_hash())
    return Error{"the journal was written with other message definitions", file.string(),
                 "read it with the version of optix that wrote it"};
  reader->config_ = payload;
  return reader;
}

Result<std::string_view> JournalReader::next_frame(std::uint32_t& kind) {
  const std::size_t at = offset_;
  std::string_view rest = std::string_view(bytes_).substr(offset_);
  std::uint32_t length = 0;
  std::uint64_t sum = 0;
  if (!take(rest, length) || !take(rest, kind) || !take(rest, sum)) return damaged("a frame head is cut off", at);
  if (length > journal_format::max_frame || length > rest.size()) return damaged("a frame is cut off", at);
  const std::string_view payload = rest.substr(0, length);
  if ((hash_bytes(payload) ^ (std::uint64_t{kind} * 0x9E3779B97F4A7C15ull)) != sum)
    return damaged("a frame's checksum does not match its content", at);
  offset_ = at + journal_format::frame_head + length;
  return payload;
}

Result<const JournalTag*> JournalReader::next() {
  while (frame_.empty()) {
    if (offset_ == bytes_.size()) return static_cast<const JournalTag*>(nullptr);
    if (complete_) return damaged("data follows the end frame", offset_);
    std::uint32_t kind = 0;
    const std::size_t at = offset_;
    auto payload = next_frame(kind);
    if (!payload) return payload.error();
    frame_ = *payload;
    if (kind == journal_format::end_frame) {
      complete_ = take(frame_, final_digest_);
      frame_ = {};
    } else if (kind != journal_format::tags_frame) {
      return damaged("unknown frame kind " + std::to_string(kind), at);
    }
  }
  const auto offset = [this] { return static_cast<std::size_t>(frame_.data() - bytes_.data()); };
  std::uint32_t count = 0;
  if (!take(frame_, current_.tag.time_ns) || !take(frame_, current_.tag.round) || !take(frame_, count))
    return damaged("a tag is cut off", offset());
  current_.events.clear();
  for (std::uint32_t i = 0; i < count; ++i) {
    Event event{current_.tag.time_ns, current_.tag.round, 0, 0, 0, {}};
    MessageId id = 0;
    std::uint32_t length = 0;
    if (!take(frame_, event.port) || !take(frame_, event.source) || !take(frame_, event.sequence) ||
        !take(frame_, id) || !take(frame_, length))
      return damaged("an event is cut off", offset());
    if (length == journal_format::back_reference) {
      std::uint32_t back = 0;
      if (!take(frame_, back) || back == 0 || back > std::min<std::uint64_t>(bodies_, journal_format::window))
        return damaged("a body reference reaches too far", offset());
      event.message = recent_[(bodies_ - back) % journal_format::window];
    } else {
      if (length > frame_.size()) return damaged("a body is cut off", offset());
      auto message = decode_message(id, frame_.data(), length);
      if (!message) return damaged(message.error().to_string(), offset());
      event.message = std::move(*message);
      frame_.remove_prefix(length);
      recent_[bodies_++ % journal_format::window] = event.message;
    }
    current_.events.push_back(std::move(event));
  }
  if (!take(frame_, current_.digest)) return damaged("a digest is cut off", offset());
  return static_cast<const JournalTag*>(&current_);
}

}  // namespace optix
