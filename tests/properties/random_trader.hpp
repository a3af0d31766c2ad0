#pragma once
// A trader without a plan: orders of every kind in what is quoted, closings of what is held, changes of
// mind. It stands in the place of strategy.rules.
#include <map>
#include <vector>

#include "core/contracts/instruments.hpp"
#include "tests/properties/random_market.hpp"

namespace optix::properties {

class RandomTrader final : public Node {
 public:
  explicit RandomTrader(std::uint64_t seed) : dice_(seed, 2) {}
  void on_wave(const Wave& wave, Context& out) override;
  void save(std::string& out) const override { out = std::to_string(dice_.count()); }
  void load(std::string_view) override { throw std::logic_error("a random trader is not restored"); }

 private:
  using Holdings = std::map<std::pair<ContractId, Symbol>, std::int64_t>;

  void act(Context& out);
  void open(Context& out);
  void close(Context& out);
  void change_mind(Context& out);
  void exercise(Context& out);
  OrderLegs some_legs();
  void set_prices(OrderRequest& order);
  double cost_of(const OrderLegs& legs) const;
  OrderRequest fresh(OrderIntent intent, std::uint64_t position);

  Dice dice_;
  std::map<Symbol, MessageRef> chains_;
  std::map<std::uint64_t, Holdings> held_;
  std::vector<std::uint64_t> orders_;
  std::uint64_t next_order_ = 0, next_position_ = 0, next_group_ = 0;
};

}  // namespace optix::properties
