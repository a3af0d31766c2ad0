#pragma once
// Small option chains written out by hand, for tests. Contracts get ids in order of appearance.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "core/contracts/chain_view.hpp"
#include "core/contracts/instruments.hpp"
#include "messages/all.hpp"
#include "messages/ref.hpp"

namespace optix {

inline Decimal dec(const std::string& text) {
  return text.empty() || text == "nan" ? Decimal::none() : Decimal::parse(text).value();
}
inline Date day(const std::string& iso) { return Date::parse(iso).value(); }
inline Symbol sym(const std::string& name) { return Symbol::from(name).value(); }

struct SmallQuote {
  std::string root, expiration;
  Right right = Right::put;
  std::string strike, bid, ask;
  double delta = std::nan("");
};

class SmallMarket {
 public:
  explicit SmallMarket(std::string underlying = "SPX") : underlying_(sym(underlying)) {}
  Settlement settlement = Settlement::pm;
  std::int32_t multiplier = 100;

  // 16:00 New York in summer of that day.
  static Timestamp close_of(Date date) { return date.midnight_utc() + 20 * 3600 * nanos_per_second; }

  // The instruments that are new (or an empty reference) and the snapshot, to be sent in that order.
  std::pair<MessageRef, MessageRef> at(const std::string& session, const std::string& underlying_price,
                                       std::vector<SmallQuote> quotes, bool stale = false) {
    const auto key = [](const SmallQuote& q) {
      return std::tuple(day(q.expiration), sym(q.root), q.right, dec(q.strike));
    };
    std::sort(quotes.begin(), quotes.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
    InstrumentBatch batch;
    batch.first_id = static_cast<ContractId>(ids_.size());
    ChainSnapshot chain;
    chain.underlying = underlying_;
    chain.session = day(session);
    chain.time = close_of(chain.session);
    chain.underlying_price = dec(underlying_price);
    chain.stale = stale;
    for (const SmallQuote& q : quotes) {
      const Date expiration = day(q.expiration);
      const Timestamp settles = settlement == Settlement::pm
                                    ? close_of(expiration)
                                    : close_of(expiration) + -(6 * 3600 + 1800) * nanos_per_second;
      const auto [known, fresh] = ids_.try_emplace(key(q), static_cast<ContractId>(ids_.size()));
      if (fresh) {
        batch.root.push_back(sym(q.root));
        batch.underlying.push_back(underlying_);
        batch.expiration.push_back(expiration);
        batch.settles.push_back(settles);
        batch.strike.push_back(dec(q.strike));
        batch.right.push_back(q.right);
        batch.settlement.push_back(settlement);
        batch.exercise.push_back(ExerciseStyle::european);
        batch.multiplier.push_back(multiplier);
      }
      const bool same_group = chain.groups() > 0 && chain.group_expiration.back() == expiration &&
                              chain.group_root.back() == sym(q.root) && chain.group_right.back() == q.right;
      if (!same_group) {
        chain.group_begin.push_back(static_cast<std::uint32_t>(chain.rows()));
        chain.group_root.push_back(sym(q.root));
        chain.group_expiration.push_back(expiration);
        chain.group_settles.push_back(settles);
        chain.group_right.push_back(q.right);
        chain.group_settlement.push_back(settlement);
      }
      chain.contract.push_back(known->second);
      chain.strike.push_back(dec(q.strike));
      chain.bid.push_back(dec(q.bid));
      chain.ask.push_back(dec(q.ask));
      chain.iv.push_back(std::nan(""));
      chain.delta.push_back(q.delta);
      chain.gamma.push_back(std::nan(""));
      chain.volume.push_back(0);
      chain.open_interest.push_back(0);
    }
    chain.group_begin.push_back(static_cast<std::uint32_t>(chain.rows()));
    return {batch.root.empty() ? MessageRef{} : make_message(std::move(batch)), make_message(std::move(chain))};
  }

  ContractId id(const std::string& root, const std::string& expiration, Right right, const std::string& strike) const {
    return ids_.at(std::tuple(day(expiration), sym(root), right, dec(strike)));
  }

 private:
  Symbol underlying_;
  std::map<std::tuple<Date, Symbol, Right, Decimal>, ContractId> ids_;
};

}  // namespace optix
