#pragma once
#include <cstdint>
#include <string_view>

namespace optix {

// XXH3-64 of the bytes; the same on every machine; never 0, so that 0 can mean "not computed".
std::uint64_t hash_bytes(std::string_view bytes);

}  // namespace optix
