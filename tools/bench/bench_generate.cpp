// Ten years of daily SPX-like chains: how fast a simulated market is made. Prints one JSON object.
//
//   bench_generate [YEARS [THREADS [FOLDER]]]    10 years on two threads
//
// `sessions`: priced and handed over in order, nothing written; its checksum is the same for any
// number of threads. With FOLDER, which must not exist, also the whole way into a dataset folder.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>
#include <string>

#include "core/data/simulation/simulation_provider.hpp"
#include "core/data/store/dataset_writer.hpp"

using namespace optix;

namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

double seconds_since(Clock::time_point begun) { return std::chrono::duration<double>(Clock::now() - begun).count(); }
double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

class Counter final : public QuoteSink {
 public:
  Status take(RawQuotes) override { return Error{"only whole sessions are expected", "", ""}; }
  Status take(SessionQuotes session) override {
    ++sessions;
    for (const SnapshotQuotes& snapshot : session.snapshots) {
      const ChainSnapshot& chain = snapshot.chain;
      rows += chain.strike.size();
      if (chain.strike.empty()) continue;
      const std::size_t last = chain.strike.size() - 1;
      for (const std::size_t i : {last / 3, last / 2, last}) {
        const auto mix = [&](std::int64_t value) { sum = (sum ^ static_cast<std::uint64_t>(value)) * 0x100000001b3; };
        mix(chain.bid[i].raw());
        mix(chain.ask[i].raw());
        mix(chain.volume[i]);
        mix(chain.open_interest[i]);
      }
    }
    return {};
  }
  std::uint64_t rows = 0, sessions = 0, sum = 0xcbf29ce484222325;
};

class Writer final : public QuoteSink {
 public:
  explicit Writer(DatasetWriter& writer) : writer_(writer) {}
  Status take(RawQuotes) override { return Error{"only whole sessions are expected", "", ""}; }
  Status take(SessionQuotes session) override { return writer_.put(std::move(session)); }

 private:
  DatasetWriter& writer_;
};

int fail(const Error& error) {
  std::fprintf(stderr, "bench_generate: %s\n", error.to_string().c_str());
  return 1;
}

Json speed(double rows, double seconds, double cpu) {
  return {{"seconds", seconds}, {"cpu_seconds", cpu}, {"rows_per_second", rows / seconds}};
}

}  // namespace

int main(int argc, char** argv) {
  const int years = argc > 1 ? std::atoi(argv[1]) : 10, threads = argc > 2 ? std::atoi(argv[2]) : 2;
  if (years < 1 || years > 60 || threads < 0 || threads > 256)
    return fail({"usage: bench_generate [YEARS [THREADS [FOLDER]]]", "", ""});
  auto params = simulation::preset("spx-like");
  if (!params) return fail(params.error());
  params->first = Date::from_civil(2010, 1, 4);
  params->last = Date::from_civil(2010 + years - 1, 12, 31);
  simulation::ProviderOptions options;
  options.threads = threads;

  Json out;
  auto begun = Clock::now();
  double cpu = cpu_seconds();
  auto provider = simulation::SimulationProvider::make({{*params}, {}, {}, 42}, options);
  if (!provider) return fail(provider.error());
  out["years"] = years;
  out["threads"] = threads;
  out["prepare"] = {{"seconds", seconds_since(begun)}, {"cpu_seconds", cpu_seconds() - cpu}};

  Counter counter;
  QualityReport report;
  begun = Clock::now();
  cpu = cpu_seconds();
  if (auto ok = (*provider)->read(counter, report); !ok) return fail(ok.error());
  char checksum[20];
  std::snprintf(checksum, sizeof checksum, "%016llx", static_cast<unsigned long long>(counter.sum));
  out["sessions"] = speed(static_cast<double>(counter.rows), seconds_since(begun), cpu_seconds() - cpu);
  out["sessions"]["rows"] = counter.rows;
  out["sessions"]["sessions"] = counter.sessions;
  out["sessions"]["checksum"] = checksum;
  if (argc > 3) {
    begun = Clock::now();
    cpu = cpu_seconds();
    auto writer = DatasetWriter::open(argv[3], {});
    if (!writer) return fail(writer.error());
    if (auto ok = (*writer)->describe("15 minutes before the close", {}); !ok) return fail(ok.error());
    Writer sink(**writer);
    if (auto ok = (*provider)->read(sink, report); !ok) return fail(ok.error());
    auto manifest = (*writer)->commit({(*provider)->description(), "generated", counter.rows}, {}, report);
    if (!manifest) return fail(manifest.error());
    out["dataset"] = speed(static_cast<double>(counter.rows), seconds_since(begun), cpu_seconds() - cpu);
    out["dataset"]["hash"] = manifest->dataset_hash();
  }
  std::printf("%s\n", out.dump(2).c_str());
  return 0;
}
