import {
  caughtAtLeast,
  comparisonBound,
  errorRatesOfTests,
  gateHandover,
  type Objective,
  pingServiceLevel,
  type SequentialTest,
  sequentialTest,
  sumOf,
  trafficToHoldFor,
  verdictChances,
  watchChances,
  watchTest,
} from '@observed-rollouts/slo';
import { type Document, readRelease, type ReleaseManifest } from '../manifest/analysis-manifest.ts';
import { judgeOf, type ManifestMetric, MetricRun, parseBound, parseCondition } from '../manifest/measuring.ts';
import { wrongReading } from './readings.ts';
import { wrongPlay } from './plays.ts';

/** What is wrong with a release's manifest; `undefined` when it does all that is promised. */
export function firstProblem(documents: readonly Document[]): string | undefined {
  try {
    const release = readRelease(documents);
    const metrics = [...gateOf(release), ...release.watch];
    return (
      wrongNames(release) ??
      metrics.map((metric) => wrongReading(release, metric)).find((problem) => problem !== undefined) ??
      remembered(
        release,
        () =>
          wrongBounds(gateOf(release)) ??
          wrongPhases(release) ??
          wrongLimits(metrics) ??
          wrongSteps(release) ??
          wrongPlay(release),
      )
    );
  } catch (error) {
    return (error as Error).message;
  }
}

export function gateOf({ steps }: ReleaseManifest): readonly ManifestMetric[] {
  return steps.flatMap((step) => (step.kind === 'analysis' ? step.metrics : []));
}

const outcomes = new Map<string, string | undefined>();

/** Everything but the queries is judged once for all mutants that leave it alone. */
function remembered(release: ReleaseManifest, check: () => string | undefined): string | undefined {
  const key = JSON.stringify(release, (name, value: unknown) => (name === 'query' ? undefined : value));
  if (!outcomes.has(key)) outcomes.set(key, check());
  return outcomes.get(key);
}

const { objectives, promise, traffic } = pingServiceLevel;
const rates = errorRatesOfTests(pingServiceLevel);
const evidence = 1 / rates.alpha;

/** Argo Rollouts says a metric's name and nothing else to a human: each is promised by the runbook. */
function wrongNames(release: ReleaseManifest): string | undefined {
  const gates = objectives.map(({ name }) => `${name}-of-canary`);
  const watches = objectives.flatMap(({ name }) => [
    `${name}-of-canary-watch`,
    `${name}-too-many-but-not-clearly-above-stable`,
  ]);
  const expected = `${gates.join()} | ${[...watches, 'restarts-of-canary', 'metrics-of-canary', 'answers-of-canary'].join()}`;
  const names = (metrics: readonly ManifestMetric[]) => metrics.map(({ name }) => name).join();
  const got = `${names(gateOf(release))} | ${names(release.watch)}`;
  return got === expected ? undefined : `metrics are ${got}, expected ${expected}`;
}

/** The bounds of a gate must keep its error rates exactly, and none that is nearer by a thousandth may. */
function wrongBounds(gate: readonly ManifestMetric[]): string | undefined {
  return gate
    .map((metric, index) => {
      const objective = objectives[index] as Objective;
      const accept = parseBound(metric.successCondition).bound;
      const reject = parseBound(metric.failureCondition).bound;
      const test = { ...sequentialTest(objective.acceptable, objective.refused, rates), accept, reject };
      const excess = worstExcess(objective, test);
      if (!(excess.reject <= 1 && excess.accept <= 1))
        return `${metric.name}: bounds ${accept}, ${reject} break the promise`;
      const nearer = { ...test, accept: accept + 0.001, reject: reject - 0.001 };
      if (worstExcess(objective, { ...test, reject: nearer.reject }).reject <= 1)
        return `${metric.name}: reject bound is farther than needed`;
      if (worstExcess(objective, { ...test, accept: nearer.accept }).accept <= 1)
        return `${metric.name}: accept bound is farther than needed`;
      return undefined;
    })
    .find((problem) => problem !== undefined);
}

/** Error rates over the allowed ones, at the declared traffic and at the least favourable one. */
function worstExcess({ acceptable, refused }: Objective, test: SequentialTest): { reject: number; accept: number } {
  if (!(test.accept < 0 && test.reject > 0)) return { reject: Infinity, accept: Infinity };
  const perLook = (traffic.pingsPerSecond * traffic.weights[0] * promise.lookIntervalMs) / 100_000;
  const wald = sequentialTest(acceptable, refused, rates);
  const runs = trafficToHoldFor(wald, [acceptable, refused], perLook, promise.budgetMs / promise.lookIntervalMs);
  const precision = 1e-4 * Math.min(rates.alpha, rates.beta);
  const worst = (share: number, side: 'rejects' | 'accepts') =>
    Math.max(
      ...runs.map((run) => {
        const chances = verdictChances({ test, ...run }, share, precision);
        return sumOf(chances[side]) + chances.lost;
      }),
    );
  return { reject: worst(acceptable, 'rejects') / rates.alpha, accept: worst(refused, 'accepts') / rates.beta };
}

/** A reading and the phase that it must be judged as. */
type Probe = readonly [reading: number, phase: string];

function probesOf(name: string, bounds: ReadonlyMap<string, { accept: number; reject: number }>): readonly Probe[] {
  const step = 0.0005;
  const guards: Readonly<Record<string, readonly Probe[]>> = {
    'restarts-of-canary': [
      [0, 'Successful'],
      [1, 'Failed'],
      [2, 'Failed'],
    ],
    'metrics-of-canary': [
      [0, 'Inconclusive'],
      [1, 'Successful'],
      [4, 'Successful'],
    ],
    // A tenth of the answers that a minute brings at the first weight: 2 per second are 120.
    'answers-of-canary': [
      [0, 'Inconclusive'],
      [11.999, 'Inconclusive'],
      [12, 'Successful'],
      [120, 'Successful'],
    ],
  };
  if (guards[name] !== undefined) return guards[name];
  const { accept, reject } = bounds.get((/^(.*?)-(?:of|too-many)/.exec(name) as RegExpExecArray)[1] as string) as {
    accept: number;
    reject: number;
  };
  const blamed = Number((evidence + comparisonBound).toFixed(6));
  if (name.endsWith('-watch')) {
    return [
      [0, 'Successful'],
      [evidence, 'Successful'],
      [blamed - step, 'Successful'],
      [blamed, 'Failed'],
      [blamed + step, 'Failed'],
      [Infinity, 'Failed'],
    ];
  }
  if (name.endsWith('-above-stable')) {
    return [
      [0, 'Successful'],
      [0.5, 'Successful'],
      [evidence - step, 'Successful'],
      [evidence, 'Inconclusive'],
      [blamed - step, 'Inconclusive'],
      [blamed, 'Successful'],
      [Infinity, 'Successful'],
    ];
  }
  return [
    [accept - 9, 'Successful'],
    [accept, 'Successful'],
    [accept + step, 'Inconclusive'],
    [0, 'Inconclusive'],
    [reject - step, 'Inconclusive'],
    [reject, 'Failed'],
    [reject + 9, 'Failed'],
  ];
}

function wrongPhases(release: ReleaseManifest): string | undefined {
  const bounds = new Map(
    gateOf(release).map(({ successCondition, failureCondition }, index) => [
      (objectives[index] as Objective).name,
      { accept: parseBound(successCondition).bound, reject: parseBound(failureCondition).bound },
    ]),
  );
  for (const metric of [...gateOf(release), ...release.watch]) {
    const judge = judgeOf(metric);
    for (const [reading, expected] of probesOf(metric.name, bounds)) {
      if (judge(reading) !== expected)
        return `${metric.name}: ${reading} is judged ${judge(reading)}, expected ${expected}`;
      const both = parseCondition(metric.successCondition)(reading) && parseCondition(metric.failureCondition)(reading);
      if (both) return `${metric.name}: ${reading} is a success and a failure`;
    }
  }
  return undefined;
}

/** A day without Prometheus, at an attempt every 10 s, aborts nothing; the next attempt does. And it is asked where it listens. */
function wrongLimits(metrics: readonly ManifestMetric[]): string | undefined {
  for (const metric of metrics) {
    const run = new MetricRun(metric);
    for (let attempt = 1; attempt <= (24 * 3600) / 10; attempt++) run.measure(undefined);
    if (run.phase !== undefined) return `${metric.name}: a day without Prometheus ends it`;
    run.measure(undefined);
    if (run.phase !== 'Error') return `${metric.name}: more than a day without Prometheus doesn't end it`;
    if (metric.address !== 'http://prometheus.observability.svc:9090') return `${metric.name}: asks ${metric.address}`;
  }
  return undefined;
}

/** Weights that whole pods show, one pod more at a time, each later one as long as the watch needs to catch a refused share, and no longer. */
function wrongSteps({ replicas, maxSurge, maxUnavailable, steps }: ReleaseManifest): string | undefined {
  // One pod over the replicas at any time, none missing: capacity is never below what it was.
  if (replicas !== 5 || maxSurge !== 1 || maxUnavailable !== 0)
    return `replicas ${replicas}, surge ${maxSurge}, unavailable ${maxUnavailable}`;
  const kinds = steps.map(({ kind }) => kind).join();
  if (kinds !== 'weight,analysis,weight,pause,weight,pause,weight,pause') return `steps are ${kinds}`;
  const pods = steps.flatMap((step) => (step.kind === 'weight' ? [(step.percent * replicas) / 100] : []));
  if (pods.join() !== '1,2,3,4') return `pods at each weight: ${pods.join()}`;
  const pauses = steps.flatMap((step) => (step.kind === 'pause' ? [step.ms] : []));
  const [dwell = 0] = pauses;
  if (pauses.some((pause) => pause !== dwell)) return `later weights last ${pauses.join()} ms, expected all alike`;
  const caught = (looks: number) =>
    Math.min(...objectives.map((objective) => caughtWithin(objective, pods.slice(1), looks)));
  const looks = dwell / promise.lookIntervalMs;
  if (caught(looks) < caughtAtLeast) return `the watch misses too much within ${dwell} ms at each weight`;
  if (caught(looks - 1) >= caughtAtLeast) return `${dwell} ms at each weight are longer than the watch needs`;
  return undefined;
}

function caughtWithin(objective: Objective, pods: readonly number[], looks: number): number {
  const perPod = (traffic.pingsPerSecond * promise.lookIntervalMs) / 1000 / 5;
  const run = {
    test: sequentialTest(objective.acceptable, objective.refused, rates),
    arrivals: { kind: 'fixed', perLook: perPod },
    looks: promise.budgetMs / promise.lookIntervalMs,
  } as const;
  const stages = pods.map((count) => ({ answersPerLook: count * perPod, looks }));
  const start = gateHandover(run, objective.acceptable);
  return sumOf(watchChances(watchTest(objective, rates.alpha), stages, objective.refused, start).rejects);
}
