#pragma once
// The two ways in which Arrow compresses a buffer. We write zstd; LZ4 frames are only read, because
// pandas' to_feather() writes them unless told otherwise.
#include <cstddef>
#include <span>
#include <string>

namespace optix::arrow {

// A zstd frame of `bytes`.
std::string zstd_compress(std::span<const std::byte> bytes);

// Fill `into` exactly; false when the input is damaged or holds more or less than that.
bool zstd_inflate(std::span<const std::byte> frame, std::span<std::byte> into);
bool lz4_inflate(std::span<const std::byte> frame, std::span<std::byte> into);

}  // namespace optix::arrow
