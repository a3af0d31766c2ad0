#include "messages/values/series.hpp"

#include <catch2/catch.hpp>
#include <numeric>
#include <string>

using optix::Series;

namespace {

// Memory that tells whether somebody still keeps it.
struct Kept {
  std::shared_ptr<std::vector<int>> values = std::make_shared<std::vector<int>>(std::vector<int>{1, 2, 3});
  Series<int> view() const { return Series<int>::view(*values, values); }
};

}  // namespace

TEST_CASE("a series owns its values or views what another keeps", "[series]") {
  const Kept kept;
  const Series<int> view = kept.view();
  CHECK(view.is_view());
  CHECK(view.data() == kept.values->data());
  CHECK(view == Series<int>{1, 2, 3});
  CHECK(kept.values.use_count() == 2);

  const Series<int> copy = view;
  CHECK(copy.data() == view.data());
  CHECK(kept.values.use_count() == 3);
}

TEST_CASE("a change to a view copies it and leaves what it viewed alone", "[series]") {
  struct Case {
    const char* name;
    void (*change)(Series<int>&);
    Series<int> expected;
  };
  const Case cases[] = {
      {"index", [](Series<int>& s) { s[1] = 20; }, {1, 20, 3}},
      {"push_back", [](Series<int>& s) { s.push_back(4); }, {1, 2, 3, 4}},
      {"pop_back", [](Series<int>& s) { s.pop_back(); }, {1, 2}},
      {"resize", [](Series<int>& s) { s.resize(5, 9); }, {1, 2, 3, 9, 9}},
      {"assign", [](Series<int>& s) { s.assign(2, 7); }, {7, 7}},
      {"erase", [](Series<int>& s) { s.erase(s.cbegin() + 1); }, {1, 3}},
      {"insert",
       [](Series<int>& s) {
         const int more[] = {8, 9};
         s.insert(s.cbegin() + 1, more, more + 2);
       },
       {1, 8, 9, 2, 3}},
      {"clear", [](Series<int>& s) { s.clear(); }, {}},
      {"iterators", [](Series<int>& s) { std::iota(s.begin(), s.end(), 5); }, {5, 6, 7}},
  };
  for (const Case& c : cases) {
    const Kept kept;
    Series<int> s = kept.view();
    c.change(s);
    INFO(c.name);
    CHECK(s == c.expected);
    CHECK_FALSE(s.is_view());
    CHECK(*kept.values == std::vector<int>{1, 2, 3});
    CHECK(kept.values.use_count() == 1);
  }
}

TEST_CASE("copies and moves of a series stand on their own", "[series]") {
  Series<int> a{1, 2, 3};
  Series<int> b = a;
  b[0] = 9;
  CHECK(a == Series<int>{1, 2, 3});
  Series<int> c = std::move(b);
  CHECK(c == Series<int>{9, 2, 3});
  CHECK(b.empty());
  b.push_back(4);
  CHECK(b == Series<int>{4});
  a = c;
  c[2] = 7;
  CHECK(a == Series<int>{9, 2, 3});
  a = {};
  CHECK(a.empty());
  a.swap(c);
  CHECK(a == Series<int>{9, 2, 7});
  CHECK(c.empty());
}
