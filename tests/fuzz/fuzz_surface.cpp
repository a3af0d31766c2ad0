// Chains with any quotes in them: a surface that is finite and free of arbitrage, or an error.
#include <stdexcept>
#include <string>

#include "core/volatility/surface_fit.hpp"
#include "core/volatility/volatility_index.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/taker.hpp"

namespace {

using namespace optix;
using fuzz::check;
using fuzz::Taker;

// Up to three expirations of up to sixteen strikes around 100; prices in cents, sometimes none.
ChainSnapshot chain_of(Taker& take) {
  constexpr std::int64_t day = 86'400'000'000'000;
  ChainSnapshot c;
  c.underlying = *Symbol::from("XYZ");
  c.session = Date::from_civil(2021, 3, 1);
  c.time = Timestamp{1'614'632'400'000'000'000};
  c.underlying_price = Decimal::from_double(take.between(1, 200));
  const std::size_t expirations = 1 + take.pick(3);
  std::int32_t days = 0;
  const auto price = [&](double high) {
    if (take.pick(12) == 0) return take.pick(2) == 0 ? Decimal{} : Decimal::none();
    return Decimal::from_raw(static_cast<std::int64_t>(take.between(0, high * 100)) * 10'000);
  };
  for (std::size_t e = 0; e < expirations; ++e) {
    days += 1 + static_cast<std::int32_t>(take.pick(200));
    const std::size_t strikes = 1 + take.pick(16);
    for (const Right right : {Right::call, Right::put}) {
      c.group_root.push_back(c.underlying);
      c.group_expiration.push_back(Date{c.session.days + days});
      c.group_settles.push_back(Timestamp{c.time.ns + day * days});
      c.group_right.push_back(right);
      c.group_settlement.push_back(Settlement::pm);
      c.group_begin.push_back(static_cast<std::uint32_t>(c.strike.size()));
      for (std::size_t i = 0; i < strikes; ++i) {
        c.contract.push_back(static_cast<ContractId>(c.strike.size()));
        c.strike.push_back(Decimal::from_double(60 + 5 * static_cast<double>(i)));
        // Half the quotes are those of 20 % volatility at zero rates, so that some slices can be fitted.
        if (take.pick(2) == 0) {
          const auto v = black76(right, 100, 60 + 5 * static_cast<double>(i), 1, days / 365.0, 0.2).price;
          c.bid.push_back(Decimal::from_double(std::max(0.0, v - 0.02)));
          c.ask.push_back(Decimal::from_double(v + 0.02));
        } else {
          c.bid.push_back(price(20));
          c.ask.push_back(price(25));
        }
      }
    }
  }
  c.group_begin.push_back(static_cast<std::uint32_t>(c.strike.size()));
  const std::size_t n = c.strike.size();
  for (auto* column : {&c.iv, &c.delta, &c.gamma}) column->assign(n, std::nan(""));
  for (auto* column : {&c.volume, &c.open_interest}) column->assign(n, 0);
  return c;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  Taker take(data, size);
  SurfaceOptions options;
  options.model = static_cast<SmileModel>(take.pick(3));
  if (take.pick(2) == 0) options.rates = RateCurve::flat(take.between(-0.05, 0.2));
  const ChainSnapshot chain = chain_of(take);
  if (const auto index = volatility_index(chain)) check(std::isfinite(index->value), "index");
  const auto fit = fit_surface(chain, options);
  if (!fit) return 0;
  check(fit->arbitrage.free, "arbitrage: least g " + std::to_string(fit->arbitrage.min_g) + ", gap " +
                                 std::to_string(fit->arbitrage.min_calendar_gap));
  for (const SurfaceSlice& slice : fit->surface.slices())
    for (double k = -3; k <= 2; k += 0.25) {
      const VarianceDerivatives d = slice.smile.at(k);
      check(std::isfinite(d.w) && d.w > 0 && std::isfinite(d.w1) && std::isfinite(d.w2),
            "variance at " + std::to_string(k));
    }
  for (const double days : {1.0, 30.0, 400.0}) try {
      const SmileView view = fit->surface.at_days(days);
      check(std::isfinite(view.features().atm_vol) && std::isfinite(view.probability_below(view.forward() * 0.9)),
            "query at " + std::to_string(days) + " days");
    } catch (const std::invalid_argument&) {
      // Quotes far from the price of the underlying: no forward beyond the last expiry.
    }
  for (std::size_t row = 0; row < chain.rows(); ++row) {
    const bool known = fit->rows.source[row] != VolSource::none;
    check(known == std::isfinite(fit->rows.vol[row]) && (!known || std::isfinite(fit->rows.delta[row])),
          "enrichment of row " + std::to_string(row));
  }
  return 0;
}
