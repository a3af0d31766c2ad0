#include "core/data/corporate_actions/adjusted_source.hpp"

#include <catch2/catch.hpp>

#include "core/contracts/instruments.hpp"
#include "core/data/corporate_actions/market_notices.hpp"
#include "core/time/calendar.hpp"
#include "tests/support/memory_dataset.hpp"
#include "tests/support/random_chains.hpp"
#include "tests/support/small_market.hpp"

using namespace optix;

namespace {

Split split_of(const char* ex, std::int64_t new_shares, std::int64_t old_shares, const char* underlying = "AAA") {
  Split s;
  s.underlying = sym(underlying);
  s.ex = day(ex);
  s.new_shares = new_shares;
  s.old_shares = old_shares;
  return s;
}

Dividend special_of(const char* ex, const char* amount, const char* underlying = "AAA") {
  Dividend d;
  d.underlying = sym(underlying);
  d.type = DividendKind::special;
  d.ex = day(ex);
  d.amount = dec(amount);
  return d;
}

EventStore events_of(std::vector<Split> splits, std::vector<Dividend> dividends) {
  EventStore out;
  out.splits = EventTable<Split>::from_rows(std::move(splits), "test").value();
  out.dividends = EventTable<Dividend>::from_rows(std::move(dividends), "test").value();
  return out;
}

// Everything in the order of a run: before a step, what is told at its time or earlier.
std::vector<MessageRef> run_of(const AdjustedSource& source) {
  std::vector<MessageRef> out;
  std::size_t action = 0;
  for (std::size_t s = 0; s < source.steps(); ++s) {
    for (; action < source.actions().size() && source.actions()[action].time <= source.time(s); ++action)
      for (const MessageRef& message : source.messages(action)) out.push_back(message);
    DatasetStep step = source.step(s);
    if (step.instruments) out.push_back(step.instruments);
    out.push_back(step.underlying);
    out.push_back(step.snapshot);
  }
  return out;
}

// Ids follow on from each other, every row of every chain has the id of its terms, and every row of an
// adjustment leads to what the rules say. Returns what the rows of adjustments are.
std::size_t check_run(const std::vector<MessageRef>& run) {
  InstrumentTable table;
  std::size_t adjusted = 0;
  std::map<std::tuple<Symbol, Symbol, Date, Right, Decimal>, ContractId> ids;
  for (const MessageRef& message : run) {
    if (message.id() == InstrumentBatch::info.id) {
      const std::size_t before = table.size();
      REQUIRE_NOTHROW(table.add(message));
      for (auto id = static_cast<ContractId>(before); id < table.size(); ++id) {
        const Contract c = table.at(id);
        REQUIRE(ids.emplace(std::tuple(c.underlying, c.root, c.expiration, c.right, c.strike), id).second);
      }
    } else if (const auto* chain = message.get_if<ChainSnapshot>()) {
      for (std::size_t g = 0; g < chain->groups(); ++g)
        for (std::size_t row = chain->group_begin[g]; row < chain->group_begin[g + 1]; ++row) {
          const Contract c = table.at(chain->contract[row]);
          REQUIRE(std::tuple(c.underlying, c.root, c.expiration, c.right, c.strike, c.settles) ==
                  std::tuple(chain->underlying, chain->group_root[g], chain->group_expiration[g], chain->group_right[g],
                             chain->strike[row], chain->group_settles[g]));
        }
    } else if (const auto* told = message.get_if<ContractsAdjusted>()) {
      adjusted += told->from.size();
      for (std::size_t row = 0; row < told->from.size(); ++row) {
        const Contract from = table.at(told->from[row]), to = table.at(told->to[row]);
        REQUIRE(from.expiration == to.expiration);
        REQUIRE(from.right == to.right);
        REQUIRE(from.settles == to.settles);
        REQUIRE(from.multiplier == to.multiplier);
        REQUIRE(from.underlying == told->underlying);
        REQUIRE(from.settles > session_open(told->ex));
      }
    }
  }
  return adjusted;
}

}  // namespace

TEST_CASE("contracts of a source split between two of its steps", "[data][corporate]") {
  const Right C = Right::call, P = Right::put;
  SmallMarket market("XYZ");
  std::vector<DatasetStep> steps;
  const auto add = [&](const char* session, const char* price, std::vector<SmallQuote> quotes) {
    const auto [instruments, chain] = market.at(session, price, std::move(quotes));
    const auto& c = chain.get<ChainSnapshot>();
    steps.push_back({instruments, make_message(UnderlyingPrice{c.underlying, c.time, c.session, dec(price)}), chain});
  };
  add("2021-06-01", "101",
      {{"XYZ", "2021-06-18", C, "50", "51", "52"},
       {"XYZ", "2021-06-18", C, "100", "3", "4"},
       {"XYZ", "2021-06-02", P, "100", "1", "2"}});
  add("2021-06-02", "102", {{"XYZ", "2021-06-18", P, "100", "1", "2"}});
  add("2021-06-03", "51",
      {{"XYZ", "2021-06-18", C, "25", "26", "27"},
       {"XYZ", "2021-06-18", C, "50", "2", "3"},
       {"XYZ", "2021-06-18", C, "60", "0", "1"},
       {"XYZ", "2021-06-18", P, "50", "1", "2"}});
  add("2021-06-04", "51", {{"XYZ", "2021-06-18", C, "60", "0", "1"}, {"XYZ", "2021-06-18", C, "25", "26", "27"}});
  const auto plain = std::make_shared<Dataset>(steps, QualityReport{});
  const EventStore events = events_of({split_of("2021-06-03", 2, 1, "XYZ"), split_of("2021-06-03", 5, 1, "ABC")}, {});
  const auto noticed = with_notices(plain, events, {sym("XYZ")});
  const auto source = std::dynamic_pointer_cast<const AdjustedSource>(noticed.source);
  REQUIRE(source);
  REQUIRE(source->actions().size() == 1);
  const auto run = run_of(*source);
  CHECK(check_run(run) == 3);
  // The steps before are the source's own.
  CHECK(source->step(0).snapshot.same_object(plain->step(0).snapshot));
  CHECK(source->step(1).instruments.same_object(plain->step(1).instruments));

  const auto told = source->messages(0);
  REQUIRE(told.size() == 3);
  const auto& batch = told[0].get<InstrumentBatch>();
  CHECK(batch.first_id == 4);
  CHECK(batch.strike.size() == 2);  // C25 and P50; C50 is there
  const auto& split = told[1].get<SplitNotice>();
  CHECK(split.underlying == sym("XYZ"));
  CHECK(split.ex == day("2021-06-03"));
  CHECK(split.new_shares == 2);
  CHECK(split.old_shares == 1);
  const auto& rows = told[2].get<ContractsAdjusted>();
  const auto id = [&](const char* strike, Right right) { return market.id("XYZ", "2021-06-18", right, strike); };
  // By id of the source, which are those of the run until then: C50, C100, P100.
  CHECK(std::vector<ContractId>(rows.from.begin(), rows.from.end()) ==
        std::vector<ContractId>{id("50", C), id("100", C), id("100", P)});
  CHECK(rows.to[1] == id("50", C));
  for (std::size_t row = 0; row < 3; ++row) {
    CHECK(rows.quantity_new[row] == 2);
    CHECK(rows.quantity_old[row] == 1);
    CHECK(rows.security[row] == sym("XYZ"));
    CHECK(rows.shares[row] == dec("100"));
    CHECK(rows.cash[row] == Decimal{});
  }
  // Only C60 is new on the ex-date itself.
  const DatasetStep ex = source->step(2);
  CHECK(ex.instruments.get<InstrumentBatch>().first_id == 6);
  CHECK(ex.instruments.get<InstrumentBatch>().strike.size() == 1);
  CHECK_FALSE(source->step(3).instruments);
  CHECK(ex.snapshot.get<ChainSnapshot>().bid[0] == dec("26"));
}

TEST_CASE("without adjustments a source stays what it is", "[data][corporate]") {
  RandomChains chains;
  chains.sessions = 5;
  const auto source = DatasetSource::open(std::make_shared<MemoryStore>(chains.all()), {}).value();
  const std::vector<Symbol> aaa{sym("AAA")};
  // Nothing at all; ordinary dividends; small special ones; splits of others, before the data, or in the
  // first session; a split into itself; one that was withdrawn.
  Dividend ordinary = special_of("2021-03-03", "5");
  ordinary.type = DividendKind::ordinary;
  const EventStore none[] = {
      {},
      events_of({}, {ordinary}),
      events_of({}, {special_of("2021-03-03", "0.12")}),
      events_of({split_of("2021-03-03", 2, 1, "BBB")}, {}),
      events_of({split_of("2021-02-26", 2, 1)}, {}),
      events_of({split_of("2021-03-01", 2, 1)}, {}),
      events_of({split_of("2021-03-08", 2, 1)}, {}),
      events_of({split_of("2021-03-03", 3, 3)}, {}),
  };
  for (const EventStore& events : none) CHECK(with_notices(source, events, aaa).source == source);
  CHECK(with_notices(source, {}, aaa).notices == nullptr);
}

TEST_CASE("ids stay dense and right through many adjustments", "[data][corporate]") {
  RandomChains chains;
  chains.underlyings = {"AAA", "BBB"};
  chains.sessions = 15;
  chains.minutes = {0, 390};
  const EventStore events =
      events_of({split_of("2021-03-03", 2, 1), split_of("2021-03-05", 3, 2), split_of("2021-03-10", 1, 10, "BBB"),
                 split_of("2021-03-10", 2, 1), split_of("2021-03-12", 1, 7)},
                {special_of("2021-03-04", "6"), special_of("2021-03-10", "8", "BBB")});
  const std::vector<Symbol> both{sym("AAA"), sym("BBB")};
  const auto make = [&] {
    const auto source = DatasetSource::open(std::make_shared<MemoryStore>(chains.all()), {}).value();
    return std::dynamic_pointer_cast<const AdjustedSource>(with_notices(source, events, both).source);
  };
  const auto source = make();
  REQUIRE(source);
  CHECK(source->actions().size() == 7);
  const auto run = run_of(*source);
  CHECK(check_run(run) > 500);
  // Asked in any order it says the same.
  const auto other = make();
  CHECK(other->messages(6).back().hash() == source->messages(6).back().hash());
  for (std::size_t s : {29u, 3u, 58u, 10u}) {
    CHECK(other->step(s).snapshot.hash() == source->step(s).snapshot.hash());
    const DatasetStep a = other->step(s), b = source->step(s);
    REQUIRE(static_cast<bool>(a.instruments) == static_cast<bool>(b.instruments));
    if (a.instruments) CHECK(a.instruments.hash() == b.instruments.hash());
  }
  // Data after a step changes nothing about it.
  RandomChains shorter = chains;
  shorter.sessions = 8;
  const auto cut = DatasetSource::open(std::make_shared<MemoryStore>(shorter.all()), {}).value();
  const auto early = with_notices(cut, events, both).source;
  for (std::size_t s = 0; s < early->steps(); ++s)
    CHECK(early->step(s).snapshot.hash() == source->step(s).snapshot.hash());
}
