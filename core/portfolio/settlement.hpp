#pragma once
// Moved: settlement belongs to the life of a contract.
#include "core/portfolio/lifecycle/settlement.hpp"
