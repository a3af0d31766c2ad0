#pragma once
// Quotes from a service that answers with JSON over HTTP or HTTPS, a page at a time: one address, or
// one for each exchange session of a range of dates. Rows are objects or columns; their fields become
// text, digit for digit, and are read as a CSV file's.
//
// The service is asked no more often than agreed, and again when it is busy or broken, within bounds.
// With a folder to resume from, an interrupted download goes on behind its last page; when what the
// service says of that page has changed since, nothing is mixed: the reading ends with an error.
#include <memory>
#include <optional>
#include <string>

#include "core/data/csv_layout.hpp"
#include "core/data/csv_rows.hpp"
#include "core/data/providers/http_fetch.hpp"
#include "core/data/providers/json_rows.hpp"
#include "core/data/quotes.hpp"

namespace optix {

// How one page leads to the next.
struct HttpPaging {
  enum class Kind : std::uint8_t {
    none,
    link,    // JsonShape::next is the next page's address
    header,  // the header `Link: <…>; rel="next"` is
    cursor,  // JsonShape::next goes into the query parameter
    number,  // the query parameter counts pages; a page without rows is the end
  };
  Kind kind = Kind::none;
  std::string parameter;             // of cursor and number
  std::int64_t first = 1;            // of number
  std::size_t most_pages = 100'000;  // of one address; more is an error
};
constexpr auto enum_names(HttpPaging::Kind) {
  return std::to_array<std::string_view>({"none", "link", "header", "cursor", "number"});
}

// How the service knows who asks. The key is the first line of a file that only its owner may read;
// it is in no message and in no file, and goes over plain http to this machine only.
struct HttpKey {
  std::string file;       // empty: no key
  std::string header;     // name of the header that holds it, or
  std::string prefix;     // before it: "Bearer "
  std::string parameter;  // name of the query parameter
};

enum class ResumeCheck : std::uint8_t { last, all };  // which pages are compared with the service's
constexpr auto enum_names(ResumeCheck) { return std::to_array<std::string_view>({"last", "all"}); }

struct HttpSource {
  std::string url;  // "{session}" stands for the session's date, "{session:yyyymmdd}" for its other form
  std::optional<Date> first, last;  // sessions of such an address, both included
  bool not_found_is_empty = false;  // of such an address: status 404 is a session without data
  HttpFields headers;
  HttpKey key;
  JsonShape shape;
  JsonLimits json;
  HttpPaging paging;
  HttpPatience patience;
  HttpLimits limits;
  std::string ca_file;        // certificates to trust instead of the system's
  std::string proxy;          // empty: none
  std::string resume_folder;  // empty: an interrupted download starts again
  ResumeCheck resume_check = ResumeCheck::last;
  CsvLayout layout;  // columns by the fields' paths within a row: "greeks.delta"
  DefectPolicy policy;
};

// Checks the source without asking the service. `waiter` must outlive the provider. Errors, here and
// of read(), name the address, page, item (counted from 1 on its page) and field.
// A layout without session date takes the session that the address was asked for.
Result<std::unique_ptr<MarketDataProvider>> make_http_provider(HttpSource source,
                                                               HttpWaiter& waiter = sleeping_waiter());

}  // namespace optix
