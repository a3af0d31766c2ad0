// Any bytes as a file: the same bytes come out whatever the size of the reads, or the same error.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/data/bytes.hpp"

using namespace optix;

namespace {

std::string drain(std::string_view bytes, std::size_t chunk) {
  const auto source = open_memory("fuzz", bytes);
  std::string out, buffer(chunk, '\0');
  for (;;) {
    auto n = source->read(buffer.data(), buffer.size());
    if (!n) return out + "\nerror " + n.error().to_string();
    if (*n == 0 || out.size() > (1u << 20)) return out.substr(0, 1u << 20);
    out.append(buffer, 0, *n);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (drain(bytes, 4096) != drain(bytes, 1000)) std::abort();
  return 0;
}
