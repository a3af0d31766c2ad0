#include "messages/values/time.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "messages/values/wide.hpp"
#include "tests/messages/support/random_message.hpp"

namespace optix {
namespace {

constexpr std::int64_t earliest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max();

TEST_CASE("dates read, print and know their weekday", "[messages][time]") {
  struct Case {
    const char* text;
    int days, weekday;
  };
  const Case cases[] = {{"1970-01-01", 0, 4},       {"1969-12-31", -1, 3},    {"1969-12-28", -4, 0},
                        {"1969-12-27", -5, 6},      {"2000-02-29", 11016, 2}, {"2019-04-25", 18011, 4},
                        {"2019-04-19", 18005, 5},   {"2024-12-31", 20088, 2}, {"0000-01-01", -719528, 6},
                        {"9999-12-31", 2932896, 5}, {"1900-03-01", -25508, 4}};
  for (const Case& c : cases) {
    INFO(c.text);
    const auto date = Date::parse(c.text);
    REQUIRE(date.has_value());
    CHECK(date->days == c.days);
    CHECK(date->weekday() == c.weekday);
    CHECK(date->to_string() == c.text);
  }
  for (const char* bad : {"", "2019", "2019-4-25", "2019-04-31", "2019-02-29", "1900-02-29", "2019-00-10", "2019-13-01",
                          "2019-01-00", "2019-01-32", "2019/04/25", "2019-04-25 ", " 2019-04-25", "-019-04-25",
                          "20190425", "2019-04-2x", "+019-04-25", "2019-04- 5"}) {
    INFO("\"" << bad << "\"");
    CHECK_FALSE(Date::parse(bad).has_value());
  }
}

TEST_CASE("civil dates and day counts agree everywhere", "[messages][time]") {
  int weekday = Date{-800'000}.weekday();
  for (int days = -800'000; days < 3'000'000; days += 1) {
    const Date date{days};
    const Date::Civil c = date.civil();
    if (Date::from_civil(c.year, c.month, c.day) != date || !Date::valid_civil(c.year, c.month, c.day) ||
        date.weekday() != weekday) {
      FAIL(days << " is " << c.year << "-" << c.month << "-" << c.day << " weekday " << date.weekday());
    }
    weekday = (weekday + 1) % 7;
  }
  for (const int days : {std::numeric_limits<int>::min(), std::numeric_limits<int>::max()}) {
    CHECK(Date{days}.weekday() >= 0);
    CHECK(Date{days}.weekday() <= 6);
    const Date::Civil c = Date{days}.civil();
    CHECK(Date::from_civil(c.year, c.month, c.day).days == days);
    CHECK_FALSE(Date{days}.to_string().empty());
  }
}

TEST_CASE("instants read and print to the nanosecond", "[messages][time]") {
  struct Case {
    const char* text;
    std::int64_t ns;
  };
  const Case cases[] = {{"1970-01-01T00:00:00Z", 0},
                        {"1969-12-31T23:59:59.999999999Z", -1},
                        {"2019-04-25T20:00:00Z", 1'556'222'400'000'000'000},
                        {"2019-04-25T20:00:00.5Z", 1'556'222'400'500'000'000},
                        {"2019-04-25T20:00:00.000000001Z", 1'556'222'400'000'000'001},
                        {"1677-09-21T00:12:43.145224192Z", earliest},
                        {"2262-04-11T23:47:16.854775807Z", latest}};
  for (const Case& c : cases) {
    INFO(c.text);
    const auto instant = Timestamp::parse(c.text);
    REQUIRE(instant.has_value());
    CHECK(instant->ns == c.ns);
    CHECK(Timestamp{c.ns}.to_string() == c.text);
  }
  CHECK(Timestamp::parse("2019-04-25").value().ns == 1'556'150'400'000'000'000);
  CHECK(Timestamp::parse("2019-04-25T20:00:00.500Z").value().ns == 1'556'222'400'500'000'000);
  for (const char* bad :
       {"", "2019-04-25T", "2019-04-25T20:00Z", "2019-04-25T20:00:00", "2019-04-25T24:00:00Z", "2019-04-25T20:60:00Z",
        "2019-04-25T20:00:60Z", "2019-04-25 20:00:00Z", "2019-04-25T20:00:00.Z", "2019-04-25T20:00:00.1234567890Z",
        "2019-04-25T20:00:00,5Z", "2019-04-25T20:00:00+0Z", "2019-04-25T20:00:00.-5Z", "2019-02-30T00:00:00Z",
        "1677-09-21T00:12:43.145224191Z", "2262-04-11T23:47:16.854775808Z", "1500-01-01", "9999-12-31"}) {
    INFO("\"" << bad << "\"");
    CHECK_FALSE(Timestamp::parse(bad).has_value());
  }
}

TEST_CASE("any instant reads back from its text, and lies within its date", "[messages][time]") {
  test::Prng prng(9);
  for (int i = 0; i < 20'000; ++i) {
    const auto instant = test::random_value<Timestamp>(prng);
    INFO(instant.ns);
    const auto back = Timestamp::parse(instant.to_string());
    REQUIRE(back.has_value());
    REQUIRE(*back == instant);
    const Date date = Date::of(instant);
    REQUIRE(static_cast<int128>(date.days) * nanos_per_day <= instant.ns);
    REQUIRE(static_cast<int128>(date.days + 1) * nanos_per_day > instant.ns);
  }
  CHECK(Date::of({-1}).days == -1);
  CHECK(Date::of({nanos_per_day - 1}).days == 0);
  CHECK(Date::of({nanos_per_day}).days == 1);
  CHECK(Date::of({earliest}).days == -106752);
  CHECK(Date{1}.midnight_utc().ns == nanos_per_day);
}

}  // namespace
}  // namespace optix
