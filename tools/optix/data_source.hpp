#pragma once
// Data named on a command line: a CSV file, `simulated`, or a configuration whose data is meant.
#include <memory>
#include <string>

#include "core/data/dataset.hpp"
#include "tools/optix/setup.hpp"

namespace optix {

struct DataArguments {
  std::string dataset;     // file.csv, file.csv.gz, `simulated`, or the name of a run
  ConfigArguments config;  // overrides and seed; its file is set here
};

// The data of the first source of the configuration. nullptr after saying why there is none; `exit`
// is the exit code.
std::shared_ptr<const SnapshotSource> load_data(const DataArguments& arguments, const Console& console, int& exit);

}  // namespace optix
