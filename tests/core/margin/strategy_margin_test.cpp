#include "core/margin/strategy_margin.hpp"

#include <catch2/catch.hpp>
#include <cstdio>
#include <optional>

#include "tests/core/margin/margin_legs.hpp"
#include "tests/support/oracle_csv.hpp"

using namespace optix;

namespace {

// "LO02 ... 18 months" says how long the option lives; 30 days otherwise.
int days_of(const std::string& description) {
  const std::size_t at = description.find(" months");
  if (at == std::string::npos) return 30;
  std::size_t begin = at;
  while (begin > 0 && std::isdigit(static_cast<unsigned char>(description[begin - 1])) != 0) --begin;
  const Date::Civil from = margin_session.civil();
  const int months = from.month - 1 + std::stoi(description.substr(begin, at - begin));
  return Date::from_civil(from.year + months / 12, months % 12 + 1, from.day) - margin_session;
}

}  // namespace

TEST_CASE("strategy margin: the worked cases", "[margin][oracle]") {
  const auto table = read_oracle("rules/margin.csv");
  if (!table) return;
  Decimal worst;
  for (const auto& row : table->rows) {
    const std::string id = row.at("id");
    INFO(id << ": " << row.at("description") << ", " << row.at("legs"));
    const auto legs = margin_legs(row.at("legs"), row.at("underlying_price"), days_of(row.at("description")));
    const MarginUnderlying u = margin_of(row.at("underlying_class"), row.at("underlying_price"), row.at("leverage"));
    const bool cash = row.at("rule").find("cash account") != std::string::npos;
    const MarginRequirement got = cash ? cash_requirement(legs, u, margin_session)
                                       : strategy_requirement(legs, u, MarginKind::initial, margin_session);
    CHECK(got.requirement.to_string() == dec(row.at("requirement_usd")).to_string());
    CHECK(got.net_deposit.to_string() == dec(row.at("net_deposit_usd")).to_string());
    CHECK(got.exact);
    CHECK(got.permitted);
    worst = std::max({worst, (got.requirement - dec(row.at("requirement_usd"))).abs(),
                      (got.net_deposit - dec(row.at("net_deposit_usd"))).abs()});
  }
  std::printf("margin.csv: %zu rows, worst difference %.4f cents\n", table->rows.size(), worst.to_double() * 100);
}
