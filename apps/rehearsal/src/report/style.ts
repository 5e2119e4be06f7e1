/**
 * The report's style sheet.
 *
 * The colours of the versions are of the Okabe-Ito palette, which people with any colour vision tell apart; dashes, shapes and paleness say the same
 * a second time. Text keeps a contrast of at least 4.5 to its background, in light and in dark.
 */
export const styleSheet = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1b1f24; --quiet: #57606a; --line: #d0d7de; --panel: #f6f8fa; --link: #0a58b8;
  --stable: #0067a5; --canary: #c04d00; --pinger: #6e7781; --pass: #116329; --fail: #b3261e; --unsure: #7a5200;
  --shade: rgb(27 31 36 / 9%); --fault: #8a3ffc; --step: #d8e3ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #10141a; --ink: #e6edf3; --quiet: #a0aab5; --line: #363e48; --panel: #181e26; --link: #79b8ff;
    --stable: #56b4e9; --canary: #f0a04b; --pinger: #8b949e; --pass: #56d364; --fail: #ff8a80; --unsure: #e3b341;
    --shade: rgb(230 237 243 / 12%); --fault: #be95ff; --step: #2a3a4d;
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
.command { display: block; }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; }
.lead { font-size: 1.1rem; }
nav ul, .legend { list-style: none; margin: .5em 0; padding: 0; display: flex; flex-wrap: wrap; gap: .25em 1.1em; }
.of-release { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
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
.facts > .tree { display: block; }
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
.stable-line, .canary-line, .stable-thin, .canary-thin, .walk { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
.stable-line, .stable-thin { stroke: var(--stable); stroke-dasharray: 7 3; }
.canary-line, .canary-thin, .walk { stroke: var(--canary); }
.stable-thin, .canary-thin { stroke-width: 1.25; }
.canary-thin { stroke-dasharray: 1.5 2.5; }
.stable-thin { stroke-dasharray: 7 3 1.5 3; }
.walk { stroke-width: 1.75; }
.bound-rule { stroke: var(--quiet); stroke-dasharray: 3 3; }
.bound-rule.reject { stroke: var(--fail); }
.bound-rule.accept { stroke: var(--pass); }
.plot .bound-text text { fill: var(--quiet); font-size: 11px; paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
.step-rule line { stroke: var(--line); }
.decision-rule line, .decision-rule { stroke: var(--ink); stroke-width: 2; }
.fault-span { fill: var(--fault); fill-opacity: .12; }
.plot .decision-text text { font-weight: 600; }
.stable-bar { fill: var(--stable); stroke: var(--stable); }
.canary-bar { fill: var(--canary); stroke: var(--canary); }
.pinger-bar { fill: var(--pinger); stroke: var(--pinger); }
.pod-starting, .pod-unready { fill: none; stroke-width: 1.5; }
.pod-unready { stroke-dasharray: 2 2; }
.pod-terminating { fill-opacity: .25; stroke-dasharray: 4 2; }
.starting-bar { fill: none; stroke: var(--ink); stroke-width: 1.5; }
.terminating-bar { fill: var(--ink); fill-opacity: .25; stroke: var(--ink); stroke-dasharray: 4 2; }
.step-bar, .weight-bar { fill: var(--step); stroke: var(--paper); }
.fault-bar { fill: var(--fault); fill-opacity: .35; stroke: var(--fault); }
.pending-bar { fill: none; stroke: var(--unsure); stroke-width: 1.5; }
.firing-bar { fill: var(--fail); stroke: var(--fail); }
.time-deploy-bar { fill: var(--pinger); }
.time-canary-bar { fill: none; stroke: var(--canary); stroke-width: 1.5; }
.time-evidence-bar { fill: var(--canary); }
.time-end-bar { fill: var(--stable); fill-opacity: .45; stroke: var(--stable); stroke-dasharray: 4 2; }
.exemplar { stroke-width: 1.5; fill-opacity: .35; }
.stable-exemplar, .stable-dot { stroke: var(--stable); fill: var(--stable); }
.canary-exemplar, .canary-dot { stroke: var(--canary); fill: var(--canary); }
.failed-exemplar, .failed-dot { fill: none; stroke-width: 2.25; }
.failed-dot { stroke: var(--ink); }
.untraced { opacity: .4; }
.exemplar a { fill: inherit; outline-offset: 1px; }
.exemplar a * { pointer-events: all; }
.exemplar a:hover path, .exemplar a:focus path, .exemplar a:hover circle, .exemplar a:focus circle { stroke: var(--ink); stroke-width: 3; fill-opacity: 1; }
.reading { stroke: var(--canary); fill: var(--canary); }
.reading-Inconclusive { fill: var(--paper); }
.reading-Failed { stroke: var(--fail); stroke-width: 2.5; }
.reading-Successful { stroke: var(--pass); fill: var(--pass); }
.reading-Error { stroke: var(--unsure); stroke-width: 1.5; }

.trace { display: none; }
.trace:target { display: block; border: 2px solid var(--link); border-radius: .4rem; padding: .25rem 1rem .75rem; margin: 1rem 0; scroll-margin-top: 45vh; }
.waterfall { list-style: none; margin: .5em 0; padding: 0; font-size: .9rem; }
.span { display: grid; grid-template-columns: minmax(11rem, 19rem) 1fr 10rem; gap: 0 .75rem; align-items: center; padding: .25em 0; border-top: 1px solid var(--line); }
.span details { grid-column: 1 / -1; margin: 0; }
.span-bar { width: 100%; height: 14px; background: var(--shade); }
.span-bar rect { fill: var(--canary); }
.span-bar rect.pinger { fill: var(--pinger); }
.span-bar rect.error { fill: var(--fail); }
.service, .kind, .offset { color: var(--quiet); }
.error { color: var(--fail); font-weight: 600; }
.depth-1 .span-name { padding-left: 1rem; } .depth-2 .span-name { padding-left: 2rem; } .depth-3 .span-name { padding-left: 3rem; }
.depth-4 .span-name { padding-left: 4rem; } .depth-5 .span-name { padding-left: 5rem; }
.attributes { display: grid; grid-template-columns: minmax(10rem, 1fr) 2fr; gap: 0 1rem; margin: .25em 0 .5em 1rem; font: .85rem/1.45 ui-monospace, monospace; }
.attributes dd { margin: 0; }
.attributes dt { color: var(--quiet); }

@media (max-width: 640px) {
  body { padding: .5rem .6rem 2rem; }
  h1 { font-size: 1.5rem; } h2 { font-size: 1.25rem; }
  h2 .badge { display: block; margin-left: 0; }
  .plot.wide { display: none; } .plot.narrow { display: block; }
  .facts > div { grid-template-columns: 1fr; padding: .3em 0; }
  .card { padding: .25rem .6rem .75rem; }
  .span { grid-template-columns: 1fr; gap: .15rem; }
  .attributes { grid-template-columns: 1fr; margin-left: 0; }
  .attributes dd { padding-left: 1rem; }
  .trace:target { padding: .25rem .5rem; scroll-margin-top: 10vh; }
  .multiples { grid-template-columns: 1fr; }
}
@media print {
  :root {
    --paper: #ffffff; --ink: #000000; --quiet: #444444; --line: #bbbbbb; --panel: #ffffff; --link: #000000;
    --stable: #0067a5; --canary: #c04d00; --pinger: #6e7781; --pass: #116329; --fail: #b3261e; --unsure: #7a5200; --step: #d8e3ee;
  }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  nav, .skip, .trace-list, .trace:target a { display: none; }
  .plot.narrow { display: none; } .plot.wide { display: block; }
  figure, .card, .span, tr, article { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; }
  .release { break-before: page; }
  .plot, .swatch, .span-bar { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
