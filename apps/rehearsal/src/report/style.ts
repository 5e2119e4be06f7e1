/**
 * What the rehearsal's report adds to every report's style.
 *
 * The colours of the versions are of the Okabe-Ito palette, which people with any colour vision tell apart; dashes, shapes and paleness say the same
 * a second time.
 */
export const rehearsalStyle = `
:root {
  --stable: #0067a5; --canary: #c04d00; --pinger: #6e7781; --fault: #8a3ffc; --step: #d8e3ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --stable: #56b4e9; --canary: #f0a04b; --pinger: #8b949e; --fault: #be95ff; --step: #2a3a4d;
  }
}
.command { display: block; }
.of-release { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.facts > .tree { display: block; }
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
  .span { grid-template-columns: 1fr; gap: .15rem; }
  .attributes { grid-template-columns: 1fr; margin-left: 0; }
  .attributes dd { padding-left: 1rem; }
  .trace:target { padding: .25rem .5rem; scroll-margin-top: 10vh; }
}
@media print {
  :root {
    --stable: #0067a5; --canary: #c04d00; --pinger: #6e7781; --step: #d8e3ee;
  }
  .trace-list, .trace:target a { display: none; }
  .span { break-inside: avoid; }
  .release { break-before: page; }
  .span-bar { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
