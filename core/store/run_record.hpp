#pragma once
// Everything a finished run leaves behind: where it came from and what came out. Filled by the
// program (provenance) and by RunCollector (results); read by the writers of result files and the
// report.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "messages/ref.hpp"

namespace optix {

// The messages of a run that are results, in order, each once.
struct RunResults {
  std::vector<MessageRef> instruments;  // InstrumentBatch
  std::vector<MessageRef> fills;        // Fill
  std::vector<MessageRef> trades;       // TradeClosed
  std::vector<MessageRef> equity;       // Equity
  std::vector<MessageRef> deposits;     // CashChanged with cause deposit
  std::vector<MessageRef> prices;       // UnderlyingPrice
  std::vector<MessageRef> metrics;      // MetricValue
  std::vector<MessageRef> rejections;   // OrderRejected
  std::vector<MessageRef> cancelled;    // OrderCancelled
  std::vector<MessageRef> settlements;  // ContractSettled
  std::vector<MessageRef> attribution;  // Attribution
  std::vector<MessageRef> margin;       // MarginState
  std::vector<MessageRef> alarms;       // MarginCall, KillSwitch
  std::uint64_t snapshots = 0;          // chain snapshots seen
};

struct RunRecord {
  // What was run.
  std::string name;
  std::string data;         // the dataset, in words
  std::string config_text;  // the effective configuration, YAML
  std::string stop_reason;  // end_of_data, interrupted, limit

  // What it takes to run it again. Hashes and the digest are hexadecimal text.
  std::string engine_version;
  std::string config_hash;
  std::string data_hash;
  std::string digest;
  std::uint64_t seed = 0;

  std::string quality_json;           // the data set's quality report, empty for none
  std::vector<std::string> warnings;  // shown first; one sentence each

  std::vector<std::pair<std::string, std::uint64_t>> counts;  // events, waves, rows, …
  std::vector<std::pair<std::string, double>> timings;        // phase, seconds of wall time

  RunResults results;
};

}  // namespace optix
