#pragma once
// How people name datasets: a folder, or a name of one in the folder `data` of the working directory.
#include <string>
#include <vector>

#include "messages/values/result.hpp"

namespace optix {

inline constexpr const char* datasets_folder = "data";

// Folders with a manifest below `folder`, two levels deep at most, sorted; names relative to it.
std::vector<std::string> dataset_names(const std::string& folder);

// The folder of an existing dataset: `name` itself when it has a manifest, else data/name. The error
// lists what there is and the nearest name.
Result<std::string> find_dataset(const std::string& name);

// Where a new dataset of that name goes: a name without a slash lies in the folder `data`, anything
// else is a path. An existing dataset is where find_dataset says.
std::string place_for_dataset(const std::string& name);

}  // namespace optix
