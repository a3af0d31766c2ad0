#include "core/data/providers/http_spool.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace optix {
namespace {

namespace fs = std::filesystem;

constexpr const char* index_name = "pages.jsonl";
constexpr const char* start_over = "remove the folder to download everything again, or name another";

std::string line_of(const SpooledPage& p) {
  const nlohmann::json line{{"page", p.label}, {"file", p.file}, {"hash", p.hash},    {"rows", p.rows},
                            {"etag", p.etag},  {"link", p.link}, {"status", p.status}};
  return line.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

std::optional<SpooledPage> page_of(const nlohmann::json& line) {
  SpooledPage p;
  for (const auto& [key, to] : {std::pair{"page", &p.label},
                                {"file", &p.file},
                                {"hash", &p.hash},
                                {"rows", &p.rows},
                                {"etag", &p.etag},
                                {"link", &p.link}}) {
    const auto at = line.find(key);
    if (at == line.end() || !at->is_string()) return std::nullopt;
    *to = at->get<std::string>();
  }
  const auto status = line.find("status");
  if (status == line.end() || !status->is_number_integer() || p.file.find('/') != std::string::npos)
    return std::nullopt;
  p.status = status->get<int>();
  return p;
}

}  // namespace

HttpSpool::HttpSpool(std::string folder, std::string identity, stored::FolderLock lock)
    : folder_(std::move(folder)), identity_(std::move(identity)), lock_(std::move(lock)) {}

Result<std::unique_ptr<HttpSpool>> HttpSpool::open(const std::string& folder, const std::string& identity) {
  std::error_code ignored;
  const bool there = fs::exists(folder, ignored);
  if (Status made = stored::make_folder(folder); !made) return made.error();
  if (!there) ::chmod(folder.c_str(), S_IRWXU);  // bodies are the owner's business
  auto lock = stored::FolderLock::take(folder);
  if (!lock) return lock.error();
  std::unique_ptr<HttpSpool> spool(new HttpSpool(folder, identity, std::move(*lock)));
  if (Status loaded = spool->load(); !loaded) return loaded.error();
  return spool;
}

std::string HttpSpool::index_text() const {
  std::string text = nlohmann::json{{"format", 1}, {"download", identity_}}.dump(
                         -1, ' ', true, nlohmann::json::error_handler_t::replace) +
                     "\n";
  for (const SpooledPage& p : pages_) text += line_of(p);
  return text;
}

Status HttpSpool::rewrite() const {
  const fs::path file = fs::path(folder_) / index_name, fresh = fs::path(folder_) / "pages.new";
  if (Status s = stored::write_file(fresh, index_text()); !s) return s;
  if (Status s = stored::sync_path(fresh); !s) return s;
  if (Status s = stored::rename_file(fresh, file); !s) return s;
  return stored::sync_path(folder_);
}

Status HttpSpool::load() {
  const fs::path file = fs::path(folder_) / index_name;
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return rewrite();
  const auto text = stored::read_file(file);
  if (!text) return text.error();
  bool whole = true, first = true;
  for (std::size_t from = 0; whole && from < text->size();) {
    const auto end = text->find('\n', from);
    // What was being written when the power went is not a page.
    const auto line = nlohmann::json::parse(std::string_view(*text).substr(from, end - from), nullptr, false);
    whole = end != std::string::npos && line.is_object();
    if (!whole) break;
    from = end + 1;
    if (std::exchange(first, false)) {
      if (line.value("format", nlohmann::json()) != 1)
        return Error{"pages of an unfinished download in another format", file.string(), start_over};
      if (line.value("download", nlohmann::json()) != identity_)
        return Error{"the folder holds pages of another download", file.string(), start_over};
    } else if (auto page = page_of(line)) {
      pages_.push_back(std::move(*page));
    } else {
      whole = false;
    }
  }
  return whole && !first ? Status{} : rewrite();
}

Result<std::optional<std::string>> HttpSpool::body(std::size_t page) {
  auto text = stored::read_file(fs::path(folder_) / pages_[page].file);
  if (text && stored::content_hash(*text) == pages_[page].hash) return std::optional(std::move(*text));
  pages_.resize(page);
  if (Status s = rewrite(); !s) return s.error();
  return std::optional<std::string>();
}

Status HttpSpool::add(SpooledPage page, std::string_view body) {
  const std::string number = std::to_string(pages_.size() + 1);
  page.file = "page-" + std::string(number.size() < 6 ? 6 - number.size() : 0, '0') + number + ".json";
  page.hash = stored::content_hash(body);
  const fs::path file = fs::path(folder_) / page.file;
  if (Status s = stored::write_file(file, body); !s) return s;
  ::chmod(file.c_str(), S_IRUSR | S_IWUSR);
  if (Status s = stored::sync_path(file); !s) return s;
  const std::string line = line_of(page);
  const fs::path index = fs::path(folder_) / index_name;
  const int descriptor = ::open(index.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  const bool written = descriptor >= 0 &&
                       ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                       ::fdatasync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!written)
    return Error{"a page cannot be written", index.string(), "check the folder's rights and the space left"};
  pages_.push_back(std::move(page));
  return {};
}

Status HttpSpool::remove() {
  std::error_code failed;
  fs::remove(fs::path(folder_) / index_name, failed);  // first: pages without it do not count
  if (failed) return Error{"the pages of the finished download cannot be removed", folder_, "remove the folder"};
  for (const SpooledPage& p : pages_) fs::remove(fs::path(folder_) / p.file, failed);
  pages_.clear();
  return {};
}

}  // namespace optix
