#include "messages/codec/hash.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace optix {

std::uint64_t hash_bytes(std::string_view bytes) {
  const std::uint64_t hash = XXH3_64bits(bytes.data(), bytes.size());
  return hash == 0 ? 1 : hash;
}

}  // namespace optix
