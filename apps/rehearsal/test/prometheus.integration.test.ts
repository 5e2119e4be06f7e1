import {
  buildInfo,
  servedRoutes,
  serverRequestDuration,
  spanAttributes,
  targetLabels,
  workloadMetrics,
  workloads,
} from '@observed-rollouts/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Metric } from '../src/analysis/metric.ts';
import { queryInstant } from '../src/prometheus/query.ts';
import type { TimedEvent } from '../src/release/event.ts';
import { analysesOf, readPlan, type RehearsalPlan } from '../src/release/plan.ts';
import { Rehearsal } from '../src/release/rehearsal.ts';
import { readReleases } from '../src/release/release-file.ts';
import type { Verdict } from '../src/release/verdict.ts';
import { machine, root, workspaceManifests, workspaceToolchain } from './workspace.ts';

interface Series {
  readonly metric: Readonly<Record<string, string>>;
}

interface History extends Series {
  /** Time and value of each scrape, oldest first. */
  readonly values: readonly [number, string][];
}

const events: TimedEvent[] = [];
let plan: RehearsalPlan;
let rehearsal: Rehearsal;
/** Everything that was stored at the first scrape of each target. */
let firstSeries: readonly Series[];

beforeAll(async () => {
  const { prometheus } = await workspaceToolchain();
  plan = readPlan(workspaceManifests(), root);
  const [release] = readReleases(`${root}releases`, ['errors']);
  if (!release) throw new Error('no release errors');
  const emit = (event: TimedEvent) => events.push(event);
  rehearsal = await Rehearsal.start({
    ...machine(),
    plan,
    release,
    seed: 20,
    root,
    prometheus,
    emit,
    signal: new AbortController().signal,
  });
  await rehearsal.deploy();
  firstSeries = atFirstScrape(await historyOf('{pod!=""}[5m]'));
});

afterAll(() => rehearsal?.close());

async function api<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
  const answer = await fetch(`${rehearsal.prometheusUrl}/api/v1/${path}?${new URLSearchParams(parameters)}`);
  const { data } = (await answer.json()) as { data: T };
  return data;
}

async function seriesOf(selector: string): Promise<readonly Series[]> {
  const { result } = await api<{ result: readonly Series[] }>('query', { query: selector });
  return result;
}

async function historyOf(selector: string): Promise<readonly History[]> {
  const { result } = await api<{ result: readonly History[] }>('query', { query: selector });
  return result;
}

/** The series that are as old as their target's `up`: the ones of a later scrape are left out. */
function atFirstScrape(history: readonly History[]): readonly Series[] {
  const born = new Map(
    history.filter(({ metric }) => metric['__name__'] === 'up').map((up) => [up.metric['pod'], firstTime(up, '1')]),
  );
  return history.filter((series) => firstTime(series) <= (born.get(series.metric['pod']) ?? 0));
}

/** When it was first scraped; for `up`, first scraped with this value. */
function firstTime({ values }: History, value?: string): number {
  return values.find(([, text]) => value === undefined || text === value)?.[0] ?? Infinity;
}

interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastError: string;
}

async function targets(): Promise<readonly Target[]> {
  const { activeTargets } = await api<{ activeTargets: readonly Target[] }>('targets', { state: 'active' });
  return activeTargets;
}

/** The metrics of every analysis of a release with this hash. */
function metricsFor(latestHash: string): readonly Metric[] {
  const hashes = { latestHash, stableHash: rehearsal.stableHash };
  return analysesOf(plan.rollout).flatMap((analysis) => plan.metricsOf(analysis, hashes));
}

/** Values of every analysis query for a canary with this hash, by metric. */
async function analysisValues(latestHash: string): Promise<Record<string, number>> {
  const values = metricsFor(latestHash).map(async ({ name, query }) => {
    const result = await queryInstant(rehearsal.prometheusUrl, query, 5_000);
    return [name, typeof result === 'number' ? 1 : result.length] as const;
  });
  return Object.fromEntries(await Promise.all(values));
}

describe('the stable version under a real Prometheus', () => {
  it('is scraped without an error, every target with the labels that queries tell versions apart by', async () => {
    const active = await targets();
    expect(active.map(({ health, lastError }) => ({ health, lastError }))).toEqual(
      active.map(() => ({ health: 'up', lastError: '' })),
    );
    const seen = active.map(({ labels: { instance, job, ...labels } }) => ({
      instance: typeof instance,
      job,
      ...labels,
    }));
    const pods = rehearsal.cluster.pods.map(({ identity }) => ({
      instance: 'string',
      job: 'workloads',
      [targetLabels.namespace]: identity.namespace,
      [targetLabels.pod]: identity.name,
      [targetLabels.container]: identity.container.name,
      [targetLabels.service]: identity.labels['app.kubernetes.io/name'],
      [targetLabels.version]: identity.labels['app.kubernetes.io/version'],
      ...(identity.hash === undefined ? {} : { [targetLabels.podTemplateHash]: identity.hash }),
    }));
    const byPod = (a: Record<string, string | undefined>, b: Record<string, string | undefined>) =>
      (a['pod'] ?? '') < (b['pod'] ?? '') ? -1 : 1;
    expect(seen.toSorted(byPod)).toEqual(pods.toSorted(byPod));
  });

  it.each(Object.values(workloads))(
    'holds every series of the contract for each pod of %s from the first scrape on',
    (workload) => {
      const pods = rehearsal.cluster.pods.filter(({ identity }) => identity.container.name === workload);
      expect(pods.length).toBe(workload === workloads.pingService ? 5 : 1);
      const missing = pods.flatMap(({ identity }) =>
        workloadMetrics[workload].flatMap(({ name, type, initialSeries, labels, processLabels = [] }) => {
          const stored = type === 'histogram' ? `${name}_bucket` : name;
          const ofPod = firstSeries.filter(
            ({ metric }) => metric['__name__'] === stored && metric['pod'] === identity.name,
          );
          return initialSeries
            .filter(
              (wanted) =>
                !ofPod.some(({ metric }) => hasLabels(metric, wanted) && processLabels.every((label) => metric[label])),
            )
            .map((wanted) => ({ pod: identity.name, stored, wanted, labels: Object.keys(labels) }));
        }),
      );
      expect(missing).toEqual([]);
    },
  );

  it('refuses to find a series that no process exposes', () => {
    expect(firstSeries.some(({ metric }) => metric['__name__'] === 'not_in_the_contract_total')).toBe(false);
    expect(firstSeries.length).toBeGreaterThan(100);
  });
});

/** An empty value and an absent label are the same to Prometheus. */
function hasLabels(metric: Series['metric'], wanted: Readonly<Record<string, string | undefined>>): boolean {
  return Object.entries(wanted).every(([label, value]) => (metric[label] ?? '') === (value ?? ''));
}

describe('the release errors', () => {
  const before: Record<string, number>[] = [];
  const during: Record<string, number>[] = [];
  let verdict: Verdict;
  let canaryHash: string;

  beforeAll(async () => {
    before.push(await analysisValues('notyetborn'));
    const playing = rehearsal.play();
    await vi.waitFor(() => expect(events.some(({ type }) => type === 'release')).toBe(true), { timeout: 30_000 });
    canaryHash = events.find((event) => event.type === 'release')?.canaryHash ?? '';
    before.push(await analysisValues(canaryHash));
    await vi.waitFor(() => expect(events.some(({ type }) => type === 'analysis')).toBe(true), { timeout: 60_000 });
    during.push(await analysisValues(canaryHash));
    verdict = await playing;
    during.push(await analysisValues(canaryHash));
  });

  it('is aborted by the error gate within 90 s, and loses no ping in transport', () => {
    expect(verdict).toMatchObject({
      expected: 'aborted',
      outcome: 'aborted',
      asExpected: true,
      decidedBy: { phase: 'Failed' },
      pings: { transportFailures: 0, dropped: 0 },
    });
    expect(metricsFor(canaryHash).find(({ name }) => name === verdict.decidedBy?.metric)?.query).toContain('5..');
    expect(verdict.endedAfterMs).toBeLessThan(90_000);
    expect(verdict.pings.failedAnswers).toBeGreaterThan(0);
  });

  it('shows the canary in Prometheus as a version of its own: target, build info, and the pings that it answered', async () => {
    const canary = `${targetLabels.podTemplateHash}="${canaryHash}"`;
    const versions = async (selector: string) => {
      const history = await historyOf(`${selector}[10m]`);
      return [...new Set(history.map(({ metric }) => metric[targetLabels.version]))];
    };
    expect({
      target: await versions(`up{${canary}}`),
      build: await versions(`${buildInfo.name}{${canary}}`),
      pings: await versions(`${serverRequestDuration(servedRoutes[workloads.pingService]).name}_count{${canary}}`),
      stable: await versions(`up{${targetLabels.podTemplateHash}="${rehearsal.stableHash}"}`),
    }).toEqual({ target: ['errors'], build: ['errors'], pings: ['errors'], stable: ['initial'] });
    // What the process says of itself: SERVICE_VERSION is the pod's label, by fieldRef.
    const said = rehearsal.cluster.sink.spans.filter(
      ({ resource }) => resource[spanAttributes.podTemplateHash] === canaryHash,
    );
    expect(new Set(said.map(({ resource }) => resource['service.version']))).toEqual(new Set(['errors']));
  });

  it('yields exactly one sample per analysis query before, during and after the life of the canary', async () => {
    // Five minutes after its last scrape a series is stale at the latest; a target that has gone is stale at once.
    await vi.waitFor(async () => expect(await seriesOf(`up{rollouts_pod_template_hash="${canaryHash}"}`)).toEqual([]), {
      timeout: 60_000,
      interval: 500,
    });
    const one = Object.fromEntries(metricsFor(canaryHash).map(({ name }) => [name, 1]));
    expect(Object.keys(one).length).toBeGreaterThanOrEqual(2);
    expect({ before, during, after: await analysisValues(canaryHash) }).toEqual({
      before: [one, one],
      during: [one, one],
      after: one,
    });
  });

  it('leads from an exemplar to its trace within 10 s, the span of the pinger above the span of the service', async () => {
    const server = 'http_server_request_duration_seconds_bucket';
    const now = Date.now() / 1000;
    const found = await api<readonly { exemplars: readonly { labels: Record<string, string> }[] }[]>(
      'query_exemplars',
      {
        query: `${server}{http_route="/ping"}`,
        start: `${now - 600}`,
        end: `${now}`,
      },
    );
    const ids = found.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels['trace_id'] ?? ''));
    expect(ids.length).toBeGreaterThan(5);
    // The newest are of this second: their spans are still in the exporters.
    await vi.waitFor(() => expect(ids.filter((id) => !isLinked(id))).toEqual([]), { timeout: 10_000, interval: 250 });
  });
});

/** The trace holds a client span of the pinger that is the parent of a server span of ping-service. */
function isLinked(traceId: string): boolean {
  const spans = rehearsal.cluster.sink.spansOf(traceId);
  const client = spans.find(({ service, kind }) => service === workloads.pinger && kind === 'client');
  return spans.some(
    ({ service, kind, parentSpanId }) =>
      service === workloads.pingService && kind === 'server' && parentSpanId === client?.spanId,
  );
}
