import {
  AncestorJudge,
  type AncestorMetric,
  ancestorMetricLabel,
  ancestorRule,
  ancestorSeconds,
} from '@observed-rollouts/slo';
import type { LabelledSeries, TimeRange } from '../prometheus/series.ts';
import type { AncestorReading, AncestorVerdict } from '../release/event.ts';

export const ancestorStepMs = ancestorRule.intervalSeconds * 1000;

/**
 * The looks of the rule in a stretch of time, until the rule's steps are over.
 *
 * Edge: the rule itself looks at once, at what stable answered before. In a rehearsal stable has answered for some seconds only, so that this look would
 *       be luck: the first one here is the first whose window has begun with the release. None in a shorter release.
 */
export function ancestorLooks({ start, end }: TimeRange): readonly number[] {
  const first = start + ancestorRule.windowSeconds * 1000;
  const until = Math.min(end, start + ancestorSeconds * 1000 - 1);
  const looks = Math.max(0, Math.floor((until - first) / ancestorStepMs) + 1);
  return Array.from({ length: looks }, (_, look) => first + look * ancestorStepMs);
}

/**
 * What the rule makes of what Prometheus recorded.
 *
 * Edge: a look that Prometheus has nothing of is an error of the query; one of NaN has no answers, which the rule takes for a failure.
 */
export function ancestorVerdict(series: readonly LabelledSeries[], range: TimeRange): AncestorVerdict {
  const judge = new AncestorJudge();
  const readings: AncestorReading[] = [];
  for (const at of ancestorLooks(range)) {
    const [success, p90] = (['success', 'p90'] as const).map((metric) => valueAt(series, metric, at));
    const sinceRelease = at - range.start;
    readings.push({ sinceRelease, ...finite('success', success), ...finite('p90', p90) });
    const metric = judge.look(success, p90 !== undefined && p90 < ancestorRule.slowSeconds);
    if (metric) return { outcome: 'aborted', afterMs: sinceRelease, metric, readings };
  }
  const isOver = range.end - range.start >= ancestorSeconds * 1000;
  if (isOver) return { outcome: 'promoted', afterMs: ancestorSeconds * 1000, readings };
  return { outcome: 'undecided', afterMs: readings.at(-1)?.sinceRelease ?? 0, readings };
}

function valueAt(series: readonly LabelledSeries[], metric: AncestorMetric, at: number): number | undefined {
  return series.find(({ labels }) => labels[ancestorMetricLabel] === metric)?.values.get(at);
}

function finite<K extends string>(name: K, value: number | undefined): { readonly [key in K]?: number } {
  return value !== undefined && Number.isFinite(value) ? ({ [name]: value } as { [key in K]: number }) : {};
}
