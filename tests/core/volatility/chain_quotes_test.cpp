#include "core/volatility/chain_quotes.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/core/volatility/synthetic_chain.hpp"

using namespace optix;

namespace {

Decimal usd(const char* text) { return text[0] == '-' ? Decimal::none() : *Decimal::parse(text); }

struct Row {
  const char *strike, *bid, *ask;
};

// Calls, then puts, of one slice a week ahead.
ChainSnapshot one_slice(const std::vector<Row>& calls, const std::vector<Row>& puts) {
  synthetic::Market m;
  ChainSnapshot c = synthetic::chain_of(m);  // no expiry: the head only
  const Date expiration = Date::from_civil(2019, 6, 10);
  c.group_begin = {0};
  for (const Right right : {Right::call, Right::put}) {
    c.group_root.push_back(*Symbol::from("SPXW"));
    c.group_expiration.push_back(expiration);
    c.group_settles.push_back(settlement_instant(expiration, Settlement::pm));
    c.group_right.push_back(right);
    c.group_settlement.push_back(Settlement::pm);
    for (const Row& r : right == Right::call ? calls : puts) {
      c.contract.push_back(static_cast<ContractId>(c.contract.size()));
      c.strike.push_back(usd(r.strike));
      c.bid.push_back(usd(r.bid));
      c.ask.push_back(usd(r.ask));
    }
    c.group_begin.push_back(static_cast<std::uint32_t>(c.contract.size()));
  }
  return c;
}

}  // namespace

TEST_CASE("rows are told apart by what they quote", "[volatility][quotes]") {
  struct Case {
    const char *name, *bid, *ask;
    RowState state;
  };
  const std::vector<Case> cases{
      {"both sides", "1.20", "1.30", RowState::two_sided},
      {"locked", "1.20", "1.20", RowState::two_sided},
      {"a zero bid is no bid", "0", "0.05", RowState::ask_only},
      {"no bid", "-", "0.05", RowState::ask_only},
      {"no ask", "1.20", "-", RowState::bid_only},
      {"a zero ask is no ask", "1.20", "0", RowState::bid_only},
      {"crossed", "1.30", "1.20", RowState::crossed},
      {"nothing", "0", "0", RowState::no_quote},
      {"none at all", "-", "-", RowState::no_quote},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    CHECK(row_state({usd(c.bid), usd(c.ask)}) == c.state);
  }
}

TEST_CASE("a slice lines up both sides and uses sound quotes only", "[volatility][quotes]") {
  const ChainSnapshot chain = one_slice({{"2700", "110", "112"}, {"2800", "40", "41"}, {"2900", "5.0", "4.9"}},
                                        {{"2600", "0", "0.35"}, {"2700", "9", "9.2"}, {"2800", "38", "-"}});
  const auto quotes = chain_quotes(chain);
  REQUIRE(quotes.ok());
  REQUIRE(quotes->slices.size() == 1);
  const SliceQuotes& s = quotes->slices[0];
  CHECK(s.strike == std::vector<double>{2600, 2700, 2800, 2900});
  CHECK(s.call.row == std::vector<std::uint32_t>{no_row, 0, 1, 2});
  CHECK(s.put.row == std::vector<std::uint32_t>{3, 4, 5, no_row});
  CHECK(s.call.bid == std::vector<double>{0, 110, 40, 0});
  CHECK(s.call.ask == std::vector<double>{0, 112, 41, 0});
  CHECK(s.put.bid == std::vector<double>{0, 9, 0, 0});
  CHECK(s.put.ask == std::vector<double>{0.35, 9.2, 0, 0});
  CHECK(s.counts.two_sided == 3);
  CHECK(s.counts.ask_only == 1);
  CHECK(s.counts.bid_only == 1);
  CHECK(s.counts.crossed == 1);
  CHECK(s.counts.rows() == 6);
  CHECK(s.calendar_years == Approx(7.0 / 365).epsilon(1e-12));
  CHECK(s.call.mid(1) == 111);
}

TEST_CASE("AM and PM roots of one date are slices of their own, in order of settlement", "[volatility][quotes]") {
  const ChainSnapshot chain = synthetic::chain_of(synthetic::index_market());
  const auto quotes = chain_quotes(chain);
  REQUIRE(quotes.ok());
  REQUIRE(quotes->slices.size() == 9);
  CHECK(quotes->slices[1].expiration == quotes->slices[2].expiration);
  CHECK(quotes->slices[1].root == *Symbol::from("SPX"));
  CHECK(quotes->slices[2].root == *Symbol::from("SPXW"));
  CHECK((quotes->slices[2].years - quotes->slices[1].years) * 365 * 24 == Approx(6.5));
  for (std::size_t i = 1; i < 9; ++i) CHECK(quotes->slices[i].years > quotes->slices[i - 1].years);
  CHECK(quotes->counts.rows() == chain.rows());
}

TEST_CASE("chains without use are refused, expired slices counted", "[volatility][quotes]") {
  ChainSnapshot chain = synthetic::chain_of(synthetic::index_market());
  const std::size_t first = chain.group_begin[2];
  chain.time = chain.group_settles[0];  // the first expiry settles now
  const auto quotes = chain_quotes(chain);
  REQUIRE(quotes.ok());
  CHECK(quotes->slices.size() == 8);
  CHECK(quotes->expired_slices == 1);
  CHECK(quotes->expired_rows == first);

  chain.stale = true;
  CHECK_FALSE(chain_quotes(chain).ok());
  CHECK(chain_quotes(chain, {}, true).ok());
  chain.stale = false;
  chain.underlying_price = Decimal{};
  CHECK_FALSE(chain_quotes(chain).ok());
  chain.underlying_price = Decimal::none();
  CHECK_FALSE(chain_quotes(chain).ok());
  chain.underlying_price = Decimal::from_int(2800);
  chain.time = chain.group_settles.back();
  const auto dead = chain_quotes(chain);
  REQUIRE_FALSE(dead.ok());
  CHECK(dead.error().what.find("still alive") != std::string::npos);
}
