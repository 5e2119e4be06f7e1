import { exemplarLabels, targetLabels } from '@observed-rollouts/contract';
import type { ExemplarSeries } from '../prometheus/series.ts';
import type { Exemplar } from '../release/event.ts';
import { isFailed, isSlow, type PingJudge } from './bad-ping.ts';

/** Exemplars that an event holds: enough for a plot to be dense, few enough for a line of JSON. */
export const keptExemplars = 300;

/**
 * The pings of both versions that Prometheus kept, each once; a series of another version is left out.
 *
 * @param perSecond what the histogram's unit has in a second: 1000 for one of milliseconds.
 */
export function exemplarsOf(
  series: readonly ExemplarSeries[],
  versionOf: (hash: string) => Exemplar['version'] | undefined,
  judge: PingJudge,
  perSecond = 1,
): readonly Exemplar[] {
  const byTrace = new Map<string, Exemplar>();
  for (const { labels, exemplars } of series) {
    const version = versionOf(labels[targetLabels.podTemplateHash] ?? '');
    if (!version) continue;
    for (const { labels: own, value, at } of exemplars) {
      const traceId = own[exemplarLabels.traceId];
      if (traceId === undefined) continue;
      const pod = labels[targetLabels.pod] ?? '';
      const seconds = value / perSecond;
      byTrace.set(traceId, { version, pod, at, seconds, ...judge(labels, seconds), traceId });
    }
  }
  return [...byTrace.values()].toSorted((a, b) => a.at - b.at);
}

/**
 * A bounded choice of exemplars, in the order of time: the failed and slow ones first, then the others; both versions share what there is room for, and
 * of what is too much every n-th is kept, so that no stretch of time is without.
 */
export function selectExemplars(exemplars: readonly Exemplar[], limit: number): readonly Exemplar[] {
  const isBad = (exemplar: Exemplar) => isFailed(exemplar) || isSlow(exemplar);
  const bad = shared(exemplars.filter(isBad), limit);
  const others = shared(
    exemplars.filter((exemplar) => !isBad(exemplar)),
    limit - bad.length,
  );
  return [...bad, ...others].toSorted((a, b) => a.at - b.at);
}

/** At most so many, half of them of each version; what one version doesn't need is the other's. */
function shared(exemplars: readonly Exemplar[], limit: number): readonly Exemplar[] {
  const canary = exemplars.filter(({ version }) => version === 'canary');
  const stable = exemplars.filter(({ version }) => version === 'stable');
  const ofCanary = spread(canary, Math.max(Math.ceil(limit / 2), limit - stable.length));
  return [...ofCanary, ...spread(stable, limit - ofCanary.length)];
}

/** At most so many entries, evenly spread over all. */
function spread<T>(entries: readonly T[], limit: number): readonly T[] {
  if (entries.length <= limit) return entries;
  return Array.from({ length: limit }, (_, index) => entries[Math.floor((index * entries.length) / limit)] as T);
}
