// optix data list, show, coverage and check: everything that only reads.
#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "core/contracts/chain_view.hpp"
#include "core/data/quality_html.hpp"
#include "core/data/quality_policy.hpp"
#include "core/data/store/dataset_names.hpp"
#include "core/store/file_writer.hpp"
#include "core/store/report_text.hpp"
#include "core/time/calendar.hpp"
#include "tools/optix/data_command.hpp"
#include "tools/optix/exit_codes.hpp"
#include "tools/optix/option_arguments.hpp"

namespace optix {
namespace {

using Json = nlohmann::ordered_json;

std::string pad_left(const std::string& text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}
std::string pad_right(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}
std::string count_text(std::uint64_t n) { return grouped(static_cast<double>(n), 0); }

struct Totals {
  std::uint64_t rows = 0, snapshots = 0, bytes = 0;
  std::size_t sessions = 0;  // days with data of any underlying
  std::optional<Date> first, last;
  std::map<Symbol, std::uint32_t> contracts;  // by underlying
};

Totals totals(const Manifest& manifest) {
  Totals t;
  for (const Partition& p : manifest.partitions) {
    t.rows += p.rows;
    t.snapshots += p.snapshots;
    t.bytes += p.quotes.bytes + p.groups.bytes;
    if (!t.last || p.session != *t.last) ++t.sessions;
    if (!t.first) t.first = p.session;
    t.last = p.session;
    t.contracts[p.underlying] = std::max(t.contracts[p.underlying], p.contracts);
  }
  for (const auto& [name, file] : manifest.instruments) t.bytes += file.bytes;
  for (const auto& [name, file] : manifest.events) t.bytes += file.bytes;
  return t;
}

std::string names_of(const Totals& t, std::size_t most) {
  std::string out;
  std::size_t n = 0;
  for (const auto& [name, contracts] : t.contracts)
    if (n++ < most) out += (out.empty() ? "" : ", ") + name.to_string();
  return n > most ? out + ", … (" + std::to_string(n) + ")" : out;
}

Json summary_json(const std::string& name, const Manifest& manifest) {
  const Totals t = totals(manifest);
  Json underlyings = Json::object();
  for (const auto& [underlying, contracts] : t.contracts) underlyings[underlying.to_string()] = contracts;
  return {{"dataset", name},
          {"hash", manifest.dataset_hash()},
          {"first", t.first ? Json(t.first->to_string()) : Json(nullptr)},
          {"last", t.last ? Json(t.last->to_string()) : Json(nullptr)},
          {"sessions", t.sessions},
          {"snapshots", t.snapshots},
          {"rows", t.rows},
          {"bytes", t.bytes},
          {"contracts", underlyings}};
}

int list(const std::string& folder, const Console& console) {
  Json all = Json::array();
  std::string table = pad_right("dataset", 24) + pad_right("underlyings", 20) + pad_right("from", 12) +
                      pad_right("to", 12) + pad_left("sessions", 9) + pad_left("rows", 14) + pad_left("size", 11) +
                      "\n";
  int exit = exit_code::ok;
  for (const std::string& name : dataset_names(folder)) {
    const auto dataset = DatasetFolder::open((std::filesystem::path(folder) / name).string());
    if (!dataset) {  // the others are still worth listing
      console.complain(dataset.error());
      exit = exit_code::data;
      continue;
    }
    const Manifest& manifest = (*dataset)->manifest();
    const Totals t = totals(manifest);
    all.push_back(summary_json(name, manifest));
    table += pad_right(name, 24) + pad_right(names_of(t, 3), 20) + pad_right(t.first ? t.first->to_string() : "-", 12) +
             pad_right(t.last ? t.last->to_string() : "-", 12) + pad_left(std::to_string(t.sessions), 9) +
             pad_left(count_text(t.rows), 14) + pad_left(size_text(t.bytes), 11) + "\n";
  }
  if (all.empty() && exit == exit_code::ok) {
    console.note("no datasets in `" + folder + "`: make one with `optix data import` or `optix data generate`");
    if (!console.json) return exit;
  }
  console.result(console.json ? all.dump() : table);
  return exit;
}

std::string summary_text(const DatasetFolder& dataset) {
  const Manifest& manifest = dataset.manifest();
  const Totals t = totals(manifest);
  std::string out;
  const auto line = [&](const std::string& label, const std::string& text) {
    out += pad_right(label, 16) + text + "\n";
  };
  line("dataset", dataset.path());
  line("hash", manifest.dataset_hash());
  if (t.first)
    line("sessions", std::to_string(t.sessions) + ", " + t.first->to_string() + " to " + t.last->to_string());
  line("snapshots", count_text(t.snapshots) + ", taken at: " + manifest.time_meaning);
  line("rows", count_text(t.rows) + " in " + size_text(t.bytes));
  for (const auto& [underlying, contracts] : t.contracts)
    line("underlying", underlying.to_string() + ", " + count_text(contracts) + " contracts");
  for (const auto& [kind, file] : manifest.events) line("events", kind + ", " + size_text(file.bytes));
  line("calendar", manifest.calendar);
  for (const ImportedSource& s : manifest.sources)
    line("source", s.description + " (" + s.layout + "), " + count_text(s.rows) + " rows");
  // What differs from the usual is worth a line; the manifest has them all.
  const auto usual = QualityPolicy{}.to_map();
  for (const auto& [key, value] : manifest.policy) {
    const auto known = usual.find(key);
    if (known == usual.end() || known->second != value) line("policy", key + ": " + value);
  }
  for (const ColumnNote& c : manifest.columns)
    line("column", c.name + ", " + c.unit + (c.known.empty() ? "" : ", known " + c.known));
  return out;
}

struct ShowArguments {
  std::string dataset, session, underlying, expiry, root;
  std::uint64_t limit = 40;
};

std::string price_or_dash(Decimal price) { return price.is_none() ? "-" : price.to_string(); }
std::string figure_or_dash(double value, int decimals) { return std::isnan(value) ? "-" : fixed(value, decimals); }

std::string chain_text(const ChainSnapshot& chain, const ShowArguments& wanted, std::size_t& shown) {
  std::string out = chain.underlying.to_string() + " " + chain.time.to_string() + ", underlying " +
                    chain.underlying_price.to_string() + ", " + count_text(chain.rows()) + " rows\n\n" +
                    "expiration  root    right    strike       bid       ask      iv   delta    volume  open int.\n";
  for (std::size_t g = 0; g < chain.groups(); ++g) {
    if (!wanted.expiry.empty() && chain.group_expiration[g].to_string() != wanted.expiry) continue;
    if (!wanted.root.empty() && chain.group_root[g].view() != wanted.root) continue;
    const RowRange rows = group_rows(chain, g);
    for (std::size_t r = rows.begin; r < rows.end; ++r) {
      if (wanted.limit != 0 && shown == wanted.limit) return out + "… (--limit 0 shows all)\n";
      ++shown;
      out += chain.group_expiration[g].to_string() + "  " + pad_right(chain.group_root[g].to_string(), 8) +
             pad_right(std::string(enum_name(chain.group_right[g])), 5) + pad_left(chain.strike[r].to_string(), 10) +
             pad_left(price_or_dash(chain.bid[r]), 10) + pad_left(price_or_dash(chain.ask[r]), 10) +
             pad_left(figure_or_dash(chain.iv[r], 4), 8) + pad_left(figure_or_dash(chain.delta[r], 4), 8) +
             pad_left(count_text(static_cast<std::uint64_t>(chain.volume[r])), 10) +
             pad_left(count_text(static_cast<std::uint64_t>(chain.open_interest[r])), 11) + "\n";
    }
  }
  return out;
}

// The partition that is asked for; the error lists what there is.
Result<std::size_t> find_partition(const Manifest& manifest, const ShowArguments& wanted) {
  std::string sessions;
  for (std::size_t i = 0; i < manifest.partitions.size(); ++i) {
    const Partition& p = manifest.partitions[i];
    if (!wanted.underlying.empty() && p.underlying.view() != wanted.underlying) continue;
    if (p.session.to_string() == wanted.session) return i;
    if (sessions.size() < 200) sessions += (sessions.empty() ? "" : ", ") + p.session.to_string();
  }
  return Error{
      "the dataset has no such session" + (wanted.underlying.empty() ? std::string() : " of " + wanted.underlying),
      "--session " + wanted.session, sessions.empty() ? "" : "there are " + sessions};
}

int show(const ShowArguments& arguments, const Console& console) {
  const auto dataset = open_dataset(arguments.dataset, console);
  if (!dataset) return exit_code::data;
  if (arguments.session.empty()) {
    console.result(console.json ? to_json(dataset->manifest()) : summary_text(*dataset));
    return exit_code::ok;
  }
  const auto partition = find_partition(dataset->manifest(), arguments);
  if (!partition) {
    console.complain(partition.error());
    return exit_code::usage;
  }
  const auto view = dataset->session(*partition);
  if (!view) {
    console.complain(view.error());
    return exit_code::data;
  }
  const MessageRef last = (*view)->snapshot((*view)->snapshots() - 1);
  if (console.json) {
    console.result(last.to_json());
    return exit_code::ok;
  }
  std::size_t shown = 0;
  const std::string text = chain_text(last.get<ChainSnapshot>(), arguments, shown);
  if (shown == 0) {
    console.complain(Error{"no row of this snapshot has that expiry and root",
                           "--expiry " + arguments.expiry + " --root " + arguments.root,
                           "leave them out to see what there is"});
    return exit_code::usage;
  }
  console.result(text);
  return exit_code::ok;
}

// One line a month: a letter for each weekday's state.
std::string coverage_text(const Manifest& manifest) {
  std::map<Date, char> state;
  for (const SessionQuality& s : manifest.quality.sessions)
    if (s.use != SessionUse::used) state[s.session] = 'd';
  for (const Partition& p : manifest.partitions) state[p.session] = 'x';
  for (const SessionQuality& s : manifest.quality.sessions)
    if (s.use == SessionUse::used && s.low_volume) state[s.session] = 'e';
  if (state.empty()) return "the dataset is empty";
  std::string out =
      "x data, e data that looks early, d dropped (exchange closed), M missing session, . closed; Monday to Friday\n\n";
  const Date first = state.begin()->first, last = state.rbegin()->first;
  std::size_t have = 0, missing = 0;
  std::string month, line;
  for (Date d = first; d <= last; d = d + 1) {
    const std::string label = d.to_string().substr(0, 7);
    if (label != month) {
      if (!line.empty()) out += line + "\n";
      month = label;
      line = label + "  ";
    }
    const auto known = state.find(d);
    const bool weekend = closed_reason(d) == "weekend";
    if (weekend && known == state.end()) {
      if (line.back() != ' ') line += ' ';
      continue;
    }
    const char mark = known != state.end() ? known->second : is_session(d) ? 'M' : '.';
    have += mark == 'x' || mark == 'e';
    missing += mark == 'M';
    line += mark;
  }
  out += line + "\n\n" + count_text(have) + " sessions, " + count_text(missing) + " missing\n";
  return out;
}

std::string coverage_json(const Manifest& manifest) {
  Json sessions = Json::array();
  for (const Partition& p : manifest.partitions)
    sessions.push_back({{"session", p.session.to_string()},
                        {"underlying", p.underlying.to_string()},
                        {"rows", p.rows},
                        {"snapshots", p.snapshots},
                        {"first", p.first.to_string()},
                        {"last", p.last.to_string()}});
  Json missing = Json::array();
  for (const Date d : manifest.quality.missing_sessions) missing.push_back(d.to_string());
  return Json{{"sessions", sessions}, {"missing", missing}}.dump();
}

int coverage(const std::string& name, const Console& console) {
  const auto dataset = open_dataset(name, console);
  if (!dataset) return exit_code::data;
  console.result(console.json ? coverage_json(dataset->manifest()) : coverage_text(dataset->manifest()));
  return exit_code::ok;
}

int check(const std::string& name, const std::string& html, const Console& console) {
  const auto dataset = open_dataset(name, console);
  if (!dataset) return exit_code::data;
  if (const Status sound = dataset->verify_all(); !sound) {
    console.complain(sound.error());
    return exit_code::data;
  }
  const Manifest& manifest = dataset->manifest();
  if (!html.empty()) {
    if (const Status written =
            write_file(html, quality_html(manifest.quality,
                                          {"Data quality of " + name,
                                           {{"Dataset", dataset->path()}, {"Dataset hash", manifest.dataset_hash()}}}));
        !written) {
      console.complain(written.error());
      return exit_code::io;
    }
    console.note("report: " + html);
  }
  console.note("every file is as the manifest says; dataset hash " + manifest.dataset_hash());
  console.result(console.json ? to_json(manifest.quality) : to_text(manifest.quality));
  return exit_code::ok;
}

}  // namespace

void add_data_inspect_commands(CLI::App& data, Console& console, int& exit) {
  auto folder = std::make_shared<std::string>(datasets_folder);
  CLI::App* lister = data.add_subcommand("list", "The datasets of a folder");
  lister->add_option("FOLDER", *folder, "Default: the folder `data` here");
  lister->callback([folder, &console, &exit] { exit = list(*folder, console); });

  auto a = std::make_shared<ShowArguments>();
  CLI::App* shower = data.add_subcommand("show", "What a dataset holds, or the chain of one of its sessions");
  shower->add_option("DATASET", a->dataset, "Name or folder")->required();
  shower->add_option("--session", a->session, "Show the last chain of this session, yyyy-mm-dd");
  shower->add_option("--underlying", a->underlying, "Of this underlying (default: the first)");
  shower->add_option("--expiry", a->expiry, "Only this expiration, yyyy-mm-dd");
  shower->add_option("--root", a->root, "Only this option root");
  shower->add_option("--limit", a->limit, "Rows to print, 0 for all (default 40)");
  shower->callback([a, &console, &exit] { exit = show(*a, console); });

  auto covered = std::make_shared<std::string>();
  CLI::App* coverer = data.add_subcommand("coverage", "Which sessions a dataset has, as a calendar");
  coverer->add_option("DATASET", *covered, "Name or folder")->required();
  coverer->callback([covered, &console, &exit] { exit = coverage(*covered, console); });

  struct CheckArguments {
    std::string dataset, html;
  };
  auto c = std::make_shared<CheckArguments>();
  CLI::App* checker = data.add_subcommand("check", "Verify every file of a dataset and show its quality report");
  checker->add_option("DATASET", c->dataset, "Name or folder")->required();
  checker->add_option("--html", c->html, "Write the report with a coverage calendar as a page into this file");
  checker->callback([c, &console, &exit] { exit = check(c->dataset, c->html, console); });
}

}  // namespace optix
