#pragma once
// The sessions of a dataset while an import changes them. Contracts are numbered as they come; where
// that is not their final order, the sessions concerned are renumbered at the end.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/data/arrow/ipc.hpp"
#include "core/data/quotes.hpp"
#include "core/data/store/contract_numbers.hpp"
#include "core/data/store/layout.hpp"
#include "core/data/store/session_file.hpp"
#include "core/data/store/staging.hpp"

namespace optix::stored {

// What a session must be in order to be stored: well-formed snapshots of its underlying and date,
// strictly ascending in time, each with a row or more, names of printable ASCII. Gives `contract` the
// length of the rows.
Status check_session(SessionQuotes& session);

class DatasetDraft {
 public:
  // Starts from the staging's manifest.
  DatasetDraft(Staging& staging, arrow::Compression compression);

  // `session` has passed check_session. After an error the draft is of no more use.
  Status put(SessionQuotes session);
  // Empty when there is no such session.
  Result<SessionQuotes> current(Symbol underlying, Date session);
  // Fills partitions and instruments of the manifest, and adds the staged files to be moved.
  Status finish(Manifest& manifest, std::vector<Staging::Move>& moves);

 private:
  struct Session {
    Partition partition;
    std::filesystem::path quotes, groups;  // staged; empty: lies in the dataset
  };
  struct Underlying {
    std::map<Date, Session> sessions;
    ContractNumbers numbers;            // as they came; those of the dataset first, with their ids
    bool numbered = false;              // the dataset's contracts are in `numbers`
    bool changed = false;               // a session was put that differs
    std::optional<Date> renumber_from;  // final ids of this and later sessions may differ
  };

  Status load_contracts(Symbol name, Underlying& underlying);
  std::filesystem::path where(const std::filesystem::path& staged, const StoredFile& file) const;
  Result<std::vector<StoredSnapshot>> read(const Session& session) const;
  // Writes the session's files and fills in names and hashes; `old` are the files they replace.
  Status stage(Session& session, const SessionBytes& bytes);
  bool same_content(const Session& session, const SessionBytes& bytes) const;
  // Final ids of every session from `renumber_from` on; returns the contracts in their final order.
  Result<std::vector<ContractId>> renumber(Underlying& underlying);
  Status renumber(Session& session, std::vector<ContractId>& final_ids, std::vector<ContractId>& order);
  Status check_terms(const Underlying& underlying, const std::vector<ContractId>& order) const;
  Status check_times(const Underlying& underlying) const;
  Status finish(Symbol name, Underlying& underlying, Manifest& manifest, std::vector<Staging::Move>& moves);

  Staging& staging_;
  arrow::Compression compression_;
  SessionEncoder encoder_;
  std::map<Symbol, Underlying> underlyings_;
};

}  // namespace optix::stored
