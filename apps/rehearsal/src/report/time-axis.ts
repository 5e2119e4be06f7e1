import { type Canvas, Plot } from '@observed-rollouts/report';
import type { Period, ReleaseFacts } from './facts.ts';

/** The time axis that all plots of a release share, so that they can be read one below the other. */
export function timeAxis(facts: ReleaseFacts, { isNarrow }: Canvas): Plot.PlotOptions {
  const { last, origin } = facts;
  const from = axisStart(facts);
  return {
    x: {
      domain: [from, Math.max(last, from + 1)],
      label: isNarrow ? 'seconds' : `seconds since the ${origin} started`,
      labelArrow: 'none',
      labelAnchor: 'right',
      ticks: isNarrow ? 5 : 10,
      tickFormat: (second: number) => `${second}`,
    },
    marginBottom: 34,
    style: null,
  } as Plot.PlotOptions;
}

/** Where the axis starts: with the release; with the rehearsal, when no release was started. */
export function axisStart({ origin, first }: ReleaseFacts): number {
  return origin === 'release' ? 0 : first;
}

/** What is part of every plot over time: where steps begin, and where it was decided. */
export function timeMarks(facts: ReleaseFacts): Plot.Markish[] {
  return [
    ...spans(facts.faults, 'fault-span'),
    Plot.ruleX(
      facts.steps.filter(({ from }) => from > 0),
      { x: 'from', className: 'step-rule' },
    ),
    Plot.ruleX(facts.decisions, { x: 'second', className: 'decision-rule' }),
  ];
}

function spans(periods: readonly Period[], className: string): Plot.Markish[] {
  return periods.length === 0 ? [] : [Plot.rectX(periods, { x1: 'from', x2: 'to', className })];
}

/** `12.3 s` */
export function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

/** `1 ping`, `2 pings` */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
