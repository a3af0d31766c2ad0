#include "messages/values/symbol.hpp"

#include <catch2/catch.hpp>

namespace optix {
namespace {

TEST_CASE("symbols hold one to eight bytes", "[messages][symbol]") {
  for (const std::string_view text : {"S", "SPX", "SPXW", "BRK/B", "12345678"}) {
    const auto symbol = Symbol::from(text);
    REQUIRE(symbol.has_value());
    CHECK(symbol->view() == text);
    CHECK(symbol->to_string() == text);
    CHECK_FALSE(symbol->empty());
  }
  CHECK_FALSE(Symbol::from("").has_value());
  CHECK_FALSE(Symbol::from("123456789").has_value());
  CHECK_FALSE(Symbol::from(std::string_view("A\0B", 3)).has_value());
  CHECK(Symbol{}.empty());
  CHECK(Symbol{}.view().empty());
}

TEST_CASE("symbols order like their text", "[messages][symbol]") {
  const auto symbol = [](std::string_view text) { return Symbol::from(text).value(); };
  CHECK(symbol("SPX") < symbol("SPXW"));
  CHECK(symbol("A") < symbol("B"));
  CHECK(symbol("AAAAAAAA") < symbol("B"));
  CHECK(Symbol{} < symbol("A"));
  CHECK(symbol("SPX") == symbol("SPX"));
}

}  // namespace
}  // namespace optix
