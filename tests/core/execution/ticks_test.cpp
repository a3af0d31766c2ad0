#include "core/execution/ticks.hpp"

#include <catch2/catch.hpp>

#include "core/sequencer/random.hpp"
#include "core/time/calendar.hpp"
#include "tests/support/oracle_csv.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

constexpr TickClass none = TickClass::none, penny = TickClass::penny, all = TickClass::penny_all,
                    nickel = TickClass::nickel;

}  // namespace

TEST_CASE("ticks around 3.00", "[trading][ticks]") {
  struct Case {
    TickClass ticks;
    const char *price, *tick, *nearest, *buy, *sell;
  };
  const Case cases[] = {
      {penny, "2.99", "0.01", "2.99", "2.99", "2.99"},
      {penny, "2.999999", "0.01", "3.00", "2.99", "3.00"},
      {penny, "3", "0.05", "3.00", "3.00", "3.00"},
      {penny, "3.000001", "0.05", "3.00", "3.00", "3.05"},
      {penny, "3.01", "0.05", "3.00", "3.00", "3.05"},
      {penny, "3.024999", "0.05", "3.00", "3.00", "3.05"},
      {penny, "3.025", "0.05", "3.05", "3.00", "3.05"},
      {penny, "3.03", "0.05", "3.05", "3.00", "3.05"},
      {all, "5.24", "0.01", "5.24", "5.24", "5.24"},
      {all, "3.004999", "0.01", "3.00", "3.00", "3.01"},
      {all, "3.005", "0.01", "3.01", "3.00", "3.01"},
      {nickel, "2.95", "0.05", "2.95", "2.95", "2.95"},
      {nickel, "2.97", "0.05", "2.95", "2.95", "3.00"},
      {nickel, "2.975", "0.05", "3.00", "2.95", "3.00"},
      {nickel, "3.00", "0.10", "3.00", "3.00", "3.00"},
      {nickel, "3.05", "0.10", "3.10", "3.00", "3.10"},
      {nickel, "12.35", "0.10", "12.40", "12.30", "12.40"},
      {nickel, "0", "0.05", "0.00", "0.00", "0.00"},
      {penny, "0.005", "0.01", "0.01", "0.00", "0.01"},
      {penny, "0.000001", "0.01", "0.00", "0.00", "0.01"},
      // Net costs: less is better for who sends the order, so passive is down on both sides of zero.
      {nickel, "-2.975", "0.05", "-3.00", "-3.00", "-2.95"},
      {penny, "-3.01", "0.05", "-3.00", "-3.05", "-3.00"},
      {penny, "-2.999", "0.01", "-3.00", "-3.00", "-2.99"},
      {none, "2.9712", "0.00", "2.9712", "2.9712", "2.9712"},
      {none, "-3.000001", "0.00", "-3.000001", "-3.000001", "-3.000001"},
  };
  for (const Case& c : cases) {
    INFO(enum_name(c.ticks) << " " << c.price);
    CHECK(tick_size(c.ticks, dec(c.price)).to_string() == c.tick);
    CHECK(round_to_tick(c.ticks, dec(c.price)).to_string() == dec(c.nearest).to_string());
    CHECK(round_passive(c.ticks, dec(c.price), true).to_string() == dec(c.buy).to_string());
    CHECK(round_passive(c.ticks, dec(c.price), false).to_string() == dec(c.sell).to_string());
    CHECK(on_tick(c.ticks, dec(c.price)) == (dec(c.buy) == dec(c.price)));
    CHECK(valid_price(c.ticks, dec(c.price)) == (dec(c.buy) == dec(c.price) && dec(c.price) > Decimal{}));
  }
}

TEST_CASE("one increment throughout", "[trading][ticks]") {
  struct Case {
    const char *increment, *price, *down, *up;
  };
  for (const Case& c : {Case{"0.05", "1.23", "1.20", "1.25"},
                        {"0.05", "1.25", "1.25", "1.25"},
                        {"0.05", "-1.23", "-1.25", "-1.20"},
                        {"0.05", "-1.25", "-1.25", "-1.25"},
                        {"0.01", "0", "0.00", "0.00"},
                        {"0.01", "-0.000001", "-0.01", "0.00"},
                        {"0.05", "4.999999", "4.95", "5.00"}}) {
    INFO(c.price << " in steps of " << c.increment);
    CHECK(round_down(dec(c.increment), dec(c.price)).to_string() == c.down);
    CHECK(round_up(dec(c.increment), dec(c.price)).to_string() == c.up);
    CHECK(is_multiple(dec(c.increment), dec(c.price)) == (dec(c.down) == dec(c.up)));
  }
}

TEST_CASE("ticks of a missing price are an error", "[trading][ticks]") {
  CHECK_THROWS_AS(tick_size(penny, Decimal::none()), std::logic_error);
  CHECK_THROWS_AS(on_tick(none, Decimal::none()), std::logic_error);
  CHECK_FALSE(valid_price(none, Decimal::none()));
  CHECK_THROWS_AS(round_passive(nickel, Decimal::none(), true), std::logic_error);
  CHECK_THROWS_AS(round_down(dec("0.05"), Decimal::none()), std::logic_error);
  CHECK_THROWS_AS(round_up(dec("0.05"), Decimal::none()), std::logic_error);
  CHECK_THROWS_AS(is_multiple(dec("0.05"), Decimal::none()), std::logic_error);
  CHECK_THROWS_AS(tick_size(static_cast<TickClass>(99), dec("1")), std::logic_error);
}

TEST_CASE("tick classes by root and day", "[trading][ticks]") {
  struct Case {
    const char *root, *day;
    TickClass ticks;
  };
  const Case cases[] = {
      {"SPY", "2007-09-27", nickel},  {"SPY", "2007-09-28", penny},  {"SPY", "2010-01-31", penny},
      {"SPY", "2010-02-01", all},     {"SPY", "2024-06-03", all},    {"IWM", "2007-02-08", nickel},
      {"IWM", "2007-02-09", penny},   {"IWM", "2010-01-29", penny},  {"IWM", "2010-02-01", all},
      {"QQQQ", "2007-02-08", nickel}, {"QQQQ", "2007-02-09", all},   {"QQQ", "2019-05-01", all},
      {"SPX", "2006-01-03", nickel},  {"SPX", "2024-06-03", nickel}, {"SPXW", "2024-06-03", nickel},
      {"VIX", "2022-10-02", nickel},  {"VIX", "2022-10-03", penny},  {"VIXW", "2018-11-11", nickel},
      {"VIXW", "2018-11-12", all},    {"NDX", "2024-06-03", nickel}, {"RUT", "2024-06-03", nickel},
      {"RUTW", "2024-06-03", nickel}, {"XSP", "2013-11-04", nickel}, {"XSP", "2013-11-05", all},
      {"DJX", "2007-09-27", nickel},  {"DJX", "2007-09-28", penny},  {"MRUT", "2021-03-01", all},
      {"AAPL", "2024-06-03", penny},  {"KO", "2024-06-03", nickel},  {"A", "2024-06-03", nickel},
      {"ZZZ", "2024-06-03", nickel},  {"", "2024-06-03", nickel},
  };
  const Symbol listed[] = {sym("AAPL"), sym("SPX"), sym("SPY")};
  for (const Case& c : cases) {
    INFO(c.root << " on " << c.day);
    CHECK(tick_class(c.root, day(c.day), listed) == c.ticks);
  }
  CHECK(tick_class("AAPL", day("2024-06-03")) == nickel);
  for (const char* root : {"NDXP", "OEX", "RUTQ", "SPXPM", "SPXQ", "XEO"})
    CHECK(tick_class(root, day("2016-01-04"), std::vector{sym(root)}) == nickel);
  CHECK(tick_class("XND", day("2024-06-03")) == all);
  // Past the calendar's end a root is like any other.
  CHECK(tick_class("SPY", calendar_last_day) == all);
  CHECK(tick_class("SPY", calendar_last_day + 1) == nickel);
  CHECK(tick_class("SPY", calendar_last_day + 1, listed) == penny);
}

TEST_CASE("tick periods are in order and do not overlap", "[trading][ticks]") {
  const auto periods = tick_periods();
  for (std::size_t i = 0; i < periods.size(); ++i) {
    INFO(periods[i].root << " from " << periods[i].from.to_string());
    CHECK(periods[i].from <= periods[i].until);
    const bool first = i == 0 || periods[i - 1].root != periods[i].root;
    if (first) {
      CHECK(periods[i].from == calendar_first_day);
      CHECK((i == 0 || periods[i - 1].root < periods[i].root));
      CHECK((i == 0 || periods[i - 1].until == calendar_last_day));
    } else {
      CHECK(periods[i].from == periods[i - 1].until + 1);
    }
  }
}

TEST_CASE("increments of net prices", "[trading][ticks]") {
  for (const char* root : {"SPX", "SPXW", "SPXPM", "SPXQ", "OEX", "XEO"}) CHECK(complex_increment(root) == dec("0.05"));
  for (const char* root : {"SPY", "AAPL", "VIX", "XSP", "NDX", "RUT", "SPXX", ""})
    CHECK(complex_increment(root) == dec("0.01"));
}

TEST_CASE("tick roundings bracket the price", "[trading][ticks]") {
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const Decimal price = Decimal::from_raw(static_cast<std::int64_t>(draw(3, 1, i) % 12'000'000) - 6'000'000);
    const auto ticks = static_cast<TickClass>(draw(3, 2, i) % 4);
    const Decimal down = round_passive(ticks, price, true), up = round_passive(ticks, price, false),
                  near = round_to_tick(ticks, price);
    INFO(enum_name(ticks) << " " << price.to_string());
    CHECK((down <= price && price <= up));
    CHECK((near == down || near == up));
    CHECK((on_tick(ticks, down) && on_tick(ticks, up) && on_tick(ticks, near)));
    CHECK(up - down == (on_tick(ticks, price) ? Decimal{} : tick_size(ticks, price)));
  }
}

TEST_CASE("tick oracle", "[trading][ticks][oracle]") {
  const auto table = read_oracle("rules/ticks.csv");
  if (!table) return;
  int rows = 0;
  std::int64_t worst = 0;
  const auto compare = [&](Decimal got, const std::string& expected) {
    CHECK(got == dec(expected));
    worst = std::max(worst, (got - dec(expected)).abs().raw());
  };
  for (auto row : table->rows) {
    INFO(row["scope"] << " " << row["tick_class"] << " " << row["price"]);
    const Decimal price = dec(row["price"]);
    const bool valid = row["valid"] == "1";
    if (row["scope"] == "complex") {
      const Decimal step = complex_increment(row["tick_class"] == "complex_spx" ? "SPX" : "AAPL");
      compare(step, row["tick"]);
      CHECK(is_multiple(step, price) == valid);
    } else {
      TickClass ticks = nickel;
      if (row["tick_class"] == "penny") ticks = penny;
      if (row["tick_class"] == "penny_all") ticks = all;
      if (row["tick_class"] == "spx") ticks = tick_class("SPX", day("2024-06-03"));
      compare(tick_size(ticks, price), row["tick"]);
      CHECK(valid_price(ticks, price) == valid);
      compare(round_passive(ticks, price, true), row["round_buy_passive_down"]);
      compare(round_passive(ticks, price, false), row["round_sell_passive_up"]);
    }
    ++rows;
  }
  std::printf("oracle ticks.csv: %d rows, worst difference %.4f cents\n", rows, static_cast<double>(worst) / 1e4);
  CHECK(rows >= 14);
}
