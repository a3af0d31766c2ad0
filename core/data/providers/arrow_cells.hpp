#pragma once
// The cells of one Arrow column as text.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/data/arrow/ipc.hpp"
#include "core/data/csv_layout.hpp"

namespace optix {

class ArrowCells {
 public:
  enum class Role : std::uint8_t { value, date, time };

  // An error when the field's metadata make no sense.
  static Result<ArrowCells> of(const arrow::Field& field, Role role, DateOrder dates);

  // Valid until the next call. Null is empty.
  std::string_view text(const arrow::ColumnData& column, std::size_t row);

 private:
  ArrowCells(const arrow::Field& field, Role role, DateOrder dates, int decimals);
  void write_integer(std::uint64_t size, bool negative);
  void write_float(double value, bool narrow);
  void write_timestamp(std::int64_t ns);

  arrow::Type type_;
  Role role_;
  DateOrder dates_;
  bool zoned_;
  int decimals_;  // of integers: units of 10^-decimals
  std::string text_;
  bool known_ = false;  // text_ is that of last_: neighbours repeat each other
  std::uint64_t last_ = 0;
};

}  // namespace optix
