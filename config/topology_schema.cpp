#include "config/topology_schema.hpp"

#include <stdexcept>

namespace optix {
namespace {

ParamSpec bounds_spec() {
  const auto bound = [](std::string name, std::string doc, std::string value) {
    return ParamSpec{.name = std::move(name),
                     .kind = ParamKind::integer,
                     .doc = std::move(doc),
                     .default_text = std::move(value),
                     .min = 1,
                     .max = 4e9};
  };
  return {.name = "bounds",
          .kind = ParamKind::map,
          .doc = "limits beyond which a run stops with an error",
          .default_text = "{}",
          .children = {bound("rounds_per_instant", "rounds within one instant", "1000"),
                       bound("events_per_wave", "events of one tag for one node", "1000000"),
                       bound("queue_length", "events waiting in the queue", "10000000")}};
}

ParamSpec run_spec() {
  return {.name = "run",
          .kind = ParamKind::map,
          .doc = "facts about the run as a whole",
          .default_text = "{}",
          .children = {
              {.name = "clock",
               .kind = ParamKind::choice,
               .doc = "replay: time jumps from event to event; wall: time is the clock on the wall",
               .default_text = "replay",
               .choices = {"replay", "wall"}},
              {.name = "seed",
               .kind = ParamKind::integer,
               .doc = "seed of every random draw",
               .default_text = "0",
               .min = 0,
               .max = 9.2e18},
              {.name = "start", .kind = ParamKind::timestamp, .doc = "first instant; default: where the data starts"},
              {.name = "end",
               .kind = ParamKind::timestamp,
               .doc = "last instant, a date includes its whole UTC day; default: where the data ends"},
              {.name = "digest",
               .kind = ParamKind::choice,
               .doc = "what the rolling digest covers: events, events_states (slower, for verifying), off (benchmarks)",
               .default_text = "events",
               .choices = {"events", "events_states", "off"}},
              bounds_spec()}};
}

ParamSpec latency_spec() {
  return {
      .name = "latency",
      .kind = ParamKind::map,
      .doc = "how long a message takes; zero means the next round of the same instant",
      .default_text = "{}",
      .children =
          {{.name = "model",
            .kind = ParamKind::choice,
            .doc =
                "fixed: ns; uniform: ns plus a draw in [0, jitter_ns); exponential: ns plus a draw with mean mean_ns; "
                "table: ns plus a draw between quantiles_ns. Messages on one wire never overtake each other",
            .default_text = "fixed",
            .choices = {"fixed", "uniform", "exponential", "table"}},
           {.name = "ns", .kind = ParamKind::integer, .doc = "nanoseconds", .default_text = "0", .min = 0, .max = 9e15},
           {.name = "jitter_ns",
            .kind = ParamKind::integer,
            .doc = "nanoseconds, for uniform",
            .default_text = "0",
            .min = 0,
            .max = 9e15},
           {.name = "mean_ns",
            .kind = ParamKind::integer,
            .doc = "nanoseconds, for exponential",
            .default_text = "0",
            .min = 0,
            .max = 9e13},
           {.name = "quantiles_ns",
            .kind = ParamKind::list,
            .doc = "for table: measured delays at equal steps of probability from 0 to 1, ascending, at least 2",
            .default_text = "[]",
            .children = {{.name = "delay", .kind = ParamKind::integer, .min = 0, .max = 9e15}}}},
      .shorthand = "ns"};
}

ParamSpec bind_choice(std::string name, std::string doc) {
  return {.name = std::move(name),
          .kind = ParamKind::choice,
          .doc = std::move(doc),
          .choices = {"inline", "caf", "zeromq"}};
}

ParamSpec bind_spec() {
  ParamSpec usual = bind_choice("default",
                                "where nodes run that are in no group: inline (one direct call after another), "
                                "caf (each its own actor), zeromq (each its own process)");
  usual.default_text = "inline";
  ParamSpec group_bind = bind_choice("bind", "where the group runs");
  group_bind.required = true;
  const ParamSpec group{.name = "group",
                        .kind = ParamKind::map,
                        .doc = "nodes that share a host",
                        .children = {group_bind,
                                     {.name = "nodes",
                                      .kind = ParamKind::list,
                                      .doc = "names of the nodes",
                                      .required = true,
                                      .min = 1,
                                      .children = {{.name = "node"}}}}};
  return {.name = "bind",
          .kind = ParamKind::map,
          .doc = "where nodes run; the digest is the same everywhere",
          .default_text = "{}",
          .children = {usual,
                       {.name = "groups",
                        .kind = ParamKind::any_map,
                        .doc = "groups of nodes by name",
                        .default_text = "{}",
                        .children = {group}},
                       {.name = "caf_threads",
                        .kind = ParamKind::integer,
                        .doc = "worker threads; 0: one per core",
                        .default_text = "0",
                        .min = 0,
                        .max = 1024}},
          .shorthand = "default"};
}

}  // namespace

const ParamSpec& wire_spec() {
  static const ParamSpec spec{
      .name = "wire",
      .kind = ParamKind::map,
      .doc = "a connection from an output port to input ports",
      .children = {
          {.name = "from", .kind = ParamKind::text, .doc = "node.port that sends", .required = true},
          {.name = "to", .kind = ParamKind::any, .doc = "node.port that receives, or a list of them", .required = true},
          {.name = "round",
           .kind = ParamKind::integer,
           .doc = "further rounds to wait within the instant; every wire takes one",
           .default_text = "0",
           .min = 0,
           .max = 100},
          latency_spec()}};
  return spec;
}

const std::vector<ParamSpec>& topology_specs() {
  static const std::vector<ParamSpec> specs{
      {.name = "description", .kind = ParamKind::text, .doc = "what the file is for"},
      run_spec(),
      {.name = "nodes",
       .kind = ParamKind::any_map,
       .doc = "node name -> {type, use, params, and the parameters of the type}; the order is the order of ranks",
       .default_text = "{}",
       .children = {{.name = "node", .kind = ParamKind::any}}},
      {.name = "wires",
       .kind = ParamKind::list,
       .doc = "connections between ports",
       .default_text = "[]",
       .children = {wire_spec()}},
      bind_spec()};
  return specs;
}

const std::vector<ParamSpec>& run_file_specs() {
  static const std::vector<ParamSpec> specs{
      {.name = "description", .kind = ParamKind::text, .doc = "what the file is for"},
      {.name = "topology",
       .kind = ParamKind::text,
       .doc = "the topology to fill in: a preset name or a file",
       .default_text = "standard"},
      {.name = "strategy",
       .kind = ParamKind::any,
       .doc =
           "a preset name or file; or a map {use, name, and parameters that override the file's}; or a list of these",
       .required = true},
      {.name = "data",
       .kind = ParamKind::map,
       .doc = "where quotes come from: exactly one of dataset, csv, simulated and feed",
       .children = {{.name = "dataset",
                     .kind = ParamKind::text,
                     .doc = "an imported dataset: its folder, or its name in the folder `data`; further keys go to "
                            "data.replay"},
                    {.name = "csv",
                     .kind = ParamKind::path,
                     .doc = "a CSV file, .gz too; further keys go to data.replay"},
                    {.name = "simulated", .kind = ParamKind::any, .doc = "parameters of data.simulated"},
                    {.name = "feed", .kind = ParamKind::any, .doc = "parameters of feed.zeromq"}}},
      {.name = "cash", .kind = ParamKind::decimal, .doc = "starting cash, USD; `cash` of portfolio.book"},
      {.name = "book",
       .kind = ParamKind::any,
       .doc = "parameters of portfolio.book: marks, settlement, assignment, interest"},
      {.name = "fill", .kind = ParamKind::any, .doc = "how orders fill; `fill` of executor.simulated"},
      {.name = "fees", .kind = ParamKind::any, .doc = "what orders cost; `fees` of executor.simulated"},
      {.name = "venue", .kind = ParamKind::any, .doc = "other parameters of executor.simulated"},
      {.name = "risk", .kind = ParamKind::any, .doc = "parameters of risk.pretrade"},
      run_spec(),
      bind_spec(),
      {.name = "nodes", .kind = ParamKind::any, .doc = "changes to nodes of the topology, merged last"}};
  return specs;
}

const ParamSpec& find_spec(const std::vector<ParamSpec>& specs, std::string_view name) {
  for (const ParamSpec& spec : specs)
    if (spec.name == name) return spec;
  throw std::logic_error("no parameter named " + std::string(name));
}

}  // namespace optix
