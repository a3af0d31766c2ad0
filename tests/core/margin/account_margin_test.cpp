#include "core/margin/account_margin.hpp"

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/margin/strategy_margin.hpp"
#include "tests/core/margin/margin_legs.hpp"
#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

UnderlyingHoldings holding(const std::string& legs, const std::string& price, const std::string& symbol = "XYZ") {
  UnderlyingHoldings out{margin_of("equity", price), margin_legs(legs, price)};
  out.underlying.symbol = sym(symbol);
  for (MarginLeg& leg : out.legs) leg.vol = 0.25;
  return out;
}

std::string money(Decimal d) { return d.to_string(); }

}  // namespace

TEST_CASE("account margin: the sequence of a naked put", "[margin][oracle]") {
  if (!shared_file_exists("oracles/rules/margin_sequence.json")) return;
  std::ifstream file(shared_path("oracles/rules/margin_sequence.json"));
  const auto oracle = nlohmann::json::parse(file);
  Decimal worst;
  for (const auto& step : oracle.at("sequence")) {
    const auto at = [&](const char* key) { return dec(step.at(key).get<std::string>()); };
    INFO("day " << step.at("day"));
    UnderlyingHoldings put = holding("-1P45@1", "1");
    put.underlying.price = at("S");
    put.legs[0].price = at("mark");
    const AccountMargin got = account_margin(AccountKind::reg_t, at("cash"), std::vector{put}, margin_session);
    const std::pair<Decimal, Decimal> pairs[] = {{got.maintenance, at("reg_t_requirement")},
                                                 {got.initial, at("reg_t_requirement")},
                                                 {got.excess, at("excess_incl_option_value")},
                                                 {got.equity, at("equity")}};
    for (const auto& [mine, theirs] : pairs) {
      CHECK(mine == theirs);
      worst = std::max(worst, (mine - theirs).abs());
    }
  }
  std::printf("margin_sequence.json: %zu rows, worst difference %.4f cents\n", oracle.at("sequence").size(),
              worst.to_double() * 100);
}

TEST_CASE("account margin: every kind of holding", "[margin]") {
  struct Case {
    const char* what;
    AccountKind kind;
    const char* cash;
    const char* legs;
    const char* price;
    const char *equity, *available, *initial, *maintenance, *excess, *buying_power;
  };
  constexpr auto cash = AccountKind::cash, reg_t = AccountKind::reg_t, portfolio = AccountKind::portfolio;
  const Case cases[] = {
      {"nothing", reg_t, "1000", "", "100", "1000", "1000", "0", "0", "1000", "1000"},
      {"long shares lend half, then three quarters", reg_t, "-2000", "+100sh@40", "50", "3000", "3000", "2000", "1250",
       "1750", "1000"},
      {"short shares: proceeds are in cash", reg_t, "10000", "-100sh@50", "40", "6000", "10000", "7500", "5200", "4800",
       "2500"},
      {"a long option counts for nothing", reg_t, "1000", "+1C100@5", "100", "1500", "1000", "0", "0", "1000", "1000"},
      {"unless it is long-dated: a quarter", reg_t, "1000", "+1C100@12(400)", "100", "2200", "1000", "-300", "-300",
       "1300", "1300"},
      {"iron condor: the wider wing", reg_t, "1220", "+1P90@1;-1P95@1.8;-1C105@2;+1C115@0.6", "100", "1000", "1220",
       "1000", "1000", "220", "220"},
      {"covered call in the money: shares count at the strike", reg_t, "0", "+100sh@92.38;-1C90@7", "95", "8800",
       "9500", "5119", "2750", "6750", "4381"},
      {"cash account: put secured", cash, "8200", "-1P80@2", "95", "8000", "8200", "8000", "8000", "200", "200"},
      {"cash account: shares and covered call", cash, "700", "+100sh@92.38;-1C90@7", "95", "9500", "10200", "9500",
       "9500", "700", "700"},
      {"portfolio: everything counts", portfolio, "-5000", "+100sh@90", "100", "5000", "5000", "1500", "1500", "3500",
       "3500"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const AccountMargin got =
        account_margin(c.kind, dec(c.cash), std::vector{holding(c.legs, c.price)}, margin_session);
    CHECK(money(got.equity) == money(dec(c.equity)));
    CHECK(money(got.available) == money(dec(c.available)));
    CHECK(money(got.initial) == money(dec(c.initial)));
    CHECK(money(got.maintenance) == money(dec(c.maintenance)));
    CHECK(money(got.excess) == money(dec(c.excess)));
    CHECK(money(got.buying_power) == money(dec(c.buying_power)));
    CHECK(got.exact);
    CHECK(got.permitted);
  }
}

TEST_CASE("account margin: underlyings add up", "[margin]") {
  const std::vector<UnderlyingHoldings> both{holding("-1P45@0.5", "47.5", "AAA"), holding("-1C45@0.5", "40", "BBB")};
  const AccountMargin got = account_margin(AccountKind::reg_t, dec("5000"), both, margin_session);
  CHECK(money(got.maintenance) == money(dec("750") + dec("450")));
  CHECK(money(got.equity) == "4900.00");
  const AccountMargin naked = account_margin(AccountKind::cash, dec("5000"), both, margin_session);
  CHECK_FALSE(naked.permitted);
}

TEST_CASE("buying-power effect of an order", "[margin]") {
  struct Case {
    const char* what;
    AccountKind kind;
    const char *held, *order, *price, *fees;
    const char *amount, *cash;
  };
  constexpr auto reg_t = AccountKind::reg_t;
  const Case cases[] = {
      {"short put: requirement less premium", reg_t, "", "-1P45@0.5", "47.5", "0", "700", "50"},
      {"with fees", reg_t, "", "-1P45@0.5", "47.5", "1.25", "701.25", "48.75"},
      {"long call: its price", reg_t, "", "+1C125@5", "128.5", "0", "500", "-500"},
      {"long-dated call: three quarters", reg_t, "", "+1C80@12(400)", "78", "0", "900", "-1200"},
      {"a wing bought later frees", reg_t, "-1P45@0.5", "+1P40@0.1", "47.5", "0", "-240", "-10"},
      {"closing gives back what opening took", reg_t, "-1P45@0.5", "+1P45@0.5", "47.5", "0", "-700", "-50"},
      {"shares at the margin", reg_t, "", "+100sh@50", "50", "0", "2500", "-5000"},
      {"a call against shares that are held", reg_t, "+100sh@50", "-1C55@1", "50", "0", "-100", "100"},
      {"short shares", reg_t, "", "-100sh@50", "50", "0", "2500", "5000"},
      {"portfolio: the scan", AccountKind::portfolio, "", "+100sh@50", "50", "0", "750", "-5000"},
      {"cash: the strike less premium", AccountKind::cash, "", "-1P80@2", "95", "0", "7800", "200"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    UnderlyingHoldings before = holding(c.held, c.price);
    if (before.legs.empty()) before.underlying = margin_of("equity", c.price);
    for (MarginLeg& leg : before.legs) leg.contract = 7;
    auto order = margin_legs(c.order, c.price);
    for (MarginLeg& leg : order) {
      if (!leg.shares && !before.legs.empty() && leg.strike == before.legs[0].strike) leg.contract = 7;
      leg.vol = 0.25;
    }
    const auto got = buying_power_effect(c.kind, before, order, margin_session, dec(c.fees));
    CHECK(money(got.amount) == money(dec(c.amount)));
    CHECK(money(got.cash) == money(dec(c.cash)));
    CHECK(got.amount == got.initial - got.cash - got.collateral);
    UnderlyingHoldings both = before;
    both.legs.insert(both.legs.end(), order.begin(), order.end());
    const auto held = [&](const UnderlyingHoldings& h) {
      return account_margin(c.kind, {}, std::vector{h}, margin_session).maintenance;
    };
    CHECK(got.maintenance == held(both) - held(before));
    CHECK(got.exact);
    CHECK(got.permitted);
    // It is what buying power loses.
    const Decimal cash = dec("20000");
    UnderlyingHoldings after = before;
    after.legs.insert(after.legs.end(), order.begin(), order.end());
    const auto power = [&](Decimal with, const UnderlyingHoldings& h) {
      return account_margin(c.kind, with, std::vector{h}, margin_session).buying_power;
    };
    CHECK(money(power(cash, before) - power(cash + got.cash, after)) == money(got.amount));
  }
  CHECK_FALSE(buying_power_effect(AccountKind::cash, holding("", "95"), margin_legs("-1C80@2", "95"), margin_session)
                  .permitted);
}

TEST_CASE("an account says when a pairing is not proven the cheapest", "[margin]") {
  UnderlyingHoldings large = holding("", "100", "AAA");
  for (int i = 0; i < 66; ++i) large.legs.push_back(margin_legs("-1C" + std::to_string(100 + i) + "@1", "100")[0]);
  const UnderlyingHoldings small = holding("-1P45@0.5", "47.5", "BBB");
  for (const auto& book : {std::vector{large, small}, std::vector{small, large}})
    CHECK_FALSE(account_margin(AccountKind::reg_t, dec("1"), book, margin_session).exact);
  const auto put = margin_legs("-1P90@1", "100");
  CHECK_FALSE(buying_power_effect(AccountKind::reg_t, large, put, margin_session).exact);
  UnderlyingHoldings edge = large;
  edge.legs.resize(64);
  CHECK(buying_power_effect(AccountKind::reg_t, edge, {}, margin_session).exact);
  CHECK_FALSE(buying_power_effect(AccountKind::reg_t, edge, put, margin_session).exact);
}

TEST_CASE("requirements are computed again only when something changed", "[margin]") {
  MarginCache cache;
  std::vector<UnderlyingHoldings> book{holding("-1P45@0.5", "47.5", "AAA"), holding("-1C45@0.5", "40", "BBB")};
  book[0].legs[0].vol = std::nan("");
  const auto ask = [&](AccountKind kind = AccountKind::reg_t, Date session = margin_session) {
    const AccountMargin cached = account_margin(kind, dec("5000"), book, session, &cache);
    const AccountMargin fresh = account_margin(kind, dec("5000"), book, session);
    CHECK(cached.maintenance == fresh.maintenance);
    CHECK(cached.initial == fresh.initial);
    CHECK(cached.equity == fresh.equity);
    return cache.computed();
  };
  CHECK(ask() == 2);
  CHECK(ask() == 2);
  book[1].underlying.price = dec("41");
  CHECK(ask() == 3);
  book[0].legs[0].price = dec("0.6");
  CHECK(ask() == 4);
  book[0].legs[0].quantity = -2;
  CHECK(ask() == 5);
  book[0].legs.push_back(margin_legs("+1P40@0.1", "47.5")[0]);
  CHECK(ask() == 6);
  CHECK(ask(AccountKind::cash) == 8);
  CHECK(ask(AccountKind::cash, margin_session + 1) == 10);
  buying_power_effect(AccountKind::cash, book[0], margin_legs("+1P40@0.1", "47.5"), margin_session + 1, {}, &cache);
  CHECK(cache.computed() == 10);
  cache.clear();
  CHECK(ask(AccountKind::cash, margin_session + 1) == 12);
  // What could not be computed is not remembered.
  book[0].legs[0].price = Decimal::none();
  CHECK_THROWS_AS(account_margin(AccountKind::reg_t, {}, book, margin_session, &cache), std::invalid_argument);
  CHECK_THROWS_AS(account_margin(AccountKind::reg_t, {}, book, margin_session, &cache), std::invalid_argument);
  book[0].legs[0].price = dec("0.6");
  ask();
}
