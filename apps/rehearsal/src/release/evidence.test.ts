import { describe, expect, it } from 'vitest';
import { missingEvidence, type PodEvidence } from './evidence.ts';

const healthy: PodEvidence = {
  pod: 'app-v2-x',
  readySince: 1_000,
  scrape: 'up',
  connections: { own: 3, all: 150 },
  answers: 3,
};
const prefix = 'canary pod app-v2-x has been Ready for 17 s, but ';

describe('a canary pod that has been Ready for more than 15 s', () => {
  it.each<[why: string, change: Partial<PodEvidence>, message: string]>([
    ['has no target', { scrape: 'none', answers: 0 }, 'Prometheus has no target for it'],
    [
      'is not scraped',
      { scrape: { failed: 'connection refused' }, answers: 0 },
      "Prometheus can't scrape it: connection refused",
    ],
    ['is no endpoint', { connections: undefined, answers: 0 }, "it isn't among the endpoints of the balancer"],
    [
      'is not pinged, like the others',
      { connections: { own: 0, all: 0 }, answers: 0 },
      'the pinger has opened no connection to any pod since',
    ],
    [
      'is not pinged, unlike the others',
      { connections: { own: 0, all: 150 }, answers: 0 },
      'none of 150 connections to the balancer went to it',
    ],
    [
      'answers, but not in Prometheus',
      { answers: 0 },
      'Prometheus has none of its answers, although 3 of 150 connections went to it',
    ],
  ])('%s: the reason is said', (_why, change, message) => {
    expect(missingEvidence({ ...healthy, ...change }, 18_500)).toBe(prefix + message);
  });

  it('yields evidence: nothing is said', () => {
    expect(missingEvidence(healthy, 18_500)).toBe(undefined);
  });
});

it.each([
  ['for 15 s or less', 1_000, 16_000],
  ['not at all', undefined, 60_000],
])('nothing is said of a canary pod that has been Ready %s', (_time, readySince, now) => {
  expect(missingEvidence({ ...healthy, readySince, scrape: 'none' }, now)).toBe(undefined);
});
