#pragma once
// The parameters of enrichment, shared by the node pricing.surface and by sources that enrich ahead.
#include <memory>

#include "config/schema.hpp"
#include "config/value.hpp"
#include "core/data/dataset.hpp"
#include "core/data/prefetch_pool.hpp"
#include "core/volatility/enrich_snapshot.hpp"

namespace optix {

std::vector<ParamSpec> enrich_params();
// `params` has passed the checker.
EnrichOptions enrich_options(const Value& params);

// The parameter `enrich` of a data source: the same keys, how far ahead and in how many threads.
ParamSpec enrich_ahead_param();
// `source`, or one that enriches its snapshots ahead when the parameter `enrich` is given; in a pool of
// `make_pool`, or in plain threads when that is empty.
std::shared_ptr<const SnapshotSource> enrich_ahead(std::shared_ptr<const SnapshotSource> source, const Value& params,
                                                   const MakePrefetchPool& make_pool = {});

}  // namespace optix
