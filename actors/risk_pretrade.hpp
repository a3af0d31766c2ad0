#pragma once
// risk.pretrade: passes orders on or refuses them (core/execution/risk.hpp has the rules). Cash
// begins with the deposits that the account reports and follows fills and settlements.
#include "actors/node_type.hpp"
#include "core/execution/risk.hpp"

namespace optix {

class PretradeRisk final : public Node {
 public:
  explicit PretradeRisk(RiskLimits limits) : gate_(limits) {}
  void on_wave(const Wave& wave, Context& out) override;
  void save(std::string& out) const override;
  void load(std::string_view bytes) override;

 private:
  RiskGate gate_;
};

NodeType risk_pretrade_node_type();

}  // namespace optix
