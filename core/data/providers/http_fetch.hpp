#pragma once
// Requests as a service wants them: not more often than agreed, again after a while when it is busy
// or broken, and no longer than a bound. The waits follow from the answers alone, not from a clock.
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "core/data/providers/http_client.hpp"

namespace optix {

// Lets time pass. Tests hand in one that notes what it was asked.
class HttpWaiter {
 public:
  virtual ~HttpWaiter() = default;
  virtual void wait(std::chrono::milliseconds time) = 0;
};
// Sleeps.
HttpWaiter& sleeping_waiter();

struct HttpPatience {
  double requests_per_second = 0;  // 0: no limit
  int attempts = 6;                // of one request, the first counted
  // The wait after the first failure; it doubles each time, up to `longest`. `Retry-After` counts
  // when it asks for more; when that is beyond `longest`, the reading ends with an error.
  std::chrono::milliseconds first_wait{1'000};
  std::chrono::milliseconds longest{120'000};
};

// What the header asks for: seconds, or a date compared with the answer's own Date.
std::optional<std::chrono::milliseconds> retry_after(const HttpAnswer& answer);

// What an answer with a status of failure means.
Error status_error(const HttpAnswer& answer);

class HttpFetcher {
 public:
  HttpFetcher(HttpClient& client, const HttpPatience& patience, HttpWaiter& waiter, std::vector<std::string> secrets);

  // Asks until the answer is one that asking again would not change, at most as often as `patience`
  // says. `judge` looks at answers with status 200 and 404: an error it returns counts like a failed
  // try when it is to be tried again. 204 and 304 are returned as they are. Errors start with `where`; secrets in them
  // are blotted out.
  struct Judged {
    std::optional<Error> error;
    bool again = false;
  };
  Result<HttpAnswer> fetch(const HttpRequest& request, const std::string& where,
                           const std::function<Judged(const HttpAnswer&)>& judge);
  // The text with "***" for each secret.
  std::string without_secrets(std::string text) const;

 private:
  HttpClient& client_;
  HttpPatience patience_;
  HttpWaiter& waiter_;
  std::vector<std::string> secrets_;
  std::chrono::milliseconds owed_{0};  // until the next request may start
};

}  // namespace optix
