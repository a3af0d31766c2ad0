#include "core/data/replay/dataset_source.hpp"

#include <algorithm>
#include <stdexcept>

namespace optix {
namespace {

// Inside a run there is nobody to hand an error to: the run ends with it.
template <class T>
T or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().to_string());
  return std::move(*result);
}

template <class T>
Series<T> gathered(const Series<T>& column, const ChainSnapshot& chain, const std::vector<std::uint32_t>& groups) {
  std::vector<T> out;
  if (column.empty()) return out;  // sizes, when the source has none
  for (const std::uint32_t g : groups)
    out.insert(out.end(), column.begin() + chain.group_begin[g], column.begin() + chain.group_begin[g + 1]);
  return out;
}

template <class T>
Series<T> picked(const Series<T>& column, const std::vector<std::uint32_t>& rows) {
  std::vector<T> out;
  out.reserve(rows.size());
  for (const std::uint32_t row : rows) out.push_back(column[row]);
  return out;
}

// The groups of a chain and their rows, everything else left out.
ChainSnapshot only_groups(const ChainSnapshot& c, const std::vector<std::uint32_t>& groups) {
  ChainSnapshot out;
  out.underlying = c.underlying;
  out.time = c.time;
  out.session = c.session;
  out.underlying_price = c.underlying_price;
  out.stale = c.stale;
  out.group_root = picked(c.group_root, groups);
  out.group_expiration = picked(c.group_expiration, groups);
  out.group_settles = picked(c.group_settles, groups);
  out.group_right = picked(c.group_right, groups);
  out.group_settlement = picked(c.group_settlement, groups);
  std::vector<std::uint32_t> begin{0};
  for (const std::uint32_t g : groups) begin.push_back(begin.back() + c.group_begin[g + 1] - c.group_begin[g]);
  out.group_begin = std::move(begin);
  out.contract = gathered(c.contract, c, groups);
  out.strike = gathered(c.strike, c, groups);
  out.bid = gathered(c.bid, c, groups);
  out.ask = gathered(c.ask, c, groups);
  out.iv = gathered(c.iv, c, groups);
  out.delta = gathered(c.delta, c, groups);
  out.gamma = gathered(c.gamma, c, groups);
  out.volume = gathered(c.volume, c, groups);
  out.open_interest = gathered(c.open_interest, c, groups);
  out.halted = c.halted;
  out.bid_size = gathered(c.bid_size, c, groups);
  out.ask_size = gathered(c.ask_size, c, groups);
  return out;
}

MessageRef price_of(const ChainSnapshot& chain) {
  return make_message(UnderlyingPrice{chain.underlying, chain.time, chain.session, chain.underlying_price});
}

}  // namespace

DatasetSource::~DatasetSource() {
  if (open_) open_->cancel();
}

const DatasetSource::Day& DatasetSource::day_of(std::size_t step) const {
  if (step >= steps()) throw std::out_of_range("there is no step " + std::to_string(step));
  // Steps are asked for in order: the day is that of the step before, or the next.
  const std::size_t guess = last_day_.load(std::memory_order_relaxed);
  for (std::size_t d = guess; d < std::min(guess + 2, days_.size()); ++d)
    if (step >= days_[d].first_step && step < days_[d].first_step + days_[d].steps) {
      if (d != guess) last_day_.store(d, std::memory_order_relaxed);
      return days_[d];
    }
  const auto after = std::upper_bound(days_.begin(), days_.end(), step,
                                      [](std::size_t s, const Day& day) { return s < day.first_step; });
  last_day_.store(static_cast<std::size_t>(after - days_.begin()) - 1, std::memory_order_relaxed);
  return *(after - 1);
}

DatasetSource::Sent DatasetSource::sent_of(const Day& day, std::size_t step) const {
  if (is_plain(day)) return {store_->manifest().partitions[day.parts[0].partition].first, 0, 0};
  return schedule_of(day)->sent[step - day.first_step];
}

Timestamp DatasetSource::time(std::size_t step) const { return sent_of(day_of(step), step).at; }

std::shared_ptr<DatasetSource::Schedule> DatasetSource::schedule_of(const Day& day) const {
  {
    const std::lock_guard lock(schedules_mutex_);
    for (const auto& [first_step, schedule] : schedules_)
      if (first_step == day.first_step) return schedule;
  }
  auto made = std::make_shared<Schedule>(or_throw(make_schedule(day)));
  const std::lock_guard lock(schedules_mutex_);
  for (const auto& [first_step, schedule] : schedules_)
    if (first_step == day.first_step) return schedule;  // another thread was faster
  if (schedules_.size() >= 4) schedules_.erase(schedules_.begin());
  schedules_.emplace_back(day.first_step, made);
  return made;
}

// Once a day: the sessions after it that nobody has asked for yet.
void DatasetSource::prefetch_after(const Day& day) const {
  const auto today = static_cast<std::size_t>(&day - days_.data());
  const std::size_t end = std::min(today + 1 + options_.prefetch, days_.size());
  const std::size_t begun = requested_.load(std::memory_order_relaxed);
  if (begun == end) return;
  requested_.store(end, std::memory_order_relaxed);
  // After a jump back `begun` is past the end: begin again.
  for (std::size_t d = begun > end ? today + 1 : std::max(begun, today + 1); d < end; ++d)
    for (const Part& part : days_[d].parts) open_->prefetch(part.partition, *options_.pool);
}

MessageRef DatasetSource::snapshot_of(const Day& day, const Sent& sent) const {
  return open_->view(day.parts[sent.part].partition)->snapshot(sent.snapshot);
}

std::vector<std::uint32_t> DatasetSource::kept_groups(const ChainSnapshot& chain) const {
  std::vector<std::uint32_t> groups;
  for (std::size_t g = 0; g < chain.groups(); ++g)
    if (roots_.empty() || std::find(roots_.begin(), roots_.end(), chain.group_root[g]) != roots_.end())
      groups.push_back(static_cast<std::uint32_t>(g));
  return groups;
}

DatasetStep DatasetSource::step(std::size_t index) const {
  const Day& day = day_of(index);
  const Sent sent = sent_of(day, index);
  if (options_.prefetch > 0) prefetch_after(day);
  DatasetStep out;
  out.snapshot = snapshot_of(day, sent);
  out.underlying = price_of(out.snapshot.get<ChainSnapshot>());
  if (keeps_ids_) {
    out.instruments = own_instruments(day, sent);
  } else {
    number_up_to(index);
    out.instruments = new_instruments(index);
    out.snapshot = renumbered(out.snapshot.get<ChainSnapshot>(), day.parts[sent.part].underlying);
  }
  return out;
}

// The dataset's ids are in order of first appearance: a snapshot's new contracts are those above the
// highest id before it. Only the sessions with several snapshots need their ids looked at for that.
MessageRef DatasetSource::own_instruments(const Day& day, const Sent& sent) const {
  const Part& part = day.parts[sent.part];
  std::uint32_t before = part.contracts_before, after = part.contracts;
  if (before == after) return {};
  if (day.steps > 1) {
    const std::lock_guard lock(numbers_mutex_);
    const auto schedule = schedule_of(day);
    std::vector<std::uint32_t>& known = schedule->known[sent.part];
    const auto view = open_->view(part.partition);
    while (known.size() <= sent.snapshot) {
      std::uint32_t highest = known.empty() ? part.contracts_before : known.back();
      if (highest < part.contracts) {
        const MessageRef snapshot = view->snapshot(known.size());
        for (const ContractId id : snapshot.get<ChainSnapshot>().contract) highest = std::max(highest, id + 1);
      }
      known.push_back(highest);
    }
    before = sent.snapshot == 0 ? part.contracts_before : known[sent.snapshot - 1];
    after = known[sent.snapshot];
  }
  if (before == after) return {};
  return make_message(or_throw(store_->instruments(underlyings_[part.underlying], before, after)));
}

// Steps are looked at in their order, each once, whatever the order in which they are asked for.
void DatasetSource::number_up_to(std::size_t step) const {
  const std::lock_guard lock(numbers_mutex_);
  while (numbered_.size() <= step + 1) {
    const std::size_t next = numbered_.size() - 1;
    const Day& day = day_of(next);
    const Sent sent = sent_of(day, next);
    const std::uint32_t underlying = day.parts[sent.part].underlying;
    const MessageRef snapshot = snapshot_of(day, sent);
    const auto& chain = snapshot.get<ChainSnapshot>();
    const std::span<const ContractId> contracts = chain.contract;
    if (roots_.empty())
      numbers_->add(underlying, contracts);
    else
      for (const std::uint32_t g : kept_groups(chain))
        numbers_->add(underlying,
                      contracts.subspan(chain.group_begin[g], chain.group_begin[g + 1] - chain.group_begin[g]));
    numbered_.push_back(static_cast<std::uint32_t>(numbers_->size()));
  }
}

MessageRef DatasetSource::new_instruments(std::size_t step) const {
  std::vector<std::uint32_t> rows;
  std::uint32_t underlying = 0, first = 0;
  {
    const std::lock_guard lock(numbers_mutex_);
    first = numbered_[step];
    for (std::uint32_t id = first; id < numbered_[step + 1]; ++id) {
      const Numbering::Known known = numbers_->at(id);  // all of one step have the same underlying
      underlying = known.underlying;
      rows.push_back(known.contract);
    }
  }
  if (rows.empty()) return {};
  const auto [low, high] = std::minmax_element(rows.begin(), rows.end());
  const std::uint32_t begin = *low, end = *high + 1;
  const InstrumentBatch all = or_throw(store_->instruments(underlyings_[underlying], begin, end));
  for (std::uint32_t& row : rows) row -= begin;
  InstrumentBatch out;
  out.first_id = first;
  out.root = picked(all.root, rows);
  out.underlying = picked(all.underlying, rows);
  out.expiration = picked(all.expiration, rows);
  out.settles = picked(all.settles, rows);
  out.strike = picked(all.strike, rows);
  out.right = picked(all.right, rows);
  out.settlement = picked(all.settlement, rows);
  out.exercise = picked(all.exercise, rows);
  out.multiplier = picked(all.multiplier, rows);
  return make_message(std::move(out));
}

MessageRef DatasetSource::renumbered(const ChainSnapshot& chain, std::uint32_t underlying) const {
  ChainSnapshot out;
  if (roots_.empty()) {
    out = chain;  // views of the same memory
  } else {
    out = only_groups(chain, kept_groups(chain));
  }
  std::vector<ContractId> ids(out.rows());
  const Series<ContractId>& stored = std::as_const(out).contract;
  // Their numbers were given under the lock and never change.
  for (std::size_t row = 0; row < ids.size(); ++row) ids[row] = numbers_->of(underlying, stored[row]);
  out.contract = std::move(ids);
  return make_message(std::move(out));
}

}  // namespace optix
