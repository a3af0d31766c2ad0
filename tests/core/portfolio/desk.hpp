#pragma once
// A book at work: quotes and fills in, messages out.
#include <string>
#include <utility>
#include <vector>

#include "core/portfolio/book.hpp"
#include "tests/support/small_market.hpp"

namespace optix {

struct Desk {
  SmallMarket market;
  Book book;
  BookOutputs out;
  std::uint64_t next_order = 1;

  explicit Desk(BookRules rules = {dec("100000"), MarkMode::mid, MarkMode::touch, {}},
                const std::string& underlying = "SPX")
      : market(underlying), book(std::move(rules)) {
    book.on_start(out);
  }

  void quotes(const std::string& session, const std::string& price, std::vector<SmallQuote> list, bool stale = false) {
    const auto [instruments, snapshot] = market.at(session, price, std::move(list), stale);
    if (instruments) book.on_instruments(instruments);
    book.on_snapshot(snapshot, out);
    book.end_of_wave(out);
  }
  struct Leg {
    ContractId contract;
    int quantity;
    std::string price, bid, ask;
    Symbol underlying = {};  // of shares
  };
  void fill(std::uint64_t position, const std::string& session, std::vector<Leg> legs, const char* fees = "0",
            TradeReason reason = TradeReason::entry) {
    Fill f;
    f.order = next_order++;
    f.position = position;
    f.intent = reason == TradeReason::entry ? OrderIntent::open : OrderIntent::close;
    f.reason = reason;
    f.session = day(session);
    f.quote_time = SmallMarket::close_of(f.session);
    f.fees = dec(fees);
    for (const Leg& leg : legs)
      f.legs.push_back({leg.contract, leg.quantity, dec(leg.price), dec(leg.bid), dec(leg.ask), leg.underlying});
    book.on_fill(f, out);
    book.end_of_wave(out);
  }
  template <Message M>
  std::vector<M> all() const {
    std::vector<M> found;
    for (const BookOutput& o : out)
      if (const M* m = o.message.get_if<M>()) found.push_back(*m);
    return found;
  }
  void act(const LifecycleAction& action) {
    book.apply(action, out);
    book.end_of_wave(out);
    book.ledger().audit();
  }
  Equity equity() const { return all<Equity>().back(); }
};

}  // namespace optix
