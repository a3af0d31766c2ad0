#include "tools/optix/setup.hpp"

#include <filesystem>

#include "actors/node_type.hpp"

namespace optix {

std::string presets_folder() {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const fs::path& folder :
       {program / "../share/optix/config", program / "../../config", fs::path(OPTIX_SOURCE_DIR) / "config"})
    if (fs::is_directory(folder / "topologies", ignored)) return fs::weakly_canonical(folder, ignored).string();
  return "config";
}

std::vector<NodeSchema> builtin_schemas() {
  std::vector<NodeSchema> schemas;
  for (const NodeType& type : builtin_node_types()) schemas.push_back(type.schema);
  return schemas;
}

std::optional<Topology> load(const ConfigArguments& arguments, const Console& console) {
  ConfigOptions options{{presets_folder()}, arguments.sets};
  if (arguments.seed) options.overrides.push_back("run.seed=" + std::to_string(*arguments.seed));
  if (arguments.threads) options.overrides.push_back("bind.caf_threads=" + std::to_string(*arguments.threads));
  LoadedTopology loaded = load_run(arguments.file, options, builtin_schemas());
  if (!loaded) {
    console.complain(loaded.diagnostics);
    return std::nullopt;
  }
  return std::move(loaded.topology);
}

}  // namespace optix
