#pragma once
// A prefetch pool of CAF actors: what is done ahead of its use when a run's nodes are actors. No CAF
// header is visible here.
#include "core/data/prefetch_pool.hpp"

namespace optix {

// `threads` actors on as many scheduler threads, at least one; at most `waiting` jobs wait.
std::shared_ptr<PrefetchPool> caf_prefetch_pool(std::size_t threads, std::size_t waiting);

}  // namespace optix
