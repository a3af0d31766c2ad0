#pragma once
// A risk gate over a small chain, and shorthand for what is sent through it.
#include <string>
#include <vector>

#include "core/execution/risk/gate.hpp"
#include "messages/codec/state.hpp"
#include "tests/support/small_market.hpp"

namespace optix {

class SmallGate {
 public:
  SmallMarket market;
  RiskGate risk;
  RiskOutputs out;
  std::int64_t time = 0;
  static constexpr std::uint64_t self = 2, strategy = 1;

  explicit SmallGate(RiskRules rules, const char* cash = "100000", const char* underlying = "XYZ")
      : market(underlying), risk(std::move(rules)) {
    risk.on_cash({CashCause::deposit, dec(cash), dec(cash)});
  }
  // Quotes of one instant; greeks by hand where given.
  void snapshot(const char* session, const char* price, std::vector<SmallQuote> quotes, double iv = std::nan(""),
                double gamma = std::nan("")) {
    auto [instruments, message] = market.at(session, price, std::move(quotes));
    ChainSnapshot chain = message.get<ChainSnapshot>();
    chain.iv.clear();
    chain.gamma.clear();
    for (std::size_t i = 0; i < chain.rows(); ++i) {
      chain.iv.push_back(iv);
      chain.gamma.push_back(gamma);
    }
    chain.time = chain.time + time++;
    if (instruments) risk.on_instruments(instruments);
    latest_ = make_message(std::move(chain));
    risk.on_snapshot(latest_);
  }
  // The book's report, at the time of the latest snapshot, and what risk makes of it.
  void equity(const char* amount) {
    const auto& chain = latest_.get<ChainSnapshot>();
    Equity report;
    report.time = chain.time;
    report.session = chain.session;
    report.equity = dec(amount);
    risk.on_equity(report);
    risk.step(self, out);
  }
  OrderRequest order(std::uint64_t position, std::vector<OrderLeg> legs, OrderIntent intent = OrderIntent::open,
                     std::uint64_t owner = strategy) {
    OrderRequest o;
    o.order = (owner << 40) + next_++;
    o.position = position;
    o.intent = intent;
    o.legs.assign(legs.begin(), legs.end());
    return o;
  }
  std::string ask(const OrderRequest& o) {
    const auto refusal = risk.check(o);
    return refusal ? std::string(enum_name(refusal->reason)) : "approved";
  }
  // All of an order, or `part` of `of` of it, at one price.
  void fill(const OrderRequest& o, const char* price, int part = 1, int of = 1, std::int64_t remaining = 0) {
    Fill f;
    f.order = o.order;
    f.position = o.position;
    f.intent = o.intent;
    f.remaining = remaining;
    for (const OrderLeg& leg : o.legs)
      f.legs.push_back({leg.contract, leg.quantity * part / of, dec(price), dec(price), dec(price), leg.underlying});
    risk.on_fill(f);
  }
  template <Message M>
  void report(M message) {
    risk.on_report(make_message(std::move(message)));
  }
  template <Message M>
  std::vector<M> said() const {
    std::vector<M> found;
    for (const RiskOutput& o : out)
      if (const M* one = o.message.get_if<M>()) found.push_back(*one);
    return found;
  }
  // Saves and loads; the copy must save the same.
  bool survives_a_restart(const RiskRules& rules) {
    std::string bytes, again;
    encode_state(risk.state(), bytes);
    RiskGate copy(rules);
    copy.restore(decode_state<RiskGate::State>(bytes));
    encode_state(copy.state(), again);
    risk = std::move(copy);
    return bytes == again;
  }

 private:
  MessageRef latest_;
  std::uint64_t next_ = 1;
};

inline RiskRules without_money() {
  RiskRules rules;
  rules.check_cash = false;
  return rules;
}

}  // namespace optix
