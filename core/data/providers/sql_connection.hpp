#pragma once
// Where a database is, from a connection text:
//
//   sqlite:///quotes.db              a file, relative; sqlite:////data/quotes.db: absolute
//   postgresql://reader@host:5432/market?sslmode=verify-full
//
// Passwords are not part of it: they come from a file with the password alone in its first line, or
// from PostgreSQL's own password file (the parameter `passfile`, else .pgpass).
#include <map>
#include <string>
#include <string_view>

#include "messages/values/result.hpp"

namespace optix {

struct SqlAddress {
  enum class Kind : std::uint8_t { sqlite, postgresql };
  Kind kind = Kind::sqlite;
  std::string path;                               // sqlite
  std::map<std::string, std::string> parameters;  // postgresql: host, port, user, dbname, sslmode, …

  // A text that holds a password is refused, and not repeated in the error.
  static Result<SqlAddress> parse(std::string_view text);

  // The connection text again; there is nothing secret in it.
  std::string to_string() const;
  // What the driver wants; `password` may be empty.
  std::string driver_text(const std::string& password) const;
};

// The first line of a file that holds a secret and nothing else. An error when the file is empty or
// may be read by others than its owner. The secret is in no message.
Result<std::string> read_secret(const std::string& file);

}  // namespace optix
