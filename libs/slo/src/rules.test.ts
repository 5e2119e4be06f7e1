import { expect, test } from 'vitest';
import { badShareRecord, serviceLevelRules } from './rules.ts';
import { pingServiceLevel } from './story.ts';

const groups = serviceLevelRules(pingServiceLevel);
const rules = groups.flatMap(({ rules }) => rules);

test('has no burn alert that could never fire', () => {
  // 14.4 times a budget of 10 % would be 144 % of the answers.
  expect(rules.flatMap((rule) => ('alert' in rule && rule.alert.includes('Budget') ? [rule.alert] : []))).toEqual([
    'PingFailedAnswersBudgetBurn1H',
    'PingFailedAnswersBudgetBurn6H',
    'PingFailedAnswersBudgetBurn1D',
    'PingFailedAnswersBudgetBurn3D',
    'PingSlowAnswersBudgetBurn6H',
    'PingSlowAnswersBudgetBurn1D',
    'PingSlowAnswersBudgetBurn3D',
  ]);
});

test('records every share that an alert compares', () => {
  const records = rules.flatMap((rule) => ('record' in rule ? [rule.record] : []));
  const compared = rules.flatMap((rule) => ('alert' in rule ? (rule.expr.match(/service:\w+:\w+/g) ?? []) : []));
  expect(compared.length).toBeGreaterThan(0);
  expect(compared.filter((name) => !records.includes(name))).toEqual([]);
});

test('reads a share of bad answers as zero while none was bad', () => {
  expect(rules).toContainEqual({
    record: badShareRecord({ name: 'failed-answers' }, '5m'),
    expr:
      '(sum by (namespace, service) (rate(http_server_request_duration_seconds_count{service="ping-service",http_route="/ping",http_response_status_code=~"5.."}[5m])) ' +
      'or 0 * sum by (namespace, service) (rate(http_server_request_duration_seconds_count{service="ping-service",http_route="/ping"}[5m]))) ' +
      '/ (sum by (namespace, service) (rate(http_server_request_duration_seconds_count{service="ping-service",http_route="/ping"}[5m])) > 0)',
  });
});

test('tells every alert apart and says what to do about each', () => {
  const alerts = rules.flatMap((rule) => ('alert' in rule ? [rule] : []));
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  for (const { annotations } of alerts) expect(Object.keys(annotations)).toEqual(['summary', 'description']);
});
