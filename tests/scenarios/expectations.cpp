#include "tests/scenarios/expectations.hpp"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

namespace optix::scenarios {
namespace {

using nlohmann::json;

// A list that a step may expect: its key, the message, and whether such messages must be expected.
struct Kind {
  const char* key;
  MessageId message;
  bool strict;
  const char* scalar;  // the field that a bare value in the list stands for
  const char* second;  // the field of the right side in `{1: no_bid}`
};
const Kind kinds[] = {
    {"accepted", OrderAccepted::info.id, false, "order", ""},
    {"rejected", OrderRejected::info.id, true, "order", "reason"},
    {"cancelled", OrderCancelled::info.id, true, "order", "reason"},
    {"fills", Fill::info.id, true, "order", "remaining"},
    {"replaced", OrderReplaced::info.id, true, "order", "remaining"},
    {"triggered", OrderTriggered::info.id, true, "order", "cost"},
    {"unknown", OrderUnknown::info.id, true, "order", "detail"},
    {"status", OrderStatus::info.id, true, "order", "state"},
    {"settled", ContractSettled::info.id, true, "contract", "cause"},
    {"trades", TradeClosed::info.id, false, "position", "pnl"},
    {"adjusted", HoldingAdjusted::info.id, true, "position", "quantity_after"},
    {"calls", MarginCall::info.id, true, "deficit", ""},
    {"kill", KillSwitch::info.id, true, "engaged", ""},
    {"lots", LotClosed::info.id, false, "quantity", "proceeds"},
};

class Comparison {
 public:
  Comparison(const Scenario& scenario, const ScenarioRun& run) : scenario_(scenario), run_(run) {}

  std::vector<std::string> all() {
    check_error();
    std::size_t next = 0;
    for (std::size_t i = 0; i < scenario_.steps.size(); ++i) {
      const Step& step = scenario_.steps[i];
      const std::size_t begin = next;
      const bool last = i + 1 == scenario_.steps.size();
      while (next < run_.log.seen.size() && !is_end(next) &&
             (last || run_.log.seen[next].tag.time() < scenario_.steps[i + 1].at))
        ++next;
      instant_ = step.at.to_string();
      check(begin, next, step.expect, step.where);
      if (!run_.error.empty() && next == run_.log.seen.size()) return std::move(found_);
    }
    instant_ = "end";
    check(next, run_.log.seen.size(), scenario_.end, scenario_.where);
    return std::move(found_);
  }

 private:
  bool is_end(std::size_t i) const { return run_.log.seen[i].message.get_if<Stop>() != nullptr; }

  void differ(const SourcePosition& where, const std::string& what) {
    found_.push_back(where.to_string() + ": " + scenario_.name + ": " + instant_ + ": " + what);
  }

  void check_error() {
    instant_ = "run";
    if (scenario_.fails.empty() && !run_.error.empty())
      differ(scenario_.where, "the run stopped: " + run_.error);
    else if (run_.error.find(scenario_.fails) == std::string::npos)
      differ(scenario_.where, "expected the run to stop with `" + scenario_.fails + "`, found `" + run_.error + "`");
  }

  void check(std::size_t begin, std::size_t end, const Value& expect, const SourcePosition& where) {
    follow(begin, end);
    for (const Kind& kind : kinds) {
      const Value* list = expect.is_null() ? nullptr : expect.find(kind.key);
      std::vector<json> messages;
      for (std::size_t i = begin; i < end; ++i)
        if (run_.log.seen[i].message.id() == kind.message && !is_passed_on(i, kind.message))
          messages.push_back(json::parse(run_.log.seen[i].message.to_json()));
      if (list || kind.strict) check_list(kind, list, messages, where);
    }
    check_cash_changes(begin, end, expect.is_null() ? nullptr : expect.find("cash_changes"), where);
    if (expect.is_null()) return;
    for (const auto& [key, value] : expect.members()) {
      if (key == "equity" && value.kind() == Value::Kind::scalar)
        compare(value, equity_.is_null() ? json() : equity_["equity"], "equity");
      else if (key == "equity")
        compare_map(value, equity_, "equity");
      else if (key == "cash")
        compare(value, equity_.is_null() ? json() : equity_["cash"], "cash");
      else if (key == "margin")
        compare_map(value, margin_, "margin");
      else if (key == "positions")
        check_positions(value);
      else if (key != "cash_changes" &&
               std::none_of(std::begin(kinds), std::end(kinds), [&name = key](const Kind& k) { return name == k.key; }))
        differ(value.where(), "`" + key + "` cannot be expected");
    }
  }

  // The switch is passed on by risk: it is counted where it begins.
  bool is_passed_on(std::size_t i, MessageId message) const {
    if (message != KillSwitch::info.id) return false;
    return run_.topology.nodes.at(run_.log.seen[i].source).name == "operator";
  }

  void follow(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const MessageRef& m = run_.log.seen[i].message;
      if (m.get_if<Equity>()) equity_ = json::parse(m.to_json());
      if (m.get_if<MarginState>()) margin_ = json::parse(m.to_json());
      if (const auto* p = m.get_if<PositionChanged>())
        held_[{p->position, name_of(p->contract, p->underlying.to_string())}] = p->quantity;
      if (const auto* a = m.get_if<HoldingAdjusted>()) {
        held_[{a->position, name_of(a->from, a->underlying.to_string())}] = 0;
        held_[{a->position, name_of(a->to, a->underlying.to_string())}] = a->quantity_after;
      }
    }
  }

  std::string name_of(ContractId id, const std::string& underlying) const {
    if (id == shares_contract) return underlying;
    for (const auto& [name, terms] : scenario_.contracts)
      if (terms.id == id) return name;
    return "#" + std::to_string(id);
  }

  void check_positions(const Value& expected) {
    auto rest = held_;
    for (const auto& [position, legs] : expected.members())
      for (const auto& [contract, quantity] : legs.members()) {
        auto& found = rest[{std::stoull(position), contract}];
        if (found != quantity.as_int())
          differ(quantity.where(), "position " + position + " " + contract + ": expected " + quantity.text() +
                                       ", found " + std::to_string(found));
        found = 0;
      }
    for (const auto& [key, quantity] : rest)
      if (quantity != 0)
        differ(expected.where(), "position " + std::to_string(key.first) + " " + key.second +
                                     ": expected nothing, found " + std::to_string(quantity));
  }

  // Trades and fees follow from the fills; every other movement of cash must be expected.
  void check_cash_changes(std::size_t begin, std::size_t end, const Value* expected, const SourcePosition& where) {
    std::vector<json> found;
    for (std::size_t i = begin; i < end; ++i)
      if (const auto* cash = run_.log.seen[i].message.get_if<CashChanged>();
          cash && cash->cause != CashCause::trade && cash->cause != CashCause::fee && cash->cause != CashCause::deposit)
        found.push_back(json::parse(run_.log.seen[i].message.to_json()));
    check_list({"cash_changes", CashChanged::info.id, true, "cause", "change"}, expected, found, where);
  }

  void check_list(const Kind& kind, const Value* expected, const std::vector<json>& messages,
                  const SourcePosition& step) {
    const std::string key = kind.key;
    std::vector<Value> items;
    if (expected && expected->kind() == Value::Kind::list)
      items = expected->items();
    else if (expected)  // {1: no_bid, 2: no_ask}
      for (const auto& [left, right] : expected->members())
        items.push_back(
            Value::map({{kind.scalar, Value::scalar(left, right.where())}, {kind.second, right}}, right.where()));
    const SourcePosition& where = expected ? expected->where() : step;
    if (items.size() != messages.size()) {
      std::string text;
      for (const json& message : messages) text += "\n    " + message.dump();
      differ(where,
             key + ": expected " + std::to_string(items.size()) + ", found " + std::to_string(messages.size()) + text);
    }
    for (std::size_t i = 0; i < std::min(items.size(), messages.size()); ++i) {
      const std::string path = key + "[" + std::to_string(i) + "]";
      if (items[i].kind() == Value::Kind::map)
        compare_map(items[i], messages[i], path);
      else
        compare(items[i], messages[i].at(kind.scalar), path + "." + kind.scalar);
    }
  }

  void compare_map(const Value& expected, const json& found, const std::string& path) {
    if (found.is_null()) return differ(expected.where(), path + ": nothing was said");
    for (const auto& [field, value] : expected.members()) {
      const std::string at = path + "." + field;
      if (!found.contains(field))
        differ(value.where(), at + ": there is no such field");
      else if (field == "legs")
        check_legs(value, found.at("legs"), at);
      else
        compare(value, found.at(field), at);
    }
  }

  // {c100: -2 @ 3.10}: quantity and price of each leg; a field after a word: "-2 @ 3.10 touch 3.05 mid 3.15".
  void check_legs(const Value& expected, const json& found, const std::string& path) {
    if (expected.members().size() != found.size())
      differ(expected.where(),
             path + ": expected " + std::to_string(expected.members().size()) + " legs, found " + found.dump());
    for (const auto& [name, value] : expected.members()) {
      const json* leg = nullptr;
      for (const json& one : found)
        if (name_of(one.at("contract").get<ContractId>(), one.at("underlying").get<std::string>()) == name) leg = &one;
      if (!leg) {
        differ(value.where(), path + "." + name + ": no such leg in " + found.dump());
        continue;
      }
      std::istringstream words(value.text());
      std::string field, word;
      words >> word;
      compare(Value::scalar(word, value.where()), leg->at("quantity"), path + "." + name + ".quantity");
      while (words >> field >> word) {
        if (field == "@") field = leg->contains("price") ? "price" : "entry_price";
        compare(Value::scalar(word, value.where()), leg->at(field), path + "." + name + "." + field);
      }
    }
  }

  // Equal as decimals where both are numbers, else as text; `~part` is contained in the text.
  void compare(const Value& expected, const json& found, const std::string& path) {
    std::string have = found.is_string() ? found.get<std::string>() : found.is_null() ? "none" : found.dump();
    std::string want = expected.text();
    if (path.size() > 9 && path.substr(path.size() - 9) == ".contract") {
      want = std::to_string(scenario_.id_of(want));
    } else if (!want.empty() && want[0] == '~') {
      if (have.find(want.substr(1)) == std::string::npos)
        differ(expected.where(), path + ": expected text with `" + want.substr(1) + "`, found `" + have + "`");
      return;
    }
    const auto a = Decimal::parse(want), b = Decimal::parse(have);
    if (a && b ? *a != *b : want != have)
      differ(expected.where(), path + ": expected " + expected.text() + ", found " + have);
  }

  const Scenario& scenario_;
  const ScenarioRun& run_;
  std::string instant_;
  std::vector<std::string> found_;
  json equity_, margin_;
  std::map<std::pair<std::uint64_t, std::string>, std::int64_t> held_;
};

}  // namespace

std::vector<std::string> differences(const Scenario& scenario, const ScenarioRun& run) {
  return Comparison(scenario, run).all();
}

}  // namespace optix::scenarios
