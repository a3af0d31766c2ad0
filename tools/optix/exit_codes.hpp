#pragma once
// The program's exit codes; documented for scripts in README.md.

namespace optix::exit_code {

inline constexpr int ok = 0;
inline constexpr int run_failed = 1;
inline constexpr int usage = 2;
inline constexpr int config = 3;
inline constexpr int data = 4;
inline constexpr int plugin = 5;
inline constexpr int mismatch = 6;
inline constexpr int io = 7;
inline constexpr int server = 8;
inline constexpr int interrupted = 130;

}  // namespace optix::exit_code
