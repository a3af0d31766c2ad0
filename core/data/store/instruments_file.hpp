#pragma once
// The file that says what each contract id of an underlying means: one record batch, rows are ids
// from 0.
#include <memory>
#include <string>

#include "core/data/arrow/ipc.hpp"
#include "core/data/store/files.hpp"
#include "messages/market.hpp"

namespace optix::stored {

// `contracts.first_id` is 0; all of one underlying. The same contracts give the same bytes.
std::string encode_instruments(const InstrumentBatch& contracts, arrow::Compression compression);
// Columns of fixed width view the mapping unless the file is compressed. Errors name the file and
// what is wrong in it.
Result<InstrumentBatch> decode_instruments(const std::string& name, Symbol underlying,
                                           const std::shared_ptr<const MappedFile>& file);

}  // namespace optix::stored
