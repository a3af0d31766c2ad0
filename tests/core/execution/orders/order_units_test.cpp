#include "core/execution/orders/order_units.hpp"

#include <catch2/catch.hpp>

#include "core/contracts/shares.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

TEST_CASE("lots and net prices", "[trading][orders]") {
  SmallMarket market("AAA");
  InstrumentTable instruments;
  instruments.add(market
                      .at("2019-04-25", "50",
                          {{"AAA", "2019-05-31", Right::call, "50", "2", "2.10"},
                           {"AAA", "2019-05-31", Right::call, "55", "1", "1.10"}})
                      .first);
  struct Leg {
    int contract;  // −1: shares
    int quantity;
    const char* price;
  };
  struct Case {
    const char* what;
    std::vector<Leg> legs;
    std::int64_t lots, price_units;
    const char* net;
  };
  const Case cases[] = {
      {"one option", {{0, 5, "2.10"}}, 5, 5, "2.10"},
      {"a sale", {{0, -5, "2.00"}}, 5, 5, "-2.00"},
      {"a spread", {{0, -3, "2.00"}, {1, 3, "1.10"}}, 3, 3, "-0.90"},
      {"a ratio", {{0, -2, "2.00"}, {1, 4, "1.10"}}, 2, 2, "0.20"},
      {"shares alone", {{-1, 300, "50.01"}}, 300, 300, "50.01"},
      {"a covered call", {{-1, 100, "50.00"}, {0, -1, "2.00"}}, 1, 1, "48.00"},
      {"ten of them", {{-1, 1000, "50.00"}, {0, -10, "2.00"}}, 10, 10, "48.00"},
      {"a hedge with few shares", {{-1, 37, "50.00"}, {0, -1, "2.00"}}, 1, 1, "16.50"},
      {"shares that divide less", {{-1, 75, "50.00"}, {0, -2, "2.00"}}, 1, 2, "16.75"},
      {"and a third", {{-1, 1, "0.01"}, {0, -3, "2.00"}}, 1, 3, "-1.999967"},
      {"a collar", {{-1, 200, "50.00"}, {0, -2, "2.00"}, {1, 2, "1.10"}}, 2, 2, "49.10"},
  };
  for (const Case& c : cases) {
    OrderLegs legs;
    for (const Leg& leg : c.legs)
      if (leg.contract < 0)
        legs.push_back({shares_contract, leg.quantity, sym("AAA")});
      else
        legs.push_back({static_cast<ContractId>(leg.contract), leg.quantity});
    INFO(c.what);
    const OrderUnits units = units_of({legs.data(), legs.size()}, instruments);
    CHECK(units.lots == c.lots);
    CHECK(units.price_units == c.price_units);
    NetPrice whole(units), lot(units);
    for (std::size_t i = 0; i < legs.size(); ++i) {
      whole.add(c.legs[i].contract < 0, dec(c.legs[i].price), legs[i].quantity);
      lot.add(c.legs[i].contract < 0, dec(c.legs[i].price), legs[i].quantity / units.lots);
    }
    CHECK(whole.per_unit().to_string() == c.net);
    CHECK(lot.per_unit(1, units.lots).to_string() == c.net);
    const Decimal step = Decimal::from_raw(1), net = dec(c.net);
    CHECK(whole.within(net + step));
    CHECK_FALSE(whole.within(net - step));
    CHECK(lot.within(net + step, 1, units.lots));
    CHECK_FALSE(lot.within(net - step, 1, units.lots));
    if (std::string(c.what) != "and a third") CHECK(whole.within(net));  // −1.9999666… is above −1.999967
    NetPrice traded(units);
    for (std::size_t i = 0; i < legs.size(); ++i)
      traded.add_traded(c.legs[i].contract < 0, dec(c.legs[i].price) * legs[i].quantity);
    CHECK(traded.per_unit() == whole.per_unit());
  }
}

TEST_CASE("a net price beyond what a decimal holds is an error, not a number", "[trading][orders]") {
  OrderUnits units{1, 1, 1};
  NetPrice net(units);
  for (int i = 0; i < 4; ++i) net.add(true, Decimal::from_int(9'000'000), 1'000'000);
  CHECK_THROWS_AS(net.per_unit(), std::overflow_error);
  CHECK_FALSE(net.within(Decimal::from_int(9'000'000)));
}
