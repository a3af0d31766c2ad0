#include "tests/scenarios/scenario_messages.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "config/scalar.hpp"
#include "core/time/calendar.hpp"

namespace optix::scenarios {
namespace {

// The session that quotes of an instant belong to.
Date session_of(Timestamp at) { return new_york_date(at); }

struct ParsedQuote {
  Contract terms;
  Decimal bid = Decimal::none(), ask = Decimal::none();
  double iv = std::nan(""), delta = std::nan(""), gamma = std::nan("");
  std::int32_t volume = 0, bid_size = -1, ask_size = -1;
};

Decimal side(const std::string& text, const SourcePosition& where) {
  if (text == "-" || text == "nan") return Decimal::none();
  if (const auto price = Decimal::parse(text)) return *price;
  fail_at(where, "`" + text + "` is not a price");
}

std::pair<std::string, std::string> halves(const std::string& text, const SourcePosition& where) {
  const auto slash = text.find('/');
  if (slash == std::string::npos) fail_at(where, "`" + text + "` is not two values with a slash between");
  return {text.substr(0, slash), text.substr(slash + 1)};
}

ParsedQuote parse_quote(const Contract& terms, const Value& value) {
  ParsedQuote quote;
  quote.terms = terms;
  std::istringstream words(value.text());
  std::string word, argument;
  words >> word;
  const auto [bid, ask] = halves(word, value.where());
  quote.bid = side(bid, value.where());
  quote.ask = side(ask, value.where());
  while (words >> word >> argument) {
    if (word == "size") {
      const auto sizes = halves(argument, value.where());
      quote.bid_size = std::stoi(sizes.first);
      quote.ask_size = std::stoi(sizes.second);
    } else if (word == "volume") {
      quote.volume = std::stoi(argument);
    } else if (word == "iv") {
      quote.iv = std::stod(argument);
    } else if (word == "delta") {
      quote.delta = std::stod(argument);
    } else if (word == "gamma") {
      quote.gamma = std::stod(argument);
    } else {
      fail_at(value.where(), "`" + word + "` is not understood in a quote");
    }
  }
  return quote;
}

bool same_group(const Contract& a, const Contract& b) {
  return a.expiration == b.expiration && a.root == b.root && a.right == b.right;
}

MessageRef chain_of(Symbol underlying, Timestamp at, const Value& market, std::vector<ParsedQuote> quotes) {
  std::sort(quotes.begin(), quotes.end(), [](const ParsedQuote& a, const ParsedQuote& b) {
    return std::tuple(a.terms.expiration, a.terms.root, a.terms.right, a.terms.strike) <
           std::tuple(b.terms.expiration, b.terms.root, b.terms.right, b.terms.strike);
  });
  ChainSnapshot chain;
  chain.underlying = underlying;
  chain.time = at;
  chain.session = session_of(at);
  chain.underlying_price = market.at("price").as_decimal();
  chain.stale = market.has("stale") && market.at("stale").as_bool();
  chain.halted = market.has("halted") && market.at("halted").as_bool();
  const bool sizes = std::any_of(quotes.begin(), quotes.end(), [](const ParsedQuote& q) { return q.bid_size >= 0; });
  for (std::size_t i = 0; i < quotes.size(); ++i) {
    const ParsedQuote& q = quotes[i];
    if (i == 0 || !same_group(quotes[i - 1].terms, q.terms)) {
      chain.group_begin.push_back(static_cast<std::uint32_t>(i));
      chain.group_root.push_back(q.terms.root);
      chain.group_expiration.push_back(q.terms.expiration);
      chain.group_settles.push_back(q.terms.settles);
      chain.group_right.push_back(q.terms.right);
      chain.group_settlement.push_back(q.terms.settlement);
    }
    chain.contract.push_back(q.terms.id);
    chain.strike.push_back(q.terms.strike);
    chain.bid.push_back(q.bid);
    chain.ask.push_back(q.ask);
    chain.iv.push_back(q.iv);
    chain.delta.push_back(q.delta);
    chain.gamma.push_back(q.gamma);
    chain.volume.push_back(q.volume);
    chain.open_interest.push_back(0);
    if (sizes) {
      chain.bid_size.push_back(q.bid_size < 0 ? 1'000'000 : q.bid_size);
      chain.ask_size.push_back(q.ask_size < 0 ? 1'000'000 : q.ask_size);
    }
  }
  chain.group_begin.push_back(static_cast<std::uint32_t>(quotes.size()));
  return make_message(std::move(chain));
}

Symbol underlying_in(const Scenario& scenario, const Value& item) {
  return item.has("underlying") ? Symbol::from(item.at("underlying").text()).value() : scenario.underlying;
}

template <class E>
E choice(const Value& item, const char* key, E fallback) {
  if (!item.has(key)) return fallback;
  const auto names = enum_names(E{});
  const std::string& text = item.at(key).text();
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == text) return static_cast<E>(i);
  fail_at(item.at(key).where(), "`" + text + "` is none of the names of `" + key + "`");
}

Decimal amount(const Value& item, const char* key, Decimal fallback) {
  return item.has(key) ? item.at(key).as_decimal() : fallback;
}
std::int64_t whole(const Value& item, const char* key, std::int64_t fallback) {
  return item.has(key) ? item.at(key).as_int() : fallback;
}

MessageRef adjusted_of(const Scenario& scenario, const Value& item) {
  ContractsAdjusted m;
  m.underlying = scenario.underlying;
  m.ex = item.at("ex").as_date();
  for (const Value& row : item.at("rows").items()) {
    m.from.push_back(scenario.id_of(row.at("from").text()));
    m.to.push_back(scenario.id_of(row.at("to").text()));
    m.quantity_new.push_back(static_cast<std::int32_t>(whole(row, "new", 1)));
    m.quantity_old.push_back(static_cast<std::int32_t>(whole(row, "old", 1)));
    m.security.push_back(row.has("security") ? Symbol::from(row.at("security").text()).value() : scenario.underlying);
    m.shares.push_back(amount(row, "shares", Decimal::from_int(100)));
    m.cash.push_back(amount(row, "cash", Decimal{}));
  }
  return make_message(std::move(m));
}

OrderRequest order_of(const Scenario& scenario, const Value& item) {
  OrderRequest m;
  m.order = static_cast<std::uint64_t>(item.at("id").as_int());
  m.position = static_cast<std::uint64_t>(whole(item, "position", 1));
  const bool limit = item.has("limit"), stop = item.has("stop");
  const OrderType type = item.has("trail") ? OrderType::trailing_stop
                         : (limit && stop) ? OrderType::stop_limit
                         : stop            ? OrderType::stop
                         : limit           ? OrderType::limit
                                           : OrderType::market;
  m.type = choice(item, "type", type);
  m.intent = choice(item, "intent", OrderIntent::open);
  m.time_in_force = choice(item, "tif", TimeInForce::day);
  m.reason = choice(item, "reason", m.intent == OrderIntent::open ? TradeReason::entry : TradeReason::manual);
  m.limit = amount(item, "limit", Decimal{});
  m.max_loss = amount(item, "max_loss", Decimal::none());
  m.stop = amount(item, "stop", Decimal::none());
  m.trail = amount(item, "trail", Decimal::none());
  m.trigger = choice(item, "trigger", StopTrigger::touch);
  m.combo = choice(item, "combo", ComboStyle::atomic);
  m.parent = static_cast<std::uint64_t>(whole(item, "parent", 0));
  m.oco = static_cast<std::uint64_t>(whole(item, "oco", 0));
  for (const auto& [name, quantity] : item.at("legs").members()) {
    OrderLeg leg;
    leg.contract = scenario.id_of(name);
    leg.quantity = static_cast<std::int32_t>(quantity.as_int());
    if (leg.contract == shares_contract) leg.underlying = Symbol::from(name).value();
    m.legs.push_back(leg);
  }
  return m;
}

}  // namespace

MessageRef instruments_of(const Scenario& scenario) {
  std::vector<const Contract*> rows(scenario.contracts.size());
  for (const auto& entry : scenario.contracts) rows[entry.second.id] = &entry.second;
  InstrumentBatch batch;
  for (const Contract* c : rows) {
    batch.root.push_back(c->root);
    batch.underlying.push_back(c->underlying);
    batch.expiration.push_back(c->expiration);
    batch.settles.push_back(c->settles);
    batch.strike.push_back(c->strike);
    batch.right.push_back(c->right);
    batch.settlement.push_back(c->settlement);
    batch.exercise.push_back(c->exercise);
    batch.multiplier.push_back(c->multiplier);
  }
  return make_message(std::move(batch));
}

void append_market(const Scenario& scenario, Step& step, const Value& market) {
  const Symbol underlying = underlying_in(scenario, market);
  UnderlyingPrice price;
  price.underlying = underlying;
  price.time = step.at;
  price.session = session_of(step.at);
  price.price = market.at("price").as_decimal();
  step.market.push_back(make_message(price));
  step.has_market = true;
  const Value* quotes = market.find("quotes");
  if (!quotes) return;
  std::vector<ParsedQuote> parsed;
  for (const auto& [name, value] : quotes->members()) {
    const ContractId id = scenario.id_of(name);
    if (id == shares_contract) fail_at(value.where(), "shares are quoted by `price`");
    parsed.push_back(parse_quote(scenario.contracts.at(name), value));
  }
  step.market.push_back(chain_of(underlying, step.at, market, std::move(parsed)));
}

void append_published(const Scenario& scenario, Step& step, const Value& one) {
  const auto& [kind, item] = one.members().at(0);
  const auto send = [&step = step](auto message) { step.market.push_back(make_message(std::move(message))); };
  if (kind == "dividend") {
    const Date ex = item.at("ex").as_date();
    send(DividendNotice{underlying_in(scenario, item), choice(item, "type", DividendType::ordinary), ex,
                        item.has("pay") ? item.at("pay").as_date() : ex, item.at("amount").as_decimal()});
  } else if (kind == "split") {
    send(SplitNotice{underlying_in(scenario, item), item.at("ex").as_date(), item.at("new").as_int(),
                     item.at("old").as_int()});
  } else if (kind == "adjusted") {
    step.market.push_back(adjusted_of(scenario, item));
  } else if (kind == "settlement") {
    const Value& value = item.at("value");
    send(SettlementPublished{Symbol::from(item.at("symbol").text()).value(), item.at("date").as_date(),
                             value.text() == "none" ? Decimal::none() : value.as_decimal()});
  } else if (kind == "rates") {
    RatesPublished rates;
    rates.curve = Symbol::from("USD").value();
    rates.date = item.at("date").as_date();
    for (const auto& [years, rate] : item.at("curve").members()) {
      rates.years.push_back(std::stod(years));
      rates.rate.push_back(rate.as_double());
    }
    send(std::move(rates));
  } else if (kind == "feed") {
    FeedState state;
    state.stale = item.at("stale").as_bool();
    send(std::move(state));
  } else {
    fail_at(one.where(), "`" + kind + "` cannot be published");
  }
}

void append_sent(const Scenario& scenario, Step& step, const Value& item) {
  const auto id = [&](const char* key) { return static_cast<std::uint64_t>(item.at(key).as_int()); };
  if (item.has("id")) {
    step.sent.push_back(make_message(order_of(scenario, item)));
  } else if (item.has("cancel")) {
    step.sent.push_back(make_message(OrderCancel{id("cancel")}));
  } else if (item.has("query")) {
    step.sent.push_back(make_message(OrderQuery{id("query")}));
  } else if (item.has("replace")) {
    const Decimal none = Decimal::none();
    step.sent.push_back(
        make_message(OrderReplace{id("replace"), amount(item, "limit", none), amount(item, "stop", none),
                                  amount(item, "trail", none), whole(item, "units", 0)}));
  } else if (item.has("exercise")) {
    ExerciseInstruction m;
    m.position = static_cast<std::uint64_t>(whole(item, "position", 1));
    m.contract = scenario.id_of(item.at("exercise").text());
    m.quantity = static_cast<std::int32_t>(whole(item, "quantity", 1));
    m.choice = choice(item, "choice", ExerciseChoice::exercise);
    step.sent.push_back(make_message(m));
  } else if (item.has("kill")) {
    step.operations.push_back(make_message(KillSwitch{item.at("kill").as_bool(), "the operator"}));
  } else {
    fail_at(item.where(), "nothing that can be sent");
  }
}

}  // namespace optix::scenarios
