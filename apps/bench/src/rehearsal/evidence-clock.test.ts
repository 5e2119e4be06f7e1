import { pingServiceLevel } from '@observed-rollouts/slo';
import { expect, test } from 'vitest';
import { pingsOf } from './answers.ts';
import { EvidenceClock } from './evidence-clock.ts';

const [availability, latency] = pingServiceLevel.objectives as [
  (typeof pingServiceLevel.objectives)[number],
  (typeof pingServiceLevel.objectives)[number],
];
const walk = { perBad: 1, perGood: -0.1, reject: 5, accept: -4 };
const objectives = [availability, latency].map((objective) => ({ objective, test: walk }));
const good = (total: number) => ({ bad: 0, total });

test('the evidence of a bad release is there when its walk and the comparison are both at their bounds', () => {
  const clock = new EvidenceClock(objectives);
  const counts = (at: number, bad: number) => ({
    at,
    canary: [{ bad, total: 10 }, good(10)],
    stable: [good(100), good(100)],
  });
  clock.take(counts(1_000, 0));
  clock.take(counts(2_000, 4));
  expect(clock.refusedAt).toBeUndefined();
  clock.take(counts(3_000, 7));
  clock.take(counts(4_000, 8));
  expect(clock).toMatchObject({ firstAnswerAt: 1_000, refusedAt: 3_000, passedAt: undefined });
});

test('an outage that both versions share is no evidence against the canary', () => {
  const clock = new EvidenceClock(objectives);
  clock.take({ at: 1, canary: [{ bad: 8, total: 10 }, good(10)], stable: [{ bad: 32, total: 40 }, good(40)] });
  expect(clock.refusedAt).toBeUndefined();
});

test('the evidence of a good release is there when the last objective is met', () => {
  const clock = new EvidenceClock(objectives);
  clock.take({ at: 1, canary: [good(40), { bad: 1, total: 40 }], stable: [good(0), good(0)] });
  expect(clock.passedAt).toBeUndefined();
  clock.take({ at: 2, canary: [good(60), { bad: 1, total: 60 }], stable: [good(0), good(0)] });
  expect(clock).toMatchObject({ firstAnswerAt: 1, passedAt: 2, refusedAt: undefined });
});

test("pings are counted from a pod's own counters, other routes left out", () => {
  const name = 'http_server_request_duration_seconds';
  const scrape = [
    `${name}_bucket{le="0.5",http_route="/ping",http_response_status_code="200"} 3`,
    `${name}_bucket{le="1",http_route="/ping",http_response_status_code="200"} 7 # {trace_id="a"} 0.9 1`,
    `${name}_bucket{le="1",http_route="/ping",http_response_status_code="500"} 2`,
    `${name}_count{http_route="/ping",http_response_status_code="200"} 8`,
    `${name}_count{http_route="/ping",http_response_status_code="500"} 3`,
    `${name}_count{http_route="/readyz",http_response_status_code="500"} 99`,
  ].join('\n');
  expect(pingsOf(scrape, availability)).toEqual({ bad: 3, total: 11 });
  expect(pingsOf(scrape, latency)).toEqual({ bad: 2, total: 11 });
  expect(pingsOf('', latency)).toEqual({ bad: 0, total: 0 });
});
