#include "core/data/providers/http_client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <mutex>

namespace optix {
namespace {

// Once in a process; curl asks that it be done before any thread uses it.
void start_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Receiver {
  HttpAnswer* answer;
  const HttpLimits* limits;
  std::size_t header_bytes = 0;
  bool body_too_long = false;
  bool headers_too_long = false;
};

std::size_t take_body(const char* bytes, std::size_t, std::size_t size, void* to) {
  auto& r = *static_cast<Receiver*>(to);
  if (r.answer->body.size() + size > r.limits->body_bytes) {
    r.body_too_long = true;
    return 0;
  }
  r.answer->body.append(bytes, size);
  return size;
}

std::size_t take_header(const char* bytes, std::size_t, std::size_t size, void* to) {
  auto& r = *static_cast<Receiver*>(to);
  r.header_bytes += size;
  if (r.header_bytes > r.limits->header_bytes) {
    r.headers_too_long = true;
    return 0;
  }
  std::string_view line(bytes, size);
  if (line.substr(0, 5) == "HTTP/") r.answer->headers.clear();  // after "100 Continue"
  const auto colon = line.find(':');
  if (colon == line.npos) return size;
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  line.remove_prefix(colon + 1);
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!line.empty() && blank(line.front())) line.remove_prefix(1);
  while (!line.empty() && blank(line.back())) line.remove_suffix(1);
  std::string& value = r.answer->headers[name];
  value += (value.empty() ? "" : ", ") + std::string(line);
  return size;
}

bool may_pass(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_AGAIN: return true;
    default: return false;
  }
}

std::string hint_for(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return "the server's certificate is not trusted; name the file of its authority's certificate if that is a "
             "private one";
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT: return "check the host's name and port, and that the network reaches it";
    case CURLE_UNSUPPORTED_PROTOCOL: return "only http and https are used";
    default: return "try again; with a folder to resume from, what was downloaded is kept";
  }
}

}  // namespace

struct HttpClient::Impl {
  HttpLimits limits;
  std::string ca_file, proxy;
  CURL* curl = nullptr;
  char message[CURL_ERROR_SIZE] = {};

  template <class T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(curl, option, value);
  }

  // One request without following redirects.
  std::string once(const std::string& url, const HttpFields& fields, HttpAnswer& answer) {
    curl_easy_reset(curl);  // keeps connections
    answer = HttpAnswer{};
    message[0] = '\0';
    Receiver receiver{&answer, &limits};
    curl_slist* list = nullptr;
    for (const auto& [name, value] : fields) list = curl_slist_append(list, (name + ": " + value).c_str());
    const std::unique_ptr<curl_slist, FreeList> headers(list);
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!ca_file.empty()) set(CURLOPT_CAINFO, ca_file.c_str());
    set(CURLOPT_PROXY, proxy.c_str());  // set even when empty: else the environment says
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_ACCEPT_ENCODING, "");  // all that curl can inflate
    set(CURLOPT_USERAGENT, "optix/" OPTIX_VERSION);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(limits.total.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, std::max(1L, static_cast<long>(limits.stall.count() / 1000)));
    set(CURLOPT_WRITEFUNCTION, take_body);
    set(CURLOPT_WRITEDATA, &receiver);
    set(CURLOPT_HEADERFUNCTION, take_header);
    set(CURLOPT_HEADERDATA, &receiver);
    set(CURLOPT_ERRORBUFFER, message);
    const CURLcode code = curl_easy_perform(curl);
    curl_off_t took = 0;
    curl_easy_getinfo(curl, CURLINFO_TOTAL_TIME_T, &took);
    answer.took = std::chrono::microseconds(took);
    set(CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
    if (code != CURLE_OK) {
      answer.transient = may_pass(code);
      const std::string what = message[0] ? message : curl_easy_strerror(code);
      if (receiver.body_too_long)
        answer.failure = Error{"the answer has more than " + std::to_string(limits.body_bytes) + " bytes", "",
                               "ask for smaller pages or raise the limit"};
      else if (receiver.headers_too_long)
        answer.failure = Error{"the answer's headers have more than " + std::to_string(limits.header_bytes) + " bytes",
                               "", "this does not look like a data service"};
      else
        answer.failure = Error{"no answer: " + what, "", hint_for(code)};
      return "";
    }
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    const char* target = nullptr;
    curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &target);
    return target ? target : "";
  }
};

HttpClient::HttpClient(const HttpLimits& limits, std::string ca_file, std::string proxy) : impl_(new Impl) {
  start_curl();
  impl_->limits = limits;
  impl_->ca_file = std::move(ca_file);
  impl_->proxy = std::move(proxy);
  impl_->curl = curl_easy_init();
  if (!impl_->curl) throw std::bad_alloc();
}

HttpClient::~HttpClient() { curl_easy_cleanup(impl_->curl); }

HttpAnswer HttpClient::get(const HttpRequest& request) {
  HttpFields fields = request.headers;
  fields.insert(fields.end(), request.secret_headers.begin(), request.secret_headers.end());
  HttpAnswer answer;
  std::chrono::microseconds took{0};
  std::string url = request.url;
  for (int hop = 0;; ++hop) {
    const std::string target = impl_->once(url, fields, answer);
    took += answer.took;
    answer.took = took;
    if (answer.failure || target.empty() || answer.status < 300 || answer.status > 399) return answer;
    const auto refuse = [&](const std::string& what, const std::string& hint) {
      answer.failure = Error{what, "", hint};
      return answer;
    };
    if (hop == impl_->limits.redirects)
      return refuse("more than " + std::to_string(impl_->limits.redirects) + " redirects", "name the final address");
    const std::string origin = url_origin(target);
    if (origin.empty() || url_has_user(target))
      return refuse("a redirect leads to what is not http or https", "name another address");
    if (url.compare(0, 6, "https:") == 0 && target.compare(0, 6, "https:") != 0)
      return refuse("a redirect leads from https to plain http: " + origin, "name the final address");
    if (origin != url_origin(request.url)) fields = request.headers;
    url = target;
  }
}

}  // namespace optix
