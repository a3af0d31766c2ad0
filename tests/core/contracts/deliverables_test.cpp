#include "core/contracts/deliverables.hpp"

#include <catch2/catch.hpp>

using namespace optix;

namespace {

constexpr const char* header = "root,underlying,from,until,multiplier,deliverable\n";

std::string error_of(const Result<DeliverableTable>& r) { return r ? "fine" : r.error().to_string(); }
Result<DeliverableTable> parse(const std::string& lines) { return DeliverableTable::parse("adj.csv", header + lines); }
Symbol symbol(const char* name) { return *Symbol::from(name); }
Date date(const char* text) { return *Date::parse(text); }

}  // namespace

TEST_CASE("what a root delivers depends on the day", "[data][deliverables]") {
  const auto table = parse(
      "XYZ1,XYZ,2020-03-16,,100,10 XYZ + 5.5 ABC + 12.50 USD\n"
      "# a mini: ten shares\n"
      "\n"
      "AMZN7,AMZN,2013-03-18,2014-12-31,10,10 AMZN\r\n"
      "XYZ,XYZ,2020-03-16,2021-01-15,100,100 XYZ\n"
      "XYZ,XYZ,2021-01-18,,100,33 XYZ + 0.333333 USD\n");
  INFO(error_of(table));
  REQUIRE(table.ok());
  struct Case {
    const char* root;
    const char* on;
    const char* expected;  // nullptr: none
  };
  const Case cases[] = {
      {"XYZ1", "2020-03-15", nullptr},    {"XYZ1", "2020-03-16", "10 XYZ"}, {"XYZ1", "2030-01-02", "10 XYZ"},
      {"AMZN7", "2014-12-31", "10 AMZN"}, {"AMZN7", "2015-01-01", nullptr}, {"XYZ", "2020-03-13", nullptr},
      {"XYZ", "2021-01-15", "100 XYZ"},   {"XYZ", "2021-01-16", nullptr},   {"XYZ", "2021-01-18", "33 XYZ"},
      {"ABC", "2021-01-18", nullptr},     {"ZZZ", "2021-01-18", nullptr},
  };
  for (const Case& c : cases) {
    INFO(c.root << " " << c.on);
    const Deliverable* d = table->find(symbol(c.root), date(c.on));
    REQUIRE((d != nullptr) == (c.expected != nullptr));
    if (d) CHECK(d->shares.at(0).shares.to_string(0) + " " + d->shares.at(0).security.to_string() == c.expected);
  }
  const Deliverable& adjusted = *table->find(symbol("XYZ1"), date("2020-03-16"));
  CHECK(adjusted.shares.size() == 2);
  CHECK(adjusted.cash == *Decimal::parse("12.5"));
  const auto prices = [](Symbol s) -> std::optional<Decimal> {
    if (s.view() == "XYZ") return *Decimal::parse("20.01");
    if (s.view() == "ABC") return *Decimal::parse("3");
    return std::nullopt;
  };
  CHECK(*deliverable_value(adjusted, prices) == *Decimal::parse("229.10"));  // 200.10 + 16.50 + 12.50
  CHECK_THAT(deliverable_value(*table->find(symbol("AMZN7"), date("2014-01-02")), prices).error().to_string(),
             Catch::Contains("there is no price of AMZN, which contracts of AMZN7 deliver"));
  CHECK(deliverable_value(ordinary_deliverable(symbol("XYZ")), prices)->to_string() == "2001.00");
  const auto again = DeliverableTable::parse("again.csv", table->to_csv());
  REQUIRE(again.ok());
  CHECK(again->rows() == table->rows());
}

TEST_CASE("a table of deliverables that contradicts itself is refused with line and column", "[data][deliverables]") {
  const std::pair<const char*, const char*> cases[] = {
      {"XYZ1,XYZ,2020-03-16,,100,10 XYZ\nXYZ1,XYZ,2021-03-16,,100,5 XYZ\n",
       "adj.csv:3: two deliverables of XYZ1 overlap: 2020-03-16 to 2099-12-31 (adj.csv:2) and from 2021-03-16 on"},
      {"XYZ1,XYZ,2020-03-16,2020-06-01,100,10 XYZ\nXYZ1,XYZ,2020-06-01,,100,5 XYZ\n", "overlap"},
      {"XYZ1,XYZ,2020-03-16,,100\n", "adj.csv:2: the line has 5 fields, not 6"},
      {"xyz,XYZ,2020-03-16,,100,1 A\n", "adj.csv:2 column root: not an option root"},
      {"ABCDEFG,XYZ,2020-03-16,,100,1 A\n", "adj.csv:2 column root: not an option root"},
      {"XYZ1,,2020-03-16,,100,1 A\n", "adj.csv:2 column underlying: not a symbol"},
      {"XYZ1,XYZ,2020-02-30,,100,1 A\n", "adj.csv:2 column from: not a date (yyyy-mm-dd)"},
      {"XYZ1,XYZ,,,100,1 A\n", "adj.csv:2 column from: not a date"},
      {"XYZ1,XYZ,2020-03-16,later,100,1 A\n", "adj.csv:2 column until: not a date"},
      {"XYZ1,XYZ,2020-03-16,2020-03-15,100,1 A\n", "adj.csv:2: the period ends on 2020-03-15, before it begins"},
      {"XYZ1,XYZ,2020-03-16,,0,1 A\n", "adj.csv:2 column multiplier: not a whole number above 0: 0"},
      {"XYZ1,XYZ,2020-03-16,,1e2,1 A\n", "adj.csv:2 column multiplier"},
      {"XYZ1,XYZ,2020-03-16,,100,\n", "adj.csv:2 column deliverable: not 'AMOUNT NAME': (empty)"},
      {"XYZ1,XYZ,2020-03-16,,100,10 XYZ +\n", "not 'AMOUNT NAME': (empty)"},
      {"XYZ1,XYZ,2020-03-16,,100,-10 XYZ\n", "not 'AMOUNT NAME': -10 XYZ"},
      {"XYZ1,XYZ,2020-03-16,,100,10 XYZ + 5 XYZ\n", "XYZ stands there twice"},
      {"XYZ1,XYZ,2020-03-16,,100,1 USD + 5 USD\n", "USD stands there twice"},
      {"XYZ1,XYZ,2020-03-16,,100,10\n", "not 'AMOUNT NAME': 10"},
  };
  for (const auto& [lines, message] : cases) {
    INFO(lines);
    CHECK_THAT(error_of(parse(lines)), Catch::Contains(message));
  }
  CHECK_THAT(error_of(DeliverableTable::parse("adj.csv", "")), Catch::Contains("adj.csv: the table is empty"));
  CHECK_THAT(error_of(DeliverableTable::parse("adj.csv", "root,shares\n")),
             Catch::Contains("adj.csv:1: the header is not that of a table of deliverables"));
  CHECK_FALSE(DeliverableTable::from_rows({Deliverable{}}).ok());
}
