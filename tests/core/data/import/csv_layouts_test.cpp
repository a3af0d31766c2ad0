// Every vendor's layout on a few rows in the vendor's columns; the numbers are made up.
#include <catch2/catch.hpp>

#include "tests/core/data/import/taken_quotes.hpp"

using namespace optix;

namespace {

struct Case {
  const char* layout;
  const char* underlying;
  const char* name;
  const char* text;
  const char* expected;
};

const Case cases[] = {
    {"cboe_historical", "", "a.csv",
     "underlying,underlying_last,exchange,optionroot,type,expiration,quotedate,strike,last,net,bid,ask,volume,"
     "openinterest,impliedvol,delta,gamma\n"
     "SPX,2900.25,CBOE,SPXW190531P02800000,put,05/31/2019,04/25/2019,2800.0,0,0,10.1,10.4,7,12,0.1512,-0.21,0.0012\n"
     "SPX,2900.25,CBOE,SPX190517C00100000,call,05/17/2019,04/25/2019,100.0,0,0,2790.0,2810.5,0,3,0.0,0.0,0.0\n",
     "2: SPX@2900.25 2019-04-25T20:00:00Z SPXW 2019-05-31 put 2800 10.1/10.4 0.1512 -0.21 0.0012 v7 o12\n"
     "3: SPX@2900.25 2019-04-25T20:00:00Z SPX 2019-05-17 call 100 2790/2810.5 - - - v0 o3\n"},
    {"optix", "", "a.csv",
     "session,underlying,underlying_price,root,expiration,right,strike,bid,ask,iv,delta,gamma,volume,open_interest\n"
     "2019-11-29,XYZ,51.5,XYZ,2019-12-20,C,50,2.1,,,,,,\n",
     "2: XYZ@51.5 2019-11-29T18:00:00Z XYZ 2019-12-20 call 50 2.1/- - - - v0 o0\n"},
    {"cboe_datashop_eod", "", "UnderlyingOptionsEODCalcs_2020-11-27.csv",
     "underlying_symbol,quote_date,root,expiration,strike,option_type,open,high,low,close,trade_volume,bid_size_1545,"
     "bid_1545,ask_size_1545,ask_1545,underlying_bid_1545,underlying_ask_1545,implied_underlying_price_1545,"
     "active_underlying_price_1545,implied_volatility_1545,delta_1545,gamma_1545,theta_1545,vega_1545,rho_1545,"
     "bid_size_eod,bid_eod,ask_size_eod,ask_eod,underlying_bid_eod,underlying_ask_eod,vwap,open_interest,"
     "delivery_code\n"
     "^VIX,2020-11-30,VIX,2020-12-16,20.000,C,1,1,1,1,90,5,2.1000,6,2.3000,21.5000,21.7000,21.6,21.6,0.8500,0.6000,"
     "0.0800,-0.1,0.02,0.01,4,2.2000,4,2.4000,21.9000,22.1000,2.2,77,\n"
     "XYZ,2020-11-27,XYZ,2020-12-18,50.000,P,1,1,1,1,8,5,1.1000,6,1.2000,51.0000,51.0200,51.01,51.01,0.3000,-0.4000,"
     "0.0500,-0.1,0.02,0.01,4,1.0500,4,1.2500,51.1000,51.1200,1.1,5,\n"
     "XYZ,2019-11-29,XYZ,2019-12-20,50.000,P,1,1,1,1,8,5,1.1000,6,1.2000,51.0000,51.0200,51.01,51.01,0.3000,-0.4000,"
     "0.0500,-0.1,0.02,0.01,4,1.0500,4,1.2500,51.1000,51.1200,1.1,5,\n",
     // An index is quoted until 16:15; greeks stay with the 15:45 quotes; on half days those are taken at
     // 12:45 since 2020, and before were taken after the close: left out.
     "2: VIX@21.6 2020-11-30T20:45:00Z VIX 2020-12-16 call 20 2.1/2.3 0.85 0.6 0.08 v0 o77 s5x6\n"
     "2: VIX@22 2020-11-30T21:15:00Z VIX 2020-12-16 call 20 2.2/2.4 - - - v90 o77 s4x4\n"
     "3: XYZ@51.01 2020-11-27T17:45:00Z XYZ 2020-12-18 put 50 1.1/1.2 0.3 -0.4 0.05 v0 o5 s5x6\n"
     "3: XYZ@51.11 2020-11-27T18:00:00Z XYZ 2020-12-18 put 50 1.05/1.25 - - - v8 o5 s4x4\n"
     "4: XYZ@51.11 2019-11-29T18:00:00Z XYZ 2019-12-20 put 50 1.05/1.25 - - - v8 o5 s4x4\n"},
    {"cboe_datashop_eod", "", "b.csv",  // without calcs
     "underlying_symbol,quote_date,root,expiration,strike,option_type,trade_volume,bid_1545,ask_1545,"
     "underlying_bid_1545,underlying_ask_1545,bid_eod,ask_eod,underlying_bid_eod,underlying_ask_eod,open_interest\n"
     "BRK.B,2021-03-01,BRKB,2021-03-19,250.000,C,3,4.0,4.2,252.00,252.04,4.1,4.3,252.10,252.14,9\n",
     "2: BRK.B@252.02 2021-03-01T20:45:00Z BRKB 2021-03-19 call 250 4/4.2 - - - v0 o9\n"
     "2: BRK.B@252.12 2021-03-01T21:00:00Z BRKB 2021-03-19 call 250 4.1/4.3 - - - v3 o9\n"},
    {"cboe_datashop_interval", "", "a.csv",
     "underlying_symbol,quote_datetime,root,expiration,strike,option_type,open,high,low,close,trade_volume,bid_size,"
     "bid,"
     "ask_size,ask,underlying_bid,underlying_ask,implied_underlying_price,active_underlying_price,implied_volatility,"
     "delta,gamma,theta,vega,rho,open_interest\n"
     "^SPX,2021-07-06 09:31:00,SPXW,2021-07-09,4300.000,P,0,0,0,0,15,10,9.1,12,9.4,4330.1,4330.5,4330.3,4330.3,0.11,"
     "-0.3,0.002,-1,1,1,250\n",
     "2: SPX@4330.3 2021-07-06T13:31:00Z SPXW 2021-07-09 put 4300 9.1/9.4 0.11 -0.3 0.002 v15 o250 s10x12\n"},
    {"optionsdx", "SPY", "spy_eod_202301.txt",
     "[QUOTE_UNIXTIME], [QUOTE_READTIME], [QUOTE_DATE], [QUOTE_TIME_HOURS], [UNDERLYING_LAST], [EXPIRE_DATE], "
     "[EXPIRE_UNIX], [DTE], [C_DELTA], [C_GAMMA], [C_VEGA], [C_THETA], [C_RHO], [C_IV], [C_VOLUME], [C_LAST], "
     "[C_SIZE], [C_BID], [C_ASK], [STRIKE], [P_BID], [P_ASK], [P_SIZE], [P_LAST], [P_DELTA], [P_GAMMA], [P_VEGA], "
     "[P_THETA], [P_RHO], [P_IV], [P_VOLUME], [STRIKE_DISTANCE], [STRIKE_DISTANCE_PCT]\n"
     "1672779600, 2023-01-03 16:00, 2023-01-03, 16.000000, 380.80, 2023-01-20, 1674248400, 17.00, 0.52000, 0.02000, "
     "0.3, -0.2, 0.1, 0.21000, 120.000000, 7.00, 10 x 12, 6.90, 7.05, 380.00, 5.60, 5.70, 4 x 9, 5.65, -0.48000, "
     "0.02100, 0.3, -0.2, -0.1, , , 0.8, 0.002\n",
     "2: SPY@380.8 2023-01-03T21:00:00Z SPY 2023-01-20 call 380 6.9/7.05 0.21 0.52 0.02 v120 o0\n"
     "2: SPY@380.8 2023-01-03T21:00:00Z SPY 2023-01-20 put 380 5.6/5.7 - -0.48 0.021 v0 o0\n"},
    {"historical_option_data", "", "a.csv",
     "UnderlyingSymbol,UnderlyingPrice,Exchange,OptionSymbol,Blank,Type,Expiration, "
     "DataDate,Strike,Last,Bid,Ask,Volume,"
     "OpenInterest,IV,Delta,Gamma,Theta,Vega,Alias\n"
     "XYZ,51.2,*,XYZ191220C00050000,,call,12/20/2019,09/10/2019 16:00,50,3,2.9,3.1,14,500,0.25,0.61,0.03,-5,9,"
     "XYZ191220C00050000\n"
     "XYZ,51.2,*,XYZ191220P00050000,,put,12/20/2019,9/10/2019,50,1,1.5,1.6,2,40,0.26,-0.39,0.03,-5,9,"
     "XYZ191220P00050000\n",
     "2: XYZ@51.2 2019-09-10T20:00:00Z XYZ 2019-12-20 call 50 2.9/3.1 0.25 0.61 0.03 v14 o500\n"
     "3: XYZ@51.2 2019-09-10T20:00:00Z XYZ 2019-12-20 put 50 1.5/1.6 0.26 -0.39 0.03 v2 o40\n"},
    {"historical_option_data_l3", "", "a.csv",
     "UnderlyingSymbol,UnderlyingPrice,Flags,OptionSymbol,Blank,Type,Expiration,DataDate,Strike,Last,Bid,Ask,Volume,"
     "OpenInterest,T1OpenInterest,IVMean,IVBid,IVAsk,Delta,Gamma,Theta,Vega,AKA\n"
     "XYZ,51.2,*,XYZ191220C00050000,,call,12/20/2019,09/10/2019,50,3,2.9,3.1,14,500,480,0.25,0.24,0.26,0.61,0.03,-5,9,"
     "XYZ191220C00050000\n",
     "2: XYZ@51.2 2019-09-10T20:00:00Z XYZ 2019-12-20 call 50 2.9/3.1 0.25 0.61 0.03 v14 o480\n"},
    {"orats", "", "ORATS_SMV_Strikes_20200303.csv",
     "ticker,cOpra,pOpra,stkPx,expirDate,yte,strike,cVolu,cOi,pVolu,pOi,cBidPx,cValue,cAskPx,pBidPx,pValue,pAskPx,"
     "cBidIv,cMidIv,cAskIv,smoothSmvVol,pBidIv,pMidIv,pAskIv,iRate,divRate,residualRateData,delta,gamma,theta,vega,rho,"
     "phi,driftlessTheta,extVol,extCTheo,extPTheo,spot_px,trade_date\n"
     "XYZ,XYZ200320C00050000,XYZ200320P00050000,51.3,3/20/2020,0.05,50,11,100,12,200,2.0,2.1,2.2,0.7,0.75,0.8,0.3,0.31,"
     "0.32,0.3,0.3,0.33,0.34,0.01,0,0,0.62,0.07,0,0,0,0,0,0,0,0,51.25,3/3/2020\n",
     "2: XYZ@51.25 2020-03-03T20:46:00Z XYZ 2020-03-20 call 50 2/2.2 0.31 0.62 0.07 v11 o100\n"
     "2: XYZ@51.25 2020-03-03T20:46:00Z XYZ 2020-03-20 put 50 0.7/0.8 0.33 - 0.07 v12 o200\n"},
    {"orats_api", "", "a.csv",
     "ticker,tradeDate,expirDate,dte,strike,stockPrice,callVolume,callOpenInterest,callBidSize,callAskSize,putVolume,"
     "putOpenInterest,putBidSize,putAskSize,callBidPrice,callValue,callAskPrice,putBidPrice,putValue,putAskPrice,"
     "callBidIv,callMidIv,callAskIv,smvVol,putBidIv,putMidIv,putAskIv,residualRate,delta,gamma,theta,vega,rho,phi,"
     "driftlessTheta,callSmvVol,putSmvVol,extSmvVol,extCallValue,extPutValue,spotPrice,quoteDate,updatedAt\n"
     "XYZ,2020-03-03,2020-03-20,18,50,51.3,11,100,1,1,12,200,1,1,2.0,2.1,2.2,0.7,0.75,0.8,0.3,0.31,0.32,0.3,0.3,0.33,"
     "0.34,0,0.62,0.07,0,0,0,0,0,0.3,0.3,0.3,2,0.7,51.25,2020-03-03T20:45:00Z,2020-03-03T20:46:00Z\n",
     "2: XYZ@51.25 2020-03-03T20:46:00Z XYZ 2020-03-20 call 50 2/2.2 0.31 0.62 0.07 v11 o100 s1x1\n"
     "2: XYZ@51.25 2020-03-03T20:46:00Z XYZ 2020-03-20 put 50 0.7/0.8 0.33 - 0.07 v12 o200 s1x1\n"},
    {"polygon_quotes", "", "2022-03-07.csv",
     "ticker,ask_exchange,ask_price,ask_size,bid_exchange,bid_price,bid_size,sequence_number,sip_timestamp\n"
     "O:SPXW220311C04300000,300,41.5,5,300,40.1,3,1,1646663399000000000\n"  // 09:29:59
     "O:SPXW220311C04300000,300,41.7,5,300,40.3,3,2,1646663400000000001\n"  // 09:30:00
     "O:SPXW220311C04300000,300,41.8,5,300,40.4,3,3,1646663459999999999\n"  // 09:30:59.9
     "O:SPXW220311C04300000,300,41.9,0,300,0,0,4,1646663460000000001\n"     // 09:31:00; nobody knows how many
     "O:SPXW220311C04300000,300,41.9,5,300,0,0,5,1646690000000000001\n",    // after the close
     "2: SPX@- 2022-03-07T14:30:00Z SPXW 2022-03-11 call 4300 40.1/41.5 - - - v0 o0 s3x5\n"
     "4: SPX@- 2022-03-07T14:31:00Z SPXW 2022-03-11 call 4300 40.4/41.8 - - - v0 o0 s3x5\n"
     "5: SPX@- 2022-03-07T14:32:00Z SPXW 2022-03-11 call 4300 0/41.9 - - - v0 o0 s0x-1\n"},
    {"lean_zip", "", "20140606_quote_american.zip#20140606_xyz_minute_quote_american_put_425000_20140621.csv",
     "34200000,1000,1200,900,1100,5,1300,1400,1200,1250,6\n"
     "34260000,,,,,,1300,1400,1200,1350,6\n",
     "1: XYZ@- 2014-06-06T13:31:00Z XYZ 2014-06-21 put 42.5 0.11/0.125 - - - v0 o0 s5x6\n"
     "2: XYZ@- 2014-06-06T13:32:00Z XYZ 2014-06-21 put 42.5 -/0.135 - - - v0 o0 s-1x6\n"},
    {"lean_zip_daily", "", "xyz_2014_quote_american.zip#xyz_quote_american_call_425000_20140621.csv",
     "20140606 00:00,1000,1200,900,1100,5,1300,1400,1200,1250,6\n",
     "1: XYZ@- 2014-06-06T20:00:00Z XYZ 2014-06-21 call 42.5 0.11/0.125 - - - v0 o0 s5x6\n"},
    {"minute_bars", "XYZ", "xyz_20151224_minute.csv",
     "ms,right,strike,expiry,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,ask_"
     "size\n"
     "34200000,call,50,20151231,1.0,1.3,0.9,1.1,4,1.5,1.6,1.2,1.4,7\n"
     "34260000,call,50,20151231,,,,,0,1.5,1.6,1.2,1.3,7\n",
     "2: XYZ@- 2015-12-24T14:31:00Z XYZ 2015-12-31 call 50 1.1/1.4 - - - v0 o0 s4x7\n"
     "3: XYZ@- 2015-12-24T14:32:00Z XYZ 2015-12-31 call 50 -/1.3 - - - v0 o0 s0x7\n"},
};

}  // namespace

TEST_CASE("every vendor's layout reads the vendor's columns", "[data][import][layouts]") {
  std::vector<std::string> seen;
  for (const Case& c : cases) {
    INFO(c.layout << " " << c.name);
    CsvLayout layout = *csv_layout_preset(c.layout);
    layout.underlying = c.underlying;
    const ReadResult read = read_text(c.name, c.text, layout);
    CHECK(read.error.empty());
    CHECK(read.error == "");
    CHECK(read.lines == c.expected);
    seen.emplace_back(c.layout);
  }
  for (const std::string& name : csv_layout_names()) {
    INFO(name);
    CHECK(std::find(seen.begin(), seen.end(), name) != seen.end());
    CHECK_FALSE(csv_layout_meaning(name).empty());
  }
}

TEST_CASE("times and units are converted as the layout says", "[data][import][layouts]") {
  CsvLayout layout = *csv_layout_preset("optix");
  layout.columns.session.clear();
  layout.columns.time = "time";
  const std::string header =
      "time,underlying,underlying_price,root,expiration,right,strike,bid,ask,iv,delta,gamma,volume,open_interest\n";
  const auto with = [&](TimeFormat format, const std::string& time) {
    layout.time_format = format;
    const ReadResult read =
        read_text("a.csv", header + time + ",XYZ,51.5,XYZ,2019-12-20,C,50000,2.1,2.2,25,0.5,0.01,1,2\n", layout);
    return read.error.empty() ? read.lines : read.error;
  };
  layout.strike_decimals = 3;
  layout.iv_unit = 0.01;
  layout.session = Date::from_civil(2019, 7, 1);
  const std::string rest = " XYZ 2019-12-20 call 50 2.1/2.2 0.25 0.5 0.01 v1 o2\n";
  struct {
    TimeFormat format;
    const char* text;
    const char* expected;
  } const rows[] = {
      {TimeFormat::clock, "15:45", "2019-07-01T19:45:00Z"},
      {TimeFormat::clock, "15:45:30", "2019-07-01T19:45:30Z"},
      {TimeFormat::compact, "0931", "2019-07-01T13:31:00Z"},
      {TimeFormat::day_ms, "34200001", "2019-07-01T13:30:00.001Z"},
      {TimeFormat::date_time, "2019-07-01 10:00:00.000", "2019-07-01T14:00:00Z"},
      {TimeFormat::date_time, "2019-07-01T10:00", "2019-07-01T14:00:00Z"},
      {TimeFormat::epoch_s, "1561989600", "2019-07-01T14:00:00Z"},
      {TimeFormat::epoch_ms, "1561989600000", "2019-07-01T14:00:00Z"},
      {TimeFormat::epoch_us, "1561989600000001", "2019-07-01T14:00:00.000001Z"},
      {TimeFormat::epoch_ns, "1561989600000000001", "2019-07-01T14:00:00.000000001Z"},
  };
  for (const auto& row : rows) {
    INFO(row.text);
    CHECK(with(row.format, row.text) == "2: XYZ@51.5 " + std::string(row.expected) + rest);
  }
  struct {
    TimeFormat format;
    const char* text;
  } const bad[] = {{TimeFormat::clock, "24:00"},
                   {TimeFormat::clock, "9:30"},
                   {TimeFormat::compact, "15:4"},
                   {TimeFormat::day_ms, "86400000"},
                   {TimeFormat::day_ms, "-1"},
                   {TimeFormat::date_time, "2019-07-01"},
                   {TimeFormat::epoch_s, "1e9"},
                   {TimeFormat::epoch_ns, "99999999999999999999"},
                   {TimeFormat::date_time, "2019-07-01 10:00:00x"}};
  for (const auto& row : bad) {
    INFO(row.text);
    CHECK_THAT(with(row.format, row.text),
               Catch::Contains("a.csv:2 column time: not a time (" + std::string(enum_name(row.format)) + "): "));
  }
  CHECK_THAT(with(TimeFormat::epoch_s, "1"), Catch::Contains("column time: the date is outside the exchange calendar"));
}

TEST_CASE("what a layout lacks is said when the header is seen", "[data][import][layouts]") {
  const auto error = [](CsvLayout layout, const std::string& name, const std::string& text) {
    return read_text(name, text, layout).error;
  };
  const std::string bars =
      "ms,right,strike,expiry,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,ask_"
      "size\n";
  CsvLayout layout = *csv_layout_preset("minute_bars");
  CHECK_THAT(error(layout, "xyz_20151224.csv", bars), Catch::Contains("xyz_20151224.csv:1: layout 'minute_bars' is "
                                                                      "incomplete\n  hint: it must name"));
  layout.underlying = "XYZ";
  CHECK_THAT(error(layout, "xyz.csv", bars), Catch::Contains("xyz.csv: the name holds no session date"));
  layout.spot = SpotSource::column;
  CHECK_THAT(error(layout, "xyz_20151224.csv", bars), Catch::Contains("`spot: parity`"));
  CHECK_THAT(error(*csv_layout_preset("lean_zip"), "20140606_xyz.csv", "1,2\n"),
             Catch::Contains("the name does not say which contract it is"));
  CHECK_THAT(error(*csv_layout_preset("optionsdx"), "a.csv", "[QUOTE_UNIXTIME], [STRIKE]\n"),
             Catch::Contains("a.csv:1: missing column: [QUOTE_READTIME], [EXPIRE_DATE]"));
}
