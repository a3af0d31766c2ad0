#include "core/data/import/importer.hpp"

#include <malloc.h>

#include <algorithm>

#include "core/data/import/gather.hpp"

namespace optix {
namespace {

template <class E>
std::string text_of(E value) {
  return std::string(enum_name(value));
}

// What was decided, for the manifest.
std::map<std::string, std::string> policy_of(const ImportOptions& o) {
  std::map<std::string, std::string> out = o.quality.to_map();
  out["broken_rows"] = text_of(o.policy.rows);
  out["broken_quotes"] = text_of(o.policy.quotes);
  out["broken_values"] = text_of(o.policy.values);
  out["duplicates"] = o.last_wins ? "keep_last" : text_of(o.policy.duplicates);
  out["underlying_price"] = text_of(o.spot);
  out["carry"] = o.carry ? "true" : "false";
  return out;
}

// The report of everything in the folder. The same source again adds nothing to what was counted.
QualityReport report_of_all(const Manifest& before, const ImportedSource& source, const QualityReport& now) {
  if (before.partitions.empty() && before.sources.empty()) return now;
  QualityReport all = merged(before.quality, now);
  if (std::find(before.sources.begin(), before.sources.end(), source) == before.sources.end()) return all;
  QualityReport known = before.quality;
  known.sessions = std::move(all.sessions);
  known.missing_sessions = std::move(all.missing_sessions);
  known.policy = std::move(all.policy);
  return known;
}

Result<ImportSummary> run(const std::string& folder, MarketDataProvider& provider, const ImportOptions& options,
                          RejectFile& rejects) {
  auto writer = DatasetWriter::open(folder, options.write);
  if (!writer) return writer.error();
  if (Status status = (*writer)->describe(options.time_meaning, options.columns); !status) return status.error();
  ImportSummary out;
  out.quality.source = provider.description();
  out.quality.layout = options.layout;
  SourceNames names;
  SessionPipeline pipeline(options, **writer, names);
  std::string beside = folder;
  while (beside.size() > 1 && beside.back() == '/') beside.pop_back();
  Gather gather(options, pipeline, names, rejects, beside + ".waiting", out.quality);
  const auto tell = [&](double share) {
    if (options.progress) options.progress({gather.rows(), pipeline.sessions(), share});
  };
  std::uint64_t batches = 0;
  gather.advance = [&] {
    if (++batches % 32 == 0) tell(provider.share());
  };
  if (Status status = provider.read(gather, out.quality); !status) return status.error();
  if (Status status = gather.finish(); !status) return status.error();
  if (Status status = pipeline.finish(out.quality); !status) return status.error();
  tell(1);
  for (const RejectedRow& row : pipeline.rejected())
    if (Status status = rejects.add(row); !status) return status.error();
  if (Status status = rejects.close(); !status) return status.error();
  out.rows_read = out.quality.lines != 0 ? out.quality.lines : gather.rows();
  out.rows_written = pipeline.rows_written();
  out.rows_rejected = rejects.rows() + pipeline.rows_rejected() - pipeline.rejected().size();
  if (pipeline.written().empty())
    return Error{"no session is left to import: " + std::to_string(out.rows_read) + " rows read, " +
                     std::to_string(out.quality.filtered) + " outside the chosen dates, underlyings or roots, " +
                     std::to_string(out.rows_rejected) + " left out as broken",
                 provider.description(), "check the filters and the policy"};
  const ImportedSource source{provider.description(), options.layout, out.rows_read};
  const Manifest before = (*writer)->before();
  if (options.add_to)
    if (const Status added = options.add_to(**writer); !added) return added.error();
  auto manifest = (*writer)->commit(source, policy_of(options), report_of_all(before, source, out.quality));
  if (!manifest) return manifest.error();
  out.manifest = std::move(*manifest);
  std::map<std::pair<Date, Symbol>, std::string> hashes;
  for (const Partition& p : before.partitions) hashes[{p.session, p.underlying}] = p.quotes.hash + p.groups.hash;
  for (const Partition& p : out.manifest.partitions) {
    const auto key = std::pair(p.session, p.underlying);
    if (pipeline.written().count(key) == 0) continue;
    const auto old = hashes.find(key);
    const bool same = old != hashes.end() && old->second == p.quotes.hash + p.groups.hash;
    ++(same ? out.sessions_unchanged : out.sessions_written);
  }
  return out;
}

std::string known_text(const CsvLayout& layout, std::string_view column) {
  std::string out;
  const auto add = [&](const QuoteTime& time) {
    const std::string text = time.to_string();
    if (out.find(text) == std::string::npos) out += (out.empty() ? "" : ", ") + text;
  };
  for (const CsvQuoteColumns& q : layout.quotes) {
    const bool has = column == "iv" ? !q.iv.empty() : column == "delta" ? !q.delta.empty() : !q.gamma.empty();
    if (has && q.time) add(*q.time);
  }
  return out.empty() ? "at the snapshot's time" : out;
}

}  // namespace

ImportOptions import_options(const CsvLayout& layout) {
  ImportOptions o;
  o.default_terms = layout.default_terms;
  o.roots = layout.roots;
  o.layout = layout.name;
  o.carry = layout.carry;
  o.last_wins = layout.sample_seconds > 0;
  o.spot = layout.spot;
  o.open_interest = layout.open_interest;
  if (layout.time_format == TimeFormat::none) {
    o.time_meaning = layout.quote_time.to_string();
    if (!layout.quotes.empty() && layout.quotes.front().time) {
      o.time_meaning.clear();
      for (const CsvQuoteColumns& q : layout.quotes) {
        const std::string text = (q.time ? *q.time : layout.quote_time).to_string();
        o.time_meaning += (o.time_meaning.empty() ? "" : ", ") + text;
      }
    }
  } else if (layout.sample_seconds > 0) {
    o.time_meaning = "end of each " + std::to_string(layout.sample_seconds) + " seconds";
  } else if (layout.time_offset > 0) {
    o.time_meaning = "end of each bar of " + std::to_string(layout.time_offset) + " seconds";
  } else {
    o.time_meaning = "as written";
  }
  const std::string now = "at the snapshot's time";
  o.columns = {{"bid", "USD per share", now},
               {"ask", "USD per share", now},
               {"iv", "per 1.00 a year", known_text(layout, "iv")},
               {"delta", "signed, per 1.00", known_text(layout, "delta")},
               {"gamma", "per USD", known_text(layout, "gamma")},
               {"volume", "contracts", now},
               {"open_interest", "contracts",
                layout.open_interest == OpenInterestKnown::morning
                    ? "before the session's open"
                    : "before the session's open: the source's count of the session before"},
               {"underlying_price", "USD",
                layout.spot == SpotSource::column ? now : now + ", from put-call parity of the nearest expiration"}};
  return o;
}

Result<ImportSummary> import_dataset(const std::string& folder, MarketDataProvider& provider,
                                     const ImportOptions& options) {
  // Buffers of a few megabytes come and go with every session. The system's allocator gives them back
  // to the kernel each time, and page faults take a third of the import; let it keep some.
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 64 << 20);
  auto rejects = RejectFile::open(options.reject_file);
  if (!rejects) return rejects.error();
  return run(folder, provider, options, **rejects);
}

}  // namespace optix
