#include "core/data/providers/csv_provider.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "core/data/csv_chunks.hpp"
#include "core/data/zip.hpp"

namespace optix {
namespace {

// A file, or an entry of an archive.
struct Part {
  std::string name;  // as errors call it
  std::function<Result<std::unique_ptr<ByteSource>>()> open;
};

// What all chunks of a part share.
struct PartPlan {
  std::string name;
  CsvBinding binding;
  SourceFacts facts;
};

// A chunk on its way: read, then parsed.
struct Job {
  std::uint64_t number = 0;
  std::shared_ptr<const PartPlan> plan;
  TextChunk chunk;
  std::size_t skip = 0;            // bytes of the header at the chunk's front
  std::uint64_t lines_before = 0;  // lines of the header
  bool first_of_part = false;
  double share = 0;
  // Filled by the parser; lines count from 1 within the chunk.
  RawQuotes quotes;
  std::vector<RowIssue> issues;
  std::vector<RejectedRow> rejects;
  std::uint64_t rows = 0, lines = 0, sampled_away = 0;
  bool stopped = false;          // the last issue ends the reading
  std::optional<Error> problem;  // so does this; `where` lacks the line when it is empty
};

// Hands out chunks in order, part after part. One thread at a time.
class Feed {
 public:
  Feed(std::vector<Part> parts, const CsvLayout& layout, std::size_t chunk_bytes)
      : parts_(std::move(parts)), layout_(layout), chunk_bytes_(chunk_bytes) {}

  // The next chunk, or a problem in `job`; false at the end.
  bool next(Job& job) {
    while (!failed_) {
      if (!reader_) {
        if (part_ == parts_.size()) return false;
        if (Status status = open(); !status) return fail(job, status.error());
      }
      auto more = reader_->next(job.chunk);
      if (!more) return fail(job, more.error());
      if (!*more) {
        if (!plan_ && layout_.header.empty())
          return fail(job, {"the file is empty", parts_[part_].name, "it needs a header line and rows of quotes"});
        reader_.reset();
        ++part_;
        continue;
      }
      if (!plan_) {
        job.first_of_part = true;
        if (Status status = bind(job); !status) return fail(job, status.error());
        if (!plan_) {  // blank lines only
          blank_lines_ += job.lines_before;
          job = Job{};
          continue;
        }
      }
      job.plan = plan_;
      job.number = number_++;
      const double share = reader_->share();
      job.share = (static_cast<double>(part_) + share) / static_cast<double>(parts_.size());
      return true;
    }
    return false;
  }

 private:
  Status open() {
    plan_.reset();
    blank_lines_ = 0;
    auto facts = facts_of_name(layout_, parts_[part_].name);
    if (!facts) return facts.error();
    facts_ = std::move(*facts);
    auto source = parts_[part_].open();
    if (!source) return source.error();
    reader_ = std::make_unique<ChunkReader>(std::move(*source), chunk_bytes_);
    return {};
  }

  // The first line that is not empty is the header, unless the layout has it.
  Status bind(Job& job) {
    auto plan = std::make_shared<PartPlan>();
    plan->name = parts_[part_].name;
    plan->facts = facts_;
    std::vector<std::string_view> header(layout_.header.begin(), layout_.header.end());
    CsvLines lines(job.chunk.text(), layout_.delimiter, layout_.trim);
    if (header.empty()) {
      if (!lines.next()) {
        job.lines_before = lines.line();
        if (lines.problem().empty()) return {};
        return Error{lines.problem(), place(plan->name, lines.line(), ""), "this does not look like a CSV file"};
      }
      header = lines.fields();
      const char* after = lines.text().data() + lines.text().size();
      job.skip = static_cast<std::size_t>(
                     static_cast<const char*>(std::find(after, job.chunk.text().data() + job.chunk.size, '\n')) -
                     job.chunk.text().data()) +
                 1;
      job.lines_before = blank_lines_ + lines.line();
    }
    auto binding = bind_columns(layout_, header, plan->name);
    if (!binding) return binding.error();
    plan->binding = std::move(*binding);
    plan_ = std::move(plan);
    return {};
  }

  bool fail(Job& job, Error error) {
    failed_ = true;
    if (!plan_ && error.where.empty()) error.where = place(parts_[part_].name, blank_lines_ + 1, "");
    job.plan = plan_;
    job.chunk.size = job.skip = 0;
    job.problem = std::move(error);
    job.number = number_++;
    return true;
  }

  std::vector<Part> parts_;
  const CsvLayout& layout_;
  std::size_t chunk_bytes_;
  std::size_t part_ = 0;
  std::unique_ptr<ChunkReader> reader_;
  SourceFacts facts_;
  std::shared_ptr<const PartPlan> plan_;
  std::uint64_t blank_lines_ = 0;
  std::uint64_t number_ = 0;
  bool failed_ = false;
};

void parse(Job& job, const CsvLayout& layout, const DefectPolicy& policy) {
  if (job.problem) return;
  RowReader reader(layout, job.plan->binding, job.plan->facts, policy);
  reader.quotes().rows.reserve(job.chunk.size / 64 * std::max<std::size_t>(1, layout.quotes.size()));
  CsvLines lines(job.chunk.text().substr(job.skip), layout.delimiter, layout.trim);
  std::size_t seen = 0;
  while (lines.next()) {
    ++job.rows;
    job.stopped = !reader.read(lines.fields(), lines.line());
    for (; seen < reader.issues().size(); ++seen) {
      const RowIssue& issue = reader.issues()[seen];
      if (issue.dropped) job.rejects.push_back({"", issue.line, issue.column, issue.what, std::string(lines.text())});
    }
    if (job.stopped) break;
  }
  job.lines = lines.line();
  if (!lines.problem().empty())
    job.problem =
        Error{lines.problem(), "",
              lines.problem().find("quote") != std::string::npos ? "quoted fields must not contain line breaks"
                                                                 : "this does not look like a CSV file"};
  job.quotes = std::move(reader.quotes());
  job.issues = reader.issues();
  job.sampled_away = reader.sampled_away();
}

// Takes parsed chunks in order to the sink.
class Delivery {
 public:
  Delivery(QuoteSink& sink, QualityReport& report, double& share) : sink_(sink), report_(report), share_(share) {}

  Status operator()(Job& job) {
    share_ = job.share;
    if (job.first_of_part) base_ = 0;
    const std::uint64_t base = base_ + job.lines_before;
    const std::string name = job.plan ? job.plan->name : "";
    for (const RowIssue& issue : job.issues) {
      if (job.stopped && &issue == &job.issues.back()) break;
      note_defect(report_, issue.defect, name, base + issue.line, issue.column, issue.what);
      report_.rows_skipped += issue.dropped;
    }
    report_.lines += job.rows;
    report_.filtered += job.sampled_away;
    for (RejectedRow& row : job.rejects) {
      row.source = name;
      row.line += base;
      if (Status status = sink_.reject(row); !status) return status;
    }
    if (!job.quotes.rows.empty()) {
      for (RawQuote& row : job.quotes.rows) row.line += base;
      job.quotes.source = name;
      if (Status status = sink_.take(std::move(job.quotes)); !status) return status;
    }
    if (job.stopped) {
      const RowIssue& issue = job.issues.back();
      return Error{issue.what, place(name, base + issue.line, issue.column), remedy(issue.defect)};
    }
    if (job.problem) {
      Error error = *job.problem;
      // A line that fits no chunk is the one after those delivered.
      if (error.where.empty()) error.where = place(name, base + (job.chunk.size == 0 ? 1 : job.lines), "");
      return error;
    }
    base_ = base + job.lines;
    return {};
  }

 private:
  QuoteSink& sink_;
  QualityReport& report_;
  double& share_;
  std::uint64_t base_ = 0;
};

// Parses chunks in helper threads; a bounded number of them waits for delivery.
class Pool {
 public:
  Pool(Feed& feed, const CsvLayout& layout, const DefectPolicy& policy, unsigned threads)
      : feed_(feed), layout_(layout), policy_(policy), window_(threads * 2 + 2) {
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() {
    {
      const std::lock_guard lock(mutex_);
      cancelled_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  // The chunk after the one before; false at the end.
  bool next(Job& job) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return done_.count(delivered_) != 0 || (ended_ && delivered_ == handed_out_); });
    const auto at = done_.find(delivered_);
    if (at == done_.end()) return false;
    job = std::move(at->second);
    done_.erase(at);
    ++delivered_;
    lock.unlock();
    changed_.notify_all();
    return true;
  }

 private:
  void work() {
    for (;;) {
      Job job;
      {
        const std::lock_guard reading(feed_mutex_);
        {
          std::unique_lock lock(mutex_);
          changed_.wait(lock, [&] { return cancelled_ || ended_ || handed_out_ < delivered_ + window_; });
          if (cancelled_ || ended_) return;
        }
        const bool more = feed_.next(job);
        const std::lock_guard lock(mutex_);
        if (more)
          ++handed_out_;
        else
          ended_ = true;
      }
      if (job.plan || job.problem) {
        try {
          parse(job, layout_, policy_);
        } catch (const std::exception& e) {  // out of memory
          job.problem = Error{e.what(), job.plan->name, ""};
        }
        const std::lock_guard lock(mutex_);
        const std::uint64_t number = job.number;
        done_.emplace(number, std::move(job));
      }
      changed_.notify_all();
    }
  }

  Feed& feed_;
  const CsvLayout& layout_;
  const DefectPolicy& policy_;
  const std::uint64_t window_;
  std::mutex feed_mutex_;  // one reads the files
  std::mutex mutex_;       // of what follows
  std::condition_variable changed_;
  std::map<std::uint64_t, Job> done_;
  std::uint64_t handed_out_ = 0, delivered_ = 0;
  bool ended_ = false, cancelled_ = false;
  std::vector<std::thread> threads_;
};

Status add_parts(const std::string& path, std::vector<Part>& parts) {
  if (!is_zip(path)) {
    parts.push_back({path, [path] { return open_file(path); }});
    return {};
  }
  auto entries = zip_entries(path);
  if (!entries) return entries.error();
  for (const ZipEntry& entry : *entries)
    parts.push_back({path + "#" + entry.name, [path, entry] { return open_zip_entry(path, entry); }});
  return {};
}

}  // namespace

CsvProvider::CsvProvider(std::vector<std::string> paths, CsvLayout layout, CsvProviderOptions options)
    : paths_(std::move(paths)), layout_(std::move(layout)), options_(options) {}

CsvProvider CsvProvider::of_text(std::string name, std::string_view bytes, CsvLayout layout,
                                 CsvProviderOptions options) {
  CsvProvider provider({std::move(name)}, std::move(layout), options);
  provider.text_ = bytes;
  provider.in_memory_ = true;
  return provider;
}

std::string CsvProvider::description() const {
  std::string out = "csv";
  for (std::size_t i = 0; i < paths_.size() && i < 3; ++i) out += " " + paths_[i];
  if (paths_.size() > 3) out += " and " + std::to_string(paths_.size() - 3) + " more";
  return out;
}

Status CsvProvider::read(QuoteSink& sink, QualityReport& report) {
  std::vector<Part> parts;
  for (const std::string& path : paths_) {
    if (in_memory_)
      parts.push_back(
          {path, [this, path]() -> Result<std::unique_ptr<ByteSource>> { return open_memory(path, text_); }});
    else if (Status status = add_parts(path, parts); !status)
      return status;
  }
  if (parts.empty()) return Error{"there is no file to read", description(), "give the path of at least one CSV file"};
  Feed feed(std::move(parts), layout_, options_.chunk_bytes);
  Delivery deliver(sink, report, share_);
  if (options_.threads <= 1) {
    for (;;) {
      Job job;
      if (!feed.next(job)) return {};
      parse(job, layout_, options_.policy);
      if (Status status = deliver(job); !status) return status;
    }
  }
  Pool pool(feed, layout_, options_.policy, options_.threads);
  for (Job job; pool.next(job);)
    if (Status status = deliver(job); !status) return status;
  return {};
}

}  // namespace optix
