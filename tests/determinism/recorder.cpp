#include "tests/determinism/recorder.hpp"

#include <algorithm>

namespace optix::testing {
namespace {

std::string describe(const Event* event, const Plan& plan) {
  if (!event) return "(no event)";
  std::string body = event->message.to_json();
  if (body.size() > 400) body = body.substr(0, 400) + "…";
  return event->key().tag.to_string() + " " + source_name(plan, event->source) + "#" + std::to_string(event->sequence) +
         " -> " + port_name(plan, event->port) + " " + std::string(event->message.info().name) + " " + body;
}

}  // namespace

std::optional<std::string> first_difference(const Recorder& expected, const Recorder& actual, const Plan& plan) {
  const auto& a = expected.entries();
  const auto& b = actual.entries();
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    if (i < a.size() && i < b.size() && a[i].tag == b[i].tag && a[i].digest == b[i].digest) continue;
    const std::string tag = (i < a.size() ? a[i].tag : b[i].tag).to_string();
    static const std::vector<Event> none;
    const std::vector<Event>& left = i < a.size() ? a[i].events : none;
    const std::vector<Event>& right = i < b.size() ? b[i].events : none;
    for (std::size_t e = 0; e < std::max(left.size(), right.size()); ++e) {
      const Event* l = e < left.size() ? &left[e] : nullptr;
      const Event* r = e < right.size() ? &right[e] : nullptr;
      if (l && r && l->key() == r->key() && l->message.hash() == r->message.hash()) continue;
      return "first differing tag " + tag + "\n  expected " + describe(l, plan) + "\n  actual   " + describe(r, plan);
    }
    return "first differing tag " + tag + ": same events, but the state of a node that saw them differs; last event " +
           describe(left.empty() ? nullptr : &left.back(), plan);
  }
  return std::nullopt;
}

}  // namespace optix::testing
