#pragma once
// 128-bit integers, an extension of both supported compilers.

namespace optix {

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

}  // namespace optix
