import { anchor, figure, html, type Markup, Plot } from '@observed-rollouts/report';
import type { ReleaseFacts } from './facts.ts';
import { legend } from './legend.ts';
import { missingSamples } from './missing.ts';
import { podLabels } from './pod-labels.ts';
import { counted } from './time-axis.ts';

/** How many answers each pod gave: whether the balancer was fair, and which pod served at all. */
export function pingsPlot(facts: ReleaseFacts): Markup {
  const counts = facts.samples.at(-1)?.pods ?? {};
  const roles = new Map(facts.pods.map(({ name, role }) => [name, role]));
  const bars = Object.entries(counts)
    .map(([pod, count]) => ({ pod, count: Math.round(count), role: roles.get(pod) ?? 'stable' }))
    .toSorted((a, b) => a.role.localeCompare(b.role) * -1 || b.count - a.count);
  const labels = podLabels(bars.map(({ pod }) => ({ name: pod, role: roles.get(pod) ?? 'stable' })));
  const total = bars.reduce((sum, { count }) => sum + count, 0);
  return figure({
    id: anchor(facts.name, 'pings'),
    title: 'Answers per pod',
    words: `Answers since the release started, by pod: ${bars.map(({ pod, count, role }) => `${role} ${pod} ${count}`).join(', ')}.`,
    caption: html`${counted(total, 'answer')} since the release started, those of pods that have gone included.`,
    legend: legend([
      ['stable-bar', 'stable'],
      ['canary-bar', 'canary'],
    ]),
    empty: missingSamples(facts) ?? (bars.length === 0 ? 'Nothing to draw: no pod gave an answer.' : undefined),
    plot: (canvas) => ({
      style: null as never,
      height: 44 + 22 * bars.length,
      marginBottom: 34,
      marginRight: canvas.isNarrow ? 36 : 48,
      x: {
        label: 'answers',
        labelArrow: 'none',
        ticks: 5,
        grid: true,
        domain: [0, Math.max(1, ...bars.map(({ count }) => count))],
      },
      y: {
        domain: bars.map(({ pod }) => pod),
        label: null,
        tickSize: 0,
        tickFormat: (pod: string) => labels.get(pod)?.[canvas.isNarrow ? 'short' : 'long'] ?? pod,
      },
      marks: [
        ...(['stable', 'canary', 'pinger'] as const).map((version) =>
          Plot.barX(
            bars.filter(({ role }) => role === version),
            {
              x: 'count',
              y: 'pod',
              inset: 2,
              title: ({ pod, count }: { pod: string; count: number }) => `${pod}: ${count} answers`,
              className: `${version}-bar`,
            },
          ),
        ),
        Plot.text(bars, { x: 'count', y: 'pod', text: 'count', textAnchor: 'start', dx: 5 }),
      ],
    }),
  });
}
