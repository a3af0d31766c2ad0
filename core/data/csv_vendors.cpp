#include "core/data/csv_vendors.hpp"

#include "core/time/calendar.hpp"

namespace optix {
namespace {

void index_roots(CsvLayout& layout) {
  layout.roots = {{"SPX", {Settlement::am, ExerciseStyle::european, 100}},
                  {"SPXW", {Settlement::pm, ExerciseStyle::european, 100}}};
}

CsvLayout cboe_historical() {
  CsvLayout layout;
  layout.name = "cboe_historical";
  layout.columns = {.session = "quotedate",
                    .underlying = "underlying",
                    .underlying_price = "underlying_last",
                    .osi = "optionroot",
                    .expiration = "expiration",
                    .right = "type",
                    .strike = "strike",
                    .bid = "bid",
                    .ask = "ask",
                    .iv = "impliedvol",
                    .delta = "delta",
                    .gamma = "gamma",
                    .volume = "volume",
                    .open_interest = "openinterest"};
  layout.dates = DateOrder::month_day_year;
  index_roots(layout);
  layout.zero_greeks_are_unknown = true;
  return layout;
}

CsvLayout optix_plain() {
  CsvLayout layout;
  layout.name = "optix";
  layout.columns = {.session = "session",
                    .underlying = "underlying",
                    .underlying_price = "underlying_price",
                    .root = "root",
                    .expiration = "expiration",
                    .right = "right",
                    .strike = "strike",
                    .bid = "bid",
                    .ask = "ask",
                    .iv = "iv",
                    .delta = "delta",
                    .gamma = "gamma",
                    .volume = "volume",
                    .open_interest = "open_interest",
                    .bid_size = "?bid_size",
                    .ask_size = "?ask_size"};
  index_roots(layout);
  return layout;
}

// The vendor computes greeks from the 15:45 quotes only; open interest is the morning's; the day's
// volume is complete at its end. On half days the 15:45 columns are taken at 12:45 since 2020-02-05.
CsvLayout cboe_datashop_eod() {
  CsvLayout layout;
  layout.name = "cboe_datashop_eod";
  layout.columns = {.session = "quote_date",
                    .underlying = "underlying_symbol",
                    .root = "root",
                    .expiration = "expiration",
                    .right = "option_type",
                    .strike = "strike"};
  QuoteTime before{QuoteTime::Kind::clock, clock_seconds(15, 45)};
  before.early_seconds = clock_seconds(12, 45);
  before.early_from = Date::from_civil(2020, 2, 5);
  layout.quotes = {{.time = before,
                    .underlying_bid = "underlying_bid_1545",
                    .underlying_ask = "underlying_ask_1545",
                    .bid = "bid_1545",
                    .ask = "ask_1545",
                    .iv = "?implied_volatility_1545",
                    .delta = "?delta_1545",
                    .gamma = "?gamma_1545",
                    .open_interest = "open_interest",
                    .bid_size = "?bid_size_1545",
                    .ask_size = "?ask_size_1545"},
                   {.time = QuoteTime{QuoteTime::Kind::product_close, 0},
                    .underlying_bid = "underlying_bid_eod",
                    .underlying_ask = "underlying_ask_eod",
                    .bid = "bid_eod",
                    .ask = "ask_eod",
                    .volume = "trade_volume",
                    .open_interest = "open_interest",
                    .bid_size = "?bid_size_eod",
                    .ask_size = "?ask_size_eod"}};
  layout.caret_marks_index = true;
  layout.zero_greeks_are_unknown = true;
  layout.quote_time.kind = QuoteTime::Kind::product_close;
  return layout;
}

// Volume is that of the interval.
CsvLayout cboe_datashop_interval() {
  CsvLayout layout;
  layout.name = "cboe_datashop_interval";
  layout.columns = {.underlying = "underlying_symbol",
                    .root = "root",
                    .expiration = "expiration",
                    .right = "option_type",
                    .strike = "strike",
                    .bid = "bid",
                    .ask = "ask",
                    .iv = "?implied_volatility",
                    .delta = "?delta",
                    .gamma = "?gamma",
                    .volume = "trade_volume",
                    .open_interest = "?open_interest",
                    .bid_size = "?bid_size",
                    .ask_size = "?ask_size",
                    .underlying_bid = "underlying_bid",
                    .underlying_ask = "underlying_ask",
                    .time = "quote_datetime"};
  layout.time_format = TimeFormat::date_time;
  layout.caret_marks_index = true;
  layout.zero_greeks_are_unknown = true;
  return layout;
}

// The underlying is in the file's name only: the user gives it.
CsvLayout optionsdx() {
  CsvLayout layout;
  layout.name = "optionsdx";
  layout.columns = {.underlying_price = "[UNDERLYING_LAST]",
                    .expiration = "[EXPIRE_DATE]",
                    .strike = "[STRIKE]",
                    .time = "[QUOTE_READTIME]"};
  layout.quotes = {{.right = Right::call,
                    .underlying_price = "[UNDERLYING_LAST]",
                    .bid = "[C_BID]",
                    .ask = "[C_ASK]",
                    .iv = "[C_IV]",
                    .delta = "[C_DELTA]",
                    .gamma = "[C_GAMMA]",
                    .volume = "[C_VOLUME]"},
                   {.right = Right::put,
                    .underlying_price = "[UNDERLYING_LAST]",
                    .bid = "[P_BID]",
                    .ask = "[P_ASK]",
                    .iv = "[P_IV]",
                    .delta = "[P_DELTA]",
                    .gamma = "[P_GAMMA]",
                    .volume = "[P_VOLUME]"}};
  layout.time_format = TimeFormat::date_time;
  layout.trim = true;
  return layout;
}

// `OpenInterest` counts the positions at the session's close, which is published the next morning.
CsvLayout historical_option_data() {
  CsvLayout layout;
  layout.name = "historical_option_data";
  layout.columns = {.session = "DataDate",
                    .underlying = "UnderlyingSymbol",
                    .underlying_price = "UnderlyingPrice",
                    .osi = "OptionSymbol",
                    .expiration = "Expiration",
                    .right = "Type",
                    .strike = "Strike",
                    .bid = "Bid",
                    .ask = "Ask",
                    .iv = "IV",
                    .delta = "Delta",
                    .gamma = "Gamma",
                    .volume = "Volume",
                    .open_interest = "OpenInterest"};
  layout.dates = DateOrder::month_day_year;
  layout.trim = true;
  layout.zero_greeks_are_unknown = true;
  layout.open_interest = OpenInterestKnown::next_morning;
  return layout;
}

// Level 3 has the open interest of the session before as well: what was known on the day.
CsvLayout historical_option_data_l3() {
  CsvLayout layout = historical_option_data();
  layout.name = "historical_option_data_l3";
  layout.columns.iv = "IVMean";
  layout.columns.open_interest = "T1OpenInterest";
  layout.open_interest = OpenInterestKnown::morning;
  return layout;
}

// One delta a row, the call's; a put's is left unknown. Open interest is that of the night before.
CsvLayout orats(const char* name, CsvQuoteColumns call, CsvQuoteColumns put) {
  CsvLayout layout;
  layout.name = name;
  call.right = Right::call;
  put.right = Right::put;
  call.delta = "delta";
  call.gamma = put.gamma = "gamma";
  layout.quotes = {call, put};
  // 14 minutes before the close.
  layout.quote_time = {QuoteTime::Kind::clock, clock_seconds(15, 46)};
  layout.quote_time.early_seconds = clock_seconds(12, 46);
  layout.quote_time.early_from = calendar_first_day;
  layout.zero_greeks_are_unknown = true;
  return layout;
}

CsvLayout orats_near_eod() {
  CsvLayout layout = orats("orats",
                           {.underlying_price = "spot_px",
                            .bid = "cBidPx",
                            .ask = "cAskPx",
                            .iv = "cMidIv",
                            .volume = "cVolu",
                            .open_interest = "cOi"},
                           {.underlying_price = "spot_px",
                            .bid = "pBidPx",
                            .ask = "pAskPx",
                            .iv = "pMidIv",
                            .volume = "pVolu",
                            .open_interest = "pOi"});
  layout.columns.session = "trade_date";
  layout.columns.underlying = layout.columns.root = "ticker";
  layout.columns.expiration = "expirDate";
  layout.columns.strike = "strike";
  layout.dates = DateOrder::month_day_year;
  return layout;
}

CsvLayout orats_api() {
  CsvLayout layout = orats("orats_api",
                           {.underlying_price = "spotPrice",
                            .bid = "callBidPrice",
                            .ask = "callAskPrice",
                            .iv = "callMidIv",
                            .volume = "callVolume",
                            .open_interest = "callOpenInterest",
                            .bid_size = "?callBidSize",
                            .ask_size = "?callAskSize"},
                           {.underlying_price = "spotPrice",
                            .bid = "putBidPrice",
                            .ask = "putAskPrice",
                            .iv = "putMidIv",
                            .volume = "putVolume",
                            .open_interest = "putOpenInterest",
                            .bid_size = "?putBidSize",
                            .ask_size = "?putAskSize"});
  layout.columns.session = "tradeDate";
  layout.columns.underlying = layout.columns.root = "ticker";
  layout.columns.expiration = "expirDate";
  layout.columns.strike = "strike";
  return layout;
}

// Every change of the national best bid and offer; sampled to the minute.
CsvLayout polygon_quotes() {
  CsvLayout layout;
  layout.name = "polygon_quotes";
  layout.columns = {.osi = "ticker",
                    .bid = "bid_price",
                    .ask = "ask_price",
                    .bid_size = "?bid_size",
                    .ask_size = "?ask_size",
                    .time = "sip_timestamp"};
  layout.osi_prefix = "O:";
  layout.time_format = TimeFormat::epoch_ns;
  layout.sample_seconds = 60;
  layout.spot = SpotSource::parity;
  layout.carry = true;
  return layout;
}

void bars(CsvLayout& layout) {
  layout.quotes = {{.bid = "bid_close", .ask = "ask_close", .bid_size = "?bid_size", .ask_size = "?ask_size"}};
  layout.time_offset = 60;
  layout.spot = SpotSource::parity;
  layout.carry = true;
}

// Lean's minute files: the zip entry's name holds session, underlying, right, strike and expiration.
CsvLayout lean_zip() {
  CsvLayout layout;
  layout.name = "lean_zip";
  bars(layout);
  layout.header = {"ms",       "bid_open", "bid_high", "bid_low",   "bid_close", "bid_size",
                   "ask_open", "ask_high", "ask_low",  "ask_close", "ask_size"};
  layout.columns.time = "ms";
  layout.time_format = TimeFormat::day_ms;
  layout.price_decimals = 4;
  layout.session_from_name = layout.contract_from_name = true;
  return layout;
}

// Lean's daily and hourly files: the time is the bar's start; a day's bar is known at the close.
CsvLayout lean_zip_daily() {
  CsvLayout layout = lean_zip();
  layout.name = "lean_zip_daily";
  layout.columns.time.clear();
  layout.time_format = TimeFormat::none;
  layout.time_offset = 0;
  layout.header[0] = "date";
  layout.columns.session = "date";
  layout.dates = DateOrder::compact;
  layout.session_from_name = layout.carry = false;
  return layout;
}

// Open, high, low and close of bid and ask for each minute with a change.
CsvLayout minute_bars() {
  CsvLayout layout;
  layout.name = "minute_bars";
  bars(layout);
  layout.columns = {.expiration = "expiry", .right = "right", .strike = "strike", .time = "ms"};
  layout.time_format = TimeFormat::day_ms;
  layout.dates = DateOrder::compact;
  layout.session_from_name = true;
  return layout;
}

constexpr CsvVendor vendors[] = {
    {"cboe_historical", "end-of-day chains with compact option symbols in `optionroot`", cboe_historical},
    {"optix", "ISO dates, one plain column per field", optix_plain},
    {"cboe_datashop_eod", "Cboe DataShop Option EOD Summary, with or without calcs: 15:45 and the close",
     cboe_datashop_eod},
    {"cboe_datashop_interval", "Cboe DataShop option quotes at intervals, with or without calcs",
     cboe_datashop_interval},
    {"optionsdx", "OptionsDX chains, calls beside puts (give `underlying`)", optionsdx},
    {"historical_option_data", "HistoricalOptionData (DeltaNeutral) level 2", historical_option_data},
    {"historical_option_data_l3", "HistoricalOptionData level 3", historical_option_data_l3},
    {"orats", "ORATS near-end-of-day strikes", orats_near_eod},
    {"orats_api", "ORATS strikes as the data API writes them", orats_api},
    {"polygon_quotes", "Polygon/Massive flat files of option quotes, sampled to the minute", polygon_quotes},
    {"lean_zip", "QuantConnect Lean option quotes by minute, zipped", lean_zip},
    {"lean_zip_daily", "QuantConnect Lean option quotes by day, zipped", lean_zip_daily},
    {"minute_bars", "minute bars of bid and ask, session in the file's name (give `underlying`)", minute_bars},
};

}  // namespace

std::span<const CsvVendor> csv_vendors() { return vendors; }

}  // namespace optix
