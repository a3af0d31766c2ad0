#include "core/data/providers/sql_connection.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <utility>

namespace optix {
namespace {

constexpr std::string_view forms = "sqlite:///FILE or postgresql://USER@HOST:PORT/DATABASE";

// Parameters of PostgreSQL's client library that may follow the '?'.
constexpr std::string_view allowed[] = {"host",   "sslmode",  "sslrootcert",     "sslcert",
                                        "sslkey", "passfile", "connect_timeout", "application_name"};

std::optional<std::string> percent_decoded(std::string_view text) {
  const auto nibble = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size() || nibble(text[i + 1]) < 0 || nibble(text[i + 2]) < 0) return std::nullopt;
    out += static_cast<char>(nibble(text[i + 1]) * 16 + nibble(text[i + 2]));
    if (out.back() == '\0') return std::nullopt;
    i += 2;
  }
  return out;
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    constexpr char hex[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    if (plain)
      out += c;
    else
      (((out += '%') += hex[byte >> 4]) += hex[byte & 15]);
  }
  return out;
}

Result<SqlAddress> parse_postgresql(std::string_view rest) {
  SqlAddress address{SqlAddress::Kind::postgresql, {}, {}};
  const std::string_view query = rest.find('?') == rest.npos ? std::string_view{} : rest.substr(rest.find('?') + 1);
  rest = rest.substr(0, rest.find('?'));
  const auto slash = rest.find('/');
  std::string_view place = rest.substr(0, slash);
  const std::string_view database = slash == rest.npos ? std::string_view{} : rest.substr(slash + 1);
  std::string_view user;
  if (const auto at = place.rfind('@'); at != place.npos) {
    user = place.substr(0, at);
    place.remove_prefix(at + 1);
  }
  if (user.find(':') != user.npos)
    return Error{"the connection text holds a password", "",
                 "write the password into a file that only you may read and name it as the password file: "
                 "connection texts end up in logs and in lists of processes"};
  std::string_view port;
  if (const auto colon = place.rfind(':'); colon != place.npos && place.find(']', colon) == place.npos) {
    port = place.substr(colon + 1);
    place = place.substr(0, colon);
  }
  if (place.size() > 1 && place.front() == '[' && place.back() == ']') place = place.substr(1, place.size() - 2);
  const auto bad = [](const std::string& what) {
    return Error{"the connection text is not understood: " + what, "", "it is written " + std::string(forms)};
  };
  if (database.empty()) return bad("it names no database");
  if (port.size() > 5 || !std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return bad("the port is not a number");
  const auto put = [&](const std::string& key, std::string_view value) {
    const auto decoded = percent_decoded(value);
    if (decoded && !decoded->empty()) address.parameters[key] = *decoded;
    return decoded.has_value();
  };
  if (!put("user", user) || !put("host", place) || !put("port", port) || !put("dbname", database))
    return bad("a % is not followed by two hexadecimal digits");
  for (std::size_t from = 0; from < query.size();) {
    const auto end = std::min(query.find('&', from), query.size());
    const std::string_view pair = query.substr(from, end - from);
    from = end + 1;
    const std::string key(pair.substr(0, pair.find('=')));
    if (std::find(std::begin(allowed), std::end(allowed), key) == std::end(allowed)) {
      std::string known;
      for (const auto a : allowed) known += (known.empty() ? "" : ", ") + std::string(a);
      return Error{key == "password" ? "the connection text holds a password"
                                     : "the connection text has an unknown parameter '" + key.substr(0, 40) + "'",
                   "", key == "password" ? "name a password file instead" : "parameters: " + known};
    }
    if (pair.find('=') == pair.npos || !put(key, pair.substr(pair.find('=') + 1)))
      return bad("the parameter " + key + " has no value");
  }
  return address;
}

}  // namespace

Result<SqlAddress> SqlAddress::parse(std::string_view text) {
  constexpr std::string_view sqlite = "sqlite:///", postgresql = "postgresql://", postgres = "postgres://";
  const std::string_view scheme = text.substr(0, text.find(':'));
  if (text.substr(0, sqlite.size()) == sqlite) {
    const std::string_view path = text.substr(sqlite.size());
    if (path.empty() || path.find('"') != path.npos || path.find('\0') != path.npos)
      return Error{path.empty() ? "the connection text names no file" : "a database file's name cannot hold '\"' here",
                   "", "it is written sqlite:///FILE"};
    return SqlAddress{Kind::sqlite, std::string(path), {}};
  }
  if (text.substr(0, postgresql.size()) == postgresql) return parse_postgresql(text.substr(postgresql.size()));
  if (text.substr(0, postgres.size()) == postgres) return parse_postgresql(text.substr(postgres.size()));
  if (scheme == "sqlite" || scheme == "postgresql" || scheme == "postgres")
    return Error{"the connection text is not understood", "", "it is written " + std::string(forms)};
  // Only the scheme: what follows may hold a password.
  return Error{"there is no database driver for '" + std::string(scheme.substr(0, 20)) + "'", "",
               "drivers: sqlite, postgresql. A connection is written " + std::string(forms) +
                   "; other databases can export CSV"};
}

std::string SqlAddress::to_string() const {
  if (kind == Kind::sqlite) return "sqlite:///" + path;
  const auto get = [&](const char* key) {
    const auto at = parameters.find(key);
    return at == parameters.end() ? std::string() : at->second;
  };
  std::string host = get("host");
  const bool folder = !host.empty() && host.front() == '/';
  std::string out = "postgresql://" + (get("user").empty() ? "" : percent_encoded(get("user")) + "@");
  if (!folder) out += host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (!get("port").empty()) out += ":" + get("port");
  out += "/" + percent_encoded(get("dbname"));
  char separator = '?';
  for (const auto& [key, value] : parameters) {
    if (key == "user" || key == "port" || key == "dbname" || (key == "host" && !folder)) continue;
    out += std::exchange(separator, '&') + key + "=" + percent_encoded(value);
  }
  return out;
}

std::string SqlAddress::driver_text(const std::string& password) const {
  // A file that is not there is not made; waits ten seconds for a writer.
  if (kind == Kind::sqlite)
    return std::string("dbname=\"") + (path.compare(0, 5, "file:") == 0 ? "./" : "") + path +
           "\" readonly=true timeout=10";
  std::string out;
  const auto put = [&](const std::string& key, const std::string& value) {
    out += (out.empty() ? "" : " ") + key + "='";
    for (const char c : value) {
      if (c == '\'' || c == '\\') out += '\\';
      out += c;
    }
    out += "'";
  };
  for (const auto& [key, value] : parameters) put(key, value);
  if (!parameters.count("application_name")) put("application_name", "optix");
  if (!parameters.count("connect_timeout")) put("connect_timeout", "15");
  if (!password.empty()) put("password", password);
  return out;
}

Result<std::string> read_secret(const std::string& file) {
  struct stat about {};
  std::ifstream in(file, std::ios::binary);
  if (!in || ::stat(file.c_str(), &about) != 0)
    return Error{"the file cannot be read", file, "it should hold the password or key in its first line"};
  if (!S_ISREG(about.st_mode))
    return Error{"it is not a plain file", file, "name a file that holds the password or key"};
  if (about.st_mode & (S_IRWXG | S_IRWXO))
    return Error{"the file may be read by others, so what it holds is no secret", file, "chmod 600 " + file};
  std::string line;
  std::getline(in, line);
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  if (line.empty() || line.size() > 4096 || line.find('\0') != std::string::npos)
    return Error{"the file holds no password or key in its first line", file, "write it there, alone"};
  return line;
}

}  // namespace optix
