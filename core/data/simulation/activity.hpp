#pragma once
// Volume and open interest by moneyness and term.
//
// Expected volume of a contract on a day, in contracts:
//   volume · (1 + days/2)^(−volume_decay) · monthly factor · shape(ln(K/S)) · liking of the contract
// shape(x) = (q + q²)/2 with q = 1/(1 + (x/h)²), h growing with the root of the term; narrower in the money and for
// calls above the money. The liking is a draw of its own for every contract, heavy-tailed, and greater
// for round strikes.
//
// Open interest on a morning is interest_share of all expected volume of the days before, so it
// builds up day by day and never knows of the day itself. Contracts that are older than the first
// session start with what the days before it would have left.
#include <cstdint>
#include <vector>

#include "core/data/simulation/listing.hpp"

namespace optix::simulation {

// Contracts a day at the money, `days` before expiration.
double base_volume(const Params& params, ListingKind kind, int days);

// Adds `amount` × shape to every contract's sum; `log_spot` of the day.
void add_activity(const Params& params, const ListedExpiration& expiration, double log_spot, int days, double amount,
                  std::vector<float>& calls, std::vector<float>& puts);

// How liked a contract is: mean about 1. `bits`: 16 random ones.
double contract_liking(double strike, double step, std::uint32_t bits);

// Sums of expected volume before each session, kept every few sessions.
class ActivityLedger {
 public:
  ActivityLedger(const Params& params, const std::vector<Date>& sessions, const std::vector<double>& log_close,
                 const ListedExpiration& expiration);

  // Expected volume up to the morning of session s, per strike, before interest_share and liking.
  void before(std::uint32_t session, const ListedExpiration& expiration, std::vector<float>& calls,
              std::vector<float>& puts) const;

 private:
  static constexpr std::uint32_t every = 4;
  void add_session(std::uint32_t session, const ListedExpiration& expiration, std::vector<float>& calls,
                   std::vector<float>& puts) const;

  const Params* params_;
  const std::vector<Date>* sessions_;
  const std::vector<double>* log_close_;
  std::vector<float> kept_;  // [checkpoint][call, put][strike]
};

}  // namespace optix::simulation
