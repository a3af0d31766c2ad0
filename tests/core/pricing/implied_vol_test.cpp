#include "core/pricing/implied_vol.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "core/pricing/implied_vol_scalar.hpp"
#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

std::string name_of(ImpliedVolStatus status) {
  return std::string(enum_names(status)[static_cast<std::size_t>(status)]);
}

}  // namespace

TEST_CASE("implied volatilities agree with 60-digit references", "[pricing]") {
  const auto table = read_oracle("pricing/implied_vol.csv");
  if (!table) return;
  // What the table calls the rows without a solution.
  const std::map<std::string, ImpliedVolStatus> statuses = {
      {"ok", ImpliedVolStatus::ok},
      {"above_max", ImpliedVolStatus::above_maximum},
      {"at_max_exact", ImpliedVolStatus::above_maximum},
      {"below_intrinsic", ImpliedVolStatus::below_intrinsic},
      {"negative_price", ImpliedVolStatus::below_intrinsic},
      {"at_intrinsic_exact", ImpliedVolStatus::no_time_value},
      {"lost_time_value", ImpliedVolStatus::no_time_value},
      {"zero_price", ImpliedVolStatus::no_time_value},
      {"underflow_or_zero_price", ImpliedVolStatus::no_time_value},
      {"expired_T0", ImpliedVolStatus::expired},
      {"nan_price", ImpliedVolStatus::bad_input}};
  std::map<std::string, double> worst;
  for (const auto& row : table->rows) {
    const auto number = [&](const char* name) { return std::stod(row.at(name)); };
    const Right right = row.at("type") == "C" ? Right::call : Right::put;
    const BlackScholesInput in{number("spot"),           number("strike"),     number("rate"),
                               number("dividend_yield"), number("time_years"), 0};
    const double price = number("price");
    ImpliedVol chain;
    implied_vol_chain(expiry_terms(in.spot, in.rate, in.dividend_yield, in.years), {&in.strike, 1}, {&price, 1},
                      {&right, 1}, {&chain.vol, 1}, {&chain.status, 1});
    for (const ImpliedVol& iv : {implied_vol(right, price, in), chain}) {
      INFO(row.at("group") << " S " << row.at("spot") << " K " << row.at("strike") << " T " << row.at("time_years")
                           << " " << row.at("type") << " price " << row.at("price") << ": " << iv.vol << ", "
                           << name_of(iv.status) << "; expected " << row.at("iv_of_price") << ", " << row.at("status"));
      CHECK(iv.status == statuses.at(row.at("status")));
      if (iv.status != ImpliedVolStatus::ok || row.at("status") != "ok") {
        CHECK(std::isnan(iv.vol));
        continue;
      }
      const double ratio = std::fabs(iv.vol / number("iv_of_price") - 1) / number("tol_rel");
      double& largest = worst[row.at("group")];
      if (!(ratio <= largest)) largest = ratio;
      CHECK(ratio <= 1);
    }
  }
  for (const auto& [group, ratio] : worst)
    std::printf("implied_vol.csv %s: worst error/tolerance %.3f\n", group.c_str(), ratio);
}

TEST_CASE("published implied volatilities", "[pricing]") {
  // Hull, 9th edition, section 15.11: S 21, K 20, r 0.1, T 0.25, call at 1.875: 23.5 %.
  const ImpliedVol hull = implied_vol(Right::call, 1.875, {21, 20, 0.1, 0, 0.25, 0});
  CHECK(hull.vol == Approx(0.235).margin(0.0005));
  // At the money without rates the price is S·(2N(vol·√T/2) − 1).
  CHECK(implied_vol(Right::put, 100 * 0.07965567455405796, {100, 100, 0, 0, 1, 0}).vol == Approx(0.2).epsilon(1e-14));
}

TEST_CASE("a price gives back the volatility it was made with", "[pricing]") {
  // The price's own rounding moves the volatility by price·2^-53/vega, which is all that is allowed
  // for, some eight times over, and the discounted amounts' rounding where they matter.
  double worst = 0;
  std::size_t solved = 0;
  for (const double strike : {1e-3, 1.0, 30.0, 80.0, 99.0, 99.999, 100.0, 100.001, 101.0, 140.0, 400.0, 1e5})
    for (const double years : {2e-6, 0.003, 0.1, 1.0, 30.0})
      for (const double vol : {0.001, 0.02, 0.2, 0.9, 3.0, 12.0})
        for (const double rate : {0.0, 0.04})
          for (const Right right : {Right::call, Right::put}) {
            BlackScholesInput in{100, strike, rate, 0, years, vol};
            const EuropeanValue v = european(right, in);
            in.vol = 0;
            const ImpliedVol iv = implied_vol(right, v.price, in);
            INFO("K " << strike << " T " << years << " vol " << vol << " r " << rate << ": " << iv.vol << " "
                      << name_of(iv.status));
            const double amounts = std::max(100.0, strike);
            const double slack = 8 * 1.2e-16 * amounts / (v.vega * vol) + 1e-14;
            if (v.price < 1e-305 || slack > 1e-3) {
              // Nothing is left to find: any status but a wrong volatility. What is left of the price
              // is noise beyond the slack.
              if (iv.status == ImpliedVolStatus::ok) CHECK(iv.vol > 0);
              continue;
            }
            ++solved;
            CHECK(iv.status == ImpliedVolStatus::ok);
            worst = std::max(worst, std::fabs(iv.vol / vol - 1) / slack);
            CHECK(std::fabs(iv.vol / vol - 1) <= slack);
          }
  INFO("worst error/slack " << worst);
  CHECK(solved > 200);
}

TEST_CASE("far out-of-the-money prices down to the denormals", "[pricing]") {
  for (const double price : {1e-40, 1e-150, 1e-249, 1e-251, 1e-300, 1e-307, 3e-311})
    for (const auto& [right, strike] : {std::pair{Right::call, 320.0}, std::pair{Right::put, 30.0}}) {
      const ImpliedVol iv = implied_vol(right, price, {100, strike, 0, 0, 1, 0});
      const double again = european(right, {100, strike, 0, 0, 1, iv.vol}).price;
      INFO(price << " has " << iv.vol << ", which is worth " << again);
      CHECK(iv.status == ImpliedVolStatus::ok);
      CHECK(std::fabs(again / price - 1) < (price < 1e-307 ? 1e-9 : 2e-12));
    }
}

TEST_CASE("the scalar solver agrees with 80-digit references in the corners", "[pricing]") {
  // y, price, 1 − price, and the deviation that gives them.
  const struct {
    double y, price, complement, deviation;
  } cases[] = {
      {0.0, 3.989422804014325e-08, 0.999999960105772, 9.99999999999999891e-8},
      {0.0, 0.11923538474048503, 0.880764615259515, 0.299999999999999996},
      {0.0, 0.9999999980268247, 1.973175290075396e-09, 12.0},
      {1e-09, 3.9844248007176085e-07, 0.9999996015575199, 9.99999999999999947e-7},
      {3e-08, 1.6319567585709757e-208, 1.0, 1.00000000000000006e-9},
      {0.0001, 0.00023211594759311248, 0.9997678840524069, 0.000699999999999999972},
      {0.01, 5.835276065470241e-24, 1.0, 0.00110000000000000007},
      {0.01, 0.003975658959380576, 0.9960243410406194, 0.0200000000000000013},
      {0.5, 2.6275334244894577e-65, 1.0, 0.0299999999999999989},
      {0.5, 0.1985993922515939, 0.801400607748406, 0.899999999999999992},
      {0.5, 0.27825406444037115, 0.7217459355596288, 1.10000000000000011},
      {2.0, 3.101145428862202e-246, 1.0, 0.0599999999999999978},
      {2.0, 0.9987799008013689, 0.0012200991986310939, 7.00000000000000001},
      {20.0, 1.3743731531817853e-37, 1.0, 1.5},
      {20.0, 0.4285978617075698, 0.5714021382924303, 6.29999999999999985},
      {20.0, 0.9999999788788312, 2.1121168785934838e-08, 14.0},
      {200.0, 4.74120821846716e-71, 1.0, 9.0},
      {200.0, 0.9999958244744094, 4.175525590634743e-06, 25.0},
  };
  for (const auto& c : cases) {
    const double s = implied_deviation(c.y, c.price, c.complement);
    INFO("y " << c.y << " price " << c.price << ": " << s << ", expected " << c.deviation);
    CHECK(std::fabs(s / c.deviation - 1) < 1e-14);
  }
}

TEST_CASE("what has no implied volatility has a status", "[pricing]") {
  const double nan = std::nan(""), infinity = HUGE_VAL;
  const BlackScholesInput good{100, 90, 0.03, 0.01, 0.5, 0};
  const auto with = [&](double BlackScholesInput::*member, double value) {
    BlackScholesInput in = good;
    in.*member = value;
    return in;
  };
  const double intrinsic = 100 * std::exp(-0.005) - 90 * std::exp(-0.015);
  using S = ImpliedVolStatus;
  using In = BlackScholesInput;
  const struct {
    Right right;
    double price;
    In in;
    S status;
  } cases[] = {
      {Right::call, 12.5, good, S::ok},
      {Right::call, intrinsic, good, S::no_time_value},
      {Right::call, intrinsic * (1 - 1e-12), good, S::below_intrinsic},
      {Right::call, 100 * std::exp(-0.005) * (1 + 1e-15), good, S::above_maximum},
      {Right::put, 90 * std::exp(-0.015) * (1 + 1e-15), good, S::above_maximum},
      {Right::call, 1e9, good, S::above_maximum},
      {Right::put, 0, good, S::no_time_value},
      {Right::put, -0.0, good, S::no_time_value},
      {Right::put, -1e-300, good, S::below_intrinsic},
      {Right::call, -5, good, S::below_intrinsic},
      {Right::call, nan, good, S::bad_input},
      {Right::call, infinity, good, S::bad_input},
      {Right::call, -infinity, good, S::bad_input},
      {Right::call, 12.5, with(&In::years, 0), S::expired},
      {Right::call, -1, with(&In::years, 0), S::expired},
      {Right::call, 12.5, with(&In::years, -1), S::bad_input},
      {Right::call, 12.5, with(&In::years, nan), S::bad_input},
      {Right::call, 12.5, with(&In::years, infinity), S::bad_input},
      {Right::call, 12.5, with(&In::spot, 0), S::bad_input},
      {Right::call, 12.5, with(&In::spot, -1), S::bad_input},
      {Right::call, 12.5, with(&In::strike, 0), S::bad_input},
      {Right::call, 12.5, with(&In::strike, infinity), S::bad_input},
      {Right::call, 12.5, with(&In::rate, nan), S::bad_input},
      {Right::call, 12.5, with(&In::dividend_yield, -infinity), S::bad_input},
      {Right::call, 12.5, with(&In::rate, 1e5), S::bad_input},
  };
  for (const auto& c : cases) {
    const ImpliedVol iv = implied_vol(c.right, c.price, c.in);
    INFO("price " << c.price << " S " << c.in.spot << " K " << c.in.strike << " T " << c.in.years << ": "
                  << name_of(iv.status) << ", expected " << name_of(c.status));
    CHECK(iv.status == c.status);
    CHECK(std::isnan(iv.vol) == (c.status != S::ok));
  }
  std::array<double, 2> strike = {90, 110}, price = {12, 3}, vol{};
  const std::array<Right, 2> right = {Right::call, Right::call};
  std::array<ImpliedVolStatus, 2> status{};
  implied_vol_chain(expiry_terms(nan, 0, 0, 1), strike, price, right, vol, status);
  CHECK(status[0] == S::bad_input);
  CHECK(std::isnan(vol[1]));
  CHECK_THROWS_AS(implied_vol_chain(expiry_terms(100, 0, 0, 1), strike, std::span(price).first(1), right, vol, status),
                  std::invalid_argument);
  implied_vol_rows({}, {}, {});
}
