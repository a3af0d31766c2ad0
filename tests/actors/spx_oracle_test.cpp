// The trades of a reference rule on a quarter of real SPX chains, to the cent, from the raw file
// through replay, strategy, risk, executor and book.
#include <catch2/catch.hpp>

#include "actors/executor_simulated.hpp"
#include "actors/metrics_summary.hpp"
#include "actors/portfolio_book.hpp"
#include "actors/replay.hpp"
#include "actors/risk_pretrade.hpp"
#include "actors/strategy_rules.hpp"
#include "tests/support/inline_run.hpp"
#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

const char* const data_file = "data/spx_cboe_20190425_20190722_raw.csv.gz";

InlineRun run_spx(const std::string& run, std::vector<std::string> overrides = {}) {
  const std::vector<NodeType> types{replay_node_type(),         strategy_rules_node_type(),
                                    risk_pretrade_node_type(),  executor_simulated_node_type(),
                                    portfolio_book_node_type(), metrics_summary_node_type()};
  overrides.push_back("data.csv=" + shared_path(data_file));
  return run_inline(run, std::move(overrides), types);
}

void compare(const std::string& run, const std::string& oracle) {
  if (!shared_file_exists(data_file)) return;
  const auto table = read_oracle("trades/" + oracle);
  if (!table) return;
  const InlineRun result = run_spx(run);
  InstrumentTable instruments;
  for (const SeenEvent& event : result.log.seen)
    if (event.message.get_if<InstrumentBatch>()) instruments.add(event.message);
  const auto trades = result.log.all<TradeClosed>();
  REQUIRE(trades.size() == table->rows.size());
  for (std::size_t i = 0; i < trades.size(); ++i) {
    auto row = table->rows[i];
    const TradeClosed& trade = trades[i];
    INFO(oracle << " row " << i << ": " << row["entry_date"] << " " << row["legs"] << " pnl " << row["pnl"]);
    REQUIRE(trade.legs.size() == 1);
    const Contract contract = instruments.at(trade.legs[0].contract);
    CHECK(contract.root.view() == "SPXW");
    CHECK(trade.entry_session.to_string() == row["entry_date"]);
    CHECK(trade.exit_session.to_string() == row["exit_date"]);
    CHECK(trade.expiration.to_string() == row["expiration"]);
    CHECK(trade.expiration - trade.entry_session == std::stoi(row["dte_entry"]));
    CHECK("-P" + contract.strike.to_string(0) == row["legs"]);
    CHECK(trade.entry_cost == Decimal::parse(row["entry_cost"]).value() * 100);
    CHECK(trade.exit_proceeds == Decimal::parse(row["exit_proceeds"]).value() * 100);
    CHECK(trade.pnl == Decimal::parse(row["pnl"]).value());
    CHECK(trade.still_open == (row["status"] == "open_marked"));
    CHECK(trade.exit_reason == (trade.still_open ? TradeReason::end_of_data : TradeReason::days_to_expiry));
    CHECK_FALSE(trade.estimated);
  }
  CHECK(result.log.all<OrderRejected>().empty());

  // The account agrees with the trades and with itself.
  Decimal closed, fees;
  for (const TradeClosed& trade : trades)
    if (!trade.still_open) closed += trade.pnl;
  for (const Fill& fill : result.log.all<Fill>()) fees += fill.fees;
  const auto marks = result.log.all<Equity>();
  REQUIRE_FALSE(marks.empty());
  for (const Equity& mark : marks) {
    CHECK(mark.equity == mark.cash + mark.market_value);
    CHECK(mark.equity - Decimal::from_int(100'000) == mark.realised + mark.unrealised - mark.fees);
  }
  CHECK(marks.back().realised == closed);
  CHECK(marks.back().fees == fees);
}

}  // namespace

TEST_CASE("SPX reference trades at the touch", "[trading][oracle][spx]") {
  compare("spx_short_put_touch", "oracle_short_put_spread_nolookahead.csv");
}

TEST_CASE("SPX reference trades at the mid", "[trading][oracle][spx]") {
  compare("spx_short_put_mid", "oracle_short_put_mid_nolookahead.csv");
}

TEST_CASE("presets run on real chains with their accounts in balance", "[trading][spx]") {
  if (!shared_file_exists(data_file)) return;
  for (const char* strategy : {"iron_condor", "put_spread", "short_strangle"}) {
    INFO(strategy);
    const InlineRun result = run_spx("spx_short_put_touch", {std::string("strategy.use=") + strategy, "cash=1000000"});
    const auto trades = result.log.all<TradeClosed>();
    CHECK(trades.size() >= 2);
    for (const TradeClosed& trade : trades) {
      CHECK(trade.pnl == trade.exit_proceeds - trade.entry_cost - trade.fees);
      CHECK((trade.worst <= Decimal{} && trade.best >= Decimal{}));
      if (!trade.still_open) CHECK((trade.worst <= trade.pnl && trade.pnl <= trade.best));
    }
    CHECK(run_spx("spx_short_put_touch", {std::string("strategy.use=") + strategy, "cash=1000000"}).digest ==
          result.digest);
  }
}
