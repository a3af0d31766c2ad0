#include "tests/properties/random_market.hpp"

#include <algorithm>
#include <cmath>

#include "core/contracts/products.hpp"
#include "core/time/calendar.hpp"

namespace optix::properties {
namespace {

Symbol sym(const char* name) { return Symbol::from(name).value(); }
Decimal cents(double usd) { return Decimal::from_raw(static_cast<std::int64_t>(std::llround(usd * 100)) * 10'000); }

struct Listed {
  Contract terms;
  double share = 1;  // of a standard contract's value, for adjusted ones
};

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : dice_(seed, 1) {}

  RandomMarket make() {
    Date session = session_on_or_after(Date::from_civil(2024, 1, 2) + static_cast<int>(dice_.below(300)));
    price_ = static_cast<double>(dice_.between(20, 200));
    const int sessions = static_cast<int>(dice_.between(12, 30));
    for (int i = 0; i < sessions; ++i, session = next_session(session)) {
      const double vol = dice_.chance(0.05) ? 0.10 : 0.018;
      open_session(session, i);
      list_contracts(session);
      const int snapshots = dice_.chance(0.3) ? 2 : 1;
      for (int s = 0; s < snapshots; ++s) {
        price_ = std::max(1.0, price_ * (1 + vol * (dice_.uniform() + dice_.uniform() - 1)));
        index_ *= 1 + 0.012 * (dice_.uniform() + dice_.uniform() - 1);
        const Timestamp at = s + 1 < snapshots ? new_york_time(session, clock_seconds(11, 0)) : session_close(session);
        publish_settlement(session);
        snapshot(sym("RND"), at, session, price_);
        if (has_index_) snapshot(sym("SPX"), at, session, index_);
        out_.waves.push_back({at, std::move(pending_)});
        pending_.clear();
      }
    }
    out_.contracts = next_id_;
    return std::move(out_);
  }

 private:
  template <class M>
  void say(M message) {
    pending_.push_back(make_message(std::move(message)));
  }

  // Corporate actions of the morning; they travel with the session's first snapshot.
  void open_session(Date session, int number) {
    if (number == 0) {
      has_index_ = dice_.chance(0.6);
      if (dice_.chance(0.5)) {
        RatesPublished rates;
        rates.curve = sym("USD");
        rates.date = session;
        rates.years = {1.0 / 12, 1.0};
        rates.rate = {0.03, 0.04};
        say(std::move(rates));
      }
      return;
    }
    if (dice_.chance(0.08)) {
      ++out_.dividends;
      say(DividendNotice{sym("RND"), DividendType::ordinary, next_session(session), session + 10,
                         cents(price_ * (0.002 + 0.03 * dice_.uniform()))});
    }
    if (out_.splits == 0 && dice_.chance(0.04)) split(session);
  }

  void split(Date session) {
    static constexpr std::int64_t ratios[][2] = {{2, 1}, {3, 2}, {1, 10}, {3, 1}};
    const auto& [fresh, old] = ratios[dice_.below(4)];
    if (price_ * static_cast<double>(old) / static_cast<double>(fresh) < 2) return;
    ++out_.splits;
    price_ *= static_cast<double>(old) / static_cast<double>(fresh);
    const bool whole = old == 1;
    InstrumentBatch batch;
    batch.first_id = next_id_;
    ContractsAdjusted rows;
    rows.underlying = sym("RND");
    rows.ex = session;
    for (Listed& listed : listed_) {
      if (listed.terms.underlying != sym("RND")) continue;
      const ContractId from = listed.terms.id;
      if (whole) listed.terms.strike = listed.terms.strike.mul_div(1, fresh);
      listed.terms.root = sym(whole ? "RND2" : "RND1");
      listed.share *= whole ? 1.0 : static_cast<double>(fresh) / static_cast<double>(old);
      listed.terms.id = next_id_++;
      add(batch, listed.terms);
      rows.from.push_back(from);
      rows.to.push_back(listed.terms.id);
      rows.quantity_new.push_back(whole ? static_cast<std::int32_t>(fresh) : 1);
      rows.quantity_old.push_back(1);
      rows.security.push_back(sym("RND"));
      rows.shares.push_back(whole ? Decimal::from_int(100) : Decimal::from_int(100 * fresh / old));
      rows.cash.push_back(Decimal{});
    }
    if (!batch.root.empty()) say(std::move(batch));
    say(SplitNotice{sym("RND"), session, fresh, old});
    if (!rows.from.empty()) say(std::move(rows));
    tag_ = static_cast<int>(out_.splits) + 2;
  }

  static void add(InstrumentBatch& batch, const Contract& c) {
    batch.root.push_back(c.root);
    batch.underlying.push_back(c.underlying);
    batch.expiration.push_back(c.expiration);
    batch.settles.push_back(c.settles);
    batch.strike.push_back(c.strike);
    batch.right.push_back(c.right);
    batch.settlement.push_back(c.settlement);
    batch.exercise.push_back(c.exercise);
    batch.multiplier.push_back(c.multiplier);
  }

  // Keeps about three expirations listed, each with strikes around the price of the day it was listed.
  void list_contracts(Date session) {
    std::erase_if(listed_, [&](const Listed& l) { return l.terms.expiration < session; });
    InstrumentBatch batch;
    batch.first_id = next_id_;
    for (const char* root : {"RND", "SPXW", "SPX"}) {
      const bool index = std::string(root) != "RND";
      if (index && !has_index_) continue;
      const std::string name = !index && tag_ > 0 ? root + std::to_string(tag_) : root;
      const Symbol symbol = Symbol::from(name).value();
      int expirations = 0;
      for (Date day = session; day < session + 25 && expirations < (index ? 1 : 2); day = day + 1) {
        if (day.weekday() != 5) continue;
        ++expirations;
        const Date expiration = session_on_or_before(day);
        if (expiration <= session || (std::string(root) == "SPX" && !is_third_friday(day))) continue;
        const bool known = std::any_of(listed_.begin(), listed_.end(), [&](const Listed& l) {
          return l.terms.root == symbol && l.terms.expiration == expiration;
        });
        if (known) continue;
        list_strikes(symbol, root, expiration, index, batch);
      }
    }
    if (!batch.root.empty()) say(std::move(batch));
  }

  static bool is_third_friday(Date day) { return day.civil().day >= 15 && day.civil().day <= 21; }

  void list_strikes(Symbol symbol, const std::string& root, Date expiration, bool index, InstrumentBatch& batch) {
    const Product* known = index ? find_product(root, expiration) : nullptr;
    const Product product = known ? *known : equity_product("RND");
    const double center = index ? index_ : price_;
    const double step = index ? 25 : std::max(0.5, std::round(center / 20));
    const double middle = std::round(center / step);
    for (int k = -3; k <= 3; ++k)
      for (const Right right : {Right::call, Right::put}) {
        Contract c;
        c.id = next_id_++;
        c.root = symbol;
        c.underlying = sym(index ? "SPX" : "RND");
        c.expiration = expiration;
        c.settles = settlement_instant(product, expiration);
        c.strike = cents(std::max(0.5, (middle + k) * step));
        c.right = right;
        c.settlement = product.settlement;
        c.exercise = product.exercise;
        c.multiplier = 100;
        if (k > -3 && middle + k < 1) {  // strikes would repeat at the bottom
          --next_id_;
          continue;
        }
        listed_.push_back({c});
        add(batch, c);
      }
  }

  void publish_settlement(Date session) {
    if (!has_index_ || set_published_ == session) return;
    for (const Listed& l : listed_)
      if (l.terms.settlement == Settlement::am && l.terms.expiration == session && set_published_ != session) {
        set_published_ = session;
        say(SettlementPublished{sym("SET"), session, cents(index_ * (0.99 + 0.02 * dice_.uniform()))});
      }
  }

  void snapshot(Symbol underlying, Timestamp at, Date session, double price) {
    say(UnderlyingPrice{underlying, at, session, cents(price)});
    ChainSnapshot chain;
    chain.underlying = underlying;
    chain.time = at;
    chain.session = session;
    chain.underlying_price = cents(price);
    chain.stale = dice_.chance(0.03);
    chain.halted = dice_.chance(0.03);
    std::vector<const Listed*> rows;
    for (const Listed& l : listed_)
      if (l.terms.underlying == underlying && l.terms.settles > at && !dice_.chance(0.04)) rows.push_back(&l);
    std::sort(rows.begin(), rows.end(), [](const Listed* a, const Listed* b) {
      return std::tuple(a->terms.expiration, a->terms.root, a->terms.right, a->terms.strike) <
             std::tuple(b->terms.expiration, b->terms.root, b->terms.right, b->terms.strike);
    });
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Contract& c = rows[i]->terms;
      const bool same = i > 0 && rows[i - 1]->terms.expiration == c.expiration && rows[i - 1]->terms.root == c.root &&
                        rows[i - 1]->terms.right == c.right;
      if (!same) {
        chain.group_begin.push_back(static_cast<std::uint32_t>(i));
        chain.group_root.push_back(c.root);
        chain.group_expiration.push_back(c.expiration);
        chain.group_settles.push_back(c.settles);
        chain.group_right.push_back(c.right);
        chain.group_settlement.push_back(c.settlement);
      }
      quote(chain, *rows[i], price, at);
    }
    chain.group_begin.push_back(static_cast<std::uint32_t>(rows.size()));
    say(std::move(chain));
  }

  void quote(ChainSnapshot& chain, const Listed& listed, double price, Timestamp at) {
    const Contract& c = listed.terms;
    const double strike = c.strike.to_double(), worth = price * listed.share;
    const double inner = std::max(0.0, c.right == Right::call ? worth - strike : strike - worth);
    const double years = std::max(0.0, years_between(at, c.settles));
    const double away = std::abs(std::log(worth / strike)), width = 0.25 * std::sqrt(years) + 1e-3;
    const double value = inner + 0.4 * worth * width * std::exp(-away * away / (2 * width * width));
    const double half = std::max(0.01, value * 0.05 * dice_.uniform());
    Decimal bid = cents(std::max(0.0, value - half)), ask = cents(value + half);
    const double odd = dice_.uniform();
    if (odd < 0.02)
      std::swap(bid, ask);
    else if (odd < 0.04)
      bid = Decimal{};
    else if (odd < 0.05)
      bid = Decimal::none();
    else if (odd < 0.06)
      ask = Decimal::none();
    chain.contract.push_back(c.id);
    chain.strike.push_back(c.strike);
    chain.bid.push_back(bid);
    chain.ask.push_back(ask);
    chain.iv.push_back(dice_.chance(0.1) ? std::nan("") : 0.25);
    chain.delta.push_back(std::nan(""));
    chain.gamma.push_back(std::nan(""));
    chain.volume.push_back(static_cast<std::int32_t>(dice_.below(200)));
    chain.open_interest.push_back(static_cast<std::int32_t>(dice_.below(1000)));
    chain.bid_size.push_back(static_cast<std::int32_t>(dice_.below(15)));
    chain.ask_size.push_back(static_cast<std::int32_t>(dice_.below(15)));
  }

  Dice dice_;
  RandomMarket out_;
  std::vector<MessageRef> pending_;
  std::vector<Listed> listed_;
  ContractId next_id_ = 0;
  double price_ = 100, index_ = 5000;
  bool has_index_ = false;
  int tag_ = 0;
  Date set_published_;
};

}  // namespace

RandomMarket random_market(std::uint64_t seed) { return Maker(seed).make(); }

}  // namespace optix::properties
