#pragma once
// JSON of messages, for people and for tools that do not speak the binary form. Writing is
// MessageRef::to_json(); what it writes reads back to an equal message.
//
//   message, struct        object with every field, in table order
//   integers, bool         number, true/false
//   double                 shortest number that reads back exactly; NaN is null; "Infinity", "-Infinity"
//   Decimal                string, exact: "19.20"; a missing price is null
//   Timestamp, Date        "2019-04-25T20:00:00Z", "2019-04-25" (days since 1970 as a number for
//                          dates outside the years 0…9999)
//   Symbol, text           string; bytes that are not UTF-8 as {"hex":"ff00"}
//   enumeration            name
//   column, list           array
//
// A NaN reads back as the canonical NaN.
#include <string_view>

#include "messages/ref.hpp"

namespace optix {

// Every field must be there, once, with nothing unknown beside it; the limits and the checks
// between columns are those of decode_message.
Result<MessageRef> message_from_json(MessageId id, std::string_view text);

}  // namespace optix
