#pragma once
// One GET at a time over HTTP or HTTPS, bounded in every direction: bytes, time and redirects. The
// connection is kept for the next request.
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "messages/values/result.hpp"

namespace optix {

using HttpFields = std::vector<std::pair<std::string, std::string>>;

struct HttpLimits {
  std::size_t body_bytes = 64u << 20;  // after decompression
  std::size_t header_bytes = 64u << 10;
  int redirects = 5;
  std::chrono::milliseconds connect{15'000};
  std::chrono::milliseconds stall{30'000};   // without a byte
  std::chrono::milliseconds total{300'000};  // of one request
};

struct HttpRequest {
  std::string url;
  HttpFields headers;
  HttpFields secret_headers;  // not sent to another origin (scheme, host and port) after a redirect
};

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  std::chrono::microseconds took{0};
  // No answer, or one beyond a limit. The error has neither address nor secret.
  std::optional<Error> failure;
  bool transient = false;  // the same request may do better later

  std::string header(const std::string& name) const {
    const auto at = headers.find(name);
    return at == headers.end() ? "" : at->second;
  }
};

class HttpClient {
 public:
  // `ca_file`: certificates to trust instead of the system's; `proxy`: empty for none. Certificates
  // and host names are always verified.
  HttpClient(const HttpLimits& limits, std::string ca_file, std::string proxy);
  ~HttpClient();
  HttpAnswer get(const HttpRequest& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Addresses. Each returns an empty text for what is not an address of http or https.
// Scheme, host and port, the port always there: "https://example.com:443".
std::string url_origin(const std::string& url);
// What a link on the page `base` means; without its fragment.
std::string url_resolved(const std::string& base, const std::string& link);
// The address with the query parameter set to the value, percent-encoded; a former value is replaced.
std::string url_with_parameter(const std::string& url, const std::string& name, std::string_view value);
// Whether only this machine can be meant: localhost, 127.0.0.0/8, ::1.
bool url_is_local(const std::string& url);
bool url_has_user(const std::string& url);
// The target of `rel="next"` in a Link header; empty when there is none.
std::string next_of_link_header(std::string_view header);

}  // namespace optix
