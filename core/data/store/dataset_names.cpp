#include "core/data/store/dataset_names.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace optix {
namespace fs = std::filesystem;
namespace {

bool has_manifest(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / "manifest.json", ignored);
}

void gather(const fs::path& folder, const std::string& prefix, int depth, std::vector<std::string>& names) {
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (!at->is_directory(ignored)) continue;
    const std::string name = prefix + at->path().filename().string();
    if (has_manifest(at->path()))
      names.push_back(name);
    else if (depth > 1)
      gather(at->path(), name + "/", depth - 1, names);
  }
}

}  // namespace

std::vector<std::string> dataset_names(const std::string& folder) {
  std::vector<std::string> names;
  gather(folder, "", 2, names);
  std::sort(names.begin(), names.end());
  return names;
}

std::string place_for_dataset(const std::string& name) {
  if (has_manifest(name) || name.find('/') != std::string::npos) return name;
  return std::string(datasets_folder) + "/" + name;
}

Result<std::string> find_dataset(const std::string& name) {
  const std::string place = place_for_dataset(name);
  if (!name.empty() && has_manifest(place)) return place;
  std::string known;
  for (const std::string& other : dataset_names(datasets_folder)) known += (known.empty() ? "" : ", ") + other;
  std::error_code ignored;
  const bool folder = fs::is_directory(place, ignored);
  return Error{folder ? "the folder holds no dataset: it has no manifest.json" : "there is no such dataset", place,
               known.empty() ? "make one with `optix data import` or `optix data generate`; datasets lie in the folder "
                               "`data` unless a path is given"
                             : "datasets in the folder `data`: " + known};
}

}  // namespace optix
