#include "messages/codec/json.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <nlohmann/json.hpp>

#include "messages/codec/buffer.hpp"
#include "messages/codec/utf8.hpp"
#include "tests/messages/support/random_message.hpp"

namespace optix {
namespace {

TEST_CASE("every message comes back from its JSON", "[messages][json]") {
  for_each_message(AllMessages{}, [&]<class M>() {
    test::Prng prng(1000u + M::info.id);
    for (int i = 0; i < 200; ++i) {
      const M message = test::random_value<M>(prng);
      const std::string text = make_message(M(message)).to_json();
      INFO(M::info.name << " #" << i << "\n" << text.substr(0, 2000));
      REQUIRE(codec::is_utf8(text));
      REQUIRE(nlohmann::json::accept(text));
      const auto back = message_from_json(M::info.id, text);
      if (!back) FAIL(back.error().to_string());
      REQUIRE(test::same(back->template get<M>(), message));
      REQUIRE(back->to_json() == text);
    }
  });
}

TEST_CASE("JSON is the documented one", "[messages][json]") {
  Fill fill;
  fill.order = 18446744073709551615u;
  fill.session = {18011};
  fill.quote_time = {1'556'222'400'000'000'000};
  fill.fees = Decimal::parse("1.3").value();
  fill.legs = {{7, -2, Decimal::parse("19.2").value(), Decimal::none(), Decimal::parse("0.000001").value()}};
  CHECK(
      make_message(fill).to_json() ==
      R"({"order":18446744073709551615,"position":0,"intent":"open","reason":"entry","session":"2019-04-25",)"
      R"("quote_time":"2019-04-25T20:00:00Z","fees":"1.30","legs":[{"contract":7,"quantity":-2,"price":"19.20","bid":null,"ask":"0.000001",)"
      R"("underlying":"","touch":null,"model":null,"mid":null}],"remaining":0,"execution":1})");
  MetricValue metric;
  metric.name = "a\"b\\\n\x01é";
  metric.value = 2;
  metric.unit =
      "\xff\x00"
      "a";
  CHECK(make_message(metric).to_json() ==
        R"({"name":"a\"b\\\n\u0001é","defined":false,"value":2.0,"unit":{"hex":"ff"},"basis":"","n":0,"reason":""})");
  ContractSettled far;
  const std::string text =
      make_message(UnderlyingPrice{{}, {}, {std::numeric_limits<std::int32_t>::max()}, {}}).to_json();
  CHECK(text == R"({"underlying":"","time":"1970-01-01T00:00:00Z","session":2147483647,"price":"0.00"})");
}

TEST_CASE("JSON that is not exactly a message is refused by field", "[messages][json]") {
  struct Case {
    MessageId id;
    const char* text;
    const char* error;
  };
  const Case cases[] = {
      {99, "{}", "no message has the id 99"},
      {3, "", "control.timer: not well-formed JSON"},
      {3, "{\"timer\":1", "control.timer: not well-formed JSON"},
      {3, "{\"timer\":1}x", "control.timer: not well-formed JSON"},
      {3, "{\"timer\":1e999}", "control.timer: not well-formed JSON"},
      {3, "{\"timer\":\"\xff\"}", "control.timer: not well-formed JSON"},
      {3, "[]", "control.timer: expected an object, found array"},
      {3, "null", "control.timer: expected an object, found null"},
      {3, "{}", "control.timer field timer: the field is missing"},
      {3, "{\"timer\":1,\"timr\":2}", "control.timer field timr: the field is unknown"},
      {3, "{\"timer\":1,\"timer\":2}", "control.timer field timer: the field is given twice"},
      {3, "{\"timer\":-1}", "control.timer field timer: -1 is out of range"},
      {3, "{\"timer\":1.0}", "control.timer field timer: expected a whole number, found number"},
      {3, "{\"timer\":18446744073709551616}", "control.timer field timer: expected a whole number, found number"},
      {3, "{\"timer\":\"1\"}", "control.timer field timer: expected a whole number, found string"},
      {1, "{\"time\":5}", "control.start field time: expected an instant like \"2019-04-25T20:00:00Z\", found number"},
      {1, "{\"time\":\"yesterday\"}",
       "control.start field time: \"yesterday\" is not an instant like \"2019-04-25T20:00:00Z\""},
      {52, "{\"stale\":1,\"expected\":0,\"received\":0,\"reason\":\"\"}",
       "feed.state field stale: expected true or false, found number"},
      {52, "{\"stale\":true,\"expected\":0,\"received\":0,\"reason\":{\"hex\":\"f\"}}",
       "feed.state field reason: an odd number of hexadecimal digits"},
      {52, "{\"stale\":true,\"expected\":0,\"received\":0,\"reason\":{\"hex\":\"fg\"}}",
       "feed.state field reason: not a hexadecimal digit (0-9, a-f)"},
      {52, "{\"stale\":true,\"expected\":0,\"received\":0,\"reason\":{}}",
       "feed.state field reason: expected a string or {\"hex\": …}, found object"},
      {31, "{\"cause\":\"gift\",\"change\":\"1\",\"balance\":\"1\",\"position\":0}",
       "portfolio.cash field cause: \"gift\" is not one of deposit, trade, fee, settlement, delivery, dividend, "
       "interest, borrow"},
      {31, "{\"cause\":\"fee\",\"change\":1,\"balance\":\"1\",\"position\":0}",
       "portfolio.cash field change: expected a decimal like \"19.20\", found number"},
      {31, "{\"cause\":\"fee\",\"change\":\"1e3\",\"balance\":\"1\",\"position\":0}",
       "portfolio.cash field change: \"1e3\" is not a decimal like \"19.20\""},
      {12, "{\"underlying\":\"TOOLONGNAME\",\"time\":\"2019-04-25\",\"session\":\"2019-04-25\",\"price\":\"1\"}",
       "market.underlying field underlying: a symbol is at most 8 bytes, none of them zero"},
      {12, "{\"underlying\":\"SPX\",\"time\":\"2019-04-25\",\"session\":\"2019-02-30\",\"price\":\"1\"}",
       "market.underlying field session: \"2019-02-30\" is not a date like \"2019-04-25\""},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    const auto result = message_from_json(c.id, c.text);
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().to_string() == c.error);
  }
}

TEST_CASE("lists and columns in JSON are bounded and named by index", "[messages][json]") {
  OrderRequest order;
  order.legs.resize(64);
  std::string text = make_message(order).to_json();
  REQUIRE(message_from_json(OrderRequest::info.id, text).ok());
  text.insert(text.find("[{"), "[{\"contract\":1,\"quantity\":1},").erase(text.find("},[{") + 2, 1);
  CHECK(message_from_json(OrderRequest::info.id, text).error().to_string() ==
        "orders.request field legs: 65 elements exceed the limit of 64");
  order.legs.resize(2);
  text = make_message(order).to_json();
  text.replace(text.rfind("\"quantity\":0"), 12, "\"quantity\":4e1");
  CHECK(message_from_json(OrderRequest::info.id, text).error().to_string() ==
        "orders.request field legs[1].quantity: expected a whole number, found number");
  InstrumentBatch batch;
  text = make_message(batch).to_json();
  text.replace(text.find("\"root\":[]"), 9, "\"root\":[\"A\"]");
  CHECK(message_from_json(InstrumentBatch::info.id, text).error().to_string() ==
        "market.instruments field underlying: column has 0 rows where the message has 1");
}

TEST_CASE("UTF-8 is told from other bytes", "[messages][json]") {
  for (const std::string_view good : {"", "ascii", "é", "漢", "😀", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"})
    CHECK(codec::is_utf8(good));
  for (const std::string_view bad :
       {"\x80", "\xff", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc3(", "a\xe2(\xa1"})
    CHECK_FALSE(codec::is_utf8(bad));
}

}  // namespace
}  // namespace optix
