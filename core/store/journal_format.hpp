#pragma once
// Numbers shared by the journal's writer and reader, see journal.hpp.
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace optix::journal_format {

inline constexpr std::string_view magic = "OPTIXJ01";
inline constexpr std::uint32_t header_frame = 1;
inline constexpr std::uint32_t tags_frame = 2;
inline constexpr std::uint32_t end_frame = 3;
inline constexpr std::size_t frame_head = 16;
inline constexpr std::uint32_t max_frame = 1u << 30;
inline constexpr std::uint32_t back_reference = 0xffffffff;
// How many bodies back a reference may reach: wide enough for one instant's fan-out.
inline constexpr std::size_t window = 64;
inline constexpr std::size_t frame_target = 512 << 10;  // a frame is closed past this size
inline constexpr std::size_t max_waiting_frames = 16;

}  // namespace optix::journal_format
