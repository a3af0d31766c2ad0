#include "core/data/store/layout.hpp"

#include <algorithm>

namespace optix::stored {
namespace {

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

std::string of_session(std::string_view folder, Symbol underlying, Date session, std::string_view hash,
                       std::size_t digits) {
  return std::string(folder) + "/" + file_name(underlying) + "/" + session.to_string() + "-" +
         std::string(hash.substr(0, digits)) + ".arrow";
}

}  // namespace

std::string file_name(Symbol symbol) {
  std::string out;
  for (const char c : symbol.view()) {
    if (is_plain(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += "0123456789ABCDEF"[byte >> 4];
    out += "0123456789ABCDEF"[byte & 15];
  }
  return out;
}

std::string quotes_path(Symbol underlying, Date session, std::string_view hash, std::size_t digits) {
  return of_session("quotes", underlying, session, hash, digits);
}

std::string groups_path(Symbol underlying, Date session, std::string_view hash, std::size_t digits) {
  return of_session("groups", underlying, session, hash, digits);
}

std::string instruments_path(Symbol underlying, std::string_view hash, std::size_t digits) {
  return "instruments/" + file_name(underlying) + "-" + std::string(hash.substr(0, digits)) + ".arrow";
}

std::string events_path(std::string_view kind, std::string_view hash, std::size_t digits) {
  return "events/" + std::string(kind) + "-" + std::string(hash.substr(0, digits)) + ".arrow";
}

bool is_storable(Symbol symbol) {
  const std::string_view text = symbol.view();
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
}

bool is_event_kind(std::string_view kind) {
  return !kind.empty() && kind.size() <= 32 &&
         std::all_of(kind.begin(), kind.end(), [](char c) { return is_plain(c) && !(c >= 'A' && c <= 'Z'); });
}

bool is_ours(std::string_view name) {
  constexpr std::string_view ending = ".arrow";
  if (!name.ends_with(ending)) return false;
  name.remove_suffix(ending.size());
  const std::size_t dash = name.rfind('-');
  if (dash == std::string_view::npos || dash == 0) return false;
  const std::string_view digits = name.substr(dash + 1);
  return (digits.size() == 8 || digits.size() == 32) && std::all_of(digits.begin(), digits.end(), is_hex);
}

std::vector<const StoredFile*> files_of(const Manifest& manifest) {
  std::vector<const StoredFile*> files;
  for (const Partition& p : manifest.partitions) {
    files.push_back(&p.quotes);
    files.push_back(&p.groups);
  }
  for (const auto& entry : manifest.instruments) files.push_back(&entry.second);
  for (const auto& entry : manifest.events) files.push_back(&entry.second);
  return files;
}

}  // namespace optix::stored
