/** The page's own style: it loads nothing, from anywhere. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: #1c2430; --soft: #5a6675; --line: #d9dee5; --paper: #ffffff; --card: #f5f7f9;
  --ok: #1a7f5a; --bad: #c2384f; --open: #b7791f; --old: #8a94a3; --one: #2f6fb0; --two: #7a5bb5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6eaf0; --soft: #9aa7b6; --line: #333d4a; --paper: #12171e; --card: #1a212b;
    --ok: #3fb488; --bad: #ec7285; --open: #e0ad52; --old: #7b8796; --one: #6aa9e6; --two: #b195ea;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 76rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .35rem; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; }
p { margin: .25rem 0; max-width: 70ch; }
.soft { color: var(--soft); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .75rem; margin: 1.5rem 0 0; padding: 0; }
.tiles div { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
.tiles dt { color: var(--soft); font-size: .875rem; }
.tiles dd { margin: 0; font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.tiles dd + dd { font-size: .875rem; font-weight: 400; color: var(--soft); }
.charts { columns: 2 28rem; column-gap: 1rem; }
figure { margin: 0 0 1rem; break-inside: avoid; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem; min-width: 0; }
figcaption { font-weight: 600; margin-bottom: .5rem; }
.chart { display: block; width: 100%; height: auto; }
.chart text { fill: var(--ink); font: 13px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.chart .axis { fill: var(--soft); font-size: 12px; }
.end { text-anchor: end; } .middle { text-anchor: middle; }
.grid { stroke: var(--line); }
.ok { fill: var(--ok); } .bad { fill: var(--bad); } .open { fill: var(--open); } .old { fill: var(--old); }
.one { fill: var(--one); } .two { fill: var(--two); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: 0 0 .5rem; padding: 0; font-size: .875rem; color: var(--soft); }
.key { width: .75em; height: .75em; margin-right: .4em; }
details { margin-top: .5rem; font-size: .875rem; } summary { color: var(--soft); cursor: pointer; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; } thead th { color: var(--soft); font-weight: 400; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.key-text { overflow-wrap: anywhere; min-width: 12rem; }
.state { display: inline-block; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .65rem; font-size: .875rem; }
.state-ok { color: var(--ok); } .state-open { color: var(--open); }
@media print { details { display: none; } figure, .tiles div { break-inside: avoid; } }
`;
