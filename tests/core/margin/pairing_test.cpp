#include "core/margin/pairing.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <random>

#include "tests/core/margin/margin_legs.hpp"
#include "tools/bench/exhaustive_pairing.hpp"

using namespace optix;

namespace {

Decimal cents(int n) { return Decimal::from_raw(std::int64_t{n} * 10'000); }

struct RandomBook {
  std::vector<MarginLeg> legs;
  MarginUnderlying underlying;
  MarginKind kind = MarginKind::initial;
  PlainBook oracle;
};

// Up to eight legs; few strikes and expirations, so that much can be paired with much.
RandomBook random_book(std::mt19937& random) {
  const auto upto = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  RandomBook out;
  const bool cheap = upto(0, 9) == 0;  // shares below the low-price floor
  const int spot = cheap ? upto(200, 700) : upto(8000, 12000);
  out.underlying = margin_of(upto(0, 1) == 0 ? "equity" : "broad", "1");
  out.underlying.price = cents(spot);
  const int leverage = upto(0, 3) == 0 ? upto(2, 3) : 1;
  out.underlying.leverage = Decimal::from_int(leverage);
  out.kind = upto(0, 1) == 0 ? MarginKind::initial : MarginKind::maintenance;
  PlainBook& o = out.oracle;
  o.spot = spot / 100.0;
  o.percent = out.underlying.margin_class == MarginClass::equity ? 0.20 : 0.15;
  o.leverage = leverage;
  o.initial = out.kind == MarginKind::initial;

  int legs = upto(0, 3) == 0 ? upto(1, 5) : upto(6, 8), contracts = 20;
  if (upto(0, 2) == 0) {
    const int shares = upto(1, 4) * (upto(0, 3) == 0 ? 75 : 100) * (upto(0, 1) == 0 ? 1 : -1);
    const int entry = spot + upto(-spot / 5, spot / 5);
    o.shares = shares;
    o.entry = entry / 100.0;
    MarginLeg& leg = out.legs.emplace_back();
    leg.contract = shares_contract;
    leg.shares = true;
    leg.multiplier = 1;
    leg.quantity = shares;
    leg.price = out.underlying.price;
    leg.entry = cents(entry);
    --legs;
  }
  const int kinds = upto(1, 3);
  for (int i = 0; i < legs && contracts > 0; ++i) {
    PlainOption& option = o.options.emplace_back();
    option.call = upto(0, 1) == 0;
    const int step = cheap ? 50 : 500;
    const int strike = std::max(step, (spot / step + upto(-3, 3)) * step);
    option.strike = strike / 100.0;
    static constexpr int days[] = {30, 60, 400};
    option.day = days[upto(0, kinds - 1)];
    option.long_dated = option.day == 400;
    option.size = upto(0, 19) == 0 ? 10 : 100;
    const int price = upto(0, 5) == 0 ? upto(1, 5) : upto(5, 1500) / (cheap ? 10 : 1);
    option.price = price / 100.0;
    option.count = std::min(contracts, upto(0, 2) == 0 ? upto(2, 5) : 1);
    contracts -= option.count;
    if (upto(0, 1) == 0) option.count = -option.count;

    MarginLeg& leg = out.legs.emplace_back();
    leg.contract = static_cast<ContractId>(i + 1);
    leg.right = option.call ? Right::call : Right::put;
    leg.strike = cents(strike);
    leg.expiration = margin_session + option.day;
    leg.multiplier = option.size;
    leg.price = cents(price);
    leg.quantity = option.count;
  }
  return out;
}

std::string text_of(const RandomBook& book) {
  std::string out = book.underlying.price.to_string() + (book.oracle.initial ? " initial " : " maintenance ");
  for (const MarginLeg& leg : book.legs) {
    out += std::to_string(leg.quantity);
    if (leg.shares)
      out += "sh@" + leg.entry.to_string();
    else
      out += (leg.right == Right::call ? "C" : "P") + leg.strike.to_string() + "@" + leg.price.to_string() + "(" +
             std::to_string(leg.expiration - margin_session) + ")x" + std::to_string(leg.multiplier);
    out += ";";
  }
  return out;
}

}  // namespace

TEST_CASE("pairing: ten thousand random books against every pairing there is", "[margin][pairing]") {
  std::mt19937 random(20240315);
  int differences = 0, inexact = 0;
  double worst = 0;
  for (int i = 0; i < 10'000; ++i) {
    const RandomBook book = random_book(random);
    const MarginRequirement got = strategy_requirement(book.legs, book.underlying, book.kind, margin_session);
    const double least = ExhaustivePairing(book.oracle).least();
    const double off = std::fabs(got.charge.to_double() - least);
    worst = std::max(worst, off);
    inexact += !got.exact;
    if (off > 1e-5 && ++differences <= 5) {
      INFO("book " << i << ": " << text_of(book));
      CHECK(got.charge.to_double() == Approx(least).margin(1e-5));
    }
  }
  CHECK(differences == 0);
  CHECK(inexact == 0);
  std::printf("pairing: 10000 random books, %d differences, worst %.2g cents\n", differences, worst * 100);
}

TEST_CASE("pairing: what holds for every book", "[margin][pairing]") {
  std::mt19937 random(99);
  for (int i = 0; i < 500; ++i) {
    const RandomBook book = random_book(random);
    INFO("book " << i << ": " << text_of(book));
    const auto ask = [&](const std::vector<MarginLeg>& legs) {
      return strategy_requirement(legs, book.underlying, book.kind, margin_session);
    };
    const MarginRequirement got = ask(book.legs);

    // A long option more costs its premium at most: what is set aside does not rise.
    auto more = book.legs;
    more.push_back(margin_legs("+1P95@3", "100")[0]);
    more.back().contract = 1000;
    CHECK(ask(more).charge <= got.charge);

    // Ten times the multiplier and the shares: ten times the money. Twice the contracts: at most twice.
    auto larger = book.legs, doubled = book.legs;
    for (MarginLeg& leg : larger) {
      if (leg.shares)
        leg.quantity *= 10;
      else
        leg.multiplier *= 10;
    }
    CHECK(ask(larger).charge == got.charge * 10);
    for (MarginLeg& leg : doubled) leg.quantity *= 2;
    CHECK(ask(doubled).charge <= got.charge * 2);

    // No more than every leg by itself, and than any two parts of the book.
    Decimal alone;
    for (const MarginLeg& leg : book.legs) alone += ask({leg}).charge;
    CHECK(got.charge <= alone);
    const auto half = static_cast<std::ptrdiff_t>(book.legs.size() / 2);
    CHECK(got.charge <= ask({book.legs.begin(), book.legs.begin() + half}).charge +
                            ask({book.legs.begin() + half, book.legs.end()}).charge);

    auto shuffled = book.legs;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    CHECK(ask(shuffled).charge == got.charge);
    CHECK(ask(shuffled).net_deposit == got.net_deposit);
  }
}
