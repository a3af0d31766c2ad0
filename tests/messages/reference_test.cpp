#include "messages/reference.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "messages/all.hpp"

namespace optix {
namespace {

TEST_CASE("docs/messages.md is the page the tables generate", "[messages][reference]") {
  std::ifstream file(OPTIX_SOURCE_DIR "/docs/messages.md", std::ios::binary);
  REQUIRE(file.good());
  const std::string committed((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::string generated = message_reference_markdown();
  const auto [a, b] = std::mismatch(committed.begin(), committed.end(), generated.begin(), generated.end());
  INFO("regenerate it: optix docs messages > docs/messages.md");
  INFO("committed from the first difference: " << std::string(a, committed.end()).substr(0, 120));
  INFO("generated from the first difference: " << std::string(b, generated.end()).substr(0, 120));
  CHECK((committed == generated));
}

TEST_CASE("the page names every message and every field", "[messages][reference]") {
  const std::string page = message_reference_markdown();
  for_each_message(AllMessages{}, [&]<class M>() {
    CHECK(page.find("## " + std::string(M::info.name)) != std::string::npos);
    for_each_field<M>(
        [&](const auto& row) { CHECK(page.find("| `" + std::string(row.name) + "` |") != std::string::npos); });
  });
  CHECK(page.find("| `legs[].contract` | `u32` |") != std::string::npos);
}

}  // namespace
}  // namespace optix
