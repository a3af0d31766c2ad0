#pragma once
// What a fuzzer says when a property does not hold: a line, then a crash that libFuzzer records.
#include <cstdio>
#include <cstdlib>
#include <string>

namespace optix::fuzz {

inline void check(bool holds, const std::string& otherwise) {
  if (holds) return;
  std::fprintf(stderr, "property violated: %s\n", otherwise.c_str());
  std::abort();
}

}  // namespace optix::fuzz
