#include <curl/curl.h>

#include <algorithm>

#include "core/data/providers/http_client.hpp"

namespace optix {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

Url parsed(const std::string& url) {
  Url out(curl_url());
  if (!out || curl_url_set(out.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return nullptr;
  return out;
}

std::string part(const Url& url, CURLUPart what, unsigned flags = 0) {
  char* text = nullptr;
  if (!url || curl_url_get(url.get(), what, &text, flags) != CURLUE_OK) return "";
  std::string out(text);
  curl_free(text);
  return out;
}

bool http(const Url& url) {
  const std::string scheme = part(url, CURLUPART_SCHEME);
  return scheme == "http" || scheme == "https";
}

std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    constexpr char hex[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    if (plain)
      out += c;
    else
      ((out += '%') += hex[byte >> 4]) += hex[byte & 15];
  }
  return out;
}

}  // namespace

std::string url_origin(const std::string& url) {
  const Url u = parsed(url);
  if (!http(u)) return "";
  std::string host = part(u, CURLUPART_HOST);
  std::transform(host.begin(), host.end(), host.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return part(u, CURLUPART_SCHEME) + "://" + host + ":" + part(u, CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

std::string url_resolved(const std::string& base, const std::string& link) {
  const Url u = parsed(base);
  if (!u || link.find_first_of("\r\n") != std::string::npos ||
      curl_url_set(u.get(), CURLUPART_URL, link.c_str(), 0) != CURLUE_OK || !http(u))
    return "";
  curl_url_set(u.get(), CURLUPART_FRAGMENT, nullptr, 0);
  return part(u, CURLUPART_URL);
}

std::string url_with_parameter(const std::string& url, const std::string& name, std::string_view value) {
  const Url u = parsed(url);
  if (!http(u)) return "";
  const std::string query = part(u, CURLUPART_QUERY), key = encoded(name) + "=";
  std::string out;
  for (std::size_t from = 0; from < query.size();) {
    const auto end = std::min(query.find('&', from), query.size());
    const std::string pair = query.substr(from, end - from);
    from = end + 1;
    if (!pair.empty() && pair.compare(0, key.size(), key) != 0) out += (out.empty() ? "" : "&") + pair;
  }
  out += (out.empty() ? "" : "&") + key + encoded(value);
  if (curl_url_set(u.get(), CURLUPART_QUERY, out.c_str(), 0) != CURLUE_OK) return "";
  return part(u, CURLUPART_URL);
}

bool url_is_local(const std::string& url) {
  const std::string host = part(parsed(url), CURLUPART_HOST);
  return host == "localhost" || host == "[::1]" ||
         (host.compare(0, 4, "127.") == 0 && host.find_first_not_of("0123456789.") == std::string::npos);
}

bool url_has_user(const std::string& url) {
  const Url u = parsed(url);
  return !part(u, CURLUPART_USER).empty() || !part(u, CURLUPART_PASSWORD).empty();
}

std::string next_of_link_header(std::string_view header) {
  while (!header.empty()) {
    const auto open = header.find('<');
    if (open == header.npos) return "";
    const auto close = header.find('>', open);
    if (close == header.npos) return "";
    const std::string_view target = header.substr(open + 1, close - open - 1);
    header.remove_prefix(close + 1);
    const std::string_view parameters = header.substr(0, header.find('<'));
    for (const std::string_view rel : {"rel=\"next\"", "rel=next", "rel=\"next ", "rel='next'"})
      if (const auto at = parameters.find(rel); at != parameters.npos) {
        const auto after = at + rel.size();
        const bool whole = rel != "rel=next" || after == parameters.size() ||
                           std::string_view(",; \t").find(parameters[after]) != std::string_view::npos;
        if (whole) return std::string(target);
      }
  }
  return "";
}

}  // namespace optix
