#pragma once
// The layouts of files that vendors publish, as they describe them.
#include <span>
#include <string_view>

#include "core/data/csv_layout.hpp"

namespace optix {

struct CsvVendor {
  std::string_view name;
  std::string_view meaning;  // one line: what files
  CsvLayout (*layout)();
};

std::span<const CsvVendor> csv_vendors();

}  // namespace optix
