#include "tools/optix/progress.hpp"

#include <cstdio>

#include "messages/market.hpp"
#include "messages/portfolio.hpp"

namespace optix {

ProgressLine::ProgressLine(const Console& console, std::optional<std::uint64_t> total)
    : enabled_(!console.quiet && !console.no_progress && !console.json),
      terminal_(stderr_is_terminal()),
      total_(total) {}

void ProgressLine::on_events(Tag, std::span<const Event> events) {
  if (!enabled_) return;
  for (const Event& event : events) {
    const auto* chain = event.message.get_if<ChainSnapshot>();
    if (chain) {
      const auto* last = last_chain_.get_if<ChainSnapshot>();
      if (last && last->time == chain->time && last->underlying == chain->underlying) continue;
      last_chain_ = event.message;
      ++chains_;
      session_ = chain->session;
    } else if (const auto* mark = event.message.get_if<Equity>()) {
      equity_ = mark->equity.to_double();
      if (!initial_equity_) initial_equity_ = equity_;
    } else if (event.message.get_if<TradeClosed>()) {
      ++trades_;
    }
  }
  if (++tags_ % 64 != 0) return;
  const auto now = Clock::now();
  if (terminal_) {
    if (now - drawn_ >= std::chrono::milliseconds(100)) draw(false);
    return;
  }
  const int tenth = total_ && *total_ > 0 ? static_cast<int>(chains_ * 10 / *total_) : 0;
  const bool due =
      now - drawn_ >= std::chrono::seconds(30) || (tenth > last_tenth_ && now - begun_ >= std::chrono::seconds(2));
  last_tenth_ = tenth;
  if (due) draw(false);
}

void ProgressLine::finish() {
  if (enabled_ && terminal_) std::fputs("\r\x1b[K", stderr);
}

void ProgressLine::draw(bool) {
  drawn_ = Clock::now();
  const std::string line = text();
  std::fprintf(stderr, terminal_ ? "\r%s\x1b[K" : "%s\n", line.c_str());
  std::fflush(stderr);
}

// 2021-06-14 [####......] 47%  118k chains/s  412 trades  P&L +3.1%  ETA 0:08
std::string ProgressLine::text() const {
  const double seconds = std::chrono::duration<double>(drawn_ - begun_).count();
  const double rate = seconds > 0 ? static_cast<double>(chains_) / seconds : 0;
  std::string line = session_.to_string();
  char part[96];
  if (total_ && *total_ > 0) {
    const double done = static_cast<double>(chains_) / static_cast<double>(*total_);
    std::string bar(static_cast<std::size_t>(done * 10), '#');
    bar.resize(10, '.');
    std::snprintf(part, sizeof part, " [%s] %d%%", bar.c_str(), static_cast<int>(done * 100));
    line += part;
  }
  std::snprintf(part, sizeof part, "  %.4g%s chains/s  %llu trades", rate >= 1000 ? rate / 1000 : rate,
                rate >= 1000 ? "k" : "", static_cast<unsigned long long>(trades_));
  line += part;
  if (initial_equity_ && *initial_equity_ != 0) {
    std::snprintf(part, sizeof part, "  P&L %+.1f%%", (equity_ / *initial_equity_ - 1) * 100);
    line += part;
  }
  if (total_ && rate > 0 && chains_ < *total_) {
    const auto left = static_cast<long>(static_cast<double>(*total_ - chains_) / rate);
    std::snprintf(part, sizeof part, "  ETA %ld:%02ld", left / 60, left % 60);
    line += part;
  }
  return line;
}

}  // namespace optix
