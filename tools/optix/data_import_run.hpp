#pragma once
// One import with its progress line, its summary and its exit code: what `optix data import` and
// `optix data generate` share.
#include <string>

#include "core/data/import/importer.hpp"
#include "tools/optix/console.hpp"

namespace optix {

// Imports into the dataset `name` (tools name datasets as core/data/store/dataset_names.hpp says) and
// prints what came of it; the exit code.
int run_import(const std::string& name, MarketDataProvider& provider, ImportOptions options, const Console& console);

}  // namespace optix
