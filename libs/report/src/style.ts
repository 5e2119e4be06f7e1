/**
 * The style sheet of every report: the page, its tables and facts, and what all plots share.
 *
 * Text keeps a contrast of at least 4.5 to its background, in light and in dark; a report that adds colours keeps it, too.
 */
export const baseStyle = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1b1f24; --quiet: #57606a; --line: #d0d7de; --panel: #f6f8fa; --link: #0a58b8;
  --pass: #116329; --fail: #b3261e; --unsure: #7a5200; --shade: rgb(27 31 36 / 9%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #10141a; --ink: #e6edf3; --quiet: #a0aab5; --line: #363e48; --panel: #181e26; --link: #79b8ff;
    --pass: #56d364; --fail: #ff8a80; --unsure: #e3b341; --shade: rgb(230 237 243 / 12%);
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 1000px; padding: 1rem 1.25rem 3rem; overflow-wrap: anywhere; }
h1, h2, h3, h4, h5 { line-height: 1.25; margin: 1.5em 0 .5em; }
h1 { font-size: 1.9rem; margin-top: .5rem; }
h2 { font-size: 1.5rem; border-top: 2px solid var(--line); padding-top: 1.25rem; margin-top: 2.5rem; }
h3 { font-size: 1.15rem; }
h4, h5 { font-size: 1rem; margin: 1.25em 0 .25em; }
p { margin: .4em 0; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
code { font: .9em ui-monospace, monospace; }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; }
.lead { font-size: 1.1rem; }
nav ul, .legend { list-style: none; margin: .5em 0; padding: 0; display: flex; flex-wrap: wrap; gap: .25em 1.1em; }
.badge { font-size: .95rem; font-weight: 600; white-space: nowrap; }
h2 .badge { margin-left: .5em; }
.pass.badge, .pass > h3 { color: var(--pass); }
.fail.badge, .fail > h3 { color: var(--fail); }
.unfinished.badge, .unfinished > h3 { color: var(--unsure); }
.card { border: 1px solid var(--line); border-left: .4rem solid var(--unsure); border-radius: .4rem; background: var(--panel); padding: .25rem 1rem .75rem; }
.card.pass { border-left-color: var(--pass); }
.card.fail { border-left-color: var(--fail); }
.card > h3 { margin-top: .6em; }
.facts { margin: .5em 0; }
.facts > div { display: grid; grid-template-columns: 11rem 1fr; gap: 0 1rem; padding: .15em 0; }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; }
.notice, .empty { border-left: .25rem solid var(--unsure); background: var(--panel); padding: .5em .8em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .92rem; width: 100%; overflow-wrap: normal; }
th, td { text-align: left; padding: .3em .7em .3em 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--quiet); font-weight: 600; }
td { font-variant-numeric: tabular-nums; }
tbody th { font-weight: 600; }
table code { white-space: nowrap; }
details { margin: .5em 0; }
summary { cursor: pointer; color: var(--link); }
figure { margin: 1.25rem 0; }
figcaption h4 { margin: 0; }
figcaption p, .legend, figure p { font-size: .9rem; color: var(--quiet); }
figcaption p { margin: .1em 0 .3em; }
.multiples { display: grid; grid-template-columns: 1fr 1fr; gap: .3rem 1.5rem; }
.multiples figure { margin: 0 0 .9rem; min-width: 0; display: grid; grid-row: span 2; grid-template-rows: subgrid; }
.swatch { margin-right: .4em; vertical-align: -1px; }

.plot { display: block; width: 100%; height: auto; overflow: visible; font-size: 12px; }
.plot.narrow { display: none; }
.plot text { fill: var(--ink); white-space: pre; font-size: 12px; }

@media (max-width: 640px) {
  body { padding: .5rem .6rem 2rem; }
  h1 { font-size: 1.5rem; } h2 { font-size: 1.25rem; }
  h2 .badge { display: block; margin-left: 0; }
  .plot.wide { display: none; } .plot.narrow { display: block; }
  .facts > div { grid-template-columns: 1fr; padding: .3em 0; }
  .card { padding: .25rem .6rem .75rem; }
  .multiples { grid-template-columns: 1fr; }
}
@media print {
  :root {
    --paper: #ffffff; --ink: #000000; --quiet: #444444; --line: #bbbbbb; --panel: #ffffff; --link: #000000;
    --pass: #116329; --fail: #b3261e; --unsure: #7a5200;
  }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  nav, .skip { display: none; }
  .plot.narrow { display: none; } .plot.wide { display: block; }
  figure, .card, tr, article { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; }
  .plot, .swatch { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
