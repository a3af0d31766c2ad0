#include "config/yaml.hpp"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <fstream>
#include <map>
#include <sstream>

namespace optix {
namespace {

struct Refused {
  std::string_view code;
  SourcePosition where;
  std::string message;
  std::string hint;
};

// Builds a Value from parser events. Events rather than yaml-cpp's node tree: they carry the
// position of keys, show duplicate keys, and let the limits stop a hostile file while it is read.
class Builder final : public YAML::EventHandler {
 public:
  Builder(std::string file, const YamlLimits& limits) : file_(std::move(file)), limits_(limits) {}

  Value result;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    count(at(mark), 1, 0);
    finish({Value::scalar({}, at(mark)), true, anchor});
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Refused{code::invalid_yaml, at(mark), "an alias inside the value it names", {}};
    count(at(mark), found->second.values, found->second.bytes);
    check_depth(at(mark), found->second.depth);
    if (depth_seen_ < frames_.size() + found->second.depth) depth_seen_ = frames_.size() + found->second.depth;
    Piece piece{found->second.value, found->second.null, YAML::NullAnchor};
    finish(std::move(piece));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    refuse_tag(mark, tag);
    count(at(mark), 1, text.size());
    // "?" is a plain scalar, "!" a quoted one; only a plain one can be null.
    const bool plain = tag != "!";
    finish({Value::scalar(text, at(mark)), plain && (text == "~" || text == "null" || text.empty()), anchor});
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Value::list({}, at(mark)));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Value::map({}, at(mark)));
  }
  void OnMapEnd() override { close(); }

  SourcePosition at(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }

 private:
  struct Piece {
    Value value;
    bool null = false;
    YAML::anchor_t anchor = YAML::NullAnchor;
  };
  struct Frame {
    Value value;
    YAML::anchor_t anchor;
    std::size_t values_before;
    std::size_t bytes_before;
    bool has_key = false;
    std::string key;
    SourcePosition key_where;
  };
  struct Anchored {
    Value value;
    bool null;
    std::size_t values;  // in it
    std::size_t bytes;   // of text in it
    std::size_t depth;   // nesting in it
  };

  void count(const SourcePosition& where, std::size_t values, std::size_t bytes) {
    values_ += values;
    bytes_ += bytes;
    if (values_ > limits_.values || bytes_ > limits_.bytes)
      throw Refused{code::too_many_values, where,
                    "more than " + std::to_string(limits_.values) + " values or " + std::to_string(limits_.bytes) +
                        " bytes of text",
                    "aliases count as often as they are used"};
  }

  void check_depth(const SourcePosition& where, std::size_t extra) const {
    if (frames_.size() + extra > limits_.depth)
      throw Refused{code::nested_too_deeply, where, "nested more than " + std::to_string(limits_.depth) + " deep", {}};
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (tag.empty() || tag == "?" || tag == "!") return;
    throw Refused{code::unsupported_yaml, at(mark), "the tag " + printable(tag, 40) + " has no meaning here", {}};
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Value empty) {
    refuse_tag(mark, tag);
    if (wants_key())
      throw Refused{code::unsupported_yaml, at(mark), "a key must be a plain word, not a list or map",
                    "quote text that starts with [ or {"};
    check_depth(at(mark), 1);
    const std::size_t values_before = values_, bytes_before = bytes_;
    count(at(mark), 1, 0);
    frames_.push_back({std::move(empty), anchor, values_before, bytes_before, false, {}, {}});
    if (frames_.size() > depth_seen_) depth_seen_ = frames_.size();
  }

  void close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    if (frame.anchor != YAML::NullAnchor)
      // The deepest nesting seen so far bounds the nesting of this value from above.
      anchors_[frame.anchor] = {frame.value, false, values_ - frame.values_before, bytes_ - frame.bytes_before,
                                depth_seen_ - frames_.size()};
    finish({std::move(frame.value), false, YAML::NullAnchor});
  }

  bool wants_key() const {
    return !frames_.empty() && frames_.back().value.kind() == Value::Kind::map && !frames_.back().has_key;
  }

  // A value is complete: it is a key, a member, an item or the whole document.
  void finish(Piece piece) {
    if (piece.anchor != YAML::NullAnchor)
      anchors_[piece.anchor] = {piece.value, piece.null, 1, piece.value.text().size(), 0};
    if (wants_key()) {
      Frame& frame = frames_.back();
      if (piece.value.kind() != Value::Kind::scalar)
        throw Refused{code::unsupported_yaml, piece.value.where(), "a key must be a plain word, not a list or map", {}};
      // YAML itself stops at 1,024 characters, escapes included: what is read can be written again.
      if (piece.value.text().size() > 200)
        throw Refused{code::unsupported_yaml, piece.value.where(), "a key has at most 200 bytes", {}};
      frame.key = piece.value.text();
      frame.key_where = piece.value.where();
      frame.has_key = true;
      return;
    }
    Value value = piece.null ? Value::null(piece.value.where()) : std::move(piece.value);
    if (frames_.empty()) {
      result = std::move(value);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.value.kind() == Value::Kind::list) {
      frame.value.items().push_back(std::move(value));
      return;
    }
    if (frame.value.find(frame.key) != nullptr)
      throw Refused{code::duplicate_key, frame.key_where, "the key `" + printable(frame.key, 60) + "` appears twice",
                    "first at line " + std::to_string(frame.value.key_where(frame.key).line)};
    frame.value.set(std::move(frame.key), std::move(value), std::move(frame.key_where));
    frame.has_key = false;
  }

  std::string file_;
  YamlLimits limits_;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t values_ = 0;
  std::size_t bytes_ = 0;
  std::size_t depth_seen_ = 0;
};

std::optional<Value> parse_document(std::string_view text, const std::string& file, Diagnostics& errors,
                                    const YamlLimits& limits) {
  if (text.size() > limits.bytes) {
    errors.add(
        code::file_too_large, {file, 0, 0}, {},
        std::to_string(text.size()) + " bytes; a configuration file has at most " + std::to_string(limits.bytes));
    return std::nullopt;
  }
  Builder builder(file, limits);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) return Value::map({}, {file, 1, 1});
    struct Ignore final : YAML::EventHandler {
      void OnDocumentStart(const YAML::Mark& mark) override {
        throw Refused{code::several_documents,
                      {{}, mark.line + 1, mark.column + 1},
                      "a second document starts here",
                      "keep one document per file, without `---` between parts"};
      }
      void OnDocumentEnd() override {}
      void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
      void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
      void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
      void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
      void OnSequenceEnd() override {}
      void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
      void OnMapEnd() override {}
    } ignore;
    parser.HandleNextDocument(ignore);
  } catch (const Refused& refused) {
    SourcePosition where = refused.where;
    where.file = file;
    errors.add(refused.code, where, {}, refused.message, refused.hint);
    return std::nullopt;
  } catch (const YAML::Exception& problem) {
    SourcePosition where = problem.mark.is_null() ? SourcePosition{file, 0, 0} : builder.at(problem.mark);
    const bool deep = dynamic_cast<const YAML::DeepRecursion*>(&problem) != nullptr;
    errors.add(deep ? code::nested_too_deeply : code::invalid_yaml, where, {}, printable(problem.msg));
    return std::nullopt;
  }
  return std::move(builder.result);
}

}  // namespace

const SourcePosition& default_position() {
  static const SourcePosition position{"default", 0, 0};
  return position;
}

std::optional<Value> parse_yaml(std::string_view text, const std::string& file, Diagnostics& errors,
                                const YamlLimits& limits) {
  if (text.size() <= limits.bytes) errors.add_source(file, text);
  std::optional<Value> value = parse_document(text, file, errors, limits);
  if (!value) return std::nullopt;
  if (value->is_null()) return Value::map({}, {file, 1, 1});
  if (value->kind() != Value::Kind::map) {
    errors.add(code::unsupported_yaml, value->where(), {}, "expected `key: value` lines at the top of the file");
    return std::nullopt;
  }
  return value;
}

std::optional<Value> read_yaml_file(const std::string& file, Diagnostics& errors, const YamlLimits& limits) {
  std::ifstream in(file, std::ios::binary);
  std::string text;
  if (in) {
    // One byte over the limit is enough to know that it is too large.
    text.resize(limits.bytes + 1);
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
  }
  if (!in && !in.eof()) {
    errors.add(code::unreadable_file, {file, 0, 0}, {}, "cannot read the file", "check the name and the permissions");
    return std::nullopt;
  }
  if (text.size() > limits.bytes) {
    errors.add(code::file_too_large, {file, 0, 0}, {},
               "larger than a configuration file may be (" + std::to_string(limits.bytes) + " bytes)");
    return std::nullopt;
  }
  return parse_yaml(text, file, errors, limits);
}

namespace {

Value moved_to(const Value& value, const SourcePosition& where) {
  switch (value.kind()) {
    case Value::Kind::null: return Value::null(where);
    case Value::Kind::scalar: return Value::scalar(value.text(), where);
    case Value::Kind::list: {
      std::vector<Value> items;
      for (const Value& item : value.items()) items.push_back(moved_to(item, where));
      return Value::list(std::move(items), where);
    }
    case Value::Kind::map: break;
  }
  Value out = Value::map({}, where);
  for (const auto& [key, member] : value.members()) out.set(key, moved_to(member, where), where);
  return out;
}

}  // namespace

std::optional<Value> parse_yaml_value(std::string_view text, const SourcePosition& where) {
  Diagnostics ignored;
  const std::optional<Value> value = parse_document(text, {}, ignored, {});
  if (!value) return std::nullopt;
  // No document at all (only blanks) is null, as in a file.
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return Value::null(where);
  return moved_to(*value, where);
}

}  // namespace optix
