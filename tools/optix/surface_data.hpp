#pragma once
// From data named on a command line to the fitted surface of one of its snapshots.
#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "core/volatility/surface_fit.hpp"
#include "messages/ref.hpp"
#include "tools/optix/data_source.hpp"

namespace optix {

// How to fit; texts as given, checked by the option parser.
struct SurfaceArguments {
  std::optional<double> rate;
  double dividend_yield = 0;
  std::string model = "automatic";
  std::string clock = "calendar";
  std::string exercise;  // empty: as the contracts say
  std::vector<std::string> roots;
};
void add_surface_options(CLI::App& command, SurfaceArguments& arguments);

struct SurfaceRequest {
  DataArguments data;
  std::string date;  // session (its last snapshot) or instant (the last one until then); empty: the last of all
  SurfaceArguments surface;
};

struct FittedSnapshot {
  MessageRef snapshot;  // ChainSnapshot
  ExerciseStyle exercise = ExerciseStyle::european;
  SurfaceFit fit;
};

// nullopt after saying why; `exit` is the exit code.
std::optional<FittedSnapshot> fit_surface_of(const SurfaceRequest& request, const Console& console, int& exit);

}  // namespace optix
