#pragma once
// The pages of a download that is not finished, in a folder: when it is interrupted, the next attempt
// goes on behind the last page that was written whole.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/store/files.hpp"
#include "messages/values/result.hpp"

namespace optix {

struct SpooledPage {
  std::string label;  // "2019-04-25 page 3"
  std::string file;   // given by add()
  std::string hash;   // of the body, likewise
  std::string rows;   // hash of what was read of it: bodies may hold what changes with every request
  std::string etag;
  std::string link;  // the answer's Link header
  int status = 200;
};

class HttpSpool {
 public:
  // Makes the folder when it is not there. `identity` says what is downloaded: pages of something
  // else are refused. A folder that another process downloads into is refused too.
  static Result<std::unique_ptr<HttpSpool>> open(const std::string& folder, const std::string& identity);

  const std::vector<SpooledPage>& pages() const { return pages_; }
  // The page's body. When it is damaged, it and all behind it are forgotten, and it is nullopt.
  Result<std::optional<std::string>> body(std::size_t page);
  // Returns when the page would survive a loss of power.
  Status add(SpooledPage page, std::string_view body);
  // The download is complete: removes what was written here, and the folder when nothing else is in it.
  Status remove();

 private:
  HttpSpool(std::string folder, std::string identity, stored::FolderLock lock);
  Status load();
  Status rewrite() const;
  std::string index_text() const;

  std::string folder_, identity_;
  stored::FolderLock lock_;
  std::vector<SpooledPage> pages_;
};

}  // namespace optix
