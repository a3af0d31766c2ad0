#pragma once
// What an import is told, beside its sources: one table of keys for `--spec FILE` and `--set KEY=VALUE`.
#include <memory>
#include <string>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/schema.hpp"
#include "core/data/import/importer.hpp"

namespace optix {

std::vector<ParamSpec> import_params();

struct ImportSpec {
  std::vector<std::string> sources;  // files, or one address of a database or service
  std::string spec_file;             // empty: none
  std::string layout;                // a preset, or a YAML file with the keys of `layout`; empty: as the spec says
  std::vector<std::string> sets;
  std::string reject_file;
};

// A provider for the sources and the options of its import. Sources are told apart by their names:
// sqlite: and postgresql: addresses, http: and https: addresses, .arrow and .feather files, and CSV
// (plain, .gz, .zst, .zip). Configuration errors go to `errors` (with an empty result).
struct PreparedImport {
  std::unique_ptr<MarketDataProvider> provider;
  ImportOptions options;
};
Result<PreparedImport> prepare_import(const ImportSpec& spec, Diagnostics& errors);

}  // namespace optix
