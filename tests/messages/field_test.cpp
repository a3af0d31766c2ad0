#include "messages/field.hpp"

#include <boost/container/small_vector.hpp>
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "messages/all.hpp"
#include "messages/codec/kinds.hpp"
#include "messages/codec/schema.hpp"

namespace optix {
namespace {

struct Whole {
  int a = 0;
  std::string b;
  std::vector<double> c;
  static constexpr auto fields() {
    return std::tuple(field("a", &Whole::a, ""), field("b", &Whole::b, ""), field("c", &Whole::c, ""));
  }
};
struct MissingLast {
  int a = 0;
  std::string b;
  static constexpr auto fields() { return std::tuple(field("a", &MissingLast::a, "")); }
};
struct MissingFirst {
  boost::container::small_vector<OrderLeg, 4> a;
  bool b = false;
  static constexpr auto fields() { return std::tuple(field("b", &MissingFirst::b, "")); }
};
struct Empty {
  static constexpr auto fields() { return std::tuple<>(); }
};

// The same message at four points of its life.
struct V1 {
  static constexpr MessageInfo info{900, 1, "test.m", ""};
  int a = 0;
  Right r{};
  static constexpr auto fields() { return std::tuple(field("a", &V1::a, "doc"), field("r", &V1::r, "")); }
};
struct OtherDoc {
  static constexpr MessageInfo info{900, 1, "test.m", "other"};
  int a = 0;
  Right r{};
  static constexpr auto fields() {
    return std::tuple(field("a", &OtherDoc::a, "another doc"), field("r", &OtherDoc::r, ""));
  }
};
struct OtherName {
  static constexpr MessageInfo info{900, 1, "test.m", ""};
  int a = 0;
  Right r{};
  static constexpr auto fields() { return std::tuple(field("b", &OtherName::a, ""), field("r", &OtherName::r, "")); }
};
struct OtherType {
  static constexpr MessageInfo info{900, 1, "test.m", ""};
  std::int64_t a = 0;
  Right r{};
  static constexpr auto fields() { return std::tuple(field("a", &OtherType::a, ""), field("r", &OtherType::r, "")); }
};
struct OtherEnum {
  static constexpr MessageInfo info{900, 1, "test.m", ""};
  int a = 0;
  Settlement r{};
  static constexpr auto fields() { return std::tuple(field("a", &OtherEnum::a, ""), field("r", &OtherEnum::r, "")); }
};
struct Appended {
  static constexpr MessageInfo info{900, 1, "test.m", ""};
  int a = 0;
  Right r{};
  int c = 0;
  static constexpr auto fields() {
    return std::tuple(field("a", &Appended::a, ""), field("r", &Appended::r, ""), field("c", &Appended::c, ""));
  }
};
struct OtherVersion {
  static constexpr MessageInfo info{900, 2, "test.m", ""};
  int a = 0;
  Right r{};
  static constexpr auto fields() {
    return std::tuple(field("a", &OtherVersion::a, ""), field("r", &OtherVersion::r, ""));
  }
};

TEST_CASE("a table that leaves a member out is seen at compile time", "[messages][field]") {
  STATIC_REQUIRE(table_is_complete<Whole>);
  STATIC_REQUIRE_FALSE(table_is_complete<MissingLast>);
  STATIC_REQUIRE_FALSE(table_is_complete<MissingFirst>);
  STATIC_REQUIRE(table_is_complete<Empty>);
}

TEST_CASE("every message's table is complete, documented and unambiguous", "[messages][field]") {
  std::set<std::string_view> messages;
  for_each_message(AllMessages{}, [&]<class M>() {
    STATIC_REQUIRE(table_is_complete<M>);
    INFO(M::info.name);
    CHECK(messages.insert(M::info.name).second);
    CHECK_FALSE(M::info.doc.empty());
    CHECK(M::info.version >= 1);
    std::set<std::string_view> names;
    for_each_field<M>([&](const auto& row) {
      INFO(row.name);
      CHECK(names.insert(row.name).second);
      CHECK_FALSE(row.doc.empty());
    });
  });
}

TEST_CASE("names of enumerations cover exactly their values", "[messages][field]") {
  CHECK(enum_name(Right::put) == "put");
  CHECK(enum_name(RejectReason::unknown_order) == "unknown_order");
  CHECK(enum_name(static_cast<Right>(2)) == "?");
  CHECK(codec::enum_size<RejectReason> == static_cast<std::size_t>(RejectReason::adjusted) + 1);
  CHECK(codec::enum_size<TradeReason> == static_cast<std::size_t>(TradeReason::corporate_action) + 1);
  CHECK(codec::enum_size<FeedKind> == static_cast<std::size_t>(FeedKind::disconnected) + 1);
}

TEST_CASE("the schema text changes with everything that changes the bytes, and with nothing else",
          "[messages][schema]") {
  const std::string before = codec::schema_text<V1>();
  CHECK(before == "900 1 test.m\n  a: i32\n  r: enum(call,put)\n");
  CHECK(codec::schema_text<OtherDoc>() == before);
  CHECK(codec::schema_text<OtherName>() != before);
  CHECK(codec::schema_text<OtherType>() != before);
  CHECK(codec::schema_text<OtherEnum>() != before);
  CHECK(codec::schema_text<Appended>() != before);
  CHECK(codec::schema_text<OtherVersion>() != before);
  // A change inside a nested struct shows too.
  CHECK(codec::schema_text<OrderRequest>().find(
            "legs: list<struct(contract: u32, quantity: i32, underlying: symbol)>") != std::string::npos);
}

}  // namespace
}  // namespace optix
