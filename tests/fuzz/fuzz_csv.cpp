// Any bytes as a CSV file in both layouts, strict and lenient: an error or a well-formed dataset.
#include <cstdint>
#include <cstdlib>

#include "core/contracts/chain_view.hpp"
#include "core/data/dataset.hpp"

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
  const DefectPolicy policy = data[0] & 1 ? lenient : DefectPolicy{};
  const bool cboe = data[0] & 2;
  // The header is given, so that the fuzzer reaches the rows; or not.
  const std::string text = (data[0] & 4 ? "" : headers[cboe]) + std::string(bytes);
  load(text, cboe ? "cboe_historical" : "optix", policy);
  return 0;
}
