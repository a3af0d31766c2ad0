#include "actors/simulated.hpp"

#include "actors/enrich_params.hpp"
#include "core/data/simulated.hpp"
#include "core/data/simulation/market.hpp"
#include "core/data/simulation/simulation_events.hpp"

namespace optix {
namespace {

struct NumberParam {
  const char* name;
  const char* doc;
  const char* fallback;
  double min, max;
  double SimulatedParams::*value;
};
constexpr NumberParam numbers[] = {
    {"spot", "price of the underlying before the first snapshot, USD", "4000", 1, 1e7, &SimulatedParams::spot},
    {"drift", "of the underlying, a year", "0.05", -1, 1, &SimulatedParams::drift},
    {"vol", "volatility of the underlying, per 1.00 a year", "0.15", 0.001, 5, &SimulatedParams::vol},
    {"implied_vol", "implied volatility at the money at three months, per 1.00", "0.18", 0.001, 5,
     &SimulatedParams::implied_vol},
    {"skew", "change of implied volatility per standard deviation of moneyness, relative", "-0.06", -1, 1,
     &SimulatedParams::skew},
    {"smile", "the same per squared standard deviation", "0.012", -1, 1, &SimulatedParams::smile},
    {"term", "rise of implied volatility with the root of time, relative", "0.2", -1, 1, &SimulatedParams::term},
    {"rate", "interest rate, continuous", "0.02", -1, 1, &SimulatedParams::rate},
    {"dividend_yield", "continuous", "0.015", -1, 1, &SimulatedParams::dividend_yield},
    {"spread", "half-spread as a share of the option's price, on top of 0.03", "0.008", 0, 0.499,
     &SimulatedParams::spread},
    {"strike_step", "distance between strikes, USD", "25", 0.01, 1e6, &SimulatedParams::strike_step},
};

struct CountParam {
  const char* name;
  const char* doc;
  const char* fallback;
  double min, max;
  int SimulatedParams::*value;
};
constexpr CountParam counts[] = {
    {"snapshots_per_session", "equally spaced, the last at the close; 390 is one a minute", "1", 1, 23'400,
     &SimulatedParams::snapshots_per_session},
    {"weekly_expirations", "Fridays ahead that are listed", "8", 0, 104, &SimulatedParams::weekly_expirations},
    {"monthly_expirations", "third Fridays ahead that are listed", "4", 0, 36, &SimulatedParams::monthly_expirations},
    {"strikes_each_side", "strikes listed below and above the opening price", "24", 1, 1'000,
     &SimulatedParams::strikes_each_side},
};

template <class P>
ParamSpec spec_of(const P& p, ParamKind kind) {
  ParamSpec spec;
  spec.name = p.name;
  spec.kind = kind;
  spec.doc = p.doc;
  spec.default_text = p.fallback;
  spec.min = p.min;
  spec.max = p.max;
  return spec;
}

std::vector<ParamSpec> simulated_params() {
  ParamSpec underlying;
  underlying.name = "underlying";
  underlying.doc = "symbol of the underlying, at most seven characters";
  underlying.default_text = "SIM";
  ParamSpec am;
  am.name = "am_monthlies";
  am.kind = ParamKind::boolean;
  am.doc = "monthlies settle on the opening under the underlying's root, weeklies on the close under that root + W";
  am.default_text = "false";
  std::vector<ParamSpec> out{underlying, start_param("first session; the run's start, else 2021-01-04, when absent"),
                             end_param("last session; the run's end, else 2021-12-31, when absent"), am};
  for (const NumberParam& p : numbers) out.push_back(spec_of(p, ParamKind::number));
  for (const CountParam& p : counts) out.push_back(spec_of(p, ParamKind::integer));
  ParamSpec preset;
  preset.name = "preset";
  preset.kind = ParamKind::choice;
  preset.doc =
      "none: the simple chain of the parameters above; else a whole market (prices, a moving arbitrage-free surface, "
      "listings, activity) that takes only start, end and settings";
  preset.default_text = "none";
  preset.choices = {"none"};
  for (const auto& p : simulation::presets()) preset.choices.emplace_back(p.name);
  out.push_back(preset);
  ParamSpec any;
  any.name = "setting";
  any.kind = ParamKind::any;
  any.doc = "value of a parameter of the market";
  ParamSpec settings;
  settings.name = "settings";
  settings.kind = ParamKind::any_map;
  settings.doc = "parameters of the market that differ from the preset's: see `optix data generate --help`";
  settings.children = {any};
  out.push_back(settings);
  out.push_back(enrich_ahead_param());
  return out;
}

// The market of a preset, with its settings.
Result<NoticedSource> preset_market(const NodeSetup& setup, const SessionRange& range) {
  const Value& p = setup.params;
  auto params = simulation::preset(p.at("preset").text());
  if (!params) return params.error();
  if (range.first) params->first = *range.first;
  if (range.last) params->last = *range.last;
  if (p.has("settings"))
    for (const auto& [name, value] : p.at("settings").members()) {
      if (value.kind() != Value::Kind::scalar)
        return Error{"settings: " + name + " is not a single value", value.where().to_string(), ""};
      if (const auto ok = simulation::set_parameter(*params, name, value.text()); !ok)
        return Error{"settings: " + ok.error().what, value.where().to_string(), ok.error().hint};
    }
  auto markets = simulation::make_markets({{*params}, {}, {}, setup.run.seed ^ stream_of(setup.name)});
  if (!markets) return Error{markets.error().what, p.at("preset").where().to_string(), markets.error().hint};
  const auto events = simulation::simulation_events(*markets);
  if (!events) return events.error();
  return with_notices(simulation::market_source(markets->front()), *events, {markets->front()->params().underlying});
}

}  // namespace

NodeType simulated_node_type() {
  NodeType type;
  type.schema = {"data.simulated",
                 "plays a made-up option chain: Black-Scholes prices with a smile, seeded",
                 {},
                 market_output(),
                 simulated_params(),
                 true};
  type.make = [](const NodeSetup& setup) -> Result<std::unique_ptr<Node>> {
    const auto range = session_range(setup);
    if (!range) return range.error();
    const Value& p = setup.params;
    if (p.has("preset") && p.at("preset").text() != "none") {
      auto market = preset_market(setup, *range);
      if (!market) return market.error();
      return std::unique_ptr<Node>(
          std::make_unique<DatasetPlayer>(enrich_ahead(std::move(market->source), setup.params, setup.prefetch_pool),
                                          false, std::move(market->notices)));
    }
    if (p.has("settings"))
      return Error{"settings belong to a preset, and there is none", p.at("settings").where().to_string(),
                   "set `preset`, or use the parameters themselves"};
    SimulatedParams params;
    if (range->first) params.first = *range->first;
    if (range->last) params.last = *range->last;
    const auto underlying = Symbol::from(p.at("underlying").text());
    if (!underlying)
      return Error{"underlying: '" + p.at("underlying").text() + "' is not a symbol",
                   p.at("underlying").where().to_string(), "at most seven characters"};
    params.underlying = *underlying;
    params.am_monthlies = p.at("am_monthlies").as_bool();
    for (const NumberParam& n : numbers) params.*n.value = p.at(n.name).as_double();
    for (const CountParam& n : counts) params.*n.value = static_cast<int>(p.at(n.name).as_int());
    auto market = simulate_market(params, setup.run.seed, stream_of(setup.name));
    if (!market) return market.error();
    return std::unique_ptr<Node>(
        std::make_unique<DatasetPlayer>(enrich_ahead(std::move(*market), setup.params, setup.prefetch_pool)));
  };
  return type;
}

}  // namespace optix
