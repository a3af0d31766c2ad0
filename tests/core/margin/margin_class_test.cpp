#include "core/margin/margin_class.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "core/contracts/products.hpp"
#include "core/time/calendar.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

TEST_CASE("margin class of an underlying", "[margin]") {
  constexpr auto equity = MarginClass::equity, narrow = MarginClass::narrow_index, broad = MarginClass::broad_index,
                 fund = MarginClass::broad_etf;
  struct Case {
    const char *symbol, *date;
    MarginClass margin_class;
    ScanRange scan;
    const char* leverage;
    bool european_cash;
  };
  const Case cases[] = {
      {"SPX", "2019-05-01", broad, ScanRange::high_cap_index, "1", true},
      {"XSP", "2019-05-01", broad, ScanRange::high_cap_index, "1", true},
      {"NDX", "2019-05-01", broad, ScanRange::high_cap_index, "1", true},
      {"OEX", "2019-05-01", broad, ScanRange::high_cap_index, "1", false},
      {"RUT", "2019-05-01", broad, ScanRange::index, "1", true},
      {"VIX", "2019-05-01", narrow, ScanRange::volatility_index, "1", true},
      {"SOX", "2019-05-01", narrow, ScanRange::equity, "1", true},
      {"SPY", "2019-05-01", fund, ScanRange::high_cap_index, "1", false},
      {"IWM", "2019-05-01", fund, ScanRange::index, "1", false},
      {"QQQ", "2019-05-01", fund, ScanRange::high_cap_index, "1", false},
      {"SSO", "2019-05-01", fund, ScanRange::high_cap_index, "2", false},
      {"TQQQ", "2019-05-01", fund, ScanRange::high_cap_index, "3", false},
      {"UVXY", "2018-02-27", equity, ScanRange::equity, "2", false},
      {"UVXY", "2018-02-28", equity, ScanRange::equity, "1.5", false},
      {"NUGT", "2020-03-31", equity, ScanRange::equity, "3", false},
      {"NUGT", "2020-04-01", equity, ScanRange::equity, "2", false},
      {"AAPL", "2019-05-01", equity, ScanRange::equity, "1", false},
      {"SP", "2019-05-01", equity, ScanRange::equity, "1", false},
  };
  for (const Case& c : cases) {
    INFO(c.symbol << " on " << c.date);
    const MarginTerms got = margin_class_of(c.symbol, day(c.date));
    CHECK(got.margin_class == c.margin_class);
    CHECK(got.scan == c.scan);
    CHECK(got.leverage == dec(c.leverage));
    CHECK(got.european_cash == c.european_cash);
    const MarginUnderlying u = margin_underlying(sym(c.symbol), dec("10"), day(c.date));
    CHECK(u.symbol == sym(c.symbol));
    CHECK(u.price == dec("10"));
    CHECK(u.margin_class == c.margin_class);
    CHECK(u.scan == c.scan);
    CHECK(u.leverage == dec(c.leverage));
    CHECK(u.european_cash == c.european_cash);
  }
}

TEST_CASE("funds that move several times as much as something else", "[margin]") {
  std::size_t leveraged = 0;
  const auto check = [&](const char* leverage, const char* on, const std::vector<const char*>& symbols) {
    for (const char* symbol : symbols) {
      INFO(symbol << " on " << on);
      CHECK(margin_class_of(symbol, day(on)).leverage == dec(leverage));
    }
    leveraged += symbols.size();
  };
  const std::vector<const char*> cut{"DRIP", "DUST", "ERX", "ERY", "GUSH", "JDST", "JNUG", "NUGT"};
  check("2", "2024-06-03",
        {"AGQ", "BOIL", "DDM", "DXD", "KOLD", "QID", "QLD", "SCO", "SDS", "SSO", "TWM", "UCO", "UWM", "ZSL"});
  check("3", "2024-06-03",
        {"FAS", "FAZ", "LABD", "LABU", "SDOW", "SOXL", "SOXS", "SPXL", "SPXS", "SPXU", "SQQQ", "TECL", "TECS", "TNA",
         "TQQQ", "TZA", "UDOW", "UPRO", "URTY"});
  check("3", "2020-03-31", cut);
  check("2", "2020-04-01", cut);
  check("2", "2018-02-27", {"UVXY"});
  check("1.5", "2018-02-28", {"UVXY"});
  const auto rows = margin_terms_table();
  CHECK(leveraged == static_cast<std::size_t>(std::count_if(
                         rows.begin(), rows.end(), [](const MarginTerms& row) { return row.leverage != dec("1"); })));
}

TEST_CASE("what the user says of an underlying wins, on its days", "[margin]") {
  const std::vector<MarginTerms> own{
      {"SPX", MarginClass::equity, ScanRange::equity, dec("2"), false, day("2020-01-01"), day("2020-12-31")}};
  const auto on = [&](const char* date) { return margin_class_of("SPX", day(date), own).margin_class; };
  CHECK(on("2019-12-31") == MarginClass::broad_index);
  CHECK(on("2020-01-01") == MarginClass::equity);
  CHECK(on("2020-12-31") == MarginClass::equity);
  CHECK(on("2021-01-01") == MarginClass::broad_index);
  CHECK(margin_underlying(sym("SPX"), dec("10"), day("2020-06-01"), own).leverage == dec("2"));
}

TEST_CASE("the table of margin classes is in order and knows every index product", "[margin]") {
  const auto rows = margin_terms_table();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    INFO(rows[i].symbol);
    CHECK(rows[i].leverage >= dec("1"));
    CHECK(rows[i].from <= rows[i].until);
    if (i > 0) {
      CHECK(rows[i - 1].symbol <= rows[i].symbol);
      if (rows[i - 1].symbol == rows[i].symbol) CHECK(rows[i - 1].until + 1 == rows[i].from);
    }
  }
  for (const Product& product : products()) {
    if (product.delivery != Delivery::cash) continue;
    INFO(product.root);
    CHECK(margin_class_of(product.underlying, calendar_last_day).margin_class != MarginClass::equity);
  }
}
