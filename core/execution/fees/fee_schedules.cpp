// Fee schedules by name: what US brokers and regulators charged, and since when. Each table says where its
// numbers were read and which of them were not. Exchange fees of single-listed index products and rebates
// are not in here: they differ by venue and order; give them as lines of your own.
#include <array>
#include <optional>

#include "core/execution/fees/fee_lines.hpp"

namespace optix {
namespace {

constexpr Date day(int year, int month, int d) { return Date::from_civil(year, month, d); }
constexpr Date ever = Date{INT32_MIN};

// A rate (and cap) from a day on, until the next row's.
struct Step {
  Date from;
  const char* rate;
  const char* cap = "";  // of a leg; empty: none
};

Decimal number(std::string_view text) { return Decimal::parse(text).value(); }

void add(std::vector<FeeLine>& out, FeeLine line, std::span<const Step> steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    line.from = steps[i].from;
    line.until = i + 1 < steps.size() ? steps[i + 1].from - 1 : Date{INT32_MAX};
    line.rate = number(steps[i].rate);
    line.cap_per_leg = *steps[i].cap ? number(steps[i].cap) : Decimal::none();
    out.push_back(line);
  }
}

FeeLine line_of(const char* name, FeeProducts products, FeeBasis basis, FeeSide side = FeeSide::both) {
  FeeLine line;
  line.name = name;
  line.products = products;
  line.basis = basis;
  line.side = side;
  return line;
}

// Section 31 of the Exchange Act: USD per million of sales, by the day of trading. Options on indices are
// exempt (15 U.S.C. 78ee(b); Release 34-45371). SEC fee rate advisories: a new rate comes 30 days (60 since
// fiscal year 2012) after the appropriation, or on April 1. Read in notices or broker pages: 2005, 2011, 2012-04
// to 2014, 2016 to 2018 and from 2020 on. From memory, with dates that agree with those of the
// appropriations: 2007 to 2010, 2012-02, 2015 and 2019.
constexpr Step sec_steps[] = {
    {ever, "32.90"},
    {day(2005, 4, 1), "41.80"},
    {day(2005, 12, 22), "30.70"},
    {day(2007, 3, 17), "15.30"},
    {day(2008, 1, 25), "11.00"},
    {day(2008, 4, 1), "5.60"},
    {day(2009, 4, 10), "25.70"},
    {day(2010, 1, 15), "12.70"},
    {day(2010, 4, 1), "16.90"},
    {day(2011, 1, 21), "19.20"},
    {day(2012, 2, 21), "18.00"},
    {day(2012, 4, 1), "22.40"},
    {day(2013, 5, 25), "17.40"},
    {day(2014, 3, 18), "22.10"},
    {day(2015, 2, 14), "18.40"},
    {day(2016, 2, 16), "21.80"},
    {day(2017, 7, 4), "23.10"},
    {day(2018, 5, 22), "13.00"},
    {day(2019, 4, 16), "20.70"},
    {day(2020, 2, 18), "22.10"},
    {day(2021, 2, 25), "5.10"},
    {day(2022, 5, 14), "22.90"},
    {day(2023, 2, 27), "8.00"},
    {day(2024, 5, 22), "27.80"},
    {day(2025, 5, 14), "0"},
    {day(2026, 4, 4), "20.60"},
};

// FINRA Trading Activity Fee, By-Laws Schedule A Section 1(b), on sales, at least a cent as brokers charge it.
// Read in brokers' schedules up to 2025 and, for shares, in reports of SR-FINRA-2024-019 for 2026; the rate of
// options in 2026 is from memory. Shares have a cap a trade; their rates before 2012-07 were lower and are not
// listed.
constexpr Step taf_option_steps[] = {
    {ever, "0.002"},
    {day(2022, 1, 1), "0.00218"},
    {day(2023, 1, 1), "0.00244"},
    {day(2024, 1, 1), "0.00279"},
    {day(2026, 1, 1), "0.00329"},
};
constexpr Step taf_share_steps[] = {
    {ever, "0.000119", "5.95"},
    {day(2022, 1, 1), "0.00013", "6.49"},
    {day(2023, 1, 1), "0.000145", "7.27"},
    {day(2024, 1, 1), "0.000166", "8.30"},
    {day(2026, 1, 1), "0.000195", "9.79"},
};

// Options Clearing Corporation, a contract and side, at most so much a trade. Schedules of fees: 0.055 and 55
// (January 2020), SR-OCC-2018-004 (from March 2018, day assumed), SR-OCC-2020-009 (2020-09-01), press release
// of 2021-04-19 (2021-06-01), no fees in November and December 2021 (SR-OCC-2021-012), 90 FR 10544
// (2025-02-14, no cap). Before March 2018: 0.05 with 55; the tiers above 500 contracts that it had until
// 2016 are left out.
constexpr Step occ_steps[] = {
    {ever, "0.05", "55"},
    {day(2018, 3, 1), "0.055", "55"},
    {day(2020, 9, 1), "0.045", "55"},
    {day(2021, 6, 1), "0.02", "55"},
    {day(2021, 11, 1), "0"},
    {day(2022, 1, 1), "0.02", "55"},
    {day(2025, 2, 14), "0.025"},
};

// Options Regulatory Fee: the sum of all exchanges as one broker passed it through, a contract and side.
// Cboe began in the middle of 2009 and the others followed until 2013: the three rows in between are
// estimates from how many charged it. From 2014 on totals are as published; those of 2014-02, 2015-08 and
// 2025-03-03 with their date, the others with the half-year they were published in (changes take effect on
// February 1 and August 1).
constexpr Step orf_steps[] = {
    {ever, "0"},
    {day(2009, 7, 1), "0.004"},
    {day(2011, 5, 1), "0.02"},
    {day(2013, 2, 1), "0.035"},
    {day(2014, 2, 1), "0.0396"},
    {day(2015, 8, 1), "0.0427"},
    {day(2016, 2, 1), "0.0404"},
    {day(2017, 2, 1), "0.0378"},
    {day(2018, 2, 1), "0.0388"},
    {day(2019, 2, 1), "0.0379"},
    {day(2022, 8, 1), "0.03005"},
    {day(2023, 2, 1), "0.03025"},
    {day(2024, 2, 1), "0.02685"},
    {day(2025, 3, 3), "0.02815"},
};

void add_sec(std::vector<FeeLine>& out) {
  add(out, line_of("sec", FeeProducts::equities, FeeBasis::per_million, FeeSide::sell), sec_steps);
}

void add_taf(std::vector<FeeLine>& out) {
  FeeLine line = line_of("taf", FeeProducts::options, FeeBasis::per_contract, FeeSide::sell);
  line.minimum = number("0.01");
  add(out, line, taf_option_steps);
  line.products = FeeProducts::shares;
  line.basis = FeeBasis::per_share;
  add(out, line, taf_share_steps);
}

void add_orf(std::vector<FeeLine>& out) {
  add(out, line_of("orf", FeeProducts::options, FeeBasis::per_contract), orf_steps);
}

void add_occ(std::vector<FeeLine>& out) {
  add(out, line_of("occ", FeeProducts::options, FeeBasis::per_contract), occ_steps);
}

std::vector<FeeLine> none() { return {}; }

std::vector<FeeLine> regulatory() {
  std::vector<FeeLine> out;
  add_orf(out);
  add_occ(out);
  add_sec(out);
  add_taf(out);
  return out;
}

// Interactive Brokers, pricing page: up to 10,000 contracts a month, by premium; at least 1.00 an order.
// 0.65 was 0.70 until about 2018. Shares at the fixed rate, without its cap of 1 % of the trade's value.
// Fractions of a cent are kept, as its statements do.
std::vector<FeeLine> ibkr() {
  std::vector<FeeLine> out;
  FeeLine line = line_of("commission", FeeProducts::options, FeeBasis::per_contract);
  line.bands = {{Decimal{}, number("0.25")}, {number("0.05"), number("0.50")}, {number("0.10"), number("0.65")}};
  line.minimum = Decimal::from_int(1);
  out.push_back(line);
  line = line_of("commission", FeeProducts::shares, FeeBasis::per_share);
  line.rate = number("0.005");
  line.minimum = Decimal::from_int(1);
  out.push_back(line);
  const std::vector<FeeLine> passed_on = regulatory();
  out.insert(out.end(), passed_on.begin(), passed_on.end());
  return out;
}

std::vector<FeeLine> to_the_cent(std::vector<FeeLine> lines) {
  for (FeeLine& line : lines) line.rounding = FeeRounding::half_up;
  return lines;
}

// tastytrade, commissions and fees page: 1.00 a contract to open, at most 10 a leg, nothing to close; its
// clearing fee takes the place of the OCC's. Its examples round each line to the cent.
std::vector<FeeLine> tastytrade() {
  std::vector<FeeLine> out;
  FeeLine line = line_of("commission", FeeProducts::options, FeeBasis::per_contract);
  line.intent = FeeIntent::open;
  line.rate = Decimal::from_int(1);
  line.cap_per_leg = Decimal::from_int(10);
  out.push_back(line);
  line = line_of("clearing", FeeProducts::options, FeeBasis::per_contract);
  line.rate = number("0.10");
  out.push_back(line);
  line = line_of("clearing", FeeProducts::shares, FeeBasis::per_share);
  line.rate = number("0.0008");
  out.push_back(line);
  add_orf(out);
  add_sec(out);
  add_taf(out);
  return to_the_cent(std::move(out));
}

// Charles Schwab, online options: 0.65 a contract, without the commission an order since 2019-10-07. Before:
// 4.95 an order since 2017-03-03, and 8.95 with 0.75 a contract (from memory).
std::vector<FeeLine> schwab() {
  constexpr Step contract[] = {{ever, "0.75"}, {day(2017, 3, 3), "0.65"}};
  constexpr Step order[] = {{ever, "8.95"}, {day(2017, 3, 3), "4.95"}, {day(2019, 10, 7), "0"}};
  std::vector<FeeLine> out;
  add(out, line_of("commission", FeeProducts::options, FeeBasis::per_contract), contract);
  add(out, line_of("commission per order", FeeProducts::all, FeeBasis::per_order), order);
  add_orf(out);
  add_sec(out);
  add_taf(out);
  return to_the_cent(std::move(out));
}

struct Schedule {
  NamedFeeSchedule named;
  std::vector<FeeLine> (*lines)();
};

constexpr Schedule table[] = {
    {{"none", "nothing"}, none},
    {{"regulatory", "what exchanges, clearing and regulators charge: ORF, OCC, SEC and TAF, without commission"},
     regulatory},
    {{"ibkr",
      "Interactive Brokers: 0.65 a contract, 0.50 below 0.10 and 0.25 below 0.05, at least 1.00 an order; "
      "and the regulatory fees"},
     ibkr},
    {{"tastytrade",
      "1.00 a contract to open, at most 10 a leg, 0 to close; 0.10 clearing; ORF, SEC and TAF; to the "
      "cent"},
     tastytrade},
    {{"schwab", "0.65 a contract, 4.95 an order until 2019-10-06; ORF, SEC and TAF; to the cent"}, schwab},
};

constexpr auto names = [] {
  std::array<NamedFeeSchedule, std::size(table)> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = table[i].named;
  return out;
}();

}  // namespace

std::span<const NamedFeeSchedule> FeeTable::schedules() { return names; }

Result<FeeTable> FeeTable::named(std::string_view name) {
  std::string known;
  for (const Schedule& schedule : table) {
    if (schedule.named.name == name) return from_lines(schedule.lines());
    known += (known.empty() ? "" : ", ") + std::string(schedule.named.name);
  }
  return Error{"there is no fee schedule named '" + std::string(name) + "'", {}, "known: " + known};
}

}  // namespace optix
