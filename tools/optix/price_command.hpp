#pragma once
// `optix price`: one option, or a position of several legs.
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "tools/optix/console.hpp"
#include "tools/optix/option_arguments.hpp"

namespace optix {

struct PriceArguments {
  MarketArguments market;
  // One option.
  std::optional<double> strike;
  std::string right = "call";
  std::string style = "european";
  std::string model = "bsm";  // or black76
  std::string scheme = "high_precision";
  std::string dividend_model = "spot";
  // A position.
  std::vector<std::string> legs;
  std::string spots;               // LOW:HIGH:COUNT
  std::vector<double> after;       // days from now
  std::vector<double> vol_shifts;  // points
  std::string surface;             // data whose fitted surface gives spot, volatilities and density
  std::vector<std::string> sets;   // of that data
};

// Both return the exit code.
int price_option(const PriceArguments& arguments, const Console& console);
int price_position(const PriceArguments& arguments, const Console& console);  // price_position.cpp

void add_price_command(CLI::App& app, Console& console, int& exit);

}  // namespace optix
