#pragma once
// The least margin of a book by trying every pairing: written from the rules, without any code of
// core/margin, in double. For books of few contracts: it visits every way to take the book apart.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <unordered_map>
#include <vector>

namespace optix {

struct PlainOption {
  bool call = true;
  double strike = 0, price = 0;
  int day = 0;     // of expiration; equal days are one expiration
  int count = 0;   // negative is short
  int size = 100;  // multiplier
  bool long_dated = false;
};

struct PlainBook {
  std::vector<PlainOption> options;
  int shares = 0;
  double spot = 0, entry = 0;
  double percent = 0.20, leverage = 1;
  bool initial = true;
};

class ExhaustivePairing {
 public:
  explicit ExhaustivePairing(PlainBook book) : book_(std::move(book)) {
    for (const PlainOption& o : book_.options) left_.push_back(std::abs(o.count));
    shares_ = std::abs(book_.shares);
  }
  double least() { return visit(); }

 private:
  using Key = std::uint64_t;

  Key key() const {
    Key k = static_cast<Key>(shares_);
    for (const int n : left_) k = k * 16 + static_cast<Key>(n);
    return k;
  }

  // ---- the rules, one contract each ----
  double inside(const PlainOption& o, double spot) const {
    return std::max(0.0, o.call ? spot - o.strike : o.strike - spot);
  }
  double outside(const PlainOption& o) const {
    return std::max(0.0, o.call ? o.strike - book_.spot : book_.spot - o.strike);
  }
  double value(const PlainOption& o) const { return o.price * o.size; }
  double naked(const PlainOption& o) const {
    const double base = book_.percent * book_.leverage * book_.spot - outside(o);
    const double floor = 0.10 * book_.leverage * (o.call ? book_.spot : o.strike);
    return (o.price + std::max(base, floor)) * o.size;
  }
  double share() const {  // one share by itself
    const double L = book_.leverage, S = book_.spot, E = book_.entry;
    if (book_.shares > 0)
      return book_.initial ? std::max(0.5, std::min(1.0, 0.25 * L)) * E : std::min(1.0, 0.25 * L) * S;
    return book_.initial ? E + std::max(0.5 * E, floor_of(E)) : S + floor_of(S);
  }
  double floor_of(double price) const {
    if (price < 5) return std::max(price, 2.5);
    return std::max(std::min(1.0, 0.30 * book_.leverage) * price, 5.0);
  }

  // ---- the search ----
  double visit() {
    std::size_t first = 0;
    while (first < left_.size() && left_[first] == 0) ++first;
    if (first == left_.size()) return shares_ * share();
    const auto known = seen_.find(key());
    if (known != seen_.end()) return known->second;
    const Key here = key();
    double best = alone(first);
    for (std::size_t other = 0; other < left_.size(); ++other) best = std::min(best, pair(first, other));
    best = std::min(best, with_shares(first));
    std::vector<int> taken(left_.size(), 0);
    best = std::min(best, sets(first, first, taken));
    seen_.emplace(here, best);
    return best;
  }

  double after(std::size_t a, std::size_t b, int shares, double cost) {
    if (shares_ < shares || left_[a] == 0) return infinite;
    --left_[a];
    shares_ -= shares;
    double total = infinite;
    if (b == nobody || left_[b] > 0) {
      if (b != nobody) --left_[b];
      total = cost + visit();
      if (b != nobody) ++left_[b];
    }
    ++left_[a];
    shares_ += shares;
    return total;
  }

  double alone(std::size_t i) {
    const PlainOption& o = book_.options[i];
    return after(i, nobody, 0, o.count < 0 ? naked(o) : o.long_dated ? -0.25 * value(o) : 0.0);
  }

  double pair(std::size_t i, std::size_t j) {
    if (i == j) return infinite;
    const PlainOption &a = book_.options[i], &b = book_.options[j];
    if (a.size != b.size) return infinite;
    if (a.count < 0 && b.count < 0 && a.call != b.call) {
      const double x = naked(a), y = naked(b);
      const double cost = std::fabs(x - y) < 1e-7 ? x + std::max(value(a), value(b))
                          : x > y                 ? x + value(b)
                                                  : y + value(a);
      return after(i, j, 0, cost);
    }
    if (a.call != b.call || (a.count < 0) == (b.count < 0)) return infinite;
    const PlainOption &sold = a.count < 0 ? a : b, &bought = a.count < 0 ? b : a;
    if (bought.day < sold.day) return infinite;
    const double apart = sold.call ? bought.strike - sold.strike : sold.strike - bought.strike;
    return after(i, j, 0, std::max(0.0, apart) * sold.size);
  }

  // Shares with option i, and with i and one more.
  double with_shares(std::size_t i) {
    if (book_.shares == 0) return infinite;
    const PlainOption& o = book_.options[i];
    const bool held = book_.shares > 0;
    const double S = book_.spot, L = book_.leverage, quarter = std::min(1.0, 0.25 * L);
    const int n = o.size;
    double best = infinite;
    if (o.count < 0 && o.call == held) {
      const double base = held && !book_.initial ? quarter * std::min(S, o.strike) : share();
      best = std::min(best, after(i, nobody, n, (base + inside(o, S)) * n));
    }
    if (book_.initial) return best;
    const double guarded = 0.10 * L * o.strike + outside(o);
    if (o.count > 0 && o.call != held) {
      const double cost = held ? std::min(guarded, quarter * S) : S + std::min(guarded, floor_of(S));
      best = std::min(best, after(i, nobody, n, cost * n));
    }
    for (std::size_t j = 0; j < left_.size(); ++j) {
      const PlainOption& p = book_.options[j];
      if (p.size != o.size || p.day != o.day || p.call == o.call || (p.count < 0) == (o.count < 0)) continue;
      const PlainOption &sold = o.count < 0 ? o : p, &bought = o.count < 0 ? p : o;
      if (sold.call != held) continue;
      const double guard = 0.10 * L * bought.strike;
      if (held && bought.strike == sold.strike)
        best = std::min(best, after(i, j, n, (guard + inside(sold, S)) * n));
      else if (held && bought.strike < sold.strike)
        best = std::min(
            best, after(i, j, n, (std::min(guard + outside(bought), quarter * sold.strike) + inside(sold, S)) * n));
      else if (!held && bought.strike == sold.strike)
        best = std::min(best, after(i, j, n, (S + guard + inside(sold, S)) * n));
    }
    return best;
  }

  // Every set of one expiration that has some of option `first`, as many longs as shorts of each right.
  double sets(std::size_t first, std::size_t at, std::vector<int>& taken) {
    if (at == left_.size()) return balanced(taken) ? finish(taken) : infinite;
    const PlainOption &a = book_.options[first], &o = book_.options[at];
    const bool belongs = o.day == a.day && o.size == a.size;
    double best = infinite;
    const int most = belongs ? left_[at] : 0;
    for (int n = at == first ? 1 : 0; n <= most; ++n) {
      taken[at] = n;
      best = std::min(best, sets(first, at + 1, taken));
    }
    taken[at] = 0;
    return best;
  }
  bool balanced(const std::vector<int>& taken) const {
    int calls = 0, puts = 0;
    for (std::size_t i = 0; i < taken.size(); ++i)
      (book_.options[i].call ? calls : puts) += book_.options[i].count < 0 ? -taken[i] : taken[i];
    return calls == 0 && puts == 0;
  }
  double finish(const std::vector<int>& taken) {
    double worst = 0;
    std::vector<double> prices{0, 1e6};
    for (std::size_t i = 0; i < taken.size(); ++i)
      if (taken[i] > 0) prices.push_back(book_.options[i].strike);
    for (const double price : prices) {
      double payoff = 0;
      for (std::size_t i = 0; i < taken.size(); ++i) {
        const PlainOption& o = book_.options[i];
        payoff += inside(o, price) * o.size * (o.count < 0 ? -taken[i] : taken[i]);
      }
      worst = std::max(worst, -payoff);
    }
    for (std::size_t i = 0; i < taken.size(); ++i) left_[i] -= taken[i];
    const double total = worst + visit();
    for (std::size_t i = 0; i < taken.size(); ++i) left_[i] += taken[i];
    return total;
  }

  static constexpr double infinite = std::numeric_limits<double>::infinity();
  static constexpr std::size_t nobody = static_cast<std::size_t>(-1);
  PlainBook book_;
  std::vector<int> left_;
  int shares_ = 0;
  std::unordered_map<Key, double> seen_;
};

}  // namespace optix
