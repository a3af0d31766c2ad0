#include "tests/scenarios/scenario_file.hpp"

#include <sstream>
#include <stdexcept>

#include "config/overlay.hpp"
#include "config/yaml.hpp"
#include "core/contracts/products.hpp"
#include "core/time/calendar.hpp"
#include "tests/scenarios/scenario_messages.hpp"

namespace optix::scenarios {
namespace {

Symbol symbol(const std::string& text, const SourcePosition& where) {
  if (const auto found = Symbol::from(text)) return *found;
  fail_at(where, "`" + text + "` is not a symbol");
}

// "2024-06-21 C 100", "SPXW 2024-06-21 P 5000", "XYZ1 2024-06-21 C 50 on XYZ".
Contract parse_contract(const Value& value, Symbol underlying, ContractId id) {
  std::istringstream words(value.text());
  std::string first, expiration, right, strike, word;
  words >> first;
  const bool has_root = !Date::parse(first);
  if (has_root)
    words >> expiration;
  else
    expiration = first;
  words >> right >> strike;
  const auto date = Date::parse(expiration);
  const auto price = Decimal::parse(strike);
  if (!date || !price || (right != "C" && right != "P"))
    fail_at(value.where(), "`" + value.text() + "` is not `[ROOT] DATE C|P STRIKE [on UNDERLYING]`");
  Contract c;
  c.id = id;
  c.root = has_root ? symbol(first, value.where()) : underlying;
  c.expiration = *date;
  c.strike = *price;
  c.right = right == "C" ? Right::call : Right::put;
  const Product* known = find_product(c.root.view(), c.expiration);
  const std::string root = c.root.to_string();
  const Product product = known ? *known : equity_product(root);
  c.underlying = symbol(std::string(product.underlying), value.where());
  c.settlement = product.settlement;
  c.exercise = product.exercise;
  c.multiplier = product.multiplier;
  c.settles = settlement_instant(product, c.expiration);
  while (words >> word) {
    std::string argument;
    if (word == "on" && words >> argument)
      c.underlying = symbol(argument, value.where());
    else if (word == "multiplier" && words >> argument)
      c.multiplier = std::stoi(argument);
    else if (word == "european")
      c.exercise = ExerciseStyle::european;
    else
      fail_at(value.where(), "`" + word + "` is not understood");
  }
  return c;
}

Value merged(const Value* base, const Value* over, Diagnostics& errors) {
  if (!over || over->is_null()) return base ? *base : Value();
  if (!base || base->is_null()) return *over;
  return merge(*base, *over, "given", errors);
}

void read_steps(Scenario& scenario, const Value& steps) {
  bool first = true;
  for (const Value& item : steps.items()) {
    Step step;
    step.where = item.where();
    step.at = parse_instant(item.at("at"));
    if (!scenario.steps.empty() && step.at <= scenario.steps.back().at)
      fail_at(item.where(), "the steps are not in order of time");
    for (const auto& [key, value] : item.members()) {
      if (key == "publish") {
        for (const Value& one : value.items()) append_published(scenario, step, one);
      } else if (key == "market") {
        if (first) step.market.push_back(instruments_of(scenario));
        first = false;
        if (value.kind() == Value::Kind::list)
          for (const Value& one : value.items()) append_market(scenario, step, one);
        else
          append_market(scenario, step, value);
      } else if (key == "send") {
        for (const Value& one : value.items()) append_sent(scenario, step, one);
      } else if (key == "expect") {
        step.expect = value;
      } else if (key != "at") {
        fail_at(item.key_where(key), "unknown key `" + key + "` of a step");
      }
    }
    scenario.steps.push_back(std::move(step));
  }
}

}  // namespace

void fail_at(const SourcePosition& where, const std::string& what) {
  throw std::runtime_error(where.to_string() + ": " + what);
}

Timestamp parse_instant(const Value& value) {
  const std::string& text = value.text();
  if (const auto date = Date::parse(text)) {
    if (!is_session(*date)) fail_at(value.where(), text + " is not a session: give a time, `" + text + " 16:00`");
    return session_close(*date);
  }
  if (text.size() >= 16 && text[10] == ' ') {
    const auto date = Date::parse(text.substr(0, 10));
    if (date) return new_york_time(*date, clock_seconds(std::stoi(text.substr(11, 2)), std::stoi(text.substr(14, 2))));
  }
  if (const auto utc = Timestamp::parse(text)) return *utc;
  fail_at(value.where(), "`" + text + "` is not an instant");
}

ContractId Scenario::id_of(const std::string& contract) const {
  if (contract.size() > 1 && contract[0] == '#') return static_cast<ContractId>(std::stoul(contract.substr(1)));
  if (const auto found = contracts.find(contract); found != contracts.end()) return found->second.id;
  for (const auto& entry : contracts)
    if (entry.second.underlying.to_string() == contract) return shares_contract;
  if (contract == underlying.to_string()) return shares_contract;
  throw std::runtime_error("scenario `" + name + "`: no contract is called `" + contract + "`");
}

std::vector<Scenario> read_scenarios(const std::string& path) {
  Diagnostics errors;
  const auto file = read_yaml_file(path, errors);
  if (!file) throw std::runtime_error(errors.render());
  std::vector<Scenario> out;
  for (const Value& item : file->at("scenarios").items()) {
    Scenario scenario;
    scenario.file = path;
    scenario.where = item.where();
    scenario.name = item.at("name").text();
    const Value given = merged(file->find("given"), item.find("given"), errors);
    if (!errors.empty()) throw std::runtime_error(errors.render());
    scenario.underlying = symbol(given.at("underlying").text(), given.where());
    if (const Value* contracts = given.find("contracts"))
      for (const auto& [name, terms] : contracts->members())
        scenario.contracts[name] =
            parse_contract(terms, scenario.underlying, static_cast<ContractId>(scenario.contracts.size()));
    if (const Value* nodes = given.find("nodes")) scenario.nodes = *nodes;
    if (const Value* wires = given.find("wires")) scenario.wires = *wires;
    if (const Value* end = item.find("end")) scenario.end = *end;
    if (const Value* fails = item.find("fails")) scenario.fails = fails->text();
    for (const auto& [key, value] : item.members())
      if (key != "name" && key != "given" && key != "steps" && key != "end" && key != "fails" && key != "why")
        fail_at(item.key_where(key), "unknown key `" + key + "` of a scenario");
    read_steps(scenario, item.at("steps"));
    out.push_back(std::move(scenario));
  }
  return out;
}

}  // namespace optix::scenarios
