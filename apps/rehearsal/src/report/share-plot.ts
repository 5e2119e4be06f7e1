import { anchor, figure, html, type Markup, Plot } from '@observed-rollouts/report';
import { percent } from '../card/card-facts.ts';
import type { VersionSample } from '../release/event.ts';
import type { ReleaseFacts } from './facts.ts';
import { legend } from './legend.ts';
import { missingSamples } from './missing.ts';
import { thinned, withGaps } from './thinning.ts';
import { timeAxis, timeMarks } from './time-axis.ts';

type Version = 'stable' | 'canary';
type Bad = 'failed' | 'slow';

interface SharePoint {
  readonly second: number;
  readonly value: number;
}

const versions: readonly Version[] = ['canary', 'stable'];
/** Seconds over which the thin lines look back, as the latency quantiles do. */
const windowSeconds = 10;

const indicators = { failed: 'availability', slow: 'latency' } as const;

/** The share of bad answers of each version: since the release started, and over the last seconds. */
export function sharePlot(facts: ReleaseFacts, bad: Bad): Markup {
  const objective = facts.level.objectives.find(({ indicator }) => indicator.kind === indicators[bad]);
  const series = versions.map((version) => ({
    version,
    whole: thinned(sharesSince(facts, version, bad, Infinity)),
    recent: withGaps(thinned(sharesSince(facts, version, bad, windowSeconds))),
  }));
  const values = series.flatMap(({ whole, recent }) => [...whole, ...recent].map(({ value }) => value));
  const bounds = objective
    ? [
        { share: objective.acceptable, text: `objective ${percent(objective.acceptable)}` },
        { share: objective.refused, text: `refused at ${percent(objective.refused)}` },
      ]
    : [];
  const greatest = Math.max(...values.filter(Number.isFinite), ...bounds.map(({ share }) => share), 0.1);
  const title = bad === 'failed' ? 'Failed answers' : 'Slow answers';
  return figure({
    id: anchor(facts.name, bad, 'answers'),
    title,
    words: `${title} by version over time. ${versions.map((version) => lastWords(facts, version, bad)).join('; ')}.${bounds.map(({ text }) => ` ${text}`).join(',')}.`,
    caption: html`${versions.map((version) => lastWords(facts, version, bad)).join('; ')}.`,
    legend: legend([
      ['canary-line', 'canary, since the release started'],
      ['canary-thin', `canary, last ${windowSeconds} s`],
      ['stable-line', 'stable, since the release started'],
      ['stable-thin', `stable, last ${windowSeconds} s`],
    ]),
    empty: missingSamples(facts),
    plot: (canvas) => ({
      ...timeAxis(facts, canvas),
      height: canvas.isNarrow ? 190 : 230,
      y: {
        domain: [0, Math.min(1, 1.1 * greatest)],
        label: canvas.isNarrow ? null : 'share of answers',
        labelArrow: 'none',
        tickFormat: (share: number) => `${Math.round(100 * share)} %`,
        ticks: 5,
        grid: true,
      },
      marks: [
        ...timeMarks(facts),
        Plot.ruleY(bounds, { y: 'share', className: 'bound-rule' }),
        ...series.flatMap(({ version, whole, recent }) => [
          Plot.lineY(recent, { x: 'second', y: 'value', className: `${version}-thin` }),
          Plot.lineY(whole, { x: 'second', y: 'value', className: `${version}-line` }),
        ]),
        Plot.text(bounds, { y: 'share', text: 'text', frameAnchor: 'right', dy: -7, className: 'bound-text' }),
      ],
    }),
  });
}

function sharesSince({ samples }: ReleaseFacts, version: Version, bad: Bad, lookBack: number): readonly SharePoint[] {
  const none: Pick<VersionSample, 'answers' | Bad> = { answers: 0, failed: 0, slow: 0 };
  let oldest = 0;
  return samples.flatMap(({ second, [version]: now }) => {
    while (samples[oldest] && (samples[oldest]?.second as number) < second - lookBack) oldest++;
    const before = second < lookBack ? none : (samples[oldest]?.[version] ?? none);
    const answers = (now?.answers ?? 0) - before.answers;
    return now && answers > 0 ? [{ second, value: (now[bad] - before[bad]) / answers }] : [];
  });
}

/** `canary 20 of 57 (35.1 %)` */
function lastWords({ samples }: ReleaseFacts, version: Version, bad: Bad): string {
  const last = samples.findLast((sample) => sample[version] !== undefined)?.[version];
  if (!last || last.answers === 0) return `${version}: no answers`;
  return `${version} ${Math.round(last[bad])} of ${Math.round(last.answers)} (${percent(last[bad] / last.answers)})`;
}
