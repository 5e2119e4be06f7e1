import { paths, processStartTime, serverRequestDuration, targetLabels, workloads } from '@observed-rollouts/contract';
import type { PodHistory } from './pod-history.ts';
import type { CountSequence } from './sequences.ts';

export interface StoredSample {
  /** Milliseconds since the start of the sequence. */
  readonly at: number;
  readonly value: number | 'stale';
}

/** One series in Prometheus' storage; its labels include `__name__`. */
export interface StoredSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly StoredSample[];
}

const duration = serverRequestDuration([]).name;

/** Every series of a sequence, among them ones that no query may count: another route, another service, another namespace. */
export function storedSeries(sequence: CountSequence): readonly StoredSeries[] {
  return [...sequence.pods.flatMap((pod) => seriesOfPod(pod, sequence)), ...decoys(sequence)];
}

/** The same without the decoy of another version of the same service, which recordings compare the canary with. */
export function storedSeriesOfTwoVersions(sequence: CountSequence): readonly StoredSeries[] {
  const versions: readonly (string | undefined)[] = [sequence.canaryHash, sequence.stableHash];
  return storedSeries(sequence).filter(({ labels }) => versions.includes(labels[targetLabels.podTemplateHash]));
}

function seriesOfPod({ pod, version, scrapes }: PodHistory, sequence: CountSequence): StoredSeries[] {
  const target = {
    [targetLabels.namespace]: sequence.name,
    [targetLabels.service]: workloads.pingService,
    [targetLabels.podTemplateHash]: version === 'canary' ? sequence.canaryHash : sequence.stableHash,
    [targetLabels.pod]: pod,
  };
  const codes = new Set(scrapes.flatMap(({ counters }) => (counters === 'stale' ? [] : [...counters.keys()])));
  const counters = [...codes].flatMap((code) => {
    const labels = { ...target, http_route: paths.ping, http_response_status_code: code };
    let stored = false;
    const held = scrapes.flatMap(
      ({ at, counters }): { at: number; counter: 'stale' | { total: number; fast: number } }[] => {
        const counter = counters === 'stale' ? undefined : counters.get(code);
        if (!counter && !stored) return [];
        stored = true;
        // A series that a scrape no longer holds ends there, as one does whose target fails.
        return [{ at, counter: counter ?? 'stale' }];
      },
    );
    const of = (part: 'total' | 'fast') =>
      held.map(({ at, counter }) => ({ at, value: counter === 'stale' ? counter : counter[part] }));
    return [
      { labels: { ...labels, __name__: `${duration}_count` }, samples: of('total') },
      { labels: { ...labels, __name__: `${duration}_bucket`, le: sequence.bucketBound }, samples: of('fast') },
      { labels: { ...labels, __name__: `${duration}_bucket`, le: '+Inf' }, samples: of('total') },
    ];
  });
  const started = scrapes.map(({ at, counters, startedAt }) => ({
    at,
    value: counters === 'stale' ? counters : startedAt,
  }));
  return [...counters, { labels: { ...target, __name__: processStartTime }, samples: started }];
}

function decoys({ name, canaryHash, looks }: CountSequence): StoredSeries[] {
  const counted = {
    __name__: `${duration}_count`,
    [targetLabels.namespace]: name,
    [targetLabels.service]: workloads.pingService,
    [targetLabels.podTemplateHash]: canaryHash,
    [targetLabels.pod]: 'decoy',
    http_route: paths.ping,
    http_response_status_code: '500',
  };
  const samples = looks.map((_, second) => ({ at: second * 1000, value: 1000 + 100 * second }));
  return [
    { http_route: '/other' },
    { [targetLabels.service]: workloads.pinger },
    { [targetLabels.namespace]: `${name}-other` },
    { [targetLabels.podTemplateHash]: `${canaryHash}x` },
  ].map((different) => ({ labels: { ...counted, ...different }, samples }));
}
