#pragma once
// How the program speaks: stdout carries the result, stderr progress and complaints.
#include <string>
#include <string_view>

#include "config/diagnostics.hpp"
#include "messages/values/result.hpp"

namespace optix {

// Options that every command understands.
struct Console {
  bool json = false;   // results and errors as JSON
  bool quiet = false;  // no progress, no notes
  bool verbose = false;
  bool no_progress = false;
  bool no_color = false;  // also when NO_COLOR is set
  // How notes and errors are written: plain sentences for a person at a terminal, or lines with
  // time and level for a log (tools/optix/logging.hpp).
  std::string log = "plain";  // plain, text or json

  // Call once the options are known: starts the log when one is wanted.
  void begin() const;

  // A note for people on stderr; nothing when quiet.
  void note(std::string_view text) const;
  // An error on stderr: "error: WHERE: WHAT" and its hint, or one JSON object.
  void complain(const Error& error) const;
  void complain(const Diagnostics& diagnostics) const;
  // The result on stdout, with a newline.
  void result(std::string_view text) const;
};

// Whether stderr is a terminal.
bool stderr_is_terminal();

}  // namespace optix
