#pragma once
// Profit of a holding by greek. From the greeks at its start (g), the move of the market explains
//
//   delta   units · Δ·dS             vega   units · vega·dσ         theta  units · θ·days/365
//   gamma   units · ½Γ·dS²           rho    units · rho·dr
//   vanna   units · vanna·dS·dσ      volga  units · ½volga·dσ²
//
// of the change of its value, units · (price₁ − price₀). What is left is the residual: it is shown, and
// never folded into another term; on a day of large moves it is large. Greeks are Black–Scholes–Merton
// (core/pricing/european.hpp): vega and rho per 1.00, theta per year, days are calendar days.
//
// A session's profit is total = the terms summed over holdings + trading + residual. `trading` is what no
// held contract's price change explains: fills against the marks after them, fees, income, and what
// deliveries brought against the marks. A fill ends the explanation of its contract at the mark before
// it and starts a new one at the mark after it.
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "core/contracts/instruments.hpp"
#include "core/pricing/european.hpp"
#include "messages/portfolio.hpp"

namespace optix {

enum class AttributionMode : std::uint8_t { off, daily };
constexpr auto enum_names(AttributionMode) { return std::to_array<std::string_view>({"off", "daily"}); }

// Where one contract stands.
struct GreekPoint {
  Timestamp time;
  double price = 0;  // USD per share
  double spot = 0;
  double vol = 0;   // per 1.00
  double rate = 0;  // per 1.00, continuous
};

struct GreekProfit {
  double delta = 0, gamma = 0, vega = 0, theta = 0, vanna = 0, volga = 0, rho = 0;
  double change = 0;    // of value
  double residual = 0;  // change − the seven terms
};

GreekProfit explain(const EuropeanValue& greeks, const GreekPoint& from, const GreekPoint& to, std::int64_t units);

// What is explained of one holding: its state since the last explanation.
struct ExplainedHolding {
  std::uint64_t position = 0;
  ContractId contract = 0;
  Symbol underlying = {};  // as Holding::underlying
  std::int64_t units = 0;
  Timestamp time;
  double price = 0, spot = 0, vol = 0, rate = 0;
  double delta = 0, gamma = 0, vega = 0, theta = 0, vanna = 0, volga = 0, rho = 0;
  bool known = false;  // has greeks

  static constexpr auto fields() {
    using M = ExplainedHolding;
    return std::tuple(field("position", &M::position, "position id"), field("contract", &M::contract, "contract id"),
                      field("underlying", &M::underlying, "whose shares; empty for options"),
                      field("units", &M::units, "quantity x multiplier"), field("time", &M::time, "of the greeks"),
                      field("price", &M::price, "mark then, USD per share"), field("spot", &M::spot, "USD"),
                      field("vol", &M::vol, "per 1.00"), field("rate", &M::rate, "per 1.00"),
                      field("delta", &M::delta, "per share"), field("gamma", &M::gamma, "per share"),
                      field("vega", &M::vega, "per share"), field("theta", &M::theta, "per share and year"),
                      field("vanna", &M::vanna, "per share"), field("volga", &M::volga, "per share"),
                      field("rho", &M::rho, "per share"), field("known", &M::known, "has greeks"));
  }
};

// Sums a session's profit by greek over holdings that come, change and go.
class Attributor {
 public:
  struct State {
    std::vector<ExplainedHolding> holdings;  // by position, contract, underlying
    Attribution session;                     // sums so far
    double explained = 0;                    // change of value in those sums
    Decimal equity;                          // less deposits, at the start of the session
    static constexpr auto fields() {
      using M = State;
      return std::tuple(field("holdings", &M::holdings, "holdings with their greeks"),
                        field("session", &M::session, "sums so far"),
                        field("explained", &M::explained, "change of value in them, USD"),
                        field("equity", &M::equity, "less deposits, at the start of the session, USD"));
    }
  };

  // nullptr when it is not explained at present.
  const ExplainedHolding* find(std::uint64_t position, ContractId contract, Symbol underlying) const;
  // Explains a holding up to `to`; nothing when it is not known. Follow it with begin() or forget().
  void explain_until(std::uint64_t position, ContractId contract, Symbol underlying, const GreekPoint& to);
  void forget(std::uint64_t position, ContractId contract, Symbol underlying);
  // Starts a holding, or starts it anew, at a point. Greeks with a NaN delta: its changes are residual.
  void begin(std::uint64_t position, ContractId contract, Symbol underlying, std::int64_t units, const GreekPoint& at,
             const EuropeanValue& greeks);
  // A holding whose mark has not moved: it goes on from where it was.
  void carry() { ++state_.session.unexplained; }
  // The profit of the session that ends; the next one starts at `equity`, which is less deposits.
  Attribution close_session(Timestamp time, Date session, Decimal equity);

  const State& state() const { return state_; }
  void restore(State state) { state_ = std::move(state); }

 private:
  State state_;
};

// What the market says of a holding at one moment.
struct HoldingPoint {
  GreekPoint at;
  Right right = Right::call;
  double strike = 0;
  double years = 0;  // to settlement
  double dividend_yield = 0;
  bool shares = false;
};

// Greeks per share of each point, in one pass of the column kernel; delta is NaN where there are none
// (no volatility, at or past settlement). Shares have a delta of 1. Keeps its columns between calls.
class PointGreeks {
 public:
  void compute(std::span<const HoldingPoint> points, std::vector<EuropeanValue>& out);

 private:
  std::vector<double> in_[6], out_[7];
  std::vector<Right> right_;
};

}  // namespace optix
