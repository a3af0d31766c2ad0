#include "actors/enrich_params.hpp"

#include "actors/param_specs.hpp"
#include "core/data/lookahead_source.hpp"

namespace optix {
namespace {

enum class SmileChoice : std::uint8_t { automatic, svi, svi_spline, none };
constexpr auto enum_names(SmileChoice) {
  return std::to_array<std::string_view>({"automatic", "svi", "svi_spline", "none"});
}
static_assert(static_cast<int>(SmileChoice::svi_spline) == static_cast<int>(SmileModel::svi_spline));

enum class RateUse : std::uint8_t { missing, always };
constexpr auto enum_names(RateUse) { return std::to_array<std::string_view>({"missing", "always"}); }

}  // namespace

std::vector<ParamSpec> enrich_params() {
  ParamSpec clock = param("clock", ParamKind::map, "how much variance time passes between two instants");
  clock.shorthand = "kind";
  clock.default_text = "calendar";
  const YearClock usual;
  clock.children = {
      choice<YearClockKind>("kind", "calendar: every nanosecond counts the same; business: sessions carry most of it",
                            usual.kind),
      number("session_share", "business: share of a session day's variance between open and close", "0.75", 0, 1),
      number("closed_day_weight", "business: variance of a closed day, in session days", "0.1", 0, 1),
      number("sessions_per_year", "business: session days in a year", "252", 1, 366)};
  const SurfaceOptions options;
  ParamSpec rate = number("rate", "interest rate, continuous; without it the quotes must give the discount factors",
                          std::nullopt, -1, 1);
  rate.hint = "rates are fractions a year: 0.02 is 2 %";
  return {
      choice("mode", "fill: only what the data lacks; recompute: everything, the vendor's values go", EnrichMode::fill),
      choice<SmileChoice>("smile",
                          "surface that gives rows without a quote of their own a volatility: automatic, svi, "
                          "svi_spline; none: such rows stay unknown",
                          SmileChoice::automatic),
      clock,
      rate,
      choice<RateUse>("use_rate", "missing: where put-call parity gives no discount factor; always: everywhere",
                      RateUse::missing),
      number("dividend_yield", "continuous; used with `rate` where parity gives no forward", "0", -1, 1),
      choice<ExerciseStyle>("exercise", "of all contracts: european or american", options.exercise),
      choice<AmericanScheme>("scheme", "how american options are priced", options.scheme)};
}

EnrichOptions enrich_options(const Value& p) {
  EnrichOptions out;
  out.mode = choice_value<EnrichMode>(p.at("mode").text());
  const auto smile = choice_value<SmileChoice>(p.at("smile").text());
  out.smile = smile != SmileChoice::none;
  if (out.smile) out.surface.model = choice_value<SmileModel>(p.at("smile").text());
  const Value& clock = p.at("clock");
  out.surface.clock.kind = choice_value<YearClockKind>(clock.at("kind").text());
  out.surface.clock.session_share = clock.at("session_share").as_double();
  out.surface.clock.closed_day_weight = clock.at("closed_day_weight").as_double();
  out.surface.clock.sessions_per_year = clock.at("sessions_per_year").as_double();
  if (p.has("rate")) out.surface.rates = RateCurve::flat(p.at("rate").as_double());
  out.surface.rates_from_curve = p.has("rate") && choice_value<RateUse>(p.at("use_rate").text()) == RateUse::always;
  out.surface.dividend_yield = p.at("dividend_yield").as_double();
  out.surface.exercise = choice_value<ExerciseStyle>(p.at("exercise").text());
  out.surface.scheme = choice_value<AmericanScheme>(p.at("scheme").text());
  return out;
}

ParamSpec enrich_ahead_param() {
  ParamSpec spec = param("enrich", ParamKind::map,
                         "volatilities and greeks of our own, computed ahead of the run in helper threads; what "
                         "comes out is that of pricing.surface");
  spec.shorthand = "mode";
  spec.children = enrich_params();
  spec.children.push_back(
      count("ahead", "snapshots prepared before they are asked for; 0: none ahead, without threads", "8", 0, 10'000));
  spec.children.push_back(count("threads", "helper threads", "2", 1, 64));
  return spec;
}

std::shared_ptr<const SnapshotSource> enrich_ahead(std::shared_ptr<const SnapshotSource> source, const Value& params,
                                                   const MakePrefetchPool& make_pool) {
  if (!params.has("enrich")) return source;
  const Value& p = params.at("enrich");
  LookaheadSource::Options options;
  options.ahead = static_cast<std::size_t>(p.at("ahead").as_int());
  options.threads = static_cast<std::size_t>(p.at("threads").as_int());
  if (make_pool && options.ahead > 0) options.pool = make_pool(options.threads, options.ahead + options.threads);
  return std::make_shared<LookaheadSource>(
      std::move(source),
      [enrich = enrich_options(p)](const MessageRef& snapshot) { return enrich_snapshot(snapshot, enrich).snapshot; },
      std::move(options));
}

}  // namespace optix
