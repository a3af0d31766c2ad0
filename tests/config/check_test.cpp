#include "config/check.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "config/scalar.hpp"
#include "config/suggest.hpp"
#include "config/yaml.hpp"
#include "tests/config/sample_types.hpp"

using namespace optix;

namespace {

std::vector<ParamSpec> specs() {
  using sample::choice, sample::integer, sample::map, sample::number;
  return {
      {.name = "flag", .kind = ParamKind::boolean},
      integer("count", 1),
      number("ratio", 0, 1),
      {.name = "cash", .kind = ParamKind::decimal, .max = 1e9},
      {.name = "day", .kind = ParamKind::date},
      {.name = "at", .kind = ParamKind::timestamp},
      choice("model", {"touch", "mid"}),
      {.name = "file", .kind = ParamKind::path},
      {.name = "free", .kind = ParamKind::any_map, .children = {integer("value", 0)}},
      {.name = "anything", .kind = ParamKind::any},
      {.name = "legs",
       .kind = ParamKind::list,
       .min = 1,
       .max = 4,
       .children = {map("leg",
                        {choice("side", {"buy", "sell"}, true), number("delta", -1, 1, "deltas are fractions")})}},
      map("order",
          {choice("type", {"market", "limit"}), {.name = "offset", .kind = ParamKind::decimal, .default_text = "0"}},
          "type"),
  };
}

std::string errors_of(const std::string& text) {
  Diagnostics errors;
  const auto value = parse_yaml(text, "condor.yaml", errors);
  if (value) check_map(*value, specs(), {}, errors);
  return errors.render();
}

}  // namespace

TEST_CASE("a bad value is named with its line, what was expected and a hint", "[config][check]") {
  struct Case {
    std::string yaml, expected;  // without the count line
  };
  const std::vector<Case> cases{
      {"legs:\n- side: sell\n- side: buy\n  delta: 30\n",
       "error[E0312]: condor.yaml:4:10 legs[1].delta: 30 is outside [-1, 1]\n      4 |   delta: 30\n"
       "   hint: deltas are fractions; did you mean 0.30?\n"},
      {"flag: yes\n",
       "error[E0310]: condor.yaml:1:7 flag: expected true or false, got \"yes\"\n      1 | flag: yes\n   hint: did you "
       "mean true?\n"},
      {"count: 1.5\n",
       "error[E0310]: condor.yaml:1:8 count: expected a whole number, got \"1.5\"\n      1 | count: 1.5\n"},
      {"count: 0\n", "error[E0312]: condor.yaml:1:8 count: 0 is less than 1\n      1 | count: 0\n"},
      {"count: [1]\n",
       "error[E0310]: condor.yaml:1:8 count: expected a whole number, got a list\n      1 | count: [1]\n"},
      {"count: 99999999999999999999\n",
       "error[E0310]: condor.yaml:1:8 count: expected a whole number, got \"99999999999999999999\"\n      1 | count: "
       "99999999999999999999\n"},
      {"ratio: nan\n", "error[E0310]: condor.yaml:1:8 ratio: expected a number, got \"nan\"\n      1 | ratio: nan\n"},
      {"ratio: 25\n",
       "error[E0312]: condor.yaml:1:8 ratio: 25 is outside [0, 1]\n      1 | ratio: 25\n   hint: did you mean 0.25?\n"},
      {"ratio: -0.1\n", "error[E0312]: condor.yaml:1:8 ratio: -0.1 is outside [0, 1]\n      1 | ratio: -0.1\n"},
      {"cash: 1.2345678\n",
       "error[E0310]: condor.yaml:1:7 cash: expected an amount with at most six decimals, got \"1.2345678\"\n      1 | "
       "cash: 1.2345678\n"},
      {"cash: 2e9\n",
       "error[E0310]: condor.yaml:1:7 cash: expected an amount with at most six decimals, got \"2e9\"\n      1 | cash: "
       "2e9\n"},
      {"cash: 2000000000\n",
       "error[E0312]: condor.yaml:1:7 cash: 2000000000 is more than 1000000000\n      1 | cash: 2000000000\n"},
      {"day: 2019-02-30\n",
       "error[E0310]: condor.yaml:1:6 day: expected a date like 2019-04-25, got \"2019-02-30\"\n      1 | day: "
       "2019-02-30\n"},
      {"at: 2019-02-03 10:00\n",
       "error[E0310]: condor.yaml:1:5 at: expected a date like 2019-04-25 or an instant like 2019-04-25T13:30:00Z, got "
       "\"2019-02-03 10:00\"\n      1 | at: 2019-02-03 10:00\n"},
      {"model: tuoch\n",
       "error[E0311]: condor.yaml:1:8 model: \"tuoch\" is not one of touch, mid\n      1 | model: tuoch\n   hint: did "
       "you mean `touch`?\n"},
      {"model: worst\n",
       "error[E0311]: condor.yaml:1:8 model: \"worst\" is not one of touch, mid\n      1 | model: worst\n"},
      {"modle: mid\n",
       "error[E0301]: condor.yaml:1:1 modle: unknown key\n      1 | modle: mid\n   hint: did you mean `model`?\n"},
      {"zzz: 1\n",
       "error[E0301]: condor.yaml:1:1 zzz: unknown key\n      1 | zzz: 1\n   hint: known keys: flag, count, ratio, "
       "cash, day, at, "
       "model, file, free, anything, legs, order\n"},
      {"free: {a: 1, b: x}\n",
       "error[E0310]: condor.yaml:1:17 free.b: expected a whole number, got \"x\"\n      1 | free: {a: 1, b: x}\n"},
      {"legs: put\n",
       "error[E0310]: condor.yaml:1:7 legs: expected a list, got \"put\"\n      1 | legs: put\n   hint: write [put]\n"},
      {"legs: []\n", "error[E0312]: condor.yaml:1:7 legs: a list of 0; at least 1 expected\n      1 | legs: []\n"},
      {"legs: [{delta: 0.3}]\n",
       "error[E0302]: condor.yaml:1:8 legs[0].side: is missing; expected one word\n      1 | legs: [{delta: 0.3}]\n"},
      {"legs: [{side: }]\n",
       "error[E0302]: condor.yaml:1:9 legs[0].side: is empty; expected one word\n      1 | legs: [{side: }]\n"},
      {"legs: [5]\n",
       "error[E0310]: condor.yaml:1:8 legs[0]: expected a map, got \"5\"\n      1 | legs: [5]\n   hint: keys: side, "
       "delta\n"},
      {"order: now\n",
       "error[E0311]: condor.yaml:1:8 order.type: \"now\" is not one of market, limit\n      1 | order: now\n"},
      {"flag: \"\\e[31m\"\n",
       "error[E0310]: condor.yaml:1:7 flag: expected true or false, got \"\\x1B[31m\"\n      1 | flag: \"\\e[31m\"\n"},
  };
  for (const Case& c : cases) CHECK(errors_of(c.yaml) == c.expected + "1 error. Nothing was run.\n");
}

TEST_CASE("all errors are reported, in the order of the file", "[config][check]") {
  CHECK(
      errors_of("flag: 1\nratio: 2\nlegs: [{}, {side: up}]\n") ==
      "error[E0310]: condor.yaml:1:7 flag: expected true or false, got \"1\"\n      1 | flag: 1\n   hint: did you mean "
      "true?\n"
      "error[E0312]: condor.yaml:2:8 ratio: 2 is outside [0, 1]\n      2 | ratio: 2\n   hint: did you mean 0.02?\n"
      "error[E0302]: condor.yaml:3:8 legs[0].side: is missing; expected one word\n      3 | legs: [{}, {side: up}]\n"
      "error[E0311]: condor.yaml:3:19 legs[1].side: \"up\" is not one of buy, sell\n      3 | legs: [{}, {side: up}]\n"
      "4 errors. Nothing was run.\n");
  std::string many;
  for (int i = 0; i < 250; ++i) many += "k" + std::to_string(i) + ": 1\n";
  const std::string rendered = errors_of(many);
  CHECK(rendered.ends_with("250 errors, the first 100 shown. Nothing was run.\n"));
}

TEST_CASE("a checked map has its defaults, shorthands and paths filled in", "[config][check]") {
  Diagnostics errors;
  const auto value =
      parse_yaml("order: limit\nfile: data/x.csv\ncount: ~\nanything: {deep: [1]}\n", "runs/condor.yaml", errors);
  const Value checked = check_map(*value, specs(), {}, errors);
  INFO(errors.render());
  REQUIRE(errors.empty());
  CHECK(checked.at("order").at("type").text() == "limit");
  CHECK(checked.at("order").at("offset").as_decimal() == Decimal{});
  CHECK(checked.at("order").at("offset").where().to_string() == "default");
  CHECK(checked.at("file").text() == "runs/data/x.csv");
  CHECK_FALSE(checked.has("count"));
  CHECK(checked.at("anything").at("deep").items().size() == 1);
  CHECK_THROWS_WITH(checked.at("nothing"), "runs/condor.yaml:1:1: no key \"nothing\" in a checked map");
  CHECK_THROWS_WITH(checked.at("file").as_int(),
                    "runs/condor.yaml:2:7: the value \"runs/data/x.csv\" was read as a whole number");
  CHECK(resolve_path("/a/b", {"runs/x.yaml", 1, 1}) == "/a/b");
  CHECK(resolve_path("../b", {"runs/x.yaml", 1, 1}) == "b");
  CHECK(resolve_path("b", {"--set", 0, 0}) == "b");
}

TEST_CASE("diagnostics as JSON carry the same facts", "[config][check]") {
  Diagnostics errors;
  const auto value = parse_yaml("ratio: 2\n", "a.yaml", errors);
  check_map(*value, specs(), {}, errors);
  errors.add(code::conflict, {"--set", 0, 0}, "x", "bad \xFF byte");
  const auto json = nlohmann::json::parse(errors.to_json());
  CHECK(json["errors"][0] == nlohmann::json{{"code", "E0312"},
                                            {"file", "a.yaml"},
                                            {"line", 1},
                                            {"column", 8},
                                            {"path", "ratio"},
                                            {"message", "2 is outside [0, 1]"},
                                            {"hint", "did you mean 0.02?"},
                                            {"source", "ratio: 2"}});
  CHECK(json["errors"][1]["file"] == "--set");
  CHECK_FALSE(json["errors"][1].contains("line"));
}

TEST_CASE("every code is listed once with a meaning", "[config][check]") {
  std::string last;
  for (const CodeDoc& row : diagnostic_codes()) {
    INFO(row.code);
    CHECK(last < row.code);
    CHECK_FALSE(row.meaning.empty());
    last = row.code;
  }
}

TEST_CASE("suggestions name what was probably meant", "[config][suggest]") {
  const std::vector<std::string> names{"days_to_expiry", "delta", "quantity", "side"};
  struct Case {
    std::string typed, nearest;
  };
  for (const Case& c : std::vector<Case>{{"delat", "delta"},
                                         {"dleta", "delta"},
                                         {"Delta", "delta"},
                                         {"day_to_expiry", "days_to_expiry"},
                                         {"sid", "side"},
                                         {"zzzz", ""},
                                         {"x", ""},
                                         {"", ""},
                                         {"quantty", "quantity"}}) {
    INFO(c.typed);
    CHECK(nearest_name(c.typed, names) == c.nearest);
  }
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("ab", "ba") == 1);
  CHECK(edit_distance("", "abc") == 3);
}

TEST_CASE("scalars read as the whole text or not at all", "[config][check]") {
  CHECK(parse_integer("+5") == 5);
  CHECK(parse_integer("-5") == -5);
  CHECK(parse_number("1e3") == 1000.0);
  for (const char* bad : {"", " 1", "1 ", "+-1", "0x10", "1e3", "--1", "9223372036854775808"})
    CHECK_FALSE(parse_integer(bad));
  for (const char* bad : {"", "nan", "inf", "-inf", "1,5", "1e999", "0x1p3"}) CHECK_FALSE(parse_number(bad));
  CHECK(parse_boolean("true") == true);
  CHECK_FALSE(parse_boolean("True"));
}
