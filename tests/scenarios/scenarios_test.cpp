// Every scenario of this folder, in order of file and place; each leaves its journal for the checker.
#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>
#include <set>

#include "tests/scenarios/expectations.hpp"

using namespace optix;
using namespace optix::scenarios;

namespace {

std::filesystem::path output_folder() {
#ifdef OPTIX_SCENARIO_FOLDER
  return OPTIX_SCENARIO_FOLDER;
#else
  return std::filesystem::temp_directory_path() / "optix-scenarios";
#endif
}

std::vector<std::filesystem::path> scenario_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(OPTIX_SOURCE_DIR) + "/tests/scenarios"))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::string folder_name(std::string name) {
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '-';
  return name;
}

}  // namespace

TEST_CASE("every scenario goes as it is written", "[scenarios]") {
  const auto files = scenario_files();
  REQUIRE_FALSE(files.empty());
  std::filesystem::remove_all(output_folder());
  std::size_t scenarios = 0, failed = 0;
  for (const auto& file : files) {
    std::set<std::string> names;
    for (const Scenario& scenario : read_scenarios(file.string())) {
      ++scenarios;
      CHECK(names.insert(scenario.name).second);
      const auto folder = output_folder() / file.stem() / folder_name(scenario.name);
      std::vector<std::string> found;
      try {
        found = differences(scenario, run_scenario(scenario, folder));
      } catch (const std::exception& error) {
        found = {error.what()};
      }
      failed += !found.empty();
      for (const std::string& difference : found) std::cout << difference << "\n";
      CHECK(found.empty());
    }
  }
  std::cout << "scenarios: " << scenarios << ", " << failed << " differ\n";
}
