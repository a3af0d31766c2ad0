#pragma once
#include <string_view>

namespace optix::codec {

// Whether the bytes are well-formed UTF-8 (RFC 3629: shortest forms, no surrogates, up to U+10FFFF).
bool is_utf8(std::string_view text);

}  // namespace optix::codec
