#include "core/data/simulation/activity.hpp"

#include <algorithm>
#include <cmath>

#include "core/pricing/elementary.hpp"

namespace optix::simulation {
namespace {

// ∫ of (1 + d/2)^(−decay) from `from` to `to` days.
double summed_decay(double decay, double from, double to) {
  const double a = 1 + from / 2, b = 1 + to / 2;
  if (std::fabs(decay - 1) < 1e-9) return 2 * math::log(b / a);
  return 2 * (math::pow(b, 1 - decay) - math::pow(a, 1 - decay)) / (1 - decay);
}

// Distances at which a side's shape has fallen to 3/8, below and above the price.
struct Widths {
  double below, above;
};

double shape(double x, double per_below, double per_above) {
  const double y = x * (x < 0 ? per_below : per_above), q = 1 / (1 + y * y);
  return 0.5 * q * (1 + q);
}

}  // namespace

double base_volume(const Params& p, ListingKind kind, int days) {
  return p.volume * math::pow(1 + 0.5 * days, -p.volume_decay) * (kind == ListingKind::monthly ? p.volume_monthly : 1);
}

void add_activity(const Params& p, const ListedExpiration& e, double log_spot, int days, double amount,
                  std::vector<float>& calls, std::vector<float>& puts) {
  // A tenth of a month's width on the last day.
  const double width = p.volume_width * (0.1 + 0.9 * std::sqrt(std::min(days, 365) / 30.0));
  const Widths call{0.12 * width, 0.8 * width}, put{1.9 * width, 0.12 * width};
  const double call_below = 1 / call.below, call_above = 1 / call.above;
  const double put_below = 1 / put.below, put_above = 1 / put.above;
  for (std::size_t i = 0; i < e.log.size(); ++i) {
    const double x = e.log[i] - log_spot;
    calls[i] += static_cast<float>(amount * shape(x, call_below, call_above));
    puts[i] += static_cast<float>(amount * shape(x, put_below, put_above));
  }
}

double contract_liking(double strike, double step, std::uint32_t bits) {
  const double u = (static_cast<double>(bits & 0xffff) + 0.5) / 65536;
  const auto multiple_of = [&](double m) {
    const double steps = strike / (step * m);
    return steps == std::floor(steps);
  };
  const double round = multiple_of(20) ? 2.5 : multiple_of(5) ? 1.4 : multiple_of(2) ? 1 : 0.6;
  // Log-logistic with shape 2 has mean π/2.
  return round * 0.64 * std::sqrt(u / (1 - u));
}

ActivityLedger::ActivityLedger(const Params& params, const std::vector<Date>& sessions,
                               const std::vector<double>& log_close, const ListedExpiration& e)
    : params_(&params), sessions_(&sessions), log_close_(&log_close) {
  const std::size_t n = e.strike.size();
  std::vector<float> calls(n, 0.0f);
  std::vector<float> puts = calls;
  if (e.first == 0) {
    const int days = e.expiration - sessions.front();
    if (e.listed_days > days) {
      // Trading days are five of seven; the price of the first session stands for those before it.
      const double per_day = params.volume * (e.kind == ListingKind::monthly ? params.volume_monthly : 1);
      const double sum = 5.0 / 7 * per_day * summed_decay(params.volume_decay, days, e.listed_days);
      add_activity(params, e, log_close.front(), (days + e.listed_days) / 2, sum, calls, puts);
    }
  }
  for (std::uint32_t s = e.first; s < e.end; ++s) {
    if ((s - e.first) % every == 0) {
      kept_.insert(kept_.end(), calls.begin(), calls.end());
      kept_.insert(kept_.end(), puts.begin(), puts.end());
    }
    add_session(s, e, calls, puts);
  }
}

void ActivityLedger::add_session(std::uint32_t s, const ListedExpiration& e, std::vector<float>& calls,
                                 std::vector<float>& puts) const {
  const int days = e.expiration - (*sessions_)[s];
  add_activity(*params_, e, (*log_close_)[s], days, base_volume(*params_, e.kind, days), calls, puts);
  for (std::size_t i = 0; i < e.since.size(); ++i)
    if (e.since[i] > s) calls[i] = puts[i] = 0;  // not listed yet
}

void ActivityLedger::before(std::uint32_t session, const ListedExpiration& e, std::vector<float>& calls,
                            std::vector<float>& puts) const {
  const std::size_t n = e.strike.size();
  const std::uint32_t checkpoint = (session - e.first) / every;
  const auto from = kept_.begin() + static_cast<std::ptrdiff_t>(2 * n * checkpoint);
  const auto middle = from + static_cast<std::ptrdiff_t>(n);
  calls.assign(from, middle);
  puts.assign(middle, middle + static_cast<std::ptrdiff_t>(n));
  for (std::uint32_t s = e.first + checkpoint * every; s < session; ++s) add_session(s, e, calls, puts);
}

}  // namespace optix::simulation
