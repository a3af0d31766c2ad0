#pragma once
// Turns the rows of one session after another into snapshots: sorts, removes duplicates, numbers
// new contracts, counts what the quality report tells.
#include <cstdint>
#include <string>
#include <vector>

#include "core/data/csv_rows.hpp"
#include "core/data/dataset.hpp"

namespace optix {

// The rows of one session as they stood in the file.
struct SessionRows {
  RowContext context;
  std::vector<QuoteRow> rows;
};

class SessionBuilder {
 public:
  // `roots` and `underlyings` are the parser's name tables.
  SessionBuilder(const LoadOptions& options, std::string file, std::vector<Symbol> roots,
                 std::vector<Symbol> underlyings);

  // Sessions must come in ascending order. Adds the step and the session's line in the report.
  Status add(SessionRows& session, RowParser& parser, std::vector<DatasetStep>& steps, QualityReport& report);
  // After the last session: contracts that vanished, low-volume sessions, missing sessions.
  void finish(QualityReport& report);

 private:
  struct Run {  // consecutive rows of one group with rising strikes
    std::uint32_t begin, end;
  };
  struct Known {  // what is remembered of a contract
    Date expiration;
    Timestamp settles;
    std::uint32_t last_session;  // number of the used session it was last seen in
    Decimal bid, ask;
  };
  struct Slot {
    std::int64_t strike = 0;
    std::int32_t expiration = 0;
    std::uint16_t root = 0;
    Right right = Right::call;
    bool used = false;
    ContractId id = 0;
  };

  void sort(const std::vector<QuoteRow>& rows);
  Status remove_duplicates(const std::vector<QuoteRow>& rows, RowParser& parser, QualityReport& report);
  void count(const std::vector<QuoteRow>& rows, SessionQuality& quality, Timestamp time) const;
  void compare_with_last(const std::vector<QuoteRow>& rows, SessionQuality& quality);
  void emit(const SessionRows& session, Timestamp time, std::vector<DatasetStep>& steps);
  Slot& slot(const QuoteRow& row);
  void grow();
  bool same_group(const QuoteRow& a, const QuoteRow& b) const {
    return a.expiration == b.expiration && a.root == b.root && a.right == b.right;
  }
  bool before(const QuoteRow& a, const QuoteRow& b) const;

  const LoadOptions& options_;
  std::string file_;
  std::vector<Symbol> roots_;
  std::vector<Symbol> underlyings_;
  std::vector<std::uint16_t> root_rank_;  // by name, so that order does not depend on the file's
  std::vector<RootTerms> terms_;
  std::vector<std::uint32_t> order_;  // rows of the session in snapshot order
  std::vector<Slot> table_;           // open addressing
  std::vector<Known> known_;          // by contract id
  std::uint32_t session_number_ = 0;  // used sessions so far
  std::vector<Timestamp> times_;      // of the used sessions
  std::uint64_t gaps_ = 0;
};

}  // namespace optix
