#include "core/execution/fees/fee_lines.hpp"

#include <catch2/catch.hpp>

#include "core/sequencer/random.hpp"
#include "tests/support/oracle_csv.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

FeeLeg leg_of(char side, std::int64_t quantity, const char* price, FeeProduct product = FeeProduct::equity_option) {
  FeeLeg leg;
  leg.product = product;
  leg.buy = side == 'B';
  leg.quantity = quantity;
  leg.price = dec(price);
  if (product == FeeProduct::shares) leg.multiplier = 1;
  return leg;
}

FeeLine line_of(const char* rate, FeeBasis basis = FeeBasis::per_contract) {
  FeeLine line;
  line.name = "fee";
  line.rate = dec(rate);
  line.basis = basis;
  return line;
}

FeeTable table_of(FeeLine line) { return *FeeTable::from_lines({std::move(line)}); }

const Date any_day = Date::from_civil(2024, 6, 3);

std::string cost(const FeeLine& line, std::vector<FeeLeg> legs, Date date = any_day) {
  return table_of(line).fees(legs, date).to_string();
}

}  // namespace

TEST_CASE("a fee line's dates", "[trading][fees]") {
  FeeLine line = line_of("0.02");
  line.from = day("2021-06-01");
  line.until = day("2025-02-13");
  for (const auto& [date, fee] :
       {std::pair("2021-05-31", "0.00"), {"2021-06-01", "0.20"}, {"2025-02-13", "0.20"}, {"2025-02-14", "0.00"}}) {
    INFO(date);
    CHECK(cost(line, {leg_of('B', 10, "1")}, day(date)) == fee);
    CHECK(table_of(line).itemised(std::vector{leg_of('B', 10, "1")}, day(date)).size() == (dec(fee) > Decimal{}));
  }
}

TEST_CASE("sides, intents, products and roots of a fee line", "[trading][fees]") {
  const std::vector<FeeLeg> legs = [] {
    std::vector<FeeLeg> out;  // 1 for each combination, weighted by powers of two
    std::int64_t weight = 1;
    for (const FeeProduct product : {FeeProduct::equity_option, FeeProduct::index_option, FeeProduct::shares})
      for (const char side : {'B', 'S'})
        for (const bool opens : {true, false}) {
          out.push_back(leg_of(side, weight, "1", product));
          out.back().opens = opens;
          out.back().root = sym(product == FeeProduct::index_option ? "SPX" : "XYZ");
          weight *= 2;
        }
    return out;
  }();
  const auto charged = [&](FeeSide side, FeeIntent intent, FeeProducts products, std::vector<Symbol> roots,
                           FeeBasis basis) {
    FeeLine line = line_of("1", basis);
    line.side = side;
    line.intent = intent;
    line.products = products;
    line.roots = std::move(roots);
    return cost(line, legs);
  };
  // Bits 0–3 equity options (buy open, buy close, sell open, sell close), 4–7 index options, 8–11 shares.
  const auto bits = [](int equity, int index, int shares) {
    return Decimal::from_int(equity + index * 16 + shares * 256).to_string();
  };
  const auto both = FeeSide::both;
  const auto any = FeeIntent::any;
  const auto contract = FeeBasis::per_contract, share = FeeBasis::per_share;
  CHECK(charged(both, any, FeeProducts::all, {}, contract) == bits(15, 15, 0));
  CHECK(charged(both, any, FeeProducts::all, {}, share) == bits(0, 0, 15));
  CHECK(charged(FeeSide::buy, any, FeeProducts::all, {}, contract) == bits(3, 3, 0));
  CHECK(charged(FeeSide::sell, any, FeeProducts::all, {}, contract) == bits(12, 12, 0));
  CHECK(charged(both, FeeIntent::open, FeeProducts::all, {}, contract) == bits(5, 5, 0));
  CHECK(charged(both, FeeIntent::close, FeeProducts::all, {}, contract) == bits(10, 10, 0));
  CHECK(charged(FeeSide::sell, FeeIntent::close, FeeProducts::all, {}, share) == bits(0, 0, 8));
  CHECK(charged(both, any, FeeProducts::options, {}, contract) == bits(15, 15, 0));
  CHECK(charged(both, any, FeeProducts::options, {}, share) == bits(0, 0, 0));
  CHECK(charged(both, any, FeeProducts::equity_options, {}, contract) == bits(15, 0, 0));
  CHECK(charged(both, any, FeeProducts::index_options, {}, contract) == bits(0, 15, 0));
  CHECK(charged(both, any, FeeProducts::shares, {}, share) == bits(0, 0, 15));
  CHECK(charged(both, any, FeeProducts::equities, {}, share) == bits(0, 0, 15));
  CHECK(charged(both, any, FeeProducts::equities, {}, contract) == bits(15, 0, 0));
  CHECK(charged(both, any, FeeProducts::all, {sym("SPX")}, contract) == bits(0, 15, 0));
  CHECK(charged(both, any, FeeProducts::all, {sym("AAPL"), sym("XYZ")}, contract) == bits(15, 0, 0));
  CHECK(charged(both, any, FeeProducts::all, {sym("AAPL")}, contract) == "0.00");
  // 1,000,000 × (1 × 100 × contracts + 1 × shares) / 1,000,000
  FeeLine notional = line_of("1000000", FeeBasis::per_million);
  CHECK(cost(notional, legs) == Decimal::from_int(255 * 100 + 15 * 256).to_string());
  notional.products = FeeProducts::equities;
  CHECK(cost(notional, legs) == Decimal::from_int(15 * 100 + 15 * 256).to_string());
  CHECK(charged(both, any, FeeProducts::shares, {}, FeeBasis::per_order) == "1.00");
}

TEST_CASE("rates by premium", "[trading][fees]") {
  FeeLine line = line_of("9");
  line.bands = {{dec("0"), dec("0.25")}, {dec("0.05"), dec("0.50")}, {dec("0.10"), dec("0.65")}};
  for (const auto& [price, fee] : {std::pair("0", "2.50"),
                                   {"0.049999", "2.50"},
                                   {"0.05", "5.00"},
                                   {"0.050001", "5.00"},
                                   {"0.099999", "5.00"},
                                   {"0.10", "6.50"},
                                   {"0.100001", "6.50"},
                                   {"250", "6.50"}}) {
    INFO(price);
    CHECK(cost(line, {leg_of('B', 10, price)}) == fee);
  }
  CHECK(cost(line, {leg_of('B', 10, "0.03"), leg_of('S', 2, "1.20")}) == "3.80");
}

TEST_CASE("minima and caps", "[trading][fees]") {
  FeeLine line = line_of("0.02");
  line.cap_per_leg = dec("55");
  CHECK(cost(line, {leg_of('B', 2749, "1")}) == "54.98");
  CHECK(cost(line, {leg_of('B', 2750, "1")}) == "55.00");
  CHECK(cost(line, {leg_of('B', 2751, "1")}) == "55.00");
  CHECK(cost(line, {leg_of('B', 3000, "1"), leg_of('S', 3000, "1")}) == "110.00");
  CHECK(cost(line, {leg_of('B', 3000, "1"), leg_of('S', 100, "1")}) == "57.00");
  line.cap_per_order = dec("100");
  CHECK(cost(line, {leg_of('B', 3000, "1"), leg_of('S', 3000, "1")}) == "100.00");
  CHECK(cost(line, {leg_of('B', 3000, "1"), leg_of('S', 2250, "1")}) == "100.00");
  CHECK(cost(line, {leg_of('B', 3000, "1"), leg_of('S', 2249, "1")}) == "99.98");

  line = line_of("0.65");
  line.minimum = dec("1");
  CHECK(cost(line, {leg_of('B', 1, "1")}) == "1.00");
  CHECK(cost(line, {leg_of('B', 2, "1")}) == "1.30");
  CHECK(cost(line, {leg_of('B', 1, "1"), leg_of('S', 1, "1")}) == "1.30");
  CHECK(cost(line, {}) == "0.00");
  CHECK(cost(line, {leg_of('B', 1, "1", FeeProduct::shares)}) == "0.00");  // it does not apply: no minimum
  line.cap_per_order = dec("1");
  CHECK(cost(line, {leg_of('B', 5, "1")}) == "1.00");

  line = line_of("4.95", FeeBasis::per_order);
  CHECK(cost(line, {leg_of('B', 5, "1"), leg_of('S', 5, "2")}) == "4.95");
  CHECK(cost(line, {}) == "0.00");
  line.side = FeeSide::sell;
  CHECK(cost(line, {leg_of('B', 5, "1")}) == "0.00");
  CHECK(cost(line, {leg_of('B', 5, "1"), leg_of('S', 5, "2")}) == "4.95");
}

TEST_CASE("fees are rounded once a line", "[trading][fees]") {
  struct Case {
    const char* rate;
    std::int64_t quantity;
    const char *exact, *half_up, *ceil;
  };
  for (const Case& c : {Case{"0.004999", 1, "0.004999", "0.00", "0.01"},
                        {"0.005", 1, "0.005", "0.01", "0.01"},
                        {"0.005001", 1, "0.005001", "0.01", "0.01"},
                        {"0.01", 1, "0.01", "0.01", "0.01"},
                        {"0.010001", 1, "0.010001", "0.01", "0.02"},
                        {"0.02815", 10, "0.2815", "0.28", "0.29"},
                        {"0", 7, "0.00", "0.00", "0.00"}}) {
    INFO(c.quantity << " at " << c.rate);
    FeeLine line = line_of(c.rate);
    CHECK(cost(line, {leg_of('B', c.quantity, "1")}) == c.exact);
    line.rounding = FeeRounding::half_up;
    CHECK(cost(line, {leg_of('B', c.quantity, "1")}) == c.half_up);
    line.rounding = FeeRounding::ceil;
    CHECK(cost(line, {leg_of('B', c.quantity, "1")}) == c.ceil);
  }
  // Below a millionth of a dollar: 27.80 per million of 0.013 × 100 is 0.00003614, and of 0.0001 × 100
  // 0.000000278, which is not nothing when it is rounded up.
  FeeLine sec = line_of("27.80", FeeBasis::per_million);
  CHECK(cost(sec, {leg_of('S', 1, "0.013")}) == "0.000036");
  CHECK(cost(sec, {leg_of('S', 1, "0.0001")}) == "0.00");
  CHECK(cost(sec, {leg_of('S', 1, "0.0001"), leg_of('S', 1, "0.0001")}) == "0.000001");  // 0.000000556
  sec.rounding = FeeRounding::ceil;
  CHECK(cost(sec, {leg_of('S', 1, "0.0001")}) == "0.01");
  // Exact beyond a million dollars.
  CHECK(cost(line_of("1000000", FeeBasis::per_million), {leg_of('S', 1, "3000000.000001", FeeProduct::shares)}) ==
        "3000000.000001");
  // Parts of a leg are rounded up together.
  FeeLine up = line_of("0.65");
  up.rounding = FeeRounding::ceil;
  up.cap_per_leg = dec("10");
  std::vector<FeeLeg> parts(2, leg_of('B', 1, "1"));
  parts[0].leg = parts[1].leg = 0;
  CHECK(cost(up, parts) == "1.30");
}

TEST_CASE("an order that trades in parts costs what it costs whole", "[trading][fees]") {
  std::vector<FeeLine> lines(4, line_of("0.65"));
  lines[0].minimum = dec("1");
  lines[1] = line_of("1");
  lines[1].cap_per_leg = dec("10");
  lines[2] = line_of("27.80", FeeBasis::per_million);
  lines[2].rounding = FeeRounding::half_up;
  lines[3] = line_of("4.95", FeeBasis::per_order);
  const FeeTable table = *FeeTable::from_lines(lines);
  for (std::uint64_t i = 0; i < 500; ++i) {
    std::vector<FeeLeg> traded;
    Decimal sum;
    const std::uint64_t parts = draw(5, 1, i) % 5 + 1;
    for (std::uint64_t part = 0; part < parts; ++part) {
      std::vector<FeeLeg> now;
      for (std::int32_t leg = 0; leg < 2; ++leg) {
        now.push_back(
            leg_of(leg == 0 ? 'B' : 'S', static_cast<std::int64_t>(draw(5, 2, i * 16 + part) % 9) + 1, "2.13"));
        now.back().leg = leg;
      }
      sum += table.fees_after(traded, now, any_day);
      traded.insert(traded.end(), now.begin(), now.end());
    }
    CHECK(sum == table.fees(traded, any_day));
  }
  // The cap is that of the leg: parts of one leg share it, legs do not.
  const FeeTable capped = table_of(lines[1]);
  std::vector<FeeLeg> legs{leg_of('B', 8, "1"), leg_of('B', 7, "1")};
  CHECK(capped.fees(legs, any_day) == dec("15"));
  legs[0].leg = legs[1].leg = 0;
  CHECK(capped.fees(legs, any_day) == dec("10"));
  legs.push_back(leg_of('B', 4, "1"));
  CHECK(capped.fees(legs, any_day) == dec("14"));
  CHECK(capped.fees_after(std::vector{legs[0]}, std::vector{legs[1]}, any_day) == dec("2"));
  // An entry the line does not apply to neither counts nor hides the others.
  lines[1].intent = FeeIntent::open;
  legs[0].opens = false;
  CHECK(table_of(lines[1]).fees(legs, any_day) == dec("11"));
  std::swap(legs[0], legs[1]);
  CHECK(table_of(lines[1]).fees(legs, any_day) == dec("11"));
  lines[1].until = any_day - 1;
  CHECK(table_of(lines[1]).fees_after(std::vector{legs[0]}, std::vector{legs[1]}, any_day) == Decimal{});
}

TEST_CASE("lines that cannot be meant are refused", "[trading][fees]") {
  const auto refused = [](auto change) {
    FeeLine line = line_of("1");
    change(line);
    const auto table = FeeTable::from_lines({line_of("1"), line});
    REQUIRE_FALSE(table);
    CHECK(table.error().where.find("fee line 2") == 0);
    return table.error().what;
  };
  CHECK(refused([](FeeLine& l) { l.name.clear(); }) == "a fee line needs a name");
  CHECK(refused([](FeeLine& l) { l.from = any_day, l.until = any_day - 1; }) == "the line ends before it begins");
  CHECK(refused([](FeeLine& l) { l.rate = dec("-0.000001"); }) == "the rate is below zero");
  CHECK(refused([](FeeLine& l) { l.rate = Decimal::none(); }) == "the rate is below zero");
  CHECK(refused([](FeeLine& l) { l.minimum = dec("-0.000001"); }) == "the minimum is below zero");
  CHECK(refused([](FeeLine& l) { l.cap_per_leg = dec("-0.000001"); }) == "the cap of a leg is below zero");
  CHECK(refused([](FeeLine& l) { l.minimum = dec("1"), l.cap_per_order = dec("0.999999"); }) ==
        "the cap is below the minimum");
  CHECK(refused([](FeeLine& l) { l.bands = {{dec("0.01"), dec("1")}}; }) == "the first premium band must begin at 0");
  CHECK(refused([](FeeLine& l) { l.bands = {{dec("0"), dec("-1")}}; }) == "the rate of a premium band is below zero");
  CHECK(refused([](FeeLine& l) {
          l.bands = {{dec("0"), dec("1")}, {dec("0"), dec("2")}};
        }) == "premium bands must ascend");
  CHECK(refused([](FeeLine& l) {
          l.basis = FeeBasis::per_order, l.bands = {{dec("0"), dec("1")}};
        }) == "an amount for the order has no premium bands");
  FeeLine edge = line_of("0");
  edge.from = edge.until = any_day;
  edge.cap_per_leg = dec("0");
  edge.minimum = edge.cap_per_order = dec("1");
  CHECK(FeeTable::from_lines({edge}));
  CHECK_THROWS_AS(cost(line_of("1"), {leg_of('B', 0, "1")}), std::invalid_argument);
  CHECK_THROWS_AS(cost(line_of("1"), {leg_of('B', 1, "")}), std::invalid_argument);
  CHECK_THROWS_AS(FeeTable::simple(dec("-1"), dec("0")), std::invalid_argument);
  CHECK_THROWS_AS(cost(line_of("9000000"), {leg_of('B', 1'000'000'000, "1")}), std::overflow_error);
  FeeLine odd = line_of("1");
  odd.products = static_cast<FeeProducts>(77);
  CHECK_THROWS_AS(cost(odd, {leg_of('B', 1, "1")}), std::logic_error);
}

TEST_CASE("the simple table, and tables put together", "[trading][fees]") {
  const FeeTable simple = FeeTable::simple(dec("0.65"), dec("1"));
  const std::vector<FeeLeg> legs{leg_of('B', 2, "1"), leg_of('S', 3, "1"), leg_of('B', 100, "50", FeeProduct::shares)};
  CHECK(simple.fees(legs, any_day) == dec("4.25"));
  CHECK(simple.fees_after(legs, legs, any_day) == dec("3.25"));
  const FeeTable both = simple.with(table_of(line_of("0.005", FeeBasis::per_share)));
  CHECK(both.lines().size() == 3);
  const auto items = both.itemised(legs, any_day);
  REQUIRE(items.size() == 3);
  CHECK(items[0].line == "commission per contract");
  CHECK(items[0].amount == dec("3.25"));
  CHECK(items[2].amount == dec("0.50"));
  CHECK(both.fees(legs, any_day) == dec("4.75"));
  CHECK(FeeTable{}.fees(legs, any_day) == Decimal{});
}

TEST_CASE("fees grow with the quantity and never fall below zero", "[trading][fees]") {
  for (const NamedFeeSchedule& schedule : FeeTable::schedules()) {
    const FeeTable table = *FeeTable::named(schedule.name);
    for (std::uint64_t i = 0; i < 300; ++i) {
      FeeLeg leg = leg_of(draw(9, 1, i) % 2 == 0 ? 'B' : 'S', 1, "1", static_cast<FeeProduct>(draw(9, 2, i) % 3));
      leg.price = Decimal::from_raw(static_cast<std::int64_t>(draw(9, 3, i) % 500) * 10'000);
      leg.opens = draw(9, 4, i) % 2 == 0;
      const Date date = Date::from_civil(2005, 1, 3) + static_cast<int>(draw(9, 5, i) % 8'000);
      Decimal before;
      for (const std::int64_t quantity : {1, 2, 10, 999, 1'000, 2'750, 2'751, 50'000}) {
        leg.quantity = quantity;
        const Decimal now = table.fees(std::span(&leg, 1), date);
        INFO(schedule.name << " " << quantity << " on " << date.to_string());
        CHECK(now >= before);
        before = now;
      }
    }
  }
}

TEST_CASE("fee oracle", "[trading][fees][oracle]") {
  const auto table = read_oracle("rules/fees.csv");
  if (!table) return;
  int rows = 0;
  std::int64_t worst = 0;
  for (auto row : table->rows) {
    INFO(row["id"] << ": " << row["note"]);
    std::vector<FeeLine> lines;
    const auto add = [&](const char* name, const char* rate, FeeBasis basis, FeeSide side) {
      FeeLine line = line_of(row[rate].c_str(), basis);
      line.name = name;
      line.side = side;
      lines.push_back(line);
    };
    add("commission", "commission_rate", FeeBasis::per_contract, FeeSide::both);
    add("orf", "orf_rate", FeeBasis::per_contract, FeeSide::both);
    add("occ", "occ_rate", FeeBasis::per_contract, FeeSide::both);
    lines.back().cap_per_leg = dec(row["occ_cap"]);
    add("sec", "sec_per_million", FeeBasis::per_million, FeeSide::sell);
    add("taf", "taf_rate", FeeBasis::per_contract, FeeSide::sell);
    const std::vector<FeeLeg> legs{leg_of(row["side"][0], std::stoll(row["contracts"]), row["price"].c_str())};
    const auto compare = [&](Decimal got, const std::string& expected) {
      CHECK(got == dec(expected));
      worst = std::max(worst, (got - dec(expected)).abs().raw());
    };
    std::map<std::string_view, Decimal> items;
    const FeeTable exact = *FeeTable::from_lines(lines);
    for (const FeeItem& item : exact.itemised(legs, any_day)) items[item.line] = item.amount;
    for (const char* name : {"commission", "orf", "occ", "sec", "taf"}) compare(items[name], row[name]);
    compare(exact.fees(legs, any_day), row["total_exact"]);
    for (const auto& [rounding, column] :
         {std::pair(FeeRounding::half_up, "total_half_up_per_line"), {FeeRounding::ceil, "total_ceil_per_line"}}) {
      for (FeeLine& line : lines) line.rounding = rounding;
      compare(FeeTable::from_lines(lines)->fees(legs, any_day), row[column]);
    }
    ++rows;
  }
  std::printf("oracle fees.csv: %d rows, worst difference %.4f cents\n", rows, static_cast<double>(worst) / 1e4);
  CHECK(rows >= 4);
}
