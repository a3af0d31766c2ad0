#include "core/data/import/reject_file.hpp"

#include <cerrno>
#include <cstring>

namespace optix {
namespace {

void append_field(std::string& out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace

Result<std::unique_ptr<RejectFile>> RejectFile::open(const std::string& path) {
  auto out = std::make_unique<RejectFile>();
  if (path.empty()) return out;
  out->path_ = path;
  out->file_.reset(std::fopen(path.c_str(), "wb"));
  if (!out->file_)
    return Error{std::string("cannot be made: ") + std::strerror(errno), path, "rows left out are written there"};
  std::fputs("source,line,column,reason,row\n", out->file_.get());
  return out;
}

Status RejectFile::add(const RejectedRow& row) {
  ++rows_;
  if (!file_) return {};
  std::string line;
  append_field(line, row.source);
  line += ',' + std::to_string(row.line) + ',';
  append_field(line, row.column);
  line += ',';
  append_field(line, row.reason);
  line += ',';
  append_field(line, row.text);
  line += '\n';
  if (std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size())
    return Error{std::string("cannot be written: ") + std::strerror(errno), path_, "is the disk full?"};
  return {};
}

Status RejectFile::close() {
  if (file_ && std::fclose(file_.release()) != 0)
    return Error{std::string("cannot be written: ") + std::strerror(errno), path_, "is the disk full?"};
  return {};
}

}  // namespace optix
