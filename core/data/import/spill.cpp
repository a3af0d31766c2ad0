#include "core/data/import/spill.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <type_traits>

namespace optix {
namespace {

static_assert(std::is_trivially_copyable_v<RawQuote>);

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

Error failed(const std::string& what, const std::string& path) {
  return {what + ": " + std::strerror(errno), path, "the import needs room beside the dataset for rows that wait"};
}

}  // namespace

SpillFolder::SpillFolder(std::string path) : path_(std::move(path)) {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

SpillFolder::~SpillFolder() {
  std::error_code ignored;
  if (made_) std::filesystem::remove_all(path_, ignored);
}

Status SpillFolder::append(const std::string& key, const std::vector<const RawQuote*>& rows) {
  if (!made_) {
    std::error_code error;
    std::filesystem::create_directories(path_, error);
    if (error) return Error{"cannot be made: " + error.message(), path_, "the import puts rows aside there"};
    made_ = true;
  }
  const std::string name = path_ + "/" + key;
  std::unique_ptr<std::FILE, CloseFile> file(std::fopen(name.c_str(), "ab"));
  if (!file) return failed("cannot be opened", name);
  std::vector<RawQuote> some;
  for (std::size_t i = 0; i < rows.size();) {
    some.clear();
    for (; i < rows.size() && some.size() < 4096; ++i) some.push_back(*rows[i]);
    if (std::fwrite(some.data(), sizeof(RawQuote), some.size(), file.get()) != some.size())
      return failed("cannot be written", name);
  }
  if (std::fclose(file.release()) != 0) return failed("cannot be written", name);
  return {};
}

Result<std::vector<RawQuote>> SpillFolder::take(const std::string& key) {
  const std::string name = path_ + "/" + key;
  std::error_code error;
  const auto bytes = std::filesystem::file_size(name, error);
  std::unique_ptr<std::FILE, CloseFile> file(std::fopen(name.c_str(), "rb"));
  if (error || !file) return failed("cannot be opened", name);
  std::vector<RawQuote> rows(bytes / sizeof(RawQuote));
  if (std::fread(rows.data(), sizeof(RawQuote), rows.size(), file.get()) != rows.size())
    return failed("cannot be read", name);
  file.reset();
  std::filesystem::remove(name, error);
  return rows;
}

}  // namespace optix
