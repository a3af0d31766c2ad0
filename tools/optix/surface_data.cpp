#include "tools/optix/surface_data.hpp"

#include <algorithm>
#include <cmath>

#include "actors/ports.hpp"
#include "tools/optix/exit_codes.hpp"

namespace optix {
namespace {

// The step a date or instant means.
Result<std::size_t> step_of(const SnapshotSource& source, const std::string& date) {
  const std::size_t steps = source.steps();
  if (steps == 0) return Error{"the data has no snapshot", "", ""};
  if (date.empty()) return steps - 1;
  const bool whole_day = date.size() <= 10;
  const Date session = whole_day ? Date::parse(date).value_or(Date{}) : Date{};
  const auto instant = Timestamp::parse(date);
  if (!instant)
    return Error{"'" + date + "' is not a date", "--date", "2019-05-24, or an instant: 2019-05-24T20:00:00Z"};
  const Timestamp until = whole_day ? (session + 1).midnight_utc() : *instant;
  std::size_t low = 0, high = steps;  // the first step after `until`
  while (low < high) {
    const std::size_t mid = low + (high - low) / 2;
    if (source.time(mid) <= until)
      low = mid + 1;
    else
      high = mid;
  }
  // Sessions are New York dates: an evening there is the next day in UTC.
  for (std::size_t i = low; i-- > 0 && low - i < 4;) {
    if (!whole_day) return i;
    if (source.step(i).snapshot.get<ChainSnapshot>().session == session) return i;
  }
  return Error{"there is no snapshot of " + date, "--date",
               "the data goes from " + source.time(0).to_string() + " to " + source.time(steps - 1).to_string()};
}

// What the most recently listed contracts say; a ChainSnapshot does not.
ExerciseStyle exercise_of(const SnapshotSource& source, std::size_t step) {
  for (std::size_t i = step + 1; i-- > 0;)
    if (const MessageRef batch = source.step(i).instruments) {
      const auto& styles = batch.get<InstrumentBatch>().exercise;
      if (std::find(styles.begin(), styles.end(), ExerciseStyle::american) != styles.end())
        return ExerciseStyle::american;
      return ExerciseStyle::european;
    }
  return ExerciseStyle::european;
}

}  // namespace

void add_surface_options(CLI::App& command, SurfaceArguments& a) {
  command.add_option("--rate", a.rate, "Interest rate where put-call parity gives no discount factor")
      ->check(CLI::Range(-1.0, 1.0));
  command.add_option("--yield", a.dividend_yield, "Dividend yield where parity gives no forward; with --rate")
      ->check(CLI::Range(-1.0, 1.0));
  command.add_option("--model", a.model, "automatic, svi or svi_spline (default automatic)")
      ->check(CLI::IsMember(choices_of<SmileModel>()));
  command.add_option("--clock", a.clock, "calendar or business (default calendar)")
      ->check(CLI::IsMember(choices_of<YearClockKind>()));
  command.add_option("--exercise", a.exercise, "european or american (default: as the contracts say)")
      ->check(CLI::IsMember(choices_of<ExerciseStyle>()));
  command.add_option("--root", a.roots, "Only this option root; may be repeated")->take_all()->allow_extra_args(false);
}

std::optional<FittedSnapshot> fit_surface_of(const SurfaceRequest& request, const Console& console, int& exit) {
  const auto source = load_data(request.data, console, exit);
  if (!source) return std::nullopt;
  const auto refuse = [&](const Error& error, int code) {
    console.complain(error);
    exit = code;
    return std::nullopt;
  };
  const auto step = step_of(*source, request.date);
  if (!step) return refuse(step.error(), exit_code::usage);

  const SurfaceArguments& a = request.surface;
  SurfaceOptions options;
  options.allow_stale = true;
  options.clock.kind = choice_value<YearClockKind>(a.clock);
  options.model = choice_value<SmileModel>(a.model);
  options.dividend_yield = a.dividend_yield;
  if (a.rate) options.rates = RateCurve::flat(*a.rate);
  options.exercise = a.exercise.empty() ? exercise_of(*source, *step) : choice_value<ExerciseStyle>(a.exercise);
  for (const std::string& name : a.roots) {
    const auto root = Symbol::from(name);
    if (!root)
      return refuse(Error{"'" + name + "' is not an option root", "--root", "at most eight characters"},
                    exit_code::usage);
    options.roots.push_back(*root);
  }
  FittedSnapshot out{source->step(*step).snapshot, options.exercise, {}};
  auto fit = fit_surface(out.snapshot.get<ChainSnapshot>(), options);
  if (!fit) return refuse(fit.error(), exit_code::data);
  out.fit = std::move(*fit);
  return out;
}

}  // namespace optix
