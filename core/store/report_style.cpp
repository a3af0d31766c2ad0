#include "core/store/report_sections.hpp"

namespace optix::report {

// Positive is blue and negative orange: told apart without red-green vision. Heat cells keep the
// text at a contrast of at least 7:1 in both schemes.
const char* const style_sheet = R"(
:root { color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #16202c; --soft: #5a6675; --rule: #dfe4ea; --head: #f0f3f6;
  --run: #1f5fbf; --bench: #8a94a3; --loss: #b4450f; --gain: #1f5fbf; --shade: rgba(180, 69, 15, .16);
  --warn: #fff4df; --warn-rule: #d99a1c;
  --p1: #e6f0fd; --p2: #c5dcf9; --p3: #9cc3f4; --n1: #fdeee4; --n2: #fad5bd; --n3: #f4b48e; }
@media (prefers-color-scheme: dark) { :root {
  --page: #10151c; --card: #18202a; --ink: #e8edf3; --soft: #9fadbd; --rule: #2c3743; --head: #1f2935;
  --run: #6aa9ff; --bench: #8894a4; --loss: #ff9a5c; --gain: #6aa9ff; --shade: rgba(255, 154, 92, .2);
  --warn: #33290f; --warn-rule: #c08c22;
  --p1: #17293f; --p2: #1b3a62; --p3: #1f4b85; --n1: #332118; --n2: #54301b; --n3: #763f1d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", Arial, sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 1160px; margin: 0 auto; padding: 28px 20px 48px; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .3rem; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 0 0 .8rem; }
h3 { font-size: .95rem; margin: 0 0 .5rem; }
section, header { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 20px 22px; margin: 0 0 18px; }
header .lead { color: var(--soft); margin: 0 0 1rem; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 10px 22px; margin: 0; }
dl.facts dt { color: var(--soft); font-size: .78rem; }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
code, pre { font: .84em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.warnings { background: var(--warn); border-left: 4px solid var(--warn-rule); border-radius: 4px; margin: 16px 0 0; padding: 10px 14px; }
.warnings ul { margin: .3rem 0 0; padding-left: 1.1rem; }
.cards { display: grid; grid-template-columns: repeat(6, 1fr); gap: 12px; }
@media (max-width: 1060px) { .cards { grid-template-columns: repeat(4, 1fr); } }
@media (max-width: 700px) { .cards { grid-template-columns: repeat(2, 1fr); } main { padding: 12px 8px; } svg.chart { min-width: 620px; } section, header { padding: 14px 12px; } }
.card { border: 1px solid var(--rule); border-radius: 8px; padding: 11px 13px; }
.card .label { color: var(--soft); font-size: .8rem; }
.card .value { font-size: 1.3rem; font-weight: 600; line-height: 1.3; white-space: nowrap; }
.card .note { color: var(--soft); font-size: .74rem; line-height: 1.35; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .86rem; }
th, td { padding: 5px 9px; text-align: left; border-bottom: 1px solid var(--rule); white-space: nowrap; }
thead th { background: var(--head); font-weight: 600; color: var(--soft); font-size: .78rem; vertical-align: bottom; }
th.r, td.r { text-align: right; }
td.wrap { white-space: normal; min-width: 9rem; }
td.value { white-space: normal; overflow-wrap: anywhere; text-align: right; }
.columns > div { min-width: 0; } .columns > div > div + div { margin-top: 1.2rem; }
.trades { font-size: .79rem; } .trades th, .trades td { padding: 4px 6px; } .trades td.wrap { min-width: 10.5em; }
.trades td:last-child { white-space: normal; }
tbody tr:last-child td { border-bottom: 0; }
.loss { color: var(--loss); } .gain { color: var(--gain); } .soft, p.note, .empty { color: var(--soft); }
p.note { font-size: .82rem; margin: .7rem 0 0; }
.heat td, .heat th { text-align: center; padding: 5px 4px; }
.heat td { border: 1px solid var(--card); border-radius: 3px; }
.p1 { background: var(--p1); } .p2 { background: var(--p2); } .p3 { background: var(--p3); }
.n1 { background: var(--n1); } .n2 { background: var(--n2); } .n3 { background: var(--n3); }
.heat td.total { font-weight: 600; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(330px, 1fr)); gap: 26px; }
svg.chart { display: block; width: 100%; height: auto; }
svg .grid { stroke: var(--rule); } svg .axis { stroke: var(--soft); }
svg .tick { fill: var(--soft); font-size: 12px; }
svg .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
svg .line.run { stroke: var(--run); } svg .line.benchmark { stroke: var(--bench); stroke-width: 1.3; }
svg .line.drawdown { stroke: var(--loss); stroke-width: 1.2; } svg .area.drawdown { fill: var(--shade); }
svg .bar.gain { fill: var(--gain); } svg .bar.loss { fill: var(--loss); }
svg .hover rect { fill: transparent; } svg .hover rect:hover { fill: var(--soft); fill-opacity: .14; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 22px; font-size: .84rem; margin-bottom: .4rem; }
.legend .key { display: inline-block; width: 22px; height: 0; border-top: 3px solid; vertical-align: middle; margin-right: 7px; }
.key.run { border-color: var(--run); } .key.benchmark { border-color: var(--bench); }
pre { background: var(--head); border-radius: 6px; padding: 12px 14px; margin: 0; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
footer { color: var(--soft); font-size: .8rem; text-align: center; }
@page { size: A4; margin: 13mm 12mm; }
@media print {
  :root { color-scheme: light; --page: #fff; --card: #fff; --ink: #111; --soft: #4b5563; --rule: #cfd5dc; --head: #f0f3f6;
    --run: #1f5fbf; --bench: #7b8594; --loss: #a63c0b; --gain: #1f5fbf; --shade: rgba(180, 69, 15, .16);
    --warn: #fff4df; --warn-rule: #d99a1c;
    --p1: #e6f0fd; --p2: #c5dcf9; --p3: #9cc3f4; --n1: #fdeee4; --n2: #fad5bd; --n3: #f4b48e; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  html { font-size: 12.5px; } body { font-size: 9pt; } main { padding: 0 1px; max-width: none; }
  dl.facts { grid-template-columns: repeat(3, 1fr); }
  section, header { border: 0; border-radius: 0; padding: 0; margin: 0 0 7mm; }
  .cards { grid-template-columns: repeat(4, 1fr); gap: 2mm; }
  .card .value { font-size: 1.2rem; }
  .scroll { overflow: visible; } pre { overflow: visible; }
  table { font-size: 7.6pt; } thead th { font-size: inherit; } th, td { padding: 2.5px 4px; } .trades { font-size: 6.6pt; } .trades th, .trades td { padding: 2px 3px; }
  td.wrap { min-width: 0; }
  h2, h3 { break-after: avoid; } tr, .card, svg, .warnings { break-inside: avoid; } thead { display: table-header-group; }
}
)";

}  // namespace optix::report
