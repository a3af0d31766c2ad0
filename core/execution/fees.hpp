#pragma once
// contracts_in lives in core/execution/leg_counts.hpp.
#include "core/execution/leg_counts.hpp"
