#include "actors/metrics_summary.hpp"

#include <stdexcept>

#include "actors/ports.hpp"
#include "messages/codec/state.hpp"
#include "messages/metrics.hpp"

namespace optix {
namespace {

// Six years of daily marks without growing.
constexpr std::size_t expected_sessions = 1512;

std::vector<NamedFigure> account_figures(const MetricsState& s) {
  const std::uint64_t n = s.marks.size();
  const auto usd = [&](std::string name, std::string basis, bool known, Decimal value) {
    return NamedFigure{std::move(name), "usd", std::move(basis),
                       known ? Figure::of(value.to_double(), n) : Figure::undefined(reason_code::no_observations, n)};
  };
  const bool marked = n > 0;
  Decimal flows;
  std::uint64_t invested = 0, stale = 0;
  for (const SessionMark& m : s.marks) {
    flows += m.flow;
    if (m.open_positions > 0) ++invested;
    if (m.stale_marks > 0) ++stale;
  }
  const Decimal last = marked ? s.marks.back().equity : Decimal{};
  const Decimal fees = marked ? s.marks.back().fees : Decimal{};
  std::vector<NamedFigure> out;
  out.push_back(usd("initial_equity", "first deposit", s.has_initial, s.initial));
  out.push_back(usd("final_equity", "last mark", marked, last));
  out.push_back(usd("profit", "last mark - deposits, after fees", marked && s.has_initial,
                    marked ? last - s.initial - flows : Decimal{}));
  const Decimal profit = marked && s.has_initial ? last - s.initial - flows : Decimal{};
  out.push_back(
      usd("profit_at_touch", "profit had every fill been at the touch", marked && s.has_initial, profit + s.touch_gap));
  out.push_back(usd("profit_at_mid", "profit had every fill been at mid, an upper bound", marked && s.has_initial,
                    profit + s.mid_gap));
  out.push_back(usd("fees", "paid since the start", marked, fees));
  out.push_back({"exposure", "fraction", "sessions with a position open at the mark",
                 marked ? Figure::of(static_cast<double>(invested) / static_cast<double>(n), n)
                        : Figure::undefined(reason_code::no_observations, 0)});
  out.push_back({"stale_sessions", "count", "sessions with a holding marked at an earlier price",
                 Figure::of(static_cast<double>(stale), n)});
  return out;
}

ReturnSeries series_of(const MetricsState& s) {
  if (!s.has_initial) return {};
  if (s.initial <= Decimal{}) {
    ReturnSeries none;
    none.positive = false;
    return none;
  }
  std::vector<EquityPoint> points;
  points.reserve(s.marks.size());
  for (const SessionMark& m : s.marks) points.push_back({m.session, m.equity, m.flow});
  return series_from_equity(s.initial, points);
}

}  // namespace

MetricsSummary::MetricsSummary(const SummaryOptions& options, Symbol benchmark) : options_(options) {
  state_.benchmark = benchmark;
  state_.marks.reserve(expected_sessions);
  state_.prices.reserve(expected_sessions);
}

void MetricsSummary::on_wave(const Wave& wave, Context& out) {
  for (const WaveEvent& event : wave.events) {
    if (const auto* equity = event.get_if<Equity>()) {
      on_equity(*equity);
    } else if (const auto* price = event.get_if<UnderlyingPrice>()) {
      on_price(*price);
    } else if (const auto* cash = event.get_if<CashChanged>()) {
      on_cash(*cash);
    } else if (const auto* trade = event.get_if<TradeClosed>()) {
      state_.trades.push_back(TradeSample::of(*trade));
      state_.touch_gap += trade->pnl_touch - trade->pnl;
      state_.mid_gap += trade->pnl_mid - trade->pnl;
    } else if (const auto* stop = event.get_if<Stop>(); stop && stop->last) {
      report(out);
    }
  }
}

void MetricsSummary::on_cash(const CashChanged& cash) {
  if (cash.cause != CashCause::deposit) return;
  if (!state_.has_initial) {
    state_.has_initial = true;
    state_.initial = cash.change;
  } else {
    state_.flow += cash.change;
  }
}

void MetricsSummary::on_equity(const Equity& e) {
  if (!state_.has_initial) {
    state_.has_initial = true;
    state_.initial = e.equity;
  }
  std::vector<SessionMark>& marks = state_.marks;
  if (marks.empty() || marks.back().session < e.session) {
    marks.push_back({e.session, e.equity, state_.flow, e.fees, e.open_positions, e.stale_marks});
  } else if (marks.back().session == e.session) {
    const Decimal flow = marks.back().flow + state_.flow;
    marks.back() = {e.session, e.equity, flow, e.fees, e.open_positions, e.stale_marks};
  } else {
    throw std::runtime_error("an equity mark of " + e.session.to_string() + " came after one of " +
                             marks.back().session.to_string());
  }
  state_.flow = Decimal{};
}

void MetricsSummary::on_price(const UnderlyingPrice& p) {
  if (state_.benchmark.empty()) state_.benchmark = p.underlying;
  if (p.underlying != state_.benchmark || p.price <= Decimal{}) return;
  std::vector<PricePoint>& prices = state_.prices;
  if (prices.empty() || prices.back().date < p.session)
    prices.push_back({p.session, p.price});
  else if (prices.back().date == p.session)
    prices.back().price = p.price;
}

void MetricsSummary::report(Context& out) const {
  const auto emit = [&](std::vector<NamedFigure> figures) {
    for (NamedFigure& f : figures)
      out.emit(0, MetricValue{std::move(f.name), f.figure.defined, f.figure.value, std::string(f.unit),
                              std::move(f.basis), f.figure.n, std::string(f.figure.why)});
  };
  const ReturnSeries series = series_of(state_);
  emit(account_figures(state_));
  emit(summarise(series, options_));
  emit(trade_statistics(state_.trades));
  emit(benchmark_figures(align_returns(series, state_.prices), options_));
}

void MetricsSummary::save(std::string& out) const { encode_state(state_, out); }

void MetricsSummary::load(std::string_view bytes) { state_ = decode_state<MetricsState>(bytes); }

NodeType metrics_summary_node_type() {
  NodeType type;
  type.schema.name = "metrics.summary";
  type.schema.doc = "sums a run up: returns, risk, drawdowns, trades, comparison with the underlying";
  type.schema.inputs = {{"account", account_messages(), "marks and deposits", true},
                        {"trades", {TradeClosed::info.id}, "trades as they close", true},
                        {"market", market_messages(), "the underlying's price, for the benchmark", false}};
  type.schema.outputs = {{"values", {MetricValue::info.id}, "one message a figure, when the run ends"}};

  const auto number = [](std::string name, std::string doc, std::string fallback, double min, double max) {
    ParamSpec p;
    p.name = std::move(name);
    p.kind = ParamKind::number;
    p.doc = std::move(doc);
    p.default_text = std::move(fallback);
    p.min = min;
    p.max = max;
    p.hint = "rates are fractions a year: 0.04 is 4 %";
    return p;
  };
  ParamSpec benchmark;
  benchmark.name = "benchmark";
  benchmark.doc = "underlying to compare with; the first one seen when empty";
  benchmark.default_text = "";
  type.schema.params = {
      number("periods_per_year", "sessions a year, for annualising", "252", 1, 366),
      number("risk_free", "risk-free rate for the Sharpe ratio and alpha", "0", -0.5, 1),
      number("mar", "minimum acceptable return for the Sortino ratio", "0", -0.5, 1),
      number("omega_threshold", "threshold of the Omega ratio", "0", -0.5, 1),
      number("sharpe_benchmark", "annual Sharpe ratio that the probabilistic one is measured against", "0", -10, 10),
      benchmark};
  type.schema.params.front().hint = "252 for daily sessions";

  type.make = [](const NodeSetup& setup) -> Result<std::unique_ptr<Node>> {
    const Value& p = setup.params;
    SummaryOptions options;
    options.periods_per_year = p.at("periods_per_year").as_double();
    options.risk_free = p.at("risk_free").as_double();
    options.mar = p.at("mar").as_double();
    options.omega_threshold = p.at("omega_threshold").as_double();
    options.sharpe_benchmark = p.at("sharpe_benchmark").as_double();
    Symbol symbol;
    if (const Value* name = p.find("benchmark"); name && !name->is_null() && !name->text().empty()) {
      const auto parsed = Symbol::from(name->text());
      if (!parsed)
        return Error{"benchmark: '" + name->text() + "' is not an underlying's symbol", name->where().to_string(),
                     "at most eight characters, for example SPX"};
      symbol = *parsed;
    }
    return std::unique_ptr<Node>(std::make_unique<MetricsSummary>(options, symbol));
  };
  return type;
}

}  // namespace optix
