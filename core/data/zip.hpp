#pragma once
// Zip archives: the list of entries and the bytes of one, inflated on the way. Stored and deflated
// entries of files below 4 GB; encrypted and other ones are refused with their name.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/bytes.hpp"

namespace optix {

struct ZipEntry {
  std::string name;
  std::uint32_t offset = 0;  // of its local header
  std::uint32_t packed = 0, size = 0, crc = 0;
  std::uint16_t method = 0;  // 0 stored, 8 deflated
};

// True when the file begins like a zip archive; false too when it cannot be opened.
bool is_zip(const std::string& path);
// In order of name; folders are left out. Errors name the file.
Result<std::vector<ZipEntry>> zip_entries(const std::string& path);
// Size and checksum are verified at the end.
Result<std::unique_ptr<ByteSource>> open_zip_entry(const std::string& path, const ZipEntry& entry);

}  // namespace optix
