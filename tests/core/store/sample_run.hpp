#pragma once
// A made-up run for the tests of the store: iron condors on SPX over `sessions` weekdays, with
// every kind of result in it. Deterministic.
#include "core/store/run_record.hpp"

namespace optix::sample {

RunRecord condor_run(int sessions);
// The two-trade run whose files are written out in full in the tests.
RunRecord small_run();

}  // namespace optix::sample
