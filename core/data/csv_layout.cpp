#include "core/data/csv_layout.hpp"

#include <algorithm>
#include <cstdio>

#include "core/time/calendar.hpp"

namespace optix {
namespace {

CsvLayout cboe_historical() {
  CsvLayout layout;
  layout.name = "cboe_historical";
  layout.columns = {.session = "quotedate",
                    .underlying = "underlying",
                    .underlying_price = "underlying_last",
                    .osi = "optionroot",
                    .root = "",
                    .expiration = "expiration",
                    .right = "type",
                    .strike = "strike",
                    .bid = "bid",
                    .ask = "ask",
                    .iv = "impliedvol",
                    .delta = "delta",
                    .gamma = "gamma",
                    .volume = "volume",
                    .open_interest = "openinterest"};
  layout.dates = DateOrder::month_day_year;
  layout.default_terms = {Settlement::pm, ExerciseStyle::american, 100};
  layout.roots = {{"SPX", {Settlement::am, ExerciseStyle::european, 100}},
                  {"SPXW", {Settlement::pm, ExerciseStyle::european, 100}}};
  layout.zero_greeks_are_unknown = true;
  return layout;
}

CsvLayout plain() {
  CsvLayout layout;
  layout.name = "optix";
  layout.columns = {.session = "session",
                    .underlying = "underlying",
                    .underlying_price = "underlying_price",
                    .osi = "",
                    .root = "root",
                    .expiration = "expiration",
                    .right = "right",
                    .strike = "strike",
                    .bid = "bid",
                    .ask = "ask",
                    .iv = "iv",
                    .delta = "delta",
                    .gamma = "gamma",
                    .volume = "volume",
                    .open_interest = "open_interest"};
  layout.roots = cboe_historical().roots;
  return layout;
}

}  // namespace

Timestamp QuoteTime::at(Date session) const {
  switch (kind) {
    case Kind::session_close: return session_close(session);
    case Kind::index_option_close: return index_option_close(session);
    case Kind::clock: break;
  }
  return new_york_time(session, seconds);
}

std::optional<QuoteTime> QuoteTime::parse(std::string_view text) {
  if (text == "close") return QuoteTime{Kind::session_close, 0};
  if (text == "index_close") return QuoteTime{Kind::index_option_close, 0};
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) return std::nullopt;
  const int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
  if (hour > 23 || minute > 59) return std::nullopt;
  return QuoteTime{Kind::clock, clock_seconds(hour, minute)};
}

std::string QuoteTime::to_string() const {
  if (kind == Kind::session_close) return "close";
  if (kind == Kind::index_option_close) return "index_close";
  char text[32];
  std::snprintf(text, sizeof text, "%02d:%02d", seconds / 3600, seconds / 60 % 60);
  return text;
}

RootTerms CsvLayout::terms_of(std::string_view root_name) const {
  const auto found = roots.find(std::string(root_name));
  return found == roots.end() ? default_terms : found->second;
}

const std::vector<std::string>& csv_layout_names() {
  static const std::vector<std::string> names{"cboe_historical", "optix"};
  return names;
}

Result<CsvLayout> csv_layout_preset(std::string_view name) {
  if (name == "cboe_historical") return cboe_historical();
  if (name == "optix") return plain();
  return Error{"there is no data layout called '" + std::string(name) + "'", "",
               "known layouts: cboe_historical, optix"};
}

Result<CsvBinding> bind_columns(const CsvLayout& layout, const std::vector<std::string_view>& header,
                                const std::string& file) {
  std::string missing;
  std::vector<std::string_view> names(header);
  if (!names.empty() && names[0].substr(0, 3) == "\xEF\xBB\xBF") names[0].remove_prefix(3);  // byte order mark
  for (auto& name : names) {
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
  }
  const auto find = [&](const std::string& wanted) {
    if (wanted.empty()) return -1;
    const auto at = std::find(names.begin(), names.end(), wanted);
    if (at != names.end()) return static_cast<int>(at - names.begin());
    missing += (missing.empty() ? "" : ", ") + wanted;
    return -1;
  };
  const CsvColumns& c = layout.columns;
  CsvBinding b{.width = header.size(),
               .session = find(c.session),
               .underlying = find(c.underlying),
               .underlying_price = find(c.underlying_price),
               .osi = find(c.osi),
               .root = find(c.root),
               .expiration = find(c.expiration),
               .right = find(c.right),
               .strike = find(c.strike),
               .bid = find(c.bid),
               .ask = find(c.ask),
               .iv = find(c.iv),
               .delta = find(c.delta),
               .gamma = find(c.gamma),
               .volume = find(c.volume),
               .open_interest = find(c.open_interest)};
  const std::string where = file + ":1";
  if (!missing.empty()) {
    std::string have;
    for (const auto name : names) have += (have.empty() ? "" : ", ") + std::string(name.substr(0, 40));
    return Error{"missing column: " + missing, where,
                 "layout '" + layout.name + "' expects it; the header has: " + have.substr(0, 600) +
                     ". Choose another layout or map the columns"};
  }
  const bool by_terms = b.expiration >= 0 && b.right >= 0 && b.strike >= 0 && (b.root >= 0 || !layout.root.empty());
  if (b.session < 0 || b.underlying_price < 0 || b.bid < 0 || b.ask < 0 || (b.osi < 0 && !by_terms) ||
      (b.underlying < 0 && layout.underlying.empty()))
    return Error{
        "layout '" + layout.name + "' is incomplete", where,
        "it must name session, underlying_price, bid, ask, underlying (or a fixed one), and either osi or root, "
        "expiration, right and strike"};
  return b;
}

}  // namespace optix
