#include "core/data/providers/http_fetch.hpp"

#include <curl/curl.h>
#include <poll.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace optix {
namespace {

using std::chrono::milliseconds;

class Sleeping final : public HttpWaiter {
 public:
  void wait(milliseconds time) override {
    for (; time.count() > 0; time -= std::min(time, milliseconds(1'000'000)))
      ::poll(nullptr, 0, static_cast<int>(std::min<milliseconds::rep>(time.count(), 1'000'000)));
  }
};

// Statuses that say "not now".
bool may_pass(int status) {
  for (const int s : {408, 425, 429, 500, 502, 503, 504})
    if (s == status) return true;
  return false;
}

const char* hint_for(int status) {
  switch (status) {
    case 401:
    case 403: return "check the key, its file, and how it is sent (header or parameter)";
    case 404: return "check the address; with {session} in it, sessions without data can be passed over";
    case 400:
    case 422: return "check the address and its parameters";
    default: return "check the address; the service's documentation says what this status means";
  }
}

// What the service says about an error, on one line.
std::string excerpt(const std::string& body) {
  std::string out;
  for (const char c : body.substr(0, 200)) {
    const bool printable = c > ' ' && c < 127;
    if (printable || (!out.empty() && out.back() != ' ')) out += printable ? c : ' ';
  }
  return out.empty() ? "" : ": " + out;
}

}  // namespace

Error status_error(const HttpAnswer& answer) {
  return {"the service answered with status " + std::to_string(answer.status) + excerpt(answer.body), "",
          hint_for(answer.status)};
}

HttpWaiter& sleeping_waiter() {
  static Sleeping waiter;
  return waiter;
}

std::optional<milliseconds> retry_after(const HttpAnswer& answer) {
  constexpr std::int64_t longest = 10'000'000;  // seconds; beyond any patience
  const std::string text = answer.header("retry-after");
  if (text.empty()) return std::nullopt;
  std::int64_t seconds = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (end.ec == std::errc::result_out_of_range) return milliseconds(longest * 1000);
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size()) {
    const auto until = curl_getdate(text.c_str(), nullptr), now = curl_getdate(answer.header("date").c_str(), nullptr);
    if (until < 0 || now < 0) return std::nullopt;
    seconds = static_cast<std::int64_t>(until) - static_cast<std::int64_t>(now);
  }
  return milliseconds(std::clamp<std::int64_t>(seconds, 0, longest) * 1000);
}

HttpFetcher::HttpFetcher(HttpClient& client, const HttpPatience& patience, HttpWaiter& waiter,
                         std::vector<std::string> secrets)
    : client_(client), patience_(patience), waiter_(waiter), secrets_(std::move(secrets)) {}

std::string HttpFetcher::without_secrets(std::string text) const {
  for (const std::string& secret : secrets_)
    for (std::size_t at = 0; !secret.empty() && (at = text.find(secret, at)) != std::string::npos; at += 3)
      text.replace(at, secret.size(), "***");
  return text;
}

Result<HttpAnswer> HttpFetcher::fetch(const HttpRequest& request, const std::string& where,
                                      const std::function<Judged(const HttpAnswer&)>& judge) {
  const milliseconds apart(patience_.requests_per_second > 0
                               ? static_cast<std::int64_t>(std::ceil(1000.0 / patience_.requests_per_second))
                               : 0);
  milliseconds pause = patience_.first_wait;
  for (int attempt = 1;; ++attempt) {
    if (owed_.count() > 0) waiter_.wait(owed_);
    HttpAnswer answer = client_.get(request);
    // The request's own time, rounded down, is time that has passed.
    owed_ = std::max(milliseconds(0), apart - std::chrono::duration_cast<milliseconds>(answer.took));
    Judged judged;
    if (answer.failure)
      judged = {answer.failure, answer.transient};
    else if (answer.status == 200 || answer.status == 404)
      judged = judge(answer);
    else if (answer.status != 204 && answer.status != 304)
      judged = {status_error(answer), may_pass(answer.status)};
    if (!judged.error) return answer;
    Error error = *judged.error;
    if (judged.again && attempt < patience_.attempts) {
      const milliseconds wait =
          std::max(std::min(pause, patience_.longest), retry_after(answer).value_or(milliseconds(0)));
      if (wait <= patience_.longest) {
        waiter_.wait(wait);
        owed_ = std::max(milliseconds(0), owed_ - wait);
        pause = std::min(pause * 2, patience_.longest);
        continue;
      }
      error.what += "; it asks to wait " + std::to_string(wait.count() / 1000) + " s";
      error.hint = "come back later, or wait longer than " + std::to_string(patience_.longest.count() / 1000) + " s";
    } else if (judged.again) {
      error.what += " (tried " + std::to_string(attempt) + " times)";
      if (!answer.failure && answer.status != 200)
        error.hint = "the service is busy or broken: try later, with a lower rate of requests if it says so";
    }
    return Error{without_secrets(error.what), where + without_secrets(error.where), without_secrets(error.hint)};
  }
}

}  // namespace optix
