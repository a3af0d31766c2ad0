// Stylised facts as a table for terminals and as Markdown.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/data/simulation/stylised_facts.hpp"

namespace optix::simulation {
namespace {

std::string number(double value, int decimals, const char* unit = "") {
  if (!std::isfinite(value)) return "-";
  char text[48];
  std::snprintf(text, sizeof text, "%.*f%s", decimals, value, unit);
  return text;
}
std::string percent(double value, int decimals = 1) { return number(100 * value, decimals, " %"); }

// A heading has no cells.
struct Line {
  std::string label;
  std::vector<std::string> cells;
};

class Table {
 public:
  explicit Table(std::span<const StylisedFacts> markets) : markets_(markets) {}
  void heading(std::string words) { lines_.push_back({std::move(words), {}}); }
  template <class F>
  void line(std::string label, F&& text) {
    Line line{std::move(label), {}};
    for (const StylisedFacts& m : markets_) line.cells.push_back(text(m));
    lines_.push_back(std::move(line));
  }
  const std::vector<Line>& lines() const { return lines_; }

 private:
  std::span<const StylisedFacts> markets_;
  std::vector<Line> lines_;
};

using F = StylisedFacts;

std::vector<Line> facts_lines(std::span<const StylisedFacts> markets) {
  Table t(markets);
  t.heading("Data");
  t.line("sessions", [](const F& f) { return number(static_cast<double>(f.sessions), 0); });
  t.line("first", [](const F& f) { return f.dates.front().to_string(); });
  t.line("last", [](const F& f) { return f.dates.back().to_string(); });
  t.line("rows per session", [](const F& f) { return number(f.rows, 0); });
  t.line("expirations per session", [](const F& f) { return number(f.expirations, 1); });
  t.heading("Price");
  t.line("realised volatility, a year", [](const F& f) { return percent(f.realised_vol); });
  t.line("kurtosis of daily returns", [](const F& f) { return number(f.kurtosis, 2); });
  t.line("autocorrelation of returns", [](const F& f) { return number(f.autocorrelation, 2); });
  t.line("autocorrelation of |returns|, 1-5 days", [](const F& f) { return number(f.absolute_autocorrelation, 2); });
  t.heading("Level: at the money, 30 days");
  t.line("mean", [](const F& f) { return percent(f.level_mean); });
  t.line("deviation", [](const F& f) { return percent(f.level_deviation); });
  t.line("lowest to highest", [](const F& f) { return number(100 * f.level_low, 1) + " to " + percent(f.level_high); });
  t.line("daily move of its logarithm", [](const F& f) { return percent(f.level_move); });
  t.line("correlation with the day before", [](const F& f) { return number(f.level_persistence, 2); });
  t.line("correlation of move and return", [](const F& f) { return number(f.level_return_correlation, 2); });
  t.line("move per return", [](const F& f) { return number(f.level_return_slope, 1); });
  t.heading("Smile: 30 days");
  t.line("25-delta put less call", [](const F& f) { return percent(f.skew, 2); });
  t.line("its deviation", [](const F& f) { return percent(f.skew_deviation, 2); });
  t.line("its correlation with the level", [](const F& f) { return number(f.skew_level_correlation, 2); });
  t.line("25-delta mean less level", [](const F& f) { return percent(f.butterfly, 2); });
  for (const std::size_t j : {std::size_t{4}, std::size_t{8}, std::size_t{12}, std::size_t{20}, std::size_t{24}}) {
    const double z = facts_smile_from + facts_smile_step * static_cast<double>(j);
    t.line("volatility over level at " + number(z, 0) + " deviations",
           [j](const F& f) { return number(f.smile[j], 3); });
  }
  t.heading("Term structure: at the money");
  for (std::size_t i = 0; i < facts_terms.size(); ++i)
    t.line(std::to_string(facts_terms[i]) + " days", [i](const F& f) { return percent(f.term[i], 2); });
  t.line("180 less 30 days", [](const F& f) { return percent(f.slope, 2); });
  t.line("lowest to highest", [](const F& f) { return number(100 * f.slope_low, 1) + " to " + percent(f.slope_high); });
  t.line("inverted, share of sessions", [](const F& f) { return percent(f.inverted); });
  t.heading("25-delta put less call by term");
  for (const std::size_t i : {0, 2, 4, 6, 7})
    t.line(std::to_string(facts_terms[i]) + " days", [i](const F& f) { return percent(f.term_skew[i], 2); });
  for (std::size_t tenor = 0; tenor < facts_tenors.size(); ++tenor) {
    t.heading("Median spread, " + facts_tenor_name(tenor));
    for (std::size_t d = 0; d < facts_deltas.size(); ++d)
      t.line(facts_delta_name(d), [=](const F& f) { return number(f.cells[tenor][d].spread, 2); });
  }
  t.heading("Quotes");
  t.line("rows with a zero bid", [](const F& f) { return percent(f.zero_bids); });
  t.line("rows without volume", [](const F& f) { return percent(f.untraded); });
  t.heading("Volume and open interest");
  t.line("volume per session", [](const F& f) { return number(f.volume, 0); });
  t.line("open interest", [](const F& f) { return number(f.interest, 0); });
  t.line("share of puts in volume", [](const F& f) { return percent(f.put_volume); });
  t.line("share of puts in open interest", [](const F& f) { return percent(f.put_interest); });
  const auto shares = [](const TenorDeltaFacts& c) {
    return percent(c.volume_share) + " / " + percent(c.interest_share);
  };
  t.heading("Share of volume / of open interest");
  for (std::size_t d = 0; d < facts_deltas.size(); ++d)
    t.line(facts_delta_name(d), [=](const F& f) { return shares(f.by_delta[d]); });
  for (std::size_t i = 0; i < facts_tenors.size(); ++i)
    t.line(facts_tenor_name(i), [=](const F& f) { return shares(f.by_tenor[i]); });
  return t.lines();
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string blanks(width > text.size() ? width - text.size() : 0, ' ');
  return right ? blanks + text : text + blanks;
}

}  // namespace

std::string facts_tenor_name(std::size_t i) {
  if (i == 0) return "0-" + std::to_string(facts_tenors[0]) + " days";
  const std::string from = std::to_string(facts_tenors[i - 1] + 1);
  return i + 1 == facts_tenors.size() ? from + " days and more"
                                      : from + "-" + std::to_string(facts_tenors[i]) + " days";
}

std::string facts_delta_name(std::size_t i) {
  return "delta " + std::to_string(i == 0 ? 0 : facts_deltas[i - 1]) + "-" + std::to_string(facts_deltas[i]);
}

std::string facts_text(std::span<const StylisedFacts> markets) {
  const auto lines = facts_lines(markets);
  std::size_t label = 0;
  std::vector<std::size_t> width;
  for (const StylisedFacts& m : markets) width.push_back(m.name.size());
  for (const Line& l : lines) {
    label = std::max(label, l.label.size() + 2);
    for (std::size_t i = 0; i < l.cells.size(); ++i) width[i] = std::max(width[i], l.cells[i].size());
  }
  std::string out = std::string(label, ' ');
  for (std::size_t i = 0; i < markets.size(); ++i) out += "  " + padded(markets[i].name, width[i], true);
  out += "\n";
  for (const Line& l : lines) {
    out += l.cells.empty() ? l.label : padded("  " + l.label, label, false);
    for (std::size_t i = 0; i < l.cells.size(); ++i) out += "  " + padded(l.cells[i], width[i], true);
    out += "\n";
  }
  return out;
}

std::string facts_markdown(std::span<const StylisedFacts> markets) {
  std::string out = "| |", rule = "| --- |";
  for (const StylisedFacts& m : markets) out += " " + m.name + " |", rule += " ---: |";
  out += "\n" + rule + "\n";
  for (const Line& l : facts_lines(markets)) {
    std::string label;
    for (const char c : l.label) label += c == '|' ? std::string("\\|") : std::string(1, c);
    out += l.cells.empty() ? "| **" + label + "** |" : "| " + label + " |";
    for (std::size_t i = 0; i < markets.size(); ++i) out += l.cells.empty() ? " |" : " " + l.cells[i] + " |";
    out += "\n";
  }
  return out;
}

}  // namespace optix::simulation
