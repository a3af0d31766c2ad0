// A manifest's text. Its own hash is made right first, so that what lies behind the hash is reached
// too. An accepted text is what the manifest is written as, and names nothing outside its folder.
#include "core/data/store/files.hpp"
#include "core/data/store/layout.hpp"
#include "tests/fuzz/check.hpp"

namespace {

void try_text(std::string_view text) {
  using namespace optix;
  const Result<Manifest> manifest = manifest_from_json("manifest.json", text);
  if (!manifest) {
    fuzz::check(manifest.error().where.find("manifest.json") != std::string::npos, "an error does not name the file");
    return;
  }
  fuzz::check(to_json(*manifest) == text, "an accepted manifest is written in another form");
  for (const StoredFile* file : stored::files_of(*manifest))
    fuzz::check(file->path.find("..") == std::string::npos && file->path[0] != '/', "outside: " + file->path);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  try_text(text);
  const std::string key = "\"hash\": \"";
  const std::size_t at = text.find(key);
  if (at == std::string::npos || text.size() - at < key.size() + 32) return 0;
  const std::size_t from = at + key.size();
  text.replace(from, 32, optix::stored::content_hash(std::string_view(text).substr(from + 32)));
  try_text(text);
  return 0;
}
