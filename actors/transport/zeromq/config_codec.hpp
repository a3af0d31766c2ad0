#pragma once
// Configuration as bytes, for the config frame: a checked Value tree and the run's settings.
#include <string_view>

#include "config/topology.hpp"
#include "config/value.hpp"
#include "messages/codec/buffer.hpp"
#include "messages/values/result.hpp"

namespace optix::zeromq {

// Appends to `out`. Kinds, texts and positions of values are kept, so that a node built in a
// worker reports an error like one built here; positions of keys are not.
void encode_value(Buffer& out, const Value& value);
Result<Value> decode_value(std::string_view bytes);

void encode_run(Buffer& out, const TopologyRun& run);
Result<TopologyRun> decode_run(std::string_view bytes);

}  // namespace optix::zeromq
