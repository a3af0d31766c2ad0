#include "config/yaml.hpp"

#include <catch2/catch.hpp>
#include <random>

using namespace optix;

namespace {

Value parsed(const std::string& text) {
  Diagnostics errors;
  auto value = parse_yaml(text, "a.yaml", errors);
  INFO(errors.render());
  REQUIRE(value);
  return *value;
}

bool same(const Value& a, const Value& b) {
  if (a.kind() != b.kind() || a.text() != b.text() || a.items().size() != b.items().size() ||
      a.members().size() != b.members().size())
    return false;
  for (std::size_t i = 0; i < a.items().size(); ++i)
    if (!same(a.items()[i], b.items()[i])) return false;
  for (std::size_t i = 0; i < a.members().size(); ++i)
    if (a.members()[i].first != b.members()[i].first || !same(a.members()[i].second, b.members()[i].second))
      return false;
  return true;
}

}  // namespace

TEST_CASE("every value and key knows its place", "[config][yaml]") {
  const Value v = parsed("run:\n  seed: 42\nlegs:\n  - {right: put, delta: 0.2}\n  - ~\n");
  CHECK(v.where().to_string() == "a.yaml:1:1");
  CHECK(v.at("run").at("seed").where().to_string() == "a.yaml:2:9");
  CHECK(v.at("run").key_where("seed").to_string() == "a.yaml:2:3");
  CHECK(v.at("legs").items()[0].at("delta").where().to_string() == "a.yaml:4:25");
  CHECK(v.at("legs").items()[0].key_where("delta").to_string() == "a.yaml:4:18");
  CHECK(v.at("legs").items()[1].is_null());
  CHECK(v.at("legs").items()[1].where().to_string() == "a.yaml:5:5");
}

TEST_CASE("scalars keep their text; only plain ones can be null", "[config][yaml]") {
  const Value v = parsed("a: 007\nb: 'null'\nc: null\nd:\ne: \"\"\nf: 2019-04-25\ng: yes\nh: &x 5\ni: *x\n");
  CHECK(v.at("a").text() == "007");
  CHECK((v.at("b").kind() == Value::Kind::scalar && v.at("b").text() == "null"));
  CHECK(v.at("c").is_null());
  CHECK(v.at("d").is_null());
  CHECK((v.at("e").kind() == Value::Kind::scalar && v.at("e").text().empty()));
  CHECK(v.at("f").as_date() == Date::from_civil(2019, 4, 25));
  CHECK(v.at("g").text() == "yes");
  CHECK(v.at("i").as_int() == 5);
  CHECK(parsed("").members().empty());
  CHECK(parsed("# only a comment\n").members().empty());
}

TEST_CASE("what is not plain YAML is refused with its place", "[config][yaml]") {
  struct Case {
    std::string name, text, expected;
  };
  const std::string deep = "a: " + std::string(70, '[') + std::string(70, ']') + "\n";
  const std::vector<Case> cases{
      {"duplicate key", "run:\n  seed: 1\n  seed: 2\n",
       "error[E0105]: a.yaml:3:3: the key `seed` appears twice\n"
       "      3 |   seed: 2\n"
       "   hint: first at line 2\n1 error. Nothing was run.\n"},
      {"two documents", "a: 1\n---\nb: 2\n",
       "error[E0106]: a.yaml:2:1: a second document starts here\n"
       "      2 | ---\n"
       "   hint: keep one document per file, without `---` between parts\n1 error. Nothing was run.\n"},
      {"bad indentation", "a: 1\n   b: 2\n",
       "error[E0102]: a.yaml:2:5: illegal map value\n"
       "      2 |    b: 2\n1 error. Nothing was run.\n"},
      {"unclosed list", "legs: [1, 2\n",
       "error[E0102]: a.yaml:2:1: end of sequence flow not found\n1 error. Nothing was run.\n"},
      {"list on top", "- 1\n- 2\n",
       "error[E0108]: a.yaml:1:1: expected `key: value` lines at the top of the file\n"
       "      1 | - 1\n1 error. Nothing was run.\n"},
      {"a tag", "a: !!python/object x\n",
       "error[E0108]: a.yaml:1:4: the tag tag:yaml.org,2002:python/object has no meaning here\n"
       "      1 | a: !!python/object x\n1 error. Nothing was run.\n"},
      {"a map as key", "? {a: 1}\n: 2\n",
       "error[E0108]: a.yaml:1:3: a key must be a plain word, not a list or map\n"
       "      1 | ? {a: 1}\n"
       "   hint: quote text that starts with [ or {\n1 error. Nothing was run.\n"},
      {"a key that is a novel", std::string(201, 'k') + ": 1\n",
       "error[E0108]: a.yaml:1:1: a key has at most 200 bytes\n      1 | " + std::string(160, 'k') +
           "…\n1 error. Nothing was run.\n"},
      {"unknown alias", "a: *nowhere\n",
       "error[E0102]: a.yaml:1:4: the referenced anchor is not defined\n"
       "      1 | a: *nowhere\n1 error. Nothing was run.\n"},
      {"an alias to itself", "a: &x [*x]\n",
       "error[E0102]: a.yaml:1:8: an alias inside the value it names\n"
       "      1 | a: &x [*x]\n1 error. Nothing was run.\n"},
  };
  for (const Case& c : cases) {
    Diagnostics errors;
    const auto value = parse_yaml(c.text, "a.yaml", errors);
    INFO(c.name);
    CHECK_FALSE(value);
    CHECK(errors.render() == c.expected);
  }
  Diagnostics errors;
  CHECK_FALSE(parse_yaml(deep, "a.yaml", errors));
  CHECK(errors.all().at(0).code == code::nested_too_deeply);
}

TEST_CASE("limits stop hostile files", "[config][yaml]") {
  const auto first_code = [](const std::string& text) {
    Diagnostics errors;
    CHECK_FALSE(parse_yaml(text, "a.yaml", errors));
    return errors.empty() ? std::string() : errors.all()[0].code;
  };
  // Ten levels of ten aliases: ten thousand million values.
  std::string bomb = "a: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 10; ++i) {
    bomb += "b" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += std::string(j ? "," : "") + "*a" + std::to_string(i - 1);
    bomb += "]\n";
  }
  CHECK(first_code(bomb) == code::too_many_values);
  // A long text, often.
  std::string wide = "a: &a " + std::string(200'000, 'x') + "\nb: [";
  for (int i = 0; i < 5'000; ++i) wide += "*a,";
  CHECK(first_code(wide + "]\n") == code::too_many_values);
  CHECK(first_code("a: " + std::string(300'000, 'x')) == code::file_too_large);
  std::string maps;
  for (int i = 0; i < 10'000; ++i) maps += "{a: ";
  CHECK(first_code("a: " + maps) == code::nested_too_deeply);
  // Opening brackets that read as keys of keys.
  CHECK(first_code("a: " + std::string(100'000, '[')) == code::unsupported_yaml);
  CHECK(first_code(std::string(100'000, '[')) == code::unsupported_yaml);
  CHECK(first_code(std::string(100'000, '{')) == code::unsupported_yaml);
}

TEST_CASE("a file that cannot be read is an error", "[config][yaml]") {
  Diagnostics errors;
  CHECK_FALSE(read_yaml_file("no/such/file.yaml", errors));
  CHECK_FALSE(read_yaml_file("/", errors));
  CHECK(errors.render() ==
        "error[E0101]: no/such/file.yaml: cannot read the file\n   hint: check the name and the permissions\n"
        "error[E0101]: /: cannot read the file\n   hint: check the name and the permissions\n"
        "2 errors. Nothing was run.\n");
}

TEST_CASE("written YAML reads back as the same value", "[config][yaml]") {
  std::mt19937 random(7);
  const std::string letters = "ab1 :#-'\"\\{}[],&*!|>%@`~.\n\t\x01?=/\xC3\xA9";
  const auto text = [&] {
    std::string out;
    for (auto n = random() % 8; n > 0; --n) {
      const std::size_t at = random() % (letters.size() - 1);
      out += letters[at] == '\xC3' ? std::string("\xC3\xA9") : std::string(1, letters[at]);
    }
    static const std::vector<std::string> special{"null", "~",    "",     "true", "-",  "---",
                                                  "- a",  "a: b", "a #b", "0x1F", "1e5"};
    return random() % 4 == 0 ? special[random() % special.size()] : out;
  };
  const auto make = [&](auto&& self, int depth) -> Value {
    switch (depth > 3 ? random() % 2 : random() % 4) {
      case 0: return Value();
      case 1: return Value::scalar(text());
      case 2: {
        std::vector<Value> items;
        for (auto n = random() % 4; n > 0; --n) items.push_back(self(self, depth + 1));
        return Value::list(std::move(items));
      }
      default: {
        Value map = Value::map({});
        for (auto n = random() % 4; n > 0; --n) map.set(text(), self(self, depth + 1));
        return map;
      }
    }
  };
  for (int i = 0; i < 2'000; ++i) {
    Value top = Value::map({});
    top.set("x", make(make, 0));
    const std::string yaml = to_yaml(top);
    Diagnostics errors;
    const auto back = parse_yaml(yaml, "a.yaml", errors);
    INFO(yaml << errors.render());
    REQUIRE(back);
    REQUIRE(same(top, *back));
  }
}

TEST_CASE("written YAML is the block form people write, with defaults marked", "[config][yaml]") {
  Value v = parsed("run: {seed: 42}\nnodes:\n  a: {type: x, legs: [{b: 1, c: [1, 2]}, {}], e: []}\n");
  v.set("bind", Value::scalar("inline", default_position()));
  CHECK(to_yaml(v, {.mark_defaults = true}) ==
        "run:\n  seed: 42\n"
        "nodes:\n  a:\n    type: x\n    legs:\n      - b: 1\n        c:\n          - 1\n          - 2\n      - {}\n    "
        "e: []\n"
        "bind: inline  # default\n");
}
