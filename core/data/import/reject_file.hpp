#pragma once
// The rows that an import left out, as a CSV file: source, line, column, reason, row.
#include <cstdio>
#include <memory>
#include <string>

#include "core/data/quotes.hpp"

namespace optix {

class RejectFile {
 public:
  // An empty path: rows are counted, not written. An error when the file cannot be made.
  static Result<std::unique_ptr<RejectFile>> open(const std::string& path);
  Status add(const RejectedRow& row);
  std::uint64_t rows() const { return rows_; }
  // Everything written; an error when the disk is full.
  Status close();

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::string path_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  std::uint64_t rows_ = 0;
};

}  // namespace optix
