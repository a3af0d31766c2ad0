// Random sessions of fills in options and shares, dividends, splits and interest, under every lot method:
// everything the book reports is recomputed here from what went in.
#include <catch2/catch.hpp>
#include <map>

#include "core/sequencer/random.hpp"
#include "messages/codec/state.hpp"
#include "tests/core/portfolio/desk.hpp"

using namespace optix;

namespace {

const Symbol xyz = sym("XYZ");
constexpr std::uint64_t positions = 4;

struct Recount {
  std::map<std::pair<std::uint64_t, ContractId>, std::int64_t> held;
  std::map<std::pair<std::uint64_t, ContractId>, Decimal> value;  // at the last mark
  Decimal cash = dec("100000"), fees;

  static std::int64_t multiplier(ContractId id) { return is_shares(id) ? 1 : 100; }
  void price(ContractId id, Decimal mid) {
    for (const auto& [key, quantity] : held)
      if (key.second == id) value[key] = mid * quantity * multiplier(id);
  }
  Decimal market_value() const {
    Decimal sum;
    for (const auto& [key, worth] : value) sum += worth;
    return sum;
  }
};

BookRules rules_of(std::uint64_t seed) {
  BookRules rules{dec("100000"), MarkMode::mid, MarkMode::touch, {}};
  rules.lots.method = static_cast<LotMethod>(seed % enum_names(LotMethod{}).size());
  rules.lots.order = {2, 1};
  rules.carry = {dec("0.04"), dec("0.07"), dec("0")};
  rules.attribution = AttributionMode::daily;
  return rules;
}

}  // namespace

TEST_CASE("random sessions balance under every lot method", "[trading][book][property]") {
  for (std::uint64_t seed = 0; seed < 36; ++seed) {
    INFO("seed " << seed);
    std::uint64_t counter = 0;
    const auto pick = [&](int below) {
      return static_cast<int>(draw(seed, 7, counter++) % static_cast<std::uint64_t>(below));
    };
    Desk d(rules_of(seed), "XYZ");
    Recount r;
    Date session = day("2024-03-01");
    int spot = 10000;  // cents
    for (int step = 0; step < 30; ++step) {
      const int days = step == 0 ? 0 : 1 + pick(3);
      session = session + days;
      r.cash += simple_interest(r.cash, dec(r.cash < Decimal{} ? "0.07" : "0.04"), days);
      spot += pick(401) - 200;
      std::vector<SmallQuote> list;
      for (const char* strike : {"90", "100", "110"}) {
        const int bid = 100 + pick(900);
        list.push_back({"XYZ", "2024-12-20", Right::put, strike, Decimal::from_raw(bid * 10'000).to_string(),
                        Decimal::from_raw((bid + 10 + pick(20)) * 10'000).to_string()});
      }
      const Decimal price = Decimal::from_raw(std::int64_t{spot} * 10'000);
      d.quotes(session.to_string(), price.to_string(), list);
      for (ContractId id = 0; id < 3; ++id) r.price(id, (dec(list[id].bid) + dec(list[id].ask)).half());
      r.price(shares_contract, price);
      CHECK(d.equity().cash == r.cash);
      CHECK(d.equity().market_value == r.market_value());

      for (int n = pick(3); n > 0; --n) {
        const auto position = static_cast<std::uint64_t>(1 + pick(positions));
        const ContractId id = pick(3) == 0 ? shares_contract : static_cast<ContractId>(pick(3));
        const int quantity = (pick(2) == 0 ? 1 : -1) * (1 + pick(5));
        const Decimal mid = is_shares(id) ? price : (dec(list[id].bid) + dec(list[id].ask)).half();
        const Decimal at = mid + Decimal::from_raw((pick(11) - 5) * 1'000);
        const std::string fee = Decimal::from_raw(pick(200) * 10'000).to_string();
        const std::string bid = is_shares(id) ? (price - dec("0.01")).to_string() : list[id].bid,
                          ask = is_shares(id) ? (price + dec("0.01")).to_string() : list[id].ask;
        d.fill(position, session.to_string(),
               {{id, quantity, at.to_string(), bid, ask, is_shares(id) ? xyz : Symbol{}}}, fee.c_str());
        r.cash = r.cash - at * (quantity * Recount::multiplier(id)) - dec(fee);
        r.fees += dec(fee);
        const std::pair key{position, id};
        r.held[key] += quantity;
        r.value[key] = mid * r.held[key] * Recount::multiplier(id);
      }
      const auto position = static_cast<std::uint64_t>(1 + pick(positions));
      const std::pair key{position, shares_contract};
      if (const std::int64_t shares = r.held[key]; shares != 0) {
        LifecycleAction a;
        a.position = position;
        a.contract = a.to = shares_contract;
        a.underlying = xyz;
        a.quantity = shares;
        if (pick(2) == 0) {
          a.kind = LifecycleAction::dividend;
          a.cash = dec("0.31") * shares;
        } else {
          a.kind = LifecycleAction::split;  // of this holding alone: the price stays, so its value moves next
          a.quantity_after = shares * 3 / 2;
          a.cash = a.quantity_after * 2 == shares * 3 ? Decimal{} : dec("1.23");
          r.held[key] = a.quantity_after;
          r.value[key] = r.value[key] - a.cash;
        }
        const Decimal equity = d.equity().equity;
        d.act(a);
        r.cash += a.cash;
        if (a.kind == LifecycleAction::split) CHECK(d.equity().equity == equity);
      }
      const Equity e = d.equity();
      CHECK(e.cash == r.cash);
      CHECK(e.fees == r.fees);
      CHECK(e.market_value == r.market_value());
      CHECK(e.equity == e.cash + e.market_value);
      CHECK(e.equity - dec("100000") == e.realised + e.unrealised + e.income - e.fees);
      CHECK(e.liquidation_value <= e.mid_value);
      for (const BookPosition& p : d.book.ledger().positions())
        for (const Holding& leg : p.legs) CHECK(leg.quantity == r.held[{p.id, leg.contract}]);

      std::string bytes, again;
      encode_state(d.book.state(), bytes);
      Book copy(rules_of(seed));
      copy.restore(decode_state<Book::State>(bytes));
      encode_state(copy.state(), again);
      CHECK(bytes == again);
      if (step % 5 == 4) d.book = copy;
    }
    d.book.on_end(d.out);
    d.book.end_of_wave(d.out);

    std::map<LedgerAccount, Decimal> balances;
    for (const LedgerEntry& entry : d.all<LedgerEntry>())
      for (const Posting& posting : entry.postings) balances[posting.account] += posting.amount;
    for (const auto& [account, balance] : balances) CHECK(balance == d.book.ledger().balance(account));
    Decimal profit;
    for (const TradeClosed& trade : d.all<TradeClosed>())
      if (!trade.still_open) profit += trade.pnl;
    CHECK(profit == d.book.ledger().state().closed_profit);
    double total = 0;
    for (const Attribution& a : d.all<Attribution>()) {
      total += a.total;
      CHECK(a.total == Approx(a.delta + a.gamma + a.vega + a.theta + a.vanna + a.volga + a.rho + a.trading + a.residual)
                           .margin(1e-6));
    }
    CHECK(total == Approx((d.equity().equity - dec("100000")).to_double()).margin(1e-6));
  }
}
