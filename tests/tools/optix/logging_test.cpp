#include "tools/optix/logging.hpp"

#include <spdlog/spdlog.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

using namespace optix;

TEST_CASE("each verbosity lets its levels through", "[logging]") {
  struct Case {
    int verbosity;
    std::string levels;
  };
  const Case cases[] = {{-1, "warning error "},
                        {0, "info warning error "},
                        {1, "debug info warning error "},
                        {2, "trace debug info warning error "}};
  for (const Case& c : cases) {
    std::ostringstream out;
    const auto logger = make_logger({LogForm::json, c.verbosity}, out);
    logger->trace("x");
    logger->debug("x");
    logger->info("x");
    logger->warn("x");
    logger->error("x");
    std::istringstream lines(out.str());
    std::string levels, line;
    while (std::getline(lines, line)) levels += nlohmann::json::parse(line).at("level").get<std::string>() + " ";
    CAPTURE(c.verbosity);
    CHECK(levels == c.levels);
  }
}

TEST_CASE("a JSON line reads back as the message, whatever it holds", "[logging]") {
  struct Case {
    std::string message, expected;
  };
  const Case cases[] = {{"plain", "plain"},
                        {"say \"no\" to C:\\x", "say \"no\" to C:\\x"},
                        {"two\nlines\tand \x01", "two\nlines\tand \x01"},
                        {"naïve – ∂", "naïve – ∂"},
                        {std::string("nul\0in", 6), std::string("nul\0in", 6)},
                        {"broken \xff utf-8", "broken \xef\xbf\xbd utf-8"}};
  for (const Case& c : cases) {
    std::ostringstream out;
    make_logger({LogForm::json}, out)->info(c.message);
    const std::string text = out.str();
    CAPTURE(text);
    CHECK(std::count(text.begin(), text.end(), '\n') == 1);
    const auto line = nlohmann::json::parse(text);
    CHECK(line.at("message").get<std::string>() == c.expected);
    // 2019-04-25T20:15:00.123Z
    CHECK(line.at("time").get<std::string>().size() == 24);
  }
}

TEST_CASE("a text line has time, level and message and no colour codes", "[logging]") {
  std::ostringstream out;
  make_logger({}, out)->warn("stale chain");
  const std::string text = out.str();
  CAPTURE(text);
  REQUIRE(text.size() == std::string("20:15:00.123 warning stale chain\n").size());
  CHECK(text.substr(12) == " warning stale chain\n");
  CHECK(text.find('\x1b') == std::string::npos);
}
