// Not run by default: `test_core "[render]"` writes reports into the current folder to look at.
#include <catch2/catch.hpp>
#include <iostream>

#include "core/store/file_writer.hpp"
#include "core/store/report_html.hpp"
#include "tests/core/store/sample_run.hpp"

using namespace optix;

TEST_CASE("write sample reports to look at", "[.][render]") {
  for (const int sessions : {0, 1, 57, 700, 2600}) {
    const RunRecord run = sample::condor_run(sessions);
    const std::string name = "report-" + std::to_string(sessions) + ".html";
    CHECK(write_file(name, report_html(RunView(run))).ok());
    std::cout << name << "\n";
  }
}
