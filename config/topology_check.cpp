#include "config/topology_check.hpp"

#include <algorithm>
#include <map>

#include "config/check.hpp"
#include "config/suggest.hpp"
#include "config/topology_schema.hpp"
#include "messages/ref.hpp"

namespace optix {
namespace {

std::vector<std::string> port_names(const std::vector<PortSpec>& ports) {
  std::vector<std::string> names;
  for (const PortSpec& port : ports) names.emplace_back(port.name);
  return names;
}

// A node.port written in a wire, resolved.
struct End {
  const TopologyNode* node = nullptr;
  const NodeSchema* schema = nullptr;
  const PortSpec* port = nullptr;
  std::string text;
};

class Checker {
 public:
  Checker(const std::vector<NodeSchema>& types, Diagnostics& errors) : types_(types), errors_(errors) {}

  std::optional<Topology> check(const Value& merged) {
    const std::size_t before = errors_.count();
    top_ = check_map(merged, topology_specs(), {}, errors_);
    read_run();
    read_nodes();
    read_bindings();
    read_wires();
    if (errors_.count() != before) return std::nullopt;
    check_required_inputs();
    if (const auto loop = find_relay_loop(topology_, types_)) report_loop(*loop);
    if (errors_.count() != before) return std::nullopt;
    topology_.source = std::move(top_);
    return std::move(topology_);
  }

 private:
  void read_run() {
    // Reading is safe only when this part of the file is clean.
    if (any_error_under("run") || any_error_under("bind")) return;
    const Value& run = top_.at("run");
    TopologyRun& out = topology_.run;
    out.clock = run.at("clock").text() == "wall" ? ClockKind::wall : ClockKind::replay;
    out.seed = static_cast<std::uint64_t>(run.at("seed").as_int());
    if (run.has("start")) out.start = run.at("start").as_timestamp();
    if (run.has("end")) {
      const Value& end = run.at("end");
      out.end = end.as_timestamp();
      if (Date::parse(end.text())) out.end = *out.end + (nanos_per_day - 1);
    }
    if (out.start && out.end && *out.end < *out.start)
      errors_.add(code::conflict, run.at("end").where(), "run.end",
                  run.at("end").text() + " is before the start, " + run.at("start").text());
    const std::string& digest = run.at("digest").text();
    out.digest = digest == "off"      ? DigestMode::off
                 : digest == "events" ? DigestMode::events
                                      : DigestMode::events_states;
    const Value& bounds = run.at("bounds");
    out.bounds.rounds_per_instant = static_cast<std::uint32_t>(bounds.at("rounds_per_instant").as_int());
    out.bounds.events_per_wave = static_cast<std::uint64_t>(bounds.at("events_per_wave").as_int());
    out.bounds.queue_length = static_cast<std::uint64_t>(bounds.at("queue_length").as_int());
    out.caf_threads = static_cast<int>(top_.at("bind").at("caf_threads").as_int());
  }

  bool any_error_under(std::string_view key) const {
    return std::any_of(errors_.all().begin(), errors_.all().end(), [&](const Diagnostic& d) {
      return d.path == key || (d.path.starts_with(key) && d.path.size() > key.size() &&
                               (d.path[key.size()] == '.' || d.path[key.size()] == '['));
    });
  }

  void read_nodes() {
    Value& nodes = *top_.find("nodes");
    if (nodes.kind() != Value::Kind::map) return;
    if (nodes.members().empty())
      errors_.add(code::empty_topology, nodes.where().line > 0 ? nodes.where() : top_.where(), "nodes",
                  "a topology needs at least one node");
    std::vector<std::string> type_names;
    for (const NodeSchema& type : types_) type_names.push_back(type.name);
    for (const auto& [name, given] : nodes.members()) {
      const std::string path = "nodes." + name;
      known_names_.push_back(name);
      check_node_name(name, nodes.key_where(name));
      if (given.kind() != Value::Kind::map) {
        errors_.add(code::wrong_kind, given.where().line > 0 ? given.where() : nodes.key_where(name), path,
                    "expected a map like {type: strategy.rules}");
        continue;
      }
      const Value* type = given.find("type");
      if (!type || type->kind() != Value::Kind::scalar) {
        errors_.add(code::required_key, nodes.key_where(name), path + ".type", "is missing; expected a node type",
                    "known types: " + join_names(type_names));
        continue;
      }
      const NodeSchema* schema = find_schema(types_, type->text());
      if (!schema) {
        errors_.add(code::unknown_type, type->where(), path + ".type",
                    "there is no node type \"" + printable(type->text(), 60) + "\"",
                    name_hint(type->text(), type_names, "types"));
        continue;
      }
      Value own = given;
      own.erase("type");
      topology_.nodes.push_back({.name = name,
                                 .type = type->text(),
                                 .params = check_map(own, schema->params, path, errors_),
                                 .where = nodes.key_where(name)});
    }
    for (const TopologyNode& node : topology_.nodes) {
      Value spelled = Value::map({}, node.where);
      spelled.set("type", *nodes.find(node.name)->find("type"), node.where);
      for (const auto& [key, member] : node.params.members()) spelled.set(key, member, node.params.key_where(key));
      nodes.set(node.name, std::move(spelled), node.where);
    }
  }

  void check_node_name(const std::string& name, const SourcePosition& where) {
    const bool good = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    if (!good || name.size() > 64)
      errors_.add(code::bad_node_name, where, "nodes." + name, "a node name is 1 to 64 letters, digits, _ or -");
  }

  void read_bindings() {
    if (any_error_under("bind")) return;
    const auto binding_of = [](const std::string& text) {
      return text == "caf" ? Binding::caf : text == "zeromq" ? Binding::zeromq : Binding::inline_;
    };
    const Value& bind = top_.at("bind");
    const Binding usual = binding_of(bind.at("default").text());
    for (TopologyNode& node : topology_.nodes) {
      node.binding = usual;
      node.group = usual == Binding::inline_ ? "inline" : node.name;
    }
    std::map<std::string, std::string> group_of;
    for (const auto& [group, spec] : bind.at("groups").members()) {
      const Value& names = spec.at("nodes");
      for (std::size_t i = 0; i < names.items().size(); ++i) {
        const Value& name = names.items()[i];
        const std::string path = item_path("bind.groups." + group + ".nodes", i);
        if (std::find(known_names_.begin(), known_names_.end(), name.text()) == known_names_.end()) {
          errors_.add(code::unknown_node, name.where(), path, "there is no node \"" + printable(name.text(), 60) + "\"",
                      name_hint(name.text(), known_names_, "nodes"));
          continue;
        }
        if (const auto [other, fresh] = group_of.emplace(name.text(), group); !fresh) {
          errors_.add(code::bad_group, name.where(), path,
                      "node " + name.text() + " is already in the group " + other->second);
          continue;
        }
        for (TopologyNode& node : topology_.nodes) {
          if (node.name != name.text()) continue;
          node.binding = binding_of(spec.at("bind").text());
          node.group = group;
        }
      }
    }
  }

  void read_wires() {
    const Value& wires = top_.at("wires");
    if (wires.kind() != Value::Kind::list) return;
    for (std::size_t i = 0; i < wires.items().size(); ++i) {
      const std::string path = item_path("wires", i);
      if (any_error_under(path)) continue;
      const Value& wire = wires.items()[i];
      const Value& to = wire.at("to");
      const auto from = read_end(wire.at("from"), path + ".from", true);
      const Value& latency = wire.at("latency");
      TopologyWire made;
      made.extra_rounds = static_cast<std::uint32_t>(wire.at("round").as_int());
      made.latency = read_latency(latency, path + ".latency");
      if (to.kind() == Value::Kind::list) {
        for (std::size_t j = 0; j < to.items().size(); ++j)
          add_wire(made, from, to.items()[j], item_path(path + ".to", j));
      } else {
        add_wire(made, from, to, path + ".to");
      }
    }
  }

  // Which model uses which number; a number given to another model was meant for something.
  Latency read_latency(const Value& value, const std::string& path) {
    using Model = Latency::Model;
    Latency latency;
    const std::string& name = value.at("model").text();
    latency.model = name == "uniform"       ? Model::uniform
                    : name == "exponential" ? Model::exponential
                    : name == "table"       ? Model::table
                                            : Model::fixed;
    latency.ns = value.at("ns").as_int();
    latency.jitter_ns = value.at("jitter_ns").as_int();
    latency.mean_ns = value.at("mean_ns").as_int();
    for (const Value& quantile : value.at("quantiles_ns").items()) latency.quantiles_ns.push_back(quantile.as_int());
    const auto defect = [&](const char* key, std::string what, std::string hint) {
      errors_.add(code::conflict, value.at(key).where(), path + "." + key, std::move(what), std::move(hint));
    };
    const std::string article = name == "exponential" ? "an " : "a ";
    if (latency.model != Model::uniform && latency.jitter_ns != 0)
      defect("jitter_ns", article + name + " latency has no jitter", "write `model: uniform`");
    if (latency.model != Model::exponential && latency.mean_ns != 0)
      defect("mean_ns", article + name + " latency has no mean", "write `model: exponential`");
    if (latency.model != Model::table && !latency.quantiles_ns.empty())
      defect("quantiles_ns", article + name + " latency has no quantiles", "write `model: table`");
    if (latency.model == Model::table && latency.quantiles_ns.size() < 2)
      defect("quantiles_ns", "a table of delays needs at least two quantiles", "for example [100000, 250000, 4000000]");
    if (!std::is_sorted(latency.quantiles_ns.begin(), latency.quantiles_ns.end()))
      defect("quantiles_ns", "quantiles ascend", "sort the measured delays");
    return latency;
  }

  void add_wire(TopologyWire wire, const std::optional<End>& from, const Value& to_text, const std::string& path) {
    const auto to = read_end(to_text, path, false);
    if (!from || !to) return;
    std::vector<MessageId> refused;
    for (const MessageId id : from->port->messages)
      if (std::find(to->port->messages.begin(), to->port->messages.end(), id) == to->port->messages.end())
        refused.push_back(id);
    if (!refused.empty()) {
      errors_.add(code::port_mismatch, to_text.where(), path,
                  to->text + " does not take " + message_names(refused) + " from " + from->text,
                  from->text + " sends " + message_names(from->port->messages) + "; " + to->text + " takes " +
                      message_names(to->port->messages));
      return;
    }
    wire.from_node = from->node->name;
    wire.from_port = std::string(from->port->name);
    wire.to_node = to->node->name;
    wire.to_port = std::string(to->port->name);
    wire.where = to_text.where();
    const auto [first, fresh] = wired_.emplace(from->text + " -> " + to->text, wire.where);
    if (!fresh) {
      errors_.add(code::duplicate_wire, wire.where, path, from->text + " and " + to->text + " are wired already",
                  "first at " + first->second.to_string());
      return;
    }
    topology_.wires.push_back(std::move(wire));
  }

  std::optional<End> read_end(const Value& value, const std::string& path, bool output) {
    const std::string& text = value.text();
    const std::size_t dot = text.find('.');
    if (value.kind() != Value::Kind::scalar || dot == std::string::npos || dot == 0 || dot + 1 == text.size()) {
      errors_.add(code::bad_endpoint, value.where(), path,
                  value.kind() == Value::Kind::scalar ? "\"" + printable(text, 60) + "\" does not read as node.port"
                                                      : "expected node.port",
                  "for example replay.snapshot");
      return std::nullopt;
    }
    const std::string node_name = text.substr(0, dot), port_name = text.substr(dot + 1);
    if (std::find(known_names_.begin(), known_names_.end(), node_name) == known_names_.end()) {
      errors_.add(code::unknown_node, value.where(), path, "there is no node \"" + printable(node_name, 60) + "\"",
                  name_hint(node_name, known_names_, "nodes"));
      return std::nullopt;
    }
    const auto node = std::find_if(topology_.nodes.begin(), topology_.nodes.end(),
                                   [&](const TopologyNode& n) { return n.name == node_name; });
    if (node == topology_.nodes.end()) return std::nullopt;  // its type is wrong, which was said there
    End end{&*node, find_schema(types_, node->type), nullptr, text};
    const auto& ports = output ? end.schema->outputs : end.schema->inputs;
    end.port = find_port(ports, port_name);
    if (end.port) return end;
    const bool other_side = find_port(output ? end.schema->inputs : end.schema->outputs, port_name) != nullptr;
    const std::string side = output ? "output" : "input";
    errors_.add(code::unknown_port, value.where(), path,
                node_name + " (" + node->type + ") has no " + side + " \"" + printable(port_name, 60) + "\"",
                other_side ? "`" + port_name + "` is an " + (output ? "input" : "output") + "; its " + side +
                                 "s: " + join_names(port_names(ports))
                           : name_hint(port_name, port_names(ports), side + "s"));
    return std::nullopt;
  }

  void check_required_inputs() {
    for (const TopologyNode& node : topology_.nodes) {
      for (const PortSpec& input : find_schema(types_, node.type)->inputs) {
        const bool wired = std::any_of(topology_.wires.begin(), topology_.wires.end(), [&](const TopologyWire& wire) {
          return wire.to_node == node.name && wire.to_port == input.name;
        });
        if (!input.required || wired) continue;
        const std::string end = node.name + "." + std::string(input.name);
        const std::string sender = sender_for(node, input);
        errors_.add(code::unwired_input, node.where, "nodes." + node.name, "the input " + end + " must be wired",
                    "it takes " + message_names(input.messages) +
                        (sender.empty() ? "" : "; for example {from: " + sender + ", to: " + end + "}"));
      }
    }
  }

  // An output of another node that the input could be wired to.
  std::string sender_for(const TopologyNode& node, const PortSpec& input) const {
    for (const TopologyNode& other : topology_.nodes) {
      if (other.name == node.name) continue;
      for (const PortSpec& output : find_schema(types_, other.type)->outputs) {
        const bool fits =
            !output.messages.empty() && std::all_of(output.messages.begin(), output.messages.end(), [&](MessageId id) {
              return std::find(input.messages.begin(), input.messages.end(), id) != input.messages.end();
            });
        if (fits) return other.name + "." + std::string(output.name);
      }
    }
    return {};
  }

  void report_loop(const RelayLoop& loop) {
    std::string circle;
    for (const std::size_t index : loop.wires) {
      const TopologyWire& wire = topology_.wires[index];
      circle += wire.from_node + "." + wire.from_port + " -> ";
    }
    const TopologyWire& first = topology_.wires[loop.wires.front()];
    circle += first.from_node + "." + first.from_port;
    errors_.add(code::relay_cycle, first.where, "wires",
                "a cycle without delay passes " + message_names({loop.message}) + " around for ever: " + circle,
                "give one of its wires a latency, for example `latency: {model: fixed, ns: 1000000}`");
  }

  const std::vector<NodeSchema>& types_;
  Diagnostics& errors_;
  Value top_;
  Topology topology_;
  std::map<std::string, SourcePosition> wired_;  // "from -> to" and where it was written first
  std::vector<std::string> known_names_;         // also of nodes that failed their check
};

}  // namespace

const NodeSchema* find_schema(const std::vector<NodeSchema>& types, std::string_view name) {
  for (const NodeSchema& type : types)
    if (type.name == name) return &type;
  return nullptr;
}

const PortSpec* find_port(const std::vector<PortSpec>& ports, std::string_view name) {
  for (const PortSpec& port : ports)
    if (port.name == name) return &port;
  return nullptr;
}

std::string message_names(const std::vector<MessageId>& ids) {
  constexpr std::size_t shown = 5;  // beyond that a line is not read any more
  std::vector<std::string> names;
  for (const MessageId id : ids) {
    if (names.size() == shown && ids.size() > shown + 1) {
      names.push_back(std::to_string(ids.size() - shown) + " more");
      break;
    }
    const MessageInfo* info = message_info(id);
    names.push_back(info ? std::string(info->name) : "message " + std::to_string(id));
  }
  return join_names(names);
}

std::optional<Topology> check_topology(const Value& merged, const std::vector<NodeSchema>& types, Diagnostics& errors) {
  return Checker(types, errors).check(merged);
}

}  // namespace optix
