#include "core/portfolio/lifecycle/work.hpp"
#include "tests/core/portfolio/lifecycle/living_book.hpp"

using namespace optix;

TEST_CASE("thresholds of exercise by date, to a millionth", "[trading][lifecycle]") {
  struct Case {
    const char* expiration;
    const char* threshold;
  };
  const Case cases[] = {{"2005-06-18", "0.25"}, {"2006-10-20", "0.25"}, {"2006-10-21", "0.05"},
                        {"2006-10-22", "0.05"}, {"2007-05-19", "0.05"}, {"2008-06-20", "0.05"},
                        {"2008-06-21", "0.01"}, {"2008-06-22", "0.01"}, {"2024-01-19", "0.01"}};
  for (const Case& c : cases)
    for (const char right : {'C', 'P'})
      for (const std::int64_t quantity : {1, -1})
        for (const std::int64_t off : {-1, 0, 1}) {
          INFO(c.expiration << " " << right << " " << quantity << " threshold " << c.threshold << " " << off << "e-6");
          LivingBook book;
          const ContractId id = book.define("XYZ", c.expiration, right, "100");
          book.hold(id, quantity);
          const Decimal past = dec(c.threshold) + Decimal::from_raw(off);
          const Decimal price = right == 'C' ? dec("100") + past : dec("100") - past;
          book.see(session_on_or_before(day(c.expiration)).to_string(), price.to_string());
          const std::string at = " at " + price.to_string();
          const std::int64_t shares = (right == 'C') == (quantity > 0) ? 100 : -100;
          if (off < 0)
            CHECK(book.told() == "expired " + std::to_string(quantity) + at);
          else
            CHECK(book.told() == std::string(quantity > 0 ? "exercised 1" : "assigned -1") + at + " " +
                                     std::to_string(shares) + "XYZ " + (shares > 0 ? "-10000.00" : "10000.00"));
          CHECK(book.held(id) == 0);
          CHECK(book.shares() == (off < 0 ? 0 : shares));
        }
}

TEST_CASE("index options settle in cash at their own values", "[trading][lifecycle]") {
  struct Step {
    const char* session;
    const char* price;
    int minutes;  // before the close
    const char* set;
    const char* told;
  };
  struct Case {
    const char* what;
    const char* root;
    Settlement settlement;
    bool announced;
    LifecycleRules rules;
    std::vector<Step> steps;
    const char* error;  // of the last step, or of the end
  };
  LifecycleRules substitute, last_price;
  substitute.settlement.am = AmSettlement::prior_close;
  last_price.settlement.missing = MissingSettlement::last_price;
  const Settlement am = Settlement::am, pm = Settlement::pm;
  const Case cases[] = {
      {"the value is known at the opening",
       "SPX",
       am,
       true,
       {},
       {{"2024-01-18", "5040", 0, "", ""}, {"2024-01-19", "5000", 389, "5001.25", "exercised 2 at 5001.25 pays 1.25"}},
       ""},
      {"it waits for a value that comes later in the session",
       "SPX",
       am,
       true,
       {},
       {{"2024-01-18", "5040", 0, "", ""},
        {"2024-01-19", "5100", 389, "", ""},
        {"2024-01-19", "5100", 300, "", ""},
        {"2024-01-19", "5100", 0, "4990", "expired 2 at 4990.00"}},
       ""},
      {"a value that comes between the sessions",
       "SPX",
       am,
       true,
       {},
       {{"2024-01-19", "5100", 0, "", ""}, {"2024-01-22", "5100", 0, "5002", "exercised 2 at 5002.00 pays 2.00"}},
       ""},
      {"a value that never comes stops at the next session",
       "SPX",
       am,
       true,
       {},
       {{"2024-01-19", "5100", 0, "", ""}, {"2024-01-22", "5100", 0, "", ""}},
       "SPX 2024-01-19 call 5000"},
      {"or at the end of the data", "SPX", am, true, {}, {{"2024-01-19", "5100", 0, "", ""}}, "am_settlement"},
      {"without any value it stops at once",
       "SPX",
       am,
       false,
       {},
       {{"2024-01-18", "5040", 0, "", ""}, {"2024-01-19", "5100", 389, "", ""}},
       "settles on the opening of 2024-01-19"},
      {"a substitute is used only when no value can come",
       "SPX",
       am,
       true,
       substitute,
       {{"2024-01-18", "5040", 0, "", ""},
        {"2024-01-19", "5100", 0, "", ""},
        {"2024-01-22", "5100", 0, "", "exercised 2 at 5040.00~ pays 40.00"}},
       ""},
      {"a substitute at once when none was announced",
       "SPX",
       am,
       false,
       substitute,
       {{"2024-01-18", "5040", 0, "", ""}, {"2024-01-19", "5100", 0, "", "exercised 2 at 5040.00~ pays 40.00"}},
       ""},
      {"pm: the last price at or before the close",
       "SPXW",
       pm,
       false,
       {},
       {{"2024-01-19", "5005", 30, "", ""}, {"2024-01-19", "5003.5", 0, "", "exercised 2 at 5003.50 pays 3.50"}},
       ""},
      {"pm: seen a session later, the price of its own session counts",
       "SPXW",
       pm,
       false,
       {},
       {{"2024-01-19", "5003.5", 15, "", ""}, {"2024-01-22", "5900", 0, "", "exercised 2 at 5003.50 pays 3.50"}},
       ""},
      {"pm: the product's published value goes first",
       "SPXW",
       pm,
       true,
       {},
       {{"2024-01-19", "5003.5", 0, "5004", "exercised 2 at 5004.00 pays 4.00"}},
       ""},
      {"pm: announced, waits; never published: the last price",
       "SPXW",
       pm,
       true,
       {},
       {{"2024-01-19", "5003.5", 0, "", ""}, {"2024-01-22", "5900", 0, "", "exercised 2 at 5003.50 pays 3.50"}},
       ""},
      {"pm: the session is missing",
       "SPXW",
       pm,
       false,
       {},
       {{"2024-01-18", "5003.5", 0, "", ""}, {"2024-01-22", "5900", 0, "", ""}},
       "missing_settlement: last_price"},
      {"pm: the session is missing, substitute",
       "SPXW",
       pm,
       false,
       last_price,
       {{"2024-01-18", "5003.5", 0, "", ""}, {"2024-01-22", "5900", 0, "", "exercised 2 at 5003.50~ pays 3.50"}},
       ""},
      {"no thresholds lower for the index",
       "SPXW",
       pm,
       false,
       {},
       {{"2024-01-19", "5000.009999", 0, "", "expired 2 at 5000.009999"}},
       ""},
      {"exactly at the threshold",
       "SPXW",
       pm,
       false,
       {},
       {{"2024-01-19", "5000.01", 0, "", "exercised 2 at 5000.01 pays 0.01"}},
       ""},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    LivingBook book(c.rules);
    const ContractId call =
        book.define(c.root, "2024-01-19", 'C', "5000", c.settlement, ExerciseStyle::european, "SPX");
    book.hold(call, 2);
    const std::string symbol = c.settlement == Settlement::am ? "SET" : "SPX";
    if (c.announced) book.life.on_settlement({sym(symbol), Date{}, Decimal::none()});
    std::string error;
    try {
      for (const Step& step : c.steps) {
        INFO(step.session << " " << step.minutes << " minutes before the close");
        if (*step.set) book.publish(symbol, "2024-01-19", step.set);
        book.see(book.chain(step.session, step.price, {}, step.minutes, "SPX"));
        book.reload();
        CHECK(book.told() == step.told);
      }
      book.finish();
    } catch (const std::runtime_error& e) {
      error = e.what();
    }
    INFO(error);
    CHECK(error.empty() == (*c.error == 0));
    CHECK(error.find(c.error) != std::string::npos);
    if (!*c.error) CHECK(book.held(call) == 0);
  }
}

TEST_CASE("what the end of the data leaves", "[trading][lifecycle]") {
  LivingBook book;
  const ContractId now = book.define("XYZ", "2024-01-19", 'P', "100");
  const ContractId later = book.define("XYZ", "2024-02-16", 'P', "100");
  book.hold(now, -1);
  book.hold(later, -1);
  book.see("2024-01-18", "90");
  book.see("2024-01-19", "90", {}, 1);  // not yet settled: a minute before the close
  book.finish();
  CHECK(book.told().empty());
  // Another underlying's snapshot at the close: XYZ itself may still get a later price.
  book.see(book.chain("2024-01-19", "50", {}, 0, "ABC"));
  CHECK(book.told().empty());
  book.finish();
  CHECK(book.told() == "assigned -1 at 90.00 100XYZ -10000.00");
  CHECK(book.held(later) == -1);
}

TEST_CASE("another underlying's later session settles what lost its data", "[trading][lifecycle]") {
  LivingBook book;
  const ContractId call = book.define("XYZ", "2024-01-19", 'C', "100");
  book.hold(call, 1);
  book.see("2024-01-19", "101", {}, 1);
  book.see(book.chain("2024-01-22", "50", {}, 0, "ABC"));
  CHECK(book.told() == "exercised 1 at 101.00 100XYZ -10000.00");
}

TEST_CASE("holders' wishes at expiration", "[trading][lifecycle]") {
  struct Case {
    const char* what;
    char right;
    std::int64_t held;
    std::int32_t leave, exercise;
    const char* close;
    const char* told;
  };
  const Case cases[] = {
      {"not exercised though in the money", 'C', 1, 1, 0, "100.50", "expired 1 at 100.50"},
      {"some of them", 'C', 3, 2, 0, "100.50", "exercised 1 at 100.50 100XYZ -10000.00; expired 2 at 100.50"},
      {"exercised though out of the money", 'P', 2, 0, 1, "100.50",
       "exercised 1 at 100.50 -100XYZ 10000.00; expired 1 at 100.50"},
      {"a wish that comes true anyway", 'C', 1, 0, 1, "100.50", "exercised 1 at 100.50 100XYZ -10000.00"},
      {"out of the money nothing is left anyway", 'C', 1, 1, 0, "99", "expired 1 at 99.00"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    LivingBook book;
    const ContractId id = book.define("XYZ", "2024-01-19", c.right, "100", Settlement::pm, ExerciseStyle::european);
    book.hold(id, c.held);
    book.see("2024-01-18", "100");
    if (c.leave) CHECK(book.instruct(id, c.leave, ExerciseChoice::do_not_exercise).empty());
    if (c.exercise) CHECK(book.instruct(id, c.exercise, ExerciseChoice::exercise).empty());
    CHECK(book.told().empty());
    book.reload();
    book.see("2024-01-19", c.close);
    CHECK(book.told() == c.told);
    CHECK(book.life.state().wishes.empty());
  }
  // In cash nobody pays to have nothing delivered; below the threshold but in the money he may.
  for (const auto& [close, told] :
       {std::pair{"5000.00", "expired 1 at 5000.00"}, std::pair{"4999.00", "expired 1 at 4999.00"},
        std::pair{"5000.005", "exercised 1 at 5000.005 pays 0.005"}}) {
    LivingBook book;
    const ContractId id =
        book.define("SPXW", "2024-01-19", 'C', "5000", Settlement::pm, ExerciseStyle::european, "SPX");
    book.hold(id, 1);
    book.instruct(id, 1, ExerciseChoice::exercise);
    book.see(book.chain("2024-01-19", close, {}, 0, "SPX"));
    CHECK(book.told() == told);
  }
}

TEST_CASE("exercising early on instruction", "[trading][lifecycle]") {
  LivingBook book;
  const ContractId call = book.define("XYZ", "2024-03-15", 'C', "100");
  const ContractId put = book.define("XYZ", "2024-03-15", 'P', "100");
  const ContractId oex = book.define("OEX", "2024-03-15", 'C', "2000", Settlement::pm, ExerciseStyle::american, "OEX");
  book.hold(call, 3);
  book.hold(put, -1);
  book.hold(oex, 2);
  const auto exercise = ExerciseChoice::exercise;
  CHECK_THAT(book.instruct(call, 1, exercise), Catch::Contains("no price of XYZ"));
  book.see("2024-01-10", "104");
  book.see(book.chain("2024-01-10", "2010", {}, 0, "OEX"));
  CHECK_THAT(book.instruct(call, 4, exercise), Catch::Contains("4 of 3 contracts"));
  CHECK_THAT(book.instruct(call, 0, exercise), Catch::Contains("0 of 3 contracts"));
  CHECK_THAT(book.instruct(put, 1, exercise), Catch::Contains("no long option"));
  CHECK_THAT(book.instruct(call, 1, exercise, 2), Catch::Contains("no long option"));
  CHECK(book.told().empty());
  CHECK(book.instruct(call, 2, exercise).empty());
  CHECK(book.told() == "early_exercise 2 at 104.00 200XYZ -20000.00");
  CHECK(book.instruct(oex, 1, exercise).empty());
  CHECK(book.told() == "early_exercise 1 at 2010.00 pays 10.00");
  book.see(book.chain("2024-01-10", "2000", {}, 0, "OEX"));
  CHECK_THAT(book.instruct(oex, 1, exercise), Catch::Contains("out of the money at 2000.00"));
  book.see("2024-01-11", "90");
  CHECK(book.instruct(call, 1, exercise).empty());  // his loss
  CHECK(book.done.back().intrinsic == dec("-10"));
  CHECK(book.told() == "early_exercise 1 at 90.00 100XYZ -10000.00");
  CHECK(book.shares() == 300);
}

TEST_CASE("pinned to the strike", "[trading][lifecycle]") {
  struct Case {
    PinMode mode;
    const char* close;
    std::int64_t quantity;
    const char* told;
  };
  const PinMode yes = PinMode::assigned, no = PinMode::expired, by_threshold = PinMode::automatic;
  const Case cases[] = {
      {yes, "99.75", -1, "assigned -1 at 99.75 -100XYZ 10000.00"},
      {yes, "99.749999", -1, "expired -1 at 99.749999"},
      {no, "100.25", -1, "expired -1 at 100.25"},
      {no, "100.250001", -1, "assigned -1 at 100.250001 -100XYZ 10000.00"},
      {by_threshold, "100.25", -1, "assigned -1 at 100.25 -100XYZ 10000.00"},
      {by_threshold, "99.75", -1, "expired -1 at 99.75"},
      {yes, "99.75", 1, "expired 1 at 99.75"},  // the holder decides for himself
      {no, "100.25", 1, "exercised 1 at 100.25 100XYZ -10000.00"},
  };
  for (const Case& c : cases) {
    INFO(enum_name(c.mode) << " " << c.close);
    LifecycleRules rules;
    rules.pin = c.mode;
    rules.pin_band = dec("0.25");
    LivingBook book(rules);
    const ContractId call = book.define("XYZ", "2024-01-19", 'C', "100");
    book.hold(call, c.quantity);
    book.see("2024-01-19", c.close);
    CHECK(book.told() == c.told);
  }
  LifecycleRules rules;  // without a band every mode is the threshold's
  rules.pin = PinMode::assigned;
  LivingBook book(rules);
  book.hold(book.define("XYZ", "2024-01-19", 'C', "100"), -1);
  book.hold(book.define("SPXW", "2024-01-19", 'C', "100", Settlement::pm, ExerciseStyle::european, "SPX"), -1);
  book.see("2024-01-19", "100");
  CHECK(book.told() == "expired -1 at 100.00");
}

TEST_CASE("cash for everything, and products that settle in it", "[trading][lifecycle]") {
  LifecycleRules cash;
  cash.delivery = DeliveryRule::cash;
  LivingBook book(cash);
  book.hold(book.define("XYZ", "2024-01-19", 'P', "100"), -2);
  book.see("2024-01-19", "97.50");
  CHECK(book.told() == "assigned -2 at 97.50 pays 2.50");
  CHECK(book.cash == dec("-500"));
  CHECK(book.shares() == 0);
  LivingBook fund;  // SPY delivers, though it is in the table of products
  fund.hold(fund.define("SPY", "2024-01-19", 'C', "400", Settlement::pm, ExerciseStyle::american, "SPY"), 1);
  fund.see(fund.chain("2024-01-19", "401", {}, 0, "SPY"));
  CHECK(fund.told() == "exercised 1 at 401.00 100SPY -40000.00");
}

TEST_CASE("expirations dated on Saturdays settle at Friday's close", "[trading][lifecycle]") {
  LivingBook book;
  book.hold(book.define("XYZ", "2010-01-16", 'C', "100"), 1);
  book.see("2010-01-14", "99");
  CHECK(book.told().empty());
  book.see("2010-01-15", "101");
  CHECK(book.told() == "exercised 1 at 101.00 100XYZ -10000.00");
}

TEST_CASE("a step on which nothing is due asks for nothing", "[trading][lifecycle]") {
  LivingBook book;
  book.hold(book.define("XYZ", "2024-01-19", 'C', "100"), -1);
  CHECK_FALSE(book.see("2024-01-09", "99"));  // without interest and dividends nobody gains by exercising
  book.flat_rate(0.05);
  CHECK(book.see("2024-01-10", "99"));  // a session begins: its holders may have exercised
  CHECK_FALSE(book.see("2024-01-10", "99"));
  LivingBook european;
  european.hold(european.define("SPXW", "2024-01-19", 'C', "5000", Settlement::pm, ExerciseStyle::european, "SPX"), -1);
  for (const char* session : {"2024-01-10", "2024-01-11", "2024-01-18"})
    CHECK_FALSE(european.see(european.chain(session, "4000", {}, 0, "SPX")));
  CHECK(european.see(european.chain("2024-01-19", "4000", {}, 0, "SPX")));
  CHECK_FALSE(european.see(european.chain("2024-01-22", "4000", {}, 0, "SPX")));
}
