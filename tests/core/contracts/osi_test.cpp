#include "core/contracts/osi.hpp"

#include <catch2/catch.hpp>

#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

// "\x00" in a table cell stands for that byte.
std::string unescape(std::string text) {
  for (std::size_t at = text.find("\\x"); at != std::string::npos; at = text.find("\\x", at + 1))
    text.replace(at, 4, 1, static_cast<char>(std::stoi(text.substr(at + 2, 2), nullptr, 16)));
  return text;
}

}  // namespace

TEST_CASE("option symbols: every row of the table", "[data][osi]") {
  const auto table = read_oracle("rules/osi.csv");
  if (!table) return;
  for (const auto& row : table->rows) {
    const std::string input = unescape(row.at("input"));
    INFO("'" << row.at("input") << "' " << row.at("note"));
    const bool padded = row.at("input") == row.at("canonical21");
    const auto strict = parse_osi(input), compact = parse_osi_compact(input);
    CHECK(strict.ok() == (row.at("valid") == "1" && padded));
    if (row.at("valid") != "1") {
      CHECK_FALSE(compact.ok());
      CHECK(row.at("root") + row.at("expiration") + row.at("right") + row.at("strike_x1000") + row.at("canonical21") ==
            "");
      continue;
    }
    const auto& parsed = padded ? strict : compact;
    REQUIRE(parsed.ok());
    CHECK(parsed->root.view() == row.at("root"));
    CHECK(parsed->expiration.to_string() == row.at("expiration"));
    CHECK(parsed->right == (row.at("right") == "C" ? Right::call : Right::put));
    CHECK(parsed->strike.raw() == std::stoll(row.at("strike_x1000")) * 1000);
    CHECK(*format_osi(*parsed) == row.at("canonical21"));
  }
  std::printf("osi.csv: %zu rows, every column\n", table->rows.size());
  CHECK(!table->rows.empty());
}

TEST_CASE("option symbols that must be refused, with the reason", "[data][osi]") {
  struct Case {
    std::string text;
    const char* reason;
  };
  const Case strict[] = {
      {"", "must have 21 characters"},
      {"SPXW190426C02935000", "must have 21 characters"},
      {"SPXW  190426C029350000", "must have 21 characters"},
      {"      190426C02935000", "the root is empty"},
      {"SP XW 190426C02935000", "only the characters A-Z and 0-9"},
      {"spxw  190426C02935000", "only the characters A-Z and 0-9"},
      {"SPXW  190431C02935000", "'190431' is not a date"},
      {"SPXW  19O426C02935000", "'19O426' is not a date"},
      {"SPXW  190426c02935000", "the right must be C or P"},
      {"SPXW  190426C0293500x", "strike must be eight digits"},
      {"SPXW  190426C-2935000", "strike must be eight digits"},
      {"SPXW  190426C00000000", "the strike is zero"},
      {std::string("SPXW\0 190426C02935000", 21), "only the characters A-Z and 0-9"},
  };
  for (const Case& c : strict) {
    INFO("'" << c.text << "'");
    const auto parsed = parse_osi(c.text);
    REQUIRE_FALSE(parsed.ok());
    CHECK_THAT(parsed.error().what, Catch::Contains(c.reason));
  }
  const Case compact[] = {{"SPXW  190426C02935000", "only the characters"},
                          {"190426C02935000", "16 to 21"},
                          {"ABCDEFG190426C02935000", "16 to 21"}};
  for (const Case& c : compact) {
    INFO("'" << c.text << "'");
    const auto parsed = parse_osi_compact(c.text);
    REQUIRE_FALSE(parsed.ok());
    CHECK_THAT(parsed.error().what, Catch::Contains(c.reason));
  }
}

TEST_CASE("what a symbol cannot express is an error, not a wrong symbol", "[data][osi]") {
  const Symbol spx = *Symbol::from("SPX");
  const Date date = Date::from_civil(2019, 6, 21);
  CHECK(*format_osi({spx, date, Right::put, *Decimal::parse("2835.5")}) == "SPX   190621P02835500");
  const OsiSymbol refused[] = {{*Symbol::from("ABCDEFG"), date, Right::call, Decimal::from_int(1)},
                               {*Symbol::from("BRK.B"), date, Right::call, Decimal::from_int(1)},
                               {Symbol{}, date, Right::call, Decimal::from_int(1)},
                               {spx, Date::from_civil(2100, 1, 1), Right::call, Decimal::from_int(1)},
                               {spx, date, Right::call, Decimal{}},
                               {spx, date, Right::call, Decimal::none()},
                               {spx, date, Right::call, *Decimal::parse("-5")},
                               {spx, date, Right::call, *Decimal::parse("1.0005")},
                               {spx, date, Right::call, Decimal::from_int(100'000)}};
  for (const OsiSymbol& s : refused) {
    INFO(s.root.view() << " " << s.expiration.to_string() << " " << s.strike.to_string());
    CHECK_FALSE(format_osi(s).ok());
  }
}
