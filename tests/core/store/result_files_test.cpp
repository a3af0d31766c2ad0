#include "core/store/result_files.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/store/file_writer.hpp"
#include "messages/all.hpp"
#include "tests/core/store/sample_run.hpp"

using namespace optix;
namespace fs = std::filesystem;

namespace {

// A folder of its own that is gone afterwards.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("optix-store-" + std::to_string(++count));
  Folder() { fs::remove_all(path); }
  ~Folder() { fs::remove_all(path); }
  static inline int count = 0;
};

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("trades.csv in full", "[store]") {
  const RunRecord run = sample::small_run();
  CHECK(trades_csv(RunView(run)) ==
        "entry_date,exit_date,expiration,dte_entry,legs,entry_cost,exit_proceeds,pnl,status,position,exit_reason,"
        "opened,closed,days_held,dte_exit,entry_cost_usd,exit_proceeds_usd,fees_usd,mae_usd,mfe_usd,estimated,symbols,"
        "quantities,entry_prices,exit_prices,income_usd,pnl_touch,pnl_mid\n"
        "2019-04-25,2019-05-24,2019-05-31,36,-P2835,-19.20,-25.30,-610.00,dte_exit,3,days_to_expiry,"
        "2019-04-25T20:00:00Z,2019-05-24T20:00:00Z,29,7,-1920.00,-2530.00,0.00,-900.00,120.00,0,"
        "SPXW  190531P02835000,-1,19.20,25.30,0.00,-610.00,-580.00\n"
        "2019-05-24,2019-05-25,2019-05-31,7,-2P2835 +2P2800 +200SPX,,,117.40,open_marked,4,end_of_data,"
        "2019-04-25T20:00:00Z,2019-05-24T20:00:00Z,1,6,-1420.00,-1300.00,2.60,-900.00,120.00,0,"
        "SPXW  190531P02835000|SPXW  190531P02800000|SPX,-2|2|200,19.20|12.10|55.00,17.20|10.70|54.00,"
        "4.50,117.40,130.40\n");
}

TEST_CASE("fills.csv in full", "[store]") {
  const RunRecord run = sample::small_run();
  CHECK(
      fills_csv(RunView(run)) ==
      "session,quote_time,order,position,intent,reason,leg,symbol,quantity,price,bid,ask,fees_usd,touch,model,mid,"
      "execution,remaining\n"
      "2019-04-25,2019-04-25T20:00:00Z,7,3,open,entry,1,SPXW  190531P02835000,-1,19.20,19.20,19.50,1.30,19.20,19.20,"
      "19.35,1,2\n"
      "2019-04-25,2019-04-25T20:00:00Z,7,3,open,entry,2,SPXW  190531P02800000,1,12.10,,12.10,0.00,12.10,12.10,,1,2\n");
}

TEST_CASE("equity.csv keeps the last mark of an instant", "[store]") {
  RunRecord run = sample::small_run();
  Equity again = run.results.equity[1].get<Equity>();
  again.equity = Decimal::from_int(99'400);
  run.results.equity.insert(run.results.equity.begin() + 2, make_message(again));
  CHECK(equity_csv(RunView(run)) ==
        "session,time,equity,cash,market_value,realised,unrealised,fees,open_positions,open_contracts,stale_marks,"
        "underlying,income,liquidation_value,mid_value,initial_margin,maintenance_margin,margin_excess\n"
        "2019-04-25,2019-04-25T20:00:00Z,99980.00,99980.00,0.00,0.00,0.00,1.30,1,4,0,2900.00,0.00,0.00,0.00,,,\n"
        "2019-04-26,2019-04-26T20:00:00Z,99400.00,99390.00,0.00,0.00,0.00,1.30,1,4,0,2910.00,0.00,0.00,0.00,3500.00,"
        "3500.00,95890.00\n"
        "2019-04-27,2019-04-27T20:00:00Z,99500.00,99500.00,0.00,0.00,0.00,1.30,1,4,0,2920.00,0.00,0.00,0.00,3500.00,"
        "3500.00,-5.00\n"
        "2019-04-28,2019-04-28T20:00:00Z,100120.50,100120.50,0.00,0.00,0.00,1.30,0,0,0,2930.00,0.00,0.00,0.00,,,\n");
}

TEST_CASE("equity.csv has the price that was known at each mark", "[store]") {
  const Date day = Date::from_civil(2019, 4, 25);
  const auto at = [](Date d, int minute) { return d.midnight_utc() + (14 * 60 + minute) * 60 * nanos_per_second; };
  const auto said = [&](const char* symbol, Date d, int minute, int usd) {
    return make_message(UnderlyingPrice{Symbol::from(symbol).value(), at(d, minute), d, Decimal::from_int(usd)});
  };
  RunRecord run;
  run.results.prices = {said("SPX", day, 30, 2900),  said("NDX", day, 30, 7800),    said("SPX", day, 60, 2905),
                        said("SPX", day, 60, 2906),  said("SPX", day, 45, 1),  // late: newer ones are known
                        said("SPX", day, 120, 2950), said("SPX", day + 1, 30, 2890)};
  struct Case {
    Date session;
    int minute;
    const char* price;
  };
  const Case cases[] = {{day, 29, ""},           {day, 30, "2900.00"},     {day, 59, "2900.00"},
                        {day, 60, "2906.00"},    {day, 119, "2906.00"},    {day, 120, "2950.00"},
                        {day, 300, "2950.00"},   {day + 1, 29, "2950.00"},  // of the session before
                        {day + 1, 30, "2890.00"}};
  for (const Case& c : cases) {
    Equity e;
    e.time = at(c.session, c.minute);
    e.session = c.session;
    run.results.equity.push_back(make_message(e));
  }
  const RunView view(run);
  CHECK(view.price(day) == Decimal::from_int(2950));  // the session's last
  std::istringstream lines(equity_csv(view));
  std::string line;
  std::getline(lines, line);
  for (const Case& c : cases) {
    INFO(c.session.to_string() << " minute " << c.minute);
    REQUIRE(std::getline(lines, line));
    std::istringstream fields(line);
    std::string field;
    for (int i = 0; i < 12; ++i) std::getline(fields, field, ',');
    CHECK(field == c.price);
  }
  CHECK_FALSE(std::getline(lines, line));
}

TEST_CASE("attribution.csv in full, its sums and the margin in result.json", "[store]") {
  const RunRecord run = sample::small_run();
  CHECK(attribution_csv(RunView(run)) ==
        "session,time,total,delta,gamma,vega,theta,vanna,volga,rho,trading,residual,unexplained\n"
        "2019-04-26,2019-04-26T20:00:00Z,-590.00,-700.50,0.00,0.00,80.25,0.00,0.00,0.00,0.00,30.25,0\n"
        "2019-04-27,2019-04-27T20:00:00Z,110.00,115.00,0.00,0.00,40.00,0.00,0.00,0.00,0.00,-45.00,0\n");
  const auto json = nlohmann::json::parse(result_json(RunView(run)));
  CHECK(json.at("attribution").at("total") == -480.0);
  CHECK(json.at("attribution").at("theta") == 120.25);
  CHECK(json.at("attribution").at("residual") == -14.75);
  CHECK(json.at("attribution").at("sessions") == 2);
  CHECK(json.at("margin").at("lowest_excess") == "-5.00");
  CHECK(json.at("margin").at("computed") == 3);
  CHECK(json.at("margin").at("margin_calls") == 1);
  const auto none = nlohmann::json::parse(result_json(RunView(RunRecord{})));
  CHECK(none.at("attribution").is_null());
  CHECK(none.at("margin").is_null());
}

TEST_CASE("result.json says what, from where, and why a figure is missing", "[store]") {
  RunRecord run = sample::small_run();
  run.warnings = {"two snapshots were dropped", "bytes that are not text: \xff"};
  run.quality_json = R"({"missing": ["2019-05-10"]})";
  const auto json = nlohmann::json::parse(result_json(RunView(run)));
  CHECK(json.at("schema") == "optix.result");
  CHECK(json.at("schema_version") == result_schema_version);
  CHECK(json.at("provenance").at("seed") == 42);
  CHECK(json.at("provenance").at("digest") == "243f6a8885a308d3");
  CHECK(json.at("period").at("sessions") == 4);
  CHECK(json.at("account").at("final_equity") == "100120.50");
  CHECK(json.at("counts").at("trades") == 2);
  CHECK(json.at("counts").at("events") == 1234);
  CHECK(json.at("rejections").at("no_bid") == 1);
  CHECK(json.at("data_quality").at("missing").size() == 1);
  CHECK(json.at("warnings").size() == 2);
  CHECK(json.at("metrics").at("total_return").at("value").get<double>() == Approx(0.001205));
  const auto& kelly = json.at("metrics").at("kelly");
  CHECK(kelly.at("value").is_null());
  CHECK(kelly.at("reason") == "fewer_than_30_trades");
  CHECK(kelly.at("n") == 1);
  for (const auto& [name, figure] : json.at("metrics").items()) {
    INFO(name);
    CHECK(figure.at("value").is_null() == figure.contains("reason"));
  }
}

TEST_CASE("quality text that is not JSON is kept as text", "[store]") {
  RunRecord run;
  run.quality_json = "{broken";
  CHECK(nlohmann::json::parse(result_json(RunView(run))).at("data_quality") == "{broken");
}

TEST_CASE("a run folder is written whole", "[store]") {
  const Folder folder;
  const RunRecord run = sample::condor_run(60);
  REQUIRE(write_result_files(folder.path / "a" / "b", run).ok());
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder.path / "a" / "b")) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"attribution.csv", "equity.csv", "fills.csv", "report.html", "result.json",
                                          "trades.csv"});
  // The same run again gives the same bytes.
  const std::string before = read(folder.path / "a" / "b" / "result.json");
  REQUIRE(write_result_files(folder.path / "a" / "b", run).ok());
  CHECK(read(folder.path / "a" / "b" / "result.json") == before);
}

TEST_CASE("an I/O error names the path and leaves nothing half-written", "[store]") {
  const Folder folder;
  fs::create_directories(folder.path);
  SECTION("the folder does not exist") {
    const Status s = write_file(folder.path / "nowhere" / "x.csv", "text");
    REQUIRE_FALSE(s.ok());
    CHECK_THAT(s.error().where, Catch::Contains("nowhere"));
    CHECK_THAT(s.error().what, Catch::Contains("No such file"));
  }
  SECTION("a file stands where the folder should be") {
    REQUIRE(write_file(folder.path / "file", "x").ok());
    const Status s = write_result_files(folder.path / "file", RunRecord{});
    REQUIRE_FALSE(s.ok());
    CHECK_THAT(s.error().where, Catch::Contains("file"));
  }
  SECTION("the target cannot be replaced") {
    fs::create_directories(folder.path / "x.csv" / "inside");
    const Status s = write_file(folder.path / "x.csv", "text");
    REQUIRE_FALSE(s.ok());
    CHECK_FALSE(fs::exists(folder.path / "x.csv.partial"));
  }
  SECTION("the disk is full") {
    if (!fs::exists("/dev/full")) return;
    fs::create_symlink("/dev/full", folder.path / "x.csv.partial");
    const Status s = write_file(folder.path / "x.csv", "text");
    REQUIRE_FALSE(s.ok());
    CHECK_THAT(s.error().what, Catch::Contains("No space left"));
    CHECK_FALSE(s.error().hint.empty());
    CHECK_FALSE(fs::exists(folder.path / "x.csv"));
  }
  SECTION("an old file survives until the new one is complete") {
    REQUIRE(write_file(folder.path / "x.csv", "old").ok());
    REQUIRE(write_file(folder.path / "x.csv", "new").ok());
    CHECK(read(folder.path / "x.csv") == "new");
    CHECK_FALSE(fs::exists(folder.path / "x.csv.partial"));
  }
}

TEST_CASE("legs in short", "[store]") {
  const RunRecord run = sample::small_run();
  const RunView view(run);
  TradeClosed t;
  t.expiration = Date::from_civil(2019, 5, 31);
  struct Case {
    std::vector<TradeLeg> legs;
    Date expiration;
    const char* text;
  };
  const Date other = Date::from_civil(2019, 6, 21);
  const Case cases[] = {{{{0, -1, {}, {}}}, t.expiration, "-P2835"},
                        {{{0, 3, {}, {}}, {1, -3, {}, {}}}, t.expiration, "+3P2835 -3P2800"},
                        {{{0, 1, {}, {}}}, other, "+P2835@2019-05-31"},
                        {{{99, -1, {}, {}}}, t.expiration, "-#99"},
                        {{}, t.expiration, ""}};
  for (const Case& c : cases) {
    t.legs.assign(c.legs.begin(), c.legs.end());
    t.expiration = c.expiration;
    CHECK(legs_text(view, t) == c.text);
  }
  t.legs = {{99, -1, {}, {}}};
  CHECK_FALSE(per_share(view, t).has_value());
  CHECK(view.symbol(FillLeg{99, 1}) == "contract 99");
}
