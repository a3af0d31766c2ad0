#pragma once
// Stylised facts of a market: what makes a made-up one look like a recorded one, or not.
//
// Everything comes from quotes and prices alone: implied volatilities, deltas and the surface are
// fitted to the mids of the last snapshot of every session, whatever the data says about them, so
// that a recorded and a simulated market are measured alike.
//
// On the facts themselves: Cont, "Empirical properties of asset returns", Quant. Finance 1 (2001);
// Cont & da Fonseca, "Dynamics of implied volatility surfaces", Quant. Finance 2 (2002).
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/data/dataset.hpp"

namespace optix::simulation {

// Upper bounds of days to expiration, and of |delta| · 100; the last are open.
inline constexpr std::array<int, 5> facts_tenors{7, 30, 90, 365, 100'000};
inline constexpr std::array<int, 6> facts_deltas{5, 15, 35, 65, 85, 100};
std::string facts_tenor_name(std::size_t tenor);  // "8-30 days"
std::string facts_delta_name(std::size_t delta);  // "delta 5-15"

// Terms and moneyness (in standard deviations) of the mean curves.
inline constexpr std::array<int, 9> facts_terms{7, 14, 30, 60, 90, 120, 180, 365, 730};
inline constexpr double facts_smile_from = -4, facts_smile_step = 0.25;
inline constexpr std::size_t facts_smile_points = 29;  // to +3

struct TenorDeltaFacts {
  double spread = 0;          // median, USD per share; NaN: no two-sided quote
  double relative = 0;        // median of spread/mid
  double quote_share = 0;     // of all rows with a delta
  double volume_share = 0;    // of all volume
  double interest_share = 0;  // of all open interest
};

// Volatilities per 1.00; NaN where the data does not show it.
struct StylisedFacts {
  std::string name;
  std::size_t sessions = 0, refused = 0;  // refused: sessions without a surface
  double rows = 0, expirations = 0;       // per session

  // The price, session to session; pairs with a missing session between them are left out.
  double realised_vol = 0;              // a year of 252
  double kurtosis = 0;                  // raw: 3 for a normal
  double autocorrelation = 0;           // of returns, one session apart
  double absolute_autocorrelation = 0;  // of |returns|, mean over one to five sessions apart

  // The surface. Level: at-the-money volatility at 30 days.
  double level_mean = 0, level_deviation = 0, level_low = 0, level_high = 0;
  double level_move = 0;                                        // deviation of the daily change of its logarithm
  double level_persistence = 0;                                 // correlation of the level with itself a session before
  double level_return_correlation = 0, level_return_slope = 0;  // of its logarithm's change with the return
  double skew = 0, skew_deviation = 0;  // volatility of the 25-delta put less that of the call, 30 days
  double skew_level_correlation = 0;
  double butterfly = 0;                                // mean of the 25-delta volatilities less the level
  double slope = 0, slope_low = 0, slope_high = 0;     // at the money at 180 days less 30 days
  double inverted = 0;                                 // share of sessions with a negative slope
  std::array<double, facts_terms.size()> term{};       // mean at-the-money volatility
  std::array<double, facts_terms.size()> term_skew{};  // mean 25-delta skew
  std::array<double, facts_smile_points> smile{};      // mean volatility over the level, 30 days

  // Quotes and activity.
  double zero_bids = 0;                     // share of rows
  double volume = 0, interest = 0;          // contracts per session
  double put_volume = 0, put_interest = 0;  // share of puts
  double untraded = 0;                      // share of rows without volume
  std::array<std::array<TenorDeltaFacts, facts_deltas.size()>, facts_tenors.size()> cells{};
  std::array<TenorDeltaFacts, facts_deltas.size()> by_delta{};  // all tenors
  std::array<TenorDeltaFacts, facts_tenors.size()> by_tenor{};  // all deltas

  // Per session, for the picture.
  std::vector<Date> dates;
  std::vector<double> price, level;
};

struct FactsOptions {
  ExerciseStyle exercise = ExerciseStyle::european;
  Symbol underlying;  // needed when the source has several
  int threads = 2;    // the result is the same for any number
};

// Error: fewer than three sessions with a surface, several underlyings and none chosen.
Result<StylisedFacts> stylised_facts(std::string name, const SnapshotSource& source, const FactsOptions& options = {});

// A plain-text table, one column per market; and the same as Markdown.
std::string facts_text(std::span<const StylisedFacts> markets);
std::string facts_markdown(std::span<const StylisedFacts> markets);
// A picture, one colour per market (at most three): level through time, smile, term structure,
// skew by term, spread and volume by delta. An SVG file of its own.
std::string facts_svg(std::span<const StylisedFacts> markets);

}  // namespace optix::simulation
