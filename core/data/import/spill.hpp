#pragma once
// Rows put aside on disk, by key, until their session is complete.
#include <cstddef>
#include <string>
#include <vector>

#include "core/data/quotes.hpp"

namespace optix {

// A folder that is made with the first row and removed with everything in it at the end.
class SpillFolder {
 public:
  // Removes what an import that was killed left there.
  explicit SpillFolder(std::string path);
  SpillFolder(const SpillFolder&) = delete;
  SpillFolder& operator=(const SpillFolder&) = delete;
  ~SpillFolder();

  // `key` is a file name. Errors (a full disk) name the file.
  Status append(const std::string& key, const std::vector<const RawQuote*>& rows);
  // Everything appended under the key, in order; the key is empty then.
  Result<std::vector<RawQuote>> take(const std::string& key);

 private:
  std::string path_;
  bool made_ = false;
};

}  // namespace optix
