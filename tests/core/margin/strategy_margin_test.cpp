#include "core/margin/strategy_margin.hpp"

#include <catch2/catch.hpp>
#include <cstdio>
#include <map>
#include <optional>

#include "tests/core/margin/margin_legs.hpp"
#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

// "LO02 ... 18 months" says how long the option lives; 30 days otherwise.
int days_of(const std::string& description) {
  const std::size_t at = description.find(" months");
  if (at == std::string::npos) return 30;
  std::size_t begin = at;
  while (begin > 0 && std::isdigit(static_cast<unsigned char>(description[begin - 1])) != 0) --begin;
  const Date::Civil from = margin_session.civil();
  const int months = from.month - 1 + std::stoi(description.substr(begin, at - begin));
  return Date::from_civil(from.year + months / 12, months % 12 + 1, from.day) - margin_session;
}

}  // namespace

TEST_CASE("strategy margin: the worked cases", "[margin][oracle]") {
  const auto table = read_oracle("rules/margin.csv");
  if (!table) return;
  Decimal worst;
  for (const auto& row : table->rows) {
    const std::string id = row.at("id");
    INFO(id << ": " << row.at("description") << ", " << row.at("legs"));
    const auto legs = margin_legs(row.at("legs"), row.at("underlying_price"), days_of(row.at("description")));
    const MarginUnderlying u = margin_of(row.at("underlying_class"), row.at("underlying_price"), row.at("leverage"));
    const bool cash = row.at("rule").find("cash account") != std::string::npos;
    const MarginRequirement got = cash ? cash_requirement(legs, u, margin_session)
                                       : strategy_requirement(legs, u, MarginKind::initial, margin_session);
    CHECK(got.requirement.to_string() == dec(row.at("requirement_usd")).to_string());
    CHECK(got.net_deposit.to_string() == dec(row.at("net_deposit_usd")).to_string());
    CHECK(got.exact);
    CHECK(got.permitted);
    worst = std::max({worst, (got.requirement - dec(row.at("requirement_usd"))).abs(),
                      (got.net_deposit - dec(row.at("net_deposit_usd"))).abs()});
  }
  std::printf("margin.csv: %zu rows, worst difference %.4f cents\n", table->rows.size(), worst.to_double() * 100);
}

TEST_CASE("strategy margin: what can be paired with what", "[margin]") {
  struct Case {
    const char* what;
    const char* legs;
    const char* price;
    const char *requirement, *net;
  };
  const Case cases[] = {
      {"nothing", "", "100", "0", "0"},
      {"a contract bought and sold", "+1C100@5;-1C100@5", "100", "0", "0"},
      {"two naked puts", "-2P100@5", "100", "5000", "4000"},
      {"vertical, narrower than naked", "-1P100@5;+1P95@3", "100", "500", "300"},
      {"vertical, wider than naked", "-1P100@5;+1P60@0.1", "100", "2500", "2010"},
      {"long expires a day early: naked", "-1P100@5(31);+1P95@3(30)", "100", "2500", "2300"},
      {"long expires a day later", "-1P100@5(30);+1P95@3(31)", "100", "500", "300"},
      {"diagonal with the better strike", "-1C105@2(30);+1C100@6(60)", "100", "0", "400"},
      {"a call does not cover a put", "-1P100@5;+1C100@5", "100", "2500", "2500"},
      {"iron butterfly", "+1P90@1;-1P100@4;-1C100@4;+1C110@1", "100", "1000", "400"},
      {"short box", "-1C100@6;+1C110@1.2;-1P110@6.4;+1P100@1.7", "105", "1000", "50"},
      {"ratio: one spread, one naked", "+1P100@5;-2P95@3", "100", "1800", "1700"},
      {"straddle and strangle: two pairs", "-1C100@5;-1P100@5;-1C110@1;-1P90@1", "100", "4200", "3000"},
      {"straddle of different expirations", "-1C100@5(30);-1P100@7(60)", "100", "3200", "2000"},
      {"three shorts: one pair, one alone", "-2C100@5;-1P100@5", "100", "5500", "4000"},
      {"long straddle: paid", "+1C100@5;+1P100@4", "100", "900", "900"},
      {"covered call, written on half of the shares", "+200sh@50;-1C55@1", "50", "5000", "4900"},
      {"150 shares cover one call", "+150sh@50;-2C55@1", "50", "4350", "4150"},
      {"99 shares cover none", "+99sh@50;-1C55@1", "50", "3075", "2975"},
      {"one share", "+1sh@50", "50", "25", "25"},
      {"101 shares: one is left", "+101sh@50;-1C55@1", "50", "2525", "2425"},
      {"long shares do not cover a put", "+100sh@50;-1P50@2", "50", "3700", "3500"},
      {"short shares do not cover a call", "-100sh@50;-1C50@2", "50", "8700", "3500"},
      {"protective put: the put is paid", "+100sh@50;+1P45@1", "50", "2500", "2600"},
      {"collar", "+100sh@50;+1P45@1;-1C55@1", "50", "2500", "2500"},
      {"conversion", "+100sh@50;+1P50@2;-1C50@2.5", "50", "2500", "2450"},
      {"long-dated long in a spread is paid in full", "-1P100@5(400);+1P95@3(400)", "100", "500", "300"},
      {"long-dated long beside a naked short lends", "-1C100@1(30);+1P100@20(400)", "100", "2100", "3500"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    auto legs = margin_legs(c.legs, c.price);
    const MarginUnderlying u = margin_of("equity", c.price);
    const auto got = strategy_requirement(legs, u, MarginKind::initial, margin_session);
    CHECK(got.requirement.to_string() == dec(c.requirement).to_string());
    CHECK(got.net_deposit.to_string() == dec(c.net).to_string());
    // The order of legs means nothing, and the groups add up.
    std::reverse(legs.begin(), legs.end());
    const auto turned = strategy_requirement(legs, u, MarginKind::initial, margin_session);
    CHECK(turned.charge == got.charge);
    Decimal sum;
    std::map<std::string, std::int64_t> held;
    for (const MarginGroup& group : strategy_pairing(legs, u, MarginKind::initial, margin_session)) {
      sum += group.charge;
      CHECK_FALSE(group.legs.empty());
      for (const MarginLeg& leg : group.legs)
        held[leg.strike.to_string() + (leg.right == Right::call ? "C" : "P") + leg.expiration.to_string()] +=
            leg.quantity;
    }
    CHECK(sum == got.charge);
    for (const MarginLeg& leg : legs)
      held[leg.strike.to_string() + (leg.right == Right::call ? "C" : "P") + leg.expiration.to_string()] -=
          leg.quantity;
    for (const auto& [name, rest] : held) {
      INFO(name);
      CHECK(rest == 0);
    }
  }
}

TEST_CASE("strategy margin: maintenance", "[margin]") {
  struct Case {
    const char* what;
    const char* legs;
    const char* price;
    const char *requirement, *capped;
  };
  const Case cases[] = {
      {"shares", "+100sh@40", "50", "1250", "0"},
      {"covered call", "+100sh@40;-1C55@1", "50", "1250", "0"},
      {"covered call in the money", "+100sh@40;-1C45@6", "50", "1125", "500"},
      {"protective put", "+100sh@40;+1P48@1", "50", "680", "0"},
      {"protective put far away", "+100sh@40;+1P30@1", "50", "1250", "0"},
      {"collar", "+100sh@40;+1P48@1;-1C55@1", "50", "680", "0"},
      {"conversion in the money", "+100sh@40;+1P45@1;-1C45@6", "50", "450", "500"},
      {"put above the call: no collar, the put stays", "+100sh@40;+1P55@6;-1C45@6", "50", "1125", "500"},
      {"collar of two expirations is none", "+100sh@40;+1P48@1(60);-1C52@1(30)", "50", "1250", "0"},
      {"short shares", "-100sh@60", "50", "6500", "0"},
      {"covered put", "-100sh@60;-1P45@1", "50", "6500", "0"},
      {"covered put in the money", "-100sh@60;-1P55@6", "50", "6500", "500"},
      {"protective call", "-100sh@60;+1C52@1", "50", "5720", "0"},
      {"reverse conversion", "-100sh@60;+1C55@1;-1P55@6", "50", "6050", "0"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const auto legs = margin_legs(c.legs, c.price);
    const auto got = strategy_requirement(legs, margin_of("equity", c.price), MarginKind::maintenance, margin_session);
    CHECK(got.requirement.to_string() == dec(c.requirement).to_string());
    CHECK(got.capped.to_string() == dec(c.capped).to_string());
    CHECK(got.charge == got.requirement + got.capped);
  }
}

TEST_CASE("strategy margin: cash account", "[margin]") {
  struct Case {
    const char* what;
    const char* legs;
    bool european;
    bool permitted;
    const char* requirement;
    const char* net;
  };
  const Case cases[] = {
      {"secured put", "-2P90@2", false, true, "18000", "17600"},
      {"naked call", "-1C90@2", false, false, "10000", "9800"},
      {"covered call", "+100sh@95;-1C105@2", false, true, "9500", "9300"},
      {"one share", "+1sh@95", false, true, "95", "95"},
      {"one call too many", "+100sh@95;-2C105@2", false, false, "19500", "19100"},
      {"short shares", "-100sh@95", false, false, "14250", "4750"},
      {"short shares do not cover a put", "-100sh@95;-1P90@2", false, false, "23250", "13550"},
      {"a spread is a secured put", "-1P90@2;+1P85@1", false, true, "9000", "8900"},
      {"of an index in cash: its maximum loss", "-1P90@2;+1P85@1", true, true, "500", "400"},
      {"call spread of an index in cash", "-1C100@2;+1C110@1", true, true, "1000", "900"},
      {"calendar of an index in cash: not that", "-1C100@2;+1C100@3(60)", true, false, "10000", "10100"},
      {"long-dated long: paid in full", "+1C100@12(400)", false, true, "1200", "1200"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    MarginUnderlying u = margin_of("equity", "100");
    u.european_cash = c.european;
    const auto got = cash_requirement(margin_legs(c.legs, "100"), u, margin_session);
    CHECK(got.permitted == c.permitted);
    CHECK(got.requirement.to_string() == dec(c.requirement).to_string());
    CHECK(got.net_deposit.to_string() == dec(c.net).to_string());
  }
}

TEST_CASE("strategy margin: contracts of one day that settle at different times", "[margin]") {
  // Sold at the close, bought at the open of the same day: the long is gone first.
  auto legs = margin_legs("-1P100@5;+1P95@3", "100");
  const auto ask = [&] {
    return strategy_requirement(legs, margin_of("equity", "100"), MarginKind::initial, margin_session).requirement;
  };
  legs[0].settles = legs[1].settles = legs[0].expiration.midnight_utc() + 20 * 3600 * nanos_per_second;
  CHECK(ask() == dec("500"));
  legs[1].settles = legs[1].expiration.midnight_utc() + 13 * 3600 * nanos_per_second;
  CHECK(ask() == dec("2500"));
  std::swap(legs[0].settles, legs[1].settles);
  CHECK(ask() == dec("500"));
}

TEST_CASE("strategy margin: holdings of one contract, and of shares, are netted", "[margin]") {
  auto legs = margin_legs("-3P100@5;+1P100@5;+100sh@40;+300sh@60;-100sh@70", "50");
  const MarginUnderlying u = margin_of("equity", "50");
  const auto net = strategy_requirement(legs, u, MarginKind::initial, margin_session);
  const auto plain =
      strategy_requirement(margin_legs("-2P100@5;+300sh@55", "50"), u, MarginKind::initial, margin_session);
  CHECK(net.charge == plain.charge);
  CHECK(net.net_deposit == plain.net_deposit);
  // Not of two contracts with the same terms.
  legs = margin_legs("-1P100@5;+1P100@5", "100");
  legs[1].contract = 1;
  CHECK(strategy_pairing(legs, u, MarginKind::initial, margin_session).size() == 1);
  // Shares without an entry are charged on their price; short ones net as well.
  auto shares = margin_legs("+100sh", "50");
  shares[0].entry = Decimal{};
  CHECK(strategy_requirement(shares, u, MarginKind::initial, margin_session).charge == dec("2500"));
  shares[0].entry = Decimal::none();
  CHECK(strategy_requirement(shares, u, MarginKind::initial, margin_session).charge == dec("2500"));
  CHECK(strategy_requirement(margin_legs("-200sh@60;+100sh@50", "50"), u, MarginKind::initial, margin_session).charge ==
        dec("9000"));
}

TEST_CASE("strategy margin: every part of a book beyond the bound counts, shares once", "[margin]") {
  const MarginUnderlying u = margin_of("equity", "100");
  const auto charge = [&](const std::vector<MarginLeg>& legs) {
    return strategy_requirement(legs, u, MarginKind::initial, margin_session).charge;
  };
  std::vector<MarginLeg> legs;
  Decimal alone;
  for (int i = 0; i < 66; ++i) {
    MarginLeg leg = margin_legs("-1C100@1", "100")[0];
    leg.strike = dec(std::to_string(100 + i));
    leg.contract = static_cast<ContractId>(i + 1);
    legs.push_back(leg);
    alone += charge({leg});
  }
  CHECK(charge(legs) == alone);
  // A call of the first part is covered; nothing in the last one needs the shares.
  for (MarginLeg& leg : legs) {
    leg.quantity = 1;
    leg.strike += dec("100");
    leg.expiration = leg.expiration + 30;
  }
  legs.push_back(margin_legs("-1C100@1(20)", "100")[0]);
  legs.push_back(margin_legs("+100sh@100", "100")[0]);
  CHECK(charge(legs) == dec("5000"));
  CHECK(strategy_requirement(margin_legs("+1sh@95", "95"), u, MarginKind::initial, margin_session).collateral ==
        dec("100"));  // at the underlying's price
}

TEST_CASE("strategy margin: more contracts than the bound", "[margin]") {
  std::vector<MarginLeg> legs;
  for (int i = 0; i < 35; ++i) {
    const auto strike = std::to_string(100 + i);
    for (MarginLeg leg : margin_legs("-1C" + strike + "@1;+1C" + std::to_string(105 + i) + ".5@0.5", "100")) {
      leg.contract = static_cast<ContractId>(legs.size() + 1);
      legs.push_back(leg);
    }
  }
  const MarginUnderlying u = margin_of("equity", "100");
  const auto got = strategy_requirement(legs, u, MarginKind::initial, margin_session);
  CHECK_FALSE(got.exact);
  CHECK(got.charge <= dec("19250"));  // 35 verticals of 5.5
  CHECK(got.charge > Decimal{});
  legs.resize(64);
  CHECK(strategy_requirement(legs, u, MarginKind::initial, margin_session).exact);
  // Shares go where they can cover.
  legs.clear();
  for (int i = 0; i < 70; ++i) {
    MarginLeg leg = margin_legs(i < 66 ? "+1C100@1" : "-1C100@1(60)", "100")[0];
    leg.strike = dec(std::to_string(100 + i));
    leg.contract = static_cast<ContractId>(i + 1);
    legs.push_back(leg);
  }
  legs.push_back(margin_legs("+400sh@100", "100")[0]);
  const auto covered = strategy_requirement(legs, u, MarginKind::initial, margin_session);
  CHECK_FALSE(covered.exact);
  CHECK(covered.charge == dec("20000"));
  legs.back().quantity = -400;
  CHECK(strategy_requirement(legs, u, MarginKind::initial, margin_session).charge > dec("60000"));
}

TEST_CASE("strategy margin: what it refuses", "[margin]") {
  const MarginUnderlying u = margin_of("equity", "100");
  const auto ask = [&](std::vector<MarginLeg> legs, const MarginUnderlying& on) {
    strategy_requirement(legs, on, MarginKind::initial, margin_session);
  };
  const auto good = margin_legs("-1C105@2", "100");
  CHECK_NOTHROW(ask(good, u));
  CHECK_THROWS_AS(ask(good, margin_of("equity", "")), std::invalid_argument);
  CHECK_THROWS_AS(ask(good, margin_of("equity", "0")), std::invalid_argument);
  CHECK_NOTHROW(ask(good, margin_of("equity", "0.000001")));
  for (int defect = 0; defect < 5; ++defect) {
    INFO(defect);
    auto bad = good;
    if (defect == 0) bad[0].price = Decimal::none();
    if (defect == 1) bad[0].price = dec("-0.000001");
    if (defect == 2) bad[0].strike = Decimal::none();
    if (defect == 3) bad[0].strike = Decimal{};
    if (defect == 4) bad[0].multiplier = 0;
    CHECK_THROWS_AS(ask(bad, u), std::invalid_argument);
  }
  auto cheap = good;
  cheap[0].price = Decimal{};
  cheap[0].strike = dec("0.000001");
  cheap[0].multiplier = 1;
  CHECK_NOTHROW(ask(cheap, u));
}
