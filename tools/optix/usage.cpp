#include "tools/optix/usage.hpp"

#include <algorithm>

#include "config/suggest.hpp"

namespace optix {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

// The option of a command, or of one above it, that goes by a name like `--seed` or `-q`.
const CLI::Option* find_option(const CLI::App* app, const std::string& name) {
  for (; app != nullptr; app = app->get_parent())
    for (const CLI::Option* option : app->get_options())
      if (option->check_name(name)) return option;
  return nullptr;
}

std::string option_hint(const CLI::App* app, const std::string& name) {
  std::vector<std::string> known;
  for (; app != nullptr; app = app->get_parent())
    for (const CLI::Option* option : app->get_options())
      for (const std::string& each : option->get_lnames()) known.push_back("--" + each);
  const std::string nearest = nearest_name(name, known);
  return nearest.empty() ? "" : "did you mean `" + nearest + "`? ";
}

}  // namespace

Error usage_error(const CLI::App& app, int argc, const char* const* argv, const std::string& refusal) {
  const CLI::App* at = &app;
  std::string path = app.get_name();
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const std::string list = "`" + path + " --help` lists all";
    if (word == "--") break;
    if (word.size() > 1 && word[0] == '-') {
      const std::string name = word[1] == '-' ? word.substr(0, word.find('=')) : word.substr(0, 2);
      const CLI::Option* option = find_option(at, name);
      if (option == nullptr) return {"`" + path + "` has no option `" + name + "`", "", option_hint(at, name) + list};
      if (name == word && option->get_items_expected_max() > 0) ++i;  // its value
      continue;
    }
    const auto commands = commands_of(*at);
    if (commands.empty()) continue;  // a file or another value
    const auto named =
        std::find_if(commands.begin(), commands.end(), [&](const CLI::App* c) { return c->get_name() == word; });
    if (named == commands.end()) {
      std::vector<std::string> names;
      for (const CLI::App* command : commands) names.push_back(command->get_name());
      const std::string nearest = nearest_name(word, names);
      return {at == &app ? "there is no command `" + word + "`" : "`" + path + "` has no command `" + word + "`", "",
              (nearest.empty() ? "" : "did you mean `" + nearest + "`? ") + list};
    }
    at = *named;
    path += " " + word;
  }
  if (!commands_of(*at).empty())
    return at == &app ? Error{"a command is missing", "", "`optix demo` is a start; `optix --help` lists all"}
                      : Error{"a command is missing after `" + path + "`", "", "`" + path + " --help` lists all"};
  return {refusal, "", "see `" + path + " --help`"};
}

}  // namespace optix
