// Any bytes as an option symbol: refused, or it comes back from its parts.
#include <cstdint>
#include <cstdlib>

#include "core/contracts/osi.hpp"

using namespace optix;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto symbol = parse_osi(text))
    if (format_osi(*symbol).value() != text) std::abort();
  if (const auto symbol = parse_osi_compact(text)) {
    const auto padded = format_osi(*symbol);
    if (!padded || !(parse_osi(*padded).value() == *symbol)) std::abort();
  }
  return 0;
}
