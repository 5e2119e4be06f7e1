import { expect, test } from 'vitest';
import { type AnswerMetric, matcher } from './answer-metric.ts';
import { checkServiceLevel, type Indicator } from './objective.ts';
import { badShare, podsOfVersion } from './promql.ts';
import { releaseAnalysis } from './release-analysis.ts';
import { releaseCounts } from './release-counts.ts';
import { pingServiceLevel } from './story.ts';

const metric: AnswerMetric = {
  service: 'shop',
  counter: 'http_requests_total',
  histogram: 'http_request_duration_ms',
  unit: 'milliseconds',
  judged: [matcher('handler', '=', '/buy "now"')],
  failed: matcher('code', '=~', '5..|timeout'),
  present: [],
};
const pods = podsOfVersion('n', 'h', metric);
const countsOf = (indicator: Indicator) =>
  releaseCounts({ name: 'answers', acceptable: 0.1, refused: 0.3, indicator }, pingServiceLevel, {
    canary: pods,
    stable: pods,
  });
const selected = 'namespace="n",service="shop",rollouts_pod_template_hash="h",handler="/buy \\"now\\""';

test('every name in a query is the mapped one', () => {
  expect(pods).toEqual(['namespace="n"', 'service="shop"', 'rollouts_pod_template_hash="h"']);
  const { canary } = countsOf({ kind: 'availability', metric });
  expect(canary.total).toBe(`(sum(http_requests_total{${selected}}) or vector(0))`);
  expect(canary.bad).toBe(`(sum(http_requests_total{${selected},code=~"5..|timeout"}) or vector(0))`);
  expect(badShare({ kind: 'availability', metric }, pods, '1m', ['pod'])).not.toContain('http_server');
});

test('latency comes from the histogram alone, in its own unit', () => {
  const { canary, stable } = countsOf({ kind: 'latency', boundSeconds: 0.25, metric });
  expect(canary.good).toBe(`(sum(http_request_duration_ms_bucket{${selected},le=~"250([.]0)?"}) or vector(0))`);
  expect(canary.total).toBe(`(sum(http_request_duration_ms_count{${selected}}) or vector(0))`);
  expect(stable.total).toBe(
    `(sum(http_request_duration_ms_count{${selected}} - min_over_time((http_request_duration_ms_count{${selected}} ` +
      `and on() sum(http_requests_total{${selected}}))[15m:1s])) or vector(0))`,
  );
});

test('a label that is named like one of the target is asked for as Prometheus stores it', () => {
  expect(matcher('service', '=', 'a')).toBe('exported_service="a"');
  expect(matcher('status', '=', 'a')).toBe('status="a"');
});

test('a latency bound is accepted while the buckets are unknown, and refused with the nearest once they are not', () => {
  const level = (buckets: readonly number[] | undefined) => ({
    ...pingServiceLevel,
    objectives: [
      {
        name: 'slow-answers',
        indicator: { kind: 'latency', boundSeconds: 0.3, metric: { ...metric, ...(buckets && { buckets }) } },
        acceptable: 0.1,
        refused: 0.3,
      } as const,
    ],
  });
  expect(() => checkServiceLevel(level(undefined))).not.toThrow();
  expect(() => checkServiceLevel(level([0.1, 0.3]))).not.toThrow();
  expect(() => checkServiceLevel(level([0.1, 0.25, 0.5]))).toThrow(
    'slow-answers: got a latency bound of 0.3 s, expected a bucket of the histogram, the nearest are 0.25 and 0.5 s',
  );
});

test('no part of the analysis of another service asks for the metric of pings', () => {
  const objectives = pingServiceLevel.objectives.map((objective) => ({
    ...objective,
    indicator: { ...objective.indicator, metric },
  }));
  const { gate, watch } = releaseAnalysis({ ...pingServiceLevel, objectives });
  const queries = [...gate, ...watch].map(({ query }) => query).join('\n');
  expect(queries).toContain('http_requests_total{');
  expect(queries).toContain('http_request_duration_ms_bucket{');
  expect(queries).not.toMatch(/http_server|ping|http_route/);
});
