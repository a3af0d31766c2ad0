#pragma once
#include <string>

namespace optix {

// The reference page of all messages, generated from their tables. docs/messages.md is this text.
std::string message_reference_markdown();

}  // namespace optix
