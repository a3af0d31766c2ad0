// Bytes of a node state: accepted ones encode back to themselves.
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/state_example.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace optix;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::string again;
  try {
    encode_state(decode_state<fuzz::ExampleState>(bytes), again);
  } catch (const std::runtime_error&) {
    return 0;
  }
  fuzz::check(again == bytes, "decoded and encoded state differ");
  return 0;
}
