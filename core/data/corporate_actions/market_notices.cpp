#include "core/data/corporate_actions/market_notices.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "core/time/calendar.hpp"

namespace optix {
namespace {

struct Told {
  Timestamp at;
  MessageRef message;
};

MessageRef notice_of(const Dividend& d) {
  const auto type = d.type == DividendKind::special ? DividendType::special : DividendType::ordinary;
  return make_message(DividendNotice{d.underlying, type, d.ex, d.pay == no_date ? d.ex : d.pay, d.amount});
}

void add_dividends(const EventStore& events, const std::vector<Symbol>& underlyings, Timestamp first, Timestamp last,
                   std::vector<Told>& out) {
  const Date session = new_york_date(first);
  const auto wanted = [&](const Dividend& d) {
    return d.ex >= session && std::find(underlyings.begin(), underlyings.end(), d.underlying) != underlyings.end();
  };
  for (const Symbol underlying : underlyings)
    for (const Dividend* d : events.dividends.current(underlying, first))
      if (wanted(*d) && d->amount != Decimal{}) out.push_back({first, notice_of(*d)});
  for (const Dividend& d : events.dividends.all())
    if (d.known_at > first && d.known_at <= last && wanted(d)) out.push_back({d.known_at, notice_of(d)});
}

void add_settlements(const EventStore& events, Timestamp first, Timestamp last, std::vector<Told>& out) {
  const Date session = new_york_date(first);
  std::map<Symbol, bool> known;  // a value came with the first step
  for (const PublishedSettlement& s : events.settlements.all())
    known[s.symbol] = known[s.symbol] || (s.date >= session && s.known_at <= first);
  for (const auto& [symbol, value] : known)
    if (!value) out.push_back({first, make_message(SettlementPublished{symbol, session, Decimal::none()})});
  for (const PublishedSettlement& s : events.settlements.all())
    if (s.date >= session && s.known_at <= last)
      out.push_back({std::max(s.known_at, first), make_message(SettlementPublished{s.symbol, s.date, s.value})});
}

void add_rates(const EventStore& events, Timestamp first, Timestamp last, std::vector<Told>& out) {
  struct Curve {
    Date date;
    std::map<double, double> points;
  };
  std::map<Symbol, Curve> curves;  // the newest date of each, as far as it is known
  const auto tell = [&](Symbol name, const Curve& curve, Timestamp at) {
    RatesPublished message;
    message.curve = name;
    message.date = curve.date;
    for (const auto& [years, rate] : curve.points) {
      message.years.push_back(years);
      message.rate.push_back(rate);
    }
    out.push_back({at, make_message(std::move(message))});
  };
  const auto rows = events.rates.all();
  bool started = false;
  const auto start = [&] {
    for (const auto& [name, curve] : curves) tell(name, curve, first);
    started = true;
  };
  for (std::size_t i = 0; i < rows.size() && rows[i].known_at <= last; ++i) {
    if (!started && rows[i].known_at > first) start();
    Curve& curve = curves.try_emplace(rows[i].curve, Curve{rows[i].date, {}}).first->second;
    if (rows[i].date < curve.date) continue;  // an older day, corrected
    if (rows[i].date > curve.date) curve = {rows[i].date, {}};
    curve.points[rows[i].years] = rows[i].rate;
    const bool complete =
        i + 1 == rows.size() || rows[i + 1].known_at != rows[i].known_at || rows[i + 1].curve != rows[i].curve;
    if (started && complete) tell(rows[i].curve, curve, rows[i].known_at);
  }
  if (!started) start();
}

// The last instant of a New York day.
Timestamp end_of_day(Timestamp at) { return new_york_time(new_york_date(at) + 1, 0) + -1; }

}  // namespace

std::shared_ptr<const MarketNotices> MarketNotices::of(const EventStore& events, const std::vector<Symbol>& underlyings,
                                                       const SnapshotSource& source,
                                                       std::shared_ptr<const AdjustedSource> adjusted) {
  if (source.steps() == 0) return nullptr;
  const Timestamp first = source.time(0), last = end_of_day(source.time(source.steps() - 1));
  std::vector<Told> told;
  add_dividends(events, underlyings, first, last, told);
  add_settlements(events, first, last, told);
  add_rates(events, first, last, told);
  auto out = std::make_shared<MarketNotices>();
  for (Told& t : told) out->notices_.push_back({t.at, std::move(t.message), 0});
  if (adjusted)
    for (std::size_t i = 0; i < adjusted->actions().size(); ++i)
      out->notices_.push_back({adjusted->actions()[i].time, {}, i});
  if (out->notices_.empty()) return nullptr;
  std::stable_sort(out->notices_.begin(), out->notices_.end(),
                   [](const Notice& a, const Notice& b) { return a.at < b.at; });
  out->adjusted_ = std::move(adjusted);
  return out;
}

std::vector<MessageRef> MarketNotices::messages(std::size_t notice) const {
  const Notice& n = notices_[notice];
  if (n.message) return {n.message};
  return adjusted_->messages(n.action);
}

NoticedSource with_notices(std::shared_ptr<const SnapshotSource> source, const EventStore& events,
                           const std::vector<Symbol>& underlyings) {
  if (source->steps() == 0) return {std::move(source), nullptr};
  auto actions = corporate_actions(events, underlyings, source->time(0), source->time(source->steps() - 1));
  std::shared_ptr<const AdjustedSource> adjusted;
  if (!actions.empty()) adjusted = std::make_shared<AdjustedSource>(source, std::move(actions));
  auto notices = MarketNotices::of(events, underlyings, *source, adjusted);
  if (adjusted) source = std::move(adjusted);
  return {std::move(source), std::move(notices)};
}

}  // namespace optix
