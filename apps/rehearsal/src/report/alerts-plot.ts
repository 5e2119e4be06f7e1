import { anchor, figure, html, type Markup, Plot } from '@observed-rollouts/report';
import type { ReleaseFacts } from './facts.ts';
import { legend } from './legend.ts';
import { missingSamples } from './missing.ts';
import { seconds, timeAxis, timeMarks } from './time-axis.ts';

/** Which alerts were pending and which fired, and when. */
export function alertsPlot(facts: ReleaseFacts): Markup {
  const { alerts } = facts;
  const names = [...new Set(alerts.map(({ name }) => name))].toSorted();
  const words = alerts.map(
    ({ name, state, severity, from, to }) => `${name} (${severity}) ${state} from ${seconds(from)} to ${seconds(to)}`,
  );
  const fired = new Set(alerts.filter(({ state }) => state === 'firing').map(({ name }) => name)).size;
  return figure({
    id: anchor(facts.name, 'alerts'),
    title: 'Alerts',
    words: `Alerts over time: ${words.join('; ')}.`,
    caption: html`${alerts.length === 0 ? '' : `${fired} of ${names.length} fired.`}`,
    legend: legend([
      ['pending-bar', 'pending'],
      ['firing-bar', 'firing'],
    ]),
    empty: missingSamples(facts) ?? (alerts.length === 0 ? 'No alert fired or was pending.' : undefined),
    plot: (canvas) => ({
      ...timeAxis(facts, canvas),
      height: 44 + 40 * names.length,
      y: { domain: names, label: null, axis: null },
      marks: [
        ...timeMarks(facts),
        ...(['pending', 'firing'] as const).map((wanted) =>
          Plot.barX(
            alerts.filter(({ state }) => state === wanted),
            {
              x1: 'from',
              x2: 'to',
              y: 'name',
              insetTop: 20,
              insetBottom: 4,
              title: ({ name, severity, from, to }: (typeof alerts)[number]) =>
                `${name} (${severity}) ${wanted} from ${seconds(from)} to ${seconds(to)}`,
              className: `${wanted}-bar`,
            },
          ),
        ),
        Plot.text(names, { y: (name: string) => name, text: (name: string) => name, frameAnchor: 'left', dy: -8 }),
      ],
    }),
  });
}
