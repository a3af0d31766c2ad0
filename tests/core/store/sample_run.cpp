#include "tests/core/store/sample_run.hpp"

#include <cmath>

#include "core/metrics/benchmark.hpp"
#include "core/metrics/summary.hpp"
#include "core/metrics/trades.hpp"
#include "core/sequencer/random.hpp"
#include "core/store/run_view.hpp"
#include "messages/all.hpp"

namespace optix::sample {
namespace {

const Symbol spx = Symbol::from("SPX").value();
const Symbol spxw = Symbol::from("SPXW").value();

Timestamp close_of(Date d) { return d.midnight_utc() + 20 * 3600 * nanos_per_second; }
Decimal cents(double usd) { return Decimal::from_raw(std::llround(usd * 100) * (Decimal::scale / 100)); }

MessageRef contracts(ContractId first, Date expiration, std::vector<std::pair<Right, int>> terms) {
  InstrumentBatch b;
  b.first_id = first;
  for (const auto& [right, strike] : terms) {
    b.root.push_back(spxw);
    b.underlying.push_back(spx);
    b.expiration.push_back(expiration);
    b.settles.push_back(close_of(expiration));
    b.strike.push_back(Decimal::from_int(strike));
    b.right.push_back(right);
    b.settlement.push_back(Settlement::pm);
    b.exercise.push_back(ExerciseStyle::european);
    b.multiplier.push_back(100);
  }
  return make_message(std::move(b));
}

MessageRef mark(Date d, Decimal equity, int open, Decimal fees) {
  Equity e;
  e.time = close_of(d);
  e.session = d;
  e.equity = e.cash = equity;
  e.fees = fees;
  e.open_positions = open;
  e.open_contracts = open * 4;
  return make_message(e);
}

// What the metrics node would send at the end.
void add_metrics(RunRecord& run) {
  const RunView view(run);
  const ReturnSeries series = view.series();
  std::vector<TradeSample> trades;
  for (const MessageRef& t : run.results.trades) trades.push_back(TradeSample::of(t.get<TradeClosed>()));
  const auto add = [&](std::vector<NamedFigure> figures) {
    for (const NamedFigure& f : figures)
      run.results.metrics.push_back(
          make_message(MetricValue{f.name, f.figure.defined, f.figure.value, std::string(f.unit), f.basis, f.figure.n,
                                   std::string(f.figure.why)}));
  };
  if (!view.marks().empty()) {
    const Decimal profit = view.marks().back()->equity - view.initial_equity().value();
    add({{"profit", "usd", "last mark - deposits, after fees", Figure::of(profit.to_double(), series.size())}});
  }
  add(summarise(series, {}));
  add(trade_statistics(trades));
  add(benchmark_figures(align_returns(series, view.prices()), {}));
}

RunRecord provenance(std::string name) {
  RunRecord r;
  r.name = std::move(name);
  r.data = "sample: SPX chains, daily";
  r.config_text =
      "run: {data: sample, start: 2018-01-02}\nstrategy:\n  use: iron_condor\n  params: {short_delta: 0.20, wing: "
      "50}\n";
  r.stop_reason = "end_of_data";
  r.engine_version = "0.1.0";
  r.config_hash = "5f0c9a1be2d34477";
  r.data_hash = "9c1185a5c5e9fc54";
  r.digest = "243f6a8885a308d3";
  r.seed = 42;
  r.counts = {{"events", 1234}, {"waves", 567}};
  r.timings = {{"load", 1.25}, {"engine", 0.0625}};
  return r;
}

}  // namespace

RunRecord small_run() {
  RunRecord r = provenance("short put");
  const Date first = Date::from_civil(2019, 4, 25), expiry = Date::from_civil(2019, 5, 31);
  r.results.instruments.push_back(contracts(0, expiry, {{Right::put, 2835}, {Right::put, 2800}}));
  r.results.deposits.push_back(
      make_message(CashChanged{CashCause::deposit, Decimal::from_int(100'000), Decimal::from_int(100'000), 0}));
  const double equity[] = {99'980, 99'390, 99'500, 100'120.5};
  for (int i = 0; i < 4; ++i) {
    r.results.prices.push_back(
        make_message(UnderlyingPrice{spx, close_of(first + i), first + i, Decimal::from_int(2900 + 10 * i)}));
    r.results.equity.push_back(mark(first + i, cents(equity[i]), i < 3 ? 1 : 0, cents(1.3)));
  }
  Fill f;
  f.order = 7;
  f.position = 3;
  f.session = first;
  f.quote_time = close_of(first);
  f.fees = cents(1.3);
  f.legs = {{0, -1, cents(19.2), cents(19.2), cents(19.5), {}, cents(19.2), cents(19.2), cents(19.35)},
            {1, 1, cents(12.1), Decimal::none(), cents(12.1), {}, cents(12.1), cents(12.1), Decimal::none()}};
  f.remaining = 2;
  r.results.fills.push_back(make_message(f));

  TradeClosed t;
  t.position = 3;
  t.opened = close_of(first);
  t.closed = close_of(first + 29);
  t.entry_session = first;
  t.exit_session = first + 29;
  t.expiration = expiry;
  t.exit_reason = TradeReason::days_to_expiry;
  t.entry_cost = Decimal::from_int(-1920);
  t.exit_proceeds = Decimal::from_int(-2530);
  t.pnl = Decimal::from_int(-610);
  t.worst = Decimal::from_int(-900);
  t.best = Decimal::from_int(120);
  t.pnl_touch = Decimal::from_int(-610);
  t.pnl_mid = Decimal::from_int(-580);
  t.legs = {{0, -1, cents(19.2), cents(25.3)}};
  r.results.trades.push_back(make_message(t));
  t.position = 4;
  t.entry_session = first + 29;
  t.exit_session = first + 30;
  t.still_open = true;
  t.exit_reason = TradeReason::end_of_data;
  t.entry_cost = Decimal::from_int(-1420);
  t.exit_proceeds = Decimal::from_int(-1300);
  t.fees = cents(2.6);
  t.pnl = t.pnl_touch = cents(117.4);
  t.pnl_mid = cents(130.4);
  t.income = cents(4.5);
  t.legs = {{0, -2, cents(19.2), cents(17.2)},
            {1, 2, cents(12.1), cents(10.7)},
            {shares_contract, 200, cents(55), cents(54), spx}};
  r.results.trades.push_back(make_message(t));
  r.results.rejections.push_back(
      make_message(OrderRejected{8, 5, OrderIntent::open, RejectReason::no_bid, "SPXW put 2700: bid 0, <none>"}));
  MarginState margin;
  margin.time = close_of(first + 1);
  margin.session = first + 1;
  margin.equity = cents(99'390);
  margin.initial = margin.maintenance = Decimal::from_int(3500);
  margin.excess = cents(95'890);
  r.results.margin.push_back(make_message(margin));
  margin.time = close_of(first + 2);
  margin.session = first + 2;
  margin.excess = cents(-5);
  r.results.margin.push_back(make_message(margin));  // a deficit that goes on is one call
  margin.time = margin.time + nanos_per_second;
  r.results.margin.push_back(make_message(margin));
  Attribution greeks;
  greeks.session = first + 1;
  greeks.time = close_of(first + 1);
  greeks.total = -590;
  greeks.delta = -700.5;
  greeks.theta = 80.25;
  greeks.residual = 30.25;
  r.results.attribution.push_back(make_message(greeks));
  greeks.session = first + 2;
  greeks.time = close_of(first + 2);
  greeks.total = 110;
  greeks.delta = 115;
  greeks.theta = 40;
  greeks.residual = -45;
  r.results.attribution.push_back(make_message(greeks));
  r.results.alarms.push_back(make_message(MarginCall{}));
  add_metrics(r);
  return r;
}

RunRecord condor_run(int sessions) {
  RunRecord r = provenance("Iron condor, 20-delta, SPX");
  r.warnings = {"5 exchange sessions between the first and the last date have no data.",
                "2 snapshots of days on which the exchange was closed were dropped."};
  r.quality_json =
      R"({"source":"sample/spx/a_very_long_file_name_20180102_20200907_raw_quotes.csv.gz","lines":809782,"rows_skipped":0,"missing_sessions":["2018-05-10"],"contracts":14120,"used_rows":{"rows":809782,"crossed":0,"zero_bid":41212},"sessions":[{"session":"2018-01-02"}]})";
  r.results.deposits.push_back(
      make_message(CashChanged{CashCause::deposit, Decimal::from_int(100'000), Decimal::from_int(100'000), 0}));
  double price = 2700, equity = 100'000;
  Decimal fees;
  int held = 0, id = 0, number = 0;
  TradeClosed t;
  std::uint64_t draws = 0;
  Date d = Date::from_civil(2018, 1, 2);
  for (int i = 0; i < sessions; d = d + 1) {
    if (d.weekday() == 0 || d.weekday() == 6) continue;
    ++i;
    double shock = -6;
    for (int k = 0; k < 12; ++k) shock += draw_uniform(42, 1, draws++);
    const double move = 0.0004 + 0.0095 * shock * (1 + 0.6 * std::sin(i / 60.0));
    price *= 1 + move;
    r.results.prices.push_back(make_message(UnderlyingPrice{spx, close_of(d), d, cents(price)}));
    if (held == 0) {
      t = TradeClosed{};
      t.position = static_cast<std::uint64_t>(++number);
      t.entry_session = d;
      t.opened = close_of(d);
      t.expiration = d + 36;
      const int base = static_cast<int>(price / 25) * 25;
      r.results.instruments.push_back(contracts(
          static_cast<ContractId>(id), t.expiration,
          {{Right::put, base - 175}, {Right::put, base - 125}, {Right::call, base + 125}, {Right::call, base + 175}}));
      const auto leg = static_cast<ContractId>(id);
      const double credit = 900 + 500 * draw_uniform(42, 2, draws++);
      t.entry_cost = Decimal::from_int(-20 * static_cast<int>(credit / 20));
      t.legs = {{leg, 2, cents(8), cents(5)},
                {leg + 1, -2, cents(13.5), cents(9)},
                {leg + 2, -2, cents(12), cents(7)},
                {leg + 3, 2, cents(9), cents(5)}};
      Fill f;
      f.order = f.position = t.position;
      f.session = d;
      f.quote_time = close_of(d);
      f.fees = cents(5.2);
      for (const TradeLeg& l : t.legs) {
        const Decimal half = cents(0.1);
        f.legs.push_back({l.contract, l.quantity, l.quantity > 0 ? l.entry_price + half : l.entry_price - half,
                          l.entry_price - half, l.entry_price + half});
      }
      r.results.fills.push_back(make_message(f));
      id += 4;
    }
    ++held;
    const double change = 58 - std::pow(std::fabs(move) * 100, 2) * 48 + 60 * (draw_uniform(42, 3, draws++) - 0.5);
    equity += change;
    t.pnl += cents(change);
    t.worst = std::min(t.worst, t.pnl);
    t.best = std::max(t.best, t.pnl);
    const bool stop = t.pnl<Decimal::from_int(-900), target = t.pnl> Decimal::from_int(650);
    if (stop || target || held == 20 || i == sessions) {
      t.still_open = i == sessions && !stop && !target;
      t.exit_reason = t.still_open ? TradeReason::end_of_data
                      : stop       ? TradeReason::stop_loss
                      : target     ? TradeReason::profit_target
                                   : TradeReason::days_to_expiry;
      t.exit_session = d;
      t.closed = close_of(d);
      t.fees = cents(10.4);
      t.pnl = Decimal::from_raw(t.pnl.raw() / 2'000'000 * 2'000'000) + cents(1.6);  // whole cents a share
      t.exit_proceeds = t.pnl + t.entry_cost + t.fees;
      fees += t.fees;
      r.results.trades.push_back(make_message(t));
      held = 0;
    }
    r.results.equity.push_back(mark(d, cents(equity), held > 0 ? 1 : 0, fees));
  }
  for (int i = 0; i < 3; ++i)
    r.results.rejections.push_back(make_message(
        OrderRejected{1, 1, OrderIntent::open, RejectReason::insufficient_cash, "needs 10,000.00, has 8,250.40"}));
  ContractSettled s;
  s.cash = cents(-1250);
  s.intrinsic = cents(12.5);
  r.results.settlements.push_back(make_message(s));
  add_metrics(r);
  return r;
}

}  // namespace optix::sample
