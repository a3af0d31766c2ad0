#include "messages/codec/validate.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "messages/codec/buffer.hpp"
#include "messages/ref.hpp"

namespace optix {
namespace {

ChainSnapshot chain() {
  ChainSnapshot c;
  c.underlying = Symbol::from("SPX").value();
  c.group_root.assign(2, Symbol::from("SPXW").value());
  c.group_expiration.assign(2, Date{18100});
  c.group_settles.assign(2, Timestamp{5});
  c.group_right = {Right::call, Right::put};
  c.group_settlement.assign(2, Settlement::pm);
  c.group_begin = {0, 2, 3};
  c.contract = {0, 1, 2};
  c.strike = {Decimal::from_int(100), Decimal::from_int(105), Decimal::from_int(100)};
  c.bid.assign(3, Decimal::none());
  c.ask.assign(3, Decimal::from_int(1));
  c.iv.assign(3, 0.2);
  c.delta.assign(3, 0.5);
  c.gamma.assign(3, 0.01);
  c.volume.assign(3, 0);
  c.open_interest.assign(3, 1);
  return c;
}

InstrumentBatch batch() {
  InstrumentBatch b;
  b.root.assign(2, Symbol::from("SPX").value());
  b.underlying = b.root;
  b.expiration.assign(2, Date{1});
  b.settles.assign(2, Timestamp{1});
  b.strike.assign(2, Decimal::from_int(1));
  b.right.assign(2, Right::put);
  b.settlement.assign(2, Settlement::am);
  b.exercise.assign(2, ExerciseStyle::european);
  b.multiplier.assign(2, 100);
  return b;
}

// What decoding the message's bytes says; encoding does not look at columns.
template <Message M>
std::string decoded_error(const M& message) {
  Buffer buffer;
  make_message(M(message)).encode(buffer);
  const auto result = decode_message(M::info.id, buffer.data(), buffer.size());
  return result.ok() ? "" : result.error().to_string();
}

TEST_CASE("a chain whose columns disagree is refused", "[messages][validate]") {
  struct Case {
    std::function<void(ChainSnapshot&)> change;
    const char* error;
  };
  const Case cases[] = {
      {[](auto&) {}, ""},
      {[](auto& c) { c.bid.pop_back(); }, "market.chain field bid: column has 2 rows where the message has 3"},
      {[](auto& c) { c.strike.pop_back(); }, "market.chain field strike: column has 2 rows where the message has 3"},
      {[](auto& c) { c.open_interest.push_back(1); },
       "market.chain field open_interest: column has 4 rows where the message has 3"},
      {[](auto& c) {
         c.bid_size = {1, 2, 3};
       },
       ""},
      {[](auto& c) {
         c.bid_size = {1, 2};
       },
       "market.chain field bid_size: column has 2 rows where the message has 3"},
      {[](auto& c) {
         c.ask_size = {1, 2, 3, 4};
       },
       "market.chain field ask_size: column has 4 rows where the message has 3"},
      {[](auto& c) { c.contract.pop_back(); }, "market.chain field strike: column has 3 rows where the message has 2"},
      {[](auto& c) { c.group_right.pop_back(); },
       "market.chain field group_right: column has 1 rows where the message has 2"},
      {[](auto& c) { c.group_begin.clear(); },
       "market.chain field group_begin: 0 entries for 2 groups; one more than groups is needed"},
      {[](auto& c) {
         c.group_begin = {0, 3};
       },
       "market.chain field group_begin: 2 entries for 2 groups; one more than groups is needed"},
      {[](auto& c) {
         c.group_begin = {1, 2, 3};
       },
       "market.chain field group_begin[0]: the first group does not start at row 0"},
      {[](auto& c) {
         c.group_begin = {0, 4, 3};
       },
       "market.chain field group_begin[1]: a group ends before it starts or past the last row"},
      {[](auto& c) {
         c.group_begin = {0, 0xffffffff, 3};
       },
       "market.chain field group_begin[1]: a group ends before it starts or past the last row"},
      {[](auto& c) {
         c.group_begin = {0, 2, 1};
       },
       "market.chain field group_begin[2]: a group ends before it starts or past the last row"},
      {[](auto& c) {
         c.group_begin = {0, 1, 2};
       },
       "market.chain field group_begin[2]: the last group does not end at the last row"},
      {[](auto& c) {
         c.group_begin = {0, 3, 3};
       },
       "market.chain field strike[2]: strikes do not ascend within group 0"},
      {[](auto& c) { c.strike[1] = c.strike[0]; },
       "market.chain field strike[1]: strikes do not ascend within group 0"},
      {[](auto& c) { c.strike[2] = Decimal::none(); }, "market.chain field strike[2]: a strike is missing"},
      {[](auto& c) {
         c.group_begin = {0, 0, 3};
         c.strike = {Decimal::from_int(1), Decimal::from_int(2), Decimal::from_int(3)};
       },
       ""},
      {[](auto& c) {
         c = ChainSnapshot{};
         c.group_begin = {0};
       },
       ""},
      {[](auto& c) { c = ChainSnapshot{}; },
       "market.chain field group_begin: 0 entries for 0 groups; one more than groups is needed"},
  };
  for (const Case& c : cases) {
    ChainSnapshot message = chain();
    c.change(message);
    const auto fault = find_fault(message);
    CHECK((fault ? fault->to_string() : "") == c.error);
    CHECK(decoded_error(message) == c.error);
  }
}

TEST_CASE("a batch of instruments whose columns disagree is refused", "[messages][validate]") {
  CHECK(decoded_error(batch()) == "");
  CHECK(decoded_error(InstrumentBatch{}) == "");
  InstrumentBatch short_one = batch();
  short_one.multiplier.pop_back();
  CHECK(decoded_error(short_one) == "market.instruments field multiplier: column has 1 rows where the message has 2");
  InstrumentBatch no_root = batch();
  no_root.root.clear();
  CHECK(decoded_error(no_root) == "market.instruments field underlying: column has 2 rows where the message has 0");
  InstrumentBatch past_the_end = batch();
  past_the_end.first_id = 0xfffffffe;
  CHECK(decoded_error(past_the_end) == "market.instruments field first_id: ids run past the largest contract id");
  past_the_end.first_id = 0xfffffffd;
  CHECK(decoded_error(past_the_end) == "");
}

}  // namespace
}  // namespace optix
