#include "core/contracts/chain_view.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "core/contracts/instruments.hpp"

using namespace optix;

namespace {

const Symbol spx = *Symbol::from("SPX"), spxw = *Symbol::from("SPXW");
const Date june = Date::from_civil(2019, 6, 21), july = Date::from_civil(2019, 7, 19);

struct Group {
  Symbol root;
  Date expiration;
  Right right;
  std::vector<int> strikes;
};

ChainSnapshot chain_of(const std::vector<Group>& groups) {
  ChainSnapshot c;
  for (const Group& g : groups) {
    c.group_root.push_back(g.root);
    c.group_expiration.push_back(g.expiration);
    c.group_settles.push_back({});
    c.group_right.push_back(g.right);
    c.group_settlement.push_back(g.root == spx ? Settlement::am : Settlement::pm);
    c.group_begin.push_back(static_cast<std::uint32_t>(c.strike.size()));
    for (const int k : g.strikes) {
      c.contract.push_back(static_cast<ContractId>(c.strike.size()));
      c.strike.push_back(Decimal::from_int(k));
      c.bid.push_back(Decimal::from_int(k + 1));
      c.ask.push_back(Decimal::from_int(k + 2));
    }
  }
  c.group_begin.push_back(static_cast<std::uint32_t>(c.strike.size()));
  c.iv.resize(c.strike.size());
  c.delta = c.gamma = c.iv;
  c.volume.resize(c.strike.size());
  c.open_interest = c.volume;
  return c;
}

const std::vector<Group> groups{{spx, june, Right::call, {2800, 2900}},
                                {spx, june, Right::put, {2800}},
                                {spxw, june, Right::call, {2800, 2850}},
                                {spxw, june, Right::put, {2700, 2800, 2900}},
                                {spxw, july, Right::put, {2800}}};

MessageRef batch(ContractId first, std::vector<int> strikes) {
  InstrumentBatch b;
  b.first_id = first;
  for (const int k : strikes) {
    b.root.push_back(spxw);
    b.underlying.push_back(spx);
    b.expiration.push_back(june);
    b.settles.push_back({7});
    b.strike.push_back(Decimal::from_int(k));
    b.right.push_back(Right::put);
    b.settlement.push_back(Settlement::pm);
    b.exercise.push_back(ExerciseStyle::european);
    b.multiplier.push_back(100);
  }
  return make_message(std::move(b));
}

}  // namespace

TEST_CASE("every contract of a chain is found at its row, others are not", "[data][chain]") {
  const ChainSnapshot c = chain_of(groups);
  REQUIRE_FALSE(chain_defect(c));
  for (std::size_t g = 0; g < c.groups(); ++g) {
    CHECK(find_group(c, c.group_expiration[g], c.group_root[g], c.group_right[g]) == g);
    const RowRange rows = group_rows(c, g);
    CHECK(rows.size() == groups[g].strikes.size());
    for (std::size_t r = rows.begin; r < rows.end; ++r) {
      CHECK(group_of_row(c, r) == g);
      CHECK(find_row(c, {c.group_root[g], c.group_expiration[g], c.group_right[g], c.strike[r]}) == r);
      CHECK(quote_at(c, r).bid == c.bid[r]);
    }
  }
  const ContractKey absent[] = {
      {spx, june, Right::put, Decimal::from_int(2900)},      {spx, july, Right::put, Decimal::from_int(2800)},
      {spxw, july, Right::call, Decimal::from_int(2800)},    {spxw, july, Right::put, Decimal::from_int(2900)},
      {spxw, june, Right::put, *Decimal::parse("2799.999")}, {spxw, july + 1, Right::put, Decimal::from_int(2800)}};
  for (const ContractKey& key : absent) CHECK_FALSE(find_row(c, key));
  CHECK_FALSE(find_row(ChainSnapshot{}, absent[0]));
}

TEST_CASE("groups are visited by expiration", "[data][chain]") {
  const ChainSnapshot c = chain_of(groups);
  std::vector<std::pair<Date, std::size_t>> seen;
  for_each_expiration(c, [&](Date d, RowRange r) {
    seen.emplace_back(d, r.size());
    CHECK(expiration_groups(c, d).begin == r.begin);
    CHECK(expiration_groups(c, d).end == r.end);
  });
  CHECK(seen == std::vector<std::pair<Date, std::size_t>>{{june, 4}, {july, 1}});
  CHECK(expiration_groups(c, june + 1).size() == 0);
}

TEST_CASE("a malformed chain is named", "[data][chain]") {
  struct Case {
    const char* text;
    std::function<void(ChainSnapshot&)> damage;
  };
  const Case cases[] = {
      {"row columns differ", [](ChainSnapshot& c) { c.ask.pop_back(); }},
      {"sizes are not there for all rows", [](ChainSnapshot& c) { c.bid_size = {1}; }},
      {"sizes are not there for all rows", [](ChainSnapshot& c) { c.ask_size.assign(c.strike.size() + 1, 1); }},
      {"group columns differ", [](ChainSnapshot& c) { c.group_right.pop_back(); }},
      {"bounds do not cover", [](ChainSnapshot& c) { c.group_begin.pop_back(); }},
      {"bounds do not cover", [](ChainSnapshot& c) { c.group_begin.back() += 1; }},
      {"groups are not in order at group 1", [](ChainSnapshot& c) { std::swap(c.group_right[0], c.group_right[1]); }},
      {"group 1 has no rows", [](ChainSnapshot& c) { c.group_begin[2] = c.group_begin[1]; }},
      {"strikes are not in order at row 1", [](ChainSnapshot& c) { std::swap(c.strike[0], c.strike[1]); }},
      {"strikes are not in order at row 1", [](ChainSnapshot& c) { c.strike[1] = c.strike[0]; }},
  };
  for (const Case& c : cases) {
    ChainSnapshot chain = chain_of(groups);
    c.damage(chain);
    INFO(c.text);
    const auto defect = chain_defect(chain);
    REQUIRE(defect);
    CHECK_THAT(*defect, Catch::Contains(c.text));
  }
}

TEST_CASE("quotes say which sides are there", "[data][chain]") {
  struct Case {
    Decimal bid, ask;
    bool has_bid, has_ask, crossed;
  };
  const Decimal one = Decimal::from_int(1), two = Decimal::from_int(2), zero, none = Decimal::none();
  const Case cases[] = {{one, two, true, true, false},   {two, one, true, true, true},
                        {zero, one, false, true, false}, {none, one, false, true, false},
                        {one, none, true, false, false}, {zero, zero, false, false, false}};
  for (const Case& c : cases) {
    const Quote q{c.bid, c.ask};
    INFO(c.bid.to_string() << " " << c.ask.to_string());
    CHECK(q.has_bid() == c.has_bid);
    CHECK(q.has_ask() == c.has_ask);
    CHECK(q.crossed() == c.crossed);
  }
}

TEST_CASE("the instrument table joins batches and refuses gaps and overlaps", "[data][chain]") {
  InstrumentTable table;
  const MessageRef first = batch(0, {2700, 2800}), second = batch(2, {2900});
  table.add(first);
  table.add(batch(2, {}));
  table.add(second);
  REQUIRE(table.size() == 3);
  CHECK(table.batches().size() == 2);
  CHECK(table.batches()[0].same_object(first));
  CHECK(table.at(1).strike == Decimal::from_int(2800));
  CHECK(table.at(2).id == 2);
  CHECK(table.at(2).settles == Timestamp{7});
  CHECK(describe(table.at(2)) == "SPXW 2019-06-21 put 2900");
  CHECK_THROWS_WITH(table.add(batch(2, {3000})), Catch::Contains("must be 3, but a batch starts at 2"));
  CHECK_THROWS_WITH(table.add(batch(4, {3000})), Catch::Contains("must be 3, but a batch starts at 4"));
  CHECK_THROWS_WITH(table.add(MessageRef{}), Catch::Contains("not an InstrumentBatch"));
  CHECK_THROWS_WITH(table.at(3), Catch::Contains("contract 3 is not defined (3 are)"));
  InstrumentBatch uneven = first.get<InstrumentBatch>();
  uneven.first_id = 3;
  uneven.right.pop_back();
  CHECK_THROWS_WITH(table.add(make_message(std::move(uneven))), Catch::Contains("differ in length"));
  const ChainSnapshot chain = chain_of(groups);
  CHECK(find_row(chain, table.at(1)) == 6);
}
