// Checks on the real SPX chain of 2019. The data is not part of the project: without it these tests
// print "skipped".
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/contracts/chain_view.hpp"
#include "core/data/dataset.hpp"
#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

const char* const file = "data/spx_cboe_20190425_20190722_raw.csv.gz";
const Symbol spxw = *Symbol::from("SPXW");

Result<std::shared_ptr<const Dataset>> load_spx(bool read_ahead) {
  LoadOptions o;
  o.layout = *csv_layout_preset("cboe_historical");
  o.read_ahead = read_ahead;
  return load_csv(shared_path(file), o);
}

std::shared_ptr<const Dataset> spx() {
  static const auto data = load_spx(true);
  if (!data) throw std::runtime_error(data.error().to_string());
  return *data;
}

std::vector<const ChainSnapshot*> chains(const Dataset& data) {
  std::vector<const ChainSnapshot*> out;
  for (std::size_t i = 0; i < data.steps(); ++i) out.push_back(data.step(i).snapshot.get_if<ChainSnapshot>());
  return out;
}

std::string dates(const std::vector<Date>& list) {
  std::string out;
  for (const Date d : list) out += d.to_string() + " ";
  return out;
}

// The put of (root, expiration) that the reference rule picks: |delta| in [0.20, 0.30] nearest 0.25,
// tie to the lowest strike, bid and ask above 0.05, quoted again in `exit`.
std::optional<std::size_t> pick(const ChainSnapshot& entry, const ChainSnapshot& exit, Date expiration) {
  const auto group = find_group(entry, expiration, spxw, Right::put);
  if (!group) return std::nullopt;
  std::optional<std::size_t> best;
  const Decimal least = *Decimal::parse("0.05");
  const auto [begin, end] = group_rows(entry, *group);
  for (std::size_t row = begin; row < end; ++row) {
    const double delta = std::fabs(entry.delta[row]);
    if (!(delta >= 0.20 && delta <= 0.30) || entry.bid[row] <= least || entry.ask[row] <= least) continue;
    if (!find_row(exit, {spxw, expiration, Right::put, entry.strike[row]})) continue;
    if (!best || std::fabs(delta - 0.25) < std::fabs(std::fabs(entry.delta[*best]) - 0.25) - 1e-9) best = row;
  }
  return best;
}

// The reference stores prices as sums of doubles; ours are exact multiples of half a cent.
bool equal(Decimal ours, const std::string& reference) {
  return std::fabs(ours.to_double() - std::stod(reference)) < 1e-9;
}

}  // namespace

TEST_CASE("the SPX file: rows, sessions and traps are counted from the data and the calendar", "[data][spx]") {
  if (!shared_file_exists(file)) return;
  const QualityReport& q = spx()->quality();
  CHECK(q.lines == 809'782);
  CHECK(q.sessions.size() == 58);
  CHECK(q.sessions_used() == 56);
  std::vector<Date> stale, early;
  for (const SessionQuality& s : q.sessions) {
    if (s.use == SessionUse::dropped_closed) stale.push_back(s.session);
    if (s.low_volume) early.push_back(s.session);
  }
  CHECK(dates(stale) == "2019-05-27 2019-07-04 ");
  CHECK(dates(early) == "2019-04-25 ");
  CHECK(dates(q.missing_sessions) == "2019-05-10 2019-05-17 2019-06-14 2019-06-17 2019-06-18 ");
  const QuoteCounts all = q.totals(false), used = q.totals(true);
  CHECK(all.shared_keys == 143'512);
  CHECK(all.rows == 809'782);
  CHECK(used.rows == 809'782 - 13'324 - 14'506);
  CHECK(all.no_quote == 1'160);
  CHECK(all.zero_bid == 53'535);
  CHECK(all.one_sided == 0);
  CHECK(all.locked == 0);
  CHECK(all.crossed == 0);
  CHECK(all.unknown_iv == 70'769);
  CHECK(all.expired == 316);  // all in the stale chain of 07-04
  CHECK(used.expired == 0);
  CHECK(used.after_settlement == 1'152);
  CHECK(q.vanished == 0);
  CHECK(q.rows_skipped == 0);
}

TEST_CASE("the SPX snapshots are well formed and do not depend on the reading thread", "[data][spx]") {
  if (!shared_file_exists(file)) return;
  const auto other = load_spx(false);
  REQUIRE(other.ok());
  REQUIRE((*other)->steps() == spx()->steps());
  InstrumentTable table;
  for (std::size_t i = 0; i < spx()->steps(); ++i) {
    const DatasetStep step = spx()->step(i), same = (*other)->step(i);
    CHECK(step.snapshot.hash() == same.snapshot.hash());
    const auto& chain = step.snapshot.get<ChainSnapshot>();
    INFO(chain.session.to_string());
    const auto defect = chain_defect(chain);
    CHECK_FALSE(defect);
    if (step.instruments) table.add(step.instruments);
    std::size_t wrong = 0;
    for (std::size_t row = 0; row < chain.rows(); ++row)
      wrong += !table.contains(chain.contract[row]) || find_row(chain, table.at(chain.contract[row])) != row;
    CHECK(wrong == 0);
  }
  CHECK(table.size() == spx()->quality().contracts);
}

TEST_CASE("every candidate trade of the reference lists is found with its prices", "[data][spx]") {
  if (!shared_file_exists(file)) return;
  for (const bool mid : {false, true}) {
    const auto table = read_oracle(mid ? "trades/optopsy_short_put_mid_rawtrades.csv.gz"
                                       : "trades/optopsy_short_put_spread_rawtrades.csv.gz");
    if (!table) return;
    CHECK(table->rows.size() == 507);
    const auto all = chains(*spx());
    std::size_t matched = 0;
    for (const auto& row : table->rows) {
      const Date session = *Date::parse(row.at("quote_date_entry")), expiration = *Date::parse(row.at("expiration"));
      INFO((mid ? "mid " : "spread ") << session.to_string() << " " << expiration.to_string() << " strike "
                                      << row.at("strike"));
      const auto entry = std::find_if(all.begin(), all.end(), [&](auto* c) { return c->session == session; });
      REQUIRE(entry != all.end());
      // The exit day: the first session of the data with at most 7 days left.
      const auto exit = std::find_if(entry, all.end(), [&](auto* c) { return expiration - c->session <= 7; });
      REQUIRE(exit != all.end());
      const auto chosen = pick(**entry, **exit, expiration);
      REQUIRE(chosen);
      const Decimal strike = (*entry)->strike[*chosen];
      CHECK(equal(strike, row.at("strike")));
      CHECK(expiration - session == std::stoi(row.at("dte_entry")));
      const auto at_exit = find_row(**exit, {spxw, expiration, Right::put, strike});
      REQUIRE(at_exit);
      const Quote in = quote_at(**entry, *chosen), out = quote_at(**exit, *at_exit);
      const bool same =
          mid ? equal((in.bid + in.ask).half(), row.at("entry")) && equal((out.bid + out.ask).half(), row.at("exit"))
              : equal(in.bid, row.at("entry")) && equal(out.ask, row.at("exit"));
      if (!same)
        FAIL_CHECK("ours " << in.bid.to_string() << "/" << in.ask.to_string() << " out " << out.bid.to_string() << "/"
                           << out.ask.to_string() << " on " << (*exit)->session.to_string() << ", reference "
                           << row.at("entry") << " and " << row.at("exit"));
      matched += same;
    }
    CHECK(matched == 507);
    std::printf("%zu of %zu candidate trades (%s) have our entry and exit prices\n", matched, table->rows.size(),
                mid ? "mid" : "spread");
  }
}
