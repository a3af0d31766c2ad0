#include "tools/optix/surface_command.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/pricing/elementary.hpp"
#include "core/store/file_writer.hpp"
#include "core/store/report_text.hpp"
#include "core/store/surface_chart.hpp"
#include "tools/optix/exit_codes.hpp"
#include "tools/optix/option_arguments.hpp"
#include "tools/optix/surface_data.hpp"

namespace optix {
namespace {

struct Arguments {
  SurfaceRequest request;
  std::string expiry;  // of the smile that is drawn
  std::string svg, heat;
};

std::string pad(const std::string& text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

std::string points(const std::optional<double>& vol) { return vol ? fixed(*vol * 100, 2) : "-"; }

std::string text_of(const FittedSnapshot& fitted) {
  const auto& chain = fitted.snapshot.get<ChainSnapshot>();
  const SurfaceFit& fit = fitted.fit;
  std::string out = chain.underlying.to_string() + " " + chain.time.to_string() + ", spot " +
                    chain.underlying_price.to_string() + ", " + std::string(enum_name(fitted.exercise)) + " exercise" +
                    (chain.stale ? ", stale" : "") + "\n\n";
  out +=
      "expiration  root      days    forward discount  ATM vol     skew     RR25    BF25  quotes  inside  median err  "
      "outcome\n";
  std::size_t liquid = 0, inside = 0;
  for (const SliceFit& s : fit.slices) {
    out += s.expiration.to_string() + "  " + s.root.to_string() +
           std::string(s.root.view().size() < 6 ? 6 - s.root.view().size() : 0, ' ') +
           pad(fixed(s.calendar_years * 365, 1), 8);
    if (!s.slice) {
      out += "  no smile: " + s.note + "\n";
      continue;
    }
    const SmileFeatures f = fit.surface.at_slice(*s.slice).features();
    liquid += s.liquid;
    inside += s.inside;
    out += pad(fixed(s.forward, 2), 11) + pad(fixed(s.discount, 5), 9) + pad(fixed(f.atm_vol * 100, 2), 9) +
           pad(fixed(f.skew, 3), 9) + pad(points(f.risk_reversal_25), 9) + pad(points(f.butterfly_25), 8) +
           pad(std::to_string(s.liquid), 8) +
           pad(s.liquid == 0 ? "-"
                             : fixed(100.0 * static_cast<double>(s.inside) / static_cast<double>(s.liquid), 0) + " %",
               8) +
           pad(fixed(s.median_error, 3), 12) + "  " + std::string(enum_name(s.outcome)) +
           (s.note.empty() ? "" : ": " + s.note) + "\n";
  }
  out +=
      "\nvolatilities in %; skew is d vol/d ln(strike) at the forward; RR25 call - put, BF25 mean - ATM, in points;\n"
      "quotes are liquid ones, inside those the smile meets within half their spread; error in USD per share\n\n";
  out += "arbitrage: " +
         (fit.arbitrage.free ? std::string("none")
                             : std::to_string(fit.arbitrage.butterfly) + " slices with butterflies, " +
                                   std::to_string(fit.arbitrage.calendar) + " pairs that cross") +
         " (least g " + figure(fit.arbitrage.min_g, 3);
  // With a single slice there is no pair.
  if (fit.surface.slices().size() > 1) out += ", least calendar gap " + figure(fit.arbitrage.min_calendar_gap, 3);
  out += ")\n";
  if (liquid > 0)
    out += "fit: " + fixed(100.0 * static_cast<double>(inside) / static_cast<double>(liquid), 1) + " % of " +
           std::to_string(liquid) + " liquid quotes met within half their spread\n";
  return out;
}

nlohmann::ordered_json number(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}
nlohmann::ordered_json number(const std::optional<double>& value) {
  return value ? number(*value) : nlohmann::ordered_json(nullptr);
}

std::string json_of(const FittedSnapshot& fitted) {
  const auto& chain = fitted.snapshot.get<ChainSnapshot>();
  const SurfaceFit& fit = fitted.fit;
  nlohmann::ordered_json out{{"underlying", chain.underlying.to_string()}, {"time", chain.time.to_string()},
                             {"session", chain.session.to_string()},       {"spot", fit.surface.spot()},
                             {"exercise", enum_name(fitted.exercise)},     {"stale", chain.stale},
                             {"slices", nlohmann::ordered_json::array()}};
  for (const SliceFit& s : fit.slices) {
    nlohmann::ordered_json row{{"expiration", s.expiration.to_string()},
                               {"root", s.root.to_string()},
                               {"settlement", enum_name(s.settlement)},
                               {"days", s.calendar_years * 365},
                               {"years", s.years},
                               {"forward", s.forward},
                               {"discount", s.discount},
                               {"forward_source", enum_name(s.forward_source)},
                               {"forward_error", number(s.forward_error)},
                               {"discount_error", number(s.discount_error)},
                               {"outcome", enum_name(s.outcome)},
                               {"note", s.note},
                               {"liquid", s.liquid},
                               {"inside", s.inside},
                               {"median_error", number(s.median_error)},
                               {"median_half_spread", number(s.median_half_spread)}};
    if (s.slice) {
      const SurfaceSlice& slice = fit.surface.slices()[*s.slice];
      const SmileFeatures f = fit.surface.at_slice(*s.slice).features();
      row["atm_vol"] = f.atm_vol;
      row["skew"] = f.skew;
      row["curvature"] = f.curvature;
      row["risk_reversal_25"] = number(f.risk_reversal_25);
      row["butterfly_25"] = number(f.butterfly_25);
      row["min_g"] = number(s.check.min_g);
      row["calendar_gap"] = number(s.calendar_gap);
      row["k_low"] = slice.low;
      row["k_high"] = slice.high;
      row["smile"] = {{"kind", enum_name(slice.smile.kind)},
                      {"svi",
                       {{"a", slice.smile.svi.a},
                        {"b", slice.smile.svi.b},
                        {"rho", slice.smile.svi.rho},
                        {"m", slice.smile.svi.m},
                        {"sigma", slice.smile.svi.sigma}}},
                      {"spline",
                       {{"knot", slice.smile.spline.knot},
                        {"value", slice.smile.spline.value},
                        {"curvature", slice.smile.spline.curvature}}}};
    }
    out["slices"].push_back(std::move(row));
  }
  out["arbitrage"] = {{"free", fit.arbitrage.free},
                      {"butterfly", fit.arbitrage.butterfly},
                      {"calendar", fit.arbitrage.calendar},
                      {"min_g", number(fit.arbitrage.min_g)},
                      {"min_calendar_gap", number(fit.arbitrage.min_calendar_gap)}};
  return out.dump();
}

// The slice to draw: the named expiration, or the one nearest to 30 days.
Result<const SliceFit*> slice_to_draw(const SurfaceFit& fit, const std::string& expiry) {
  const SliceFit* best = nullptr;
  std::string known;
  for (const SliceFit& s : fit.slices) {
    if (!s.slice) continue;
    known += (known.empty() ? "" : ", ") + s.expiration.to_string();
    if (!expiry.empty() && s.expiration.to_string() != expiry) continue;
    const auto distance = [](const SliceFit& x) { return std::fabs(x.calendar_years * 365 - 30); };
    if (!best || (expiry.empty() ? distance(s) < distance(*best) : s.liquid > best->liquid)) best = &s;
  }
  if (best) return best;
  return Error{"there is no smile of " + expiry, "--expiry", "there are " + known};
}

std::string smile_drawing(const FittedSnapshot& fitted, const SliceFit& s) {
  const auto& chain = fitted.snapshot.get<ChainSnapshot>();
  const SmileView view = fitted.fit.surface.at_slice(*s.slice);
  const SmileFeatures f = view.features();
  SmileChart chart;
  chart.title =
      chain.underlying.to_string() + " smile of " + s.expiration.to_string() + " (" + s.root.to_string() + ")";
  chart.subtitle = chain.time.to_string() + ", " + fixed(s.calendar_years * 365, 1) + " days, ATM " +
                   percent_text(f.atm_vol) +
                   (f.risk_reversal_25 ? ", 25-delta risk reversal " + grouped(*f.risk_reversal_25 * 100, 2) + " points"
                                       : std::string());
  chart.forward = s.forward;
  // From the first to the last quote that carries weight, with some room.
  double low = INFINITY, high = -INFINITY;
  for (const SmileQuote& q : s.quotes) {
    if (!(q.weight > 0)) continue;
    low = std::min(low, q.k);
    high = std::max(high, q.k);
  }
  if (!(high > low)) low = -0.1, high = 0.1;
  const double room = 0.06 * (high - low);
  for (int i = 0; i <= 240; ++i) {
    const double k = low - room + (high - low + 2 * room) * i / 240;
    chart.strike.push_back(s.forward * math::exp(k));
    chart.vol.push_back(view.vol(k));
  }
  for (const SmileQuote& q : s.quotes) {
    SmileChartQuote mark{q.strike, q.iv_bid, q.iv_mid, q.iv_ask, q.right == Right::call, q.weight > 0, {}};
    mark.hover = std::string(enum_name(q.right)) + " " + grouped(q.strike, 2) + "\nbid " +
                 (q.bid > 0 ? fixed(q.bid, 2) : "none") + ", ask " + fixed(q.ask, 2) + "\nvolatility " +
                 percent_text(q.iv_bid) + " to " + percent_text(q.iv_ask) + "\nfit " + percent_text(view.vol(q.k));
    chart.quotes.push_back(std::move(mark));
  }
  return smile_svg(chart);
}

std::string heat_drawing(const FittedSnapshot& fitted) {
  const auto& chain = fitted.snapshot.get<ChainSnapshot>();
  const VolSurface& surface = fitted.fit.surface;
  // Strikes in whole steps of moneyness, over what the middle slice quotes.
  std::vector<double> lows, highs;
  for (const SurfaceSlice& slice : surface.slices()) {
    lows.push_back(slice.low);
    highs.push_back(slice.high);
  }
  const auto median = [](std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    return math::exp(values[values.size() / 2]);
  };
  const double low = std::min(median(lows), 0.98), high = std::max(median(highs), 1.02);
  int step = 10;  // per cent
  for (const int candidate : {5, 2, 1})
    if ((high - low) * 100 / candidate <= 16) step = candidate;
  std::vector<double> moneyness;
  for (int at = 100 - step * static_cast<int>(std::ceil((1 - low) * 100 / step));
       at <= std::ceil(high * 100 / step) * step; at += step)
    if (at > 0) moneyness.push_back(at / 100.0);
  HeatChart chart;
  chart.title = chain.underlying.to_string() + " volatility surface";
  chart.subtitle = chain.time.to_string() + ", spot " + grouped(surface.spot(), 2);
  chart.column_title = "strike / forward, %";
  chart.row_title = "expiration (days)";
  for (const double m : moneyness) chart.columns.push_back(fixed(100 * m, 0));
  for (std::size_t n = 0; n < surface.slices().size(); ++n) {
    const SurfaceSlice& slice = surface.slices()[n];
    const SmileView view = surface.at_slice(n);
    chart.rows.push_back(slice.expiration.to_string() + " (" + fixed(slice.calendar_years * 365, 0) + ")");
    for (const double m : moneyness) {
      const double k = math::log(m);
      chart.values.push_back(view.vol(k));
      chart.extrapolated.push_back(k < slice.low - 1e-9 || k > slice.high + 1e-9);
    }
  }
  return heat_svg(chart);
}

int surface(const Arguments& arguments, const Console& console) {
  int exit = exit_code::ok;
  const auto fitted = fit_surface_of(arguments.request, console, exit);
  if (!fitted) return exit;
  const auto write = [&](const std::string& file, const std::string& text) {
    const Status written = write_file(file, text);
    if (!written) console.complain(written.error());
    return written.ok();
  };
  const auto slice = slice_to_draw(fitted->fit, arguments.expiry);
  if (!slice) {
    console.complain(slice.error());
    return exit_code::usage;
  }
  if (!arguments.svg.empty() && !write(arguments.svg, smile_drawing(*fitted, **slice))) return exit_code::io;
  if (!arguments.heat.empty() && !write(arguments.heat, heat_drawing(*fitted))) return exit_code::io;
  console.result(console.json ? json_of(*fitted) : text_of(*fitted));
  return exit_code::ok;
}

}  // namespace

void add_surface_command(CLI::App& app, Console& console, int& exit) {
  auto a = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("surface", "Fit the volatility surface of one snapshot and show it");
  command->add_option("DATA", a->request.data.dataset, "CSV file, `simulated`, or a run whose data to take (demo)")
      ->required();
  command->add_option("--date", a->request.date, "Session (its last snapshot) or instant; default: the last of all");
  add_surface_options(*command, a->request.surface);
  command->add_option("--expiry", a->expiry, "Smile to draw (default: nearest to 30 days)");
  command->add_option("--svg", a->svg, "Draw the smile with its quotes into this file");
  command->add_option("--heat", a->heat, "Draw the surface as a heat map into this file");
  command->add_option("--set", a->request.data.config.sets, "Change the data: data.layout=optix; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--seed", a->request.data.config.seed, "Seed of simulated data");
  command->callback([a, &console, &exit] { exit = surface(*a, console); });
}

}  // namespace optix
