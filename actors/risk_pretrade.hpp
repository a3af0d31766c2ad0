#pragma once
// risk.pretrade: passes orders on or refuses them, watches losses and margin, and closes positions when
// it must (core/execution/risk/gate.hpp has the rules, docs/risk.md the parameters). Cash begins with the
// deposits that the account reports and follows fills, settlements and the book's other cash.
#include "actors/node_type.hpp"
#include "core/execution/risk/gate.hpp"

namespace optix {

class PretradeRisk final : public Node {
 public:
  explicit PretradeRisk(RiskRules rules) : gate_(std::move(rules)) {}
  void on_wave(const Wave& wave, Context& out) override;
  void save(std::string& out) const override;
  void load(std::string_view bytes) override;

 private:
  void on_order(const MessageRef& message, Context& out);
  void flush(Context& out);

  RiskGate gate_;
  RiskOutputs outputs_;  // scratch
};

NodeType risk_pretrade_node_type();

}  // namespace optix
