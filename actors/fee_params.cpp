#include "actors/fee_params.hpp"

#include "actors/param_specs.hpp"

namespace optix {
namespace {

ParamSpec amount(std::string name, std::string doc, std::optional<std::string> fallback = std::nullopt) {
  ParamSpec spec = param(std::move(name), ParamKind::decimal, std::move(doc));
  spec.default_text = std::move(fallback);
  spec.min = 0;
  return spec;
}

ParamSpec list_of(std::string name, std::string doc, ParamSpec item) {
  ParamSpec spec = param(std::move(name), ParamKind::list, std::move(doc));
  spec.children = {std::move(item)};
  return spec;
}

ParamSpec line_param() {
  const FeeLine usual;
  ParamSpec band = param("band", ParamKind::map, "a rate from a price on");
  band.children = {required(amount("from", "price of the leg, USD per share; 0 for the first band")),
                   required(amount("rate", "USD, from that price to the next band"))};
  ParamSpec line = param("line", ParamKind::map, "one line of a fee schedule");
  line.children = {
      required(param("name", ParamKind::text, "what it is called in the itemised fees")),
      param("from", ParamKind::date, "first day; without it always"),
      param("until", ParamKind::date, "last day; without it for ever"),
      choice("side", "which side pays", usual.side),
      choice("intent", "which orders pay: opening, closing or any", usual.intent),
      choice("products", "which legs pay; equities: shares and options on them, not on indices", usual.products),
      list_of("roots", "only legs with these option roots", param("root", ParamKind::text, "option root")),
      choice("basis", "what the rate is for: an option contract, a share, a million USD of notional, an order",
             usual.basis),
      amount("rate", "USD", "0"),
      list_of("bands", "rates by price instead of `rate`", band),
      amount("minimum", "USD, least for an order it applies to", "0"),
      amount("cap_per_leg", "USD, most for a leg"),
      amount("cap_per_order", "USD, most for an order"),
      choice("rounding", "exact: to a millionth; half_up: to the cent; ceil: up to the cent", usual.rounding)};
  return line;
}

Result<FeeLine> read_line(const Value& in) {
  FeeLine out;
  out.name = in.at("name").text();
  if (in.has("from")) out.from = in.at("from").as_date();
  if (in.has("until")) out.until = in.at("until").as_date();
  read_choice(in, "side", out.side);
  read_choice(in, "intent", out.intent);
  read_choice(in, "products", out.products);
  if (in.has("roots"))
    for (const Value& root : in.at("roots").items()) {
      const auto symbol = Symbol::from(root.text());
      if (!symbol)
        return Error{"fees: '" + root.text() + "' is not an option root", root.where().to_string(),
                     "at most eight characters, as SPXW"};
      out.roots.push_back(*symbol);
    }
  read_choice(in, "basis", out.basis);
  out.rate = in.at("rate").as_decimal();
  if (in.has("bands"))
    for (const Value& band : in.at("bands").items())
      out.bands.push_back({band.at("from").as_decimal(), band.at("rate").as_decimal()});
  out.minimum = in.at("minimum").as_decimal();
  if (in.has("cap_per_leg")) out.cap_per_leg = in.at("cap_per_leg").as_decimal();
  if (in.has("cap_per_order")) out.cap_per_order = in.at("cap_per_order").as_decimal();
  read_choice(in, "rounding", out.rounding);
  return out;
}

}  // namespace

ParamSpec fees_param() {
  ParamSpec schedule = param("schedule", ParamKind::choice, "fees by name, each rate with its dates");
  schedule.default_text = "none";
  for (const NamedFeeSchedule& named : FeeTable::schedules()) {
    schedule.doc += (schedule.choices.empty() ? ": " : "; ") + std::string(named.name) + " = " + std::string(named.doc);
    schedule.choices.emplace_back(named.name);
  }
  ParamSpec rounding = choice<FeeRounding>("rounding", "of every line, instead of its own: exact, half_up or ceil");

  ParamSpec spec = param("fees", ParamKind::map, "commission and fees; what is given adds up");
  spec.default_text = "{}";
  spec.shorthand = "per_contract";
  spec.children = {amount("per_contract", "USD for each contract of each leg", "0"),
                   amount("per_order", "USD for each filled order", "0"), schedule,
                   list_of("lines", "fee lines of one's own", line_param()), rounding};
  return spec;
}

Result<FeeTable> fee_table(const Value& params) {
  auto table = FeeTable::named(params.at("schedule").text());
  if (!table) return table;
  FeeTable out = *std::move(table);
  const Decimal per_contract = params.at("per_contract").as_decimal(), per_order = params.at("per_order").as_decimal();
  if (per_contract > Decimal{} || per_order > Decimal{}) out = out.with(FeeTable::simple(per_contract, per_order));
  std::vector<FeeLine> lines;
  if (params.has("lines"))
    for (const Value& item : params.at("lines").items()) {
      auto line = read_line(item);
      if (!line) return line.error();
      lines.push_back(*std::move(line));
    }
  auto own = FeeTable::from_lines(std::move(lines));
  if (!own) {
    Error error = own.error();
    error.where = params.at("lines").where().to_string() + ": " + error.where;
    return error;
  }
  out = out.with(*own);
  if (!params.has("rounding")) return out;
  lines = out.lines();
  for (FeeLine& line : lines) read_choice(params, "rounding", line.rounding);
  return FeeTable::from_lines(std::move(lines));
}

}  // namespace optix
