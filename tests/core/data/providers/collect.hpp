#pragma once
// Takes quotes and writes each as one line of text, so that two readings can be compared.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "core/data/bytes.hpp"
#include "core/data/quotes.hpp"

namespace optix::test {

class Collect final : public QuoteSink {
 public:
  explicit Collect(bool keep = true) : keep_(keep) {}
  Status take(RawQuotes quotes) override {
    ++batches;
    rows += quotes.rows.size();
    if (rows > fail_after) return Error{"the disk is full", "dataset", "make room"};
    if (!keep_) return {};
    for (const RawQuote& q : quotes.rows) {
      char values[160];
      std::snprintf(values, sizeof values, " iv %.17g delta %.17g gamma %.17g volume %d oi %d", q.iv, q.delta, q.gamma,
                    q.volume, q.open_interest);
      lines.push_back(quotes.underlyings[q.underlying].to_string() + " " + q.session.to_string() + " " +
                      q.time.to_string() + " " + quotes.roots[q.root].to_string() + " " + q.expiration.to_string() +
                      (q.right == Right::call ? " C " : " P ") + text(q.strike) + " bid " + text(q.bid) + " ask " +
                      text(q.ask) + " spot " + text(q.underlying_price) + values);
    }
    return {};
  }
  Status take(SessionQuotes) override { return Error{"whole sessions were not expected", "", ""}; }

  static std::string text(Decimal d) { return d.is_none() ? "none" : d.to_string(0); }
  std::vector<std::string> sorted() const {
    auto out = lines;
    std::sort(out.begin(), out.end());
    return out;
  }

  std::vector<std::string> lines;
  std::size_t rows = 0, batches = 0;
  std::size_t fail_after = SIZE_MAX;

 private:
  bool keep_;
};

}  // namespace optix::test
