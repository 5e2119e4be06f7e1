import { anchor, figure, html, type Markup, Plot } from '@observed-rollouts/report';
import { isFailed } from '../observation/bad-ping.ts';
import type { Exemplar } from '../release/event.ts';
import { type At, isNumber, type ReleaseFacts } from './facts.ts';
import { legend } from './legend.ts';
import { missingSamples } from './missing.ts';
import { thinned, withGaps } from './thinning.ts';
import { qualityOf, slowAboveSeconds } from './quality.ts';
import { axisStart, counted, seconds, timeAxis, timeMarks } from './time-axis.ts';
import { traceHref } from './traces.ts';

const versions = ['stable', 'canary'] as const;
const quantiles = ['p50', 'p90'] as const;
const symbols = { stable: 'circle', canary: 'triangle' } as const;

/** Latency quantiles of each version, and the single pings that carry a trace. */
export function latencyPlot(facts: ReleaseFacts, traced: ReadonlySet<string>): Markup {
  const lines = versions.flatMap((version) =>
    quantiles.map((quantile) => ({ version, quantile, points: quantilePoints(facts, version, quantile) })),
  );
  const start = axisStart(facts);
  const drawn = facts.exemplars.filter(({ second }) => second >= start);
  const exemplars = thinned(drawn, ({ traceId }) => traced.has(traceId));
  const greatest = Math.max(
    ...lines.flatMap(({ points }) => points.map(({ value }) => value)).filter(isNumber),
    ...exemplars.map((exemplar) => exemplar.seconds),
    0.1,
  );
  const href = (exemplar: At<Exemplar>) => traceHref(facts, exemplar, traced);
  return figure({
    id: anchor(facts.name, 'latency'),
    title: 'Latency',
    words: `Latency quantiles by version over time, with ${counted(exemplars.length, 'ping')} that carry a trace. ${versions.map((version) => latencyWords(facts, version)).join('; ')}.`,
    caption: html`Quantiles over the last 10 s, interpolated within the histogram’s buckets.
    ${exemplarWords(exemplars.length, traced.size)}`,
    legend: legend([
      ['canary-line', 'canary p90'],
      ['canary-thin', 'canary p50'],
      ['stable-line', 'stable p90'],
      ['stable-thin', 'stable p50'],
      ...(exemplars.length === 0
        ? []
        : ([
            ['canary-dot', 'a ping of the canary'],
            ['stable-dot', 'a ping of stable'],
            ['failed-dot', 'failed'],
          ] as const)),
    ]),
    empty: exemplars.length > 0 ? undefined : missingSamples(facts),
    hasLinks: true,
    plot: (canvas) => ({
      ...timeAxis(facts, canvas),
      height: canvas.isNarrow ? 240 : 300,
      y: {
        domain: [0, 1.08 * greatest],
        label: canvas.isNarrow ? null : 'seconds',
        labelArrow: 'none',
        ticks: 5,
        grid: true,
        tickFormat: (value: number) => (canvas.isNarrow ? `${value} s` : `${value}`),
      },
      marks: [
        ...timeMarks(facts),
        ...lines.map(({ version, quantile, points }) =>
          Plot.lineY(points, {
            x: 'second',
            y: 'value',
            className: `${version}-${quantile === 'p90' ? 'line' : 'thin'}`,
          }),
        ),
        ...boundMarks(slowAboveSeconds(facts), greatest),
        ...[false, true].flatMap((hasTrace) =>
          versions.flatMap((version) =>
            [false, true].map((failed) =>
              Plot.dot(
                exemplars.filter(
                  (exemplar) =>
                    exemplar.version === version &&
                    isFailed(exemplar) === failed &&
                    (href(exemplar) !== undefined) === hasTrace,
                ),
                {
                  x: 'second',
                  y: 'seconds',
                  r: canvas.isNarrow ? 4 : 4.5,
                  symbol: failed ? 'times' : symbols[version],
                  title: exemplarTitle,
                  ...(hasTrace ? { href } : {}),
                  className: `exemplar ${version}-exemplar${failed ? ' failed-exemplar' : ''}${hasTrace ? '' : ' untraced'}`,
                },
              ),
            ),
          ),
        ),
      ],
    }),
  });
}

function boundMarks(slowAbove: number, greatest: number): Plot.Markish[] {
  if (slowAbove > 1.08 * greatest) return [];
  const bound = [{ value: slowAbove, text: `slow above ${slowAbove} s` }];
  return [
    Plot.ruleY(bound, { y: 'value', className: 'bound-rule' }),
    Plot.text(bound, { y: 'value', text: 'text', frameAnchor: 'right', dy: -7, className: 'bound-text' }),
  ];
}

function quantilePoints({ samples }: ReleaseFacts, version: 'stable' | 'canary', quantile: 'p50' | 'p90') {
  const points = samples.flatMap(({ second, [version]: sample }) => {
    const value = sample?.[quantile];
    return isNumber(value) ? [{ second, value }] : [];
  });
  return withGaps(thinned(points));
}

function exemplarWords(exemplars: number, traces: number): string {
  if (exemplars === 0)
    return 'Prometheus kept no exemplar of this release: no single ping is drawn and there is no trace to open.';
  if (traces === 0) return `${counted(exemplars, 'ping')} with an exemplar; none of their traces arrived.`;
  return `Each mark is a ping that Prometheus kept as an exemplar; ${traces === exemplars ? 'each opens its trace' : `the ${traces} bright ones open their traces`}, by click or by Enter.`;
}

function exemplarTitle(exemplar: At<Exemplar>): string {
  const { version, second, seconds: took, status, pod, traceId } = exemplar;
  return `${qualityOf(exemplar)} ping of ${version} at ${seconds(second)}: ${took.toFixed(3)} s, status ${status}, pod ${pod}, trace ${traceId}`;
}

function latencyWords({ samples }: ReleaseFacts, version: 'stable' | 'canary'): string {
  const last = samples.findLast((sample) => isNumber(sample[version]?.p50) && isNumber(sample[version]?.p90))?.[
    version
  ];
  if (!last) return `${version}: no quantiles, because it gave no answers`;
  return `${version} last p50 ${last.p50?.toFixed(2)} s, p90 ${last.p90?.toFixed(2)} s`;
}
