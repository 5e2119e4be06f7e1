import { expect, test } from 'vitest';
import { comparisonQuery, decisiveQuery } from './comparison.ts';
import { ServiceLevelError, type ServiceLevel } from './objective.ts';
import { podsOfVersion } from './promql.ts';
import { releaseAnalysis } from './release-analysis.ts';
import { releaseCounts } from './release-counts.ts';
import { releaseDwellMs } from './release-dwell.ts';
import { errorRatesOfTests, gateTest, walkQuery } from './release-tests.ts';
import { releaseWarnings } from './release-warnings.ts';
import { pingServiceLevel } from './story.ts';

const [failed, slow] = pingServiceLevel.objectives as [
  ServiceLevel['objectives'][number],
  ServiceLevel['objectives'][number],
];
const canary = podsOfVersion('{{args.namespace}}', '{{args.canary-hash}}');
const stable = podsOfVersion('{{args.namespace}}', '{{args.stable-hash}}');
const { gate, watch } = releaseAnalysis(pingServiceLevel);

test('the gate has one metric per objective, which needs the objective broken and the canary worse than stable', () => {
  const limits = {
    interval: '1s',
    count: 300,
    failureLimit: 0,
    consecutiveSuccessLimit: 1,
    inconclusiveLimit: 300,
    consecutiveErrorLimit: 8640,
  };
  const query = (objective: typeof failed, reject: number) => {
    const counts = releaseCounts(objective, pingServiceLevel, { canary, stable });
    const walk = walkQuery(gateTest(objective, pingServiceLevel), counts.canary);
    return decisiveQuery(walk, comparisonQuery(objective, counts), reject);
  };
  expect(gate).toEqual([
    {
      name: 'failed-answers-of-canary',
      query: query(failed, 5.489),
      successCondition: 'result[0] <= -4.469',
      failureCondition: 'result[0] >= 5.489',
      ...limits,
    },
    {
      name: 'slow-answers-of-canary',
      query: query(slow, 5.587),
      successCondition: 'result[0] <= -4.495',
      failureCondition: 'result[0] >= 5.587',
      ...limits,
    },
  ]);
});

test('the watch never ends by itself, and what may only pause a release has a failure that no value meets', () => {
  expect(watch.map(({ query: _, ...metric }) => metric)).toEqual(
    [
      ['failed-answers-of-canary-watch', 'result[0] < 403.7', 'result[0] >= 403.7'],
      [
        'failed-answers-too-many-but-not-clearly-above-stable',
        'result[0] < 400 || result[0] >= 403.7',
        'result[0] < 0',
      ],
      ['slow-answers-of-canary-watch', 'result[0] < 403.7', 'result[0] >= 403.7'],
      ['slow-answers-too-many-but-not-clearly-above-stable', 'result[0] < 400 || result[0] >= 403.7', 'result[0] < 0'],
      ['restarts-of-canary', 'result[0] == 0', 'result[0] > 0'],
      ['metrics-of-canary', 'result[0] >= 1', 'result[0] < 0'],
      ['answers-of-canary', 'result[0] >= 12', 'result[0] < 0'],
    ].map(([name, successCondition, failureCondition]) => ({
      name,
      successCondition,
      failureCondition,
      interval: '1s',
      failureLimit: 0,
      inconclusiveLimit: 60,
      consecutiveErrorLimit: 8640,
    })),
  );
});

test('a metric of the gate and one of the watch never share a name', () => {
  const names = [...gate, ...watch].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('shares the false-abort chance between all tests and leaves the missed chance to each gate', () => {
  expect(errorRatesOfTests(pingServiceLevel)).toEqual({ alpha: 0.0025, beta: 0.01 });
});

test('a design effect makes every step smaller and moves no bound', () => {
  const bursty: ServiceLevel = { ...pingServiceLevel, objectives: [{ ...failed, designEffect: 2 }, slow] };
  const { perBad, perGood, accept, reject } = gateTest(bursty.objectives[0] as typeof failed, bursty);
  const plain = gateTest(failed, pingServiceLevel);
  expect([perBad, perGood]).toEqual([plain.perBad / 2, plain.perGood / 2]);
  expect(reject).toBeCloseTo(plain.reject, 1);
  expect(accept).toBeCloseTo(plain.accept, 1);
});

test('each later weight lasts as long as the watch needs', () => {
  expect(releaseDwellMs(pingServiceLevel)).toBe(10_000);
});

test('warns of an objective that the traffic is too little for, and of no other', () => {
  expect(releaseWarnings(pingServiceLevel)).toEqual([]);
  const quiet = { ...pingServiceLevel, traffic: { ...pingServiceLevel.traffic, pingsPerSecond: 1 } };
  const warnings = releaseWarnings(quiet);
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toMatch(
    /^failed-answers: \d+\.\d % of the releases get no verdict within 300 s at 0\.2 answers per second and pause; raise the first weight/,
  );
});

test('warns of queries that read too many pods, unless they read recordings', () => {
  const fleet = (replicas: number): ServiceLevel => ({
    ...pingServiceLevel,
    traffic: { ...pingServiceLevel.traffic, replicas },
  });
  expect(releaseWarnings(fleet(50))).toEqual([]);
  expect(releaseWarnings(fleet(500))).toEqual([
    'traffic: each look of a release reads the counters of 500 pods at every look before it; ' +
      'set countedFrom to recordings, or look less often (promise.lookIntervalMs)',
  ]);
  expect(releaseWarnings({ ...fleet(500), countedFrom: 'recordings' })).toEqual([]);
});

test('refuses an unsound service level with every problem at once', () => {
  const unsound = () =>
    releaseAnalysis({
      objectives: [
        { name: 'Error', indicator: { kind: 'availability' }, acceptable: 0, refused: 0.2, designEffect: 0.5 },
        { name: 'latency', indicator: { kind: 'latency', boundSeconds: 0.8 }, acceptable: 0.3, refused: 0.1 },
        { name: 'latency', indicator: { kind: 'latency', boundSeconds: 1 }, acceptable: 0.1, refused: 1 },
      ],
      promise: { falseAbort: 0.5, missed: 0, lookIntervalMs: 1500, budgetMs: 1000 },
      traffic: { pingsPerSecond: 0, replicas: 5, weights: [5, 50, 50] },
    });
  expect(unsound).toThrow(ServiceLevelError);
  expect(unsound).toThrow(
    [
      'service level: 14 problems',
      '  Error: got name "Error", expected lower-case words joined by dashes, e.g. failed-answers',
      '  Error: got an acceptable share of 0, expected more than 0 and less than 1, e.g. 0.05',
      '  Error: got a design effect of 0.5, expected at least 1',
      '  latency: got a refused share of 0.1, expected more than the acceptable 0.3 and less than 1',
      '  latency: got a latency bound of 0.8 s, expected a bucket of the histogram, the nearest are 0.75 and 1 s',
      '  latency: got a refused share of 1, expected more than the acceptable 0.1 and less than 1',
      '  promise: got a false abort chance of 0.5, expected more than 0 and less than 0.5, e.g. 0.01',
      '  promise: got a missed chance of 0, expected more than 0 and less than 0.5, e.g. 0.01',
      '  promise: got a look interval of 1500 ms, expected whole seconds, at least 1000',
      '  promise: got a budget of 1000 ms, expected a multiple of the look interval 1500 ms',
      '  traffic: got 0 pings per second, expected more than 0',
      '  traffic: got a first weight of 5 % of 5 replicas, which is no whole pod; expected a multiple of 20',
      '  traffic: got weights 5, 50, 50, expected each above the one before and below 100',
      '  latency: name is used twice, expected a name of its own for each objective',
    ].join('\n'),
  );
});

test('refuses a budget that is shorter than the shortest possible verdict', () => {
  const hasty = { ...pingServiceLevel, promise: { ...pingServiceLevel.promise, budgetMs: 2_000 } };
  expect(() => releaseAnalysis(hasty)).toThrow(
    [
      'service level: 2 problems',
      '  failed-answers: a good release needs 27 answers, which take 14 s; got a budget of 2 s, expected more',
      '  slow-answers: a good release needs 19 answers, which take 10 s; got a budget of 2 s, expected more',
    ].join('\n'),
  );
});

test('refuses a service level without objectives', () => {
  expect(() => releaseAnalysis({ ...pingServiceLevel, objectives: [] })).toThrow(
    'service level: 1 problem\n  objectives: got none, expected at least one',
  );
});
