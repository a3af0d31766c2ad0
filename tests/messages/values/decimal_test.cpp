#include "messages/values/decimal.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "tests/messages/support/random_message.hpp"

namespace optix {
namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

TEST_CASE("decimals read exact text and nothing else", "[messages][decimal]") {
  struct Case {
    const char* text;
    std::optional<std::int64_t> raw;
  };
  const Case cases[] = {
      {"0", 0},
      {"-0", 0},
      {"+0.0", 0},
      {"19.2", 19'200'000},
      {"19.20", 19'200'000},
      {"-0.05", -50'000},
      {"0.000001", 1},
      {"-0.000001", -1},
      {"1.0000000000000", 1'000'000},
      {".5", 500'000},
      {"3.", 3'000'000},
      {"00012.50", 12'500'000},
      {"9223372036854.775807", largest},
      {"-9223372036854.775807", -largest},
      {"9223372036854.775808", std::nullopt},
      {"-9223372036854.775808", std::nullopt},
      {"9223372036855", std::nullopt},
      {"99999999999999999999", std::nullopt},
      {"0.0000001", std::nullopt},
      {"1.2345678", std::nullopt},
      {"", std::nullopt},
      {"-", std::nullopt},
      {"+", std::nullopt},
      {".", std::nullopt},
      {"-.", std::nullopt},
      {"nan", std::nullopt},
      {"NaN", std::nullopt},
      {"inf", std::nullopt},
      {"none", std::nullopt},
      {"1e3", std::nullopt},
      {"1,5", std::nullopt},
      {" 1", std::nullopt},
      {"1 ", std::nullopt},
      {"1.2.3", std::nullopt},
      {"--1", std::nullopt},
      {"+-1", std::nullopt},
      {"0x10", std::nullopt},
      {"$1", std::nullopt},
  };
  for (const Case& c : cases) {
    INFO("\"" << c.text << "\"");
    const auto parsed = Decimal::parse(c.text);
    REQUIRE(parsed.has_value() == c.raw.has_value());
    if (c.raw) CHECK(parsed->raw() == *c.raw);
  }
}

TEST_CASE("decimals print their shortest exact form", "[messages][decimal]") {
  struct Case {
    std::int64_t raw;
    int decimals;
    const char* text;
  };
  const Case cases[] = {
      {0, 2, "0.00"},
      {0, 0, "0"},
      {19'200'000, 2, "19.20"},
      {19'200'000, 0, "19.2"},
      {19'000'000, 0, "19"},
      {1, 2, "0.000001"},
      {-1, 2, "-0.000001"},
      {-50'000, 2, "-0.05"},
      {1'234'567, 2, "1.234567"},
      {500'000, 4, "0.5000"},
      {500'000, 6, "0.500000"},
      {largest, 2, "9223372036854.775807"},
      {-largest, 2, "-9223372036854.775807"},
  };
  for (const Case& c : cases) CHECK(Decimal::from_raw(c.raw).to_string(c.decimals) == c.text);
  CHECK(Decimal::none().to_string() == "none");
}

TEST_CASE("any decimal reads back from its text", "[messages][decimal]") {
  test::Prng prng(3);
  for (int i = 0; i < 20'000; ++i) {
    const Decimal d = test::random_value<Decimal>(prng);
    if (d.is_none()) continue;
    const auto back = Decimal::parse(d.to_string(static_cast<int>(prng.below(7))));
    INFO(d.raw());
    REQUIRE(back.has_value());
    REQUIRE(back->raw() == d.raw());
  }
}

TEST_CASE("doubles enter the ledger rounded half away from zero", "[messages][decimal]") {
  struct Case {
    double value;
    std::int64_t raw;
  };
  const Case cases[] = {{0.0, 0},
                        {-0.0, 0},
                        {0.1, 100'000},
                        {0.29, 290'000},
                        {2.5e-7, 0},
                        {5e-7, 1},
                        {-5e-7, -1},
                        {1.5e-6, 2},
                        {-1.5e-6, -2},
                        {19.205, 19'205'000},
                        {1e12, 1'000'000'000'000'000'000}};
  for (const Case& c : cases) {
    INFO(c.value);
    CHECK(Decimal::from_double(c.value).raw() == c.raw);
  }
  for (const double bad : {1e13, -1e13, std::numeric_limits<double>::infinity(), std::nan(""), 1e308})
    CHECK_THROWS_AS(Decimal::from_double(bad), std::overflow_error);
}

TEST_CASE("arithmetic is exact or refuses", "[messages][decimal]") {
  const Decimal one = Decimal::from_int(1), tick = Decimal::from_raw(1), top = Decimal::from_raw(largest),
                bottom = Decimal::from_raw(-largest);
  CHECK((one + tick).raw() == 1'000'001);
  CHECK((one - tick).raw() == 999'999);
  CHECK((one * -250).raw() == -250'000'000);
  CHECK((-one).abs() == one);
  CHECK(top + bottom == Decimal());
  CHECK_THROWS_AS(top + tick, std::overflow_error);
  // INT64_MIN stands for a missing price: no sum may land on it.
  CHECK_THROWS_AS(bottom - tick, std::overflow_error);
  CHECK_THROWS_AS(Decimal::from_raw(-(std::int64_t{1} << 62)) * 2, std::overflow_error);
  CHECK_THROWS_AS(Decimal::from_int(9'223'372'036'855), std::overflow_error);
  CHECK_THROWS_AS(top * 2, std::overflow_error);

  struct Half {
    std::int64_t raw, half;
  };
  for (const Half& c : {Half{0, 0},
                        {2, 1},
                        {3, 2},
                        {-3, -2},
                        {1, 1},
                        {-1, -1},
                        {largest, largest / 2 + 1},
                        {-largest, -(largest / 2) - 1}})
    CHECK(Decimal::from_raw(c.raw).half().raw() == c.half);

  struct MulDiv {
    std::int64_t raw, numerator, denominator, expected;
  };
  for (const MulDiv& c : {MulDiv{1, 1, 2, 1},
                          {-1, 1, 2, -1},
                          {1, 1, 3, 0},
                          {2, 1, 3, 1},
                          {-2, 1, 3, -1},
                          {7, 3, 4, 5},
                          {largest, largest, largest, largest},
                          {largest, 1, 1, largest},
                          {-largest, 1, 1, -largest},
                          {10, -1, 4, -3},
                          {0, 5, 7, 0}}) {
    INFO(c.raw << " * " << c.numerator << " / " << c.denominator);
    CHECK(Decimal::from_raw(c.raw).mul_div(c.numerator, c.denominator).raw() == c.expected);
  }
  CHECK_THROWS_AS(top.mul_div(2, 1), std::overflow_error);
  CHECK_THROWS_AS(one.mul_div(1, 0), std::invalid_argument);
  CHECK_THROWS_AS(one.mul_div(1, -1), std::invalid_argument);
}

TEST_CASE("a missing price equals no number and takes part in no sum", "[messages][decimal]") {
  const Decimal none = Decimal::none(), one = Decimal::from_int(1);
  CHECK(none.is_none());
  CHECK(none == Decimal::none());
  CHECK(none != Decimal());
  CHECK_FALSE(Decimal::from_raw(-largest).is_none());
  CHECK_THROWS_AS(none + one, std::logic_error);
  CHECK_THROWS_AS(one + none, std::logic_error);
  CHECK_THROWS_AS(one - none, std::logic_error);
  CHECK_THROWS_AS(none * 2, std::logic_error);
  CHECK_THROWS_AS(-none, std::logic_error);
  CHECK_THROWS_AS(none.half(), std::logic_error);
  CHECK_THROWS_AS(none.abs(), std::logic_error);
  CHECK_THROWS_AS(none.mul_div(1, 1), std::logic_error);
}

}  // namespace
}  // namespace optix
