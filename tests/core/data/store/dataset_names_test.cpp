#include "core/data/store/dataset_names.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;
using namespace optix;

namespace {

// A working directory of its own, with datasets and other folders in it.
class Place {
 public:
  Place() : before_(fs::current_path()), here_(fs::temp_directory_path() / "optix-dataset-names-test") {
    fs::remove_all(here_);
    for (const char* folder : {"data/spx-2019", "data/vendor/goog", "data/empty", "elsewhere/mine"})
      fs::create_directories(here_ / folder);
    for (const char* folder : {"data/spx-2019", "data/vendor/goog", "elsewhere/mine"})
      std::ofstream(here_ / folder / "manifest.json") << "{}";
    fs::current_path(here_);
  }
  ~Place() {
    fs::current_path(before_);
    fs::remove_all(here_);
  }

 private:
  fs::path before_, here_;
};

}  // namespace

TEST_CASE("datasets are found by name and by path", "[data][dataset_names]") {
  const Place place;
  CHECK(dataset_names("data") == std::vector<std::string>{"spx-2019", "vendor/goog"});
  CHECK(dataset_names("nowhere").empty());
  struct Case {
    const char *name, *folder;
  };
  for (const Case& c : {Case{"spx-2019", "data/spx-2019"}, Case{"data/spx-2019", "data/spx-2019"},
                        Case{"data/vendor/goog", "data/vendor/goog"}, Case{"elsewhere/mine", "elsewhere/mine"}}) {
    INFO(c.name);
    const auto found = find_dataset(c.name);
    REQUIRE(found);
    CHECK(*found == c.folder);
    CHECK(place_for_dataset(c.name) == c.folder);
  }
  CHECK(place_for_dataset("new") == "data/new");
  CHECK(place_for_dataset("./new") == "./new");
}

TEST_CASE("an unknown dataset is an error that says what there is", "[data][dataset_names]") {
  const Place place;
  CHECK(find_dataset("spy").error().hint == "datasets in the folder `data`: spx-2019, vendor/goog");
  CHECK(find_dataset("empty").error().what == "the folder holds no dataset: it has no manifest.json");
  CHECK_FALSE(find_dataset(""));
}
