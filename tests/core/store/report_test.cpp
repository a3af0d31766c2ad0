#include <catch2/catch.hpp>
#include <cmath>

#include "core/store/report_chart.hpp"
#include "core/store/report_html.hpp"
#include "core/store/report_text.hpp"
#include "messages/all.hpp"
#include "tests/core/store/sample_run.hpp"

using namespace optix;

namespace {

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

// Every element that is opened is closed, in order.
std::string first_mismatch(const std::string& html) {
  std::vector<std::string> open;
  for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    const std::size_t end = html.find('>', at);
    if (end == std::string::npos) return "a tag without an end";
    const std::string tag = html.substr(at + 1, end - at - 1);
    if (tag[0] == '!' || tag.back() == '/') continue;
    const std::string name = tag.substr(tag[0] == '/' ? 1 : 0, tag.find_first_of(" \n") - (tag[0] == '/' ? 1 : 0));
    if (name == "meta") continue;
    if (tag[0] != '/') {
      open.push_back(name);
    } else {
      if (open.empty() || open.back() != name)
        return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back());
      open.pop_back();
    }
  }
  return open.empty() ? "" : "<" + open.back() + "> stays open";
}

}  // namespace

TEST_CASE("numbers as people read them", "[store][report]") {
  CHECK(grouped(1234567.891, 2) == "1,234,567.89");
  CHECK(grouped(-0.001, 2) == "0.00");
  CHECK(grouped(-1234, 0) ==
        "\xE2\x88\x92"
        "1,234");
  CHECK(grouped(NAN, 2) == "\xE2\x80\x93");
  CHECK(money_text(Decimal::parse("-610").value()) == "\xE2\x88\x92$610.00");
  CHECK(money_text(Decimal::parse("1234567.125").value()) == "$1,234,567.125");
  CHECK(money_text(Decimal::none()) == "\xE2\x80\x93");
  CHECK(percent_text(0.12345, 1) == "12.3\xC2\xA0%");
  struct Case {
    MetricValue metric;
    const char* text;
  };
  const Case cases[] = {{{"a", true, 0.5, "fraction", "", 1, ""}, "50.00\xC2\xA0%"},
                        {{"a", true, -12.5, "usd", "", 1, ""}, "\xE2\x88\x92$12.50"},
                        {{"a", true, 1234, "count", "", 1, ""}, "1,234"},
                        {{"a", true, 24.125, "days", "", 1, ""}, "24.1"},
                        {{"a", true, 1.836, "ratio", "", 1, ""}, "1.84"},
                        {{"a", true, -0.000123, "ratio", "", 1, ""},
                         "\xE2\x88\x92"
                         "1.23e-04"},
                        {{"a", false, 0, "ratio", "", 1, "no_losses"}, "\xE2\x80\x93"}};
  for (const Case& c : cases) CHECK(figure_text(c.metric) == c.text);
}

TEST_CASE("axis steps are 1, 2 or 5 times a power of ten", "[store][report]") {
  const struct {
    double low, high, step;
  } cases[] = {{0, 1, 0.2}, {0, 100, 20}, {99'000, 101'000, 500}, {-0.12, 0, 0.05}, {0, 7, 2}, {0, 5e-7, 1e-7}};
  for (const auto& c : cases) CHECK(nice_step(c.low, c.high, 5) == Approx(c.step));
}

TEST_CASE("the report is one well-formed file of its own", "[store][report]") {
  for (const int sessions : {0, 1, 2, 57, 700, 2600}) {
    INFO(sessions << " sessions");
    const RunRecord run = sample::condor_run(sessions);
    const std::string html = report_html(RunView(run));
    CHECK(first_mismatch(html) == "");
    CHECK(html.find("<script") == std::string::npos);
    CHECK(html.find("http") == std::string::npos);
    CHECK(html.find("nan") == std::string::npos);
    CHECK(html.find(">inf<") == std::string::npos);
    CHECK(html.size() < 600'000);
  }
}

TEST_CASE("the report shows each part and its numbers", "[store][report]") {
  const RunRecord run = sample::condor_run(700);
  const std::string html = report_html(RunView(run));
  for (const char* part : {"Key figures", "Equity", "Drawdown", "Monthly returns", "Trade statistics", "By exit reason",
                           "Trades", "Rejected orders and settlements", "Costs and settings",
                           "All figures and their definitions", "Read with care", "prefers-color-scheme", "@page"})
    CHECK(html.find(part) != std::string::npos);
  CHECK(count(html, "<div class=\"card\">") == 12);
  CHECK(count(html, "<svg") == 3);
  CHECK(html.find("<title>2018-01-02\nEquity $") != std::string::npos);
  CHECK(html.find("needs 10,000.00, has 8,250.40") != std::string::npos);
}

TEST_CASE("a run without content says so in words", "[store][report]") {
  const RunRecord nothing;
  const std::string html = report_html(RunView(nothing));
  for (const char* words : {"The run has no equity marks.", "The run made no trades.", "No order was rejected.",
                            "The run has no equity curve.", "The run reported no figures"})
    CHECK(html.find(words) != std::string::npos);
  CHECK(first_mismatch(html) == "");
}

TEST_CASE("text from outside cannot become markup", "[store][report]") {
  RunRecord run = sample::small_run();
  const std::string attack = "<img src=x onerror=alert(1)>\"'&</style></title>\x01";
  run.name = run.data = run.config_text = run.engine_version = run.digest = run.data_hash = run.config_hash = attack;
  run.stop_reason = attack;
  run.warnings = {attack};
  run.counts = {{attack, 1}};
  run.timings = {{attack, 1}};
  run.quality_json = R"({"<img src=x>": "<img src=x>"})";
  run.results.rejections.push_back(make_message(OrderRejected{1, 1, OrderIntent::open, RejectReason::no_ask, attack}));
  run.results.metrics.push_back(make_message(MetricValue{attack, true, 1, attack, attack, 1, attack}));
  run.results.metrics.push_back(make_message(MetricValue{attack, false, 1, attack, attack, 1, attack}));
  const std::string html = report_html(RunView(run));
  CHECK(count(html, "<img") == 0);
  CHECK(count(html, "</style>") == 1);
  CHECK(count(html, "</title>") == 1 + count(html, "<title>") - 1);
  CHECK(count(html, "\x01") == 0);
  CHECK(first_mismatch(html) == "");
}

TEST_CASE("warnings appear by themselves where a number misleads", "[store][report]") {
  RunRecord run = sample::small_run();
  run.stop_reason = "interrupted";
  Equity stale = run.results.equity.back().get<Equity>();
  stale.stale_marks = 1;
  run.results.equity.push_back(make_message(stale));
  TradeClosed t = run.results.trades.front().get<TradeClosed>();
  t.estimated = true;
  run.results.trades.push_back(make_message(t));
  const std::string html = report_html(RunView(run));
  for (const char* words :
       {"did not reach the end of its data: interrupted", "less than half a year", "Only 1 trade was closed",
        "1 session carries a holding", "1 trade rests on an estimated", "*: a settlement"})
    CHECK(html.find(words) != std::string::npos);
}

TEST_CASE("very many trades are cut, in words", "[store][report]") {
  RunRecord run = sample::small_run();
  while (run.results.trades.size() < 620) run.results.trades.push_back(run.results.trades.front());
  const std::string html = report_html(RunView(run));
  CHECK(html.find("The first 500 of 620; all are in trades.csv.") != std::string::npos);
}
