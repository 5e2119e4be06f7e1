import { expect, test } from 'vitest';
import type { Objective, ServiceLevel } from './objective.ts';
import { answerRecords } from './recorded-answers.ts';
import { releaseAnalysis } from './release-analysis.ts';
import { pingServiceLevel } from './story.ts';

const recorded: ServiceLevel = { ...pingServiceLevel, countedFrom: 'recordings' };

test('nothing is recorded where a release reads the counters of the pods', () => {
  expect(answerRecords(pingServiceLevel)).toEqual([]);
});

test('each counter is recorded per version at every look: its sum, its increase and what the other versions got', () => {
  const version = 'namespace, service, rollouts_pod_template_hash';
  const [objective] = pingServiceLevel.objectives as [Objective, Objective];
  const [group, ...more] = answerRecords({
    ...recorded,
    objectives: [objective],
    promise: { ...recorded.promise, lookIntervalMs: 5_000 },
  });
  const rulesOf = (name: string, selector: string) => {
    const metric = `version:ping_failed_answers_${name}`;
    const none = '0 * version:ping_failed_answers_total:sum';
    return [
      { record: `${metric}:sum`, expr: `sum by (${version}) (${selector})` },
      {
        record: `${metric}:increase`,
        expr: `sum by (${version}) (clamp_min(${selector} - last_over_time(${selector}[10s] offset 5s), 0))`,
      },
      {
        record: `${metric}:sum_of_others`,
        expr:
          `(last_over_time(${metric}:sum_of_others[5m] offset 5s) + (sum by (namespace, service) (${metric}:increase) - ` +
          `on (namespace, service) group_right () (${metric}:increase or ${none}) or ${none})) or ${none}`,
      },
    ];
  };
  const counter = 'http_server_request_duration_seconds_count';
  expect(more).toEqual([]);
  expect(group).toEqual({
    name: 'answer-records',
    interval: '5s',
    rules: [
      ...rulesOf('total', `${counter}{service="ping-service",http_route="/ping"}`),
      ...rulesOf('bad', `${counter}{service="ping-service",http_route="/ping",http_response_status_code=~"5.."}`),
    ],
  });
});

test('every recording that an analysis reads has its rule, and is recorded once', () => {
  const records = answerRecords(recorded).flatMap(({ rules }) =>
    rules.map((rule) => ('record' in rule ? rule.record : '')),
  );
  expect(new Set(records).size).toBe(records.length);
  const { gate, watch } = releaseAnalysis(recorded);
  const read = [...gate, ...watch].flatMap(({ query }) => query.match(/version:\w+:\w+/g) ?? []);
  expect(read.length).toBeGreaterThan(0);
  expect(read.filter((record) => !records.includes(record))).toEqual([]);
});

test('an analysis of recordings reads no counter of a pod but the start of its process', () => {
  const { gate, watch } = releaseAnalysis(recorded);
  const reading = [...gate, ...watch].filter(({ query }) => query.includes('http_'));
  expect(reading.map(({ name }) => name)).toEqual([]);
});
