#include "tools/optix/iv_command.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>

#include "actors/ports.hpp"
#include "config/scalar.hpp"
#include "config/suggest.hpp"
#include "core/pricing/american.hpp"
#include "core/pricing/implied_vol.hpp"
#include "tools/optix/exit_codes.hpp"
#include "tools/optix/option_arguments.hpp"

namespace optix {
namespace {

struct Arguments {
  MarketArguments market;
  std::optional<double> strike, price;
  std::string right = "call";
  std::string style = "european";
  std::string scheme = "accurate";
  std::string csv;
};

ImpliedVol solve(const Arguments& a, Right right, double price, const BlackScholesInput& in) {
  return a.style == "american" ? american_implied_vol(choice_value<AmericanScheme>(a.scheme), right, price, in)
                               : implied_vol(right, price, in);
}

// What a status means, for a person.
std::string meaning(ImpliedVolStatus status) {
  switch (status) {
    case ImpliedVolStatus::ok: return "";
    case ImpliedVolStatus::below_intrinsic: return "the price is below the least any volatility gives";
    case ImpliedVolStatus::above_maximum: return "the price is at or above the most any volatility can give";
    case ImpliedVolStatus::no_time_value: return "the price has no time value: every small volatility gives it";
    case ImpliedVolStatus::expired: return "the option has expired";
    case ImpliedVolStatus::bad_input: return "a number is missing, negative or out of range";
  }
  return "";
}

int single(const Arguments& a, const Console& console) {
  const auto refuse = [&](const Error& error) {
    console.complain(error);
    return exit_code::usage;
  };
  if (const Status status = check_market(a.market); !status) return refuse(status.error());
  if (!a.market.spot) return refuse(Error{"the price of the underlying is missing", "--spot", "--spot 100"});
  if (!a.strike) return refuse(Error{"is missing", "--strike", "or --csv FILE for many rows"});
  if (!a.price) return refuse(Error{"is missing", "--price", "the price of the option, per share"});
  const auto years = years_to_expiry(a.market.time);
  if (!years) return refuse(years.error());
  const BlackScholesInput in{*a.market.spot, *a.strike, a.market.rate, a.market.dividend_yield, *years, 0};
  const ImpliedVol found = solve(a, a.right == "put" ? Right::put : Right::call, *a.price, in);
  const bool ok = found.status == ImpliedVolStatus::ok;
  if (console.json)
    console.result(
        nlohmann::ordered_json{{"vol", ok ? nlohmann::ordered_json(found.vol) : nlohmann::ordered_json(nullptr)},
                               {"status", enum_name(found.status)},
                               {"units", {{"vol", "per 1.00 a year"}}}}
            .dump());
  else if (ok)
    console.result(fixed(found.vol, 8) + "  (" + fixed(found.vol * 100, 4) + " % a year)");
  if (ok) return exit_code::ok;
  if (!console.json)
    console.complain(
        Error{meaning(found.status), "--price " + figure(*a.price), "status " + std::string(enum_name(found.status))});
  return exit_code::data;
}

// Columns that a row may have; the options of the command stand in for those that a file lacks.
enum Column : std::size_t { right, strike, price, spot, days, years, rate, yield, columns };
constexpr std::array<const char*, columns> column_names{"right", "strike", "price", "spot",
                                                        "days",  "years",  "rate",  "yield"};

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> out(1);
  for (const char c : line) {
    if (c == ',')
      out.emplace_back();
    else if (c != '\r' && c != ' ')
      out.back() += c;
  }
  return out;
}

class Table {
 public:
  Table(const Arguments& a, std::string name) : a_(a), name_(std::move(name)) {}

  Status read(std::istream& in) {
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      if (line.find_first_not_of(" \r") == std::string::npos) continue;
      if (header_.empty()) {
        header_ = line;
        if (Status status = bind(split(line), number); !status) return status;
        continue;
      }
      lines_.push_back(line);
      if (Status status = row(split(line), number); !status) return status;
    }
    if (header_.empty())
      return Error{"there is no header", name_, "right,strike,price,spot,days and a row for each option"};
    return {};
  }

  std::string solved(const Console& console, std::size_t& unsolved) const {
    const std::size_t n = lines_.size();
    std::vector<double> vol(n);
    std::vector<ImpliedVolStatus> status(n);
    if (a_.style == "american")
      for (std::size_t i = 0; i < n; ++i) {
        const ImpliedVol one =
            solve(a_, right_[i], price_[i], {spot_[i], strike_[i], rate_[i], yield_[i], years_[i], 0});
        vol[i] = one.vol;
        status[i] = one.status;
      }
    else
      implied_vol_rows({spot_, strike_, rate_, yield_, years_, price_, right_}, vol, status);
    unsolved = static_cast<std::size_t>(
        std::count_if(status.begin(), status.end(), [](ImpliedVolStatus s) { return s != ImpliedVolStatus::ok; }));
    if (console.json) {
      nlohmann::ordered_json out = nlohmann::ordered_json::array();
      for (std::size_t i = 0; i < n; ++i)
        out.push_back({{"vol", status[i] == ImpliedVolStatus::ok ? nlohmann::ordered_json(vol[i])
                                                                 : nlohmann::ordered_json(nullptr)},
                       {"status", enum_name(status[i])}});
      return out.dump();
    }
    std::string out = header_ + ",vol,status\n";
    for (std::size_t i = 0; i < n; ++i)
      out += lines_[i] + "," + (status[i] == ImpliedVolStatus::ok ? fixed(vol[i], 10) : "") + "," +
             std::string(enum_name(status[i])) + "\n";
    return out;
  }
  std::size_t rows() const { return lines_.size(); }

 private:
  Status bind(const std::vector<std::string>& header, std::size_t number) {
    const std::vector<std::string> known(column_names.begin(), column_names.end());
    at_.fill(-1);
    width_ = header.size();
    for (std::size_t i = 0; i < header.size(); ++i) {
      const auto found = std::find(known.begin(), known.end(), header[i]);
      if (found != known.end()) {
        int& at = at_[static_cast<std::size_t>(found - known.begin())];
        if (at >= 0) return Error{"the column `" + header[i] + "` is there twice", where(number), ""};
        at = static_cast<int>(i);
      }
    }
    const auto missing = [&](Column c, bool fallback) { return at_[c] < 0 && !fallback; };
    const bool has_time = a_.market.time.days || a_.market.time.years || !a_.market.time.expiry.empty();
    std::string lacks;
    if (missing(strike, false))
      lacks = "strike";
    else if (missing(price, false))
      lacks = "price";
    else if (missing(right, false))
      lacks = "right";
    else if (missing(spot, a_.market.spot.has_value()))
      lacks = "spot";
    else if (at_[days] < 0 && missing(years, has_time))
      lacks = "days";
    if (lacks.empty()) return {};
    const std::string nearest = nearest_name(lacks, header);
    return Error{"there is no column `" + lacks + "`", where(number),
                 nearest.empty() ? "columns are right, strike, price, spot, days or years, rate, yield"
                                 : "is `" + nearest +
                                       "` meant? Columns are right, strike, price, spot, days or years, rate, yield"};
  }

  Status row(const std::vector<std::string>& fields, std::size_t number) {
    if (fields.size() != width_)
      return Error{std::to_string(fields.size()) + " fields where the header has " + std::to_string(width_),
                   where(number), ""};
    std::array<double, columns> value{};
    for (std::size_t c = strike; c < columns; ++c) {
      if (at_[c] < 0) continue;
      const std::string& text = fields[static_cast<std::size_t>(at_[c])];
      const auto parsed = parse_number(text);
      if (!parsed) return Error{"'" + text + "' is not a number", where(number) + " column " + column_names[c], ""};
      value[c] = *parsed;
    }
    std::string side = fields[static_cast<std::size_t>(at_[right])];
    std::transform(side.begin(), side.end(), side.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (side != "call" && side != "put" && side != "c" && side != "p")
      return Error{"'" + side + "' is not a right", where(number) + " column right", "call or put"};
    if (at_[days] < 0 && at_[years] < 0 && !fallback_years_) {
      const auto given = years_to_expiry(a_.market.time);
      if (!given) return given.error();
      fallback_years_ = *given;
    }
    right_.push_back(side[0] == 'c' ? Right::call : Right::put);
    strike_.push_back(value[strike]);
    price_.push_back(value[price]);
    spot_.push_back(at_[spot] < 0 ? *a_.market.spot : value[spot]);
    years_.push_back(at_[years] >= 0 ? value[years] : at_[days] >= 0 ? value[days] / 365 : *fallback_years_);
    rate_.push_back(at_[rate] < 0 ? a_.market.rate : value[rate]);
    yield_.push_back(at_[yield] < 0 ? a_.market.dividend_yield : value[yield]);
    return {};
  }

  std::string where(std::size_t line) const { return name_ + ":" + std::to_string(line); }

  const Arguments& a_;
  std::string name_, header_;
  std::vector<std::string> lines_;
  std::array<int, columns> at_{};
  std::size_t width_ = 0;
  std::optional<double> fallback_years_;
  std::vector<double> strike_, price_, spot_, years_, rate_, yield_;
  std::vector<Right> right_;
};

int many(const Arguments& a, const Console& console) {
  if (const Status status = check_market(a.market); !status) {
    console.complain(status.error());
    return exit_code::usage;
  }
  const bool pipe = a.csv == "-";
  Table table(a, pipe ? "stdin" : a.csv);
  std::ifstream file;
  if (!pipe) {
    file.open(a.csv);
    if (!file) {
      console.complain(Error{"cannot be read", a.csv, "a CSV file, or - for stdin"});
      return exit_code::data;
    }
  }
  if (const Status status = table.read(pipe ? std::cin : file); !status) {
    console.complain(status.error());
    return exit_code::data;
  }
  std::size_t unsolved = 0;
  console.result(table.solved(console, unsolved));
  if (unsolved > 0)
    console.note(std::to_string(unsolved) + " of " + std::to_string(table.rows()) +
                 " rows have no volatility; see their status");
  return exit_code::ok;
}

}  // namespace

void add_iv_command(CLI::App& app, Console& console, int& exit) {
  auto a = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("iv", "Implied volatility of a price, or of every row of a CSV file");
  add_market_options(*command, a->market);
  command->add_option("--price", a->price, "Price of the option, per share");
  command->add_option("--strike", a->strike, "Strike");
  command->add_option("--right", a->right, "call or put (default call)")->check(CLI::IsMember({"call", "put"}));
  command->add_option("--style", a->style, "european or american (default european)")
      ->check(CLI::IsMember({"european", "american"}));
  command->add_option("--scheme", a->scheme, "Of American options: fast, accurate (default) or high_precision")
      ->check(CLI::IsMember({"fast", "accurate", "high_precision"}));
  command->add_option("--csv", a->csv,
                      "Rows to solve, - for stdin: columns right,strike,price and spot, days or years, rate, yield "
                      "(or the options for all rows); vol and status are appended");
  command->callback([a, &console, &exit] { exit = a->csv.empty() ? single(*a, console) : many(*a, console); });
}

}  // namespace optix
