// random_sessions --seed N --count M --out FOLDER: M random sessions from seed N on, through the nodes of the
// standard topology with every invariant of the engine on. Each leaves its journal in FOLDER/SEED for
// the checker (without --out, none is kept). A seed that fails is printed; --seed N --count 1 repeats it.
#include <cstring>
#include <filesystem>
#include <iostream>
#include <string>

#include "config/yaml.hpp"
#include "tests/properties/random_trader.hpp"
#include "tests/scenarios/scenario_run.hpp"

using namespace optix;
using namespace optix::properties;
using namespace optix::scenarios;

namespace {

struct Totals {
  std::size_t orders = 0, fills = 0, partial = 0, settled = 0, delivered = 0, assigned_early = 0, adjusted = 0,
              dividends = 0, cancelled = 0, replaced = 0, triggered = 0, unknown = 0, calls = 0, trades = 0, marks = 0;
};

template <class T>
const T& pick(Dice& dice, const std::vector<T>& from) {
  return from[static_cast<std::size_t>(dice.below(static_cast<std::int64_t>(from.size())))];
}

// Parameters of the nodes: every model, cap, fee, lot method and margin rule turns up.
Value parameters(std::uint64_t seed) {
  Dice dice(seed, 3);
  const auto one = [&](std::vector<std::string> from) { return pick(dice, from); };
  const std::string executor = "{fill: {model: " + one({"touch", "mid", "spread_fraction"}) +
                               one({"", ", size_share: 0.5", ", size_share: 1, volume_share: 0.1"}) +
                               one({"", ", tick: penny", ", tick: nickel"}) +
                               ", resting: " + one({"touch", "model", "probability", "queue"}) +
                               "}, fees: {per_contract: 0.65" + one({"", ", per_order: 1.00"}) + "}" +
                               one({"", "", ", fill_on: next_snapshot"}) + one({"", ", stale_quotes: closing"}) +
                               one({"", "", "", ", faults: {lose_answers: 0.1, resolve_after: 2}"}) + "}";
  const std::string book = "{cash: " + one({"100000", "1000000"}) + ", mark: " + one({"mid", "touch"}) +
                           ", lots: " + one({"average", "fifo", "lifo", "highest_cost", "lowest_cost"}) +
                           ", assignment: {model: " + one({"none", "optimal", "worst_case", "worst_case"}) +
                           one({"", ", share: 0.5", ", random: true, share: 0.5"}) + "}" +
                           one({"", ", interest: {rate: 0.02, debit_rate: 0.06}"}) +
                           one({"", ", borrow: {rate: 0.05}"}) + one({"", ", pin: {mode: assigned, band: 0.10}"}) +
                           one({"", "", ", delivery: cash"}) + "}";
  const std::string risk = one({"{check_cash: false}", "{check_cash: false, margin: {every: snapshot}}",
                                "{margin: {account: reg_t, every: snapshot, call: {action: liquidate}}}",
                                "{margin: {account: reg_t}, max_drawdown_fraction: 0.3}",
                                "{check_cash: false, max_open_contracts: 40, order_rate: {orders: 5, seconds: 3600}}"});
  const std::string yaml = "{extends: standard, run: {seed: " + std::to_string(seed) +
                           "}, nodes: {executor: " + executor + ", book: " + book + ", risk: " + risk + "}}";
  const auto value = parse_yaml_value(yaml, {"parameters", 1, 1});
  if (!value) throw std::logic_error("not YAML: " + yaml);
  return *value;
}

void count(const EventLog& log, Totals& totals) {
  for (const SeenEvent& event : log.seen) {
    const MessageRef& m = event.message;
    totals.orders += m.get_if<OrderRequest>() != nullptr;
    if (const auto* fill = m.get_if<Fill>()) {
      ++totals.fills;
      totals.partial += fill->remaining > 0;
    }
    if (const auto* settled = m.get_if<ContractSettled>()) {
      ++totals.settled;
      totals.delivered += settled->shares != 0;
      totals.assigned_early += settled->cause == SettlementCause::early_assignment;
    }
    if (const auto* cash = m.get_if<CashChanged>()) totals.dividends += cash->cause == CashCause::dividend;
    totals.adjusted += m.get_if<HoldingAdjusted>() != nullptr;
    totals.cancelled += m.get_if<OrderCancelled>() != nullptr;
    totals.replaced += m.get_if<OrderReplaced>() != nullptr;
    totals.triggered += m.get_if<OrderTriggered>() != nullptr;
    totals.unknown += m.get_if<OrderUnknown>() != nullptr;
    totals.calls += m.get_if<MarginCall>() != nullptr;
    totals.trades += m.get_if<TradeClosed>() != nullptr;
    totals.marks += m.get_if<Equity>() != nullptr;
  }
}

// What holds whatever happened: at the end, profits of all trades and what was no trade's are the change
// of equity where everything is closed; and no quantity is left over or short of what fills and
// settlements say. Empty: all well.
std::string broken(const ScenarioRun& run) {
  if (!run.error.empty()) return run.error;
  Decimal deposits, interest, profit;
  bool open = false;
  Equity last;
  for (const SeenEvent& event : run.log.seen) {
    if (const auto* cash = event.message.get_if<CashChanged>()) {
      if (cash->cause == CashCause::deposit) deposits += cash->change;
      if (cash->cause == CashCause::interest) interest += cash->change;
    } else if (const auto* trade = event.message.get_if<TradeClosed>()) {
      open |= trade->still_open;
      profit += trade->pnl;
    } else if (const auto* equity = event.message.get_if<Equity>()) {
      last = *equity;
      if (equity->equity != equity->cash + equity->market_value) return "equity is not cash + holdings";
    }
  }
  if (!open && last.equity != deposits + interest + profit)
    return "trades made " + profit.to_string() + " and interest " + interest.to_string() + ", equity is " +
           last.equity.to_string() + " after deposits of " + deposits.to_string();
  return "";
}

bool play(std::uint64_t seed, const std::filesystem::path& folder, Totals& totals) {
  const RandomMarket market = random_market(seed);
  const ScenarioRun run = run_standard(parameters(seed), folder, [&](const std::string& node) -> std::unique_ptr<Node> {
    if (node == "replay") return std::make_unique<ScriptedNode>(market.waves, ScriptedNode::Options{.source = true});
    if (node == "strategy") return std::make_unique<RandomTrader>(seed);
    return nullptr;
  });
  count(run.log, totals);
  const std::string what = broken(run);
  if (!what.empty()) std::cout << "seed " << seed << ": " << what << "\n";
  return what.empty();
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seed = 1, sessions = 100;
  std::filesystem::path out;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (!std::strcmp(argv[i], "--seed"))
      seed = std::stoull(argv[i + 1]);
    else if (!std::strcmp(argv[i], "--count"))
      sessions = std::stoull(argv[i + 1]);
    else if (!std::strcmp(argv[i], "--out"))
      out = argv[i + 1];
    else
      return std::cerr << "usage: random_sessions [--seed N] [--count M] [--out FOLDER]\n", 2;
  }
  const bool keep = !out.empty();
  if (!keep) out = std::filesystem::temp_directory_path() / "optix-random-sessions";
  std::filesystem::remove_all(out);
  Totals totals;
  std::size_t failed = 0;
  for (std::uint64_t i = 0; i < sessions; ++i) {
    try {
      failed += !play(seed + i, out / std::to_string(seed + i), totals);
    } catch (const std::exception& error) {
      ++failed;
      std::cout << "seed " << seed + i << ": " << error.what() << "\n";
    }
  }
  if (!keep) std::filesystem::remove_all(out);
  std::cout << "random sessions: " << sessions << ", " << failed << " failed; " << totals.orders << " orders, "
            << totals.fills << " fills (" << totals.partial << " partial), " << totals.cancelled << " cancelled, "
            << totals.replaced << " replaced, " << totals.triggered << " triggered, " << totals.unknown << " unknown, "
            << totals.settled << " settled (" << totals.delivered << " delivered, " << totals.assigned_early
            << " early), " << totals.adjusted << " adjusted, " << totals.dividends << " dividends, " << totals.calls
            << " margin calls, " << totals.trades << " trades, " << totals.marks << " equity marks\n";
  return failed == 0 ? 0 : 1;
}
