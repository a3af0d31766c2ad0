#include "core/data/providers/http_provider.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "core/data/providers/http_spool.hpp"
#include "core/data/providers/row_feed.hpp"
#include "core/data/providers/sql_connection.hpp"
#include "core/time/calendar.hpp"

namespace optix {
namespace {

constexpr std::string_view session_mark = "{session}", compact_mark = "{session:yyyymmdd}";

std::string replaced(std::string text, std::string_view mark, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += by.size())
    text.replace(at, mark.size(), by);
  return text;
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// One address with all its pages.
struct Chain {
  std::string url;
  std::optional<Date> session;
};

// A page, from the service or from the folder.
struct Page {
  JsonPage rows;
  std::string body;
  std::string link;  // the Link header
  std::string etag;
  int status = 200;
};

// What was read of a page, for comparing: each cell with its length.
std::string rows_hash(const JsonPage& page) {
  std::string text = std::to_string(page.rows());
  for (std::size_t r = 0; r < page.rows(); ++r)
    for (std::size_t c = 0; c < page.width(); ++c) {
      const std::string_view cell = page.field(r, c);
      (text += '|') += std::to_string(cell.size());
      (text += ':') += cell;
    }
  return stored::content_hash(text);
}

class HttpProvider final : public MarketDataProvider {
 public:
  HttpProvider(HttpSource source, HttpWaiter& waiter)
      : source_(std::move(source)), waiter_(waiter), columns_(layout_columns(source_.layout)) {
    for (const LayoutColumn& c : columns_) fields_.push_back(c.name);
  }

  std::string description() const override {
    std::string out = source_.url;
    if (source_.first && source_.last) out += " " + source_.first->to_string() + " to " + source_.last->to_string();
    return out;
  }

  double share() const override { return source_.first ? share_ : std::numeric_limits<double>::quiet_NaN(); }

  Status read(QuoteSink& sink, QualityReport& report) override {
    report.source = description();
    report.layout = source_.layout.name;
    page_ = 0;
    key_.clear();
    if (!source_.key.file.empty()) {
      auto secret = read_secret(source_.key.file);
      if (!secret) return secret.error();
      key_ = *secret;
    }
    HttpClient client(source_.limits, source_.ca_file, source_.proxy);
    HttpFetcher fetcher(client, source_.patience, waiter_, secrets());
    std::unique_ptr<HttpSpool> spool;
    if (!source_.resume_folder.empty()) {
      auto opened = HttpSpool::open(source_.resume_folder, identity());
      if (!opened) return opened.error();
      spool = std::move(*opened);
    }
    const std::vector<Chain> all = chains();
    for (std::size_t i = 0; i < all.size(); ++i) {
      share_ = static_cast<double>(i) / static_cast<double>(all.size());
      if (Status status = read_chain(all[i], fetcher, spool.get(), sink, report); !status) return status;
    }
    return spool ? spool->remove() : Status{};
  }

 private:
  std::vector<std::string> secrets() const {
    std::vector<std::string> out;
    if (!key_.empty()) out.push_back(key_);
    for (const auto& [name, value] : source_.headers)
      if (is_secret(name)) out.push_back(value);
    return out;
  }
  static bool is_secret(const std::string& header) {
    const std::string name = lower(header);
    return name == "authorization" || name == "cookie" || name == "proxy-authorization";
  }

  // What makes two downloads the same, without secrets.
  std::string identity() const {
    return description() + " paging " + std::string(enum_name(source_.paging.kind)) + " " + source_.paging.parameter +
           " " + std::to_string(source_.paging.first) + " rows " + source_.shape.rows + " " +
           std::string(enum_name(source_.shape.form)) + " next " + source_.shape.next;
  }

  std::vector<Chain> chains() const {
    if (!source_.first) return {{source_.url, std::nullopt}};
    std::vector<Chain> out;
    for (Date day = *source_.first; day <= *source_.last; day = day + 1)
      if (is_session(day)) {
        const std::string iso = day.to_string();
        const std::string compact = iso.substr(0, 4) + iso.substr(5, 2) + iso.substr(8, 2);
        out.push_back({replaced(replaced(source_.url, compact_mark, compact), session_mark, iso), day});
      }
    return out;
  }

  HttpRequest request(const std::string& url, const std::string& etag) const {
    HttpRequest out;
    out.url =
        key_.empty() || source_.key.parameter.empty() ? url : url_with_parameter(url, source_.key.parameter, key_);
    out.headers = {{"Accept", "application/json"}};
    for (const auto& field : source_.headers)
      (is_secret(field.first) ? out.secret_headers : out.headers).push_back(field);
    if (!etag.empty()) out.headers.emplace_back("If-None-Match", etag);
    if (!key_.empty() && !source_.key.header.empty())
      out.secret_headers.emplace_back(source_.key.header, source_.key.prefix + key_);
    return out;
  }

  Result<JsonPage> parse(const std::string& body, const std::string& where) const {
    JsonResult result = read_json_page(where, body, source_.shape, fields_, source_.json);
    if (result.page) return std::move(*result.page);
    return result.problem->error;
  }

  // From the service. nullopt: it says that the page with this tag is unchanged.
  Result<std::optional<Page>> download(HttpFetcher& fetcher, const std::string& url, const Chain& chain,
                                       const std::string& where, const std::string& etag) const {
    Page page;
    const auto judge = [&](const HttpAnswer& answer) -> HttpFetcher::Judged {
      if (answer.status == 404)
        return {chain.session && source_.not_found_is_empty ? std::nullopt : std::optional(status_error(answer)),
                false};
      JsonResult result = read_json_page("", answer.body, source_.shape, fields_, source_.json);
      if (result.page) {
        page.rows = std::move(*result.page);
        return {};
      }
      return {result.problem->error, result.problem->truncated};
    };
    auto answer = fetcher.fetch(request(url, etag), where, judge);
    if (!answer) return answer.error();
    if (answer->status == 304) {
      if (etag.empty()) return status_error(*answer);
      return std::optional<Page>();
    }
    page.status = answer->status;
    if (answer->status == 200) page.body = fetcher.without_secrets(std::move(answer->body));
    page.link = fetcher.without_secrets(answer->header("link"));
    page.etag = answer->header("etag");
    return std::optional(std::move(page));
  }

  // The next page of the download: from the folder while that has pages, then from the service.
  Result<Page> next_page(HttpFetcher& fetcher, HttpSpool* spool, const std::string& url, const Chain& chain,
                         const std::string& where, const std::string& label) {
    const std::size_t index = page_++;
    if (spool && index < spool->pages().size()) {
      const SpooledPage known = spool->pages()[index];
      const bool last = index + 1 == spool->pages().size();
      auto body = spool->body(index);
      if (!body) return body.error();
      if (*body) {
        const Error changed{
            "the service's answer for this page is not the one that was downloaded before", where,
            "the data has changed in between: remove " + source_.resume_folder + " to download everything again"};
        if (known.label != label) return changed;
        Page page{{}, std::move(**body), known.link, known.etag, known.status};
        if (known.status == 200) {
          auto rows = parse(page.body, where);
          if (!rows) return rows.error();
          page.rows = std::move(*rows);
        }
        if (last || source_.resume_check == ResumeCheck::all) {
          const auto now = download(fetcher, url, chain, where, known.etag);
          if (!now) return now.error();
          if (*now && (rows_hash((*now)->rows) != known.rows || (*now)->status != known.status)) return changed;
        }
        return page;
      }
    }
    auto fresh = download(fetcher, url, chain, where, "");
    if (!fresh) return fresh.error();
    Page page = std::move(**fresh);
    if (spool) {
      SpooledPage known;
      known.label = label;
      known.rows = rows_hash(page.rows);
      known.etag = page.etag;
      known.link = page.link;
      known.status = page.status;
      if (Status added = spool->add(std::move(known), page.body); !added) return added.error();
    }
    return page;
  }

  // The next page's address; empty at the end.
  Result<std::string> next_url(const Page& page, const std::string& url, std::size_t number,
                               const std::string& where) const {
    const HttpPaging& paging = source_.paging;
    std::string link;
    switch (paging.kind) {
      case HttpPaging::Kind::none: return link;
      case HttpPaging::Kind::link: link = page.rows.next(); break;
      case HttpPaging::Kind::header: link = next_of_link_header(page.link); break;
      case HttpPaging::Kind::cursor:
        return page.rows.next().empty() ? link : url_with_parameter(url, paging.parameter, page.rows.next());
      case HttpPaging::Kind::number:
        return page.rows.rows() == 0
                   ? link
                   : url_with_parameter(url, paging.parameter,
                                        std::to_string(paging.first + static_cast<std::int64_t>(number)));
    }
    if (link.empty()) return link;
    const std::string target = url_resolved(url, link);
    // Elsewhere the key has no business, and the answer no authority.
    if (target.empty() || url_origin(target) != url_origin(url))
      return Error{"the link to the next page leads to " + (target.empty() ? "what is no address" : url_origin(target)),
                   where, "links are followed on " + url_origin(url) + " only"};
    return target;
  }

  Status read_chain(const Chain& chain, HttpFetcher& fetcher, HttpSpool* spool, QuoteSink& sink,
                    QualityReport& report) {
    std::string url = chain.url;
    if (source_.paging.kind == HttpPaging::Kind::number)
      url = url_with_parameter(url, source_.paging.parameter, std::to_string(source_.paging.first));
    std::set<std::string> visited;
    for (std::size_t number = 1; !url.empty(); ++number) {
      const std::string label =
          (chain.session ? chain.session->to_string() + " " : "") + "page " + std::to_string(number);
      const std::string where = chain.url + " page " + std::to_string(number);
      if (number > source_.paging.most_pages)
        return Error{"more than " + std::to_string(source_.paging.most_pages) + " pages", where,
                     "ask for larger pages or raise the limit"};
      if (!visited.insert(stored::content_hash(url)).second)
        return Error{"the link to the next page leads back to one that was read", where, "check how pages are linked"};
      auto page = next_page(fetcher, spool, url, chain, where, label);
      if (!page) return page.error();
      if (Status status = deliver(page->rows, chain, where, sink, report); !status) return status;
      const auto next = next_url(*page, url, number, where);
      if (!next) return next.error();
      url = *next;
    }
    return {};
  }

  Status deliver(const JsonPage& page, const Chain& chain, const std::string& where, QuoteSink& sink,
                 QualityReport& report) {
    if (page.rows() == 0) return {};
    CsvLayout layout = source_.layout;
    const bool dated_time = layout.time_format == TimeFormat::date_time || layout.time_format >= TimeFormat::epoch_s;
    if (chain.session && layout.columns.session.empty() && !layout.session && !dated_time)
      layout.session = chain.session;
    std::vector<std::string> header;
    std::vector<std::size_t> at;
    std::string absent;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (page.seen(c)) {
        header.push_back(columns_[c].name);
        at.push_back(c);
      } else if (!columns_[c].optional) {
        absent += (absent.empty() ? "" : ", ") + columns_[c].name;
      }
    }
    if (!absent.empty())
      return Error{"no item has the field: " + absent, where,
                   "map the columns to the fields the service sends; write '?' before the name of one it leaves out"};
    auto feed = RowFeed::open(layout, header, source_.policy, {where, "item", "field"}, sink, report);
    if (!feed) return feed.error();
    std::vector<std::string_view> row(header.size());
    for (std::size_t r = 0; r < page.rows(); ++r) {
      for (std::size_t c = 0; c < at.size(); ++c) row[c] = page.field(r, at[c]);
      if (Status status = (*feed)->add(row, r + 1); !status) return status;
    }
    return (*feed)->flush();
  }

  HttpSource source_;
  HttpWaiter& waiter_;
  std::vector<LayoutColumn> columns_;
  std::vector<std::string> fields_;
  std::string key_;
  std::size_t page_ = 0;  // of the whole download
  double share_ = 0;
};

bool clean_field(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != 127; });
}

// The first thing wrong with a source.
std::optional<Error> defect_of(const HttpSource& s) {
  const std::string probe = replaced(replaced(s.url, compact_mark, "20190425"), session_mark, "2019-04-25");
  const std::string origin = url_origin(probe);
  const auto wrong = [&](const std::string& what, const std::string& hint) { return Error{what, s.url, hint}; };
  if (url_has_user(probe))
    return Error{"the address holds a user or a password", origin, "put the key into a file and name that"};
  if (origin.empty()) return wrong("this is not an address of http or https", "it is written https://HOST/PATH");
  if (probe.find_first_of("{}") != std::string::npos)
    return wrong("only {session} and {session:yyyymmdd} stand for something", "write %7B and %7D for braces");
  for (std::size_t at = probe.find('?'); at != std::string::npos && at + 1 < probe.size();
       at = probe.find('&', at + 1)) {
    const std::string name = lower(probe.substr(at + 1, probe.find_first_of("=&", at + 1) - at - 1));
    for (const char* secret :
         {"apikey", "api_key", "api-key", "key", "token", "access_token", "auth", "secret", "password", "signature"})
      if (name == secret)
        return Error{"the address holds a key in '" + name + "'", origin,
                     "put the key into a file, name that, and name the parameter there"};
  }
  const bool templated = probe != s.url;
  if (templated != (s.first && s.last) || s.first.has_value() != s.last.has_value())
    return wrong(templated ? "the address is for each session, but of which dates?"
                           : "there are dates, but the address is one for all",
                 "give first and last date together with {session} in the address");
  if (templated && (*s.first > *s.last || !calendar_covers(*s.first) || !calendar_covers(*s.last)))
    return wrong("the dates are not in order or outside the exchange calendar", "first is the earlier one");
  const bool by_parameter = s.paging.kind == HttpPaging::Kind::cursor || s.paging.kind == HttpPaging::Kind::number;
  if (by_parameter && s.paging.parameter.empty()) return wrong("paging needs a query parameter", "name it");
  if ((s.paging.kind == HttpPaging::Kind::link || s.paging.kind == HttpPaging::Kind::cursor) && s.shape.next.empty())
    return wrong("paging needs the field that leads to the next page", "name its path in the body");
  if (!s.key.file.empty() && s.key.header.empty() == s.key.parameter.empty())
    return wrong("the key is sent in a header or as a parameter", "name one of them");
  if (!s.key.file.empty() && probe.compare(0, 6, "https:") != 0 && !url_is_local(probe))
    return wrong("a key would go over plain http for all to read", "use https");
  for (const auto& [name, value] : s.headers)
    if (name.empty() || !clean_field(name) || !clean_field(value) || name.find_first_of(": ") != std::string::npos)
      return wrong("a header's name or value has characters that cannot be sent", "correct the headers");
  if (!clean_field(s.key.header) || !clean_field(s.key.prefix) || !clean_field(s.url))
    return wrong("the address or the key's header has characters that cannot be sent", "correct them");
  if (s.patience.attempts < 1 || s.patience.requests_per_second < 0 || s.limits.redirects < 0)
    return wrong("attempts, rate and redirects cannot be negative", "attempts is at least 1");
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<MarketDataProvider>> make_http_provider(HttpSource source, HttpWaiter& waiter) {
  if (auto defect = defect_of(source)) return *defect;
  return std::unique_ptr<MarketDataProvider>(std::make_unique<HttpProvider>(std::move(source), waiter));
}

}  // namespace optix
