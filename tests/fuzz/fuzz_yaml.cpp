// Bytes as a topology file: read, check against a small table, write, read again. Whatever the
// bytes, the answer is a topology or diagnostics that can be printed.
#include <cstdint>
#include <string_view>

#include "config/overlay.hpp"
#include "config/topology_check.hpp"
#include "config/yaml.hpp"
#include "tests/config/sample_types.hpp"
#include "tests/fuzz/check.hpp"

using namespace optix;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Diagnostics errors;
  if (const auto value = parse_yaml(text, "fuzz.yaml", errors)) {
    Value changed = *value;
    apply_set(changed, text.substr(0, text.find('\n')), errors);
    Diagnostics checks;
    const auto topology = check_topology(*value, sample::types(), checks);
    fuzz::check(topology.has_value() == checks.empty(), "a topology or errors, never both or neither");
    checks.render();
    Diagnostics again;
    const std::string written = to_yaml(*value);
    const auto back = parse_yaml(written, "again.yaml", again, {.bytes = 8 << 20, .depth = 80, .values = 40'000});
    fuzz::check(back.has_value(), "written YAML is read again: " + again.render());
    fuzz::check(to_yaml(*back) == written, "written YAML reads back as the same");
  } else {
    fuzz::check(!errors.empty(), "a refusal says why");
  }
  errors.render();
  errors.to_json();
  return 0;
}
