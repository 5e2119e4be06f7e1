import { expect, test } from 'vitest';
import { ServiceLevelError } from './objective.ts';
import { gateErrorRates, releaseGate } from './release-gate.ts';
import { pingServiceLevel } from './story.ts';

const canary =
  'namespace="{{args.namespace}}",service="ping-service",http_route="/ping",rollouts_pod_template_hash="{{args.canary-hash}}"';
const total = `(sum(http_server_request_duration_seconds_count{${canary}}) or vector(0))`;

test('renders one metric per objective of the story, each with its own constants', () => {
  const errors = `(sum(http_server_request_duration_seconds_count{${canary},http_response_status_code=~"5.."}) or vector(0))`;
  const fast = `(sum(http_server_request_duration_seconds_bucket{${canary},le=~"1([.]0)?"}) or vector(0))`;
  const limits = {
    interval: '5s',
    count: 60,
    successCondition: 'result[0] <= -4.600158',
    failureCondition: 'result[0] >= 5.288267',
    failureLimit: 0,
    consecutiveSuccessLimit: 1,
    inconclusiveLimit: 60,
    consecutiveErrorLimit: 30,
  };
  expect(releaseGate(pingServiceLevel)).toEqual([
    { name: 'error-gate', query: `1.386294 * ${errors} - 0.17185 * (${total} - ${errors})`, ...limits },
    { name: 'latency-gate', query: `1.098612 * (${total} - ${fast}) - 0.251314 * ${fast}`, ...limits },
  ]);
});

test('shares the false-abort chance between the tests and leaves the missed chance to each', () => {
  expect(gateErrorRates(pingServiceLevel)).toEqual({ alpha: 0.005, beta: 0.01 });
});

test('refuses an unsound service level with every problem at once', () => {
  const unsound = () =>
    releaseGate({
      objectives: [
        { name: 'Error', indicator: { kind: 'availability' }, acceptable: 0, refused: 0.2 },
        { name: 'latency', indicator: { kind: 'latency', boundSeconds: 0.8 }, acceptable: 0.3, refused: 0.1 },
        { name: 'latency', indicator: { kind: 'latency', boundSeconds: 1 }, acceptable: 0.1, refused: 1 },
      ],
      promise: { falseAbort: 0.5, missed: 0, lookIntervalMs: 1500, budgetMs: 1000 },
    });
  expect(unsound).toThrow(ServiceLevelError);
  expect(unsound).toThrow(
    [
      'service level: 10 problems',
      '  Error: got name "Error", expected lower-case words joined by dashes, e.g. error',
      '  Error: got an acceptable share of 0, expected more than 0 and less than 1, e.g. 0.05',
      '  latency: got a refused share of 0.1, expected more than the acceptable 0.3 and less than 1',
      '  latency: got a latency bound of 0.8 s, expected a bucket of the histogram, the nearest are 0.75 and 1 s',
      '  latency: got a refused share of 1, expected more than the acceptable 0.1 and less than 1',
      '  promise: got a false abort chance of 0.5, expected more than 0 and less than 0.5, e.g. 0.01',
      '  promise: got a missed chance of 0, expected more than 0 and less than 0.5, e.g. 0.01',
      '  promise: got a look interval of 1500 ms, expected whole seconds, at least 1000',
      '  promise: got a budget of 1000 ms, expected a multiple of the look interval 1500 ms',
      '  latency: name is used twice, expected a name of its own for each objective',
    ].join('\n'),
  );
});

test('refuses a service level without objectives', () => {
  expect(() => releaseGate({ ...pingServiceLevel, objectives: [] })).toThrow(
    'service level: 1 problem\n  objectives: got none, expected at least one',
  );
});
