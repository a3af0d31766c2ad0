#pragma once
// A sink that writes down what it is given, one line a quote.
#include <string>
#include <vector>

#include "core/data/providers/csv_provider.hpp"

namespace optix {

inline std::string number_text(double value) {
  if (value != value) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}
inline std::string plain_price(Decimal price) { return price.is_none() ? "-" : price.to_string(0); }

// " s4x7", or nothing when neither size is known.
inline std::string sizes_text(const RawQuote& r) {
  if (r.bid_size < 0 && r.ask_size < 0) return "";
  return " s" + std::to_string(r.bid_size) + "x" + std::to_string(r.ask_size);
}

// "3: SPX@2900.5 2019-04-25T20:00:00Z SPXW 2019-05-31 put 2800 1/1.5 0.2 -0.3 0.001 v5 o10 s4x7"
inline std::string quote_text(const RawQuotes& q, const RawQuote& r) {
  return std::to_string(r.line) + ": " + q.underlyings[r.underlying].to_string() + "@" +
         plain_price(r.underlying_price) + " " + r.time.to_string() + " " + q.roots[r.root].to_string() + " " +
         r.expiration.to_string() + " " + std::string(enum_name(r.right)) + " " + plain_price(r.strike) + " " +
         plain_price(r.bid) + "/" + plain_price(r.ask) + " " + number_text(r.iv) + " " + number_text(r.delta) + " " +
         number_text(r.gamma) + " v" + std::to_string(r.volume) + " o" + std::to_string(r.open_interest) +
         sizes_text(r);
}

class TakenQuotes final : public QuoteSink {
 public:
  Status take(RawQuotes quotes) override {
    for (const RawQuote& row : quotes.rows) {
      lines.push_back(quote_text(quotes, row));
      sessions.push_back(row.session);
    }
    return {};
  }
  Status take(SessionQuotes) override { return Error{"no session was expected", "", ""}; }
  Status reject(const RejectedRow& row) override {
    rejects.push_back(place(row.source, row.line, row.column) + ": " + row.reason + " [" + row.text + "]");
    return {};
  }
  std::vector<std::string> lines, rejects;
  std::vector<Date> sessions;
};

inline std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

struct ReadResult {
  std::string lines, rejects, error;
  QualityReport report;
};

inline ReadResult read_text(const std::string& name, const std::string& text, const CsvLayout& layout,
                            const CsvProviderOptions& options = {}) {
  TakenQuotes sink;
  ReadResult out;
  CsvProvider provider = CsvProvider::of_text(name, text, layout, options);
  if (Status status = provider.read(sink, out.report); !status) out.error = status.error().to_string();
  out.lines = joined(sink.lines);
  out.rejects = joined(sink.rejects);
  return out;
}

}  // namespace optix
