import { platformServices } from '@observed-rollouts/contract';
import { expect, test } from 'vitest';
import { badShareRecord, platformRules, serviceLevelRules } from './rules.ts';
import { pingServiceLevel } from './story.ts';

const runbookUrl = 'https://example.com/runbook.md';
const everything = { systems: Object.values(platformServices), alertsAreTold: true, traceSampleRatio: 1 };
const groups = [...serviceLevelRules(pingServiceLevel, runbookUrl), ...platformRules(everything, runbookUrl)];
const rules = groups.flatMap(({ rules }) => rules);
const alerts = rules.flatMap((rule) => ('alert' in rule ? [rule] : []));
const records = rules.flatMap((rule) => ('record' in rule ? [rule] : []));

function budgetAlertsFor(acceptable: number): string[] {
  const objective = { name: 'failed-answers', indicator: { kind: 'availability' }, acceptable, refused: 0.9 } as const;
  return serviceLevelRules({ ...pingServiceLevel, objectives: [objective] }, runbookUrl)
    .flatMap(({ rules }) => rules)
    .flatMap((rule) =>
      'alert' in rule && rule.alert.startsWith('Ping') ? [`${rule.alert} ${rule.labels.severity}`] : [],
    );
}

test('has no burn alert that could never fire, and an outage alert where burns would take too long', () => {
  // 14.4 times a budget of 10 % would be 144 % of the answers; 14.4 times 5 % is reached after 43 minutes of nothing but failures.
  expect(alerts.flatMap(({ alert }) => (/Budget|Outage/.test(alert) ? [alert] : []))).toEqual([
    'PingFailedAnswersOutage',
    'PingFailedAnswersBudgetBurn1H',
    'PingFailedAnswersBudgetBurn6H',
    'PingFailedAnswersBudgetBurn1D',
    'PingFailedAnswersBudgetBurn3D',
    'PingSlowAnswersOutage',
    'PingSlowAnswersBudgetBurn6H',
    'PingSlowAnswersBudgetBurn1D',
    'PingSlowAnswersBudgetBurn3D',
  ]);
});

test('has the four burn alerts alone for a tight objective', () => {
  expect(budgetAlertsFor(0.01)).toEqual([
    'PingFailedAnswersBudgetBurn1H page',
    'PingFailedAnswersBudgetBurn6H page',
    'PingFailedAnswersBudgetBurn1D ticket',
    'PingFailedAnswersBudgetBurn3D ticket',
  ]);
});

test('still pages for an outage when half of all answers may be bad', () => {
  expect(budgetAlertsFor(0.5)).toEqual(['PingFailedAnswersOutage page', 'PingFailedAnswersBudgetBurn3D ticket']);
});

test('names every record level:metric:operations, each once', () => {
  const names = records.map(({ record }) => record);
  expect(names.filter((name) => !/^[a-z]+:[a-z_]+:[a-z]+(_[a-z]+)*([0-9]+[mhd])?$/.test(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

test('records everything that an alert or another record compares', () => {
  const names = records.map(({ record }) => record);
  const compared = rules.flatMap(({ expr }) => expr.match(/[a-z]+:\w+:\w+/g) ?? []);
  expect(compared.length).toBeGreaterThan(0);
  expect(compared.filter((name) => !names.includes(name))).toEqual([]);
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

test('has for each page of an objective one alert that keeps it back, with the same objective and window', () => {
  const pairsOf = (wanted: (alert: string) => boolean) =>
    alerts
      .filter(({ alert, labels }) => wanted(alert) && labels['objective'] !== undefined && labels.severity !== 'ticket')
      .map(({ labels }) => `${labels['objective']} ${labels['window']}`)
      .toSorted();
  const kept = pairsOf((alert) => alert === 'CanaryBeingJudged');
  expect(kept).toEqual(pairsOf((alert) => alert !== 'CanaryBeingJudged'));
  expect(kept).toHaveLength(5);
});

test('tells every alert apart and gives each a summary, its value, and a section of the runbook', () => {
  const names = alerts.map(({ alert }) => alert).filter((alert) => alert !== 'CanaryBeingJudged');
  expect(new Set(names).size).toBe(names.length);
  for (const { alert, annotations } of alerts) {
    expect(Object.keys(annotations)).toEqual(['summary', 'description', 'runbook_url']);
    expect(annotations.description, alert).toContain('{{ $value');
    expect(annotations.runbook_url).toMatch(/^https:\/\/example\.com\/runbook\.md#[a-z]+$/);
  }
});

test('lets one section serve the burn alerts of an objective', () => {
  const burns = alerts.filter(({ alert }) => alert.startsWith('PingFailedAnswersBudgetBurn'));
  expect(new Set(burns.map(({ annotations }) => annotations.runbook_url))).toEqual(
    new Set([`${runbookUrl}#pingfailedanswersbudgetburn`]),
  );
});

test('expects neither systems that are not installed nor traces that are not kept', () => {
  const names = platformRules(
    { systems: [platformServices.tempo], alertsAreTold: false, traceSampleRatio: 0 },
    runbookUrl,
  )
    .flatMap(({ rules }) => rules)
    .flatMap((rule) => ('alert' in rule ? [rule.alert] : []));
  expect(names.filter((name) => name.endsWith('Down'))).toEqual(['TargetDown', 'TempoDown']);
  expect(names).not.toContain('TempoReceivesNoSpans');
  expect(names).not.toContain('PrometheusWithoutAlertmanager');
  expect(names).not.toContain('PrometheusNotificationsFailing');
});
