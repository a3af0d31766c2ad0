#include "actors/transport/zeromq/config_codec.hpp"

#include <msgpack/pack.hpp>

#include "messages/codec/reader.hpp"

namespace optix::zeromq {
namespace {

using Packer = msgpack::packer<Buffer>;
using codec::Reader;

constexpr int deepest = 64;
constexpr std::size_t longest_text = std::size_t{64} << 20;
constexpr std::size_t most_items = std::size_t{1} << 24;
constexpr std::size_t value_row = 1 + 2 + 1 + 5 + 5 + 1;

void pack_text(Packer& out, const std::string& text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  out.pack_str(size).pack_str_body(text.data(), size);
}

// [kind u8, file str, line i32, column i32, content]
void pack(Packer& out, const Value& value) {
  out.pack_array(5);
  out.pack_fix_uint8(static_cast<std::uint8_t>(value.kind()));
  pack_text(out, value.where().file);
  out.pack_fix_int32(value.where().line);
  out.pack_fix_int32(value.where().column);
  switch (value.kind()) {
    case Value::Kind::null: out.pack_array(0); break;
    case Value::Kind::scalar: pack_text(out, value.text()); break;
    case Value::Kind::list:
      out.pack_array(static_cast<std::uint32_t>(value.items().size()));
      for (const Value& item : value.items()) pack(out, item);
      break;
    case Value::Kind::map:
      out.pack_array(static_cast<std::uint32_t>(value.members().size()));
      for (const auto& [key, member] : value.members()) {
        out.pack_array(2);
        pack_text(out, key);
        pack(out, member);
      }
      break;
  }
}

bool read(Reader& in, Value& value, int depth) {
  if (depth > deepest) return in.fail("values are nested deeper than " + std::to_string(deepest));
  std::uint8_t kind = 0;
  SourcePosition where;
  std::string_view file;
  if (!in.array_of(5) || !in.integer(kind) || !in.text(file, longest_text) || !in.integer(where.line) ||
      !in.integer(where.column))
    return false;
  where.file = file;
  std::size_t count = 0;
  switch (kind) {
    case static_cast<std::uint8_t>(Value::Kind::null): value = Value::null(std::move(where)); return in.array_of(0);
    case static_cast<std::uint8_t>(Value::Kind::scalar): {
      std::string_view text;
      if (!in.text(text, longest_text)) return false;
      value = Value::scalar(std::string(text), std::move(where));
      return true;
    }
    case static_cast<std::uint8_t>(Value::Kind::list): {
      if (!in.array(count, most_items, value_row)) return false;
      std::vector<Value> items(count);
      for (Value& item : items)
        if (!read(in, item, depth + 1)) return false;
      value = Value::list(std::move(items), std::move(where));
      return true;
    }
    case static_cast<std::uint8_t>(Value::Kind::map): {
      if (!in.array(count, most_items, value_row + 2)) return false;
      std::vector<Value::Member> members(count);
      for (auto& [key, member] : members) {
        std::string_view text;
        if (!in.array_of(2) || !in.text(text, longest_text) || !read(in, member, depth + 1)) return false;
        key = text;
      }
      value = Value::map(std::move(members), std::move(where));
      return true;
    }
    default: return in.fail("value kind " + std::to_string(kind) + " is unknown");
  }
}

void pack_instant(Packer& out, const std::optional<Timestamp>& instant) {
  out.pack_array(instant ? 1 : 0);
  if (instant) out.pack_fix_int64(instant->ns);
}

bool read_instant(Reader& in, std::optional<Timestamp>& instant) {
  std::size_t count = 0;
  if (!in.array(count, 1, 9)) return false;
  if (count == 1) return in.integer(instant.emplace().ns);
  instant.reset();
  return true;
}

template <class E>
bool read_enum(Reader& in, E& value, E last) {
  std::uint8_t raw = 0;
  if (!in.integer(raw)) return false;
  if (raw > static_cast<std::uint8_t>(last)) return in.fail("value " + std::to_string(raw) + " of a choice is unknown");
  value = static_cast<E>(raw);
  return true;
}

}  // namespace

void encode_value(Buffer& out, const Value& value) {
  Packer packer(out);
  pack(packer, value);
}

Result<Value> decode_value(std::string_view bytes) {
  Reader in(bytes);
  Value value;
  if (!read(in, value, 0) || !in.at_end()) return in.error("parameters");
  return value;
}

// The bindings name every member: one that is added does not compile until it travels too.
void encode_run(Buffer& out, const TopologyRun& run) {
  const auto& [clock, seed, start, end, bounds, caf_threads, digest] = run;
  const auto& [rounds, events, queue] = bounds;
  Packer packer(out);
  packer.pack_array(9);
  packer.pack_fix_uint8(static_cast<std::uint8_t>(clock));
  packer.pack_fix_uint64(seed);
  pack_instant(packer, start);
  pack_instant(packer, end);
  packer.pack_fix_uint32(rounds);
  packer.pack_fix_uint64(events);
  packer.pack_fix_uint64(queue);
  packer.pack_fix_int32(caf_threads);
  packer.pack_fix_uint8(static_cast<std::uint8_t>(digest));
}

Result<TopologyRun> decode_run(std::string_view bytes) {
  Reader in(bytes);
  TopologyRun run;
  auto& [clock, seed, start, end, bounds, caf_threads, digest] = run;
  auto& [rounds, events, queue] = bounds;
  const bool good = in.array_of(9) && read_enum(in, clock, ClockKind::wall) && in.integer(seed) &&
                    read_instant(in, start) && read_instant(in, end) && in.integer(rounds) && in.integer(events) &&
                    in.integer(queue) && in.integer(caf_threads) && read_enum(in, digest, DigestMode::events_states) &&
                    in.at_end();
  if (!good) return in.error("run settings");
  return run;
}

}  // namespace optix::zeromq
