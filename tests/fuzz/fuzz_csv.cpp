// Any bytes as a CSV file in every layout, strict and lenient: an error or a well-formed dataset; the
// same rows for any number of threads and any cut into chunks.
#include <cstdint>
#include <cstdlib>

#include "core/contracts/chain_view.hpp"
#include "core/data/csv_vendors.hpp"
#include "core/data/dataset.hpp"
#include "core/data/providers/csv_provider.hpp"

using namespace optix;

namespace {

void load(std::string_view bytes, const char* layout, const DefectPolicy& policy) {
  LoadOptions options;
  options.layout = *csv_layout_preset(layout);
  options.policy = policy;
  options.read_ahead = false;
  const auto data = load_csv_text("fuzz.csv", bytes, options);
  if (!data) {
    if (data.error().what.empty()) std::abort();
    return;
  }
  InstrumentTable table;
  for (std::size_t i = 0; i < (*data)->steps(); ++i) {
    const DatasetStep step = (*data)->step(i);
    if (step.instruments) table.add(step.instruments);
    const auto& chain = step.snapshot.get<ChainSnapshot>();
    if (chain_defect(chain)) std::abort();
    for (const ContractId id : chain.contract) static_cast<void>(table.at(id));
  }
  static_cast<void>(to_text((*data)->quality()));
  static_cast<void>(to_json((*data)->quality()));
}

// What a provider delivers, folded into one number and a count.
struct Delivered final : QuoteSink {
  std::uint64_t hash = 14695981039346656037u, rows = 0, rejects = 0;
  std::string error;

  void fold(std::uint64_t value) { hash = (hash ^ value) * 1099511628211u; }
  Status take(RawQuotes quotes) override {
    for (const RawQuote& row : quotes.rows) {
      if (row.underlying >= quotes.underlyings.size() || row.root >= quotes.roots.size()) std::abort();
      if (row.strike <= Decimal{} || row.line == 0) std::abort();
      fold(row.line);
      fold(static_cast<std::uint64_t>(row.time.ns));
      fold(static_cast<std::uint64_t>(row.strike.raw()));
      fold(static_cast<std::uint64_t>(row.bid.raw()));
      fold(static_cast<std::uint64_t>(row.ask.raw()));
      for (const char c : quotes.roots[row.root].chars) fold(static_cast<unsigned char>(c));
      for (const char c : quotes.underlyings[row.underlying].chars) fold(static_cast<unsigned char>(c));
      ++rows;
    }
    return {};
  }
  Status take(SessionQuotes) override { std::abort(); }
  Status reject(const RejectedRow& row) override {
    if (row.reason.empty() || row.line == 0) std::abort();
    fold(row.line);
    ++rejects;
    return {};
  }
};

Delivered read(std::string_view bytes, const char* name, const CsvLayout& layout, const DefectPolicy& policy,
               unsigned threads) {
  CsvProviderOptions options;
  options.policy = policy;
  options.threads = threads;
  CsvProvider provider = CsvProvider::of_text(name, bytes, layout, options);
  Delivered out;
  QualityReport report;
  if (Status status = provider.read(out, report); !status) {
    out.error = status.error().to_string();
    if (status.error().what.empty()) std::abort();
  }
  if (report.rows_skipped != out.rejects) std::abort();
  return out;
}

// The names that a layout asks for, as a header line.
std::string header_of(const CsvLayout& layout) {
  if (!layout.header.empty()) return "";
  std::string out;
  const auto add = [&](std::string name) {
    if (!name.empty() && name[0] == '?') name.erase(0, 1);
    if (!name.empty()) out += (out.empty() ? "" : ",") + name;
  };
  const auto add_quote = [&](const auto& c) {
    for (const std::string* name : {&c.underlying_price, &c.underlying_bid, &c.underlying_ask, &c.bid, &c.ask, &c.iv,
                                    &c.delta, &c.gamma, &c.volume, &c.open_interest})
      add(*name);
  };
  const CsvColumns& c = layout.columns;
  for (const std::string* name :
       {&c.session, &c.time, &c.underlying, &c.osi, &c.root, &c.expiration, &c.right, &c.strike})
    add(*name);
  if (layout.quotes.empty()) add_quote(c);
  for (const CsvQuoteColumns& q : layout.quotes) add_quote(q);
  return out + "\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string headers[] = {
      "session,underlying,underlying_price,root,expiration,right,strike,bid,ask,iv,delta,gamma,volume,open_interest\n",
      "underlying,underlying_last,exchange,optionroot,type,expiration,quotedate,strike,last,net,bid,ask,volume,"
      "openinterest,impliedvol,delta,gamma\n"};
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const DefectPolicy lenient{BrokenRow::drop, BrokenValue::flag, BrokenValue::flag, Duplicates::keep_first,
                             ClosedSessions::keep};
  const DefectPolicy dropping{BrokenRow::drop, BrokenValue::drop, BrokenValue::drop, Duplicates::keep_first,
                              ClosedSessions::keep};
  const DefectPolicy policy = data[0] & 1 ? lenient : DefectPolicy{};
  const bool cboe = data[0] & 2;
  // The header is given, so that the fuzzer reaches the rows; or not.
  const std::string text = (data[0] & 4 ? "" : headers[cboe]) + std::string(bytes);
  load(text, cboe ? "cboe_historical" : "optix", policy);

  const auto vendors = csv_vendors();
  CsvLayout layout = vendors[(data[0] >> 3) % vendors.size()].layout();
  if (layout.columns.underlying.empty() && !layout.contract_from_name) layout.underlying = "XYZ";
  const char* name = "20140606_xyz_minute_quote_american_put_425000_20140621.csv";
  const std::string rows = header_of(layout) + std::string(bytes);
  const Delivered strict = read(rows, name, layout, data[0] & 1 ? dropping : policy, 1);
  // Threads are dear: now and then.
  if (size % 64 == 1) {
    const Delivered again = read(rows, name, layout, data[0] & 1 ? dropping : policy, 2);
    if (again.hash != strict.hash || again.rows != strict.rows || again.error != strict.error) std::abort();
  }
  return 0;
}
