#include "core/metrics/trades.hpp"

#include <catch2/catch.hpp>
#include <map>

using namespace optix;

namespace {

TradeSample trade(int pnl, int days, TradeReason why = TradeReason::days_to_expiry, bool open = false) {
  return {Decimal::from_int(pnl),
          Decimal::from_int(pnl < 0 ? 2 * pnl : -10),
          Decimal::from_int(pnl > 0 ? pnl : 5),
          days,
          why,
          open};
}

std::map<std::string, Figure> by_name(const std::vector<TradeSample>& trades) {
  std::map<std::string, Figure> out;
  for (const NamedFigure& f : trade_statistics(trades)) out[f.name] = f.figure;
  return out;
}

}  // namespace

TEST_CASE("trade statistics of a small book", "[metrics][trades]") {
  const auto figures =
      by_name({trade(300, 10), trade(-100, 20), trade(0, 3, TradeReason::manual), trade(-50, 7, TradeReason::stop_loss),
               trade(150, 10, TradeReason::profit_target), trade(999, 1, TradeReason::end_of_data, true)});
  const std::pair<const char*, double> expected[] = {{"trades", 5},
                                                     {"trades_open", 1},
                                                     {"trades_pnl", 300},
                                                     {"win_rate", 0.4},
                                                     {"profit_factor", 3},
                                                     {"payoff", 3},
                                                     {"expectancy", 60},
                                                     {"average_win", 225},
                                                     {"average_loss", -75},
                                                     {"largest_win", 300},
                                                     {"largest_loss", -100},
                                                     {"max_consecutive_losses", 1},
                                                     {"average_days_held", 10},
                                                     {"average_mae", -66},
                                                     {"average_mfe", 93},
                                                     {"exit.days_to_expiry.trades", 2},
                                                     {"exit.days_to_expiry.pnl", 200},
                                                     {"exit.days_to_expiry.win_rate", 0.5},
                                                     {"exit.stop_loss.win_rate", 0}};
  for (const auto& [name, value] : expected) {
    INFO(name);
    REQUIRE(figures.count(name) == 1);
    CHECK(figures.at(name).defined);
    CHECK(figures.at(name).value == Approx(value).epsilon(1e-15));
  }
  CHECK(figures.count("exit.end_of_data.trades") == 0);  // still open: not a result
  CHECK(figures.at("win_rate").n == 5);
}

TEST_CASE("an undefined trade figure says why", "[metrics][trades]") {
  struct Case {
    const char* what;
    std::vector<TradeSample> trades;
    const char* figure;
    std::string_view why;
  };
  const Case cases[] = {
      {"no trades", {}, "win_rate", reason_code::no_closed_trades},
      {"only an open one", {trade(5, 1, TradeReason::end_of_data, true)}, "expectancy", reason_code::no_closed_trades},
      {"no losses", {trade(5, 1), trade(6, 1)}, "profit_factor", reason_code::no_losses},
      {"no losses", {trade(5, 1), trade(6, 1)}, "payoff", reason_code::no_losses},
      {"no wins", {trade(-5, 1)}, "payoff", reason_code::no_wins},
      {"29 trades", std::vector<TradeSample>(29, trade(5, 1)), "kelly", reason_code::fewer_than_30_trades},
      {"30 wins", std::vector<TradeSample>(30, trade(5, 1)), "kelly", reason_code::no_losses},
  };
  for (const Case& c : cases) {
    INFO(c.what << ": " << c.figure);
    const Figure f = by_name(c.trades).at(c.figure);
    CHECK_FALSE(f.defined);
    CHECK(f.why == c.why);
    CHECK(f.value == 0);
  }
  CHECK(by_name({trade(-5, 1)}).at("profit_factor").defined);  // no profit at all: 0, a fact
}

TEST_CASE("Kelly appears with the thirtieth trade", "[metrics][trades]") {
  std::vector<TradeSample> trades(20, trade(100, 5));
  trades.insert(trades.end(), 10, trade(-50, 5));
  // p = 2/3, payoff 2: 2/3 - (1/3)/2 = 1/2
  CHECK(by_name(trades).at("kelly").value == Approx(0.5).epsilon(1e-15));
}
