/** How many series have a look of their own; a plot with more repeats them. */
export const seriesLooks = 6;

/**
 * What the bench's report adds to every report's style.
 *
 * The colours of the series are of the Okabe-Ito palette, darkened on white, which people with any colour vision tell apart; dashes and shapes say the same a
 * second time.
 */
export const benchStyle = `
:root {
  --series-1: #0067a5; --series-2: #c04d00; --series-3: #00745a; --series-4: #a0457a; --series-5: #5c5c5c; --series-6: #7a5c00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --series-1: #56b4e9; --series-2: #f0a04b; --series-3: #2cc79b; --series-4: #e08fc0; --series-5: #b8b8b8; --series-6: #e6d64a;
  }
}
.series-1-line, .series-1-dot { stroke: var(--series-1); } .series-2-line, .series-2-dot { stroke: var(--series-2); }
.series-3-line, .series-3-dot { stroke: var(--series-3); } .series-4-line, .series-4-dot { stroke: var(--series-4); }
.series-5-line, .series-5-dot { stroke: var(--series-5); } .series-6-line, .series-6-dot { stroke: var(--series-6); }
.series-1-line, .series-2-line, .series-3-line, .series-4-line, .series-5-line, .series-6-line { fill: none; stroke-width: 2.25; stroke-linejoin: round; }
.series-1-dot, .series-2-dot, .series-3-dot, .series-4-dot, .series-5-dot, .series-6-dot { fill: var(--paper); stroke-width: 2; stroke-dasharray: none; }
.series-2-line { stroke-dasharray: 7 3; }
.series-3-line { stroke-dasharray: 2 3; }
.series-4-line { stroke-dasharray: 10 3 2 3; }
.series-5-line { stroke-dasharray: 4 4; }
.series-6-line { stroke-dasharray: 12 4; }
.reached-bar { fill: var(--pass); fill-opacity: .45; stroke: var(--pass); }
.missed-bar { fill: var(--fail); fill-opacity: .45; stroke: var(--fail); stroke-dasharray: 4 2; }
.stated-bar { fill: var(--series-1); fill-opacity: .45; stroke: var(--series-1); }
.quartiles-rule { stroke: var(--ink); stroke-width: 2; }
.aim-rule { stroke: var(--ink); stroke-width: 2; stroke-dasharray: 2 2; }
.output { border: 1px solid var(--line); background: var(--panel); padding: .5em .8em; overflow-x: auto; max-height: 20rem; font: .8rem/1.45 ui-monospace, monospace; }
.quantity { white-space: nowrap; }
.measured { color: var(--quiet); font-size: .9rem; }

@media print {
  :root {
    --series-1: #0067a5; --series-2: #c04d00; --series-3: #00745a; --series-4: #a0457a; --series-5: #5c5c5c; --series-6: #7a5c00;
  }
}
`;
