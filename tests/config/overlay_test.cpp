#include "config/overlay.hpp"

#include <catch2/catch.hpp>

#include "config/yaml.hpp"
#include "tests/config/files.hpp"

using namespace optix;

namespace {

Value parsed(const std::string& text) {
  Diagnostics errors;
  auto value = parse_yaml(text, "a.yaml", errors);
  INFO(errors.render());
  REQUIRE(value);
  return *value;
}

}  // namespace

TEST_CASE("an overlay changes what it extends by a few rules", "[config][overlay]") {
  struct Case {
    std::string rule, base, overlay, expected;
  };
  const std::vector<Case> cases{
      {"maps merge key by key", "a: {x: 1, y: 2}", "a: {y: 3, z: 4}", "a:\n  x: 1\n  y: 3\n  z: 4\n"},
      {"a list replaces the list", "l: [1, 2]", "l: [3]", "l:\n  - 3\n"},
      {"key+ appends", "l: [1, 2]", "l+: [3]", "l:\n  - 1\n  - 2\n  - 3\n"},
      {"key+ without anything inherited", "x: 1", "l+: [3]", "x: 1\nl:\n  - 3\n"},
      {"null removes", "a: {x: 1, y: 2}", "a: {x: ~}", "a:\n  y: 2\n"},
      {"a scalar replaces a map", "a: {x: 1}", "a: 5", "a: 5\n"},
      {"a map replaces a scalar", "a: 5", "a: {x: 1}", "a:\n  x: 1\n"},
      {"another type drops the old parameters and keeps the place", "nodes: {a: {type: p, k: 1}, b: {type: q}}",
       "nodes: {a: {type: r, m: 2}}", "nodes:\n  a:\n    type: r\n    m: 2\n  b:\n    type: q\n"},
      {"the same type keeps them", "nodes: {a: {type: p, k: 1}}", "nodes: {a: {type: p, m: 2}}",
       "nodes:\n  a:\n    type: p\n    k: 1\n    m: 2\n"},
  };
  for (const Case& c : cases) {
    Diagnostics errors;
    INFO(c.rule);
    CHECK(to_yaml(merge(parsed(c.base), parsed(c.overlay), {}, errors)) == c.expected);
    CHECK(errors.empty());
  }
  Diagnostics errors;
  merge(parsed("l: 5"), parsed("l+: [1]"), {}, errors);
  merge(parsed("l: [5]"), parsed("l+: 1"), {}, errors);
  CHECK(errors.render() ==
        "error[E0205]: a.yaml:1:1 l+: a key ending in + appends a list to a list\n   hint: the inherited `l` is not a "
        "list\n"
        "1 error. Nothing was run.\n");
}

TEST_CASE("files extend files and presets", "[config][overlay]") {
  const sample::Folder folder;
  folder.write("presets/strategies/base.yaml", "name: base\nentry: {min_bid: 0.05, every: 1}\nlegs: [1]\n");
  folder.write("mine/one.yaml", "extends: base\nname: one\nentry: {every: 2}\n");
  folder.write("mine/two.yaml", "extends: one.yaml\nlegs: [1, 2]\n");
  const Presets presets{folder.path("presets")};
  Diagnostics errors;
  std::vector<std::string> files;
  const auto value = read_with_extends(folder.path("mine/two.yaml"), "strategies", presets, errors, &files);
  INFO(errors.render());
  REQUIRE(value);
  CHECK(to_yaml(*value) == "name: one\nentry:\n  min_bid: 0.05\n  every: 2\nlegs:\n  - 1\n  - 2\n");
  CHECK(folder.shorten(value->at("entry").at("every").where().to_string()) == "mine/one.yaml:3:16");
  CHECK(files == std::vector<std::string>{folder.path("mine/two.yaml"), folder.path("mine/one.yaml"),
                                          folder.path("presets/strategies/base.yaml")});
  CHECK(preset_names("strategies", presets) == std::vector<std::string>{"base"});
}

TEST_CASE("what cannot be extended is named", "[config][overlay]") {
  const sample::Folder folder;
  folder.write("presets/strategies/iron_condor.yaml", "name: x\n");
  folder.write("circle_a.yaml", "extends: circle_b.yaml\n");
  folder.write("circle_b.yaml", "extends: circle_a.yaml\n");
  folder.write("self.yaml", "extends: self.yaml\n");
  folder.write("missing.yaml", "extends: nowhere.yaml\n");
  folder.write("typo.yaml", "extends: iron_codnor\n");
  folder.write("list.yaml", "extends: [a, b]\n");
  struct Case {
    std::string file, expected;
  };
  const std::vector<Case> cases{
      {"circle_a.yaml",
       "error[E0202]: circle_b.yaml:1:10 extends: files extend each other in a circle: circle_a.yaml -> circle_b.yaml "
       "-> "
       "circle_a.yaml\n      1 | extends: circle_a.yaml\n"},
      {"self.yaml",
       "error[E0202]: self.yaml:1:10 extends: files extend each other in a circle: self.yaml -> self.yaml\n      1 | "
       "extends: "
       "self.yaml\n"},
      {"missing.yaml",
       "error[E0201]: missing.yaml:1:10 extends: there is no file nowhere.yaml\n      1 | extends: nowhere.yaml\n   "
       "hint: a file "
       "name is relative to the file it is written in\n"},
      {"typo.yaml",
       "error[E0201]: typo.yaml:1:10 extends: there is no preset `iron_codnor` in strategies\n      1 | extends: "
       "iron_codnor\n"
       "   hint: did you mean `iron_condor`?; a file name ends in .yaml\n"},
      {"list.yaml",
       "error[E0205]: list.yaml:1:10 extends: expected one file or preset name\n      1 | extends: [a, b]\n"},
  };
  for (const Case& c : cases) {
    Diagnostics errors;
    CHECK_FALSE(read_with_extends(folder.path(c.file), "strategies", {folder.path("presets")}, errors));
    CHECK(folder.shorten(errors.render()) == c.expected + "1 error. Nothing was run.\n");
  }
}

TEST_CASE("--set changes, adds and removes", "[config][set]") {
  struct Case {
    std::string set, expected;
  };
  const std::string base = "run: {seed: 1}\nlegs: [{delta: 0.2}, {delta: 0.3}]\n";
  const std::string legs = "legs:\n  - delta: 0.2\n  - delta: 0.3\n";
  const std::vector<Case> cases{
      {"run.seed=42", "run:\n  seed: 42\n" + legs},
      {"run.start=2019-05-01", "run:\n  seed: 1\n  start: 2019-05-01\n" + legs},
      {"bind.groups.a.nodes=[x, y]",
       "run:\n  seed: 1\n" + legs + "bind:\n  groups:\n    a:\n      nodes:\n        - x\n        - y\n"},
      {"legs[1].delta=-0.5", "run:\n  seed: 1\nlegs:\n  - delta: 0.2\n  - delta: -0.5\n"},
      {"legs[0]={tie: smaller}", "run:\n  seed: 1\nlegs:\n  - delta: 0.2\n    tie: smaller\n  - delta: 0.3\n"},
      {"legs+=[{delta: 1}]", "run:\n  seed: 1\n" + legs + "  - delta: 1\n"},
      {"legs=", "run:\n  seed: 1\n"},
      {"data.csv=../a=b.csv", "run:\n  seed: 1\n" + legs + "data:\n  csv: ../a=b.csv\n"},
  };
  for (const Case& c : cases) {
    Diagnostics errors;
    Value root = parsed(base);
    INFO(c.set);
    CHECK(apply_set(root, c.set, errors));
    CHECK(to_yaml(root) == c.expected);
    CHECK(errors.render().empty());
  }
  Value root = parsed(base);
  Diagnostics errors;
  apply_set(root, "run.seed=42", errors);
  CHECK(root.at("run").at("seed").where().to_string() == "--set");
}

TEST_CASE("a --set that cannot be applied says why", "[config][set]") {
  const std::string syntax = "   hint: for example --set nodes.book.cash=50000 or --set legs[0].delta.target=0.2\n";
  struct Case {
    std::string set, expected;
  };
  for (const Case& c : std::vector<Case>{
           {"run.seed", "error[E0203]: --set run.seed: does not read as path=value\n" + syntax},
           {"=5", "error[E0203]: --set =5: does not read as path=value\n" + syntax},
           {"a..b=5", "error[E0203]: --set a..b=5: does not read as path=value\n" + syntax},
           {"a.=5", "error[E0203]: --set a.=5: does not read as path=value\n" + syntax},
           {"[0].a=5", "error[E0203]: --set [0].a=5: does not read as path=value\n" + syntax},
           {"a[x]=5", "error[E0203]: --set a[x]=5: does not read as path=value\n" + syntax},
           {"a[0=5", "error[E0203]: --set a[0=5: does not read as path=value\n" + syntax},
           {"a=[1", "error[E0203]: --set a=[1: the value is not valid YAML\n   hint: quote it: a.b='\"text\"'\n"},
           {"legs[7].delta=1", "error[E0204]: --set legs[7].delta=1: `legs` has 1 items; they count from [0]\n"},
           {"run[0]=1", "error[E0204]: --set run[0]=1: `run` is not a list\n"},
           {"run.seed.x=1", "error[E0204]: --set run.seed.x=1: `run.seed` is not a map, it has no `x`\n"},
           {"legs.delta=1", "error[E0204]: --set legs.delta=1: `legs` is not a map, it has no `delta`\n"}}) {
    Diagnostics errors;
    Value root = parsed("run: {seed: 1}\nlegs: [{delta: 0.2}]\n");
    CHECK_FALSE(apply_set(root, c.set, errors));
    CHECK(errors.render() == c.expected + "1 error. Nothing was run.\n");
  }
}
