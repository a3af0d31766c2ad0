#include <map>
#include <nlohmann/json.hpp>

#include "core/store/accounting_view.hpp"
#include "core/store/file_writer.hpp"
#include "core/store/report_html.hpp"
#include "core/store/result_files.hpp"

namespace optix {
namespace {

using Json = nlohmann::ordered_json;

Json metrics_json(const RunView& view) {
  Json out = Json::object();
  for (const MessageRef& message : view.record().results.metrics) {
    const MetricValue& m = message.get<MetricValue>();
    Json figure = {
        {"value", m.defined ? Json(m.value) : Json(nullptr)}, {"unit", m.unit}, {"basis", m.basis}, {"n", m.n}};
    if (!m.defined) figure["reason"] = m.reason;
    out[m.name] = std::move(figure);
  }
  return out;
}

Json period_json(const RunView& view) {
  const auto& sessions = view.sessions();
  if (sessions.empty()) return {{"first_session", nullptr}, {"last_session", nullptr}, {"sessions", 0}};
  return {{"first_session", sessions.front()->session.to_string()},
          {"last_session", sessions.back()->session.to_string()},
          {"sessions", sessions.size()}};
}

Json account_json(const RunView& view) {
  Json out = Json::object();
  const auto initial = view.initial_equity();
  out["initial_equity"] = initial ? Json(initial->to_string()) : Json(nullptr);
  if (!view.marks().empty()) {
    const Equity& e = *view.marks().back();
    out["final_equity"] = e.equity.to_string();
    out["cash"] = e.cash.to_string();
    out["market_value"] = e.market_value.to_string();
    out["realised"] = e.realised.to_string();
    out["unrealised"] = e.unrealised.to_string();
    out["fees"] = e.fees.to_string();
    out["income"] = e.income.to_string();
    out["liquidation_value"] = e.liquidation_value.to_string();
  }
  return out;
}

// Sums over the sessions; null when the book attributed nothing.
Json attribution_json(const RunView& view) {
  const auto& sessions = view.record().results.attribution;
  if (sessions.empty()) return nullptr;
  const AttributionSums sums = attribution_sums(view);
  Json out = Json::object();
  for (const AttributionPart& part : attribution_parts()) out[std::string(part.name)] = sums.total.*part.member;
  out["sessions"] = sessions.size();
  return out;
}

// The tightest moment of the margin account; null when the run has none.
Json margin_json(const RunView& view) {
  const MarginState* tightest = tightest_margin(view);
  if (!tightest) return nullptr;
  return {{"computed", view.record().results.margin.size()},
          {"lowest_excess", tightest->excess.to_string()},
          {"lowest_excess_at", tightest->time.to_string()},
          {"maintenance_then", tightest->maintenance.to_string()},
          {"margin_calls", margin_calls(view)}};
}

Json counts_json(const RunView& view) {
  const RunResults& r = view.record().results;
  Json out = Json::object();
  for (const auto& [name, count] : view.record().counts) out[name] = count;
  out["snapshots"] = r.snapshots;
  out["fills"] = r.fills.size();
  out["trades"] = r.trades.size();
  out["rejected_orders"] = r.rejections.size();
  out["cancelled_orders"] = r.cancelled.size();
  out["settled_contracts"] = r.settlements.size();
  return out;
}

template <class Ended>
Json reasons_json(const std::vector<MessageRef>& messages) {
  std::map<RejectReason, std::uint64_t> by_reason;
  for (const MessageRef& message : messages) ++by_reason[message.get<Ended>().reason];
  Json out = Json::object();
  for (const auto& [reason, count] : by_reason) out[std::string(enum_name(reason))] = count;
  return out;
}

// The quality report is JSON already; text that is not is kept as text.
Json quality_json(const std::string& text) {
  if (text.empty()) return nullptr;
  Json parsed = Json::parse(text, nullptr, false);
  return parsed.is_discarded() ? Json(text) : parsed;
}

}  // namespace

std::string result_json(const RunView& view) {
  const RunRecord& r = view.record();
  Json timings = Json::object();
  for (const auto& [phase, seconds] : r.timings) timings[phase] = seconds;
  const Json out = {{"schema", "optix.result"},
                    {"schema_version", result_schema_version},
                    {"name", r.name},
                    {"data", r.data},
                    {"stopped", r.stop_reason},
                    {"provenance",
                     {{"engine_version", r.engine_version},
                      {"config_hash", r.config_hash},
                      {"data_hash", r.data_hash},
                      {"seed", r.seed},
                      {"digest", r.digest}}},
                    {"period", period_json(view)},
                    {"account", account_json(view)},
                    {"metrics", metrics_json(view)},
                    {"attribution", attribution_json(view)},
                    {"margin", margin_json(view)},
                    {"counts", counts_json(view)},
                    {"rejections", reasons_json<OrderRejected>(r.results.rejections)},
                    {"cancellations", reasons_json<OrderCancelled>(r.results.cancelled)},
                    {"warnings", r.warnings},
                    {"data_quality", quality_json(r.quality_json)},
                    {"timings_seconds", timings},
                    {"config", r.config_text}};
  // Text from outside may not be UTF-8: such bytes become U+FFFD rather than an exception.
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Status write_result_files(const std::filesystem::path& folder, const RunRecord& record) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed)
    return Error{"cannot create the folder: " + failed.message(), folder.string(), "choose a folder you may write to"};
  const RunView view(record);
  const auto write = [&](const char* name, const std::string& text) { return write_file(folder / name, text); };
  if (Status s = write("trades.csv", trades_csv(view)); !s) return s;
  if (Status s = write("fills.csv", fills_csv(view)); !s) return s;
  if (Status s = write("equity.csv", equity_csv(view)); !s) return s;
  if (Status s = write("attribution.csv", attribution_csv(view)); !s) return s;
  if (Status s = write("report.html", report_html(view)); !s) return s;
  return write("result.json", result_json(view));
}

}  // namespace optix
