#include "messages/codec/validate.hpp"

namespace optix {
namespace {

struct Length {
  std::string_view column;
  std::size_t rows;
};

std::optional<Error> unequal(std::string_view message, std::size_t expected, std::initializer_list<Length> columns) {
  for (const auto& [column, rows] : columns)
    if (rows != expected)
      return Error{"column has " + std::to_string(rows) + " rows where the message has " + std::to_string(expected),
                   std::string(message) + " field " + std::string(column), ""};
  return std::nullopt;
}

Error fault(std::string what, std::string_view field, std::size_t index) {
  return {std::move(what), "market.chain field " + std::string(field) + "[" + std::to_string(index) + "]", ""};
}

}  // namespace

std::optional<Error> find_fault(const InstrumentBatch& b) {
  if (b.root.size() > UINT32_MAX - std::size_t{b.first_id})
    return Error{"ids run past the largest contract id", "market.instruments field first_id", ""};
  return unequal("market.instruments", b.root.size(),
                 {{"underlying", b.underlying.size()},
                  {"expiration", b.expiration.size()},
                  {"settles", b.settles.size()},
                  {"strike", b.strike.size()},
                  {"right", b.right.size()},
                  {"settlement", b.settlement.size()},
                  {"exercise", b.exercise.size()},
                  {"multiplier", b.multiplier.size()}});
}

std::optional<Error> find_fault(const ChainSnapshot& c) {
  const std::size_t rows = c.rows(), groups = c.groups();
  if (auto error = unequal("market.chain", rows,
                           {{"strike", c.strike.size()},
                            {"bid", c.bid.size()},
                            {"ask", c.ask.size()},
                            {"iv", c.iv.size()},
                            {"delta", c.delta.size()},
                            {"gamma", c.gamma.size()},
                            {"volume", c.volume.size()},
                            {"open_interest", c.open_interest.size()}}))
    return error;
  for (const auto& [name, size] : {std::pair("bid_size", c.bid_size.size()), {"ask_size", c.ask_size.size()}})
    if (size != 0)
      if (auto error = unequal("market.chain", rows, {{name, size}})) return error;
  if (auto error = unequal("market.chain", groups,
                           {{"group_expiration", c.group_expiration.size()},
                            {"group_settles", c.group_settles.size()},
                            {"group_right", c.group_right.size()},
                            {"group_settlement", c.group_settlement.size()}}))
    return error;
  if (c.group_begin.size() != groups + 1)
    return Error{std::to_string(c.group_begin.size()) + " entries for " + std::to_string(groups) +
                     " groups; one more than groups is needed",
                 "market.chain field group_begin", ""};
  if (c.group_begin.front() != 0) return fault("the first group does not start at row 0", "group_begin", 0);
  for (std::size_t g = 0; g < groups; ++g) {
    const std::size_t begin = c.group_begin[g], end = c.group_begin[g + 1];
    if (end < begin || end > rows)
      return fault("a group ends before it starts or past the last row", "group_begin", g + 1);
    for (std::size_t r = begin; r < end; ++r) {
      if (c.strike[r].is_none()) return fault("a strike is missing", "strike", r);
      if (r > begin && !(c.strike[r - 1] < c.strike[r]))
        return fault("strikes do not ascend within group " + std::to_string(g), "strike", r);
    }
  }
  if (c.group_begin.back() != rows) return fault("the last group does not end at the last row", "group_begin", groups);
  return std::nullopt;
}

}  // namespace optix
