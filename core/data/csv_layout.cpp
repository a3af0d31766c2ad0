#include "core/data/csv_layout.hpp"

#include <algorithm>
#include <cstdio>

#include "core/data/csv_vendors.hpp"
#include "core/time/calendar.hpp"

namespace optix {

Timestamp QuoteTime::at(Date session) const {
  switch (kind) {
    case Kind::session_close:
    case Kind::product_close: return session_close(session);
    case Kind::index_option_close: return index_option_close(session);
    case Kind::clock: break;
  }
  return new_york_time(session, seconds);
}

std::optional<Timestamp> QuoteTime::at(Date session, bool index) const {
  if (kind == Kind::product_close && index) return index_option_close(session);
  if (kind == Kind::clock && early_seconds && is_early_close(session)) {
    if (session < early_from) return std::nullopt;
    return new_york_time(session, *early_seconds);
  }
  return at(session);
}

std::optional<QuoteTime> QuoteTime::parse(std::string_view text) {
  if (text == "close") return QuoteTime{Kind::session_close, 0};
  if (text == "index_close") return QuoteTime{Kind::index_option_close, 0};
  if (text == "product_close") return QuoteTime{Kind::product_close, 0};
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) return std::nullopt;
  const int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
  if (hour > 23 || minute > 59) return std::nullopt;
  return QuoteTime{Kind::clock, clock_seconds(hour, minute)};
}

std::string QuoteTime::to_string() const {
  if (kind == Kind::session_close) return "close";
  if (kind == Kind::index_option_close) return "index_close";
  if (kind == Kind::product_close) return "product_close";
  char text[32];
  std::snprintf(text, sizeof text, "%02d:%02d", seconds / 3600, seconds / 60 % 60);
  return text;
}

RootTerms CsvLayout::terms_of(std::string_view root_name) const {
  const auto found = roots.find(std::string(root_name));
  return found == roots.end() ? default_terms : found->second;
}

const std::vector<std::string>& csv_layout_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const CsvVendor& v : csv_vendors()) out.emplace_back(v.name);
    return out;
  }();
  return names;
}

std::string_view csv_layout_meaning(std::string_view name) {
  for (const CsvVendor& v : csv_vendors())
    if (v.name == name) return v.meaning;
  return {};
}

Result<CsvLayout> csv_layout_preset(std::string_view name) {
  std::string known;
  for (const CsvVendor& v : csv_vendors()) {
    if (v.name == name) return v.layout();
    known += (known.empty() ? "" : ", ") + std::string(v.name);
  }
  return Error{"there is no data layout called '" + std::string(name) + "'", "", "known layouts: " + known};
}

namespace {

// Finds the layout's names in a header and remembers those it lacks.
class Binder {
 public:
  explicit Binder(const std::vector<std::string_view>& names) : names_(names) {}

  int find(std::string_view wanted) {
    const bool optional = wanted.substr(0, 1) == "?";
    if (optional) wanted.remove_prefix(1);
    if (wanted.empty()) return -1;
    const auto at = std::find(names_.begin(), names_.end(), wanted);
    if (at != names_.end()) return static_cast<int>(at - names_.begin());
    if (!optional) missing_ += (missing_.empty() ? "" : ", ") + std::string(wanted);
    return -1;
  }
  template <class Columns>  // CsvColumns or CsvQuoteColumns
  QuoteBinding quote(const Columns& c) {
    return {.underlying_price = find(c.underlying_price),
            .underlying_bid = find(c.underlying_bid),
            .underlying_ask = find(c.underlying_ask),
            .bid = find(c.bid),
            .ask = find(c.ask),
            .iv = find(c.iv),
            .delta = find(c.delta),
            .gamma = find(c.gamma),
            .volume = find(c.volume),
            .open_interest = find(c.open_interest),
            .bid_size = find(c.bid_size),
            .ask_size = find(c.ask_size)};
  }
  const std::string& missing() const { return missing_; }

 private:
  const std::vector<std::string_view>& names_;
  std::string missing_;
};

// What a layout must name; empty when it does.
std::string incomplete(const CsvLayout& layout, const CsvBinding& b) {
  const bool carries_date = layout.time_format == TimeFormat::date_time || layout.time_format >= TimeFormat::epoch_s;
  if (b.session < 0 && !layout.session && !layout.session_from_name && !(b.time >= 0 && carries_date))
    return "the session date (a column, a fixed date, the file's name or a time with a date)";
  if (layout.time_format != TimeFormat::none && b.time < 0) return "the time column";
  bool rights = b.right >= 0;
  for (std::size_t i = 0; i < b.quotes.size(); ++i) {
    if (b.quotes[i].bid < 0 || b.quotes[i].ask < 0) return "bid and ask";
    if (layout.spot == SpotSource::column && b.quotes[i].underlying_price < 0 &&
        (b.quotes[i].underlying_bid < 0 || b.quotes[i].underlying_ask < 0))
      return "underlying_price (or underlying_bid and underlying_ask, or have it taken from put-call parity: "
             "`spot: parity`)";
    rights = rights || (i < layout.quotes.size() && layout.quotes[i].right.has_value());
  }
  if (layout.contract_from_name) return "";
  const bool rooted = b.root >= 0 || !layout.root.empty() || !layout.underlying.empty() || b.underlying >= 0;
  if (b.osi < 0 && !(b.expiration >= 0 && rights && b.strike >= 0 && rooted))
    return "either osi or root, expiration, right and strike";
  if (b.osi < 0 && b.underlying < 0 && layout.underlying.empty() && b.root < 0) return "underlying (or a fixed one)";
  return "";
}

}  // namespace

Result<CsvBinding> bind_columns(const CsvLayout& layout, const std::vector<std::string_view>& header,
                                const std::string& file) {
  std::vector<std::string_view> names(header);
  if (!names.empty() && names[0].substr(0, 3) == "\xEF\xBB\xBF") names[0].remove_prefix(3);  // byte order mark
  for (auto& name : names) {
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
  }
  Binder binder(names);
  const CsvColumns& c = layout.columns;
  CsvBinding b;
  b.width = header.size();
  b.names.assign(names.begin(), names.end());
  b.session = binder.find(c.session);
  b.time = binder.find(c.time);
  b.underlying = binder.find(c.underlying);
  b.osi = binder.find(c.osi);
  b.root = binder.find(c.root);
  b.expiration = binder.find(c.expiration);
  b.right = binder.find(c.right);
  b.strike = binder.find(c.strike);
  if (layout.quotes.empty()) b.quotes.push_back(binder.quote(c));
  for (const CsvQuoteColumns& q : layout.quotes) b.quotes.push_back(binder.quote(q));
  const std::string where = file + ":1";
  if (!binder.missing().empty()) {
    std::string have;
    for (const auto name : names) have += (have.empty() ? "" : ", ") + std::string(name.substr(0, 40));
    return Error{"missing column: " + binder.missing(), where,
                 "layout '" + layout.name + "' expects it; the header has: " + have.substr(0, 600) +
                     ". Choose another layout or map the columns"};
  }
  if (const std::string lacks = incomplete(layout, b); !lacks.empty())
    return Error{"layout '" + layout.name + "' is incomplete", where, "it must name " + lacks};
  return b;
}

}  // namespace optix
