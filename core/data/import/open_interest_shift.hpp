#pragma once
// Moves open interest that a source counts at a session's close to the next session, where it was
// known: it is published the next morning.
#include <map>
#include <tuple>
#include <vector>

#include "core/data/quotes.hpp"

namespace optix {

class OpenInterestShift {
 public:
  // Sessions of an underlying in ascending order, else an error. Each row gets what the session
  // before said of its contract, 0 when that did not have it. The first session takes what `stored`,
  // the same session as the dataset has it, says; 0 where that is empty.
  Status apply(SessionQuotes& session, const SessionQuotes& stored);

 private:
  using Key = std::tuple<Date, Symbol, Right, Decimal>;      // expiration, root, right, strike
  using Counts = std::vector<std::pair<Key, std::int32_t>>;  // by key
  struct Known {
    Date session;
    Counts counts;
  };
  static Counts counts_of(const SessionQuotes& session);

  std::map<Symbol, Known> known_;
};

}  // namespace optix
