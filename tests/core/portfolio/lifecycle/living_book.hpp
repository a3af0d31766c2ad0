#pragma once
// A book of a few holdings that does what a Lifecycle says, for its tests: quantities and cash, no
// ledger. Underlying "XYZ" unless said otherwise.
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "core/contracts/shares.hpp"
#include "core/portfolio/lifecycle/lifecycle.hpp"
#include "core/time/calendar.hpp"
#include "messages/codec/state.hpp"
#include "tests/support/small_market.hpp"

namespace optix {

struct LivingQuote {
  ContractId contract;
  std::string bid, ask;
  double iv = std::nan("");
};

class LivingBook {
 public:
  explicit LivingBook(LifecycleRules rules = {}) : rules_(rules), life(rules) {}

  // Defines a contract and gives its id: "XYZ", "2024-01-19", 'C', "100".
  ContractId define(const std::string& root, const std::string& expiration, char right, const std::string& strike,
                    Settlement settlement = Settlement::pm, ExerciseStyle style = ExerciseStyle::american,
                    const std::string& underlying = "XYZ") {
    Contract c;
    c.id = static_cast<ContractId>(contracts.size());
    c.root = sym(root);
    c.underlying = sym(underlying);
    c.expiration = day(expiration);
    c.settles = settlement_instant(c.expiration, settlement);
    c.strike = dec(strike);
    c.right = right == 'C' ? Right::call : Right::put;
    c.settlement = settlement;
    c.exercise = style;
    contracts.push_back(c);
    return c.id;
  }
  void hold(ContractId id, std::int64_t quantity, std::uint64_t position = 1) {
    holdings.push_back({position, contracts.at(id), quantity});
    life.on_held(contracts[id]);
  }
  void hold_shares(std::int64_t quantity, std::uint64_t position = 1, const std::string& underlying = "XYZ") {
    holdings.push_back({position, shares_terms(sym(underlying)), quantity});
  }

  // A snapshot `minutes` before the close of the session; what was due is done.
  MessageRef chain(const std::string& session, const std::string& price, const std::vector<LivingQuote>& quotes = {},
                   int minutes = 0, const std::string& underlying = "XYZ") const {
    ChainSnapshot out;
    out.underlying = sym(underlying);
    out.session = day(session);
    out.time = session_close(out.session) + -std::int64_t{60} * minutes * nanos_per_second;
    out.underlying_price = dec(price);
    std::vector<LivingQuote> rows = quotes;
    const auto key = [&](const LivingQuote& q) {
      const Contract& c = contracts.at(q.contract);
      return std::tuple(c.expiration, c.root, c.right, c.strike);
    };
    std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
    for (const LivingQuote& q : rows) {
      const Contract& c = contracts.at(q.contract);
      const bool same = out.groups() > 0 && out.group_expiration.back() == c.expiration &&
                        out.group_root.back() == c.root && out.group_right.back() == c.right;
      if (!same) {
        out.group_begin.push_back(static_cast<std::uint32_t>(out.rows()));
        out.group_root.push_back(c.root);
        out.group_expiration.push_back(c.expiration);
        out.group_settles.push_back(c.settles);
        out.group_right.push_back(c.right);
        out.group_settlement.push_back(c.settlement);
      }
      out.contract.push_back(c.id);
      out.strike.push_back(c.strike);
      out.bid.push_back(dec(q.bid));
      out.ask.push_back(dec(q.ask));
      out.iv.push_back(q.iv);
      out.delta.push_back(std::nan(""));
      out.gamma.push_back(std::nan(""));
      out.volume.push_back(0);
      out.open_interest.push_back(0);
    }
    out.group_begin.push_back(static_cast<std::uint32_t>(out.rows()));
    return make_message(std::move(out));
  }
  // True when the lifecycle wanted to be asked.
  bool see(const MessageRef& snapshot) {
    const bool asked = life.on_snapshot(snapshot);
    if (asked) {
      LifecycleActions actions;
      life.due(holdings, actions);
      apply(actions);
    }
    return asked;
  }
  bool see(const std::string& session, const std::string& price, const std::vector<LivingQuote>& quotes = {},
           int minutes = 0) {
    return see(chain(session, price, quotes, minutes));
  }
  void finish() {
    LifecycleActions actions;
    life.finish(holdings, actions);
    apply(actions);
  }
  void dividend(const std::string& ex, const std::string& amount, DividendType type = DividendType::ordinary) {
    life.on_dividend({sym("XYZ"), type, day(ex), day(ex), dec(amount)});
  }
  void publish(const std::string& symbol, const std::string& date, const std::string& value) {
    life.on_settlement({sym(symbol), day(date), dec(value)});
  }
  void flat_rate(double rate) { life.on_rates({sym("USD"), day("2024-01-02"), {1.0}, {rate}}); }
  void split(const std::string& ex, std::int64_t new_shares, std::int64_t old_shares) {
    LifecycleActions actions;
    life.on_split({sym("XYZ"), day(ex), new_shares, old_shares}, holdings, actions);
    apply(actions);
  }
  void adjust(const ContractsAdjusted& rows) {
    LifecycleActions actions;
    life.on_adjusted(rows, holdings, actions);
    apply(actions);
  }
  std::string instruct(ContractId contract, std::int32_t quantity, ExerciseChoice choice, std::uint64_t position = 1) {
    LifecycleActions actions;
    const std::string refused = life.on_instruction({position, contract, quantity, choice}, holdings, actions);
    apply(actions);
    return refused;
  }
  // Goes on with a copy that was saved and loaded.
  void reload() {
    std::string bytes, again;
    encode_state(life.state(), bytes);
    life = Lifecycle(rules_);
    life.restore(decode_state<LifecycleState>(bytes));
    encode_state(life.state(), again);
    CHECK(bytes == again);
  }

  std::int64_t held(ContractId id, std::uint64_t position = 1) const {
    std::int64_t sum = 0;
    for (const LivingHolding& h : holdings)
      if (h.position == position && h.terms.id == id) sum += h.quantity;
    return sum;
  }
  std::int64_t shares(std::uint64_t position = 1) const { return held(shares_contract, position); }
  // "assigned -1 at 110.00 -100sh 10500.00; expired 1 at 110.00"
  std::string told() {
    std::string out;
    for (const LifecycleAction& a : done) {
      out += out.empty() ? "" : "; ";
      if (a.kind == LifecycleAction::dividend) {
        out += "dividend " + std::to_string(a.quantity) + " " + a.cash.to_string();
      } else if (a.kind == LifecycleAction::split) {
        out +=
            "split " + std::to_string(a.quantity) + " " + std::to_string(a.quantity_after) + " " + a.cash.to_string();
      } else {
        out += std::string(enum_name(a.cause)) + " " + std::to_string(a.quantity) + " at " +
               a.settlement_price.to_string() + (a.estimated ? "~" : "");
        if (a.kind == LifecycleAction::deliver)
          out += " " + std::to_string(a.shares) + a.security.to_string() + " " + a.cash.to_string();
        else if (a.intrinsic != Decimal{})
          out += " pays " + a.intrinsic.to_string();
      }
    }
    done.clear();
    return out;
  }

  std::vector<Contract> contracts;
  std::vector<LivingHolding> holdings;
  Decimal cash;
  LifecycleActions done;

 private:
  void apply(const LifecycleActions& actions) {
    for (const LifecycleAction& a : actions) {
      INFO(a.reason);
      auto& from = find(a.position, a.contract, a.underlying);
      if (a.kind == LifecycleAction::split) {
        CHECK(from.quantity == a.quantity);
        from.quantity = 0;
        find(a.position, a.to, a.underlying).quantity += a.quantity_after;
      } else if (a.kind == LifecycleAction::dividend) {
        CHECK(from.quantity == a.quantity);
      } else {
        CHECK(a.quantity != 0);
        CHECK((a.quantity > 0) == (from.quantity > 0));
        CHECK(std::abs(a.quantity) <= std::abs(from.quantity));
        from.quantity -= a.quantity;
        if (a.kind == LifecycleAction::settle) cash += a.intrinsic * a.quantity * from.terms.multiplier;
        if (a.shares != 0) find(a.position, shares_contract, a.security).quantity += a.shares;
      }
      cash += a.cash;
      CHECK(!a.reason.empty());
      done.push_back(a);
    }
    std::erase_if(holdings, [](const LivingHolding& h) { return h.quantity == 0; });
  }
  LivingHolding& find(std::uint64_t position, ContractId contract, Symbol underlying) {
    for (LivingHolding& h : holdings)
      if (h.position == position && h.terms.id == contract &&
          (!is_shares(contract) || h.terms.underlying == underlying))
        return h;
    const Contract terms = is_shares(contract) ? shares_terms(underlying) : contracts.at(contract);
    return holdings.emplace_back(LivingHolding{position, terms, 0});
  }

  LifecycleRules rules_;

 public:
  Lifecycle life;
};

}  // namespace optix
