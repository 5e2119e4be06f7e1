import { describe, expect, it } from 'vitest';
import {
  analysisExpressions,
  dashboardExpressions,
  type Expression,
  ruleExpressions,
  rules,
  runbookSections,
} from './expressions.ts';
import { knownMetrics } from './known-metrics.ts';
import { nearest } from './nearest.ts';
import { metricsOf } from './promql.ts';

const known = new Set([...knownMetrics(), ...rules.flatMap(({ record = [] }) => record)]);

/** One line per name that can't exist, with the nearest that can. */
function unknownNames(expressions: readonly Expression[]): string[] {
  return expressions.flatMap(({ where, text }) =>
    metricsOf(text)
      .filter((name) => !known.has(name))
      .map((name) => `${where}: got metric ${name}, expected a known one; the nearest is ${nearest(name, known)}`),
  );
}

describe('every metric that is named can exist', () => {
  it.each([
    ['rules and alerts', ruleExpressions, 60],
    ['analyses', analysisExpressions, 9],
    ['dashboards', dashboardExpressions, 110],
    ['the runbook', runbookSections.flatMap(({ queries }) => queries), 38],
  ])('in %s', (_where, expressions, atLeast) => {
    expect(unknownNames(expressions)).toEqual([]);
    expect(expressions.length).toBeGreaterThanOrEqual(atLeast);
  });

  it('or is named with its place and the nearest name', () => {
    const text =
      'sum by (up2) (rate(tempo_distributor_span_received_total{service="tempo"}[5m])) / on (x) group_left (y) up';
    expect(unknownNames([{ where: 'here', text }])).toEqual([
      'here: got metric tempo_distributor_span_received_total, expected a known one; the nearest is tempo_distributor_spans_received_total',
    ]);
  });

  it('also when it is matched by its label', () => {
    expect(unknownNames([{ where: 'here', text: 'count({__name__="upp"})' }])).toEqual([
      'here: got metric upp, expected a known one; the nearest is up',
    ]);
  });

  it('and what is no PromQL is an error', () => {
    expect(() => unknownNames([{ where: 'here', text: 'sum(rate(up[5m])' }])).toThrow('no PromQL at');
  });
});

describe('the inventories', () => {
  it('know the metrics of each system', () => {
    for (const name of [
      'rollout_info',
      'analysis_run_info',
      'prometheus_notifications_errors_total',
      'alertmanager_notifications_failed_total',
      'tempo_distributor_spans_received_total',
      'traces_service_graph_request_total',
      'nodejs_eventloop_lag_p99_seconds',
      'pinger_ping_latency_seconds_bucket',
    ]) {
      expect(known, name).toContain(name);
    }
  });

  it('do not take a histogram for a series', () => {
    expect(known).not.toContain('pinger_ping_latency_seconds');
    expect(known).not.toContain('traces_spanmetrics_latency');
  });
});
